"""Rules of the linter about a mechanism: dates, stages that nothing leads to, circles, bodies named where they have nothing to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pathways.calendar import first_day, last_day
from pathways.format.linted import Linted, Placed, mappings, reached, rings
from pathways.format.reader import Finding

_SPANS = (("valid_from", "valid_to"), ("active_from", "active_until"))


def dates(linted: Linted) -> Iterator[Finding]:
    """Dates that are not days of a calendar, and spans that end before they begin."""
    for one in linted.all:
        for place, found in mappings(one.fields):
            for begin, end in _SPANS:
                given = [(key, found[key]) for key in (begin, end) if isinstance(found.get(key), str)]
                wrong = [(key, text) for key, text in given if not _is_date(text)]
                for key, text in wrong:
                    yield one.finding("date", f"{text!r} is not a date; accepted are 2024, 2024-05 and 2024-05-31", *place, key)
                if len(given) == 2 and not wrong and first_day(given[0][1]) > last_day(given[1][1]):
                    yield one.finding(
                        "date",
                        f"{begin} {found[begin]} is after {end} {found[end]}; accepted is a beginning on or before the end",
                        *place,
                        begin,
                    )


def _is_date(text: str) -> bool:
    try:
        return first_day(text) <= last_day(text)
    except ValueError:
        return False


def _ways(stages: Mapping[str, Placed]) -> dict[str, list[str]]:
    return {name: [way["to"] for way in stage.fields["next"]] for name, stage in stages.items()}


def _by_part(linted: Linted) -> Iterator[tuple[str, dict[str, Placed]]]:
    for part in linted.parts():
        found = {stage.fields["id"]: stage for stage in linted.of("stage") if stage.record.part == part}
        if found:
            yield part, found


def unreachable_stages(linted: Linted) -> Iterator[Finding]:
    """Stages of the main track to which no way leads from a detection stage."""
    for part, stages in _by_part(linted):
        ways = _ways(stages)
        starts = [name for name, stage in stages.items() if "detection" in (stage.fields["canonical"], *stage.fields.get("merged", ()))]
        if not starts:
            yield next(iter(stages.values())).warning(
                "no-detection", f"no stage of {part} is a detection; one or more with canonical: detection is where a path begins"
            )
            continue
        found = {*starts, *reached(ways, starts)}
        for name, stage in stages.items():
            if stage.fields["track"] == "main" and name not in found:
                before = ", ".join(other for other in ways if name in ways[other])
                why = f"only {before} lead to it, and nothing to them" if before else "no stage has it as next"
                accepted = "name it in the next of the stage before it, or make it parallel"
                yield stage.warning("unreachable", f"the main stage {name} is reached from no detection stage: {why}; {accepted}")


def cycles(linted: Linted) -> Iterator[Finding]:
    """Circles on the main track."""
    for _, stages in _by_part(linted):
        main = {name: stage for name, stage in stages.items() if stage.fields["track"] == "main"}
        for ring in rings({name: [to for to in ways if to in main] for name, ways in _ways(main).items()}):
            accepted = "accepted is an order with an end, or a parallel track"
            yield main[ring[0]].warning("cycle", f"the main stages {', '.join(ring)} lead to each other in a circle; {accepted}")


def idle_bodies(linted: Linted) -> Iterator[Finding]:
    """Bodies that lead or support a stage and hold none of its functions, nor does anybody they belong to or who belongs to them."""
    kin = _kin(linted)
    for stage in linted.of("stage"):
        wanted = set(stage.fields["functions"])
        for key in ("lead", "support"):
            for body in stage.fields.get(key, ()):
                held = set().union(*(linted.functions.get(name, set()) for name in (body, *kin.get(body, ()))))
                if wanted and body in linted.bodies and not wanted & held:
                    accepted = f"a mandate for one of {', '.join(sorted(wanted))}" if held else "any mandate at all"
                    yield stage.warning(
                        "idle-body",
                        f"{body} is in {key} of {stage.fields['id']} without {accepted}; give it the mandate or take it out",
                        key,
                    )


def _kin(linted: Linted) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for body in linted.bodies.values():
        others = [body.fields.get(key) for key in ("parent", "instance_of", "operated_by", "succeeded_by")]
        for other in (*others, *body.fields.get("members", ())):
            if other:
                found.setdefault(body.record.id, set()).add(other)
                found.setdefault(other, set()).add(body.record.id)
    return found


def unused_requirements(linted: Linted) -> Iterator[Finding]:
    """Requirement words that no mandate of the country asks for."""
    asked = {(one.record.part, word) for one in linted.of("mandate") for word in one.fields.get("requires", ())}
    for one in linted.of("requirement"):
        if (one.record.part, one.fields["word"]) not in asked:
            yield one.warning("unused-requirement", f"no mandate of {one.record.part} requires {one.fields['word']}; use it or take it out")
