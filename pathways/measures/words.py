"""Descriptions of profiles in plain words, with the vocabulary's labels: "men, forced criminality, outside Vienna".

Each is a text that can be said in another language (`pathways.planner.phrases`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from pathways import territories
from pathways.measures.descriptions import Box
from pathways.measures.space import Value
from pathways.measures.views import View
from pathways.planner.phrases import Phrase, Several, Word
from pathways.vocabulary.labels import label

EVERYBODY = Phrase("everybody")
_ORDER = ("age", "gender", "unaccompanied", "exploitation", "origin", "region", "dependants", "vulnerabilities", "languages")
"""The order in which conditions are told; the others follow."""

_LABELLED = {"exploitation": "exploitation", "risks": "risks", "vulnerabilities": "vulnerabilities", "detected_by": "kinds"}
_CONSENTS = ("referral", "formal_identification", "police", "share_data_cross_border", "return")
_SAID: Mapping[str, Mapping[str, Phrase]] = {
    "gender": {
        "female": Phrase("women and girls"),
        "male": Phrase("men and boys"),
        "other": Phrase("people of another gender"),
        "unknown": Phrase("gender not known"),
    },
    "unaccompanied": {"yes": Phrase("alone"), "no": Phrase("accompanied"), "unknown": Phrase("not known whether alone")},
    "detained": {"yes": Phrase("in detention"), "no": Phrase("not in detention"), "unknown": Phrase("not known whether in detention")},
    "documents": {
        "yes": Phrase("with documents"),
        "no": Phrase("without documents"),
        "unknown": Phrase("not known whether with documents"),
    },
    "recognised_abroad": {
        "yes": Phrase("recognised abroad"),
        "no": Phrase("not recognised abroad"),
        "unknown": Phrase("not known whether recognised abroad"),
    },
    "wishes": {
        "stay": Phrase("wishes to stay"),
        "return": Phrase("wishes to return"),
        "undecided": Phrase("undecided whether to stay"),
        "unknown": Phrase("wish not known"),
    },
    "dependants": {"unknown": Phrase("children with her not known"), "0": Phrase("without children"), "1": Phrase("with one child")},
    "detected_by": {
        "unknown": Phrase("not known who noticed her"),
        "self": Phrase("noticed by herself"),
        "foreign-authority": Phrase("noticed by an authority abroad"),
    },
    "risks": {"not asked": Phrase("risks not asked about"), "none known": Phrase("no risk known")},
    "vulnerabilities": {"unknown": Phrase("vulnerability not known")},
    "languages": {"unknown": Phrase("language not known")},
    "needs": {"none named": Phrase("no need named")},
    "exploited_in": {"unknown": Phrase("not known where exploited")},
    "returned_from": {"unknown": Phrase("not known whether brought home")},
    "destination": {"unknown": Phrase("destination not known")},
    "age": {
        "child": Phrase("children"),
        "adult": Phrase("adults"),
        "disputed": Phrase("age disputed"),
        "unknown": Phrase("age not known"),
        "unknown, with signs of minority": Phrase("age not known, with signs of minority"),
        "unknown, without signs of minority": Phrase("age not known, without signs of minority"),
    },
}
"""The values that have words of their own."""
_BY_AGE: Mapping[str, Mapping[str, Phrase]] = {
    "children": {
        "female": Phrase("girls"),
        "male": Phrase("boys"),
        "other": Phrase("children of another gender"),
        "unknown": Phrase("children whose gender is not known"),
    },
    "adults": {
        "female": Phrase("women"),
        "male": Phrase("men"),
        "other": Phrase("adults of another gender"),
        "unknown": Phrase("adults whose gender is not known"),
    },
}
"""The words for a gender where all are children, or all adults."""
_UNLESS = Phrase("unless %(who)s").template
_FEW = 4


def in_words(view: View, box: Box) -> str:
    """A box in words, those conditions left out that everybody who counts meets; "everybody" where none is left."""
    told: dict[str, str] = {}
    for level, classes in sorted(box.items()):
        name, present = view.space.dimensions[level].name, view.present(level)
        if not present <= classes:
            ins = view.values(level, classes & present)
            told[name] = _condition(name, ins, view.values(level, present - classes))
            if name == "gender" and (people := _BY_AGE.get(told.get("age", ""))):
                told[name] = _any_of([people[value.name] for value in _known_first(ins)])
    if told.get("age") in _BY_AGE and "gender" in told:
        del told["age"]
    names = [*(name for name in _ORDER if name in told), *(name for name in told if name not in _ORDER)]
    words = [told[name] for name in names]
    if words and isinstance(words[0], Phrase) and words[0].template == _UNLESS:
        words.insert(0, EVERYBODY)
    return Several(words) or EVERYBODY


def _condition(name: str, ins: Sequence[Value], outs: Sequence[Value]) -> str:
    """One condition: the values that are in, or where that is shorter those that are not."""
    if name == "age":
        return _shorter(_ages, ins, outs)
    if name == "region":
        return _regions(ins, outs)
    if name == "origin":
        return _shorter(_origins, ins, outs)
    if len(ins) > 3 and len(outs) < len(ins) and len(outs) <= _FEW:
        fact = _fact(name)
        others = _either([_word(name, value) for value in _known_first(outs)])
        return Phrase("%(fact)s other than %(words)s", fact=Word("facts", fact, lowered("facts", fact)), words=others)
    if name == "exploitation" and [value.name for value in ins] == ["unknown"]:
        return Phrase("exploitation not known")
    return _either([_word(name, value) for value in _known_first(ins)])


def _shorter(tell: Callable[[Sequence[Value], Sequence[Value]], str], ins: Sequence[Value], outs: Sequence[Value]) -> str:
    return min(tell(ins, outs), Phrase(_UNLESS, who=tell(outs, ins)), key=len)


def _known_first(values: Sequence[Value]) -> list[Value]:
    return sorted(values, key=lambda value: value.name == "unknown")


def _either(words: Sequence[str]) -> str:
    """One of some words; of many the first few, and how many others."""
    if len(words) > _FEW + 2:
        return Phrase("%(words)s or %(number)s others", words=Several(words[:_FEW]), number=str(len(words) - _FEW))
    return _any_of(words)


def _any_of(words: Sequence[str]) -> str:
    found = words[0]
    for word in words[1:]:
        found = Phrase("%(one)s or %(other)s", one=found, other=word)
    return found


def _both(words: Sequence[str]) -> str:
    found = words[0]
    for word in words[1:]:
        found = Phrase("%(one)s and %(other)s", one=found, other=word)
    return found


def _word(name: str, value: Value) -> str:
    said = _SAID.get(name, {}).get(value.name)
    if said is not None:
        return said
    if name == "exploitation":
        if value.name == "unknown":
            return Phrase("not known")
        return _both([Word(name, word, lowered(name, word)) for word in value.says[name]])
    if name in _CONSENTS:
        consent = f"consent.{name}"
        what = Word("facts", consent, label("facts", consent).removeprefix("Consent to "))
        if value.name == "unknown":
            return Phrase("%(what)s: not asked", what=what)
        return Phrase("agrees to %(what)s", what=what) if value.name == "yes" else Phrase("refuses %(what)s", what=what)
    if name == "needs":
        return Phrase("needs %(what)s", what=Word("functions", value.name, lowered("functions", value.name)))
    if name == "dependants":
        return Phrase("with %(number)s children", number=value.name)
    if name == "languages":
        return Phrase("speaks %(language)s", language=Word("languages", value.name, _language(value.name)))
    if name == "exploited_in":
        return Phrase("exploited in %(place)s", place=_country(value.name))
    if name == "returned_from":
        return Phrase("brought home from %(place)s", place=_country(value.name))
    if name == "destination":
        return Phrase("to return to %(place)s", place=_country(value.name))
    return Word(_LABELLED[name], value.name, lowered(_LABELLED[name], value.name)) if name in _LABELLED else value.name


def _fact(name: str) -> str:
    return {"risks": "risk", "vulnerabilities": "vulnerability", "languages": "language", "needs": "need"}.get(name, name)


def _country(code: str) -> str:
    return Word("territories", code, territories.name(code))


def _language(code: str) -> str:
    import pycountry

    found = pycountry.languages.get(alpha_2=code) or pycountry.languages.get(alpha_3=code)
    return str(found.name) if found else code


def lowered(name: str, word: str) -> str:
    """A label as it stands within an English sentence."""
    text = label(name, word)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def function_word(name: str) -> Word:
    """A function within a sentence."""
    return Word("functions", name, lowered("functions", name))


_CHILD = ("child", "disputed", "unknown, with signs of minority")


def _ages(ins: Sequence[Value], outs: Sequence[Value]) -> str:
    """Ages: children or adults where all of them are in, else years in ranges."""
    said = _SAID["age"]
    words, left = list[str](), list(ins)
    for word, belongs in ((said["child"], _is_child), (said["adult"], _is_adult)):
        mine = [value for value in left if belongs(value)]
        if mine and not any(belongs(value) for value in outs):
            words.append(word)
            left = [value for value in left if not belongs(value)]
    years = sorted(value.says["age"] for value in left if "age" in value.says)
    words += [Phrase("aged %(years)s", years=_ranges(years))] if years else []
    words += [said[value.name] for value in left if "age" not in value.says]
    return _any_of(words)


def _is_child(value: Value) -> bool:
    return value.says["age"] < 18 if "age" in value.says else value.name in _CHILD


def _is_adult(value: Value) -> bool:
    return value.says["age"] >= 18 if "age" in value.says else value.name == "adult"


def _ranges(years: Sequence[int]) -> str:
    starts = [years[0], *(b for a, b in pairwise(years) if b != a + 1)]
    ends = [*(a for a, b in pairwise(years) if b != a + 1), years[-1]]
    return Several(
        str(first) if first == last else Phrase("%(first)s to %(last)s", first=str(first), last=str(last))
        for first, last in zip(starts, ends, strict=True)
    )


def _regions(inside: Sequence[Value], outside: Sequence[Value]) -> str:
    """Regions by name, of the first level where any is of it."""
    ins, outs = _places(inside), _places(outside)
    if outs and len(outs) <= _FEW and len(outs) < len(ins):
        return Phrase("outside %(places)s", places=_both(outs))
    words: list[str] = [Phrase("in %(places)s", places=_either(ins))] if ins else []
    return _any_of([*words, *([Phrase("region not known")] if any(not value.says for value in inside) else [])])


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
    part: list[str] = []
    for name in mine:
        if name in others:
            inside, outside = mine[name], others[name]
            word, few = _origin_word(first, name), min(inside, outside, key=len)
            words = _either([_origin_word(then, other) for other in few])
            part.append(
                Phrase("%(one)s (%(other)s)", one=word, other=words)
                if few is inside
                else Phrase("%(one)s (not %(other)s)", one=word, other=words)
            )
    return _either([*whole, *part])


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
        return Phrase("status not known") if key == "status" else Phrase("nationality not known")
    if key == "status" or name == "stateless":
        return Word("status", name, lowered("status", name))
    return Phrase("from %(country)s", country=_country(name))
