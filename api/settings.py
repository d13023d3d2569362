"""What the service is told from outside, as environment variables or options of the command line."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from api.networks import LOOPBACK, Network, networks
from api.provider_settings import ProviderSettings

NAME = "referral-pathways"
WRITES = ("local", "tokens", "off")
METRICS = ("local", "open", "off")
LOGS = ("text", "json")
"""Each with what holds where nothing is said first."""
MOST_MEGABYTES = 8_000


def default_home() -> Path:
    """The user's data folder of this program."""
    return Path(platformdirs.user_data_dir(NAME, appauthor=False))


def default_store(home: Path) -> str:
    """The address of the embedded store in a folder."""
    return f"sqlite:///{(home / 'directory.sqlite').absolute().as_posix()}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the directory is kept, and where the service listens.

    `max_body` is the largest request body in bytes, `max_batch_body` that of a batch, `max_upload` that of a partner's list; `poll` the
    seconds between two looks for a newer revision; `writes` who may import: `local` (whoever sits at this
    machine, and whoever has a token for it), `tokens` (the latter only) or `off` (nobody).
    """

    store: str = field(default_factory=lambda: default_store(default_home()))
    host: str = "127.0.0.1"
    port: int = 8000
    max_body: int = 1_000_000
    max_batch_body: int = 5_000_000
    max_upload: int = 64_000_000
    poll: float = 1.0
    home: Path = field(default_factory=default_home)
    """The folder of this program's data: what readers say is wrong with a contact stands in it, and uploaded lists."""
    writes: str = "local"
    url: str = ""
    """The address under which people open the service, where a proxy stands before it: https://pathways.example.org."""
    threads: int = 4
    """How many requests one process works on at once."""
    waiting: int = 64
    """How many more may wait in one process; whoever comes then is told to come again."""
    rate: int = 3_000
    """How often one network may ask in a minute, counted by each process; 0: as often as it likes."""
    worker_hours: int = 24
    """After how many hours a process is replaced by a new one; 0: never."""
    worker_megabytes: int = 0
    """Beyond how much memory a process is replaced; 0: whatever it takes. Twice what the directory takes, at least."""
    metrics: str = "local"
    """Who may see the figures of the service: `local` (whoever sits at this machine), `open` (everybody who reaches it) or `off`."""
    log: str = "text"
    """How the log is written: `text` or `json`."""
    log_requests: str = "off"
    """Whether the log has a line for each request (`api.request_log`): `on` or `off`."""
    proxies: tuple[Network, ...] = LOOPBACK
    """The proxies that stand before the service: what they say of where a request comes from is believed."""

    counts: Path | None = None
    """Counted cases (CTDC's) by which the policy measures are weighed as a second view; None: there are none."""

    provider: ProviderSettings | None = None
    """The identity provider of an organisation whose people may sign in; None: there is none."""

    @property
    def judgements(self) -> Path:
        """The file of what people judged of matches, and of what waits for them."""
        return self.home / "judgements.sqlite"

    @property
    def imports(self) -> Path:
        """The folder of uploaded lists and of their reports."""
        return self.home / "imports"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings that the variables of docs/development.md give; ValueError for one that cannot be."""
        home = Path(environment["PATHWAYS_HOME"]) if environment.get("PATHWAYS_HOME") else default_home()
        port = environment.get("PATHWAYS_PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError(f"PATHWAYS_PORT is {port!r}; a number from 1 to 65535 is accepted")
        megabytes = environment.get("PATHWAYS_UPLOAD_MB") or "64"
        if not megabytes.isdecimal() or not 0 < int(megabytes) <= MOST_MEGABYTES:
            raise ValueError(f"PATHWAYS_UPLOAD_MB is {megabytes!r}; a number from 1 to {MOST_MEGABYTES} is accepted")
        counts = Path(environment["PATHWAYS_COUNTS"]) if environment.get("PATHWAYS_COUNTS") else None
        if counts is not None and not counts.is_file():
            raise ValueError(f"PATHWAYS_COUNTS is {str(counts)!r}; a file of counted cases is accepted")
        url = (environment.get("PATHWAYS_URL") or "").rstrip("/")
        if url and not re.fullmatch(r"https?://[^/?#@\s]+", url):
            raise ValueError(f"PATHWAYS_URL is {url!r}; an address without a path is accepted, such as https://pathways.example.org")
        return cls(
            threads=_whole(environment, "PATHWAYS_THREADS", "4", 1, 64),
            waiting=_whole(environment, "PATHWAYS_WAITING", "64", 0, 1_000),
            rate=_whole(environment, "PATHWAYS_RATE", "3000", 0, 1_000_000),
            metrics=_one_of(environment, "PATHWAYS_METRICS", METRICS),
            log=_one_of(environment, "PATHWAYS_LOG", LOGS),
            log_requests=_one_of(environment, "PATHWAYS_LOG_REQUESTS", ("off", "on")),
            worker_hours=_whole(environment, "PATHWAYS_WORKER_HOURS", "24", 0, 8_760),
            worker_megabytes=_whole(environment, "PATHWAYS_WORKER_MB", "0", 0, 1_000_000),
            proxies=_proxies(environment),
            provider=ProviderSettings.from_environment(environment),
            counts=counts,
            url=url,
            writes=_one_of(environment, "PATHWAYS_WRITES", WRITES),
            max_upload=int(megabytes) * 1_000_000,
            store=environment.get("PATHWAYS_STORE") or default_store(home),
            host=environment.get("PATHWAYS_HOST") or "127.0.0.1",
            port=int(port),
            home=home,
        )


def _whole(environment: Mapping[str, str], name: str, otherwise: str, least: int, most: int) -> int:
    given = environment.get(name) or otherwise
    if not given.isdecimal() or not least <= int(given) <= most:
        raise ValueError(f"{name} is {given!r}; a whole number from {least} to {most} is accepted")
    return int(given)


def _one_of(environment: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    given = environment.get(name) or words[0]
    if given not in words:
        raise ValueError(f"{name} is {given!r}; {', '.join(words[:-1])} or {words[-1]} is accepted")
    return given


def _proxies(environment: Mapping[str, str]) -> tuple[Network, ...]:
    given = environment.get("PATHWAYS_PROXIES")
    try:
        return networks(given) if given else LOOPBACK
    except ValueError:
        raise ValueError(
            f"PATHWAYS_PROXIES is {given!r}; addresses and networks with commas between them are accepted, as 127.0.0.1,10.0.0.0/8"
        ) from None
