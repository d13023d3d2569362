"""The log as lines for people or, on demand, as JSON for machines; neither has anything of a request in it (`problems.report`)."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class _Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record. An exception is told by its kind only: its text could quote a request."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def configure(form: str) -> None:
    """Write the log of this process to standard error in a form."""
    if form == "json":
        handler = logging.StreamHandler()
        handler.setFormatter(_Lines())
        logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
