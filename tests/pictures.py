"""What the tests of pictures share: an SVG read as a document, and what is held of every one."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"' onload=x &amp; ]]> \x00\x0b\ud800 javascript:alert(1)"


def read(svg: str) -> ET.Element:
    """A picture as a document; an error where it is not well-formed. It must be UTF-8, as a file or an answer is."""
    return ET.fromstring(svg.encode("utf-8").decode("utf-8"))


def hold_of_every_picture(root: ET.Element) -> None:
    """No script, no style attribute, no handler, nothing from elsewhere; every id once; a title and a description."""
    assert root.tag == SVG + "svg"
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "defs", "marker", "path", "rect", "g", "a", "text", "line"}
    for element in root.iter():
        for name, value in element.attrib.items():
            assert name != "style"
            assert not name.lower().startswith("on")
            assert not re.search(r"url\((?!#)", value)
            assert name != "href" or value.startswith(("/", "#"))
    named = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(named) == len(set(named))
    assert root.findtext(SVG + "title")
    assert root.findtext(SVG + "desc")
    assert set(root.attrib["aria-labelledby"].split()) <= set(named)


def sentences(root: ET.Element) -> dict[str, str]:
    """The sentence of every named thing that has one, by its id."""
    return {
        element.attrib["id"]: element.findtext(SVG + "title", "")
        for element in root.iter()
        if element is not root and "id" in element.attrib and element.find(SVG + "title") is not None
    }


def texts(root: ET.Element) -> list[str]:
    """The lines of text that are drawn."""
    return [element.text or "" for element in root.iter(SVG + "text")]
