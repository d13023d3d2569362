"""Early identification: which forms of exploitation the signs point to, and what comes next. No score, no verdict, nothing kept."""

from pathways.screening.answer import screen
from pathways.screening.signs import Observation

__all__ = ["Observation", "screen"]
