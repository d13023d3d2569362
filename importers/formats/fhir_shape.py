"""Whether the elements of a resource are of the shape that FHIR gives them; one that is not is left out and told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_GONE: Final = object()
_TEXTS = """
id resourceType system value use reference display city state country postalCode district start end url comment extraDetails
availabilityExceptions availableStartTime availableEndTime description status lastUpdated valueCode valueString valueTime
"""
_LISTS = """
extension modifierExtension telecom identifier alias _alias contact coding category specialty location eligibility communication
availableTime notAvailable daysOfWeek coverageArea security contained healthcareService network line program characteristic referralMethod
"""
_OBJECTS = "meta period managingOrganization providedBy partOf organization participatingOrganization valueReference valueCodeableConcept"
_TYPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(_TEXTS.split(), (str,)),
    **dict.fromkeys(_LISTS.split(), (list,)),
    **dict.fromkeys(_OBJECTS.split(), (dict,)),
    "name": (str, dict),
    "code": (str, list, dict),
    "type": (str, list, dict),
    "address": (list, dict),
    "text": (str, dict),
}
_ITEMS: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(_LISTS.split(), (dict,)),
    **dict.fromkeys(("alias", "daysOfWeek", "line"), (str,)),
    "_alias": (dict, type(None)),
    "address": (dict,),
    "type": (dict,),
    "code": (dict,),
}
_TOP: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "Organization": {"name": (str,), "type": (list,), "address": (list,)},
    "HealthcareService": {"name": (str,), "type": (list,)},
    "Location": {"name": (str,), "type": (list,), "address": (dict,)},
    "OrganizationAffiliation": {"code": (list,)},
}


def shaped(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A resource without what has the wrong shape, and the paths of what was left out. Null is what is not there.

    Of what it contains only those resources stay that are read (the restrictions themselves, as Consent, are not looked into).
    """
    wrong: list[str] = []
    kind = data.get("resourceType")
    top = _TOP.get(kind, {}) if isinstance(kind, str) else {}
    kept: dict[str, Any] = {}
    for key, value in {**data, **_contained(data)}.items():
        if value is not None and key in top and not isinstance(value, top[key]):
            wrong.append(key)
        elif (clean := _clean(key, value, key, wrong)) is not _GONE:
            kept[key] = clean
    return kept, wrong


def _contained(data: Mapping[str, Any]) -> dict[str, Any]:
    inner = data.get("contained")
    if not isinstance(inner, list):
        return {}
    return {"contained": [one for one in inner if not isinstance(one, dict) or str(one.get("resourceType")) in _TOP]}


def _clean(key: str, value: Any, path: str, wrong: list[str]) -> Any:
    if value is None:
        return _GONE
    if key in _TYPES and not isinstance(value, _TYPES[key]):
        wrong.append(path)
        return _GONE
    if isinstance(value, dict):
        inner = {name: _clean(name, one, f"{path}.{name}", wrong) for name, one in value.items()}
        return {name: one for name, one in inner.items() if one is not _GONE}
    if isinstance(value, list):
        return _items(key, value, path, wrong)
    return value


def _items(key: str, values: list[Any], path: str, wrong: list[str]) -> list[Any]:
    kept: list[Any] = []
    for index, value in enumerate(values):
        here = f"{path}[{index}]"
        if key in _ITEMS and not isinstance(value, _ITEMS[key]):
            wrong.append(here)
        elif value is None:
            kept.append(None)
        elif (clean := _clean("", value, here, wrong)) is not _GONE:
            kept.append(clean)
    return kept
