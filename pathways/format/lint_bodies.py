"""Rules of the linter about bodies: links, classes and instances, rings of belonging, territories, telephone numbers, and places that must
stay secret."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pathways import vocabulary
from pathways.calendar import in_force
from pathways.format.addresses import street_in
from pathways.format.linted import Linted, Placed, texts
from pathways.format.linted import rings as circles
from pathways.format.reader import Finding
from pathways.territories import is_territory, within


def links_out_of_force(linted: Linted) -> Iterator[Finding]:
    """Links in force that lead to a body which is not."""
    for link in linted.of("link"):
        target = linted.bodies.get(link.fields["to"])
        if target and _now(link, linted) and not _now(target, linted):
            span = f"{target.fields.get('valid_from', '…')} to {target.fields.get('valid_to', '…')}"
            heir = target.fields.get("succeeded_by")
            hint = f"link to {heir}, which followed it, or" if heir else "link to a body in force, or"
            yield link.warning(
                "link-out-of-force",
                f"{link.fields['origin']} refers to {target.record.id}, which exists {span}; {hint} give the link its valid_to",
                "to",
            )


def _now(one: Placed, linted: Linted) -> bool:
    try:
        return in_force(linted.today, one.fields.get("valid_from"), one.fields.get("valid_to"))
    except ValueError:
        return True  # told by the rule about dates


def classes(linted: Linted) -> Iterator[Finding]:
    """Instances of what is not a class, and classes that are instances."""
    for body in linted.bodies.values():
        name = body.fields.get("instance_of")
        if name is None:
            continue
        if name in linted.bodies and linted.bodies[name].fields.get("scope") != "class":
            yield body.finding(
                "class",
                f"{body.record.id} is an instance of {name}, which is one body; accepted is a body with scope: class",
                "instance_of",
            )
        if body.fields.get("scope") == "class":
            yield body.finding(
                "class",
                f"{body.record.id} is a class and an instance of {name}; accepted is one of the two (use parent for a class within a body)",
                "instance_of",
            )


def rings(linted: Linted) -> Iterator[Finding]:
    """Bodies that are their own parent, successor or member by going round."""
    for key, word in (("parent", "parents"), ("operated_by", "operators"), ("succeeded_by", "successors"), ("members", "members")):
        edges: dict[str, list[str]] = {}
        for body in linted.bodies.values():
            others = body.fields.get(key, ())
            edges[body.record.id] = [others] if isinstance(others, str) else list(others)
        for ring in circles(edges):
            yield linted.bodies[ring[0]].finding(
                "ring", f"{', '.join(ring)} are {word} of each other in a circle; accepted is an order with an end", key
            )


def territories_outside(linted: Linted) -> Iterator[Finding]:
    """Mandates for places where their holder does not work."""
    for mandate in linted.of("mandate"):
        holder = linted.bodies.get(mandate.fields["holder"])
        wider = [code for code in holder.fields["territory"] if is_territory(code)] if holder else []
        for code in mandate.fields.get("territory", ()):
            if wider and is_territory(code) and not any(within(code, outer) for outer in wider):
                accepted = "accepted is a place within, or a wider holder"
                yield mandate.warning(
                    "territory", f"{mandate.record.id} covers {code}, outside its holder's {', '.join(wider)}; {accepted}", "territory"
                )


_NUMBER = re.compile(r"\+?[0-9][0-9 ()/.-]*")


def numbers(linted: Linted) -> Iterator[Finding]:
    """Telephone contacts that are not one number: who is in need cannot dial two numbers, or a remark."""
    for body in linted.bodies.values():
        for index, contact in enumerate(body.fields.get("contacts", ())):
            if contact["type"] == "phone" and not _NUMBER.fullmatch(contact["value"]):
                message = f"{contact['value']!r} is not one telephone number; accepted are a + and digits, the rest in its note or hours"
                yield body.finding("number", message, "contacts", index, "value")


def confidential(linted: Linted) -> Iterator[Finding]:
    """Bodies in a secret place that say where it is, by a city or what looks like a street address, on themselves or what they hold."""
    secret = {name for name, body in linted.bodies.items() if body.fields.get("confidential_location") is True}
    for one in linted.of("stakeholder", "mandate", "link"):
        owner = one.record.id if one.record.kind == "stakeholder" else one.fields.get("holder", one.fields.get("origin"))
        if owner not in secret:
            continue
        if "city" in one.fields:
            yield one.finding(
                "confidential",
                f"{owner} has a confidential location and names a city; accepted is its territory, no finer than the region",
                "city",
            )
        for place, text in texts(one.fields):
            street = street_in(text)
            if street:
                yield one.finding(
                    "confidential",
                    f"{owner} has a confidential location, and {street!r} looks like a street address; it is never in the "
                    "data, leave it out",
                    *place,
                )


def unknown_kinds(linted: Linted) -> Iterator[Finding]:
    """Bodies of no kind: a list may not state it, but whoever researches a body finds it out."""
    for body in linted.bodies.values():
        if body.fields.get("kind") == vocabulary.UNKNOWN:
            accepted = ", ".join(vocabulary.known_kinds())
            yield body.warning(
                "unknown-kind", f"nobody has found out what kind of body {body.record.id} is; accepted are {accepted}", "kind"
            )
