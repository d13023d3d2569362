"""For policy: the report of a country as a paper, findings first, with its sources, its day and its revision."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response
from flask_babel import format_date, gettext

from api import analysing, languages, snapshots
from api.analysing import Answer
from api.answering.handout import Block, piece
from api.answering.paper import Grid, as_pdf
from api.answering.said import filled, joined, own, sentence, words
from api.languages import current
from api.mechanism import stage_titles
from api.pages.blueprint import pages
from api.pages.policy import MEASURES, counted_in_words, in_order, of_country
from api.wording import proportion
from pathways.measures.gaps import NOT_FOUND, STATED
from pathways.vocabulary.labels import label

_WORST = 15
"""How many bodies the report names on which the mechanism hangs."""


@pages.get("/policy/<string:country>/report")
def policy_report(country: str) -> Response:
    """The report of a country as PDF."""
    asked = of_country(country)
    report = analysing.report(asked)
    gaps, coverage, resilience = (analysing.sourced(analysing.alone(make)) for make in (report.gaps, report.coverage, report.resilience))
    title = gettext("What is missing: %(country)s", country=label("countries", country, current()))
    blocks = [*_head(title, asked, gaps), *_findings(gaps), *_measures(country, coverage), *_resilience(resilience), *_sources(gaps)]
    paper = as_pdf(blocks, title, current(), languages.direction(current()) == "rtl")
    answer = Response(paper, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{country}-{asked["on"].isoformat()}.pdf"'
    return answer


def _head(title: str, asked: Answer, gaps: Answer) -> Iterator[Block]:
    (summary,) = gaps["summary"]
    yield piece("title", title)
    yield piece(
        "soft",
        gettext(
            "In force on %(day)s; revision %(number)s of the directory.",
            day=format_date(asked["on"], "long"),
            number=snapshots.directory().revision,
        ),
    )
    yield piece("strong", gettext("%(share)s of the published cases find a complete path.", share=proportion(summary["complete"])))
    if summary["complete_counted"] is not None:
        yield piece("text", gettext("Of the counted cases %(share)s.", share=proportion(summary["complete_counted"])))
    yield piece(
        "text",
        gettext(
            "What the directory has not found is no proof that there is none: each finding says whether a source states it. "
            "Shares are of a fixed, published set of cases; they count no real people."
        ),
    )


def _findings(gaps: Answer) -> Iterator[Block]:
    items = in_order(gaps)
    yield piece("heading", gettext("What sources say is missing"))
    for item in items:
        if item["evidence"] != NOT_FOUND:
            yield from _finding(item, gaps)
    if all(item["evidence"] == NOT_FOUND for item in items):
        yield piece("text", gettext("No gap that a source states was found by the measures."))
    yield piece("heading", gettext("What only was not found"))
    yield piece("text", gettext("Questions to the country: no source that was read names anybody, and none says that there is nobody."))
    for item in items:
        if item["evidence"] == NOT_FOUND:
            yield piece("item", filled("%(what)s (%(share)s)", what=sentence(item["headline"]), share=words(proportion(item["share"]))))


def _finding(item: Answer, gaps: Answer) -> Iterator[Block]:
    yield piece("strong", sentence(item["headline"]))
    evidence = gettext("Real: a source says so.") if item["evidence"] == STATED else gettext("Real for a part of them: a source says so.")
    share = gettext("It concerns %(share)s of the published cases.", share=proportion(item["share"]))
    yield piece("text", f"{evidence} {share}")
    for who in item["who"][1:]:
        yield piece("item", filled("%(who)s: %(share)s", who=sentence(who["description"]), share=words(proportion(who["share"]))))
    for gap in item["stated"]:
        named = joined((own(gaps["sources"][source]["title"]) for source in gap["sources"] if source in gaps["sources"]), "; ")
        yield piece("text", own(gap["text"]))
        yield piece("soft", named)


def _measures(country: str, coverage: Answer) -> Iterator[Block | Grid]:
    titles = stage_titles(country)
    yield piece("heading", gettext("The ten measures"))
    yield piece(
        "text",
        gettext(
            "Each figure lies between two bounds: in the lower one what the directory does not know counts as not there, in the upper one "
            "as there, save where a source says that it is not. Between them lies what is unknown."
        ),
    )
    for number, name in MEASURES.items():
        figures = [item for item in coverage["items"] if item["measure"] == number and (number != 8 or item["name"].startswith("closure"))]
        yield piece("contact", f"{number}. {name}")
        yield Grid(
            (gettext("What"), gettext("Value"), gettext("At least"), gettext("At most"), gettext("Unknown")),
            tuple(
                (_what(item, number), *(_amount(item, item[bound]) for bound in ("value", "lower", "upper", "unknown"))) for item in figures
            ),
            (8, 2, 2, 2, 2),
        )
        for item in figures:
            if number != 8 and item["numerator"] and len(item["numerator"]) <= _WORST:
                counted = joined((counted_in_words(entry, titles).text for entry in item["numerator"]), "; ")
                yield piece("soft", filled("%(what)s: %(counted)s", what=sentence(item["what"]), counted=counted))


def _what(item: Answer, number: int) -> str:
    what = str(sentence(item["what"]))
    return f"{label('countries', item['country'].partition('-')[2], current())}: {what}" if number == 8 else what


def _amount(item: Answer, value: float | None) -> str:
    return proportion(value) if value is None or item["unit"] == "share" else str(int(value))


def _resilience(resilience: Answer) -> Iterator[Block | Grid]:
    yield piece("heading", gettext("On whom it hangs"))
    for text in resilience["findings"]:
        yield piece("item", sentence(text))
    breaking = [item for item in resilience["items"] if item["share"]][:_WORST]
    if breaking:
        yield Grid(
            (gettext("If it closes"), gettext("So many lose something"), gettext("What they lose")),
            tuple((_body(item), proportion(item["share"]), _lost(item)) for item in breaking),
            (5, 2, 9),
        )


def _body(item: Answer) -> str:
    others = len(item["closes"]) - 1
    return f"{item['name']} (+{others})" if others else str(item["name"])


def _lost(item: Answer) -> str:
    return ", ".join(f"{label('functions', name, current())} ({proportion(share)})" for name, share in item["functions"].items())


def _sources(gaps: Answer) -> Iterator[Block]:
    yield piece("heading", gettext("Sources"))
    for source in gaps["sources"].values():
        told = (source["title"], source["publisher"], str(source["year"] or ""), source["url"] or "")
        yield piece("item", own(", ".join(text for text in told if text)))
