"""Every ordered pair of countries, an adult and an unaccompanied child who wish to go home: how far the path goes, and why it stops.

    python -m bench.pairs [--csv OUT.csv]

Both have said yes to whatever is asked; for the child a best-interests determination says that return is right. Where the path still
stops, it is for want of a body, a confirmation or a channel, or for a law. The last columns hold the answer against the research on the pair: its state,
and the stages for which the research counted no body (`no_body`) while the planner finds one, or the other way round.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

from bench import generate
from bench.path import table
from bench.workload import START
from pathways.directory import Directory
from pathways.planner import refer
from pathways.profile import FREE_MOVEMENT, Done, Profile

COLUMNS = ("from", "to", "who", "state", "goes", "steps home", "stops", "found beyond the research", "missing against the research")
_AGREED = {"referral": True, "formal_identification": True, "police": True, "share_data_cross_border": True, "return": True}
_CONFIRMED = "reception-confirmation"
_FUNCTIONS = {
    "return-request": "return-counselling",
    "return-risk-assessment": "return-risk-assessment",
    "travel-documents": "travel-documents",
    "travel": "voluntary-return",
    "reception": "reception-on-arrival",
    "reintegration": "reintegration-assistance",
    "monitoring": "post-return-monitoring",
}
"""The function that stands for each stage of a journey; a confirmation of reception is known by its stage."""


def adult(origin: str, destination: str) -> Profile:
    """A woman of 30 who wishes to go home and has agreed to all that this asks."""
    return Profile(
        identified_in=origin,
        nationality=(destination,),
        age=30,
        gender="female",
        exploitation=("sexual",),
        status=_status(origin, destination),
        consent=_AGREED,
        wishes="return",
        destination=destination,
        risks=(),
        documents=False,
        start_date=START,
    )


def child(origin: str, destination: str, determined: bool = True) -> Profile:
    """An unaccompanied girl of 15 who wishes to go home, with or without a determination that this is best for her."""
    return Profile(
        identified_in=origin,
        nationality=(destination,),
        age=15,
        unaccompanied=True,
        gender="female",
        exploitation=("sexual",),
        status=_status(origin, destination),
        done=(Done("best-interests-return"),) if determined else (),
        consent=_AGREED,
        wishes="return",
        destination=destination,
        risks=(),
        documents=False,
        start_date=START,
    )


def _status(origin: str, destination: str) -> str:
    return "eu-citizen" if origin in FREE_MOVEMENT and destination in FREE_MOVEMENT else "third-country-irregular"


def line(directory: Directory, who: str, profile: Profile) -> dict[str, Any]:
    """The table's line of one answer."""
    answer = refer(directory, profile, alternatives=0)
    corridor = directory.cross_border.corridors[profile.identified_in, str(profile.destination)]
    home = [step for step in answer["steps"] if step["phase"] in ("transnational", "post-return")]
    counted = set(corridor.shown["no_body"])
    has, lacks = _stages(answer, home)
    stopped = answer["corridor"]["stopped"]
    return {
        "from": profile.identified_in,
        "to": profile.destination,
        "who": who,
        "state": answer["corridor"]["state"],
        "goes": "to the end" if not stopped else "not beyond " + (home[-1]["canonical_stage"] if home else "the help here"),
        "steps home": len(home),
        "stops": stopped or "",
        "found beyond the research": ", ".join(name for name in (*_FUNCTIONS, _CONFIRMED) if name in has & counted),
        "missing against the research": ", ".join(name for name in (*_FUNCTIONS, _CONFIRMED) if name in lacks - counted),
    }


def _stages(answer: Mapping[str, Any], home: Sequence[Mapping[str, Any]]) -> tuple[set[str], set[str]]:
    """The stages for which the planner knows a body, whether or not the journey reaches them, and those for which it knows none."""
    taken = {step["function"] for step in home}
    reasons = {gap["function"]: gap["reason"] for gap in answer["gaps"]}
    has, lacks = set(), set()
    for name, function in _FUNCTIONS.items():
        if function in taken or reasons.get(function, "").startswith("not reached"):
            has.add(name)
        elif function in reasons:
            lacks.add(name)
    if any(step["canonical_stage"] == _CONFIRMED for step in home):
        has.add(_CONFIRMED)
    elif answer["corridor"]["stopped"].startswith("nobody confirms"):
        lacks.add(_CONFIRMED)
    return has, lacks


def lines(directory: Directory) -> list[dict[str, Any]]:
    """All pairs, an adult and a child each."""
    found = []
    for origin, destination in permutations(directory.parts, 2):
        found.append(line(directory, "adult", adult(origin, destination)))
        found.append(line(directory, "child", child(origin, destination)))
    return found


def summary(found: list[dict[str, Any]]) -> Mapping[tuple[str, str], int]:
    """How many pairs go on or stop, by who and why."""
    return Counter((line["who"], line["stops"] or "goes to the end") for line in found)


def main() -> None:
    """Print the table, and the counts under it."""
    parser = argparse.ArgumentParser(description="All ordered pairs of the twelve countries.")
    parser.add_argument("--csv", type=Path, help="also write the table here")
    args = parser.parse_args()
    found = lines(generate.bundled())
    print(table(found, COLUMNS))
    print()
    for (who, why), count in sorted(summary(found).items(), key=lambda item: (item[0][0], -item[1])):
        print(f"{count:4} {who}: {why}")
    if args.csv:
        with args.csv.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(found)


if __name__ == "__main__":
    main()
