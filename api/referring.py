"""The referral path of a profile, as the caller of this request may see it; for the API and the pages alike."""

from __future__ import annotations

from datetime import date
from typing import Any

from api import snapshots
from api.problems import Problem
from api.profile import profile_of
from pathways.planner import refer
from pathways.visibility import scrubbed


def pathway(data: Any, as_of: date | None = None, alternatives: int = 2, root: str = "") -> dict[str, Any]:
    """The pathway of a profile that its schema has taken; `root` is where the profile stands in the body, for the errors.

    Problem where this revision of the directory does not hold the country.
    """
    profile = profile_of(data)
    directory, viewer = snapshots.directory(), snapshots.viewer()
    if profile.identified_in not in directory.parts:
        raise Problem(
            "invalid-profile",
            errors=[
                {
                    "pointer": f"{root}/identified_in",
                    "message": "is not in the directory at this revision",
                    "accepted": list(directory.parts),
                }
            ],
        )
    found: dict[str, Any] = scrubbed(directory, viewer, refer(directory, profile, as_of, alternatives, viewer))
    return found
