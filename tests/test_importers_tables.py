"""One reader of rows for CSV, XLSX and zip: what partner files look like, and what is refused before it costs anything."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import openpyxl
import pytest

from importers import tables
from importers.formats import hxl, mapped, template
from importers.reading import Format, Options, Read
from importers.tables import Refused, Row

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT.parent / "shared" / "samples"

SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/></Relationships>'
)
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)


def workbook(path: Path, sheet: str, **others: str) -> Path:
    """A workbook as bytes of our own, for what no library would write."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS.format("officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format("worksheet", "worksheets/sheet1.xml"))
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, text in others.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return path


def rows(path: Path) -> list[tuple[str, ...]]:
    with tables.opened(path) as sheets:
        return [row.cells for sheet in sheets for row in sheet.rows]


def refused(path: Path) -> tables.Finding:
    with pytest.raises(Refused) as error:
        rows(path)
    return error.value.finding


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_cells_is_found(tmp_path: Path, mark: str) -> None:
    text = f'name{mark}city\r\nHope{mark}Lyon\r\n"A{mark}B"{mark}"two\nlines"\r\n'
    assert rows(written(tmp_path / "a.csv", text)) == [("name", "city"), ("Hope", "Lyon"), (f"A{mark}B", "two\nlines")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_with_accents_are_read_in_every_encoding_that_can_be_told(tmp_path: Path, encoding: str) -> None:
    assert rows(written(tmp_path / "a.csv", "nom,ville\nÉtoile,Besançon\n".encode(encoding))) == [("nom", "ville"), ("Étoile", "Besançon")]


def test_an_encoding_that_was_taken_is_told(tmp_path: Path) -> None:
    with tables.opened(written(tmp_path / "a.csv", "nom\nÉtoile\n".encode("latin-1"))) as (sheet,):
        assert [(note.severity, "Western" in note.text) for note in sheet.notes] == [("warning", True)]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("cp1251", "назва,місто\nНадія,Київ\nПритулок,Одеса\n"), ("iso8859-7", "όνομα,πόλη\nΕλπίδα για όλους,Αθήνα\n")],
    ids=["Cyrillic", "Greek"],
)
def test_letters_of_another_script_are_not_made_into_accents(tmp_path: Path, encoding: str, text: str) -> None:
    finding = refused(written(tmp_path / "a.csv", text.encode(encoding)))
    assert finding.rule == "unreadable" and "UTF-8" in finding.todo


def test_a_truncated_letter_at_the_end_is_not_utf_8(tmp_path: Path) -> None:
    with tables.opened(written(tmp_path / "a.csv", b"nom\nHope\xc3")) as (sheet,):
        assert sheet.notes


def test_cells_lose_the_space_around_them_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    with tables.opened(written(tmp_path / "a.csv", "name,city\n\n  Hope , Lyon \n")) as (sheet,):
        assert list(tables.filled(sheet.rows)) == [Row(1, ("name", "city")), Row(3, ("Hope", "Lyon"))]


def test_the_heading_may_stand_beneath_titles(tmp_path: Path) -> None:
    with tables.opened(written(tmp_path / "a.csv", "Our list,\n,\nname,city\nHope,Lyon\n")) as (sheet,):
        before, after = tables.headed(sheet, lambda row: "name" in row.cells)
        assert [row.number for row in before] == [1, 2, 3] and [row.cells for row in after] == [("Hope", "Lyon")]


