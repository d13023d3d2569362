"""What was noticed of a person, checked and answered; for the API and the pages alike."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import RAISE, Schema

from api import snapshots
from api.fields import Several, Truth, word
from api.problems import Problem
from pathways.indicators import prompts
from pathways.screening import Observation, screen
from pathways.visibility import scrubbed
from pathways.vocabulary import words


class ScreeningSchema(Schema):
    """What was noticed of a person, in facts that identify nobody."""

    problem = "invalid-body"

    class Meta:
        """Unknown fields are refused, by name: there is no free text here."""

        unknown = RAISE

    identified_in = word(words("countries"), "Where the person is now; gives the first contact", required=True)
    age_group = word(
        words("age_group"), "disputed is treated as a child; so is unknown with a sign of a child", allow_none=True, load_default=None
    )
    observed = Several(
        word(tuple(prompts().indicators)), 200, "The indicators that were noticed, by id (`/vocabularies/indicators`)", load_default=list
    )
    own_word = Truth(
        allow_none=True,
        load_default=None,
        metadata={"description": "The person says so: exploited, held or in danger. It is enough to open immediate safety"},
    )


def screened(data: dict[str, Any], as_of: date | None = None, language: str = "en") -> dict[str, Any]:
    """The answer to what its schema has taken. Problem where this revision of the directory does not hold the country."""
    directory, viewer = snapshots.directory(), snapshots.viewer()
    if data["identified_in"] not in directory.parts:
        raise Problem(
            "invalid-body",
            errors=[
                {"pointer": "/identified_in", "message": "is not in the directory at this revision", "accepted": list(directory.parts)}
            ],
        )
    observation = Observation(**{**data, "observed": tuple(data["observed"])})
    found: dict[str, Any] = scrubbed(directory, viewer, screen(directory, observation, as_of, viewer, language))
    return found
