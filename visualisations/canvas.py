"""An SVG document under construction: boxes, lines and texts, each named; no script, no style attribute, nothing from elsewhere.

Coordinates are logical: x grows in the direction of reading, and the canvas turns them round where that is from right to left. Looks are
presentation attributes, so that a page's Content-Security-Policy has nothing to refuse; a page may change them by the class names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from visualisations.measure import FONT
from visualisations.words import Words

INK, FAINT, PAPER, SHADE = "#111", "#444", "#fff", "#f3f3f3"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CORNER = 5.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture: the SVG document, and the same in words, each sentence with the id of what it stands for."""

    svg: str
    alternative: tuple[tuple[str, str], ...]
    sheets: tuple[str, ...] = ()
    """The views of the document (`viewBox`) for sheets of paper that lie across, where it is too large for one."""


def clean(text: str) -> str:
    """A text without the characters that no XML may hold."""
    return _NOT_XML.sub("\ufffd", text)


def identity(*parts: str) -> str:
    """An id made of some words, stable and valid in XML and in a style sheet."""
    return "-".join(re.sub(r"[^A-Za-z0-9_]+", "-", part).strip("-") for part in parts if part)


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


class Canvas:
    """One picture of a known size. `name` starts every id, so that two pictures may stand in one page."""

    def __init__(self, name: str, width: float, height: float, title: str, description: str, words: Words) -> None:
        self.name, self.width, self._rtl = name, width, words.rtl
        self.root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "id": name,
                "class": "map",
                "role": "group",
                "aria-labelledby": f"{name}-title",
                "aria-describedby": f"{name}-desc",
                "width": _number(width),
                "height": _number(height),
                "viewBox": f"0 0 {_number(width)} {_number(height)}",
                "lang": words.language,
                "font-family": FONT,
                "font-size": "12",
                "fill": INK,
                "direction": "rtl" if words.rtl else "ltr",
            },
        )
        self._told(self.root, "title", title).set("id", f"{name}-title")
        self._told(self.root, "desc", description).set("id", f"{name}-desc")
        self._definitions = ET.SubElement(self.root, "defs")
        self._arrow()
        self.box(self.root, 0, 0, width, height, fill=PAPER, stroke="none", kind="paper", round=0)

    def _arrow(self) -> None:
        marker = ET.SubElement(
            self._definitions,
            "marker",
            {
                "id": f"{self.name}-arrow",
                "viewBox": "0 0 8 8",
                "refX": "7",
                "refY": "4",
                "markerWidth": "8",
                "markerHeight": "8",
                "markerUnits": "userSpaceOnUse",
                "orient": "auto",
            },
        )
        ET.SubElement(marker, "path", {"d": "M0 0L8 4L0 8Z", "fill": INK})

    @staticmethod
    def _told(parent: ET.Element, tag: str, text: str) -> ET.Element:
        found = ET.SubElement(parent, tag)
        found.text = clean(text)
        return found

    def group(
        self, identity: str = "", told: str = "", kind: str = "", href: str | None = None, parent: ET.Element | None = None
    ) -> ET.Element:
        """A group of things, with the sentence that stands for it; a link where it has an address."""
        attributes: dict[str, str] = {}
        if identity:
            attributes["id"] = f"{self.name}-{identity}"
        if kind:
            attributes["class"] = kind
        found = ET.SubElement(parent if parent is not None else self.root, "a" if href else "g", attributes)
        if href:
            found.set("href", clean(href))
        if told:
            self._told(found, "title", told)
        return found

    def box(
        self,
        parent: ET.Element,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = PAPER,
        stroke: str = INK,
        dash: str = "",
        thick: float = 1.2,
        kind: str = "box",
        round: float = 3,
    ) -> None:
        """A rectangle; dashed with `dash`."""
        attributes = {
            "class": kind,
            "x": _number(self.width - x - width if self._rtl else x),
            "y": _number(y),
            "width": _number(width),
            "height": _number(height),
            "fill": fill,
        }
        if round:
            attributes["rx"] = _number(round)
        if stroke != "none":
            attributes |= {"stroke": stroke, "stroke-width": _number(thick)}
        if dash:
            attributes["stroke-dasharray"] = dash
        ET.SubElement(parent, "rect", attributes)

    def text(
        self,
        parent: ET.Element,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: float = 12,
        step: float = 0,
        bold: bool = False,
        fill: str = "",
        anchor: str = "start",
    ) -> None:
        """Lines of text, the first one's foot at y; `step` is the way from line to line."""
        attributes = {"font-size": _number(size)}
        if bold:
            attributes["font-weight"] = "bold"
        if fill:
            attributes["fill"] = fill
        if anchor != "start":
            attributes["text-anchor"] = anchor
        for index, line in enumerate(lines):
            across = self.width - x if self._rtl else x
            down = y + index * (step or size * 1.25)
            place = {"x": _number(across), "y": _number(down)}
            ET.SubElement(parent, "text", {**place, **attributes}).text = clean(line)

    def line(
        self,
        parent: ET.Element,
        points: Sequence[Point],
        *,
        dash: str = "",
        stroke: str = INK,
        thick: float = 1.2,
        arrow: bool = True,
        kind: str = "edge",
    ) -> None:
        """A line along some points, its corners rounded, with an arrow at its end."""
        placed = [(self.width - x if self._rtl else x, y) for x, y in points]
        attributes = {"class": kind, "d": _rounded(placed), "fill": "none", "stroke": stroke, "stroke-width": _number(thick)}
        if dash:
            attributes["stroke-dasharray"] = dash
        if arrow:
            attributes["marker-end"] = f"url(#{self.name}-arrow)"
        ET.SubElement(parent, "path", attributes)

    def written(self) -> str:
        """The document as text."""
        return ET.tostring(self.root, encoding="unicode")


def _rounded(points: Sequence[Point]) -> str:
    """A path along the points with small round corners."""
    points = [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]
    parts = [f"M{_number(points[0][0])} {_number(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        parts.append(
            f"L{_number(start[0])} {_number(start[1])}Q{_number(corner[0])} {_number(corner[1])} {_number(end[0])} {_number(end[1])}"
        )
    parts.append(f"L{_number(points[-1][0])} {_number(points[-1][1])}")
    return "".join(parts)


def _towards(corner: Point, other: Point) -> Point:
    """The point a little way from a corner towards another point."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = (dx * dx + dy * dy) ** 0.5
    share = min(_CORNER, length / 2) / length if length else 0.0
    return corner[0] + dx * share, corner[1] + dy * share


DASHES: Mapping[str | None, str] = {
    "law": "",
    "regulation": "16 3",
    "protocol": "9 3",
    "memorandum": "9 3 2 3",
    "project": "5 4",
    "practice": "2 3",
    None: "1 5",
}
"""How the basis of a referral is drawn, so that it is told apart without colour."""
