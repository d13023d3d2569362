"""Two to twelve countries side by side: what each mechanism says, by topic, and the measures; facts as the directory tells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pathways import vocabulary
from pathways.directory import Directory, Part
from pathways.measures.analysis import ONE_AT_A_TIME, analysis
from pathways.measures.report import measures
from pathways.model import Deadline, Stage
from pathways.planner.phrases import Phrase, Word
from pathways.visibility import ANONYMOUS, Viewer, body_summary, is_seen
from pathways.vocabulary.labels import label

Cell = Mapping[str, Any]
"""What a country says of a topic: text, and the sources of it."""


def side_by_side(directory: Directory, countries: Sequence[str], on: date, viewer: Viewer = ANONYMOUS) -> dict[str, Any]:
    """The countries beside each other: a row a topic, a cell a country; KeyError for a country that the directory does not hold."""
    parts = [directory.parts[code] for code in countries]
    told = [dict(_told(directory, part, on, viewer)) for part in parts]
    topics = dict.fromkeys(topic for cells in told for topic in cells)
    with ONE_AT_A_TIME:
        numbers = [{(f.measure, f.name): f for f in measures(analysis(directory, code, on, viewer))} for code in countries]
    figures = dict.fromkeys(key for found in numbers for key in found)
    return {
        "countries": list(countries),
        "topics": [
            {"topic": topic, "cells": {part.code: cells.get(topic, _EMPTY) for part, cells in zip(parts, told, strict=True)}}
            for topic in topics
        ],
        "measures": [
            {
                "measure": measure,
                "name": name,
                "what": next(found[measure, name].what for found in numbers if (measure, name) in found),
                "values": {code: _figure(found.get((measure, name))) for code, found in zip(countries, numbers, strict=True)},
            }
            for measure, name in sorted(figures)
        ],
        "as_of": on.isoformat(),
        "revision": directory.revision,
    }


_EMPTY: Cell = {"text": "", "sources": []}


def _figure(figure: Any) -> dict[str, Any] | None:
    if figure is None:
        return None
    data = figure.as_data()
    return {name: data[name] for name in ("value", "lower", "upper", "unit")}


def _told(directory: Directory, part: Part, on: date, viewer: Viewer) -> Iterator[tuple[str, Cell]]:
    head = part.country.mechanism
    act, period = head.get("formal_nrm") or {}, head.get("reflection_period") or {}
    yield Phrase("mechanism"), _cell(f"{_yes_no(act.get('exists'))}: {act.get('instrument') or ''}", act)
    names = [_name(directory, body, viewer) for body in part.country.competent_authority if body in part.stakeholders]
    yield Phrase("who identifies"), _cell("; ".join(name for name in names if name), {})
    days = period.get("min_days")
    length = f"at least {days} days" if days else "no length found"
    yield Phrase("reflection period"), _cell(f"{length}. {period.get('conditions') or ''}".strip(), period)
    for name, topic in (("children", Phrase("children")), ("asylum_link", Phrase("asylum")), ("compensation", Phrase("compensation"))):
        found = head.get(name) or {}
        texts = [str(value) for key, value in found.items() if key in _WORDS and value]
        yield topic, _cell("; ".join(texts), found)
    permits = sorted({source for permit in part.permits for source in permit.sources})
    yield Phrase("permits"), _cell("; ".join(permit.text for permit in part.permits), {"sources": permits})
    for canonical in vocabulary.words("canonical_stages"):
        stages = [s for s in part.stages if s.canonical == canonical and s.in_force(on)]
        if stages:
            sources = sorted({source for s in stages for source in s.sources})
            yield (
                Word("canonical_stages", canonical, label("canonical_stages", canonical)),
                _cell("; ".join(_stage(s) for s in stages), {"sources": sources}),
            )


_WORDS = ("guardian", "placement", "pathway", "how", "scheme", "conditions", "note")


def _cell(text: str, found: Mapping[str, Any]) -> Cell:
    return {"text": text, "sources": list(found.get("sources", ()))}


def _yes_no(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value or "not known")) if isinstance(value, bool) else str(value or "not known")


def _name(directory: Directory, body: str, viewer: Viewer) -> str:
    stakeholder = directory.stakeholder(body)
    if stakeholder is None:
        return ""
    return stakeholder.name if is_seen(stakeholder, viewer) else str(body_summary(directory, stakeholder, viewer)["name"] or "")


def _stage(stage: Stage) -> str:
    limits = ", ".join(_deadline(deadline) for deadline in stage.deadlines)
    return stage.title + (f" ({limits})" if limits else "")


def _deadline(deadline: Deadline) -> str:
    days = "" if deadline.calendar == "unspecified" else f" {deadline.calendar}"
    return f"{label('deadline_bound', deadline.bound).lower()} {deadline.duration}{days}: {deadline.what}"


def rows(answer: Mapping[str, Any]) -> tuple[tuple[str, ...], list[list[object]]]:
    """The comparison as a table: a row a topic or a measure, a column a country."""
    countries = answer["countries"]
    told: list[list[object]] = [[topic["topic"], *(topic["cells"][code]["text"] for code in countries)] for topic in answer["topics"]]
    for item in answer["measures"]:
        told.append([f"{item['measure']}. {item['name']}", *((item["values"][code] or {}).get("value") for code in countries)])
    return ("topic", *countries), told
