"""The page that counts the research and the directory: its right-hand side is counted again here, and every difference has its reason."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from pathways import vocabulary
from pathways.format.reader import load_yaml, mandate_id
from pathways.stores.bundled import bundled_root

PAGE = (Path(__file__).parent.parent / "docs" / "research.md").read_text(encoding="utf-8")
COUNTRIES = vocabulary.words("countries")
HOW = (
    "docs/research.md no longer agrees with pathways/data. In its table set the cell to `research → data` (the number left of the arrow stays),"
    " add the difference to the row `all`, and in the country's part say what it is:"
    " a line `- KIND + `id`: reason.` for what was added, `- KIND − `id`: reason.` for what was taken out."
)


def _tables():
    """Each cell as (research, here), by row and column."""
    found = {}
    for head, body in re.findall(r"^\| \| (.*) \|\n\|[ -|]*\n((?:\| .*\n)+)", PAGE, re.MULTILINE):
        columns = head.split(" | ")
        for row in body.splitlines():
            name, *cells = (cell.strip() for cell in row.strip("| ").split(" | "))
            for column, cell in zip(columns, cells, strict=True):
                before, _, after = cell.partition(" → ")
                found[(name, column)] = (int(before), int(after or before))
    return found


CELLS = _tables()


def _file(part, name):
    return load_yaml((bundled_root() / part / f"{name}.yaml").read_text(encoding="utf-8"))


def _count(value, wanted):
    """How often a key holds at any depth, by what `wanted` makes of key and value."""
    if isinstance(value, dict):
        return sum(wanted(key, item) + _count(item, wanted) for key, item in value.items())
    return sum(_count(item, wanted) for item in value) if isinstance(value, list) else 0


def _notes(*files):
    return _count(list(files), lambda key, item: isinstance(item, str) and (key == "note" or str(key).endswith("_note")))


def _of_country(code):
    sources, bodies, whole = _file(code, "sources"), _file(code, "stakeholders")["stakeholders"], _file(code, "mechanism")
    block = whole["mechanism"]
    period = block["reflection_period"]
    return {
        "bodies": len(bodies),
        "mandates": sum(len(body["mandates"]) for body in bodies),
        "links": sum(len(body.get("refers_to", ())) for body in bodies),
        "stages": len(whole["stages"]),
        "transitions": sum(len(stage["next"]) for stage in whole["stages"]),
        "deadlines": _count([bodies, whole], lambda key, item: len(item) if key == "deadlines" else 0),
        "periods": 1 + len(period.get("by_group", ())) + len(period.get("territorial_variants", ())),
        "permits": len(whole["permits"]),
        "child rules": sum(bool(block["children"].get(rule)) for rule in ("pathway", "guardian", "placement", "legal_aid")),
        "compensation schemes": int("compensation" in block),
        "return programmes": int("return_and_reintegration" in block),
        "gaps": len(whole["gaps"]),
        "notes": _notes(sources, bodies, whole),
        "sources": len(sources["sources"]),
        "requirement words": len(whole["requirements"]),
        "questions": len(whole["questions"]),
    }


@pytest.mark.parametrize("code", COUNTRIES)
def test_the_counts_of_a_country_are_those_of_its_data(code):
    told = {column: here for (row, column), (_, here) in CELLS.items() if row == code}
    counted = _of_country(code)
    assert set(told) == set(counted)
    wrong = {kind: f"the page says {told[kind]}, the data has {counted[kind]}" for kind in counted if told[kind] != counted[kind]}
    assert not wrong, f"{code}: {wrong}. {HOW}"


def test_the_row_of_all_adds_the_others_up():
    columns = {column for row, column in CELLS if row == "all"}
    sums = {column: tuple(sum(CELLS[(code, column)][side] for code in COUNTRIES) for side in (0, 1)) for column in columns}
    assert {column: CELLS[("all", column)] for column in columns} == sums, HOW


def test_the_counts_of_the_channels_between_countries_are_those_of_the_data():
    channels, corridors, sources = _file("XB", "channels"), _file("XB", "corridors"), _file("XB", "sources")
    counted = {name: len(channels[name]) for name in ("channels", "networks", "agreements")}
    counted |= {"corridors": len(corridors["corridors"]), "sources": len(sources["sources"]), "notes": _notes(channels, corridors, sources)}
    assert {column: here for (row, column), (_, here) in CELLS.items() if row == "XB"} == counted, HOW
    states = Counter(corridor["state"] for corridor in corridors["corridors"])
    assert f"{states['documented']} documented, {states['network-only']} by a network only, {states['none-found']} with none found" in PAGE


# the differences -----------------------------------------------------------------------------------------------------------------------


def _part(code):
    return re.search(rf"^### {code} .*?\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL).group(1)


def _lines(code):
    """The differences that a country's part tells: kind, sign, ids, reason."""
    for kind, sign, ids, reason in re.findall(r"^- ([a-z ]+) ([+−]) ((?:`[^`]+`(?:, )?)+): (.+)$", _part(code), re.MULTILINE):
        yield kind, sign, re.findall(r"`([^`]+)`", ids), reason


@pytest.mark.parametrize("code", COUNTRIES)
def test_every_difference_of_a_country_is_told_with_its_reason(code):
    told = Counter()
    for kind, sign, ids, reason in _lines(code):
        assert len(reason) > 10, f"{code}, {kind} {sign}: {reason}"
        told[kind] += len(ids) if sign == "+" else -len(ids)
    differences = {column: here - before for (row, column), (before, here) in CELLS.items() if row == code and column != "notes"}
    assert {kind: count for kind, count in told.items() if count} == {kind: count for kind, count in differences.items() if count}, (
        f"{code}. {HOW}"
    )


def _ids(code):
    """The ids that the data has now, by kind, as the page writes them."""
    bodies, whole = _file(code, "stakeholders")["stakeholders"], _file(code, "mechanism")
    return {
        "bodies": {body["id"] for body in bodies},
        "mandates": {mandate_id(body["id"], mandate) for body in bodies for mandate in body["mandates"]},
        "links": {f"{body['id']} > {link['to']}" for body in bodies for link in body.get("refers_to", ())},
        "stages": {stage["id"] for stage in whole["stages"]},
        "transitions": {f"{stage['id']} > {way['to']}" for stage in whole["stages"] for way in stage["next"]},
        "permits": {permit["id"] for permit in whole["permits"]},
        "gaps": {gap["id"] for gap in whole["gaps"]},
        "sources": set(_file(code, "sources")["sources"]),
        "requirement words": {requirement["word"] for requirement in whole["requirements"]},
        "questions": {question["id"] for question in whole["questions"]},
    }


@pytest.mark.parametrize("code", COUNTRIES)
def test_what_was_added_is_there_and_what_was_taken_out_is_not(code):
    known = _ids(code)
    for kind, sign, ids, _ in _lines(code):
        if kind in known:
            wrong = [name for name in ids if (name in known[kind]) is not (sign == "+")]
            assert not wrong, f"{code}, {kind} {sign}: {wrong} {'is not in' if sign == '+' else 'is still in'} the data. {HOW}"
