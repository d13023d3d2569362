"""A paper as plain text: it opens everywhere, is read aloud, and can be sent in a message."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from api.answering.handout import Block
from api.answering.said import Text

_WIDTH = 78
_FIRST_STRONG, _END = "\u2068", "\u2069"
_LEADS = {"item": "- ", "number": "    ", "address": "    "}


def as_text(blocks: Sequence[Block], rtl: bool) -> str:
    """The paper as text; where it is written from the right, what is in another language is kept from turning it round."""
    lines: list[str] = []
    for block in blocks:
        if block.kind in ("title", "heading", "contact"):
            lines.append("")
        text = _plain(block.text, rtl)
        if block.kind in ("number", "address"):
            number = f"{_FIRST_STRONG}{text}{_END}" if rtl else text
            text = f"{number} ({_plain(block.told, rtl)})" if block.told else number
        lead = _LEADS.get(block.kind, "")
        wrapped = textwrap.wrap(
            text, _WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_long_words=False, break_on_hyphens=False
        )
        lines += wrapped or [""]
        if block.kind in ("title", "heading"):
            lines.append(("=" if block.kind == "title" else "-") * min(_WIDTH, len(text)))
    return "\n".join(lines).strip() + "\n"


def _plain(text: Text, rtl: bool) -> str:
    pieces = [f"{_FIRST_STRONG}{run.text}{_END}" if rtl and run.language else run.text for run in text.runs]
    return " ".join("".join(pieces).split())
