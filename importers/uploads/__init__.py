"""Lists that were uploaded: kept for a while with the report of their trial, so that what is applied is what was seen."""

from importers.uploads.order import Order, Outcome
from importers.uploads.shelf import Full, Shelf, Upload
from importers.uploads.standing import State, state_of

__all__ = ["Full", "Order", "Outcome", "Shelf", "State", "Upload", "state_of"]
