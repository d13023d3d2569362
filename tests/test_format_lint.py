"""The linter says what is readable and yet wrong, doubtful or old; of what is in order it says nothing."""

from __future__ import annotations

from datetime import date

import pytest
from small_directory import FILES, write_small

from pathways.format.addresses import street_in
from pathways.format.lint import check
from pathways.stores.bundled import bundled_root

TODAY = date(2026, 11, 24)
HOUSE = "- id: gb-house\n  name: The house\n"
LINK = "{to: gb-authority, basis: practice,"


def linted(root, name, *changes):
    """The findings after replacements in one file."""
    write_small(root)
    text = FILES[name]
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} must stand once"
        text = text.replace(old, new)
    (root / name).write_text(text, encoding="utf-8")
    return check(root, TODAY)


def test_nothing_is_found_where_everything_is_in_order(tmp_path):
    assert check(write_small(tmp_path), TODAY) == []


def test_the_bundled_directory_has_no_error():
    assert [str(f) for f in check(bundled_root(), TODAY) if f.severity == "error"] == []


@pytest.mark.parametrize(
    ("rule", "severity", "name", "changes"),
    [
        ("date", "error", "GB/stakeholders.yaml", [(HOUSE, HOUSE + "  valid_from: '2024-06'\n  valid_to: '2024-05-31'\n")]),
        ("date", "error", "GB/stakeholders.yaml", [(HOUSE, HOUSE + "  valid_from: '2024-02-30'\n")]),
        ("date", "error", "XB/channels.yaml", [("active_until: null", "active_until: '2019'")]),
        ("class", "error", "GB/stakeholders.yaml", [(HOUSE, HOUSE + "  instance_of: gb-authority\n")]),
        (
            "class",
            "error",
            "GB/stakeholders.yaml",
            [
                (HOUSE, HOUSE + "  instance_of: gb-authority\n  scope: class\n"),
                ("  name: The authority\n", "  name: The authority\n  scope: class\n"),
            ],
        ),
        (
            "ring",
            "error",
            "GB/stakeholders.yaml",
            [(HOUSE, HOUSE + "  parent: gb-authority\n"), ("  name: The authority\n", "  name: The authority\n  parent: gb-house\n")],
        ),
        ("ring", "error", "GB/stakeholders.yaml", [(HOUSE, HOUSE + "  members: [gb-house]\n")]),
        *(
            ("number", "error", "GB/stakeholders.yaml", [("'0300 000'", f"'{value}'")])
            for value in ("0800 0121 700, 0800 0121 701", "0800 0121 700 (day)", "WhatsApp +39 350 909 2008")
        ),
        ("confidential", "error", "GB/stakeholders.yaml", [(HOUSE, HOUSE + "  confidential_location: true\n  city: Leeds\n")]),
        (
            "confidential",
            "error",
            "GB/stakeholders.yaml",
            [(HOUSE, HOUSE + "  confidential_location: true\n  note: ask at 12 High Street\n")],
        ),
        (
            "confidential",
            "error",
            "GB/stakeholders.yaml",
            [
                (HOUSE, HOUSE + "  confidential_location: true\n"),
                ("function: safe-accommodation\n", "function: safe-accommodation\n    note: Via Roma 12\n"),
            ],
        ),
        ("source", "error", "GB/stakeholders.yaml", [("as_of: 2025, sources: [page-2025]}", "as_of: 2025, sources: [page-1999]}")]),
        ("unsourced", "error", "GB/stakeholders.yaml", [("as_of: 2025, sources: [page-2025]}", "as_of: 2025, sources: [page-1999]}")]),
        (
            "link-out-of-force",
            "warning",
            "GB/stakeholders.yaml",
            [("  name: The authority\n", "  name: The authority\n  valid_to: '2025'\n")],
        ),
        (
            "territory",
            "warning",
            "GB/stakeholders.yaml",
            [("function: safe-accommodation\n", "function: safe-accommodation\n    territory: [GB-SCT]\n")],
        ),
        (
            "unused-source",
            "warning",
            "GB/sources.yaml",
            [("sources:\n", "sources:\n  old: {title: Old, publisher: Nobody, year: 2025, kind: law}\n")],
        ),
        (
            "unused-requirement",
            "warning",
            "GB/mechanism.yaml",
            [("requirements:\n", "requirements:\n- {word: unasked, or_else: nothing}\n")],
        ),
        ("idle-body", "warning", "GB/mechanism.yaml", [("lead: [gb-authority]", "lead: [gb-house]")]),
        ("unreachable", "warning", "GB/mechanism.yaml", [("  next:\n  - {to: decision, outcome: granted}\n", "  next: []\n")]),
        (
            "cycle",
            "warning",
            "GB/mechanism.yaml",
            [("consent_required: 'yes'\n  next: []", "consent_required: 'yes'\n  next:\n  - {to: found}")],
        ),
        ("no-detection", "warning", "GB/mechanism.yaml", [("canonical: detection", "canonical: formal-identification")]),
        (
            "stale",
            "warning",
            "GB/stakeholders.yaml",
            [("serves:", "as_of: 2022\n    serves:"), ("in: [female]\n    as_of: 2025\n", "in: [female]\n")],
        ),
    ],
)
def test_each_rule_finds_its_fault_in_the_file_where_it_stands(tmp_path, rule, severity, name, changes):
    findings = [f for f in linted(tmp_path, name, *changes) if f.rule == rule]
    assert findings, rule
    assert {f.severity for f in findings} == {severity}
    assert all(f.where.startswith(f"{name}:") for f in findings)
    assert all(len(f.message) > 20 for f in findings)


