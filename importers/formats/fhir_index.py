"""What resources must know of each other before they are read: who is who, who has which place, what is restricted.

It is kept in a temporary file, so that memory does not grow with the file that is read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from importers.formats.fhir_contacts import restricted_parts, secrecy
from importers.formats.fhir_files import Resource
from importers.private.secrets import Secrets

_TABLES = """
CREATE TABLE resource (ref TEXT PRIMARY KEY, about TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE alias (url TEXT PRIMARY KEY, ref TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE below (above TEXT NOT NULL, ref TEXT NOT NULL, PRIMARY KEY (above, ref)) WITHOUT ROWID;
CREATE TABLE secret (pointed TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE taken (id TEXT PRIMARY KEY, ref TEXT NOT NULL) WITHOUT ROWID;
"""


class Index:
    """The resources of what is read, by how others point to them."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")  # an empty name: a private file of SQLite's own, gone when it is closed
        self._db.executescript(_TABLES)
        self.secrets = Secrets()

    def close(self) -> None:
        """Let go of the temporary file."""
        self._db.close()

    def add(self, resource: Resource) -> bool:
        """Take in a resource; False where another of its type and id was there before."""
        for _, part in restricted_parts(resource.data):
            self.secrets.add_all(part)
            pointed = _pointed(part)
            if pointed:
                self._db.execute("INSERT OR IGNORE INTO secret VALUES (?)", (pointed,))
        if secrecy(resource.data):
            for key in ("telecom", "address"):
                self.secrets.add_all([_without_urls(part) for part in _listed(resource.data.get(key))])
        about = {key: resource.data[key] for key in _REMEMBERED.get(resource.type, ()) if key in resource.data}
        try:
            self._db.execute("INSERT INTO resource VALUES (?, ?)", (resource.ref, json.dumps(about)))
        except sqlite3.IntegrityError:
            return False
        if resource.url:
            self._db.execute("INSERT OR IGNORE INTO alias VALUES (?, ?)", (resource.url, resource.ref))
        for key in ("managingOrganization", "providedBy"):
            above = _pointed(resource.data.get(key))
            if above:
                above = above if above.startswith("urn:") else _tail(above)
                self._db.execute("INSERT OR IGNORE INTO below VALUES (?, ?)", (above, resource.ref))
        return True

    def finish(self) -> None:
        """Call this once all resources are in: a place that anybody's restricted reference points to is restricted too."""
        for (pointed,) in self._db.execute("SELECT pointed FROM secret").fetchall():
            ref = self.ref({"reference": pointed})
            if ref:
                self._db.execute("INSERT OR IGNORE INTO secret VALUES (?)", (ref,))
                about = self.about(ref)
                for key in ("telecom", "address"):
                    self.secrets.add_all([_without_urls(part) for part in _listed(about.get(key))])

    def is_secret(self, ref: str) -> bool:
        """Whether a restricted reference points to a resource (after `finish`)."""
        return self._db.execute("SELECT 1 FROM secret WHERE pointed = ?", (ref,)).fetchone() is not None

    def ref(self, reference: Any) -> str | None:
        """The type and id that a Reference points to, if what it points to was read."""
        written = _pointed(reference)
        if not written:
            return None
        row = self._db.execute("SELECT ref FROM alias WHERE url = ?", (written,)).fetchone()
        for ref in (row[0] if row else None, _tail(written)):
            if ref and self._db.execute("SELECT 1 FROM resource WHERE ref = ?", (ref,)).fetchone():
                return str(ref)
        return None

    def about(self, ref: str) -> Mapping[str, Any]:
        """What was remembered of a resource; KeyError for one that was not read."""
        row = self._db.execute("SELECT about FROM resource WHERE ref = ?", (ref,)).fetchone()
        if row is None:
            raise KeyError(ref)
        found: Mapping[str, Any] = json.loads(row[0])
        return found

    def below(self, resource: Resource, kind: str) -> Iterator[Resource]:
        """The places or services of an organisation, as far as they are remembered."""
        names = {resource.ref, resource.url or resource.ref}
        marks = ", ".join("?" * len(names))
        rows = self._db.execute(f"SELECT above, ref FROM below WHERE above IN ({marks}) ORDER BY ref", tuple(names)).fetchall()
        for _, ref in rows:
            if ref.startswith(f"{kind}/"):
                yield Resource({"resourceType": kind, "id": ref.partition("/")[2], **self.about(ref)}, resource.place)

    def take(self, identity: str, ref: str) -> str:
        """An id that no other thing has: the wanted one, or it with the resource's own id; the same for the same resource."""
        wanted = identity
        for attempt in range(1, 1000):
            row = self._db.execute("SELECT ref FROM taken WHERE id = ?", (wanted,)).fetchone()
            if row is None:
                self._db.execute("INSERT INTO taken VALUES (?, ?)", (wanted, ref))
                return wanted
            if row[0] == ref:
                return wanted
            own = "-".join(
                "".join(letter if letter.isalnum() and letter.isascii() else " " for letter in ref.partition("/")[2]).lower().split()
            )
            wanted = f"{identity}-{own}" if attempt == 1 and own else f"{identity}-{attempt}"
        raise ValueError(f"a thousand things are called {identity}")


_REMEMBERED = {
    "Organization": ("name", "address", "type", "active"),
    "Location": ("address", "telecom", "extension", "status", "managingOrganization", "meta"),
    "HealthcareService": ("telecom", "location", "providedBy", "category", "type", "specialty", "name", "active", "extension", "meta"),
}
"""The elements of each resource that others ask for."""


def _pointed(reference: Any) -> str | None:
    written = reference.get("reference") if isinstance(reference, Mapping) else None
    return str(written) if written else None


def _tail(reference: str) -> str:
    """The type and id at the end of a reference."""
    return "/".join(reference.partition("/_history")[0].split("/")[-2:])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _without_urls(point: Any) -> Any:
    """A contact point or address; the web page of a place is no secret."""
    return {} if isinstance(point, Mapping) and point.get("system") == "url" else point
