"""Changes of single bodies and mandates by hand: proposed with a source, approved by somebody else, one revision of the edit layer each."""

from pathways.editing.changing import applied, changes_of, problems_of
from pathways.editing.numbers import Number, number_of
from pathways.editing.proposals import (
    EDITED,
    Approval,
    Proposal,
    Proposals,
    Refused,
    Source,
    State,
)
from pathways.editing.worklist import Due, worklist

__all__ = [
    "EDITED",
    "Approval",
    "Due",
    "Number",
    "Proposal",
    "Proposals",
    "Refused",
    "Source",
    "State",
    "applied",
    "changes_of",
    "number_of",
    "problems_of",
    "worklist",
]