def test_a_workbook_gives_text_as_a_person_sees_it(tmp_path: Path) -> None:
    import datetime

    book = openpyxl.Workbook()
    book.active.append(["Hope", 8, 8.0, 2.5, True, datetime.date(2026, 11, 24), datetime.datetime(2026, 11, 24, 9, 30), None, "+33 1"])
    book.save(tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx") == [("Hope", "8", "8", "2.5", "true", "2026-11-24", "2026-11-24 09:30:00", "", "+33 1")]


def test_a_merged_cell_says_its_value_for_the_rows_beneath_and_not_for_the_next_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Hope", "a", ""], ["", "b", ""], ["Wide", "", "c"]):
        book.active.append(row)
    book.active.merge_cells("A1:A2")
    book.active.merge_cells("A3:B3")
    book.save(tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx") == [("Hope", "a", ""), ("Hope", "b", ""), ("Wide", "", "c")]


def test_a_workbook_is_known_without_its_ending_and_a_csv_in_a_zip_is_read(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "book")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("list.csv", "name\nHope\n")
    assert (tables.kind_of(tmp_path / "book"), rows(tmp_path / "a.zip")) == ("xlsx", [("name",), ("Hope",)])


@pytest.mark.parametrize(
    ("text", "kind"),
    [("[note],name\n", "csv"), ("{x},y\n", "csv"), (" [ [1]]", "json"), ('{"a": 1}', "json"), ("[]", "json"), ("\ufeff[{}]", "json")],
)
def test_a_heading_in_brackets_is_no_json(tmp_path: Path, text: str, kind: str) -> None:
    assert tables.kind_of(written(tmp_path / "a", text)) == kind


def test_a_formula_is_refused_where_it_stands(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "List"
    book.active.append(["Hope", '=HYPERLINK("http://example.org","x")'])
    book.save(tmp_path / "a.xlsx")
    finding = refused(tmp_path / "a.xlsx")
    assert (finding.rule, finding.severity, finding.place.sheet, finding.place.row, finding.place.column) == (
        "hostile",
        "error",
        "List",
        1,
        "B",
    )


def test_the_apostrophe_before_a_phone_is_no_part_of_it(tmp_path: Path) -> None:
    assert rows(written(tmp_path / "a.csv", "name,phone\n'Ndrangheta desk,'+39 06\n"))[1] == ("'Ndrangheta desk", "+39 06")


def test_what_a_csv_file_says_is_text_and_never_a_formula(tmp_path: Path) -> None:
    assert rows(written(tmp_path / "a.csv", "name,note\nHope,=1+1\n"))[1] == ("Hope", "=1+1")


CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
ENTITIES = '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><sst>&b;</sst>'


@pytest.mark.parametrize(
    ("sheet", "others", "says"),
    [
        (SHEET.format("<row r='1'>" + "<c><v>1</v></c>" * 1_000_000 + "</row>"), {}, "columns"),
        (SHEET.format('<row r="1"><c r="XFD1"><v>1</v></c></row>'), {}, "XFD1"),
        (SHEET.format('<row r="1"><c r="AAAAAAAA1"><v>1</v></c></row>'), {}, "columns"),
        (SHEET.format(CELL), {"xl__externalLinks__externalLink1_xml": "<externalLink/>"}, "links to another file"),
        (SHEET.format(CELL), {"xl__connections_xml": "<connections/>"}, "links to another file"),
        (SHEET.format(CELL), {"xl__vbaProject.bin": "x"}, "program"),
        (SHEET.format(CELL), {"xl__sharedStrings_xml": ENTITIES}, "document type"),
        (SHEET.format(CELL), {"xl__sharedStrings_xml": "<sst>" + "<si><t/></si>" * 500_001 + "</sst>"}, "texts"),
        (SHEET.format(CELL).replace("<worksheet", '<!DOCTYPE worksheet [<!ENTITY a "ha">]><worksheet'), {}, "document type"),
        (SHEET.format("<x>" * 200 + "</x>" * 200), {}, "nested"),
        (SHEET.format(CELL).replace("</worksheet>", '<mergeCells><mergeCell ref="A1:A1048576"/></mergeCells></worksheet>'), {}, "merges"),
    ],
    ids=["columns", "far", "endless", "external", "connections", "macros", "laughs", "texts", "entity", "nested", "merged"],
)  # fmt: skip
def test_a_workbook_that_is_built_to_exhaust_or_to_reach_out_is_refused(
    tmp_path: Path, sheet: str, others: dict[str, str], says: str
) -> None:
    finding = refused(workbook(tmp_path / "a.xlsx", sheet, **others))
    assert (finding.rule, finding.severity) == ("hostile", "error") and says in finding.text


def test_a_broken_or_cut_workbook_is_refused_and_names_what_to_do(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", SHEET.format(CELL)).read_bytes()
    assert rows(tmp_path / "a.xlsx") == [("x",)]
    for name, content in (("cut.xlsx", whole[: len(whole) // 2]), ("xml.xlsx", None)):
        path = tmp_path / name
        if content is None:
            workbook(path, SHEET.format(CELL)[:-20])
        else:
            path.write_bytes(content)
        finding = refused(path)
        assert finding.rule == "unreadable" and finding.todo


def test_a_workbook_whose_style_sheet_is_broken_is_read_and_says_so(tmp_path: Path) -> None:
    types = TYPES.replace(
        "</Types>",
        '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
    )
    path = workbook(
        tmp_path / "a.xlsx", SHEET.format(CELL), xl__styles_xml="<styleSheet><fills><fill/><fill><broken/></fill></fills></styleSheet>"
    )
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, types if name == "[Content_Types].xml" else old.read(name))
    with tables.opened(tmp_path / "b.xlsx") as (sheet,):
        assert ["style sheet" in note.text for note in sheet.notes] == [True] and [row.cells for row in sheet.rows] == [("x",)]


def test_a_zip_that_grows_or_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    for name, member, content in (
        ("bomb.zip", "a.csv", b"a,b\n" * 20_000_000),
        ("out.zip", "../a.csv", b"a,b\n"),
        ("root.zip", "/etc/a.csv", b"a,b\n"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member, content)
        assert refused(tmp_path / name).rule == "hostile"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"a,b\n" + b"x" * 3_000_000, "hostile"),
        (b'a,b\n"never closed,' + b"x,\n" * 700_000, "unreadable"),
        (b"a,b\nx\0y,z\n", "unreadable"),
        (b"a" + b"," * 5_000 + b"\n", "hostile"),
        (b"\xff\xfea\x00,\x00\x00\xd8", "unreadable"),
        (b"\x89PNG\r\n\x1a\n", "unreadable"),
        (b"<html></html>", "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unreadable"),
        (b"", "unreadable"),
    ],
    ids=["line", "quote", "nul", "columns", "utf-16", "image", "page", "old", "empty"],
)  # fmt: skip
def test_a_csv_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, rule: str) -> None:
    assert refused(written(tmp_path / "a.csv", content)).rule == rule


HUNGRY = """
    import sys
    from pathlib import Path
    from importers import tables
    try:
        with tables.opened(Path(sys.argv[1])) as sheets:
            for sheet in sheets:
                for row in sheet.rows:
                    pass
        print("read")
    except tables.Refused as error:
        print(error.finding.rule)
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


measured = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="the system does not tell the most memory of a process")


def memory(path: Path) -> tuple[str, int]:
    """What became of a file in a process of its own, and the most memory that it took, in MiB."""
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(HUNGRY), str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    said, used = done.stdout.split()
    return said, int(used)


@measured
def test_what_is_refused_costs_less_than_200_mb(tmp_path: Path) -> None:
    columns = workbook(tmp_path / "columns.xlsx", SHEET.format("<row r='1'>" + "<c><v>1</v></c>" * 1_000_000 + "</row>"))
    laughs = workbook(tmp_path / "laughs.xlsx", SHEET.format(CELL), xl__sharedStrings_xml=ENTITIES)
    line = written(tmp_path / "line.csv", b"a,b\n" + b"x" * 400_000_000)
    for path in (columns, laughs, line):
        said, used = memory(path)
        assert said == "hostile" and used < 200


@measured
def test_the_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    few = written(tmp_path / "few.csv", b"name,city\n" + b"Hope,Lyon\n" * 1_000)
    many = written(tmp_path / "many.csv", b"name,city\n" + b"Hope,Lyon\n" * 500_000)
    assert memory(many)[1] - memory(few)[1] < 20


PIECES = (
    b'"',
    b"<",
    b"\0",
    b"\xff",
    b";",
    b"\n",
    b"999999999999",
    b"{}",
    b"[]",
    b"#org",
    b"<!DOCTYPE x>",
    b"&a;",
    b't="s"',
    b"A1:ZZZ9",
    b"1e999",
    b"NaN",
)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A file with some of its bytes changed, left out or put in."""
    found = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        where = chance.randrange(len(found) + 1)
        if chance.random() < 0.4:
            found[where : where + 1] = bytes([chance.randrange(256)])
        elif chance.random() < 0.7:
            found[where:where] = chance.choice(PIECES)
        else:
            del found[where : where + chance.randint(1, 40)]
    return bytes(found)


@pytest.mark.parametrize("reader", [template, hxl, mapped], ids=lambda module: module.NAME)
def test_no_damaged_file_makes_a_reader_raise(tmp_path: Path, reader: Format) -> None:
    chance = random.Random(7)
    book = workbook(
        tmp_path / "a.xlsx", SHEET.format('<row r="1"><c r="A1" t="inlineStr"><is><t>#org</t></is></c><c r="B1" s="3"><v>4</v></c></row>')
    )
    csv = b"Country,Name,Kind of body,Function,More of the row\n#country,#org,#org+type,#activity,#activity+json\nMT,Hope,ngo,hotline,{}\n"
    json = b'[{"#org": "Hope", "#country": "MT", "#sector": "Health", "properties": {"partnerName": "x", "indicators": {"a": 1}}}]'
    mapping = written(
        tmp_path / "m.yaml", "mapping: 1\ntitle: x\nformat: json\ncountry: MT\nbody: {name: '#org', kind: {value: ngo}}\nunknown: warning\n"
    )
    for number in range(200):
        content = damaged(chance.choice([csv, json, book.read_bytes()]), chance)
        if number % 2:
            workbook(tmp_path / "b", damaged(SHEET.format(CELL).encode(), chance).decode("utf-8", "replace"))
            content = chance.choice([content, (tmp_path / "b").read_bytes()])
        path = written(tmp_path / "file", content)
        reader.recognise(path)
        for item in reader.read(path, Options("x", mapping=mapping if number % 3 else None)):
            assert isinstance(item, Read) or item.place.file in ("file", "m.yaml")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_every_table_of_the_hxl_samples_is_read_or_refused_with_a_reason() -> None:
    told: dict[str, str] = {}
    for path in sorted((SAMPLES / "hxl-tests").rglob("*")):
        if path.is_file():
            try:
                told[path.name] = f"{len(rows(path))} rows"
            except Refused as error:
                told[path.name] = error.finding.text
    assert (told["input-valid-latin1.csv"], told["input-valid-xlsx.NOEXT"], told["input-valid-csv.zip"]) == ("7 rows", "7 rows", "7 rows")
    assert told["input-broken.xlsx"] == "6433 rows" and "97 to 2003" in told["input-valid.xls"]
