"""Which format a file is of, and why: each module of `importers/formats/` is asked."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import cast

from importers import formats
from importers.reading import Finding, Format, Place

MAPPING = "mapped"
"""The format of files that a mapping explains."""


SPECIAL = {"oruk": "hsds3"}
"""Formats that are a special case of another: what both recognise is of the special one."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The format that a file is read as, and why."""

    format: Format
    why: str


@cache
def known() -> Mapping[str, Format]:
    """All formats by name; a module without a name and a reader is a helper of others."""
    found: dict[str, Format] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(formats.__path__)):
        made = import_module(f"{formats.__name__}.{module}")
        if all(hasattr(made, name) for name in ("NAME", "recognise", "read")):
            found[made.NAME] = cast(Format, made)
    return found


def recognise(path: Path, named: str = "auto", mapping: Path | None = None) -> Recognised | Finding:
    """The format of a file: the one that is named, else that of a mapping where one is given, else the only one that recognises it."""
    if named != "auto":
        if named not in known():
            return Finding("unreadable", "error", Place(path.name), f"{named!r} is not a format", f"accepted: auto, {', '.join(known())}")
        return Recognised(known()[named], "it was named")
    if mapping is not None and MAPPING in known():
        return Recognised(known()[MAPPING], f"the mapping {mapping.name} was given")
    reasons = {name: why for name, made in known().items() if (why := made.recognise(path))}
    for special, general in SPECIAL.items():
        if special in reasons:
            reasons.pop(general, None)
    if len(reasons) == 1:
        name, why = next(iter(reasons.items()))
        return Recognised(known()[name], why)
    if reasons:
        told = "; ".join(f"{name}: {why}" for name, why in reasons.items())
        return Finding("unreadable", "error", Place(path.name), f"it may be of several formats ({told})", "name one with --format")
    return Finding(
        "unreadable",
        "error",
        Place(path.name),
        f"no format is recognised; known are {', '.join(known())}",
        "name the format, or say with a mapping what its columns mean",
    )
