"""The hashtags that are read, and the words of HXL sheets in ours: `importers/data/words/hxl.yaml` is the table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from importers.words import plain
from pathways.format.reader import load_yaml

_WORDS = Path(__file__).parent / "data" / "words" / "hxl.yaml"
PLACES = ("#adm1", "#adm2", "#adm3", "#adm4", "#adm5", "#loc", "#region")
ACTIVITIES = ("#activity", "#service", "#subsector", "#sector")
TEXTS = ("#description",)
NO_NAME = ("type", "id", "code", "referral", "local", "specialised", "json", "funder", "donor", "acronym", "basis")
"""Attributes with which #org is not the name of the body that acts."""
NO_TEXT = ("json", "id", "role", "basis", "enforcement", "partial", "org")
"""Attributes with which an activity or a description is not in words, or is the body's."""
READ = {"#org", "#country", "#contact", "#date", "#status", *PLACES, *ACTIVITIES, *TEXTS}


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = load_yaml(_WORDS.read_text(encoding="utf-8"))
    return found


@cache
def known(table: str) -> Mapping[str, Any]:
    """A table of words (sectors, org_types, statuses) by the words in the form of `plain`; None: known, and nothing that is offered."""
    return {plain(str(key)): value for key, value in _table()[table].items()}


@cache
def left_out() -> frozenset[str]:
    """The hashtags whose columns are left out on purpose."""
    return frozenset("#" + name for name in _table()["ignored"])
