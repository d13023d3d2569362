"""What a contact can lead to, before it is made: what holds of its kind of body everywhere, then what sources say of its country."""

from __future__ import annotations

from typing import Any

from pathways.model import Consequence
from pathways.planner.rules import rules
from pathways.planner.slots import Candidate, Slot

Json = dict[str, Any]


def consequences_of(slot: Slot, chosen: Candidate, national: tuple[Consequence, ...], fresh_since: int) -> list[Json]:
    """The warnings of a contact's consequences; none where it has happened. What may concern the person is said (unknown opens).

    What was stated before the year `fresh_since` is said to be old.
    """
    if slot.happened:
        return []
    return [_told(item, fresh_since) for item in (*rules().consequences, *national) if _concerns(item, chosen)]


def _concerns(item: Consequence, chosen: Candidate) -> bool:
    of_this_body = chosen.body.kind in item.kinds or (item.law_enforcement and chosen.mandate.law_enforcement)
    return of_this_body and chosen.case.facts.truth(item.when) is not False


def _told(item: Consequence, fresh_since: int) -> Json:
    return {
        "code": item.code,
        "text": item.text,
        "rule": item.rule,
        "legal_basis": item.legal_basis or None,
        "sources": list(item.sources),
        "stale": item.as_of is not None and item.as_of < fresh_since,
    }
