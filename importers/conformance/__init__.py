"""Tests an HSDS 3 API from outside, as somebody does who knows nothing but its address and the standard."""

from importers.conformance.checks import Check, check
from importers.conformance.report import Finding, Report

__all__ = ["Check", "Finding", "Report", "check"]
