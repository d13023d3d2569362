"""Descriptions of profiles in plain words, with the vocabulary's labels: "men, forced criminality, outside Vienna"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from pathways import territories
from pathways.measures.descriptions import Box
from pathways.measures.space import Value
from pathways.measures.views import View
from pathways.vocabulary.labels import label

_ORDER = ("age", "gender", "unaccompanied", "exploitation", "origin", "region", "dependants", "vulnerabilities", "languages")
"""The order in which conditions are told; the others follow."""

_LABELLED = {"exploitation": "exploitation", "risks": "risks", "vulnerabilities": "vulnerabilities", "detected_by": "kinds"}
_PEOPLE = {"female": "women and girls", "male": "men and boys", "other": "people of another gender", "unknown": "gender not known"}
_SAID = {
    "unaccompanied": ("alone", "accompanied", "not known whether alone"),
    "detained": ("in detention", "not in detention", "not known whether in detention"),
    "documents": ("with documents", "without documents", "not known whether with documents"),
    "recognised_abroad": ("recognised abroad", "not recognised abroad", "not known whether recognised abroad"),
}
_WISHES = {"stay": "wishes to stay", "return": "wishes to return", "undecided": "undecided whether to stay", "unknown": "wish not known"}
_FEW = 4


def in_words(view: View, box: Box) -> str:
    """A box in words, those conditions left out that everybody who counts meets; "everybody" where none is left."""
    told: dict[str, str] = {}
    for level, classes in box.items():
        name, present = view.space.dimensions[level].name, view.present(level)
        if not present <= classes:
            told[name] = _condition(name, view.values(level, classes & present), view.values(level, present - classes))
    names = [*(name for name in _ORDER if name in told), *(name for name in told if name not in _ORDER)]
    return ", ".join(told[name] for name in names) or "everybody"


def _condition(name: str, ins: Sequence[Value], outs: Sequence[Value]) -> str:
    """One condition: the values that are in, or where that is shorter those that are not."""
    if name == "age":
        return min(_ages(ins, outs), "unless " + _ages(outs, ins), key=len)
    if name == "region":
        return _regions(ins, outs)
    if name == "origin":
        return min(_origins(ins, outs), "unless " + _origins(outs, ins), key=len)
    if len(ins) > 3 and len(outs) < len(ins) and len(outs) <= _FEW:
        others = _list([_word(name, value) for value in _known_first(outs)])
        return f"{label('facts', _fact(name)).lower()} other than {others}"
    words = _list([_word(name, value) for value in _known_first(ins)])
    return f"exploitation {words}" if words == "not known" else words


def _known_first(values: Sequence[Value]) -> list[Value]:
    return sorted(values, key=lambda value: value.name == "unknown")


def _list(words: Sequence[str], joined: str = " or ") -> str:
    if len(words) <= _FEW + 2:
        return joined.join(words)
    return ", ".join(words[:_FEW]) + f"{joined}{len(words) - _FEW} others"


def _word(name: str, value: Value) -> str:
    if name in _SAID:
        return dict(zip(("yes", "no", "unknown"), _SAID[name], strict=True))[value.name]
    if name == "gender":
        return _PEOPLE[value.name]
    if name == "wishes":
        return _WISHES[value.name]
    if name == "exploitation":
        if value.name == "unknown":
            return "not known"
        return " and ".join(label("exploitation", word).lower() for word in value.says["exploitation"])
    if name in ("referral", "formal_identification", "police", "share_data_cross_border", "return"):
        what = label("facts", f"consent.{name}").removeprefix("Consent to ")
        return {"yes": f"agrees to {what}", "no": f"refuses {what}", "unknown": f"{what}: not asked"}[value.name]
    if name == "needs":
        return "nothing named" if not value.says else f"needs {label('functions', value.name).lower()}"
    if name == "dependants":
        return {"unknown": "children with her not known", "0": "without children"}.get(value.name, f"with {value.name} children")
    if name == "languages":
        return "language not known" if not value.says else f"speaks {_language(value.name)}"
    if name in ("exploited_in", "returned_from", "destination"):
        verb = {"exploited_in": "exploited in", "returned_from": "brought home from", "destination": "to return to"}[name]
        return f"{verb} {territories.name(value.name)}" if value.says else f"not known where {verb.split()[0]}"
    if name in _LABELLED and value.name in ("unknown", "not asked", "none known", "self", "foreign-authority"):
        return f"{label('facts', _fact(name)).lower()}: {value.name}"
    return label(_LABELLED[name], value.name).lower() if name in _LABELLED else value.name


def _fact(name: str) -> str:
    return {"risks": "risk", "vulnerabilities": "vulnerability", "languages": "language", "needs": "need"}.get(name, name)


def _language(code: str) -> str:
    import pycountry

    found = pycountry.languages.get(alpha_2=code) or pycountry.languages.get(alpha_3=code)
    return str(found.name) if found else code


_CHILD = ("child", "disputed", "unknown, with signs of minority")
_PLAIN = {"child": "children", "adult": "adults", "disputed": "age disputed", "unknown": "age not known"}


def _ages(ins: Sequence[Value], outs: Sequence[Value]) -> str:
    """Ages: children or adults where all of them are in, else years in ranges."""
    words, left = [], list(ins)
    for word, belongs in (("children", _is_child), ("adults", _is_adult)):
        mine = [value for value in left if belongs(value)]
        if mine and not any(belongs(value) for value in outs):
            words.append(word)
            left = [value for value in left if not belongs(value)]
    years = sorted(value.says["age"] for value in left if "age" in value.says)
    words += [f"aged {_ranges(years)}"] if years else []
    return " or ".join([*words, *(_PLAIN.get(value.name, f"age {value.name}") for value in left if "age" not in value.says)])


def _is_child(value: Value) -> bool:
    return value.says["age"] < 18 if "age" in value.says else value.name in _CHILD


def _is_adult(value: Value) -> bool:
    return value.says["age"] >= 18 if "age" in value.says else value.name == "adult"


def _ranges(years: Sequence[int]) -> str:
    starts = [years[0], *(b for a, b in pairwise(years) if b != a + 1)]
    ends = [*(a for a, b in pairwise(years) if b != a + 1), years[-1]]
    return ", ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in zip(starts, ends, strict=True))


def _regions(inside: Sequence[Value], outside: Sequence[Value]) -> str:
    """Regions by name, of the first level where any is of it."""
    ins, outs = _places(inside), _places(outside)
    unknown = any(not value.says for value in inside)
    if outs and len(outs) <= _FEW and len(outs) < len(ins):
        return "outside " + " and ".join(outs)
    words = [f"in {_list(ins)}"] if ins else []
    return " or ".join([*words, *(["region not known"] if unknown else [])])


def _places(values: Sequence[Value]) -> list[str]:
    codes = [value.says["region"] for value in values if value.says]
    first = [code for code in codes if "-" not in str(territories.parent(code))]
    return [territories.name(code) for code in first or codes]


def _origins(ins: Sequence[Value], outs: Sequence[Value]) -> str:
    """Nationality and status: told by one of the two as far as that goes, by the one that takes fewer words."""
    told = [_told_by(first, then, ins, outs) for first, then in (("status", "nationality"), ("nationality", "status"))]
    return min(told, key=len)


def _told_by(first: str, then: str, ins: Sequence[Value], outs: Sequence[Value]) -> str:
    mine, others = _by(ins, first, then), _by(outs, first, then)
    whole = [_origin_word(first, name) for name in mine if name not in others]
    part = []
    for name in mine:
        if name in others:
            inside, outside = mine[name], others[name]
            few = [_origin_word(then, word) for word in (inside if len(inside) <= len(outside) else outside)]
            part.append(f"{_origin_word(first, name)} ({'' if len(inside) <= len(outside) else 'not '}{_list(few)})")
    return _list([*whole, *part])


def _by(values: Sequence[Value], first: str, then: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in values:
        found.setdefault(_said(value.says, first), []).append(_said(value.says, then))
    return found


def _said(says: Mapping[str, object], key: str) -> str:
    found = says.get(key, "unknown")
    return str(found[0]) if isinstance(found, tuple) else str(found)


def _origin_word(key: str, name: str) -> str:
    if name == "unknown":
        return f"{key} not known"
    return label("status", name).lower() if key == "status" or name == "stateless" else f"from {territories.name(name)}"
