"""Lists that were uploaded: kept for a while with the report of their trial, so that what is applied is what was seen."""

from importers.uploads.order import Order, Outcome, Step
from importers.uploads.shelf import FORGOTTEN, REPORTS, Full, Shelf, Upload, expiry
from importers.uploads.standing import MEANINGS, State, Word, is_undone, state_of

__all__ = [
    "FORGOTTEN",
    "MEANINGS",
    "REPORTS",
    "Full",
    "Order",
    "Outcome",
    "Shelf",
    "State",
    "Step",
    "Upload",
    "Word",
    "expiry",
    "is_undone",
    "state_of",
]
