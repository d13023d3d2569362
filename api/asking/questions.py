"""The questions of the form, in the order that matters, each with why it is asked. No other place knows them.

A question has one field of the profile, or a few that are answered together. Which ones are asked of a case the planner decides
(`relevant`): those whose facts would change the path. Every field may stay open, and all others can be told under "more".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

Kind = Literal["word", "words", "truth", "number", "day", "country", "countries", "region", "languages", "body", "decisions"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the profile: how it is given, and what it is called. `words` names the list of the vocabulary that it takes."""

    name: str
    kind: Kind
    label: LazyString
    hint: LazyString | None = None
    words: str = ""
    needed: bool = False
    """Whether it cannot stay open."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked together, and why. `always`: for safety's sake, whatever it changes."""

    id: str
    title: LazyString
    why: LazyString
    fields: tuple[Field, ...]
    always: bool = False


QUESTIONS: tuple[Question, ...] = (
    Question(
        "place",
        _("In which country is the person now?"),
        _("The country decides which law applies and who is there to help."),
        (Field("identified_in", "word", _("Country"), words="countries", needed=True),),
        always=True,
    ),
    Question(
        "age",
        _("Is the person a child or an adult?"),
        _("Any sign that somebody may be under 18 makes this a child's path: a guardian first, care for children, no place among adults."),
        (
            Field("age_group", "word", _("Child or adult"), words="age_group"),
            Field("age", "number", _("Age in years"), _("Only if it is known.")),
            Field("signs_of_minority", "truth", _("Is there any reason to think that the person may be under 18?")),
        ),
        always=True,
    ),
    Question(
        "danger",
        _("Is the person in danger?"),
        _("Danger comes before everything else. It decides on protection, and on whether a return can be thought of."),
        (Field("risks", "words", _("Dangers"), _("Choose all that fit. Choose nothing if you have not asked."), words="risks"),),
        always=True,
    ),
    Question(
        "consent",
        _("What does the person agree to?"),
        _(
            "Nothing is done with an adult who does not agree, save where a law says so. What is refused closes some ways and leaves "
            "others open. Where the answer is unknown, the path asks for it before the step that needs it."
        ),
        (
            Field("consent.referral", "truth", _("To be referred to those who help")),
            Field("consent.formal_identification", "truth", _("To be formally identified as a victim")),
            Field("consent.police", "truth", _("To have contact with the police")),
        ),
    ),
    Question(
        "region",
        _("In which region is the person?"),
        _("Those who help work in regions. The place decides who is near."),
        (Field("region", "region", _("Region")),),
    ),
    Question(
        "gender",
        _("What is the person's gender?"),
        _("Some places take women only, and some take men only."),
        (Field("gender", "word", _("Gender"), words="gender"),),
    ),
    Question(
        "origin",
        _("What are the person's nationality and residence status?"),
        _("Who may stay, what protection there is and who has to be told depend on them."),
        (
            Field("nationality", "countries", _("Nationality")),
            Field("status", "word", _("Residence status in the country where the person is"), words="status"),
        ),
    ),
    Question(
        "exploitation",
        _("How was the person exploited?"),
        _("Some help only with certain forms. What is not known yet can stay open."),
        (
            Field("exploitation", "words", _("Forms of exploitation"), _("Choose all that fit."), words="exploitation"),
            Field("exploited_in", "country", _("Country in which it happened")),
        ),
    ),
    Question(
        "wishes",
        _("What does the person wish?"),
        _("The path leads to where the person wants to be. A return is only thought of where the person wants it and it is safe."),
        (
            Field("wishes", "word", _("Stay or return"), words="wishes"),
            Field("destination", "country", _("Country to return to")),
            Field("consent.return", "truth", _("Does the person agree to return?")),
            Field(
                "consent.share_data_cross_border",
                "truth",
                _("Does the person agree that information goes to those who help in the other country?"),
            ),
        ),
    ),
    Question(
        "alone",
        _("Is the child without a parent or guardian?"),
        _("A child who is alone needs a guardian before anybody asks about what happened."),
        (Field("unaccompanied", "truth", _("Without a parent or guardian")),),
    ),
    Question(
        "detained",
        _("Is the person detained?"),
        _("In detention other authorities decide, and some rights have to be asked for there."),
        (Field("detained", "truth", _("Detained")),),
    ),
    Question(
        "languages",
        _("Which languages does the person speak?"),
        _("It decides who can talk with the person, and where an interpreter is needed."),
        (Field("languages", "languages", _("Languages")),),
    ),
    Question(
        "noticed",
        _("Who noticed the person first?"),
        _("In some countries the way begins with whoever made the first report."),
        (Field("detected_by", "body", _("Who noticed")),),
    ),
    Question(
        "decided",
        _("What has already been decided?"),
        _("What is done need not be done again, and some periods run from the day of a decision."),
        (
            Field("stage", "word", _("Where the case stands"), _("The first contact, if you leave it open."), words="canonical_stages"),
            Field("done", "decisions", _("Decisions")),
        ),
    ),
    Question(
        "needs",
        _("What does the person want or need?"),
        _("What the law owes at each step is added without asking. Choose what else matters to the person."),
        (Field("needs", "words", _("Help that is wanted"), words="functions"),),
    ),
    Question(
        "care",
        _("What must help be fit for?"),
        _("Not every place can take children or care for everybody."),
        (
            Field("vulnerabilities", "words", _("Choose all that fit."), words="vulnerabilities"),
            Field("dependants", "number", _("Number of children who are with the person")),
        ),
    ),
    Question(
        "before",
        _("Was the person in the care of another country before?"),
        _("Somebody who was brought home, or recognised as a victim elsewhere, need not begin again."),
        (
            Field("returned_from", "country", _("Country from which the person was brought home")),
            Field("recognised_abroad", "truth", _("Has another country recognised the person as a victim?")),
        ),
    ),
    Question(
        "papers",
        _("Does the person have identity or travel documents?"),
        _("Without them a return, and some permits, take another step."),
        (Field("documents", "truth", _("Has documents")),),
    ),
    Question(
        "days",
        _("From which day does time run?"),
        _("Periods are shown as dates from this day on."),
        (
            Field("start_date", "day", _("First day"), _("Today, if you leave it open.")),
            Field("days_to_majority", "number", _("Days until the person is 18"), _("Only where a rule counts them.")),
        ),
    ),
)

FIELDS: Mapping[str, Field] = {field.name: field for question in QUESTIONS for field in question.fields}
ANSWERED_BY: Mapping[str, Question] = {field.name: question for question in QUESTIONS for field in question.fields}
"""The question in which a field is asked."""

_TOLD_IN = {"criminal_proceedings": "done", "complaint": "done", "best_interests_return": "done"}
"""The field in which a fact is told that is not a field itself."""


def question_of(fact: str) -> Question | None:
    """The question that tells a fact which the planner asks for; None where no question does."""
    return ANSWERED_BY.get(_TOLD_IN.get(fact, fact))


def question(identity: str) -> Question | None:
    """The question of an id, or None."""
    return next((found for found in QUESTIONS if found.id == identity), None)


def relevant(asked_for: Collection[Mapping[str, Any]]) -> list[Question]:
    """The questions that matter for a case, in the order of the form, given what the planner says would change its path (`ask_next`)."""
    wanted = {found.id for entry in asked_for if (found := question_of(entry["fact"])) is not None}
    return [found for found in QUESTIONS if found.always or found.id in wanted]
