"""The roles, and what each may do. Deny by default: a role may what stands here, and nothing else.

Whoever imports or edits may do so for what is theirs only: sources and bodies that are named one by one. There is no right over an area:
a national list of one's own country is as much somebody else's as any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """What can be allowed."""

    READ = "read"
    """What is public: the directory, paths, maps, measures, history. Everybody has it."""
    SEE_PARTNER = "see-partner"
    """Bodies and contacts that are for partners only."""
    IMPORT = "import"
    """Partners' lists, their reports, their matches, and taking them back: of the sources of the grant."""
    EDIT = "edit"
    """Changes of single bodies, by hand: of the bodies of the grant."""
    ADMINISTER = "administer"
    """What concerns the service as a whole, and sources and bodies of everybody."""


class Role(StrEnum):
    """Somebody in the eyes of the service."""

    ANONYMOUS = "anonymous"
    CASEWORKER = "caseworker"
    PARTNER = "partner"
    IMPORTER = "importer"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"
    MACHINE = "machine"
    """Whoever sits at the machine on which the service runs. It is never given: the place itself is the proof (`api.access.local`)."""


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.ANONYMOUS: frozenset({Right.READ}),
    Role.CASEWORKER: frozenset({Right.READ, Right.SEE_PARTNER}),
    Role.PARTNER: frozenset({Right.READ, Right.SEE_PARTNER}),
    # Whether two bodies are one cannot be judged without what partners see of them.
    Role.IMPORTER: frozenset({Right.READ, Right.SEE_PARTNER, Right.IMPORT}),
    Role.EDITOR: frozenset({Right.READ, Right.SEE_PARTNER, Right.EDIT}),
    Role.ADMINISTRATOR: frozenset(Right),
    # Its pages look as they do to everybody, so that a screen which is shown to somebody shows nothing else.
    Role.MACHINE: frozenset({Right.READ, Right.IMPORT}),
}
GIVEN = tuple(role for role in Role if role not in (Role.ANONYMOUS, Role.MACHINE))
"""The roles that a token or a sign-in can give."""
_UNBOUND = (Role.ADMINISTRATOR, Role.MACHINE)
"""Roles whose rights end at no source and at no body."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, and the sources and bodies that it is given for. ValueError where a scope is missing, or stands where it says nothing."""

    role: Role
    sources: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if (self.role is Role.IMPORTER) != bool(self.sources):
            raise ValueError("an importer is given the sources that it may import, and nobody else is")
        if (self.role is Role.EDITOR) != bool(self.bodies):
            raise ValueError("an editor is given the bodies that it may edit, and nobody else is")

    @property
    def is_unbound(self) -> bool:
        """Whether its rights end at no source and at no body."""
        return self.role in _UNBOUND

    def has(self, right: Right) -> bool:
        """Whether the role has a right at all, be it for some sources or bodies only."""
        return right in RIGHTS[self.role]

    def may_import(self, source: str) -> bool:
        """Whether lists of a source may be imported, seen and taken back."""
        return self.has(Right.IMPORT) and (self.is_unbound or source in self.sources)

    def may_edit(self, body: str) -> bool:
        """Whether a body may be edited."""
        return self.has(Right.EDIT) and (self.is_unbound or body in self.bodies)


NOBODY = Grant(Role.ANONYMOUS)
THE_MACHINE = Grant(Role.MACHINE)
