"""One answer changed, to see what follows: the changes that are offered at an answer, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from api.asking.form import Data, value_of


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A change that is offered: what it says, and the answers that it sets; None makes an answer unknown."""

    id: str
    label: LazyString
    sets: Mapping[str, Any]
    unless: Mapping[str, Any]
    """It is not offered where one of these is the answer already."""


WHAT_IFS: tuple[WhatIf, ...] = (
    WhatIf("no-police", _("the person refuses contact with the police"), {"consent.police": False}, {"consent.police": False}),
    WhatIf("police", _("the person agrees to contact with the police"), {"consent.police": True}, {"consent.police": True}),
    WhatIf("no-referral", _("the person refuses to be referred"), {"consent.referral": False}, {"consent.referral": False}),
    WhatIf(
        "no-identification",
        _("the person refuses to be formally identified"),
        {"consent.formal_identification": False},
        {"consent.formal_identification": False},
    ),
    WhatIf("is-17", _("the person turns out to be 17"), {"age": 17, "age_group": None, "days_to_majority": None}, {"age_group": "child"}),
    WhatIf("stay", _("the person wishes to stay"), {"wishes": "stay"}, {"wishes": "stay"}),
    WhatIf("return", _("the person wishes to return"), {"wishes": "return"}, {"wishes": "return"}),
)


def offered(data: Data) -> list[WhatIf]:
    """The changes that would change something in these answers."""
    age = data.get("age")
    known = data if not isinstance(age, int) or age >= 18 else {**data, "age_group": "child"}
    return [found for found in WHAT_IFS if all(value_of(known, name) != value for name, value in found.unless.items())]


def applied(data: Data, identity: str) -> Data:
    """The answers with a change made; the same where there is no such change."""
    sets = next((found.sets for found in WHAT_IFS if found.id == identity), {})
    changed: Data = {**data, "consent": dict(data.get("consent") or {})}
    for name, value in sets.items():
        outer, _dot, inner = name.rpartition(".")
        holder = changed[outer] if outer else changed
        holder.pop(inner, None)
        if value is not None:
            holder[inner] = value
    if not changed["consent"]:
        del changed["consent"]
    return changed
