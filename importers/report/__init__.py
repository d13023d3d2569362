"""What an import tells: whether it happened, what differs, and every finding with its place and what to do; in text, JSON, HTML, XLSX."""

from importers.report.kept import keep, kept
from importers.report.report import HEADINGS, Report, sentence
from importers.report.writing import SUFFIXES, write

__all__ = ["HEADINGS", "SUFFIXES", "Report", "keep", "kept", "sentence", "write"]
