"""Takes an unsafe body, or a contact of one, out of a store: at once, and out of all that it ever said.

What is gone is gone: there is no undo. It stays remembered (`pathways.stores.takedowns`), so that no import and no release brings it back
until a person lifts that.
"""

from __future__ import annotations

from pathways.stores import erasing
from pathways.stores.base import Store, now
from pathways.stores.draft import Draft
from pathways.stores.erasing import Erasure
from pathways.stores.revisions import Revision, StoreError
from pathways.stores.takedowns import TAKEDOWN, Takedown, standing
from pathways.stores.view import Transaction, View


def foresee(store: Store, identity: str, contact: str | None = None, force: bool = False) -> Erasure:
    """What a take-down would take out; nothing is written. Errors as `take_down`."""
    return store.read(lambda view: _erasure(view, identity, contact, "", "", force))


def take_down(store: Store, identity: str, contact: str | None, author: str, reason: str, force: bool = False) -> Erasure:
    """Take a body down, or with `contact` only a number or address of one, wherever it stands; what was taken out.

    StoreError where there is none; Inconsistent where the directory would be broken without it, and unless `force` where the law rests on it.
    """

    def erase(tx: Transaction) -> Erasure:
        found = _erasure(tx, identity, contact, author, reason, force)
        tx.erase(found)
        return found

    return store.write(erase)


def lift(store: Store, number: int, author: str, note: str) -> Revision:
    """Let what revision `number` took down come in again, as a new revision; what it was is not brought back."""

    def append(tx: Transaction) -> Revision:
        if number not in {takedown.revision for takedown in standing(tx.takedowns(), tx.history())}:
            raise StoreError(f"revision {number} is not a take-down that stands")
        made = Revision(tx.head() + 1, now(), author, "", TAKEDOWN, note, 0, 0, 0, tx.history()[-1].digest, "", number)
        return tx.append(made, (), (), Draft(tx.tables(), TAKEDOWN), {})

    return store.write(append)


def adopt(target: Store, revision: Revision, takedown: Takedown, source: Store) -> None:
    """Take out of a copy what was taken down in the store that it is a copy of."""
    rows = {(number, row): change for number in {number for number, *_ in takedown.rows} for row, change in enumerate(source.rows(number))}
    wanted = {(number, row): rows[number, row] for number, row, _, _ in takedown.rows}

    def erase(tx: Transaction) -> None:
        if tx.erase(erasing.of_copy(tx, revision, takedown, wanted)) != revision:
            raise StoreError(f"revision {revision.number} is not what its link in the chain says ({revision.link})")

    target.write(erase)


def _erasure(view: View, identity: str, contact: str | None, author: str, reason: str, force: bool) -> Erasure:
    made = Revision(view.head() + 1, now(), author, "", TAKEDOWN, reason, 0, 0, 0, "")
    return erasing.of_body(view, identity, made, force) if contact is None else erasing.of_contact(view, identity, contact, made)