def test_a_contact_of_a_body_that_no_source_speaks_of_is_an_error(tmp_path):
    mandate = FILES["GB/stakeholders.yaml"].split("'0300 000'}\n")[1].split("  refers_to")[0]
    findings = [f for f in linted(tmp_path, "GB/stakeholders.yaml", (mandate, "  mandates: []\n")) if f.rule == "unsourced"]
    assert [f.severity for f in findings] == ["error"] and "contact of gb-house" in findings[0].message


def test_a_contact_has_the_sources_of_its_body(tmp_path):
    mandate = FILES["GB/stakeholders.yaml"].split("'0300 000'}\n")[1].split("  refers_to")[0]
    assert not [
        f for f in linted(tmp_path, "GB/stakeholders.yaml", (mandate, "  mandates: []\n  sources: [page-2025]\n")) if f.rule == "unsourced"
    ]


def test_a_statement_without_a_year_is_as_old_as_its_newest_source(tmp_path):
    without = ("in: [female]\n    as_of: 2025\n", "in: [female]\n    as_of: null\n")
    assert not [f for f in linted(tmp_path / "new", "GB/stakeholders.yaml", without) if f.rule == "stale"]
    root = write_small(tmp_path / "old")
    (root / "GB/stakeholders.yaml").write_text(FILES["GB/stakeholders.yaml"].replace(*without))
    (root / "GB/sources.yaml").write_text(FILES["GB/sources.yaml"].replace("year: 2025", "year: 2021"))
    (stale,) = [f for f in check(root, TODAY) if f.rule == "stale"]
    assert stale.message.startswith("1 statements of GB") and "gb-house.safe-accommodation (2021)" in stale.message


def test_three_years_are_not_stale_and_four_are(tmp_path):
    change = ("in: [female]\n    as_of: 2025\n", "in: [female]\n    as_of: 2023\n")
    assert linted(tmp_path, "GB/stakeholders.yaml", change) == []
    assert [f.rule for f in check(tmp_path, date(2027, 1, 1))] == ["stale"]


def test_a_researched_body_of_unknown_kind_is_a_warning(tmp_path):
    found = linted(tmp_path, "GB/stakeholders.yaml", (HOUSE + "  kind: ngo\n", HOUSE + "  kind: unknown\n"))
    assert [(one.severity, one.rule) for one in found] == [("warning", "unknown-kind")]


def test_no_body_of_the_bundled_directory_is_of_unknown_kind():
    assert [one for one in check(bundled_root(), TODAY) if one.rule == "unknown-kind"] == []


def test_a_folder_without_one_of_its_files_is_an_error(tmp_path):
    write_small(tmp_path)
    (tmp_path / "AL/mechanism.yaml").unlink()
    findings = [f for f in check(tmp_path, TODAY) if f.rule == "file"]
    assert [(f.where, f.severity) for f in findings] == [("AL/mechanism.yaml", "error")]


def test_an_open_body_may_name_its_city_and_street(tmp_path):
    assert linted(tmp_path, "GB/stakeholders.yaml", (HOUSE, HOUSE + "  city: Leeds\n  note: ask at 12 High Street\n")) == []


def test_errors_come_first_then_file_and_line(tmp_path):
    findings = linted(
        tmp_path,
        "GB/stakeholders.yaml",
        (HOUSE, HOUSE + "  valid_from: '2024-02-30'\n  confidential_location: true\n  city: Leeds\n"),
        ("    requires: [referral]\n", ""),
        ("function: safe-accommodation\n", "function: safe-accommodation\n    territory: [GB-SCT]\n"),
    )
    assert [f.severity for f in findings] == sorted(f.severity for f in findings)
    lines = [int(f.where.rsplit(":", 1)[1]) for f in findings if f.severity == "error"]
    assert len(lines) == 2 and lines == sorted(lines)
    assert [f.where.split(":")[0] for f in findings if f.severity == "warning"] == ["GB/mechanism.yaml", "GB/stakeholders.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "12 High Street",
        "14 rue de la Paix",
        "Calle Mayor 12",
        "Calle de la Paz, nº 4",
        "Rua Augusta, 45",
        "Via Roma 12",
        "ul. Marszałkowska 10",
        "Mariahilfer Straße 12",
        "Mariahilferstraße 12",
        "οδός Πατησίων 12",
        "Rruga e Durrësit 5",
        "вул. Хрещатик 22",
        "شارع محمد الخامس 12",
        "Atatürk Caddesi 5",
        "PO Box 123",
    ],
)
def test_a_street_is_seen_in_the_languages_of_the_twelve_countries(text):
    assert street_in(f"The house is in {text}, ask there") or street_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "via Unseen 08000 121 700",
        "reached via EYDAS 2017",
        "24 places in the region",
        "places for 12 women",
        "avenida de 2015",
        "art. 5 al. 3",
        "10 women on the street",
        "Law 60(I)/2014",
    ],
)
def test_a_number_beside_other_words_is_no_street(text):
    assert street_in(text) is None
