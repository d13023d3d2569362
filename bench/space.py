"""The whole space of profiles of every country: how long it takes, and what planning each profile separately would.

    python -m bench.space [--planned 300]

For each country: the profiles and the groups that no rule tells apart; the seconds to make the space, to walk it, and to count who has no
complete path under both views; and the processor time that the planner takes for the route of one profile, measured on some, from which
the time for all of them follows. Wall time and processor time of one process.
"""

from __future__ import annotations

import argparse
from datetime import date
from random import Random
from time import perf_counter, process_time
from typing import Any

from bench import generate
from bench.path import table
from pathways.directory import Directory, Part
from pathways.measures.analysis import Analysis
from pathways.measures.space import Space
from pathways.planner.cases import Cases, known_facts
from pathways.planner.route import Router
from pathways.profile import Profile
from pathways.visibility import ANONYMOUS

DAY = date(2026, 11, 24)
COLUMNS = (
    "country",
    "profiles",
    "groups",
    "published",
    "seconds",
    "cpu s",
    "parts of sets",
    "planner ms a profile",
    "planner years for all",
)


def route(directory: Directory, part: Part, profile: Profile) -> None:
    """The planner's route of one profile, without the choice of bodies and without words."""
    cases = Cases(directory, profile, DAY, ANONYMOUS)
    case = cases.here(part, known_facts(profile, part), profile.destination if profile.wishes == "return" else None)
    Router(part, case, profile, cases).run()


def measured(directory: Directory, country: str, planned: int) -> dict[str, Any]:
    """The line of one country."""
    wall, processor = perf_counter(), process_time()
    found = Analysis(directory, country, DAY)
    incomplete = found.outcome.incomplete
    found.whole.count(incomplete)
    found.published.count(incomplete)
    wall, processor = perf_counter() - wall, process_time() - processor
    chance = Random(country)
    drawn = [found.space.drawn(chance)[0] for _ in range(planned)]
    start = process_time()
    for profile in drawn:
        route(directory, found.part, profile)
    each = (process_time() - start) / planned
    return {
        "country": country,
        "profiles": found.space.profiles,
        "groups": found.space.groups,
        "published": found.published.count.total,
        "seconds": wall,
        "cpu s": processor,
        "parts of sets": len(found.space.universe),
        "planner ms a profile": each * 1000,
        "planner years for all": each * found.space.profiles / (365.25 * 86400),
    }


def shown(line: dict[str, Any]) -> dict[str, Any]:
    """A line as it is printed."""
    forms = {"profiles": ".1e", "groups": ".1e", "published": ",", "planner years for all": ".0e"}
    plain = {name: format(value, forms[name]) if name in forms else value for name, value in line.items()}
    return {name: f"{value:.2f}" if isinstance(value, float) else value for name, value in plain.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The whole space of profiles of every country.")
    parser.add_argument("--planned", type=int, default=300, help="profiles a country that the planner is timed on")
    args = parser.parse_args()
    directory = generate.bundled()
    Space(next(iter(directory.parts.values())))  # what is read once at start is not what is measured
    lines = [measured(directory, country, args.planned) for country in directory.parts]
    print(table([shown(line) for line in lines], COLUMNS))
    seconds, processor = sum(line["seconds"] for line in lines), sum(line["cpu s"] for line in lines)
    published = sum(line["published"] for line in lines)
    total = sum(line["profiles"] for line in lines)
    print(f"all: {total:.1e} profiles in {seconds:.1f} s ({processor:.1f} s of one processor): {total / seconds:.1e} a second")
    print(f"of the published sets alone, whose profiles could be listed: {published:,}, {published / seconds:,.0f} a second")


if __name__ == "__main__":
    main()
