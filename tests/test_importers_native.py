"""The directory's own format as a partner's list: folder, zip and JSON, recognised and read with their places."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from partner_lists import a_body, a_list, bodies, imported, rules, small_store
from small_directory import close_stores, small_records, write_small

from importers.formats import native
from importers.reading import Finding, Options, Read
from importers.recognising import known, recognise
from pathways.format.lint import check
from pathways.format.writer import to_json, write
from pathways.stores import open_store

OPTIONS = Options("partner")


@pytest.fixture
def store(tmp_path):
    yield small_store(tmp_path)
    close_stores()


def zipped(folder: Path, path: Path, **more: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.yaml")):
            archive.write(file, file.relative_to(folder.parent).as_posix())
        for name, text in more.items():
            archive.writestr(name, text)
    return path


def forms(tmp_path):
    """The small directory in each of its forms."""
    folder = write_small(tmp_path / "folder")
    single = tmp_path / "all.json"
    single.write_text(to_json(small_records(tmp_path / "other")))
    return [folder, zipped(folder, tmp_path / "all.zip"), single]


def test_each_form_gives_the_records_of_the_reader(tmp_path):
    expected = sorted(small_records(tmp_path / "again"), key=lambda record: record.key)
    for path in forms(tmp_path):
        found = list(native.read(path, OPTIONS))
        assert all(isinstance(item, Read) for item in found)
        assert sorted((item.record for item in found), key=lambda record: record.key) == expected


def test_each_form_is_recognised_and_says_why(tmp_path):
    for path, words in zip(forms(tmp_path), ("a folder of countries (AL, GB, XB)", "an archive of countries", '"format"'), strict=True):
        found = recognise(path)
        assert not isinstance(found, Finding)
        assert found.format.NAME == "native"
        assert words in found.why


def test_the_place_of_a_record_is_its_file_and_line(tmp_path):
    folder = write_small(tmp_path / "folder")
    places = {item.record.id: item.place for item in native.read(folder, OPTIONS) if isinstance(item, Read)}
    assert (places["gb-house"].file, places["gb-house"].row) == ("GB/stakeholders.yaml", 14)
    assert "id: gb-house" in (folder / "GB" / "stakeholders.yaml").read_text().splitlines()[14 - 1]


def test_what_is_wrong_in_a_file_is_told_with_its_line(store, tmp_path):
    folder = write_small(tmp_path / "folder")
    file = folder / "GB" / "stakeholders.yaml"
    file.write_text(file.read_text().replace("kind: ngo", "kind: shop"))
    report = imported(store, folder)
    (finding,) = report["findings"]
    assert (report["status"], finding["rule"], finding["file"]) == ("refused", "wrong-value", "GB/stakeholders.yaml")
    assert "shop" in finding["text"] and finding["todo"].startswith("accepted: ")
    assert "kind: shop" in file.read_text().splitlines()[finding["rows"][0] - 1]


@pytest.mark.parametrize("text", ['{"format": "referral-pathways-directory/1", "parts": {"US": {"sources": 3}}}', '{"format": "referral-pathways-directory/1"', '{"format": "referral-pathways-directory/1", "parts": {"usa": {}}}', '{"format": "referral-pathways-directory/1", "parts": {}, "parts": {}}'])  # fmt: skip
def test_a_json_file_that_is_not_in_order_is_refused(store, tmp_path, text):
    path = tmp_path / "list.json"
    path.write_text(text)
    report = imported(store, path)
    assert report["status"] == "refused"
    assert report["findings"][0]["file"] == "list.json"


def test_a_mandate_of_a_body_whose_place_is_secret_keeps_no_street(store, tmp_path):
    mandate = {"function": "hotline", "note": "ring at 12 High Street", "as_of": 2026, "sources": ["list"]}
    open_house = a_body(1, name="Advice for all", mandates=[mandate])
    secret = a_body(2, name="Advice for women", confidential_location=True, visibility="partner", mandates=[mandate])
    assert imported(store, a_list(tmp_path, [open_house, secret]))["status"] == "imported"
    notes = {r.fields["holder"]: r.fields.get("note") for r in store.said("partner:partner") if r.kind == "mandate"}
    assert notes == {"us-body-1": "ring at 12 High Street", "us-body-2": None}


def test_the_same_again_changes_nothing_in_an_empty_store(tmp_path):
    target = open_store(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    for path in forms(tmp_path):
        imported(target, path)
    assert target.head() == 1
    assert sorted(target.records(), key=lambda r: r.key) == sorted(small_records(tmp_path / "again"), key=lambda r: r.key)
    target.close()


def test_a_directory_with_a_country_that_nobody_researched_can_be_written_and_read_again(store, tmp_path):
    mandate = {"function": "hotline", "as_of": 2026, "sources": ["list"], "requires": ["papers"]}
    path = a_list(tmp_path, [*bodies(2), a_body(3, mandates=[mandate])])
    data = json.loads(path.read_text())
    data["parts"]["US"]["requirements"] = {"requirements": [{"word": "papers", "or_else": "papers of any kind"}]}
    path.write_text(json.dumps(data))
    assert imported(store, path)["status"] == "imported"
    assert store.directory().unresearched["US"].requirements.keys() == {"papers"}
    write(store.records(), tmp_path / "out")
    assert {file.name for file in (tmp_path / "out" / "US").iterdir()} == {"requirements.yaml", "sources.yaml", "stakeholders.yaml"}
    assert [str(found) for found in check(tmp_path / "out", date(2026, 11, 24)) if found.severity == "error"] == []
    target = open_store(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert imported(target, tmp_path / "out")["status"] == "imported"
    assert target.records() == store.records()
    target.close()


def test_files_of_an_archive_that_nothing_reads_are_listed(tmp_path):
    path = zipped(write_small(tmp_path / "folder"), tmp_path / "all.zip", **{"README.md": "hello"})
    ignored = [item for item in native.read(path, OPTIONS) if isinstance(item, Finding)]
    assert [(item.rule, item.place.sheet) for item in ignored] == [("ignored", "README.md")]


def test_yaml_within_an_archive_is_held_to_the_same_as_in_a_folder(store, tmp_path):
    folder = write_small(tmp_path / "folder")
    (folder / "AL" / "sources.yaml").write_text("sources: {a: &a [x], b: [*a, *a]}\n")
    report = imported(store, zipped(folder, tmp_path / "all.zip"))
    assert (report["status"], rules(report)) == ("refused", ["hostile"])
    assert "a reference to another place" in report["findings"][0]["text"]


def test_what_is_too_large_to_be_read_as_a_whole_is_refused(store, tmp_path, monkeypatch):
    monkeypatch.setattr(native, "LARGEST", 1000)
    for path in forms(tmp_path)[1:]:
        assert rules(imported(store, path)) == ["hostile"]


def test_a_file_of_no_format_is_refused_and_the_formats_are_named(store, tmp_path):
    path = tmp_path / "list.bin"
    path.write_text("nothing that anybody knows")
    report = imported(store, path)
    assert (report["status"], rules(report)) == ("refused", ["unreadable"])
    assert "native" in report["findings"][0]["text"]


def test_a_format_that_is_named_is_taken_and_one_that_is_none_is_refused(store, tmp_path):
    path = a_list(tmp_path, [a_body(1)])
    assert imported(store, path, format="native", dry_run=True)["why"] == "it was named"
    report = imported(store, path, format="nonsense")
    assert (report["status"], report["findings"][0]["todo"]) == ("refused", f"accepted: auto, {', '.join(known())}")


def test_a_file_that_two_formats_recognise_is_refused_until_one_is_named(tmp_path, monkeypatch):
    from importers import recognising

    class Another:
        NAME = "another"

        @staticmethod
        def recognise(path):
            return "it looks so"

    monkeypatch.setattr(recognising, "known", lambda: {"native": native, "another": Another})
    found = recognise(a_list(tmp_path, [a_body(1)]))
    assert isinstance(found, Finding)
    assert "another: it looks so" in found.text and found.todo == "name one with --format"


def test_the_name_of_a_json_file_says_nothing(tmp_path):
    path = tmp_path / "data.txt"
    path.write_text(json.dumps({"format": "something else"}))
    assert native.recognise(path) is None
