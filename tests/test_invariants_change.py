"""What must hold between two answers: more is known of the same case, a body is added, one is taken away."""

from __future__ import annotations

from random import Random

from invariants import function_rules
from naive import decisions, facts_of, holds
from profiles import COUNTRIES, NEEDS, A, at_random
from tiny import body, does

from pathways.conditions import ALWAYS
from pathways.directory import Directory
from pathways.format.reader import read
from pathways.planner import refer
from pathways.records import Record
from pathways.stores.bundled import bundled_root

RECORDS = read(bundled_root())
BUNDLED = Directory.from_records(RECORDS)


def told(answer):
    """What must stay: functions, bodies and stages of the steps, in their order."""
    return [(step["function"], step["ground"], step["stakeholder"]["id"], step["stage"]) for step in answer["steps"]]


def mentioned(answer) -> set[str]:
    """All bodies that an answer's first path names, as taker or beside."""
    return {body["id"] for step in answer["steps"] for body in (step["stakeholder"], *(other["stakeholder"] for other in step["with"]))}


# unknown ---------------------------------------------------------------------------------------------------------------------------------

_FACTS = {
    "gender": ("female", "male"),
    "region": (),
    "unaccompanied": (True, False),
    "exploitation": (["sexual"], ["labour"]),
    "status": ("third-country-irregular", "asylum-seeker"),
    "detained": (False,),
    "documents": (True, False),
    "dependants": (0, 2),
    "wishes": ("stay",),
    "risks": ([], ["reprisals"]),
    "languages": (["en"], ["ar"]),
    "vulnerabilities": (["pregnant"],),
    "exploited_in": ("LY",),
}
"""Facts that are told later; those that settle what she is (age) or takes back (a refusal) are not among them."""


def test_more_facts_never_make_a_step_that_gives_vanish_without_a_reason():
    """What gave before is still a step, or a gap or a branch with its reason, or does not fit the person by the fact that was told."""
    random, found = Random(3), []
    for number in range(1500):
        said = at_random(f"less {number}", BUNDLED)
        unknown = [name for name in _FACTS if name not in said and (name != "status" or not said.get("nationality"))]
        if not unknown:
            continue
        name = random.choice(unknown)
        values = _FACTS[name] or tuple(territory for territory in _regions(said["identified_in"]))
        more = said.but(**{name: random.choice(values)})
        before, after = refer(BUNDLED, said.profile, alternatives=0), refer(BUNDLED, more.profile, alternatives=0)
        for step in before["steps"]:
            if function_rules()[step["function"]].get("help") and not _explained(more, after, step["function"], step["stage"]):
                found.append((step["function"], name, more[name], dict(said)))
    assert not found, f"{len(found)}: {found[:3]}"


def _regions(country: str) -> tuple[str, ...]:
    from pathways import territories

    return territories.subdivisions(country)


def _explained(said: A, answer, function: str, stage: str) -> bool:
    if any(step["function"] == function for step in answer["steps"]) or any(gap["function"] == function for gap in answer["gaps"]):
        return True
    if any(function in branch["reason"] for branch in answer["branches"]):
        return True
    profile = said.profile
    facts = facts_of(profile, BUNDLED.parts[profile.identified_in])
    if any(
        holds(s.applies, facts) is False or holds(s.gate, facts) is False
        for s in BUNDLED.parts[profile.identified_in].stages
        if s.id == stage
    ):
        return True  # what was told says that the stage where it stood is not for her
    no_place_needed = function == "crisis-accommodation" and profile.detained
    speaks = function == "interpretation" and set(profile.languages) & set(BUNDLED.parts[profile.identified_in].country.languages)
    accompanied = function == "child-guardianship" and profile.unaccompanied is False
    return bool(no_place_needed or speaks or accompanied or decisions(profile) & set(function_rules()[function].get("settled_by", ())))


# monotone --------------------------------------------------------------------------------------------------------------------------------


def _new_body(random: Random, country: str, number: int) -> list[Record]:
    """A body with one to three mandates, drawn from what the country's mandates look like."""
    part = BUNDLED.parts[country]
    mandates = []
    for _ in range(random.randint(1, 3)):
        like = random.choice([m for held in part.performs.values() for m in held])
        said = does(
            like.function if random.random() < 0.6 else random.choice(NEEDS),
            role=random.choice(["deliver", "deliver", "decide", "receive"]),
        )
        if random.random() < 0.4 and like.serves != ALWAYS:
            said["serves"] = like.serves.as_data()
        mandates.append(said)
    source = sorted(part.sources)[0]
    records = body(f"{country.lower()}-zz-new-{number}", *mandates, kind=random.choice(["ngo", "social-service", "competent-authority"]))
    return [Record(r.kind, r.id, r.part, {**r.fields, "sources": [source]}) for r in records]


def test_adding_a_body_never_turns_a_complete_path_incomplete():
    random, found, complete = Random(5), [], 0
    for country in COUNTRIES:
        others = [_new_body(random, country, number) for number in range(15)]
        more = [Directory.from_records([*RECORDS, *records]) for records in others]
        for number in range(80):
            said = at_random(f"complete {country} {number}", BUNDLED, [country])
            if not refer(BUNDLED, said.profile, alternatives=0)["complete"]:
                continue
            complete += 1
            for records, held in zip(others, more, strict=True):
                after = refer(held, said.profile, alternatives=0)
                if not after["complete"]:
                    found.append(
                        (
                            [gap["function"] for gap in after["gaps"]],
                            [(r.fields["function"], r.fields["role"]) for r in records if r.kind == "mandate"],
                            dict(said),
                        )
                    )
    assert complete > 30
    assert not found, f"{len(found)}: {found[:3]}"


def test_taking_away_a_body_that_is_not_on_the_path_leaves_its_steps_as_they_were():
    random, found = Random(7), []
    for country in COUNTRIES:
        cases = [at_random(f"away {country} {number}", BUNDLED, [country]) for number in range(20)]
        answers = [refer(BUNDLED, said.profile, alternatives=0) for said in cases]
        part = BUNDLED.parts[country]
        above = {name for names in part.belongs_to.values() for name in names}  # whoever others belong to stands behind their steps too
        for gone in random.sample(sorted(set(part.stakeholders) - above), 12):
            held = Directory.from_records(_without(gone))
            for said, before in zip(cases, answers, strict=True):
                if gone in mentioned(before) or gone == said.get("detected_by"):
                    continue
                after = refer(held, said.profile, alternatives=0)
                if told(after) != told(before):
                    found.append((gone, sorted(set(told(before)) ^ set(told(after)))[:3], dict(said)))
    assert not found, f"{len(found)}: {found[:3]}"


def _without(gone: str) -> list[Record]:
    """The records without a body, and without whatever names it: its mandates, links, membership; what belonged to it stands alone."""
    kept = []
    for record in RECORDS:
        fields = record.fields
        if (
            (record.kind == "stakeholder" and record.id == gone)
            or fields.get("holder") == gone
            or gone in (fields.get("origin") if record.kind == "link" else None, fields.get("to"))
        ):
            continue
        if record.kind == "stakeholder":
            fields = {
                name: value
                for name, value in fields.items()
                if value != gone or name not in ("parent", "operated_by", "instance_of", "succeeded_by")
            }
            if gone in fields.get("members", ()):
                fields = {**fields, "members": [member for member in fields["members"] if member != gone]}
        kept.append(Record(record.kind, record.id, record.part, fields))
    return kept
