"""`pathways export`: every form is written, read back by what reads it, and says nothing that its viewer may not see."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pytest
from click.testing import CliRunner
from partner_lists import imported

from cli.main import main
from importers.confidential import confidential_bodies
from importers.out import exporting, graphml, hsds, shown, whole
from importers.reading import Place, Read
from pathways.directory import Directory
from pathways.format.reader import read
from pathways.format.whole import check_records
from pathways.records import Record
from pathways.stores import EDIT, Store, open_store
from pathways.stores.bundled import bundled_root
from pathways.visibility import ANONYMOUS, KEEPER, PARTNER

DAY = date(2026, 11, 24)
OUTPUTS = {
    "yaml": "all",
    "json": "all.json",
    "csv": "all.zip",
    "xlsx": "all.xlsx",
    "hsds": "all.zip",
    "graphml": "all.graphml",
    "hxl": "all.csv",
}
WHOLE = ["yaml", "json"]
OF_BODIES = ["csv", "xlsx", "hsds"]


@pytest.fixture
def run(filled: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs the command on the store of the bundled directory."""
    monkeypatch.setenv("PATHWAYS_HOME", str(tmp_path / "home"))
    return lambda *arguments: CliRunner().invoke(main, ["--store", f"sqlite:///{filled}", *map(str, arguments)])


def exported(run: Any, tmp_path: Path, form: str, *more: Any) -> Path:
    path = tmp_path / OUTPUTS[form]
    answer = run("export", "--format", form, "-o", path, *more)
    assert answer.exit_code == 0, answer.output
    return path


