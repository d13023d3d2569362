"""The whole answer as a person reads it: whom to call first, then now, next and later, what is missing, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, gettext
from markupsafe import Markup

from api import drawing
from api.answering.reach import Body, body
from api.answering.said import Text, joined, labelled, name, own, said, words
from api.answering.steps import Case, Contact, Json, Source, Step, Writer
from api.languages import current
from api.mechanism import stage_titles
from pathways import vocabulary
from pathways.planner.phrases import reason_word
from pathways.profile import Profile, facts
from visualisations.pathway import picture
from visualisations.pathway_parts import LEGS, TIMES, column_of, times

_NOT_FOUND = frozenset({"nobody-performs", "nobody-for-this-case"})
"""Why a gap is one, where what was not found may exist all the same."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Contacts that follow each other; other lanes run beside."""

    name: str
    """Empty for the main line."""
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Now, next, later; on the way home before the journey, the journey, after arrival."""

    id: str
    title: str
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """A body that nearly fits, and what stands in the way."""

    name: Text
    fails: Text


@dataclass(frozen=True, slots=True)
class Missing:
    """Help that nobody on the path gives."""

    name: str
    evidence: str
    reason: Text
    stated: tuple[tuple[Text, tuple[Source, ...]], ...]
    nearest: tuple[Nearest, ...]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What follows where a step goes otherwise."""

    outcome: str
    stage: Text
    reason: Text
    bodies: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Right:
    """What the country owes or offers."""

    title: str
    text: Text
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Helper:
    """A body in the country of return, and what it does there."""

    body: Body
    functions: str


