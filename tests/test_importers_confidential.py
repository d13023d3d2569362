"""Confidentiality: no place of a shelter, nothing of a victim, and people who work somewhere are flagged; wherever they hide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import pathways
from importers.confidential import confidential_bodies, scrub
from importers.private.secrets import Secrets
from importers.reading import Place, Read
from importers.rules import RULES
from pathways.format.reader import read as read_directory
from pathways.records import Record, canonical_json


def a_body(country: str = "GB", **fields: Any) -> Read:
    told = {"name": "Hope House", "kind": "ngo", "territory": [country], **fields}
    return Read(Record("stakeholder", "gb-hope", country, told), Place("list.xlsx", "Bodies", 7))


def a_mandate(function: str = "safe-accommodation", **fields: Any) -> Read:
    told = {"holder": "gb-hope", "function": function, "as_of": 2025, "sources": ["gb-list"], **fields}
    return Read(Record("mandate", f"gb-hope.{function}", "GB", told), Place("list.xlsx", "Bodies", 7))


PLACES = [
    "We are at 14 Station Road, by appointment",
    "3300 Washtenaw Avenue, Suite 227",
    "1220 NW 14th Street",
    "Rua das Flores 12, 1200-195 Lisboa",
    "ul. Długa 5",
    "вул. Хрещатик, 22",
    "Πειραιώς 52, Αθήνα",
    "Josefstädter 12",
    "10115 Berlin",
    "SW1A 1AA",
    "48.85837, 2.294481",
    "48°51'29\"N 2°17'40\"E",
    "lat: 38.8859",
    "https://www.google.com/maps/place/x",
    "https://maps.app.goo.gl/abc",
    "///filled.count.soap",
    "9C3XGV4C+XV",
    "PO Box 117 (front gate)",
    "Behind the town hall, second floor",
    "juste à côté de la gare",
    "شارع محمد الخامس 12",
]


@pytest.mark.parametrize("hidden", PLACES)
def test_a_place_of_a_confidential_body_is_not_kept_wherever_it_hides(hidden: str):
    contacts = [
        {"type": "phone", "value": "020 7946 0000", "hours": f"9-17; {hidden}", "note": hidden},
        {"type": "phone", "value": f"020 7946 0001, {hidden}"},
        {"type": "website", "value": "https://hope.example"},
    ]
    texts = {
        key: f"Call first. {hidden}"
        for key in ("note", "contact_note", "status_note", "serves_note", "languages_note", "confidential_note")
    }
    kept, findings = scrub(a_body(confidential_location=True, contacts=contacts, city="Leeds", languages=["en"], **texts))
    assert kept is not None
    assert hidden not in canonical_json(kept.record.fields)
    assert hidden not in repr(findings), "a finding must not repeat what it keeps away"
    assert not {"city", *texts} & set(kept.record.fields)
    assert [point["value"] for point in kept.record.fields["contacts"]] == ["020 7946 0000", "https://hope.example"]
    assert kept.record.fields["languages"] == ["en"]
    assert {"note", "contacts.1.value", "contacts.0.note"} <= {finding.place.column for finding in findings}
    assert {finding.rule for finding in findings} == {"confidential"}


@pytest.mark.parametrize("hidden", PLACES)
def test_the_mandates_and_links_of_a_confidential_body_are_held_to_it(hidden: str):
    kept, _ = scrub(a_mandate("legal-counselling", note=hidden, legal_basis="s. 45 Modern Slavery Act 2015"), confidential={"gb-hope"})
    assert kept is not None
    assert hidden not in canonical_json(kept.record.fields)
    assert kept.record.fields["legal_basis"]
    link = Read(Record("link", "gb-a--gb-hope", "GB", {"origin": "gb-hope", "to": "gb-b", "basis": "protocol", "note": hidden}), Place("l"))
    kept, _ = scrub(link, confidential={"gb-hope"})
    assert kept is not None
    assert "note" not in kept.record.fields


@pytest.mark.parametrize("hidden", PLACES)
def test_a_mandate_to_house_people_never_says_where(hidden: str):
    kept, findings = scrub(a_mandate(note=hidden))
    assert kept is not None
    assert "note" not in kept.record.fields
    assert findings


def test_fields_for_a_place_go_whatever_stands_in_them():
    read = a_body(confidential_location=True, latitude=51.5, longitude=-0.1, address={"line": ["x"]}, geo={"lat": 1}, city="Leeds")
    kept, findings = scrub(read)
    assert kept is not None
    assert set(kept.record.fields) == {"name", "kind", "territory", "confidential_location", "visibility"}
    assert len([finding for finding in findings if finding.severity == "warning"]) == 5


def test_the_town_of_a_confidential_body_does_not_stay_in_its_notes():
    kept, _ = scrub(a_body(confidential_location=True, city="Leeds", note="The only one in Leeds.", status_note="Open since 2019."))
    assert kept is not None
    assert "note" not in kept.record.fields
    assert kept.record.fields["status_note"] == "Open since 2019."


@pytest.mark.parametrize(
    "name",
    [
        "Rose Shelter",
        "Women's Refuge",
        "Ξενώνας Φιλοξενίας Γυναικών",
        "Frauenhaus Wien",
        "Centre d'hébergement Les Lilas",
        "Casa de Acogida",
        "Casa-Abrigo",
        "Casa rifugio Artemisia",
        "Schronisko dla kobiet",
        "Притулок для жінок",
        "Strehëza për gratë",
        "مأوى النساء",
    ],
)
def test_a_shelter_is_known_by_its_name_and_shown_to_partners_only(name: str):
    kept, findings = scrub(a_body(name=name, city="Leeds"))
    assert kept is not None
    fields = kept.record.fields
    assert (fields["visibility"], fields["confidential_location"], "city" in fields) == ("partner", True, False)
    assert findings


@pytest.mark.parametrize("hidden", PLACES)
def test_another_name_that_tells_the_place_is_no_key(hidden: str):
    read = replace(a_body(confidential_location=True), keys=(("list", "17"), ("name", f"The house, {hidden}")))
    kept, _ = scrub(read)
    assert kept is not None
    assert kept.keys == (("list", "17"),)


def test_a_number_to_call_is_no_house_number():
    kept, _ = scrub(
        a_body(confidential_location=True, note="Call Hotline 1522. Open since March 2019, for 12 women. Tel 116 006, 020 7946 0000")
    )
    assert kept is not None
    assert kept.record.fields["note"]


def test_a_word_that_begins_like_a_way_to_a_place_is_none():
    note = "Nebenstelle des Landes, für Hinterbliebene"
    kept, _ = scrub(a_body(confidential_location=True, note=note))
    assert kept is not None
    assert kept.record.fields["note"] == note


def test_only_a_list_that_says_both_shows_a_confidential_body_to_everybody_and_never_its_place():
    for said, seen in (
        ({"confidential_location": True, "visibility": "public"}, "public"),
        ({"confidential_location": True}, "partner"),
        ({"visibility": "public", "name": "Rose Shelter"}, "partner"),
        ({"confidential_location": False, "visibility": "public", "name": "Rose Shelter"}, "partner"),
        ({"confidential_location": True, "visibility": "hidden"}, "hidden"),
    ):
        kept, _ = scrub(a_body(city="Leeds", **said))
        assert kept is not None
        assert (kept.record.fields["visibility"], "city" in kept.record.fields) == (seen, False)


def test_what_is_hidden_stays_hidden_and_becomes_confidential():
    kept, _ = scrub(a_body(visibility="hidden", city="Leeds"))
    assert kept is not None
    assert kept.record.fields["visibility"] == "hidden"
    assert kept.record.fields["confidential_location"] is True
    assert "city" not in kept.record.fields


def test_a_confidential_place_is_told_no_finer_than_its_region():
    kept, _ = scrub(a_body("FR", confidential_location=True, territory=["FR-75C"]))
    assert kept is not None
    assert kept.record.fields["territory"] == ["FR-IDF"]


def test_a_name_with_the_address_of_a_shelter_in_it_is_refused():
    kept, findings = scrub(a_body(name="Shelter, 14 Station Road"))
    assert kept is None
    assert findings[-1].severity == "error"
    assert "Station" not in repr(findings)


@pytest.mark.parametrize("name", ["British Refugee Council", "Leeds Animal Shelter", "Ministry of Justice"])
def test_what_is_no_shelter_stays_public_with_its_place(name: str):
    read = a_body(name=name, city="Leeds", note="14 Station Road, Leeds")
    kept, findings = scrub(read)
    assert kept == read
    assert findings == []


def test_which_bodies_are_confidential_is_known_from_all_records_of_a_list():
    assert confidential_bodies([a_body(confidential_location=True)]) == {"gb-hope"}
    assert confidential_bodies([a_body(), a_mandate("crisis-accommodation")]) == {"gb-hope"}
    assert confidential_bodies([a_body(), a_mandate("crisis-accommodation", role="fund"), a_mandate("legal-counselling")]) == frozenset()


def test_a_body_that_houses_people_beside_other_work_stays_public_without_its_place():
    kept, findings = scrub(a_body(city="Leeds", note="14 Station Road", status_note="Leeds and around."), confidential={"gb-hope"})
    assert kept is not None
    assert set(kept.record.fields) == {"name", "kind", "territory", "confidential_location"}
    assert len(findings) == 4


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("contacts", [{"type": "email", "value": "maria.papadaki@hope.example"}], "first and last name"),
        ("contacts", [{"type": "email", "value": "m.papadaki@hope.example"}], "first and last name"),
        ("contacts", [{"type": "email", "value": "hope@gmail.com"}], "free provider"),
        ("note", "write to hope.leeds@yahoo.co.uk", "free provider"),
        ("contacts", [{"type": "phone", "value": "07400 123456"}], "mobile"),
        ("contacts", [{"type": "phone", "value": "020 7946 0000", "hours": "or +44 7400 123456"}], "mobile"),
        ("note", "Ask for: Maria Papadaki", "name of a person"),
        ("contact_note", "Mrs. Maria Papadaki answers", "name of a person"),
        ("contact_note", "κα Μαρία Παπαδάκη", "name of a person"),
    ],
)
def test_people_who_work_somewhere_are_flagged_and_nothing_is_changed(field: str, value: Any, said: str):
    read = a_body(**{field: value})
    kept, findings = scrub(read)
    assert kept == read
    assert any(said in finding.text for finding in findings)
    assert all((finding.rule, finding.severity) == ("confidential", "warning") and finding.place.row == 7 for finding in findings)
    assert "apadaki" not in repr(findings)


@pytest.mark.parametrize("value", ["info@hope.example", "help.line@hope.example", "legal.unit@hope.example", "leeds@hope.example"])
def test_an_address_of_an_office_is_no_person(value: str):
    assert scrub(a_body(contacts=[{"type": "email", "value": value}, {"type": "phone", "value": "020 7946 0000"}]))[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "Date of birth: 12/03/2001",
        "DOB 2001-03-12",
        "born on 12 March 2001",
        "née le 12/03/2001",
        "ημερομηνία γέννησης 12/3/2001",
        "дата народження: 12.03.2001",
        "تاريخ الميلاد: 12/03/2001",
        "Case no. 2024/117",
        "case number: A-1187",
        "passport number 1234567",
        "numéro de dossier 117/24",
        "αριθμός υπόθεσης 117/24",
        "Aktenzeichen 4 St 11/24",
        "The victim is 24 and from Nigeria.",
        "Urgent. The victim is staying with us since May.",
        "La víctima se llama Rosa",
        "a victim named Joy",
        "the 17-year-old girl from Edo",
        "Victim's name: J. O.",
        "Name of the victim: Joy",
        "Name of victim: Joy O.",
        "nom de la victime : Rosa",
        "emri i viktimës: Ana",
        "اسم الضحية: مريم",
    ],
)
@pytest.mark.parametrize("field", ["note", "contact_note", "contacts"])
def test_a_record_that_speaks_of_a_victim_is_refused_and_not_repeated(text: str, field: str):
    value = [{"type": "phone", "value": "020 7946 0000", "note": text}] if field == "contacts" else f"Takes women. {text}"
    kept, findings = scrub(a_body(**{field: value}))
    assert kept is None
    (finding,) = findings
    assert (finding.rule, finding.severity) == ("victim", "error")
    assert finding.place.row == 7 and finding.place.column.startswith(field)
    assert text not in repr(findings)


@pytest.mark.parametrize(
    "text",
    [
        "Decides where the victim is a child.",
        "If the victim is in danger, call 112.",
        "Looks for every victim named in a case.",
        "Asks for the date of birth and the case number.",
        "Serves girls from 12 to 17 years old.",
        "Number of cases: 117",
        "Opened 12 March 2001",
    ],
)
def test_what_is_said_of_victims_in_general_stays(text: str):
    kept, findings = scrub(a_body(note=text))
    assert kept is not None
    assert findings == []


def test_a_text_that_nobody_could_look_through_is_refused():
    kept, findings = scrub(a_body(note="a" * 20_001))
    assert kept is None
    assert [(finding.rule, finding.place.column) for finding in findings] == [("wrong-value", "note")]


def test_the_bundled_directory_passes_unchanged_as_its_own_format():
    for record in read_directory(Path(pathways.__file__).parent / "data"):
        kept, findings = scrub(Read(record, Place("bundled")), trusted=True)
        assert kept is not None, findings
        assert kept.record == record, findings
        assert {finding.rule for finding in findings} <= {"confidential"} <= set(RULES)


def test_a_restricted_value_is_known_again_in_any_spelling():
    secrets = Secrets()
    secrets.add_all({"system": "phone", "value": "(734) 555-0142", "extension": [{"url": "x", "valueString": "not this"}]})
    secrets.add("3300 Washtenaw Avenue, Suite 227")
    secrets.add("555 wshelter")
    for text in (
        "ph: 734-555-0142",
        "+1 734 555 0142.",
        "call 17345550142",
        "at 3300  washtenaw avenue",
        "ph: 555 WSHELTER",
        "(Suite 227)",
    ):
        assert secrets.within(text), text
    for text in ("734 555 0143", "not this", "phone", "Washtenaw", ""):
        assert not secrets.within(text), text
