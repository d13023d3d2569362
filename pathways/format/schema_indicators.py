"""The schema of `data/rules/indicators.yaml`: the prompts of early identification."""

from __future__ import annotations

from pathways.format.schema_words import BOOLEAN, ID, NOTE, SOURCES, TEXT, YEAR, Schema, file, many, one_of, record

_WEIGHT: Schema = {"enum": ["strong", "medium", "weak", "unweighted"]}
_BY_PHASE: Schema = record({"recruitment": _WEIGHT, "destination": _WEIGHT}, {})
_LISTS = ("adult_labour", "child_labour", "adult_sexual", "child_sexual")
_COUNT: Schema = {"type": "integer", "minimum": 1}


def indicators() -> Schema:
    """The whole file."""
    return file(
        {
            "version": {"type": "integer"},
            "as_of": YEAR,
            "combination": record(
                {
                    "sources": SOURCES,
                    "at_least": many(record({}, dict.fromkeys(("strong", "medium", "weak", "any"), _COUNT)), 1),
                    "adult": many(one_of("indicator_elements"), 1),
                    "child": many(one_of("indicator_elements"), 1),
                },
                {},
            ),
            "cautions": {"type": "array", "items": _caution()},
            "questions": {
                "type": "array",
                "items": record(
                    {"id": one_of("screening_questions"), "sources": SOURCES}, {"looks_for": {"enum": ["act", "means", "purpose"]}}
                ),
            },
            "sources": {"type": "object", "propertyNames": ID, "additionalProperties": _source()},
            "indicators": {"type": "array", "items": _indicator()},
        }
    )


def _caution() -> Schema:
    when: Schema = {"anyOf": [{"enum": ["always", "child", "adult", "borrowed-weights"]}, many(ID, 1)]}
    return record({"id": one_of("screening_cautions"), "when": when, "sources": SOURCES}, {})


def _source() -> Schema:
    return record({"title": TEXT, "publisher": TEXT, "year": YEAR, "url": TEXT, "read": TEXT}, {"also": TEXT})


def _indicator() -> Schema:
    return record(
        {
            "id": ID,
            "dimension": one_of("indicator_dimensions"),
            "element": {"enum": ["means", "purpose", "corroborating"]},
            "noticed": {"enum": ["seen", "asked"]},
            "who": {"enum": ["any", "adult", "child"]},
            "phase": {"enum": ["recruitment", "transit", "destination", "any"]},
            "exploitation": many({"anyOf": [one_of("exploitation"), {"const": "any"}]}, 1),
            "strength": _strength(),
            "points_to": many(one_of("functions"), 1),
            "sources": SOURCES,
        },
        {
            "act": many({"enum": ["recruitment", "transportation", "transfer", "harbouring", "receipt"]}, 1),
            "tells": record({}, {"documents": BOOLEAN}),
            "in_doubt_a_child": BOOLEAN,
            "note": NOTE,
        },
    )


def _strength() -> Schema:
    lists = {name: {"anyOf": [_WEIGHT, _BY_PHASE]} for name in _LISTS}
    return record({}, {**lists, "child": {"enum": ["unweighted", "sufficient"]}, "presentation": {"enum": ["weak"]}})
