"""What is taken along, as a plain list of blocks: one paper for the worker, and one in the person's own language.

Print, PDF and text show the same blocks, so that none says more than another. No answer of the form is on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext

from api.answering.answer import Answer, Part
from api.answering.reach import Body
from api.answering.said import Text, filled, joined, words
from api.answering.steps import Contact, Source, Step
from visualisations.pathway_parts import LEGS

Kind = Literal["title", "heading", "contact", "text", "strong", "item", "soft", "number", "address"]


_NOTHING = Text()


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a paper. A number or an address is written from the left in every language; `told` is what belongs to it."""

    kind: Kind
    text: Text
    told: Text = _NOTHING


def piece(kind: Kind, text: str | Text) -> Block:
    """A block of words of the page, or of a text."""
    return Block(kind, words(text) if isinstance(text, str) else text)


def for_worker(answer: Answer, name: str) -> list[Block]:
    """All of the answer for whoever works with it; `name` stands at the top where it is wanted."""
    found = [*([piece("soft", name)] if name else []), piece("title", gettext("Next steps"))]
    found += [piece("soft", gettext("Law and directory as of %(day)s.", day=answer.day))]
    found += _emergency(answer)
    if answer.first is not None:
        found += [piece("heading", gettext("Contact first")), piece("text", answer.telling), *_contact(answer.first)]
        if answer.meanwhile is not None:
            found += [piece("text", gettext("Until you reach it, call:")), *_reach(answer.meanwhile.body)]
    for part in answer.parts:
        lanes = [(lane.name, [contact for contact in lane.contacts if contact != answer.first]) for lane in part.lanes]
        found += [piece("heading", part.title)] if any(contacts for _, contacts in lanes) else []
        for lane, contacts in lanes:
            if lane and contacts:
                found.append(piece("strong", lane_title(part, lane)))
            found += [block for contact in contacts for block in _contact(contact)]
    found += _return(answer)
    if answer.missing:
        found.append(piece("heading", gettext("What is missing")))
        for item in answer.missing:
            found += [piece("strong", item.name), piece("text", joined([words(item.evidence), item.reason], " "))]
        found += [piece("text", gettext("For all of this turn to:")), *_reach(answer.turn_to)] if answer.turn_to else []
    if answer.otherwise:
        found.append(piece("heading", gettext("If it goes otherwise")))
        for branch in answer.otherwise:
            found += [piece("strong", joined([words(branch.outcome), branch.stage], ": ")), piece("text", branch.reason)]
    if answer.rights:
        found.append(piece("heading", gettext("Rights")))
        for right in answer.rights:
            found += [piece("strong", right.title), piece("text", right.text)]
    found.append(
        piece("soft", gettext("Advice with reasons, not a decision about the person. Check a number that is old before you rely on it."))
    )
    return found


def lane_title(part: Part, lane: str) -> str:
    """What stands above a lane: on the way home the country, else that it waits for nothing."""
    return lane if part.id in LEGS else gettext("At the same time: %(lane)s", lane=lane)


def _emergency(answer: Answer) -> list[Block]:
    found = [piece("strong", gettext("If life is in danger:"))]
    return found + [Block("number", words(entry.number), entry.what) for entry in answer.emergency]


def _reach(body: Body, named: bool = True) -> Iterator[Block]:
    """A body and its numbers; the name of whose number it is, too."""
    if named:
        yield piece("contact", body.name)
    if named and body.via and body.phones:
        yield piece("soft", filled(gettext("Ask for it at: %(body)s"), body=body.via))
    for point in body.points:
        yield Block("number" if point.kind == "phone" else "address", words(point.value), point.told)
    if body.note:
        yield piece("soft", body.note)
    if not body.points:
        yield piece("soft", gettext("No number and no address are known."))


def _contact(contact: Contact) -> Iterator[Block]:
    """A contact for the worker: what comes before the number first, then the number, then each step with its days and sources."""
    yield piece("contact", contact.body.name)
    if contact.body.instance:
        yield piece("soft", contact.body.instance)
    yield piece("strong", ", ".join(f"{step.order}. {step.name}" for step in contact.steps))
    for text in (*contact.before, *contact.consents, *contact.telling):
        yield piece("text", text)
    for block in _reach(contact.body):
        if block.kind != "contact":
            yield block
    for note in dict.fromkeys(note for step in contact.steps for note in step.notes):
        yield piece("item", note)
    for step in contact.steps:
        yield from _step(step, contact)


def _step(step: Step, contact: Contact) -> Iterator[Block]:
    if step.consents != contact.consents:
        for text in step.consents:
            yield piece("item", text)
    for deadline in step.deadlines:
        yield piece("item", joined([words(deadline.day or deadline.length), deadline.what, deadline.start], ". "))
    laws = [reason.law for reason in step.reasons if reason.law]
    cited = dict.fromkeys(_cited(source) for reason in step.reasons for source in reason.sources)
    if laws or cited:
        yield piece("soft", joined([words(f"{step.order}."), joined([*dict.fromkeys(laws), *cited], "; ")], " "))


