"""What the reader says of a folder that is not in order: the file, the line, and what would be accepted."""

from __future__ import annotations

import pytest
from small_directory import FILES, write_small

from pathways.format.reader import DirectoryError, load_yaml, read


def broken(root, name, old, new):
    """The findings after one replacement in one file, with the line where it was made."""
    write_small(root)
    text = FILES[name]
    assert text.count(old) == 1, "the test must change exactly one place"
    (root / name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DirectoryError) as caught:
        read(root)
    return caught.value.findings, text[: text.index(old)].count("\n") + 1


def test_the_small_directory_is_in_order(tmp_path):
    assert len(read(write_small(tmp_path))) == 20


@pytest.mark.parametrize(
    ("name", "old", "new", "wrong", "right"),
    [
        ("GB/stakeholders.yaml", "    role: decide", "    rolle: decide", "rolle", "role"),
        ("GB/stakeholders.yaml", "kind: ngo", "kind: charity", "charity", "ngo"),
        ("GB/stakeholders.yaml", "function: safe-accommodation", "function: safe-accomodation", "safe-accomodation", "safe-accommodation"),
        ("GB/stakeholders.yaml", "fact: gender", "fact: sex", "sex", "gender"),
        ("GB/stakeholders.yaml", "in: [female]", "in: [woman]", "woman", "female"),
        ("GB/stakeholders.yaml", "territory: [GB-ENG]", "territory: [GB-ENX]", "GB-ENX", "GB-ENG"),
        ("GB/stakeholders.yaml", "requires: [referral]", "requires: [referal]", "referal", "referral"),
        ("GB/stakeholders.yaml", "to: gb-authority,", "to: gb-autority,", "gb-autority", "gb-authority"),
        ("GB/mechanism.yaml", "to: decision,", "to: decisions,", "decisions", "decision"),
        ("GB/mechanism.yaml", "lead: [gb-house]", "lead: [gb-hause]", "gb-hause", "gb-house"),
        ("GB/mechanism.yaml", "canonical: detection", "canonical: detected", "detected", "detection"),
        ("GB/mechanism.yaml", "fact: consent.referral", "fact: consent.referal", "consent.referal", "consent.referral"),
        ("XB/channels.yaml", "GB:page-2025", "GB:page-2024", "page-2024", "page-2025"),
        ("XB/channels.yaml", "disclosure: D3", "disclosure: D9", "D9", "D3"),
        ("XB/channels.yaml", "body: al-shelter", "body: al-shelther", "al-shelther", "al-shelter"),
        ("XB/corridors.yaml", "channels: [gb-al-houses]", "channels: [gb-al-homes]", "gb-al-homes", "gb-al-houses"),
    ],
)
def test_an_unknown_word_is_told_with_its_line_and_with_what_is_accepted(tmp_path, name, old, new, wrong, right):
    findings, line = broken(tmp_path, name, old, new)
    told = [f for f in findings if repr(wrong) in f.message]
    assert told, findings
    assert abs(int(told[0].where.removeprefix(f"{name}:")) - line) <= 2  # a key that is not known has the line of what it stands in
    assert right in told[0].message.split(repr(wrong), 1)[1]
    assert told[0].severity == "error"


def test_a_value_is_told_at_its_very_line(tmp_path):
    findings, line = broken(tmp_path, "GB/stakeholders.yaml", "kind: ngo", "kind: charity")
    assert [f.where for f in findings] == [f"GB/stakeholders.yaml:{line}"]


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    write_small(tmp_path)
    for name, old, new in (("GB/stakeholders.yaml", "kind: ngo", "kind: charity"), ("AL/mechanism.yaml", "track: main", "track: mian")):
        (tmp_path / name).write_text(FILES[name].replace(old, new), encoding="utf-8")
    with pytest.raises(DirectoryError) as caught:
        read(tmp_path)
    assert {f.where.split(":")[0] for f in caught.value.findings} == {"GB/stakeholders.yaml", "AL/mechanism.yaml"}


def test_a_key_that_stands_twice_is_an_error_at_the_second(tmp_path):
    findings, line = broken(tmp_path, "GB/stakeholders.yaml", "  name: The house\n", "  name: The house\n  name: The other house\n")
    assert [(f.where, f.message) for f in findings] == [(f"GB/stakeholders.yaml:{line + 1}", "the key 'name' stands twice")]


def test_an_id_that_stands_twice_is_an_error(tmp_path):
    findings, _ = broken(tmp_path, "GB/stakeholders.yaml", "- id: gb-house\n", "- id: gb-authority\n")
    assert any(f.rule == "unique" and "gb-authority" in f.message for f in findings)


def test_a_list_without_a_source_is_refused(tmp_path):
    findings, line = broken(tmp_path, "GB/stakeholders.yaml", "    as_of: 2025\n    sources: [nrm-2024]\n", "    as_of: 2025\n")
    assert any("sources" in f.message for f in findings), (findings, line)


def test_norway_is_a_country_and_a_date_is_a_text():
    assert load_yaml("{languages: [no, NO], open: [yes, on, off], on: 2024-05-01, really: [true, false], n: 3}") == {
        "languages": ["no", "NO"],
        "open": ["yes", "on", "off"],
        "on": "2024-05-01",
        "really": [True, False],
        "n": 3,
    }


def test_yaml_that_is_none_is_told_with_its_line(tmp_path):
    findings, line = broken(tmp_path, "GB/stakeholders.yaml", "  kind: ngo\n", "  kind: [ngo\n")
    assert [f.rule for f in findings] == ["yaml"] and int(findings[0].where.rsplit(":", 1)[1]) >= line


def test_a_file_that_is_not_utf_8_and_one_of_another_name_are_told(tmp_path):
    write_small(tmp_path)
    (tmp_path / "GB/sources.yaml").write_bytes(b"sources: {a: \xff}")
    (tmp_path / "GB/notes.yaml").write_text("a: 1")
    with pytest.raises(DirectoryError) as caught:
        read(tmp_path)
    assert {(f.rule, f.where) for f in caught.value.findings} == {("encoding", "GB/sources.yaml"), ("file", "GB/notes.yaml")}


def test_an_empty_folder_says_what_a_directory_holds(tmp_path):
    with pytest.raises(DirectoryError, match="AT, CY"):
        read(tmp_path)
