"""Files that are built to exhaust or to trick whoever opens them are refused before any format sees them, in little memory."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from shutil import copyfile

import pytest
from partner_lists import a_list, bodies, imported, rules, small_store
from small_directory import close_stores, write_small

from importers import archives, opening
from importers.opening import examine

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT.parent / "shared" / "samples"
MEMORY = 200 * 2**20


def archive(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content, **options)
    return path


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, made.open("list.csv", "w", force_zip64=True) as member:
        for _ in range(300):
            member.write(b"0" * 2**20)
    return path


def overlapping(path):
    """Two entries of an archive's list that are the same bytes of it."""
    archive(path, {"a.csv": os.urandom(50_000).hex()})
    content = path.read_bytes()
    start = content.rindex(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    entry = content[start:end]
    tail = bytearray(content[end:])
    struct.pack_into("<HHI", tail, 8, 2, 2, 2 * len(entry))
    path.write_bytes(content[:start] + entry + entry + bytes(tail))
    return path


def laughs(path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    path.mkdir()
    write_small(path)
    (path / "AL" / "sources.yaml").write_text("\n".join(lines))
    return path


def sparse(path, first=b"name;phone\n"):
    with path.open("wb") as file:
        file.write(first)
        file.truncate(2**30)
    return path


def long_line(path):
    with path.open("wb") as file:
        file.writelines(b"a" * 2**20 for _ in range(12))
    return path


def written(path, content):
    path.write_bytes(content)
    return path


def workbook(path, **members):
    base = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": "<workbook/>",
        "xl/worksheets/sheet1.xml": "<sheetData><row/></sheetData>",
    }
    return archive(path, {**base, **members})


HOSTILE = {
    "zip bomb": (lambda t: bomb(t / "list.zip"), "hostile", "would unpack to"),
    "path out of a zip": (lambda t: archive(t / "list.zip", {"../../evil.csv": "a,b"}), "hostile", "leads out"),
    "windows path out of a zip": (lambda t: archive(t / "list.zip", {"a\\..\\..\\evil.csv": "a,b"}), "hostile", "leads out"),
    "absolute path in a zip": (lambda t: archive(t / "list.zip", {"/etc/evil.csv": "a,b"}), "hostile", "leads out"),
    "archive in an archive": (lambda t: archive(t / "list.zip", {"inner.zip": "x"}), "hostile", "archive within"),
    "files on top of each other": (lambda t: overlapping(t / "list.zip"), "hostile", "on top of each other"),
    "truncated zip": (lambda t: written(t / "list.zip", archive(t / "whole.zip", {"a.csv": "name,phone\n" * 999}).read_bytes()[:-40]), "unreadable", "damaged or cut off"),
    "damaged zip": (lambda t: written(t / "list.zip", archive(t / "whole.zip", {"a.csv": os.urandom(999).hex()}).read_bytes().replace(b"a.csv", b"b.csv", 1)), "unreadable", "damaged"),
    "NUL bytes": (lambda t: written(t / "list.csv", b"name,phone\na,1\nb\0,2\n"), "hostile", "a NUL byte (byte 16)"),
    "NUL bytes in a zip": (lambda t: archive(t / "list.zip", {"list.csv": b"name\na\0"}), "hostile", "a NUL byte"),
    "a gigabyte of nothing": (lambda t: sparse(t / "list.csv"), "hostile", "a NUL byte"),
    "a gigabyte of nothing as JSON": (lambda t: sparse(t / "list.json", b'{"a": "'), "hostile", "a NUL byte"),
    "a very long line": (lambda t: long_line(t / "list.csv"), "hostile", "a line of more than 8 MB"),
    "a very long line that ends": (lambda t: written(t / "list.csv", b"a" * (8 * 2**20 + 9) + b"\nb\n"), "hostile", "a line of more than 8 MB"),
    "a very long text in JSON": (lambda t: written(t / "list.json", b'{"a": "' + b"x" * 9 * 2**20 + b'"}'), "hostile", "a text of more than 8 MB"),
    "another encoding": (lambda t: written(t / "list.csv", "name\nÉcole\n".encode("latin-1")), "unreadable", "not UTF-8"),
    "another encoding in a zip": (lambda t: archive(t / "list.zip", {"a.csv": "name\nÉcole\n".encode("cp1252")}), "unreadable", "not UTF-8"),
    "a cut off letter": (lambda t: written(t / "list.csv", "name\nÉ".encode()[:-1]), "unreadable", "cut off"),
    "UTF-16": (lambda t: written(t / "list.csv", "name\n".encode("utf-16")), "unreadable", "UTF-16"),
    "billion laughs": (lambda t: laughs(t / "folder"), "hostile", "a reference to another place"),
    "deep YAML": (lambda t: written(t / "map.yaml", b"a: " + b"[" * 100_000), "hostile", "nested"),
    "deep YAML by lines": (lambda t: written(t / "map.yaml", b"- " * 100_000 + b"a"), "hostile", "nested"),
    "deep YAML by columns": (lambda t: written(t / "map.yaml", b"".join(b" " * n + b"a:\n" for n in range(2000))), "hostile", "nested"),
    "an empty file": (lambda t: written(t / "list.csv", b""), "unreadable", "empty"),
    "a picture": (lambda t: written(t / "list.csv", b"\x89PNG\r\n\x1a\n"), "unreadable", "a picture, and no list"),
    "a packed file": (lambda t: written(t / "list.csv.gz", b"\x1f\x8b\x08aaaaaaa"), "unreadable", "gzip"),
    "a text that is called an archive": (lambda t: written(t / "list.zip", b"name,phone"), "unreadable", "called .zip"),
    "a million columns": (lambda t: workbook(t / "list.xlsx", **{"xl/worksheets/sheet2.xml": "<sheetData><row>" + "<c/>" * 1_000_000 + "</row></sheetData>"}), "hostile", "a row or text"),
    "entities in a workbook": (lambda t: workbook(t / "list.xlsx", **{"xl/sharedStrings.xml": '<!DOCTYPE a [<!ENTITY b "c">]><sst/>'}), "hostile", "entities"),
    "links to other workbooks": (lambda t: workbook(t / "list.xlsx", **{"xl/externalLinks/externalLink1.xml": "<externalLink/>"}), "hostile", "other files"),
    "macros": (lambda t: workbook(t / "list.xlsx", **{"xl/vbaProject.bin": "x"}), "hostile", "macros"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_its_place_told(tmp_path, name):
    make, rule, words = HOSTILE[name]
    (finding,) = examine(make(tmp_path))
    assert (finding.rule, finding.severity) == (rule, "error")
    assert words in finding.text
    assert finding.todo
    assert finding.place.file


@pytest.mark.parametrize(
    ("make", "row"),
    [
        (lambda t: written(t / "list.csv", b"a\nb\nc\0\n"), 3),
        (lambda t: written(t / "list.csv", "a\nb\né\n".encode("latin-1")), 3),
        (lambda t: written(t / "list.csv", b"a\n" * 600_000 + b"\xff\n"), 600_001),
    ],
)
def test_the_line_is_told(tmp_path, make, row):
    (finding,) = examine(make(tmp_path))
    assert finding.place.row == row


def test_a_letter_on_the_edge_of_two_pieces_is_no_mistake(tmp_path):
    for offset in range(4):
        assert examine(written(tmp_path / "list.csv", b"a" * (2**20 - offset) + "é€𐍈".encode() * 9)) == []


def test_a_folder_with_a_link_is_refused(tmp_path):
    folder = write_small(tmp_path / "folder")
    (folder / "AL" / "more.yaml").symlink_to("/etc/hostname")
    (finding,) = examine(folder)
    assert (finding.rule, finding.place.file) == ("hostile", "folder/AL/more.yaml")


def test_what_is_in_order_is_not_refused(tmp_path):
    assert examine(write_small(tmp_path / "folder")) == []
    assert examine(a_list(tmp_path, bodies(50))) == []
    assert examine(written(tmp_path / "bom.csv", "\ufeffname\nÉcole *a* [b] & c\n".encode())) == []
    assert examine(archive(tmp_path / "list.zip", {"folder/": "", "folder/list.csv": "name\n" * 10})) == []
    assert examine(workbook(tmp_path / "list.xlsx")) == []
    assert examine(written(tmp_path / "words.yaml", b"a: 'women & girls *not* [here'\nb: |\n  * a list\n  * of words\n")) == []


def test_a_text_in_another_encoding_may_be_opened_where_its_keeper_says_so(tmp_path):
    assert examine(written(tmp_path / "list.csv", "name\nÉcole\n".encode("latin-1")), "latin-1") == []


def test_limits_hold_where_sizes_are_only_said(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "LARGEST", 10)
    (finding,) = examine(written(tmp_path / "list.csv", b"a" * 11))
    assert finding.rule == "hostile"
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    monkeypatch.setattr(opening, "LARGEST", 10_000)
    (finding,) = examine(archive(tmp_path / "list.zip", {f"{n}.csv": "a" for n in range(3)}))
    assert "more than 2 files" in finding.text


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_every_sample_may_be_opened_but_those_that_are_broken():
    refused = {
        path.name: found[0].text
        for path in sorted(SAMPLES.rglob("*"))
        if path.is_file() and path.stat().st_size and "profiles" not in path.parts and (found := examine(path))
    }
    assert set(refused) == {"input-invalid.png", "input-valid-latin1.csv", "input-zip-invalid.zip"}, refused


COMMAND = """
import re, sys
from pathlib import Path
from cli.main import main
try:
    main(["import", *sys.argv[1:]])
finally:
    # not what getrusage tells: that begins at the memory of the process that started this one
    print("memory", re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell how much memory a process took")
@pytest.mark.parametrize("name", ["zip bomb", "a gigabyte of nothing", "a gigabyte of nothing as JSON", "billion laughs", "deep YAML", "a million columns", "a very long text in JSON"])  # fmt: skip
def test_the_command_refuses_it_in_little_memory(tmp_path, filled, name):
    make, rule, words = HOSTILE[name]
    copyfile(filled, tmp_path / "store.sqlite")
    path = make(tmp_path)
    environment = {**os.environ, "PATHWAYS_HOME": str(tmp_path), "PATHWAYS_STORE": f"sqlite:///{tmp_path / 'store.sqlite'}"}
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, str(path)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert f"error [{rule}]" in done.stdout and words in done.stdout
    assert 0 < int(done.stdout.rsplit("memory ", 1)[1]) * 1024 < MEMORY


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_leaves_the_directory_as_it_was(tmp_path, name):
    store = small_store(tmp_path)
    make, rule, _ = HOSTILE[name]
    report = imported(store, make(tmp_path))
    assert (report["status"], rules(report), store.head()) == ("refused", [rule], 1)
    close_stores()


def test_json_that_is_nested_too_deeply_is_refused(tmp_path):
    path = tmp_path / "list.json"
    path.write_text('{"format": "referral-pathways-directory/1", "parts": ' + '{"US":' * 200_000)
    store = small_store(tmp_path)
    report = imported(store, path)
    assert report["status"] == "refused"
    assert set(rules(report)) <= {"hostile", "unreadable"}
    close_stores()
