"""The shape of the answer of early identification, for the API's document; what makes it is `pathways.screening`."""

from __future__ import annotations

from api.pathway_schema import FLAG, IDS, TEXT, Json, listed, object_of, ref
from pathways.vocabulary import words


def components() -> dict[str, Json]:
    """The schemas of the answer by name."""
    form: Json = {"enum": [*words("exploitation"), None], "description": "null: no form in particular"}
    element = object_of(
        {
            "element": {"enum": list(words("indicator_elements"))},
            "state": {"enum": list(words("screening_states"))},
            "dimensions": listed({"enum": list(words("indicator_dimensions"))}, "Those that count by the combination rule"),
            "signs": IDS,
        }
    )
    indication = object_of(
        {
            "exploitation": form,
            "level": {"enum": list(words("screening_levels"))},
            "signs": {**IDS, "description": "The signs that point to this form"},
            "elements": listed(element, "Act, means and purpose, as the Palermo Protocol defines trafficking (art. 3)"),
            "borrowed_weights": {**FLAG, "description": "Weights of the labour list stand in where none was read for this form"},
        },
        ["exploitation", "level", "signs"],
    )
    safety = object_of(
        {
            "first": {**FLAG, "description": "true: before any further question. It is open to anybody who may be a victim"},
            "because": listed(object_of({"reason": {"enum": list(words("screening_reasons"))}, "signs": IDS})),
            "emergency": listed({"type": "object"}, "Emergency numbers of the country"),
            "steps": listed(ref("PathwayStep"), "The first contact and what is owed at once, as on the path"),
            "gaps": listed({"type": "object"}, "What of it no known body gives, with the nearest help"),
        }
    )
    following = object_of(
        {
            "step": TEXT,
            "question": {"enum": list(words("screening_questions"))},
            "text": TEXT,
            "looks_for": {**IDS, "description": "The indicators that an answer may show"},
            "sources": IDS,
        },
        ["text"],
        "A step or a question",
    )
    answer = object_of(
        {
            "treated_as": {"enum": ["adult", "child", "unknown"]},
            "of_a_child_only": {**IDS, "description": "Signs that only a child can show, of somebody said to be an adult: ask the age"},
            "indicated": listed(indication, "What the signs point to, the most strongly indicated first. Empty says nothing"),
            "immediate_safety": safety,
            "next": listed(following, "The next safe step or question first"),
            "points_to": listed(object_of({"function": {"enum": list(words("functions"))}, "because": IDS})),
            "cautions": listed(object_of({"id": {"enum": list(words("screening_cautions"))}, "text": TEXT, "sources": IDS})),
            "profile": {**ref("Profile"), "description": "What was learned, as the beginning of a profile"},
            "revision": {"type": "integer"},
            "as_of": {**TEXT, "format": "date"},
            "sources": {"type": "object", "additionalProperties": ref("Source")},
        },
        ["treated_as", "indicated", "immediate_safety", "next", "cautions", "profile", "revision", "as_of", "sources"],
        "No score, no verdict, and no answer that says no",
    )
    return {"ScreeningAnswer": answer}
