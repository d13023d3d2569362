"""All measures of countries as data: findings in plain words first, then the figures behind them, and the tables of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pathways.directory import Directory
from pathways.measures import pairs, people, structure
from pathways.measures.analysis import ONE_AT_A_TIME, Analysis, analysis
from pathways.measures.figures import Figure
from pathways.measures.gaps import findings, percent, summary
from pathways.measures.resilience import Closing, closings
from pathways.measures.space import LEFT_OUT
from pathways.measures.views import PUBLISHED, Cases, Counted, counted
from pathways.measures.words import function_word
from pathways.planner.phrases import Phrase, Several, Word
from pathways.visibility import ANONYMOUS, Viewer, scrubbed
from pathways.vocabulary.labels import label

Json = dict[str, Any]


class Report:
    """The measures of some countries of a directory on a day, for one viewer; `cases` are counted cases as a second opinion."""

    def __init__(
        self, directory: Directory, countries: Iterable[str], on: date, viewer: Viewer = ANONYMOUS, cases: Path | None = None
    ) -> None:
        self.directory, self.on, self.viewer = directory, on, viewer
        self.countries = list(countries)
        self._counted = None if cases is None else _Counts(cases, cases.stat().st_mtime_ns)
        if self._counted:
            _counted(self._counted)

    def gaps(self) -> Json:
        """Who has no complete path, and why: a sentence a finding first, then each with its numbers."""
        with ONE_AT_A_TIME:
            return self._shown(self._gaps())

    def _gaps(self) -> Json:
        found = [(each, self._cases(each)) for each in self._analyses()]
        items = [finding for each, cases in found for finding in findings(each, cases)]
        return {
            "findings": [finding.text for finding in items],
            "summary": [summary(each, cases).as_data() for each, cases in found],
            "items": [finding.as_data() for finding in items],
            **self._head(),
        }

    def coverage(self) -> Json:
        """The ten measures of each country, and of the pairs that leave it; with the space that they are counted over."""
        with ONE_AT_A_TIME:
            return self._shown(self._coverage())

    def _coverage(self) -> Json:
        figures = [figure.as_data() for figure in self._figures()]
        return {
            "items": figures,
            "summary": [summary(each, self._cases(each)).as_data() for each in self._analyses()],
            "spaces": [{"country": each.part.code, "dimensions": each.space.table()} for each in self._analyses()],
            "published_set": {name: list(words) for name, words in PUBLISHED.items()},
            "left_out": dict(LEFT_OUT),
            **self._head(),
        }

    def _figures(self) -> Iterator[Figure]:
        """Every figure of every measure, in the order of the measures."""
        for each in self._analyses():
            yield from measures(each, self._cases(each))
            for destination in self.directory.parts:
                if destination != each.part.code:
                    for who in pairs.TRAVELLERS:
                        yield from pairs.figures(pairs.closure(self.directory, each.part.code, destination, self.on, who, self.viewer))

    def resilience(self) -> Json:
        """For each body, and for parents and funders, whose path breaks if it closes."""
        with ONE_AT_A_TIME:
            return self._shown(self._resilience())

    def _resilience(self) -> Json:
        items: list[tuple[str, Closing]] = [(each.part.code, closing) for each in self._analyses() for closing in closings(each)]
        return {
            "findings": [_closing_text(each, closing) for each in self._analyses() for closing in closings(each)[:5] if closing.share],
            "items": [{"country": code, **closing.as_data()} for code, closing in items],
            **self._head(),
        }

    def _analyses(self) -> Iterator[Analysis]:
        return (analysis(self.directory, code, self.on, self.viewer) for code in self.countries)

    def _cases(self, found: Analysis) -> Cases | None:
        return None if self._counted is None else _cases(found, self._counted)

    def _shown(self, answer: Json) -> Json:
        """The answer without what the viewer may not see."""
        shown: Json = scrubbed(self.directory, self.viewer, answer)
        return shown

    def _head(self) -> Json:
        return {"countries": self.countries, "as_of": self.on.isoformat(), "revision": self.directory.revision}


@dataclass(frozen=True, slots=True)
class _Counts:
    """A file of counted cases as it was at a time; it is read once."""

    file: Path
    changed: int


@lru_cache(maxsize=1)
def _counted(counts: _Counts) -> list[Counted]:
    return counted(counts.file)


@lru_cache(maxsize=16)
def _cases(found: Analysis, counts: _Counts) -> Cases:
    return Cases(found.space, _counted(counts))


def measures(found: Analysis, cases: Cases | None = None) -> list[Figure]:
    """The measures of one country; the eighth is of pairs."""
    return [*quick_measures(found, cases), fragility(found)]


def quick_measures(found: Analysis, cases: Cases | None = None) -> list[Figure]:
    """The measures of one country but for what closes many bodies one after the other."""
    return [
        people.place_coverage(found, cases),
        people.conditional_mandates(found),
        people.conditionality(found),
        people.stay_without_police(found),
        people.doors(found, cases),
        people.identification_without_enforcement(found),
        *structure.territorial_reach(found),
        people.continuity(found, cases),
        *people.children(found, cases),
        *structure.formality(found),
        people.languages(found, cases),
        people.languages_throughout(found, cases),
        *people.access(found),
        *structure.time(found),
    ]


LARGE = 0.2
"""A body is one on which a mechanism hangs where its closing breaks the path of more than this share."""


def fragility(found: Analysis) -> Figure:
    """10, first part: how many bodies break the path of many if they close; which, with their share."""
    broken = [closing for closing in closings(found) if closing.cause == "itself" and closing.share > LARGE]
    return Figure(
        10,
        "fragile-bodies",
        Phrase("bodies whose closing breaks the path of more than %(share)s of the published profiles", share=percent(LARGE)),
        found.part.code,
        float(len(broken)),
        unit="bodies",
        of="",
        numerator=tuple(f"{closing.body}: {closing.share:.1%}" for closing in broken),
    )


def _closing_text(found: Analysis, closing: Closing) -> str:
    code, others = found.part.code, len(closing.closes) - 1
    named = {
        "country": Word("countries", code, label("countries", code)),
        "body": closing.name,
        "share": percent(closing.share),
        "what": Several(function_word(name) for name in list(closing.functions)[:3]),
    }
    if not others:
        return Phrase("%(country)s: if %(body)s closes, %(share)s of the published profiles lose %(what)s.", **named)
    return Phrase(
        "%(country)s: if %(body)s closes with the %(number)s that hang on it, %(share)s of the published profiles lose %(what)s.",
        number=str(others),
        **named,
    )


# tables ---------------------------------------------------------------------------------------------------------------------------------

Rows = tuple[tuple[str, ...], list[list[object]]]
"""Headings and rows."""


def gap_rows(answer: Json) -> Rows:
    """The gaps as a table: a row a description."""
    head = (
        "country",
        "function",
        "share",
        "share_of_whole_space",
        "counted",
        "evidence",
        "reasons",
        "description",
        "description_share",
        "new",
        "sources",
        "text",
    )
    rows: list[list[object]] = []
    for item in answer["items"]:
        sources = ", ".join(source for gap in item["stated"] for source in gap["sources"])
        first = [item["country"], item["function"], item["share"], item["share_of_whole_space"], item["counted"], item["evidence"]]
        reasons = "; ".join(why["text"] for why in item["why"])
        for told in item["who"]:
            rows.append([*first, reasons, told["description"], told["share"], told["new"], sources, item["text"]])
    return head, rows


def coverage_rows(answer: Json) -> Rows:
    """The figures as a table: a row a figure, then a row for each group that it is sliced by."""
    head = (
        "country",
        "measure",
        "name",
        "group_of",
        "group",
        "value",
        "lower",
        "upper",
        "unknown",
        "unit",
        "of",
        "counted",
        "what",
        "numerator",
    )
    rows: list[list[object]] = []
    for item in answer["items"]:
        of = [item["unit"], item["of"]]
        first = [item["country"], item["measure"], item["name"]]
        bounds = [item["value"], item["lower"], item["upper"], item["unknown"]]
        rows.append([*first, "", "", *bounds, *of, item["counted"], item["what"], "; ".join(item["numerator"])])
        for name, shares in item["slices"].items():
            rows.extend([*first, name, word, share, None, None, None, *of, None, item["what"], ""] for word, share in shares.items())
    return head, rows


def resilience_rows(answer: Json) -> Rows:
    """The closings as a table."""
    head = ("country", "body", "name", "cause", "closes", "share", "incomplete", "functions", "capacity")
    return head, [
        [
            item["country"],
            item["body"],
            item["name"],
            item["cause"],
            ", ".join(item["closes"]),
            item["share"],
            item["incomplete"],
            "; ".join(f"{function}: {share}" for function, share in item["functions"].items()),
            "; ".join(item["capacity"]),
        ]
        for item in answer["items"]
    ]


TABLES: Mapping[str, Callable[[Json], Rows]] = {"gaps": gap_rows, "coverage": coverage_rows, "resilience": resilience_rows}
"""How each answer becomes a table."""


def summary_rows(answer: Json) -> Rows:
    """The summary of each country as a table."""
    head: Sequence[str] = tuple(answer["summary"][0]) if answer["summary"] else ()
    return tuple(head), [list(item.values()) for item in answer["summary"]]
