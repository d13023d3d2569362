"""How often something may be done: counted in memory, without keeping who did it."""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from collections.abc import Callable
from threading import Lock


class Throttle:
    """So many times in a window for one caller, and for all of them together.

    A caller is known by a digest of the address with a key that is made anew for each window and never leaves this process.
    """

    def __init__(self, each: int, all_together: int, window: float = 3600.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._each, self._all, self._window, self._clock = each, all_together, window, clock
        self._lock = Lock()
        self._begin()

    def _begin(self) -> None:
        self._since = self._clock()
        self._key = secrets.token_bytes(32)
        self._counts: dict[bytes, int] = {}
        self._total = 0

    def seconds_left(self) -> int:
        """Whole seconds until the window ends and everybody may again, at least one."""
        return max(1, math.ceil(self._since + self._window - self._clock()))

    def allows(self, address: str) -> bool:
        """Whether it may be done once more from an address; it is counted if so."""
        with self._lock:
            if self._clock() - self._since >= self._window:
                self._begin()
            caller = hashlib.blake2b(address.encode(), key=self._key, digest_size=16).digest()
            if self._total >= self._all or self._counts.get(caller, 0) >= self._each:
                return False
            self._total += 1
            self._counts[caller] = self._counts.get(caller, 0) + 1
            return True
