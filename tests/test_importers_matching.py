"""Matching: the same body in two lists is found, what is unsure waits, and what a person judged stays judged."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

import pathways
from bench.matching import measure
from importers.matching import Decision, Judgements, finding, match, subject_of, waiting
from importers.matching.contacts import Contacts, host, phones
from importers.matching.index import MOST, index_of
from importers.matching.likeness import ALIKE, alike
from importers.matching.names import variants
from importers.reading import Place, Read
from pathways.directory import Directory
from pathways.format.reader import read as read_directory
from pathways.records import Record

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples"
CASES = SAMPLES / "er-name-bench" / "cases.csv"
BUNDLED = Path(pathways.__file__).parent / "data"


@pytest.fixture(scope="module")
def bundled() -> list[Record]:
    return read_directory(BUNDLED)


@pytest.fixture(scope="module")
def directory(bundled: list[Record]) -> Directory:
    return Directory.from_records(bundled)


def small(bundled: Iterable[Record], *bodies: dict[str, object], country: str = "GR") -> Directory:
    """A directory of one country with these bodies only."""
    head = [record for record in bundled if record.part == country and record.kind == "country"]
    made = [Record("stakeholder", str(b["id"]), country, {"kind": "ngo", "territory": [country], **b}) for b in bodies]
    return Directory.from_records(head + made)


def a_body(name: str, country: str = "GR", identity: str = "x-1", keys: tuple[tuple[str, str], ...] = (), **fields: object) -> Read:
    return Read(
        Record("stakeholder", identity, country, {"name": name, "kind": "ngo", "territory": [country], **fields}),
        Place("list.csv"),
        keys=keys,
    )


def phone(value: str) -> dict[str, str]:
    return {"type": "phone", "value": value}


def web(value: str) -> dict[str, str]:
    return {"type": "website", "value": value}


def decide(read: Read, directory: Directory, judgements: Judgements | None = None) -> Decision:
    return next(match([read], directory, judgements or Judgements("list")))


@pytest.mark.skipif(not CASES.is_file(), reason="the labelled pairs are not here")
def test_labelled_pairs_are_told_better_than_by_the_published_matcher():
    score = measure(CASES)
    assert score.right + len(score.missed) + len(score.wrong) > 80
    assert score.f1 > 0.90


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Κέντρο Διοτίμα", "Kentro Diotima"),
        ("ΕΚΚΑ", "E.K.K.A."),
        ("Ла Страда Україна", "La Strada Ukraina"),
        ("Громадська організація «Ластівка»", "Lastivka NGO"),
        ("جمعية الكرامة", "Jamiat al Karama"),
        ("Associação Mulheres Século XXI", "Associacao Mulheres Seculo XXI"),
        ("Fundacja La Strada, Sp. z o.o.", "La Strada, Fundacja"),
        ("Women's Aid", "Womens Aid"),
        ("Centre d'Accueil de l'Espoir", "Centre Accueil Espoir"),
        ("Centro dell’Accoglienza", "Centro dell'Accoglienza"),
        ("Haus der Frau e.V.", "Haus der Frau"),
        ("Women & Health", "Women and Health"),
        ("Labour Rights Center", "Labor Rights Centre"),
        ("National Centre for Social Solidarity (EKKA)", "National Centre for Social Solidarity"),
        ("Int'l Rescue Committee", "International Rescue Committee"),
    ],
)
def test_one_name_written_in_two_ways_is_the_same(one: str, other: str):
    likeness = alike(one, other)
    assert likeness.exact, likeness


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Regional Asylum Office 1", "Regional Asylum Office 2"),
        ("Caritas Greece", "Caritas Poland"),
        ("Ministry of Labour", "Ministry of Justice"),
        ("Shelter II", "Shelter III"),
        ("Women's Aid Leeds", "Women's Aid Bradford"),
        ("Hope Association ONLUS", "Hope Association S.p.A."),
        ("IOM", "ICM"),
        ("Women's Centre North", "Women's Centre South"),
        ("Pavilion A", "Pavilion B"),
        ("Pavilion", "Pavilion A"),
        ("House 2b", "House"),
        ("House 2b", "House 2c"),
        ("House for Male Victims", "House for Female Victims"),
        ("Dorset County Council", "Dorset Council"),
    ],
)
def test_another_number_place_or_word_is_another_body(one: str, other: str):
    assert alike(one, other).score < ALIKE


def test_an_acronym_is_a_hint_and_no_more():
    likeness = alike("IOM", "International Organization for Migration")
    assert likeness.score >= ALIKE
    assert not likeness.exact
    assert alike("UNHCR Greece", "United Nations High Commissioner for Refugees in Greece").score >= ALIKE
    assert alike("IOM Greece", "International Organization for Migration, Poland").score < ALIKE


def test_phones_are_the_same_however_they_are_written():
    assert phones("210 520 0800", "GR") == phones("+30 210–5200800", "GR") == phones("0030 2105200800 (24/7)", "GR")
    assert phones("112", "GR") != phones("112", "FR")
    assert len(phones("or 96 49 05 05 / 96 49 05 06", "CY")) == 2


def test_a_page_on_a_platform_is_told_by_its_account():
    assert host("https://www.diotima.org.gr/el/") == host("diotima.org.gr") == "diotima.org.gr"
    assert host("https://www.facebook.com/a21") != host("https://www.facebook.com/praksis")


def test_a_name_in_another_script_and_the_same_phone_merge(bundled: list[Record]):
    known = small(bundled, {"id": "gr-diotima", "name": "Kentro Diotima", "contacts": [phone("+30 210 3244380")]})
    decision = decide(a_body("Κέντρο Διοτίμα", contacts=[phone("2103244380")], territory=["GR-I"]), known)
    assert decision.body == "gr-diotima"
    assert {reason.word for reason in decision.candidates[0].reasons} == {"phone", "name"}
    said = finding(decision)
    assert said is not None and (said.rule, said.severity) == ("matched", "note") and "+302103244380" in said.text


def test_a_phone_alone_waits(bundled: list[Record]):
    known = small(bundled, {"id": "gr-one", "name": "Open House", "contacts": [phone("+30 210 3244380")]})
    decision = decide(a_body("Blue Door", contacts=[phone("2103244380")]), known)
    assert decision.verdict == "unsure"
    said = finding(decision)
    assert said is not None and (said.rule, said.severity) == ("unsure-match", "warning") and "gr-one" in said.text


@pytest.mark.parametrize("name", ["Open House International", "The Open House, Ltd GR", "Open House (Women's Support Centre)"])
def test_a_phone_and_a_name_with_more_or_fewer_words_wait(bundled: list[Record], name: str):
    known = small(bundled, {"id": "gr-one", "name": "Open House", "contacts": [phone("+30 210 3244380")]})
    assert decide(a_body(name, contacts=[phone("2103244380")]), known).verdict == "unsure"


def test_the_same_name_in_another_city_waits(bundled: list[Record]):
    known = small(bundled, {"id": "gr-one", "name": "Women's Centre", "city": "Patras"})
    assert decide(a_body("Women's Centre", city="Πάτρα"), known).verdict == "unsure"
    assert decide(a_body("Women's Centre", city="PATRAS"), known).body == "gr-one"


def test_one_body_is_not_the_class_that_it_belongs_to(bundled: list[Record]):
    known = small(bundled, {"id": "gr-class", "name": "Community Centres", "scope": "class", "instance_by": "municipality"})
    assert decide(a_body("Community Centres"), known).verdict == "unsure"


def test_one_that_has_ended_is_not_merged_with_one_that_lives(bundled: list[Record]):
    known = small(bundled, {"id": "gr-old", "name": "Labour Abuse Authority", "valid_to": "2020-01-01", "contacts": [phone("2103244380")]})
    assert decide(a_body("Labour Abuse Authority", contacts=[phone("2103244380")]), known).verdict == "unsure"


def test_two_bodies_of_a_list_are_not_merged_into_one(bundled: list[Record]):
    known = small(bundled, {"id": "gr-one", "name": "Safe Harbour Association"})
    first, second = match(
        [a_body("Safe Harbour Association"), a_body("Safe Harbour Association", identity="x-2")], known, Judgements("list")
    )
    assert first.body == "gr-one"
    assert second.verdict == "unsure"
    assert "taken" in {reason.word for reason in second.candidates[0].reasons}


def test_a_name_that_two_bodies_have_waits(bundled: list[Record]):
    known = small(bundled, {"id": "gr-a", "name": "Safe Harbour Association"}, {"id": "gr-b", "name": "SAFE HARBOUR ASSOCIATION"})
    decision = decide(a_body("Safe Harbour association"), known)
    assert decision.verdict == "unsure"
    assert {candidate.body for candidate in decision.candidates} == {"gr-a", "gr-b"}


def test_another_name_of_a_list_is_compared_too(bundled: list[Record]):
    known = small(bundled, {"id": "gr-one", "name": "Safe Harbour Association"})
    assert decide(a_body("Ormos", keys=(("name", "Safe Harbour Association"),)), known).body == "gr-one"


def test_a_name_is_compared_with_few_bodies_however_many_share_its_words(bundled: list[Record]):
    index = index_of(small(bundled, *({"id": f"gr-{n}", "name": f"Women's Support Centre {n:04d}"} for n in range(3000))).parts["GR"])
    assert len(index.near(variants("Women's Support Centre"), Contacts())) <= MOST
    near = index.near(variants("Support Centre of Women 0815"), Contacts())
    assert len(near) <= MOST
    assert "gr-815" in near


def test_bodies_of_another_country_are_no_candidates(directory: Directory):
    assert decide(a_body("Caritas", "US"), directory).verdict == "new"


def test_not_the_same_is_remembered_and_taken_back(bundled: list[Record], tmp_path: Path):
    known = small(bundled, {"id": "gr-one", "name": "Open House", "contacts": [phone("+30 210 3244380")]})
    read = a_body("Blue Door", contacts=[phone("2103244380")], keys=(("hsds", "17"),))
    with Judgements("list", tmp_path / "judgements.sqlite") as judgements:
        number = judgements.judge(subject_of(read), "gr-one", "different", "Eva")
    with Judgements("list", tmp_path / "judgements.sqlite") as judgements:
        assert decide(read, known, judgements).verdict == "new"
        judgements.take_back(number, "Ada")
        assert decide(read, known, judgements).verdict == "unsure"
        assert [(one.verdict, one.author, one.taken_back_by) for one in judgements.history()] == [("different", "Eva", "Ada")]
        with pytest.raises(KeyError):
            judgements.take_back(number, "Ada")


def test_the_same_is_remembered_against_everything_and_for_its_source_only(bundled: list[Record], tmp_path: Path):
    known = small(bundled, {"id": "gr-one", "name": "Open House"}, {"id": "gr-two", "name": "Blue Door Society"})
    read = a_body("Blue Door Society")
    assert decide(read, known).body == "gr-two"
    judgements = Judgements("list", tmp_path / "j.sqlite")
    judgements.judge(subject_of(read), "gr-one", "same", "Eva")
    assert decide(read, known, judgements).body == "gr-one"
    assert decide(read, known, Judgements("other", tmp_path / "j.sqlite")).body == "gr-two"
    again = judgements.judge(subject_of(read), "gr-two", "same", "Eva")
    assert decide(read, known, judgements).body == "gr-two"
    judgements.take_back(again, "Eva")
    assert decide(read, known, judgements).body == "gr-one"


def test_a_judgement_about_a_body_that_is_gone_is_passed_over(bundled: list[Record]):
    known = small(bundled, {"id": "gr-two", "name": "Blue Door Society"})
    judgements = Judgements("list")
    judgements.judge("x-1", "gr-gone", "same", "Eva")
    assert decide(a_body("Blue Door Society"), known, judgements).body == "gr-two"


def test_an_identifier_that_was_accepted_before_is_found_again_and_forgotten_by_an_undo(bundled: list[Record]):
    known = small(bundled, {"id": "gr-one", "name": "Open House Association"})
    judgements = Judgements("list")
    read = a_body("The Open House", keys=(("register", "GR-99"), ("name", "nobody's")), city="Patras")
    assert decide(read, known, judgements).body is None
    judgements.learn(read.keys, "gr-one")
    assert decide(read, known, judgements).body == "gr-one"
    judgements.forget("gr-one")
    assert decide(read, known, judgements).body is None


def test_what_waits_stands_in_a_queue_until_it_is_judged(bundled: list[Record]):
    known = small(bundled, {"id": "gr-one", "name": "Open House", "contacts": [phone("+30 210 3244380")]})
    judgements = Judgements("list")
    decision = decide(a_body("Blue Door", contacts=[phone("2103244380")]), known, judgements)
    judgements.wait(waiting("list", decision.read, [candidate.as_json() for candidate in decision.candidates]))
    (one,) = judgements.queue()
    assert (one.subject, one.name, one.place) == ("x-1", "Blue Door", "list.csv")
    assert '"gr-one"' in one.candidates
    judgements.judge(one.subject, "gr-one", "same", "Eva")
    assert judgements.queue() == []


def test_what_is_judged_to_be_none_of_its_candidates_waits_no_longer():
    judgements = Judgements("list")
    judgements.wait(waiting("list", a_body("Blue Door"), [{"body": "gr-one"}, {"body": "gr-two"}]))
    judgements.judge("x-1", "gr-one", "different", "Eva")
    assert [waiting.subject for waiting in judgements.queue()] == ["x-1"]
    judgements.judge("x-1", "gr-two", "different", "Eva")
    assert judgements.queue() == []


def test_a_judgement_goes_before_what_another_body_of_the_list_has_taken(bundled: list[Record]):
    known = small(bundled, {"id": "gr-one", "name": "Safe Harbour Association"})
    judgements = Judgements("list")
    judgements.judge("x-2", "gr-one", "same", "Eva")
    both = match([a_body("Safe Harbour Association"), a_body("Ormos", identity="x-2")], known, judgements)
    assert [decision.body for decision in both] == ["gr-one", "gr-one"]


def test_a_file_of_a_newer_format_is_not_touched(tmp_path: Path):
    import sqlite3

    path = tmp_path / "j.sqlite"
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(ValueError, match="format 99"):
        Judgements("list", path)


def listed(record: Record, name: str, contacts: bool = True) -> Read:
    """A body of the directory as another list would have it: one name, its place, perhaps how it is reached."""
    kept = ("kind", "territory", "scope", "city", "valid_to", *(("contacts",) if contacts else ()))
    fields = {"name": name, **{key: record.fields[key] for key in kept if key in record.fields}}
    return Read(Record("stakeholder", f"x-{record.id}", record.part, fields), Place("list"))


@pytest.mark.parametrize("field", ["name", "name_local"])
@pytest.mark.parametrize("contacts", [True, False])
def test_no_body_of_the_twelve_countries_is_merged_with_another(bundled: list[Record], directory: Directory, field: str, contacts: bool):
    bodies = [record for record in bundled if record.kind == "stakeholder" and field in record.fields]
    decisions = match((listed(record, record.fields[field], contacts) for record in bodies), directory, Judgements("list"))
    found = [(record.id, decision) for record, decision in zip(bodies, decisions, strict=True)]
    merged = [(identity, decision.body) for identity, decision in found if decision.verdict == "same"]
    assert [pair for pair in merged if pair[0] != pair[1]] == []
    assert len(merged) > 0.9 * len(bodies)
    assert all(identity in [c.body for c in decision.candidates] for identity, decision in found)


def test_a_body_that_the_directory_does_not_have_is_merged_with_none(bundled: list[Record]):
    """Each body in turn is left out of its country, so that only its neighbours, parents and namesakes are left to be mistaken for it."""
    wrong = []
    for country in ("CY", "GR", "UA", "MA"):
        kept = [record for record in bundled if record.part == country and record.kind in ("stakeholder", "country")]
        for body in (record for record in kept if record.kind == "stakeholder"):
            others = Directory.from_records(record for record in kept if record is not body)
            for name in {body.fields["name"], body.fields.get("name_local", body.fields["name"])}:
                decision = decide(listed(body, name), others)
                if decision.verdict == "same":
                    wrong.append((body.id, name, decision.body))
    assert wrong == []
