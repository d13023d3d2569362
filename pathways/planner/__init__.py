"""The planner: the referral path of a case through a country's mechanism, and home across a border."""

from pathways.planner.answer import refer

__all__ = ["refer"]