def _cited(source: Source) -> Text:
    return joined([source.title, words(source.year or gettext("without a date"))], ", ")


def _return(answer: Answer) -> Iterator[Block]:
    if not answer.is_return:
        return
    yield piece("heading", gettext("Contacts in the country of return"))
    if answer.corridor:
        yield piece("text", joined([words(gettext("The way home stops here for now:")), answer.corridor], " "))
    for helper in answer.helpers:
        yield from _reach(helper.body)
        yield piece("soft", helper.functions)
    yield piece("strong", gettext("Who watches over the return after arrival"))
    for contact, _ in answer.monitoring:
        yield from _reach(contact.body)
    if not answer.monitoring:
        yield piece(
            "text", gettext("Nobody is known who does. Agree before the journey who asks how the person is, when, and by which safe way.")
        )


_MOST = 6
"""So many contacts are on the person's own paper: it has to fit a pocket."""


def for_person(answer: Answer, name: str, rules: frozenset[str], is_child: bool, named: bool) -> list[Block]:
    """The person's own paper, in simple words: whom to call, what nobody may take from her, and who else helps.

    `rules` are the binding rules that hold in the country and that nothing on this path breaks; only what rests on one of them is promised.
    `named`: whether the bodies are named, or only their numbers stand there.
    """
    found = [*([piece("soft", name)] if name else []), piece("title", gettext("For you"))]
    found += [piece("strong", gettext("If you are in danger, call:"))]
    found += [Block("number", words(entry.number)) for entry in answer.emergency]
    if answer.first is not None:
        found.append(piece("heading", gettext("Your next step")))
        found += _for_you(answer.first.body, _doing(answer.first), named)
    rights = _your_rights(rules, is_child)
    if rights:
        found += [piece("heading", gettext("Your rights")), *(piece("item", text) for text in rights)]
    others, seen = [], {answer.first.body.id} if answer.first else set()
    for contact in answer.contacts:
        if contact.body.id not in seen and contact.body.phones and not contact.before:
            seen.add(contact.body.id)
            others += _for_you(contact.body, _doing(contact), named)
            if len(seen) > _MOST:
                break
    if others:
        found += [piece("heading", gettext("Others who can help you")), *others]
    if answer.helpers:
        found.append(piece("heading", gettext("When you are back in your country")))
        for helper in [helper for helper in answer.helpers if helper.body.points][:_MOST]:
            found += _for_you(helper.body, helper.functions, named)
    found += [
        piece("heading", gettext("Be careful")),
        piece("item", gettext("Take this paper along only if it is safe. You can also learn a number by heart.")),
        piece("item", gettext("Call from a telephone that nobody else looks into.")),
    ]
    return found


def _doing(contact: Contact) -> str:
    return ", ".join(dict.fromkeys(step.name for step in contact.steps))


def _for_you(body: Body, doing: str, named: bool) -> Iterator[Block]:
    """A body for the person: what it does, and its numbers; mail and websites only where it has none."""
    if named:
        yield piece("contact", body.name)
        if body.via and body.phones:
            yield piece("soft", filled(gettext("Ask for it at: %(body)s"), body=body.via))
    yield piece("text" if named else "strong", doing)
    for point in body.phones or body.points:
        yield Block("number" if point.kind == "phone" else "address", words(point.value), point.hours)


def _your_rights(rules: frozenset[str], is_child: bool) -> list[str]:
    """Rights in simple words, each only where the rule that it rests on holds (`rules/binding.yaml` has the articles)."""
    told = {
        "R03": gettext("You decide. Nobody may help you against your will, and you can say no at any time."),
        "R01": gettext("You can get help without speaking to the police and without a statement in court."),
        "R04": gettext("You may have time to recover and to think before you decide. Ask for it."),
        "R21": gettext("You may have a lawyer, and somebody who tells you your rights in a language that you understand."),
        "R13": gettext("Nobody may send you where you are in danger. If you are afraid to go back, say so."),
        "R17": gettext("You may ask for protection in this country, whatever else you do."),
        "R25": gettext("What you tell stays private. Ask who will read it before you say it."),
        "R28": gettext("You should not be punished for what you were forced to do. Ask for a lawyer first."),
    }
    child = {
        "R09": gettext("An adult of your own, a guardian, speaks for you and with you. You may say what you think."),
        "R11": gettext("Nobody may send you away if that is not good for you."),
    }
    if is_child:
        told = {**child, **{rule: text for rule, text in told.items() if rule != "R03"}}
    return [text for rule, text in told.items() if rule in rules]
