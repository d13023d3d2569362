"""A pathway as a person reads it on a terminal, and as a Mermaid diagram."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

Json = dict[str, Any]
_WIDTH = 100


def as_text(pathway: Json) -> str:
    """The path in plain words: first what is urgent, then the steps with who, by when, with whose consent and why, then what is missing."""
    return "\n".join(_lines(pathway)) + "\n"


def _lines(pathway: Json) -> Iterator[str]:
    where = " → ".join(pathway["countries"])
    state = "complete" if pathway["complete"] else "not complete: see what is missing"
    yield f"Referral path, {where}, on {pathway['as_of']} (directory revision {pathway['revision']}): {state}"
    yield "Advice with reasons, not a verdict. In danger now: " + ", ".join(e["number"] for e in pathway["emergency"])
    if pathway["ask_next"]:
        yield ""
        yield "ASK NEXT"
        for ask in pathway["ask_next"][:5]:
            yield from _wrap(f"{ask['fact']}: {ask['why']}. It changes {'; '.join(ask['changes'][:3])}", "  ? ")
    yield ""
    yield "STEPS"
    lane = None
    told: set[str] = set()
    for step in pathway["steps"]:
        if step["lane"] != lane:
            if step["lane"] != "main":
                yield f"  -- beside it: {step['lane'].replace('-', ' ')} --"
            else:
                yield "" if lane is None else "  -- the main line --" if step["phase"] == "national" else "  -- the way home --"
            lane = step["lane"]
        yield from _step(step, told)
    yield from _after(pathway)


def _step(step: Json, told: set[str]) -> Iterator[str]:
    """One step; a warning that has been told (`told`) is not told again."""
    body = step["stakeholder"]
    name = body["name"] or "a body that is not shown"
    yield f"{step['order']:3}. {step['function'].replace('-', ' ')}  ({step['stage_title']})"
    yield from _wrap(f"{name}" + (f" [{body['instance']}]" if body.get("instance") else ""), "     > ")
    contact = _contact(body.get("contact") or {})
    if contact:
        yield from _wrap(contact, "       ")
    if step["needs_consent"]:
        yield from _wrap("only with her consent to: " + ", ".join(c.replace("_", " ") for c in step["needs_consent"]), "       ")
    for deadline in step["deadlines"]:
        only = f" (for {', '.join(deadline['for'])})" if deadline["for"] else ""
        when = f"by {deadline['date']}" if deadline["date"] else f"counted from: {deadline['from'] or 'not stated'}"
        yield from _wrap(f"{deadline['bound']} {_duration(deadline)}{only}: {deadline['what']}; {when}", "       ")
    for warning in step["warnings"]:
        if warning["code"] not in ("stale", "capacity-unknown") and warning["text"] not in told:
            told.add(warning["text"])
            cited = f" ({', '.join(warning['sources'])})" if warning.get("sources") else ""
            yield from _wrap(warning["text"] + cited, "       ! ")
    others = [alternative["stakeholder"]["name"] for alternative in step["alternatives"]]
    if others:
        yield from _wrap("or: " + "; ".join(str(other) for other in others), "       ")
    because = step["because"][0]
    law = f"{because['legal_basis']}; " if because["legal_basis"] else ""
    yield from _wrap(f"source: {law}{', '.join(because['sources'])} ({because['as_of'] or 'undated'})", "       ")


def _contact(contact: Json) -> str:
    points = [f"{p['value']}" + (f" ({p['hours']})" if p.get("hours") else "") for p in contact.get("points", ()) if p["type"] != "hours"]
    via = f"through {contact['via']}: " if contact.get("via") else ""
    return via + "; ".join(points) if points else ""


def _duration(deadline: Json) -> str:
    return f"{deadline['duration']}{' working' if deadline['calendar'] == 'working' else ''}"


def _after(pathway: Json) -> Iterator[str]:
    if pathway["gaps"]:
        yield ""
        yield "MISSING"
        for gap in pathway["gaps"]:
            nearest = (
                "; nearest: " + ", ".join(f"{n['name']} (fails: {', '.join(n['fails'])})" for n in gap["nearest"][:2])
                if gap["nearest"]
                else ""
            )
            yield from _wrap(f"{gap['function'].replace('-', ' ')}: {gap['reason']}{nearest}", "  - ")
            for stated in gap["stated"][:2]:
                yield from _wrap(f"a source says: {stated['text']}", "      ")
        body = pathway["gaps"][0]["fallback"].get("stakeholder")
        if body:
            yield from _wrap(f"turn to {body['name']}. {_contact(body.get('contact') or {})}", "  => ")
    if pathway["branches"]:
        yield ""
        yield "IF IT GOES OTHERWISE"
        for branch in pathway["branches"]:
            steps = ", ".join(str((s["stakeholder"] or {}).get("name")) for s in branch["steps"])
            yield from _wrap(f"{branch['at']}, {branch['if']}: {branch['reason']}{f' → {steps}' if steps else ''}", "  ~ ")
    if pathway["contacts_in_country_of_return"]:
        yield ""
        yield "CONTACTS IN THE COUNTRY OF RETURN"
        for contact in pathway["contacts_in_country_of_return"]:
            yield from _wrap(f"{contact['name']}: {', '.join(contact['functions'])}. {_contact(contact.get('contact') or {})}", "  * ")
    if pathway["rights"]:
        yield ""
        yield "TELL HER"
        for right in pathway["rights"]:
            yield from _wrap(right["text"], "  * ")
    if pathway["findings"]:
        yield ""
        yield "WHERE THE COUNTRY'S RULE BREAKS A NORM"
        for finding in pathway["findings"]:
            yield from _wrap(f"{finding['rule']}: {finding['text']}", "  § ")


def _wrap(text: str, lead: str) -> Iterator[str]:
    yield from textwrap.wrap(
        " ".join(text.split()), _WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False
    ) or [lead.rstrip()]


def as_mermaid(pathway: Json) -> str:
    """The path as a Mermaid flowchart: a lane a subgraph, a step a node, a gap a dashed node."""
    lines = ["flowchart TD"]
    lanes: dict[str, list[Json]] = {}
    for step in pathway["steps"]:
        lanes.setdefault(step["phase"] if step["track"] == "main" else step["lane"], []).append(step)
    for lane, steps in lanes.items():
        lines.append(f'  subgraph {lane.replace("-", "_")}["{lane.replace("-", " ")}"]')
        lines += [f'    s{s["order"]}["{s["order"]}. {_label(s)}"]' for s in steps]
        lines += [f"    s{a['order']} --> s{b['order']}" for a, b in pairwise(steps)]
        lines.append("  end")
    for number, gap in enumerate(pathway["gaps"]):
        lines.append(f'  g{number}["missing: {_quoted(gap["function"].replace("-", " "))}"]:::gap')
    lines.append("  classDef gap stroke-dasharray: 5 5")
    return "\n".join(lines) + "\n"


def _label(step: Json) -> str:
    return f"{_quoted(step['function'].replace('-', ' '))}<br>{_quoted(step['stakeholder']['name'] or 'not shown')}"


def _quoted(text: str) -> str:
    """Text that cannot leave its quotes: Mermaid's own entities for what would."""
    return "".join(f"#{ord(c)};" if c in '"#<>[]{}|`' else " " if c in "\r\n" else c for c in text)
