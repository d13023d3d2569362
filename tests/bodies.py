"""A small directory for tests: one country, written out by hand, with whatever bodies the test needs."""

from __future__ import annotations

from typing import Any

from pathways.directory import Directory
from pathways.records import Record

_HEAD = {
    "country": {
        "code": "GR",
        "name": "Greece",
        "name_local": "Ελλάδα",
        "languages": ["el"],
        "emergency": [{"number": "112", "what": "emergency", "sources": ["gr-law"]}],
    },
    "mechanism": {"competent_authority": []},
}


def phone(number: str, **said: Any) -> dict[str, Any]:
    """A telephone number."""
    return {"type": "phone", "value": number, **said}


def body(identity: str, **said: Any) -> list[Record]:
    """A body with its mandates and links (`refers_to`)."""
    mandates, links = said.pop("mandates", []), said.pop("refers_to", [])
    fields = {"id": identity, "name": identity.upper(), "kind": "ngo", "territory": ["GR"], "sources": ["gr-law"], **said}
    records = [Record("stakeholder", identity, "GR", fields)]
    for mandate in mandates:
        held = {"holder": identity, "as_of": 2024, "sources": ["gr-law"], **mandate}
        records.append(Record("mandate", f"{identity}.{held['function']}", "GR", held))
    for to in links:
        records.append(
            Record(
                "link",
                f"{identity}--{to}",
                "GR",
                {"origin": identity, "to": to, "basis": "practice", "functions": [], "sources": ["gr-law"]},
            )
        )
    return records


def small_directory(*bodies: list[Record], revision: int = 1) -> Directory:
    """A directory of Greece with these bodies."""
    source = Record(
        "source",
        "gr-law",
        "GR",
        {"title": "A law", "publisher": "Parliament", "year": 2024, "kind": "law", "url": "https://example.org/law"},
    )
    return Directory.from_records(
        [Record("country", "GR", "GR", _HEAD), source, *(record for records in bodies for record in records)], revision
    )
