"""What a person is told beside the steps: her rights, emergency numbers, whom to turn to in the country of return, and broken norms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pathways.directory import Part
from pathways.eligibility import Fit
from pathways.model import Mandate, Requirement
from pathways.planner.cases import Cases
from pathways.planner.mechanism import placeholder
from pathways.planner.outcome import Route
from pathways.planner.phrases import Phrase, Several, Word, country_word
from pathways.planner.prepared import Json
from pathways.planner.rules import rules
from pathways.planner.slots import Candidate, Finder, Slot
from pathways.planner.steps import Writing
from pathways.planner.transnational import Leg
from pathways.visibility import body_summary, is_seen


def emergency(writing: Writing, part: Part) -> list[Json]:
    """The emergency numbers of a country, with their sources."""
    return [
        {"number": e["number"], "what": e["what"], "as_of": e["as_of"], "sources": writing.cite(e["sources"])}
        for e in part.country.emergency
    ]


def rights_of(writing: Writing, route: Route) -> list[Json]:
    """What the country owes or offers her: reflection period, rights to stay, the link with asylum, compensation, for a child the child's
    rules."""
    case, part = route.case, route.part
    blocks: Any = part.country.mechanism
    found = []
    secured = case.facts.facts.get("nationality_group", frozenset()) & {"own"}
    reflection = blocks["reflection_period"]
    if not secured and reflection.get("conditions"):
        text = reflection["conditions"] + (f" ({reflection['legal_basis']})" if reflection.get("legal_basis") else "")
        found.append(_right("reflection-period", text, reflection, part))
    for permit in part.permits:
        if not secured and case.facts.truth(permit.when) is not False:
            found.append({"id": permit.id, "text": permit.text, "sources": list(permit.sources)})
    if not secured and blocks["asylum_link"].get("how", blocks["asylum_link"].get("note")):
        found.append(_right("asylum", blocks["asylum_link"].get("how") or blocks["asylum_link"]["note"], blocks["asylum_link"], part))
    found.append(_right("compensation", blocks["compensation"]["scheme"], blocks["compensation"], part))
    if case.facts.facts.get("is_child") is True:
        found.append(_right("child-guardian", blocks["children"]["guardian"], blocks["children"], part))
        found.append(_right("child-placement", blocks["children"]["placement"], blocks["children"], part))
    for right in found:
        writing.cite(right["sources"])
    return found


def _right(name: str, text: str, block: Any, part: Part) -> Json:
    return {"id": f"{part.code.lower()}.{name}", "text": text, "sources": list(block.get("sources", ()))}


def contacts_on_return(writing: Writing, cases: Cases, destination: str | None, route: Route) -> list[Json]:
    """Bodies that can help her in the country of return, with their numbers (CETS 197 art. 16(6)); none where the country is not in the
    directory."""
    part = writing.directory.parts.get(destination or "")
    if part is None:
        return []
    case = route.case if part is route.part else cases.there(part, route.case.facts.facts)
    finder = Finder(part, case)
    found: dict[str, Json] = {}
    for function in rules().contacts_on_return:
        rule = rules().functions[function]
        takers = finder.search(rule, placeholder(part, rule.home)).takers
        best = sorted(
            (c for c in takers if is_seen(c.body, writing.viewer) and c.body.kind not in ("police", "border-guard")),
            key=lambda c: (not c.sure, c.misfit, c.doubt, c.mandate.id),
        )[:2]
        for candidate in best:
            entry = found.setdefault(
                candidate.body.id, {**body_summary(writing.directory, candidate.body, writing.viewer), "functions": [], "sources": []}
            )
            entry["functions"] = list(dict.fromkeys([*entry["functions"], function]))
            entry["sources"] = writing.cite([*entry["sources"], *candidate.mandate.sources])
            entry["contact"] = writing.contact(candidate.body, case)
    return list(found.values())


def findings_of(
    writing: Writing, route: Route, leg: Leg | None, slots: Sequence[Slot], chosen: Sequence[Candidate], contacts: Sequence[Json]
) -> list[Json]:
    """The binding rules that the country's real rule breaks on this path."""
    part = route.part
    broken: dict[str, str] = {}
    unmet = {item.function for item in (*route.unmet, *(leg.unmet if leg else ()))}
    for slot, candidate in zip(slots, chosen, strict=True):
        body, function = writing.name(candidate.body), Word("functions", slot.function)
        if (
            rules().functions[slot.function].help
            and slot.function not in _IN_PROCEEDINGS
            and asks_cooperation(candidate.mandate, candidate.case.requirements)
        ):
            text = Phrase("%(body)s asks for cooperation or a complaint before it gives %(function)s", body=body, function=function)
            broken.setdefault("R01", text)
        if rules().functions[slot.function].help and "formal-identification" in candidate.mandate.requires:
            broken.setdefault("R02", Phrase("%(body)s gives %(function)s only after the formal decision", body=body, function=function))
    for mandate in _kept_out(route):
        text = Phrase(
            "%(body)s asks for cooperation or a complaint before it gives %(function)s: routed around",
            body=writing.name(part.stakeholders[mandate.holder]),
            function=Word("functions", mandate.function),
        )
        broken.setdefault("R01", text)
    _reflection(part, unmet, broken)
    _permits(route, broken)
    if "child-guardianship" in unmet:
        country = country_word(part.code, part.country.name)
        broken.setdefault("R09", Phrase("no guardian is known in %(country)s for this child", country=country))
    if leg is not None:
        if any(item.function == "return-risk-assessment" and item.why.code == "nobody-for-this-case" for item in leg.unmet):
            broken.setdefault("R12", Phrase("no body that assesses the risk of return together with the other side is known"))
        if not contacts:
            broken.setdefault("R15", Phrase("no contacts in the country of return are known to the directory"))
    if not part.performs.get("transnational-contact-point") or part.country.mechanism["formal_nrm"]["exists"] is not True:
        broken.setdefault("R16", _focal_point(part))
    return [
        {
            "rule": name,
            "text": Phrase("%(rule)s. Here: %(breach)s", rule=rules().binding[name].text, breach=text),
            "norms": list(rules().binding[name].norms),
        }
        for name, text in sorted(broken.items())
        if part.code in rules().binding[name].bound
    ]


