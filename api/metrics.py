"""What is counted of the service for whoever runs it, and nothing of the people: figures by route and kind of answer, in the text format of
Prometheus.

A request that may tell a case is counted under one name, whichever it is, so that no figure says what was asked about whom.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from flask import Flask, Response, request

from api import request_log
from api.access import caller
from api.access.local import not_of_this_machine
from api.settings import Settings
from api.snapshots import Snapshots
from pathways.access import Right
from pathways.directory import Directory

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which several processes count together; without it each counts for itself."""

CASE = "case"
"""Under which every request stands that may tell a case."""
WITHOUT_CASE = ("Imports.", "Matches.", "pages.importers.", "pages.said_wrong")
"""The beginnings of the endpoints to which nobody posts a case."""
_AGES = (1, 2, 3)
"""Years after which a statement counts as old."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What this process counts."""

    seconds: Histogram
    shed: Counter
    throttled: Counter


@cache
def figures() -> Figures:
    """The figures of this process, made once. The library looks for the shared folder when it is first imported: that must be in the
    process that counts."""
    from prometheus_client import Counter, Histogram

    return Figures(
        Histogram(
            "pathways_request_seconds",
            "How long requests took, by route and class of status",
            ("route", "status"),
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        ),
        Counter("pathways_requests_shed", "Requests that were turned away because too many waited"),
        Counter("pathways_requests_throttled", "Requests that were turned away because their network asked too often"),
    )


def register(app: Flask) -> None:
    """Count the requests of an application."""
    figures()  # made here, before threads could make them twice

    app.before_request(request_log.begin)

    @app.after_request
    def count(answer: Response) -> Response:
        took = request_log.seconds()
        if took is not None:
            figures().seconds.labels(route(), f"{answer.status_code // 100}xx").observe(took)
        return answer


def route() -> str:
    """The name under which the request that is answered is counted: its route as a template, with no value of it."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and not (request.endpoint or "").startswith(WITHOUT_CASE):
        return CASE
    return request.url_rule.rule if request.url_rule is not None else "none"


def may_be_seen(settings: Settings) -> bool:
    """Whether the caller of this request may see the figures: whoever the settings let, and administrators."""
    if settings.metrics == "open" or caller().grant.has(Right.ADMINISTER):
        return settings.metrics != "off"
    return settings.metrics == "local" and not not_of_this_machine()


def counted() -> bytes:
    """What was counted, by all processes that count together."""
    from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    figures()
    if SHARED not in os.environ:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return generate_latest(together)


def of_directory(snapshots: Snapshots) -> bytes:
    """What is served: the revision, how old its statements are, and whether the store can be read."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    newest, registry = snapshots.newest(), CollectorRegistry()
    Gauge("pathways_store_up", "Whether the store can be read", registry=registry).set(snapshots.can_be_read())
    Gauge("pathways_directory_revision", "The revision that is served", registry=registry).set(newest.revision)
    old = Gauge(
        "pathways_directory_old_ratio",
        "The share of the mandates whose statement is older than so many years",
        ("years",),
        registry=registry,
    )
    for years, share in old_shares(newest, date.today().year).items():
        old.labels(years).set(share)
    return generate_latest(registry)


_old: WeakKeyDictionary[Directory, tuple[int, dict[int, float]]] = WeakKeyDictionary()


def old_shares(directory: Directory, year: int) -> dict[int, float]:
    """Of the mandates of a directory the share whose statement is, in a year, older than so many years; one without a year is old."""
    known = _old.get(directory)
    if known is None or known[0] != year:
        stated = [m.as_of or 0 for part in directory.everywhere for body in part.stakeholders.values() for m in body.mandates]
        known = _old[directory] = (year, {age: sum(year - at > age for at in stated) / max(1, len(stated)) for age in _AGES})
    return known[1]
