"""Real profiles in every country: how many are answered, how many answers are complete, and what is missing most.

    python -m bench.profiles COUNTS.csv [--csv OUT.csv] [--scenario agreed|silent]

COUNTS.csv are counted profiles of the victim and perpetrator data of CTDC (IOM / CTDC): region of exploitation, region of citizenship,
gender, majority, two flags, and how many records are alike. The file is no part of the project and is not copied here. Its words are
mapped as `profile_crosswalk.yaml` maps them: what is empty is unknown and never "no". A region of citizenship names no country: one
nationality stands for each (`NATIONALITY`). Who was exploited in Europe was exploited where the answer is asked; elsewhere is unknown.

No data set holds consents or wishes, so they are a scenario: `agreed` (an adult agrees to referral and identification, was not asked about
the police, and wishes to stay) or `silent` (nothing asked yet).
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench import generate
from bench.path import table
from bench.workload import START
from pathways.directory import Directory
from pathways.planner import refer
from pathways.profile import Profile

NATIONALITY = {"Africa": ("NG",), "Americas/Oceania": ("CO",), "Asia": ("VN",), "Europe": ("MD",), "": ()}
"""The nationality that stands for a region of citizenship."""
_GENDER = {"Female": "female", "Male": "male", "": None}
_AGE_GROUP = {"Adult": "adult", "Minor": "child", "": None}
_FLAG = {"1": True, "": False}
SCENARIOS: dict[str, dict[str, Any]] = {
    "agreed": {"consent": {"referral": True, "formal_identification": True}, "wishes": "stay"},
    "silent": {},
}
COLUMNS = ("country", "profiles", "answered", "complete", "complete %", "records", "complete by records %", "asks next", "most missing")


@dataclass(slots=True)
class Tally:
    """What became of all profiles in one country."""

    profiles: int = 0
    answered: int = 0
    complete: int = 0
    records: int = 0
    complete_records: int = 0
    asking: int = 0
    missing: Counter[str] = field(default_factory=Counter)

    def add(self, answer: Mapping[str, Any] | None, records: int) -> None:
        """Count one answer, or that there was none."""
        self.profiles += 1
        self.records += records
        if answer is None or not answer["steps"]:
            return
        self.answered += 1
        self.asking += bool(answer["ask_next"])
        self.complete += answer["complete"]
        self.complete_records += records * answer["complete"]
        self.missing.update({gap["function"] for gap in answer["gaps"]})

    def line(self, country: str) -> dict[str, Any]:
        """The table's line."""
        return {
            "country": country,
            "profiles": self.profiles,
            "answered": self.answered,
            "complete": self.complete,
            "complete %": round(100 * self.complete / self.profiles),
            "records": self.records,
            "complete by records %": round(100 * self.complete_records / self.records),
            "asks next": self.asking,
            "most missing": ", ".join(
                f"{function} {count}" for function, count in sorted(self.missing.items(), key=lambda item: (-item[1], item[0]))[:5]
            )
            or "nothing",
        }


def cases(rows: Iterable[Mapping[str, str]]) -> list[tuple[Profile, bool, int]]:
    """Each counted profile, whether it was exploited in Europe, and how many records it stands for; KeyError for a word not in the crosswalk."""
    found = []
    for row in rows:
        exploitation = [name for name, column in (("labour", "forced_labour"), ("sexual", "sexual_exploit")) if _FLAG[row[column]]]
        profile = Profile(
            identified_in="",
            nationality=NATIONALITY[row["citizenship_region"]],
            gender=_GENDER[row["gender"]],
            age_group=_AGE_GROUP[row["majority"]],
            exploitation=tuple(exploitation),
            start_date=START,
        )
        found.append((profile, row["exploitation_region"] == "Europe", int(row["records"])))
    return found


def tally(directory: Directory, counted: Sequence[tuple[Profile, bool, int]], scenario: Mapping[str, Any]) -> dict[str, Tally]:
    """All profiles in every country of a directory."""
    found = {}
    for country in directory.parts:
        found[country] = Tally()
        for profile, here, records in counted:
            case = replace(profile, identified_in=country, exploited_in=country if here else None, **scenario)
            try:
                answer = refer(directory, case, alternatives=0)
            except Exception:  # an answer that is not given is what is counted here
                answer = None
            found[country].add(answer, records)
    return found


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description="Real profiles in every country.")
    parser.add_argument("counts", type=Path)
    parser.add_argument("--csv", type=Path, help="also write the table here")
    parser.add_argument("--scenario", choices=SCENARIOS, default="agreed")
    args = parser.parse_args()
    with args.counts.open(encoding="utf-8", newline="") as file:
        counted = cases(csv.DictReader(file))
    lines = [found.line(country) for country, found in tally(generate.bundled(), counted, SCENARIOS[args.scenario]).items()]
    print(f"{len(counted)} counted profiles ({sum(n for _, _, n in counted)} records; source: IOM / CTDC), scenario {args.scenario}")
    print(table(lines, COLUMNS))
    if args.csv:
        with args.csv.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(lines)


if __name__ == "__main__":
    main()
