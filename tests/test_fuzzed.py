"""What `make fuzz` has found: each input once more, with what is said of it now."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from importers.formats import native
from importers.opening import examine
from importers.reading import Finding, Options
from pathways.conditions import ConditionError, parse


@pytest.mark.parametrize("name", [{"a": "age"}, ["age"], None, 1])
def test_a_fact_that_is_no_word_is_no_fact(name):
    with pytest.raises(ConditionError, match="is not a fact"):
        parse({"fact": name, "in": [1]})


def test_a_native_list_that_is_not_utf_8_is_said_to_be_so(tmp_path):
    path = tmp_path / "list.json"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    (found,) = native.read(path, Options("partner"))
    assert isinstance(found, Finding) and (found.rule, found.text) == ("unreadable", "not UTF-8")


def archive(change):
    """A zip of one file in whose bytes something was changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("organizations.csv", b"id,name\n1,Hope\n")
    return change(made.getvalue())


def nameless(content):
    """The entry of the list at the end has a name of no letters, and what was its name for a comment."""
    at = content.index(b"PK\x01\x02")
    return content[: at + 28] + struct.pack("<HHH", 0, 0, len("organizations.csv")) + content[at + 34 :]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (nameless, "leads out of the archive"),
        (lambda content: content.replace(b"\x14\x00\x00\x00\x00\x00", b"\x14\x00\x00\x08\x00\x00").replace(b"organ", b"org\xa9n"), "damaged"),
        (lambda content: content[: content.index(b"PK\x01\x02") + 8] + b"\x00\x08" + content[content.index(b"PK\x01\x02") + 10 :].replace(b"organ", b"\xa9\xa9\xa9\xa9\xa9"), "damaged"),
    ],
)  # fmt: skip
def test_an_archive_with_a_name_that_cannot_be_is_refused(tmp_path, change, told):
    path = tmp_path / "list.zip"
    path.write_bytes(archive(change))
    (found,) = examine(path)
    assert told in found.text
