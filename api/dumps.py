"""A process that holds a case in its memory leaves no image of it behind: no core dump, no other process that looks into it."""

from __future__ import annotations

import ctypes
import resource
import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4


def leave_none() -> None:
    """Switch off core dumps for this process and its children, and on Linux the tracing of this process by others (root may still)."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
