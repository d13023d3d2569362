"""What is read can be written, and what is written is read as the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from small_directory import small_records, with_fields

from pathways.format import publish
from pathways.format.reader import DirectoryError, read
from pathways.format.whole import check_records, from_json
from pathways.format.writer import WriteError, compose, dump_yaml, to_json, write
from pathways.records import Record, digest
from pathways.stores.bundled import bundled_root

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def bundled():
    return read(bundled_root())


@pytest.fixture
def small(tmp_path):
    return small_records(tmp_path / "small")


def test_the_bundled_directory_comes_back_from_yaml_as_it_was(bundled, tmp_path):
    write(bundled, tmp_path)
    assert read(tmp_path) == bundled


def test_the_bundled_directory_comes_back_from_json_as_it_was(bundled):
    assert from_json(to_json(bundled)) == bundled


def test_the_same_records_give_the_same_bytes_whatever_order_their_keys_have(small, tmp_path):
    turned = [Record(r.kind, r.id, r.part, dict(reversed(r.fields.items()))) for r in small]
    one = [path.read_bytes() for path in write(small, tmp_path / "one")]
    assert one == [path.read_bytes() for path in write(turned, tmp_path / "two")]
    assert to_json(small) == to_json(turned)


def test_one_changed_value_changes_one_line(small, tmp_path):
    write(small, tmp_path / "before")
    write(with_fields(small, "stakeholder", "gb-house", name="The new house"), tmp_path / "after")
    before, after = ((tmp_path / when / "GB/stakeholders.yaml").read_text().splitlines() for when in ("before", "after"))
    assert [(b, a) for b, a in zip(before, after, strict=True) if b != a] == [("  name: The house", "  name: The new house")]


def test_a_source_is_named_as_its_reader_names_it(small):
    files = compose(small)
    assert files["GB"]["mechanism"]["gaps"][0]["sources"] == ["page-2025"]
    assert files["XB"]["channels"]["channels"][0]["sources"] == ["both-2025", "GB:page-2025"]


@pytest.mark.parametrize(
    "word",
    [
        "NO",
        "no",
        "yes",
        "on",
        "2024",
        "2024-05-01",
        "2024-05",
        "1e3",
        "0x1f",
        "null",
        "~",
        "true",
        "a: b",
        "- x",
        "# x",
        "",
        " x",
        "é 中 \u2028",
        "a\nb",
    ],
)
def test_a_text_stays_a_text_for_any_reader_of_yaml(word):
    assert yaml.safe_load(dump_yaml({"key": word, "list": [word]})) == {"key": word, "list": [word]}


def test_a_mandate_whose_role_was_changed_keeps_its_id(small, tmp_path):
    changed = with_fields(small, "mandate", "gb-house.safe-accommodation", role="propose")
    write(changed, tmp_path / "out")
    assert ("mandate", "gb-house.safe-accommodation") in {r.key for r in read(tmp_path / "out")}


@pytest.mark.parametrize(
    ("kind", "identity", "fields", "named"),
    [
        ("mandate", "gb-house.safe-accommodation", {"holder": "gb-nobody"}, "gb-nobody"),
        ("link", "gb-house--gb-authority", {"to": "gb-house"}, "gb-house--gb-authority"),
    ],
)
def test_what_the_format_cannot_say_is_refused_before_a_file_is_touched(small, tmp_path, kind, identity, fields, named):
    with pytest.raises(WriteError, match=named):
        write(with_fields(small, kind, identity, **fields), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_source_of_another_part_is_refused(small):
    with pytest.raises(WriteError, match="fr-law"):
        compose([*small, Record("source", "fr-law", "GB", {"title": "x"})])


def test_records_are_checked_like_files_and_told_by_their_names(small):
    assert check_records(small) == []
    assert [f.where for f in check_records(with_fields(small, "stakeholder", "gb-house", kind="charity"))] == [
        "GB stakeholders/gb-house/kind"
    ]
    assert [f.where for f in check_records(with_fields(small, "stakeholder", "gb-house", parent="gb-nobody"))] == [
        "stakeholder gb-house/parent"
    ]
    assert [f.rule for f in check_records(with_fields(small, "stage", "gb.found", id="lost"))] == ["identity"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", "line 1"),
        ("[]", "/"),
        ('{"format": "other/1", "parts": {}}', "/"),
        ('{"format": "referral-pathways-directory/1", "parts": {"Albania": {}}}', "/parts/Albania"),
        ('{"format": "referral-pathways-directory/1", "parts": {"AL": {"people": {}}}}', "/parts/AL/people"),
        (
            '{"format": "referral-pathways-directory/1", "parts": {"AL": {"sources": {"sources": {"x": {}}}}}}',
            "/parts/AL/sources/sources/x",
        ),
        ('{"format": "referral-pathways-directory/1", "parts": {}, "parts": {}}', "/"),
    ],
)
def test_json_that_is_not_a_native_export_is_told_by_its_place(text, where):
    with pytest.raises(DirectoryError) as caught:
        from_json(text)
    assert {f.where for f in caught.value.findings} == {where}


def test_a_broken_reference_in_json_is_told_by_its_pointer(small):
    text = to_json(small).replace('"GB:page-2025"', '"GB:page-1999"')
    with pytest.raises(DirectoryError) as caught:
        from_json(text)
    assert [f.where for f in caught.value.findings] == ["/parts/XB/channels/channels/0/sources"]


def test_the_order_of_records_does_not_change_their_address(small):
    assert digest(reversed(small)) == digest(small)


def test_the_published_schemas_are_current():
    regenerate = "regenerate them: .venv/bin/python -m pathways.format.publish docs/schema"
    for name, text in publish.texts().items():
        path = ROOT / "docs" / "schema" / name
        assert path.is_file() and path.read_text(encoding="utf-8") == text, (
            f"{path.relative_to(ROOT)} is not what pathways/format/schema.py says; {regenerate}"
        )


def test_the_schemas_are_published_by_one_command(tmp_path):
    subprocess.run([sys.executable, "-m", "pathways.format.publish", str(tmp_path)], check=True, cwd=ROOT)
    assert {path.name for path in tmp_path.iterdir()} == set(publish.texts())
    assert all(json.loads(path.read_text())["$schema"].endswith("2020-12/schema") for path in tmp_path.iterdir())
