"""An answer gives back nothing of the case that the contract does not name, and nothing of a body that the viewer may not see."""

from __future__ import annotations

import json
from random import Random

from profiles import A, a_woman, at_random

from pathways.directory import Directory
from pathways.format.reader import read
from pathways.planner import refer
from pathways.records import Record
from pathways.stores.bundled import bundled_root
from pathways.visibility import KEEPER

RECORDS = read(bundled_root())
BUNDLED = Directory.from_records(RECORDS)

PLANTED = {
    "exploited_in": "TV",
    "age": 117,
    "dependants": 29,
    "languages": ["qaa-zzplanted"],
    "days_to_majority": -36163,
    "done": [{"decision": "complaint-filed", "by": "zz-planted-body", "on": "1999-01-02"}],
}
"""Values that no directory names, so that one of them in an answer can only come from the case."""


def _leaves(value, sources: bool = True):
    """All keys and values of an answer; without the ids of sources, some of which are called like bodies."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            if sources or key != "sources":
                yield from _leaves(part, sources)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part, sources)
    else:
        yield value


def _holds(answer, value) -> bool:
    """Whether a value stands anywhere in an answer: as a value or a key, and a word also within a text."""
    words = isinstance(value, str) and len(value) > 2
    return any(
        (leaf == value and type(leaf) is type(value)) or (words and isinstance(leaf, str) and value in leaf) for leaf in _leaves(answer)
    )


def test_what_is_planted_in_a_case_never_appears_in_the_answer():
    found = []
    for number in range(150):
        random = Random(number)
        said = at_random(f"planted {number}", BUNDLED)
        said = A({name: value for name, value in said.items() if name not in ("age_group", "signs_of_minority")}).but(**PLANTED)
        if random.random() < 0.5:
            said = said.but(wishes="return", destination="AL").agreeing("return", "share_data_cross_border").fearing()
        text = refer(BUNDLED, said.profile)
        found += [
            (number, value)
            for value in ("TV", "Tuvalu", 117, 29, "qaa-zzplanted", "zz-planted-body", "1999-01-02", -36163)
            if _holds(text, value)
        ]
    assert found == []


def test_what_is_looked_for_would_be_found():
    answer = refer(BUNDLED, a_woman(in_="IT").but(region="IT-75").profile)
    assert _holds(answer, "IT") and _holds({"a": [{"b": "on 1999-01-02, she"}]}, "1999-01-02") and _holds({"age": 117}, 117)


def test_who_noticed_her_is_named_only_as_the_first_contact_or_the_sender():
    """A body of another country that takes no step here and sends nobody on is not told again."""
    for number in range(100):
        said = at_random(f"by {number}", BUNDLED).but(detected_by="it-lule", identified_in="GR", region=None, wishes="stay")
        assert "it-lule" not in json.dumps(refer(BUNDLED, said.profile))


def test_the_answer_has_no_field_that_the_contract_does_not_name():
    contract = {
        "complete",
        "route",
        "countries",
        "steps",
        "branches",
        "ask_next",
        "gaps",
        "rights",
        "contacts_in_country_of_return",
        "findings",
        "alternatives",
        "revision",
        "as_of",
        "sources",
    }
    more = {"emergency", "corridor", "dated", "withheld"}
    for number in range(40):
        assert set(refer(BUNDLED, at_random(f"fields {number}", BUNDLED).profile)) - contract <= more


# bodies that are not for everybody -------------------------------------------------------------------------------------------------------

SECRET = "Zzsecret"


def _hiding(seed: int, share: float) -> tuple[Directory, set[str]]:
    """The bundled directory with a share of its bodies hidden or for partners only; what they are called and where they are is marked."""
    random, records, gone = Random(seed), [], set()
    for record in RECORDS:
        if record.kind == "stakeholder" and random.random() < share:
            gone.add(record.id)
            said = {
                "name": f"{SECRET} {record.id}",
                "visibility": random.choice(["hidden", "partner"]),
                "contacts": [{"type": "phone", "value": f"+00 {SECRET}"}],
            }
            records.append(Record(record.kind, record.id, record.part, {**record.fields, **said}))
        else:
            records.append(record)
    return Directory.from_records(records), gone


def test_nothing_of_a_hidden_body_is_told_to_a_viewer_without_the_right():
    held, gone = _hiding(11, 0.3)
    found = []
    for number in range(240):
        said = at_random(f"hidden {number}", held)
        answer = refer(held, said.profile)
        told = {leaf for leaf in _leaves(answer, sources=False) if isinstance(leaf, str)}
        found += [(number, SECRET)] * (SECRET in json.dumps(answer)) + [
            (number, body) for body in sorted(gone & told) if body != said.get("detected_by")
        ]
    assert not found, f"{len(found)}: {found[:6]}"


def test_the_same_body_is_told_to_the_keeper_of_the_directory():
    held, _ = _hiding(11, 0.3)
    assert any(SECRET in json.dumps(refer(held, at_random(f"hidden {number}", held).profile, viewer=KEEPER)) for number in range(20))


def test_a_confidential_place_is_told_no_finer_than_its_region():
    records = [
        Record(r.kind, r.id, r.part, {**r.fields, "confidential_location": True, "territory": ["FR-75C"]})
        if r.kind == "stakeholder" and r.part == "FR"
        else r
        for r in RECORDS
    ]
    held = Directory.from_records(records)
    for number in range(30):
        said = at_random(f"place {number}", held, ["FR"]).but(region=None)
        for step in refer(held, said.profile)["steps"]:
            assert "FR-75C" not in json.dumps(step["stakeholder"]), step["stakeholder"]