@pytest.fixture
def empty_store(tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Makes stores that hold nothing, and closes them."""
    with ExitStack() as held:
        yield lambda name: held.enter_context(closing(open_store(f"sqlite:///{tmp_path / name}")))


def by_key(records: Any) -> dict[tuple[str, str], Record]:
    return {record.key: record for record in records}


# the command ---------------------------------------------------------------------------------------------------------------------------------


def test_every_form_is_written_and_what_is_withheld_is_counted(run: Any, tmp_path: Path) -> None:
    assert set(OUTPUTS) == set(exporting.FORMS)
    for form in exporting.FORMS:
        folder = tmp_path / form
        folder.mkdir()
        path = folder / OUTPUTS[form]
        answer = run("export", "--format", form, "-o", path)
        assert answer.exit_code == 0, answer.output
        assert re.search(r"Withheld from the public viewer: 9 contact points, \d+ places", answer.stderr)
        assert [one.name for one in folder.iterdir()] == [path.name], "nothing else is left there"
        assert run("export", "--format", form, "-o", path, "--viewer", "keeper").exit_code == (2 if path.is_dir() else 0)
    assert run("export", "--format", "json", "-o", tmp_path / "k.json", "--viewer", "keeper").stderr == ""


def test_what_is_printed_is_what_is_written(run: Any, tmp_path: Path) -> None:
    for form in ("json", "hxl", "graphml"):
        assert run("export", "--format", form, "-o", "-").stdout_bytes == exported(run, tmp_path, form).read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ["-o", "x"],
        ["--format", "pdf", "-o", "x"],
        ["--format", "yaml", "-o", "-"],
        ["--format", "xlsx", "-o", "-"],
        ["--format", "xlsx", "-o", "all.csv"],
        ["--format", "json", "-o", "all"],
        ["--format", "json", "-o", "no/such/folder/all.json"],
        ["--format", "json", "-o", "all.json", "--viewer", "police"],
        ["--format", "json", "-o", "all.json", "--revision", "0"],
    ],
)
def test_wrong_usage_ends_with_2_and_writes_nothing(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("export", *arguments).exit_code == 2
    assert not list(tmp_path.glob("*all*"))


def test_a_suffix_that_the_form_does_not_have_is_told_with_those_that_it_has(run: Any, tmp_path: Path) -> None:
    assert "xlsx is a file *.xlsx, and not all.csv" in run("export", "--format", "xlsx", "-o", tmp_path / "all.csv").output


def test_an_export_does_not_write_over_a_folder(run: Any, tmp_path: Path) -> None:
    for form in ("yaml", "hsds"):
        (tmp_path / form).mkdir()
        (tmp_path / form / "file").write_text("mine")
        assert run("export", "--format", form, "-o", tmp_path / form).exit_code == 2
        assert [one.name for one in (tmp_path / form).iterdir()] == ["file"]


def test_a_revision_that_is_not_there_ends_with_1(run: Any, tmp_path: Path) -> None:
    answer = run("export", "--format", "json", "-o", tmp_path / "all.json", "--revision", "7")
    assert (answer.exit_code, (tmp_path / "all.json").exists()) == (1, False)


def test_an_older_revision_is_written_without_what_a_newer_one_has_closed(tmp_path: Path, empty_store: Callable[[str], Store]) -> None:
    path = tmp_path / "s.sqlite"
    store = empty_store(path.name)
    records = list(read(bundled_root()))
    store.commit(store.replace(EDIT, records), layer=EDIT, source="", author="test")
    store.commit(store.amend(EDIT, "stakeholder", "gr-a21", {"visibility": "hidden"}), layer=EDIT, source="", author="test")
    store.commit(store.amend(EDIT, "stakeholder", "gr-ekka", {"name": "Renamed"}), layer=EDIT, source="", author="test")
    store.close()
    for number, seen in ((1, False), (3, False)):
        answer = CliRunner().invoke(
            main, ["--store", f"sqlite:///{path}", "export", "--format", "json", "-o", "-", "--revision", str(number)]
        )
        assert answer.exit_code == 0, answer.output
        assert ("gr-a21" in answer.stdout) is seen
        assert ("Renamed" in answer.stdout) is (number == 3)


# there and back ------------------------------------------------------------------------------------------------------------------------------


def test_the_keepers_native_exports_are_what_was_loaded(run: Any, tmp_path: Path) -> None:
    bundled = by_key(read(bundled_root()))
    folder = exported(run, tmp_path, "yaml", "--viewer", "keeper")
    assert by_key(read(folder)) == bundled
    assert run("check", "--quiet", folder).exit_code == 0
    file = exported(run, tmp_path, "json", "--viewer", "keeper")
    assert run("check", file).exit_code == 0
    assert len(json.loads(file.read_text())["parts"]) == 13


def test_what_everybody_may_see_is_a_directory_that_can_be_checked(run: Any, tmp_path: Path) -> None:
    assert run("check", "--quiet", exported(run, tmp_path, "yaml")).exit_code == 0


@pytest.mark.parametrize("form", [*WHOLE, *OF_BODIES])
def test_what_goes_out_and_into_an_empty_store_is_the_same_but_for_the_guard_of_shelters(
    run: Any, tmp_path: Path, empty_store: Callable[[str], Store], directory: Directory, bundled_store: Store, form: str
) -> None:
    store = empty_store("one.sqlite")
    report = imported(store, exported(run, tmp_path, form), "own")
    assert report["status"] == "imported", report["findings"][:5]
    out = whole.records(directory, bundled_store.records(), ANONYMOUS) if form in WHOLE else list(shown.records(directory, ANONYMOUS))
    sent, came = by_key(out), by_key(store.records())
    assert sent.keys() == came.keys()
    guarded = confidential_bodies(Read(record, Place("")) for record in out)
    changed = sum(came[key] != record for key, record in sent.items())
    assert changed < (10 if form in WHOLE else 60), "places finer than a region and notes on them; other forms say a flag more"
    for key, record in sent.items():
        body = {"stakeholder": record.id, "mandate": record.fields.get("holder"), "link": record.fields.get("origin")}.get(record.kind)
        if body not in guarded:
            assert came[key] == record
        else:
            assert came[key].fields.get("visibility", "public") == record.fields.get("visibility", "public") or key[0] == "stakeholder"
            assert set(came[key].fields) - set(record.fields) <= {"confidential_location", "visibility"}


@pytest.mark.parametrize("form", [*WHOLE, *OF_BODIES])
def test_what_came_in_once_goes_out_and_comes_in_again_without_any_difference(
    run: Any, tmp_path: Path, empty_store: Callable[[str], Store], form: str
) -> None:
    one = empty_store("one.sqlite")
    first = exported(run, tmp_path, form)
    imported(one, first, "own")
    assert imported(one, first, "own")["status"] == "unchanged"
    second = tmp_path / "again" / OUTPUTS[form]
    second.parent.mkdir()
    exporting.write(form, exporting.Export(one.directory(), one.records(), KEEPER, DAY), second)
    two = empty_store("two.sqlite")
    assert imported(two, second, "own")["status"] == "imported"
    if form in WHOLE:
        assert by_key(two.records()) == by_key(one.records())
    assert list(shown.records(two.directory(), KEEPER)) == list(shown.records(one.directory(), KEEPER))


def test_hxl_is_read_by_libhxl_and_by_our_own_importer(
    run: Any, tmp_path: Path, empty_store: Callable[[str], Store], directory: Directory
) -> None:
    import hxl

    path = exported(run, tmp_path, "hxl")
    with path.open(encoding="utf-8", newline="") as stream:  # libhxl leaves files that it opens itself open
        rows = list(hxl.data(list(csv.reader(stream))))
    mandates = sum(max(1, len(body.mandates)) for part in directory.everywhere for body in part.stakeholders.values())
    assert len(rows) == mandates
    assert {row.get("#org+id") for row in rows} == {body for part in directory.everywhere for body in part.stakeholders}
    store = empty_store("hxl.sqlite")
    report = imported(store, path, "own", format="hxl")
    assert report["status"] == "imported", report["findings"][:3]
    found = {(r.fields["holder"], r.fields["function"]) for r in store.records() if r.kind == "mandate"}
    ended = {
        (m.holder, m.function)
        for part in directory.everywhere
        for b in part.stakeholders.values()
        for m in b.mandates
        if not m.in_force(DAY)
    }
    said = {(m.holder, m.function) for part in directory.everywhere for b in part.stakeholders.values() for m in b.mandates}
    assert said - ended <= found <= said


def test_one_csv_file_has_a_row_for_each_mandate_and_no_cell_that_is_a_formula(run: Any, tmp_path: Path) -> None:
    assert run("export", "--format", "csv", "-o", tmp_path / "all.csv").exit_code == 0
    rows = list(csv.reader(io.StringIO((tmp_path / "all.csv").read_text(encoding="utf-8-sig"), newline="")))
    assert len(rows) > 1_400
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    book = openpyxl.load_workbook(exported(run, tmp_path, "xlsx"))
    assert book.sheetnames == ["Services", "Sources", "Requirements"]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_same_revision_gives_the_same_bytes(run: Any, tmp_path: Path) -> None:
    for form in ("json", "csv", "hsds", "hxl", "graphml"):
        first, second = (exported(run, tmp_path, form).read_bytes() for _ in range(2))
        assert first == second, form


def test_the_package_in_a_zip_is_the_package_in_a_folder(run: Any, tmp_path: Path) -> None:
    assert run("export", "--format", "hsds", "-o", tmp_path / "package").exit_code == 0
    with zipfile.ZipFile(exported(run, tmp_path, "hsds")) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            p.name: p.read_bytes() for p in (tmp_path / "package").iterdir()
        }


def test_the_identifiers_are_made_as_the_documentation_says() -> None:
    page = (Path(__file__).parent.parent / "docs" / "exporting.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    *lines, last = code.strip().splitlines()
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    assert str(eval(last, names)) == hsds.identifier("organization", "gr-ekka")


# the graph -----------------------------------------------------------------------------------------------------------------------------------


def test_the_graph_is_read_back_with_its_nodes_its_typed_edges_and_their_basis(run: Any, tmp_path: Path, directory: Directory) -> None:
    graph = nx.read_graphml(exported(run, tmp_path, "graphml"), force_multigraph=True)
    bodies = {body.id: body for part in directory.everywhere for body in part.stakeholders.values()}
    nodes = {
        kind: {name for name, data in graph.nodes(data=True) if data["type"] == kind} for kind in ("Body", "Mandate", "Stage", "Source")
    }
    assert nodes["Body"] == {f"body:{name}" for name in bodies}
    assert nodes["Mandate"] == {f"mandate:{mandate.id}" for body in bodies.values() for mandate in body.mandates}
    assert nodes["Stage"] == {f"stage:{stage.rule}" for part in directory.parts.values() for stage in part.stages}
    assert all(data["label"] for _, data in graph.nodes(data=True))
    edges = {(begin, end): data for begin, end, data in graph.edges(data=True) if data["type"] == "REFERS_TO"}
    links = [link for body in bodies.values() for link in body.links]
    for link in links:
        data = edges[f"body:{link.origin}", f"body:{link.to}"]
        assert data["basis"] and data["sources"]
    assert sum(data["type"] == "REFERS_TO" for *_, data in graph.edges(data=True)) == len(links)
    sourced = {begin for begin, _, data in graph.edges(data=True) if data["type"] == "STATED_BY"}
    assert nodes["Mandate"] <= sourced and nodes["Stage"] <= sourced
    held = {end: begin for begin, end, data in graph.edges(data=True) if data["type"] == "HOLDS"}
    assert held == {f"mandate:{mandate.id}": f"body:{body.id}" for body in bodies.values() for mandate in body.mandates}


def test_signs_that_no_xml_can_hold_do_not_break_the_graph(tmp_path: Path) -> None:
    body = Record(
        "stakeholder", "mt-x", "MT", {"id": "mt-x", "name": "A\x0bB & <C>", "kind": "ngo", "territory": ["MT"], "note": "\ud800\x00"}
    )
    graphml.write([body], tmp_path / "a.graphml")
    assert nx.read_graphml(tmp_path / "a.graphml").nodes["body:mt-x"]["label"] == "AB & <C>"


# what is closed ------------------------------------------------------------------------------------------------------------------------------

HIDDEN = "gr-a21"


def closed() -> tuple[Record, ...]:
    """The directory with a body that is hidden, named by a stage, a channel and a text of others; and a shelter with a city."""
    changed = []
    for record in read(bundled_root()):
        fields = dict(record.fields)
        if record.key == ("stakeholder", HIDDEN):
            fields |= {"visibility": "hidden", "name": "SECRET-NAME", "contacts": [{"type": "phone", "value": "SECRET-PHONE"}]}
        if record.key == ("stakeholder", "gr-ekka"):
            fields["note"] = f"asks {HIDDEN} and SECRET-NAME by SECRET-PHONE"
            fields["contacts"] = [{"type": "email", "value": "partner@only.example", "visibility": "partner"}]
        if record.key == ("stakeholder", "gr-arsis"):
            fields |= {"confidential_location": True, "city": "SECRET-CITY"}
        if record.kind == "stage" and record.part == "GR":
            fields["lead"] = [*fields["lead"], HIDDEN]
            fields["when"] = "SECRET-NAME is told"
        if record.kind == "channel" and record.id == "gb-al-medaille-mwl":
            fields |= {"from": {"country": "GR", "body": HIDDEN}}
        if record.kind == "network":
            fields["members"] = [*fields["members"], HIDDEN]
        changed.append(Record(record.kind, record.id, record.part, fields))
    return tuple(changed)


@pytest.mark.parametrize("form", list(OUTPUTS))
def test_nothing_that_is_closed_to_a_viewer_stands_in_any_form(tmp_path: Path, form: str) -> None:
    records = closed()
    directory = Directory.from_records(records)
    for name, viewer in (("public", ANONYMOUS), ("partner", PARTNER), ("keeper", KEEPER)):
        path = tmp_path / name / OUTPUTS[form]
        path.parent.mkdir()
        exporting.write(form, exporting.Export(directory, records, viewer, DAY), path)
        text = _text(path)
        if viewer is KEEPER:
            assert "SECRET-NAME" in text and HIDDEN in text
        else:
            assert "SECRET" not in text and not re.search(rf"{HIDDEN}(?![\w-])", text)
            assert ("partner@only.example" in text) is (viewer is PARTNER)


def _text(path: Path) -> str:
    """All text of an output, whatever its form."""
    if path.is_dir():
        return "\n".join(file.read_text(encoding="utf-8") for file in path.rglob("*") if file.is_file())
    if path.suffix in (".zip", ".xlsx"):
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist())
    return path.read_text(encoding="utf-8")


def test_what_is_left_for_a_viewer_is_a_directory_without_a_broken_reference() -> None:
    records = closed()
    directory = Directory.from_records(records)
    for viewer in (ANONYMOUS, PARTNER):
        left = whole.records(directory, records, viewer)
        assert check_records(left) == []
        assert ("channel", "gb-al-medaille-mwl") not in by_key(left)
        assert all("gb-al-medaille-mwl" not in record.fields["channels"] for record in left if record.kind == "corridor")
    counts = shown.withheld(directory, ANONYMOUS)
    assert counts["bodies"] == 1 and counts["contact points"] >= 1 and counts["places"] >= 1
    assert not any(shown.withheld(directory, KEEPER).values())
