"""The map between the countries as SVG: every documented channel from the country where she is to the country that she returns to, and
under it how far each ordered pair closes.

What is dead is drawn as dead: thin, grey and crossed out. Nothing is told by colour alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from xml.etree import ElementTree as ET

from pathways.measures.pairs import SIDES, Closure
from visualisations.canvas import DASHES, FAINT, PAPER, SHADE, Canvas, Picture, identity
from visualisations.graph import Graph, GraphEdge, GraphNode
from visualisations.measure import wrap
from visualisations.tables import Cell, Table
from visualisations.transnational_parts import ANY, DEAD, LIVE, UNCLEAR, Transnational, Way
from visualisations.words import ENGLISH, Words

_WIDTH, _MARGIN, _BOX, _PORT = 1180.0, 12.0, 170.0, 7.0
_TOP, _LEGEND, _CELL, _ROW, _NAME = 84.0, 104.0, 82.0, 40.0, 172.0
_THICK = {LIVE: 2.2, UNCLEAR: 1.2, DEAD: 0.7}
_GREY = "#767676"


def picture(found: Transnational, words: Words = ENGLISH, name: str = "transnational") -> Picture:
    """The map between the countries. `name` starts the ids of the document."""
    return _Drawing(found, words, name).drawn()


class _Drawing:
    def __init__(self, found: Transnational, words: Words, name: str) -> None:
        self.found, self.words, self.name, self.told = found, words, name, list[tuple[str, str]]()
        self.left = self._ports(lambda way: way.origin, lambda way: way.to)
        self.right = self._ports(lambda way: way.to, lambda way: way.origin)
        self.foot = _TOP + max(self.left[1], self.right[1])
        self.matrix = self.foot + _LEGEND
        height = self.matrix + 96 + _ROW * len(found.countries) + 60
        self.canvas = Canvas(name, _WIDTH, height, _title(words), self._description(), words)

    def _ports(
        self, end: Callable[[Way], str], other: Callable[[Way], str]
    ) -> tuple[dict[str, tuple[float, float]], float, dict[str, float]]:
        """The place of each country on one side (top, height), the height of all, and where each way meets its country."""
        order = {code: index for index, code in enumerate((*self.found.countries, ANY))}
        places, ports, y = dict[str, tuple[float, float]](), dict[str, float](), 0.0
        for code in order:
            ways = sorted((way for way in self.found.ways if end(way) == code), key=lambda way: (order[other(way)], way.id))
            height = max(34.0, len(ways) * _PORT + 8)
            places[code] = (y, height)
            ports |= {way.id: y + height / 2 + (index - (len(ways) - 1) / 2) * _PORT for index, way in enumerate(ways)}
            y += height + 10
        return places, y, ports

    def _description(self) -> str:
        _ = self.words.translate
        lives = [way.life for way in self.found.ways]
        return _(
            "From the country where she is, on one side, to the country that she returns to, on the other: every documented channel. "
            "At work: %(live)d. Unclear whether it still works: %(unclear)d. Ended: %(dead)d. Under it a table of all ordered pairs: at "
            "how many of the nine stages of a journey home a body is known on each side. The same stands in tables."
        ) % {"live": lives.count(LIVE), "unclear": lives.count(UNCLEAR), "dead": lives.count(DEAD)}

    def drawn(self) -> Picture:
        """The finished picture."""
        _ = self.words.translate
        group = self.canvas.group(kind="heading")
        self.canvas.text(group, _MARGIN, 28, [_title(self.words)], size=17, bold=True)
        self.canvas.text(group, _MARGIN, _TOP - 14, [_("She is in")], size=13, bold=True)
        self.canvas.text(group, _WIDTH - _MARGIN - _BOX, _TOP - 14, [_("She returns to")], size=13, bold=True)
        for way in sorted(self.found.ways, key=lambda way: (-list(_THICK).index(way.life), way.id)):
            self._way(way)
        for x, (places, _height, _at) in ((_MARGIN, self.left), (_WIDTH - _MARGIN - _BOX, self.right)):
            for code, (y, height) in places.items():
                self._country(x, _TOP + y, height, code)
        self._legend()
        self._matrix()
        cut = (
            f"0 0 {_WIDTH:.0f} {self.matrix:.0f}",
            f"0 {self.matrix:.0f} {_WIDTH:.0f} {float(self.canvas.root.attrib['height']) - self.matrix:.0f}",
        )
        return Picture(self.canvas.written(), tuple((f"{self.name}-{key}", told) for key, told in self.told), cut)

    def _group(self, key: str, told: str, kind: str) -> ET.Element:
        self.told.append((key, told))
        return self.canvas.group(key, told, kind)

    def _country(self, x: float, y: float, height: float, code: str) -> None:
        group = self.canvas.group(kind="country")
        self.canvas.box(group, x, y, _BOX, height, fill=PAPER)
        self.canvas.text(group, x + 10, y + height / 2 + 4, [_country(code, self.words)], size=13, bold=True)

    def _way(self, way: Way) -> None:
        key = identity("way", way.id)
        group = self._group(key, way_told(way, self.words), f"way {way.life}")
        start, end = (_MARGIN + _BOX, _TOP + self.left[2][way.id]), (_WIDTH - _MARGIN - _BOX, _TOP + self.right[2][way.id])
        dead = way.life == DEAD
        self.canvas.line(
            group, [start, end], dash=DASHES[way.basis], thick=_THICK[way.life], stroke=_GREY if dead else "#111", arrow=not dead
        )
        if dead:
            share = 0.12 + 0.76 * (sum(map(ord, way.id)) * 37 % 100) / 100  # crosses of neighbours stand apart
            x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
            for slope in (-3.5, 3.5):
                self.canvas.line(group, [(x - 3.5, y - slope), (x + 3.5, y + slope)], thick=0.9, stroke=_GREY, arrow=False)

    def _legend(self) -> None:
        _ = self.words.translate
        group, y = self.canvas.group("legend", kind="legend"), self.foot + 14
        lives = ((_("at work"), LIVE), (_("unclear whether it still works"), UNCLEAR), (_("ended"), DEAD))
        for index, (text, life) in enumerate(lives):
            x = _MARGIN + index * 250
            self.canvas.line(group, [(x, y), (x + 40, y)], thick=_THICK[life], stroke=_GREY if life == DEAD else "#111", arrow=life != DEAD)
            if life == DEAD:
                for slope in (-3.5, 3.5):
                    self.canvas.line(group, [(x + 16.5, y - slope), (x + 23.5, y + slope)], thick=0.9, stroke=_GREY, arrow=False)
            self.canvas.text(group, x + 48, y + 4, [text], size=11)
        bases = [basis for basis in DASHES if basis and any(way.basis == basis for way in self.found.ways)]
        for index, basis in enumerate(bases):
            x = _MARGIN + index * 190
            self.canvas.line(group, [(x, y + 24), (x + 40, y + 24)], dash=DASHES[basis], arrow=False)
            self.canvas.text(group, x + 48, y + 28, [self.words.label("referral_basis", basis)], size=11)
        programmes = Counter((way.programme, _life(way, self.words)) for way in self.found.ways if way.programme)
        text = "; ".join(f"{name} ({life}): {count}" for (name, life), count in sorted(programmes.items()))
        lines = wrap(_("Ways by programme: %(programmes)s") % {"programmes": text}, _WIDTH - 2 * _MARGIN, 11)
        self.canvas.text(group, _MARGIN, y + 52, lines, size=11)

    def _matrix(self) -> None:
        _ = self.words.translate
        head = self.canvas.group(kind="heading")
        self.canvas.text(head, _MARGIN, self.matrix + 22, [matrix_title(self.found, self.words)], size=15, bold=True)
        text = _(
            "Of nine stages: how many have a body on each side / of these, how many also a channel at work. Thick: a channel of the pair "
            "is documented. Thin: a network only. Dashed: none was found."
        )
        self.canvas.text(head, _MARGIN, self.matrix + 42, wrap(text, _WIDTH - 2 * _MARGIN, 11), size=11)
        codes, top = self.found.countries, self.matrix + 86
        for index, code in enumerate(codes):
            lines = wrap(_country(code, self.words), _CELL - 6, 11, bold=True, most=2)
            self.canvas.text(head, _MARGIN + _NAME + index * _CELL + 4, top - 8 - 13 * (len(lines) - 1), lines, size=11, step=13, bold=True)
        for row, origin in enumerate(codes):
            self.canvas.text(head, _MARGIN, top + row * _ROW + 24, [_country(origin, self.words)], size=12, bold=True)
            for column, to in enumerate(codes):
                self._pair(origin, to, _MARGIN + _NAME + column * _CELL, top + row * _ROW)

    def _pair(self, origin: str, to: str, x: float, y: float) -> None:
        closure = self.found.closures.get((origin, to))
        if closure is None:
            self.canvas.box(self.canvas.group(kind="none"), x, y, _CELL - 4, _ROW - 4, fill=SHADE, stroke="none", round=0)
            return
        key = identity("pair", origin, to)
        group = self._group(key, pair_told(self.found, closure, self.words), "pair")
        state = self.found.corridors.get((origin, to), "none-found")
        dash, thick = {"documented": ("", 2.4), "network-only": ("", 0.8)}.get(state, ("3 3", 0.8))
        self.canvas.box(group, x, y, _CELL - 4, _ROW - 4, dash=dash, thick=thick, round=0)
        self.canvas.text(group, x + (_CELL - 4) / 2, y + 23, [mark(closure)], size=13, anchor="middle", fill="" if closure.named else FAINT)


def mark(closure: Closure) -> str:
    """A pair in two numbers: stages with a body on each side, and of these those with a channel at work."""
    return f"{len(closure.named)} / {len(closure.closed)}"


def _title(words: Words) -> str:
    _ = words.translate
    return _("Ways between the countries")


def matrix_title(found: Transnational, words: Words) -> str:
    """What the matrix is called."""
    _ = words.translate
    return {
        "woman": _("How far a woman's journey home closes"),
        "man": _("How far a man's journey home closes"),
        "child": _("How far a child's journey home closes"),
    }[found.traveller]


def _country(code: str, words: Words) -> str:
    _ = words.translate
    return _("any country") if code == ANY else words.label("countries", code)


def _life(way: Way, words: Words) -> str:
    _ = words.translate
    return {LIVE: _("at work"), UNCLEAR: _("unclear whether it still works"), DEAD: _("ended")}[way.life]


def way_told(way: Way, words: Words) -> str:
    """A channel in a sentence."""
    _ = words.translate
    stages = ", ".join(words.label("canonical_stages", stage) for stage in way.stages)
    ends = " → ".join(body or _("no body named") for body in way.bodies)
    years = "–".join(year or "" for year in way.active)
    parts = [
        f"{_country(way.origin, words)} → {_country(way.to, words)}",
        way.programme,
        words.label("referral_basis", way.basis),
        _life(way, words),
        years.strip("–") and years,
        ends,
        stages,
    ]
    return "; ".join(part for part in parts if part)


def pair_told(found: Transnational, closure: Closure, words: Words) -> str:
    """An ordered pair in a sentence: its channel, the stages with a body on each side, and those without."""
    _ = words.translate
    named = [words.label("canonical_stages", stage) for stage in closure.named]
    lacking = [words.label("canonical_stages", stage) for stage in SIDES if stage not in closure.named]
    return _("%(origin)s to %(to)s: %(channel)s. A body on each side: %(named)s. Not: %(lacking)s.") % {
        "origin": _country(closure.origin, words),
        "to": _country(closure.destination, words),
        "channel": _channel(closure.channel, words),
        "named": ", ".join(named) or _("at no stage"),
        "lacking": ", ".join(lacking) or _("none"),
    }


def _channel(state: str, words: Words) -> str:
    _ = words.translate
    return {
        "active": _("a channel of its own is at work"),
        "unclear": _("unclear whether its own channel still works"),
    }.get(state, _("no channel of its own is documented"))


def tables_of(found: Transnational, words: Words, cite: Callable[[Sequence[str]], str]) -> list[Table]:
    """The map in tables: the matrix of all ordered pairs, the pairs in words, and every channel."""
    _ = words.translate
    codes = found.countries
    rows = []
    for origin in codes:
        cells = [found.closures.get((origin, to)) for to in codes]
        rows.append((Cell(_country(origin, words)), *(Cell(mark(c) if c else "–", kind="" if c else "none") for c in cells)))
    head = (_("She is in"), *(_country(code, words) for code in codes))
    pairs = tuple(
        (
            Cell(f"{_country(c.origin, words)} → {_country(c.destination, words)}"),
            Cell(_channel(c.channel, words)),
            Cell(", ".join(words.label("canonical_stages", stage) for stage in c.named) or "–"),
            Cell(", ".join(words.label("canonical_stages", stage) for stage in SIDES if stage not in c.named) or "–"),
        )
        for c in found.closures.values()
    )
    ways = tuple(
        (
            Cell(f"{_country(way.origin, words)} → {_country(way.to, words)}"),
            Cell(way.programme or "–"),
            Cell(words.label("referral_basis", way.basis)),
            Cell(f"{_life(way, words)} ({way.active[0] or '?'}–{way.active[1] or ''})"),
            Cell(" → ".join(body or "–" for body in way.bodies)),
            Cell(", ".join(words.label("canonical_stages", stage) for stage in way.stages)),
            Cell(words.label("disclosure", way.disclosure)),
            Cell(way.note or "–"),
            Cell(cite(way.sources)),
        )
        for way in found.ways
    )
    return [
        Table(matrix_title(found, words), head, tuple(rows)),
        Table(_("The pairs in words"), (_("Pair"), _("Channel"), _("A body on each side"), _("No body on one side")), pairs),
        Table(
            _("Channels"),
            (_("Way"), _("Programme"), _("Basis"), _("State"), _("Bodies"), _("Stages"), _("At most told"), _("Note"), _("Sources")),
            ways,
            tuple(way.life for way in found.ways),
        ),
    ]


def graph_of(found: Transnational, words: Words) -> Graph:
    """The graph of the map: countries on a line, channels and closures between them."""
    codes = (*found.countries, ANY)
    nodes = tuple(
        GraphNode(code, _country(code, words), float(index % 4), float(index // 4), {"type": "country"}) for index, code in enumerate(codes)
    )
    edges = tuple(
        GraphEdge(
            way.id,
            way.origin,
            way.to,
            {
                "basis": way.basis,
                "state": way.state,
                "programme": way.programme,
                "stages": ",".join(way.stages),
                "disclosure": way.disclosure,
                "evidence": way.evidence,
                "sources": ",".join(way.sources),
            },
        )
        for way in found.ways
    )
    return Graph(_title(words), nodes, edges)
