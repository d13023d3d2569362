"""Addresses made from the route table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.routing import Rule


def filled(rule: Rule, said: Mapping[str, Any]) -> str:
    """The address of a rule with these values in its places; where only certain words fit and the value is none of them, with the first."""
    values = {}
    for name in rule.arguments:
        words = getattr(rule._converters[name], "items", ())
        values[name] = said[name] if not words or said[name] in words else sorted(words)[0]
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule.rule
    return str(built[1])
