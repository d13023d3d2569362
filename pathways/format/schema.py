"""The JSON Schema of each file of a directory, built from the vocabulary and published in `docs/schema/`.

Unknown keys are refused everywhere. References (sources, bodies, stages, territories) and conditions are checked after the shape, by
`pathways.format.references`, because a schema cannot see other files.
"""

from __future__ import annotations

from functools import cache

from pathways.format.schema_bodies import contact, deadline, link, mandate, source, stakeholder
from pathways.format.schema_cross_border import channels, corridors
from pathways.format.schema_indicators import indicators
from pathways.format.schema_mechanism import gap, mechanism, permit, question, requirement, requirements, stage
from pathways.format.schema_words import ID, SOURCE_REF, Schema, condition, file, record

__all__ = [
    "FILES",
    "ID",
    "Schema",
    "channels",
    "condition",
    "contact",
    "corridors",
    "deadline",
    "file_schema",
    "gap",
    "indicators",
    "link",
    "mandate",
    "mechanism",
    "permit",
    "question",
    "record",
    "requirement",
    "source",
    "stage",
    "stakeholder",
]

FILES = ("sources", "stakeholders", "mechanism", "channels", "corridors", "requirements")
"""The files of a folder, by their first name; a country has the first three, the folder of the channels between countries the next two.
A country whose mechanism nobody has researched has `requirements` in its place, where its bodies require something."""


@cache
def file_schema(name: str) -> Schema:
    """The whole JSON Schema (draft 2020-12) of one kind of file, or of the prompts of early identification; KeyError for any other."""
    sources = file({"sources": {"type": "object", "propertyNames": SOURCE_REF, "additionalProperties": source()}})
    built = {
        "sources": lambda: sources,
        "stakeholders": lambda: file({"stakeholders": {"type": "array", "items": stakeholder()}}),
        "mechanism": mechanism,
        "channels": channels,
        "corridors": corridors,
        "requirements": requirements,
        "indicators": indicators,
    }[name]()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Referral Pathways directory: {name}.yaml"}
    return {**head, **built, "$defs": {"condition": condition()}}
