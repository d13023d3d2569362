"""How signs combine (ILO and European Commission, 2009): when a dimension counts, and which elements of the definition it shows.

Every function here is monotone: one more sign never makes less of a case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pathways import vocabulary
from pathways.indicators import Indicator, prompts
from pathways.screening.signs import is_borrowed, is_strong, names_exploitation, weight


@dataclass(frozen=True, slots=True)
class Element:
    """How far an element of the definition (act, means, purpose) is shown, by which dimensions and signs."""

    element: str
    state: str
    dimensions: tuple[str, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indication:
    """A form of exploitation that signs point to (None: no form in particular), how strongly, and by which of them."""

    exploitation: str | None
    level: str
    signs: tuple[str, ...]
    """The signs that point to this form."""
    elements: tuple[Element, ...]
    borrowed: bool
    """A weight of the labour list was used for another form."""


def counts(weights: Sequence[str]) -> bool:
    """Whether a dimension counts: 2 strong; 1 strong and 1 other; 3 medium; 2 medium and 1 weak. An unweighted sign counts for none."""
    have = Counter(weights)
    have["any"] = sum(have[name] for name in ("sufficient", "strong", "medium", "weak"))
    have["strong"] += have["sufficient"]
    return any(all(have[name] >= least for name, least in rule.items()) for rule in prompts().at_least)


def counting(signs: Sequence[Indicator], child: bool | None, form: str | None) -> tuple[str, ...]:
    """The dimensions that count, in the vocabulary's order; what only corroborates is none."""
    found = []
    for dimension in vocabulary.words("indicator_dimensions"):
        of = [sign for sign in signs if sign.dimension == dimension and sign.element != "corroborating"]
        if counts([weight(sign, child, form) for sign in of]):
            found.append(dimension)
    return tuple(found)


def indications(signs: Sequence[Indicator], child: bool | None) -> list[Indication]:
    """What the signs point to, the most strongly indicated first: each form that one of them names, and no form in particular."""
    forms = [form for form in vocabulary.words("exploitation") if any(form in sign.exploitation for sign in signs)]
    found = [_indication(signs, child, form) for form in forms]
    if any("any" in sign.exploitation for sign in signs):
        found.append(_indication(signs, child, None))
    rank = vocabulary.words("screening_levels")
    return sorted(found, key=lambda one: -rank.index(one.level))


def _indication(signs: Sequence[Indicator], child: bool | None, form: str | None) -> Indication:
    own = [sign for sign in signs if (form or "any") in sign.exploitation]
    pool = [sign for sign in signs if sign in own or "any" in sign.exploitation]
    elements = tuple(_element(name, pool, child, form) for name in prompts().needed[False])
    return Indication(
        form,
        _level(own, pool, elements, child, form),
        tuple(sign.id for sign in own),
        elements,
        any(is_borrowed(sign, child, form) for sign in pool),
    )


def _element(name: str, pool: Sequence[Indicator], child: bool | None, form: str | None) -> Element:
    of = [sign for sign in pool if (sign.act if name == "act" else sign.element == name)]
    ids = tuple(sign.id for sign in of)
    if child and name not in prompts().needed[True]:
        return Element(name, "not-needed", (), ids)
    dimensions = () if name == "act" else counting(of, child, form)
    shown = bool(of) if name == "act" else bool(dimensions) or any(_shows_alone(sign, child, form) for sign in of)
    return Element(name, "indicated" if shown else "some-signs" if of else "not-known", dimensions, ids)


def _shows_alone(sign: Indicator, child: bool | None, form: str | None) -> bool:
    return names_exploitation(sign) or (sign.element == "purpose" and weight(sign, child, form) == "sufficient")


def _level(own: Sequence[Indicator], pool: Sequence[Indicator], elements: Sequence[Element], child: bool | None, form: str | None) -> str:
    if all(element.state in ("indicated", "not-needed") for element in elements):
        return "elements-indicated"
    in_own = {sign.dimension for sign in own}
    if any(is_strong(sign, child, form) or names_exploitation(sign) for sign in own) or in_own & {*counting(pool, child, form)}:
        return "strong-sign"
    return "some-signs"
