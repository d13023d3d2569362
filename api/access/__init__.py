"""Who may what: the one place that decides it. Each route has one rule (`rules`); who calls (`callers`) is held to it before anything else.

What a view asks besides is about the thing in its hands: whether this source may be imported, whether this revision may be taken back.
"""

from api.access.callers import Caller, caller
from api.access.guard import DescribesRules, check_rules, register, routes
from api.access.scope import UNNAMED, is_theirs, may_import, require_revision, require_source, signed

__all__ = [
    "UNNAMED",
    "Caller",
    "DescribesRules",
    "caller",
    "check_rules",
    "is_theirs",
    "may_import",
    "register",
    "require_revision",
    "require_source",
    "routes",
    "signed",
]
