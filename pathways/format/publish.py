"""Writes the JSON Schemas of the directory's files: `python -m pathways.format.publish docs/schema`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pathways.format import schema


def texts() -> dict[str, str]:
    """The name and the text of every published schema."""
    return {f"{name}.schema.json": json.dumps(schema.file_schema(name), ensure_ascii=False, indent=2) + "\n" for name in schema.FILES}


def publish(folder: Path) -> None:
    """Write all schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m pathways.format.publish FOLDER")
    publish(Path(sys.argv[1]))