@dataclass(frozen=True, slots=True)
class Emergency:
    """A number for danger to life."""

    number: str
    what: Text


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the page, the print and the files say."""

    countries: str
    day: str
    danger: bool
    emergency: tuple[Emergency, ...]
    first: Contact | None
    telling: str
    """What may be told in every contact."""
    meanwhile: Contact | None
    """Whom to call where the first contact has no number."""
    happened: tuple[Contact, ...]
    parts: tuple[Part, ...]
    missing: tuple[Missing, ...]
    turn_to: Body | None
    turn_to_why: Text
    otherwise: tuple[Otherwise, ...]
    rights: tuple[Right, ...]
    is_return: bool
    helpers: tuple[Helper, ...]
    monitoring: tuple[tuple[Contact, Step], ...]
    corridor: Text
    findings: tuple[tuple[str, Text, str], ...]
    other_ways: tuple[Text, ...]
    """Other whole paths: on what each is better, and what it costs."""

    @property
    def contacts(self) -> Iterable[Contact]:
        """All contacts, in their order."""
        return (contact for part in self.parts for lane in part.lanes for contact in lane.contacts)


def answer_of(pathway: Json, profile: Profile) -> Answer:
    """The answer for a profile, from its pathway."""
    case = Case(profile.consent, facts(profile).get("is_child") is True)
    writer = Writer(pathway, case)
    parts, happened = _parts(pathway, writer)
    contacts = [contact for part in parts for lane in part.lanes for contact in lane.contacts]
    fallback = next((gap["fallback"] for gap in pathway["gaps"] if gap["fallback"]), {})
    return Answer(
        countries=" → ".join(labelled("countries", code) for code in pathway["countries"]),
        day=format_date(date.fromisoformat(pathway["as_of"]), "long"),
        danger="immediate-danger" in (profile.risks or ()),
        emergency=tuple(Emergency(e["number"], own(e["what"])) for e in pathway["emergency"]),
        first=contacts[0] if contacts else None,
        telling=gettext("Tell only what the child's safety needs. The guardian decides with the child what else is told.")
        if case.is_child
        else gettext("Describe only what is needed. A name only if the person agrees."),
        meanwhile=_meanwhile(contacts),
        happened=tuple(happened),
        parts=parts,
        missing=tuple(_missing(gap, writer) for gap in pathway["gaps"]),
        turn_to=body(fallback["stakeholder"]) if fallback else None,
        turn_to_why=said(fallback.get("why")),
        otherwise=tuple(_otherwise(branch, pathway) for branch in pathway["branches"]),
        rights=tuple(Right(_right_title(right["id"]), own(right["text"]), writer.sources(right["sources"])) for right in pathway["rights"]),
        is_return=profile.wishes == "return",
        helpers=tuple(_helper(contact) for contact in pathway["contacts_in_country_of_return"]),
        monitoring=_monitoring(pathway, contacts),
        corridor=said((pathway.get("corridor") or {}).get("stopped")),
        findings=tuple((f["rule"], said(f["text"]), "; ".join(f["norms"])) for f in pathway["findings"]),
        other_ways=tuple(said(other["differs"]) for other in pathway["alternatives"]),
    )


def _parts(pathway: Json, writer: Writer) -> tuple[tuple[Part, ...], list[Contact]]:
    """The parts of the path that hold something, and the contacts that have happened already."""
    due = times(pathway)
    by_place: dict[tuple[str, str], list[Json]] = {}
    for step in pathway["steps"]:
        column = column_of(step, due)
        by_place.setdefault((column, step["country"] if column in LEGS else step["lane"]), []).append(step)
    titles = _titles()
    found, happened = [], []
    for column in (*TIMES, *LEGS):
        lanes = []
        for (where, row), steps in by_place.items():
            if where == column:
                contacts = writer.contacts(steps)
                happened += [contact for contact in contacts if contact.happened]
                lanes.append(Lane(_lane_name(row, column), tuple(contact for contact in contacts if not contact.happened)))
        lanes = [lane for lane in lanes if lane.contacts]
        if lanes:
            found.append(Part(column, titles[column], tuple(sorted(lanes, key=lambda lane: (bool(lane.name), _order(lane))))))
    return tuple(found), happened


def _meanwhile(contacts: Sequence[Contact]) -> Contact | None:
    """The next contact that can be called without consequences, where the first has no number."""
    if not contacts or contacts[0].body.phones:
        return None
    return next((contact for contact in contacts if contact.body.phones and not contact.before), None)


def _order(lane: Lane) -> int:
    return lane.contacts[0].steps[0].order


def _lane_name(row: str, column: str) -> str:
    if column in LEGS:
        return labelled("countries", row)
    return "" if row == "main" else labelled("canonical_stages", row)


def _titles() -> Mapping[str, str]:
    return {
        "now": gettext("Now"),
        "next": gettext("Next"),
        "later": gettext("Later"),
        "before": gettext("Before the journey"),
        "journey": gettext("The journey"),
        "after": gettext("After arrival"),
    }


def _missing(gap: Json, writer: Writer) -> Missing:
    return Missing(
        name=labelled("functions", gap["function"]),
        evidence=_evidence(gap),
        reason=said(gap["reason"]),
        stated=tuple((own(stated["text"]), writer.sources(stated["sources"])) for stated in gap["stated"]),
        nearest=tuple(Nearest(name(near["name"]), joined(said(reason_word(fail)) for fail in near["fails"])) for near in gap["nearest"]),
    )


def _evidence(gap: Json) -> str:
    """Whether a source says that there is nobody, or nobody was found; nothing where that is not why."""
    if gap["evidence"] == "stated-absent":
        return gettext("A source says that there is none.")
    if gap["code"] in _NOT_FOUND:
        return gettext("Not found in what was read. There may be somebody all the same: ask.")
    return ""


def _otherwise(branch: Json, pathway: Json) -> Otherwise:
    at = branch["at"]
    titles = stage_titles(pathway["countries"][0])
    stage = (
        own(titles[at])
        if at in titles
        else words(labelled("canonical_stages", at))
        if at in vocabulary.words("canonical_stages")
        else own(at)
    )
    bodies = tuple(body(step["stakeholder"]) for step in branch["steps"] if step.get("stakeholder"))
    return Otherwise(labelled("branch_outcomes", branch["if"]), stage, said(branch["reason"]), bodies)


def _right_title(identity: str) -> str:
    kind = identity.partition(".")[2]
    return {
        "reflection-period": gettext("Time to recover and to think"),
        "asylum": gettext("International protection"),
        "compensation": gettext("Compensation"),
        "child-guardian": gettext("A guardian for the child"),
        "child-placement": gettext("Where the child lives"),
    }.get(kind) or gettext("A right to stay")


def _helper(contact: Json) -> Helper:
    return Helper(body(contact), ", ".join(labelled("functions", function) for function in contact["functions"]))


def _monitoring(pathway: Json, contacts: Sequence[Contact]) -> tuple[tuple[Contact, Step], ...]:
    """Who watches over the return after arrival."""
    orders = {step["order"] for step in pathway["steps"] if step["function"] == "post-return-monitoring"}
    return tuple((contact, step) for contact in contacts for step in contact.steps if step.order in orders)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture of an answer, and the same in words."""

    svg: Markup
    sentences: tuple[str, ...]


def drawing_of(pathway: Json) -> Drawing:
    """The picture of an answer in the language of the page."""
    drawn = picture(pathway, drawing.words(current()))
    return Drawing(Markup(drawn.svg), tuple(sentence for _, sentence in drawn.alternative))