def _kept_out(route: Route) -> list[Mandate]:
    """Help that would serve this case but for the cooperation that it asks for."""
    unmet = {item.function for item in route.unmet}
    return [
        miss.mandate
        for function, rule in rules().functions.items()
        if rule.help and function in unmet and function not in _IN_PROCEEDINGS
        for miss in route.finder.misses(rule)
        if miss.judgement.fit is Fit.BLOCKED and asks_cooperation(miss.mandate, route.part.requirements)
    ]


def asks_cooperation(mandate: Mandate, requirements: Mapping[str, Requirement]) -> bool:
    """Whether a mandate requires, by its country's words, something that only cooperation, a complaint or proceedings meet."""
    words = (requirements[word] for word in mandate.requires)
    return any(w.meets is not None and not w.or_else and w.meets.facts <= _COOPERATION for w in words)


_COOPERATION = frozenset({"cooperation", "complaint", "criminal_proceedings"})
_IN_PROCEEDINGS = frozenset({"legal-representation", "legal-aid-eligibility"})
"""Help that supposes proceedings by its nature."""


def _reflection(part: Part, unmet: set[str], broken: dict[str, str]) -> None:
    least = part.country.mechanism["reflection_period"].get("min_days")
    if least is not None and least < 30:
        broken.setdefault("R04", Phrase("the period may be as short as %(days)s days", days=str(least)))
    elif "reflection-period" in unmet:
        broken.setdefault("R04", Phrase("no reflection period is reached on this path"))


def _permits(route: Route, broken: dict[str, str]) -> None:
    permits = route.part.permits
    if (
        permits
        and all(p.shown.get("requires_cooperation") == "yes" for p in permits)
        and any(i.function == "residence-permit" for i in route.unmet)
    ):
        broken.setdefault("R06", Phrase("every right to stay that is known asks for cooperation"))


def _focal_point(part: Part) -> str:
    missing: list[str] = []
    if not part.performs.get("transnational-contact-point"):
        missing.append(Phrase("no focal point for cross-border referral is named in what was read"))
    exists = part.country.mechanism["formal_nrm"]["exists"]
    if exists is not True:
        missing.append(Phrase("no formal mechanism is in force") if exists is False else Phrase("the mechanism is only partly in force"))
    return Several(missing, "; ")
