"""The measures that ask of every profile: places, conditions, doors, dead ends, children, languages (1, 2, 3, 5, 6 and 9).

Each is a share of the published profiles. Lower bound: only what is certain counts. Upper bound: what the directory has not found counts as
there, save where a source says that it is absent; absent from the directory is not absent from the world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pathways.measures.analysis import Analysis
from pathways.measures.diagrams import ProfileSet
from pathways.measures.figures import Figure, Sharing, share_figure
from pathways.measures.space import Value
from pathways.measures.views import View
from pathways.model import Mandate
from pathways.planner.phrases import Phrase
from pathways.planner.rules import ACCOMMODATION, DETECTION, rules

ENFORCING = ("police", "border-guard", "immigration-authority", "prosecution")
"""The kinds of bodies that hold the door as enforcement (measure 3)."""

STARTING = ("case-registration", "preliminary-identification", "formal-identification", "victim-accreditation")
"""The functions by which a body may start identification."""

STAY = ("residence-permit", "asylum")


def assistance() -> tuple[str, ...]:
    """The functions of unconditional help that the canonical stage `assistance` owes (R01, R02)."""
    functions = rules().functions
    return tuple(name for name in rules().canonical["assistance"].functions if functions[name].help)


def place_coverage(found: Analysis, cases: Sharing | None = None) -> Figure:
    """1: who has a safe place before any decision: a body for safe accommodation that takes them as they stand at the entry."""
    view, entry = found.published, found.at_entry()
    some, sure, houses = found.none, found.none, list[str]()
    rule = rules().functions["safe-accommodation"]
    for mandate in found.held("safe-accommodation"):
        fits = entry.fits(mandate, rule.consent, rule.takes)
        some, sure = some | fits.some, sure | fits.sure
        if fits.some & view.within:
            houses.append(mandate.holder)
    return share_figure(
        1,
        "place-coverage",
        Phrase("have a body for safe accommodation that admits them before any decision"),
        view,
        some,
        found.space.universe.all,
        certain=sure,
        possible=~found.stated_absent("safe-accommodation"),
        numerator=_once(houses),
        cases=cases,
    )


def conditional_mandates(found: Analysis) -> Figure:
    """2, first part: mandates of assistance that nobody enters who has not been to the police and is not yet identified."""
    entry, refusing = found.at_entry(), found.truths.is_("consent.police", False)
    held = found.held(*assistance())
    functions = rules().functions
    waiting = [m for m in held if not entry.fits(m, functions[m.function].consent, functions[m.function].takes, refusing).some]
    share = len(waiting) / len(held) if held else None
    return Figure(
        2,
        "conditional-mandates",
        Phrase("mandates of assistance that wait for cooperation, a complaint or a decision on her status"),
        found.part.code,
        share,
        share,
        share,
        of=Phrase("mandates of assistance"),
        numerator=tuple(sorted(mandate.id for mandate in waiting)),
    )


def conditionality(found: Analysis) -> Figure:
    """2, second part: who reaches no assistance although she refuses the police."""
    view = _but(found.published, police="no")
    reached = found.outcome.served(*assistance())
    return share_figure(
        2,
        "assistance-without-police",
        Phrase("reach assistance where they refuse the police"),
        view,
        reached,
        found.space.universe.all,
        certain=_certain(found, assistance()),
        possible=~_absent(found, assistance()),
    )


def stay_without_police(found: Analysis) -> Figure:
    """2, third part: who wishes to stay, has no secured stay, refuses the police, and has a ground for a right to stay or a claim all the
    same."""
    view = _but(found.published, police="no")
    asking = found.truths.is_("wishes", "stay") & found.truths.is_("stay_secured", False)
    return share_figure(
        2,
        "stay-without-police",
        Phrase("have a ground to stay where they refuse the police, of those who wish to stay and have no right to"),
        view,
        found.outcome.served(*STAY),
        asking,
        certain=_certain(found, STAY),
        possible=~_absent(found, STAY),
    )


def identification_without_enforcement(found: Analysis) -> Figure:
    """3, second part: whose identification somebody else than enforcement decides."""
    outcome = found.without(_enforcement(found))
    deciders = sorted(
        {m.holder for m in found.held("formal-identification") if m.holder not in _enforcement(found) and not m.law_enforcement}
    )
    return share_figure(
        3,
        "identification-without-enforcement",
        Phrase("are identified by a body that is not police, border guard, immigration or prosecution"),
        found.published,
        outcome.served("formal-identification"),
        found.space.universe.all,
        certain=outcome.certain.get("formal-identification", found.none),
        possible=~found.stated_absent("formal-identification"),
        numerator=deciders,
    )


def _enforcement(found: Analysis) -> frozenset[str]:
    """The bodies that hold the door as enforcement: by their kind, or since they act in nothing but the criminal case."""
    return frozenset(body.id for body in found.part.stakeholders.values() if body.kind in ENFORCING or _enforces(body.mandates))


def doors(found: Analysis, cases: Sharing | None = None) -> Figure:
    """3: who finds a way from the first contact to assistance where police, border guard, immigration and prosecution are not there."""
    closed = _enforcement(found)
    outcome, view = found.without(closed), found.published
    reached = outcome.served(*DETECTION) & outcome.served(*assistance())
    certain = outcome.served(*DETECTION) & found.space.universe.union(outcome.certain.get(name, found.none) for name in assistance())
    starters = sorted({m.holder for m in found.held(*STARTING) if m.holder not in closed and not m.law_enforcement})
    return share_figure(
        3,
        "doors-without-enforcement",
        Phrase("find a first contact and assistance without police, border guard, immigration or prosecution"),
        view,
        reached,
        found.space.universe.all,
        certain=certain,
        possible=~_absent(found, assistance()),
        numerator=starters,
        cases=cases,
    )


def continuity(found: Analysis, cases: Sharing | None = None) -> Figure:
    """5: whose path has no dead end: no stage that they enter and where nobody takes a step, no stay that ends before another starts."""
    view, dead = found.published, dead_ends(found)
    stuck = found.space.universe.union(dead.values())
    stated = found.space.universe.union(
        profiles & found.stated_absent(function) for (function, _, _), profiles in found.outcome.gaps.items()
    )
    lines = [f"{name}: {view.share(profiles):.1%}" for name, profiles in sorted(dead.items()) if view.share(profiles)]
    return share_figure(
        5,
        "continuity",
        Phrase("have a path without a dead end"),
        view,
        ~stuck,
        found.space.universe.all,
        possible=~stated,
        numerator=lines,
        cases=cases,
    )


def dead_ends(found: Analysis) -> dict[str, ProfileSet]:
    """Where paths die, and whose: a stage that is entered, of whose functions none is a step and some is a gap; a reflection period after
    which no ground for a stay can start."""
    outcome, union = found.outcome, found.space.universe.union
    ends: dict[str, ProfileSet] = {}
    served = {function: outcome.served(function) for function, _, _ in outcome.steps}
    for stage in found.part.stages:
        entered = outcome.entered.get(stage.id)
        if entered is None:
            continue
        functions = stage.functions or rules().canonical[stage.canonical].functions
        gaps = union(profiles for (_, name, _), profiles in outcome.gaps.items() if name == stage.id)
        ends[stage.id] = (entered & gaps) - union(served.get(function, found.none) for function in functions)
    wishing = found.truths.is_("wishes", "stay") & found.truths.is_("stay_secured", False)
    ends["stay after reflection"] = (wishing & served.get("reflection-period", found.none)) - outcome.served(*STAY)
    return {name: profiles for name, profiles in ends.items() if profiles}


def children(found: Analysis, cases: Sharing | None = None) -> list[Figure]:
    """6: the children who have a guardian where they need one, and a place to live that is there for children; then those whose age is
    disputed, and those of 17."""
    age, level = found.space["age"], found.space.level["age"]
    child = found.truths.is_("is_child", True)
    disputed = found.space.universe.where(level, age.of(lambda value: value.name == "disputed"))
    seventeen = found.space.universe.where(level, age.of(lambda value: value.name == "17 years"))
    right, certain = _right_for_a_child(found)
    absent = found.stated_absent("child-guardianship") | found.stated_absent("safe-accommodation")
    return [
        share_figure(
            6,
            name,
            Phrase("%(who)s have a guardian where they need one, and a place to live for children", who=who),
            found.published,
            right,
            group,
            certain=certain,
            possible=~absent,
            cases=cases,
        )
        for name, who, group in (
            ("child-correctness", Phrase("children"), child),
            ("child-correctness-disputed", Phrase("people whose age is disputed"), disputed),
            ("child-correctness-17", Phrase("children of 17"), seventeen),
        )
    ]


def _right_for_a_child(found: Analysis) -> tuple[ProfileSet, ProfileSet]:
    """Who has a guardian or needs none, and a place for children: at all, and for certain."""
    found.at_entry()
    outcome, finding = found.outcome, found.at_entry()
    needs = found.truths.is_("guardian_needed", True)
    guarded = ~needs | outcome.served("child-guardianship")
    surely = ~needs | outcome.certain.get("child-guardianship", found.none)
    own, sure = found.none, found.none
    for function in ACCOMMODATION:
        for mandate in found.held(function):
            taken = outcome.takers.get((function, mandate.id), found.none) - finding.not_for_children(mandate)
            own |= taken
            sure |= taken & outcome.certain.get(function, found.none)
    return guarded & own, surely & sure


def languages(found: Analysis, cases: Sharing | None = None) -> Figure:
    """9: who shares a language with the country, or has an interpreter on the path."""
    view = found.published
    outcome = found.outcome
    shares = found.truths.is_("interpreter_needed", False)
    known = shares | found.truths.is_("interpreter_needed", True)
    speakers = sorted({body.id for body in found.part.stakeholders.values() if set(body.languages) - set(found.part.country.languages)})
    return share_figure(
        9,
        "language",
        Phrase("share a language with the country, or have an interpreter on the path"),
        view,
        shares | outcome.served("interpretation"),
        known,
        certain=shares | outcome.certain.get("interpretation", found.none),
        possible=~found.stated_absent("interpretation"),
        numerator=speakers,
        cases=cases,
    )


def languages_throughout(found: Analysis, cases: Sharing | None = None) -> Figure:
    """9, second part: for whom every step after the first contact can be taken by a body that works in their language, where no interpreter
    is on the path.

    Of a body that says nothing of its languages only those of the country are known.
    """
    outcome, space, view = found.outcome, found.space, found.published
    level, dimension = space.level["languages"], space["languages"]
    understood = found.truths.is_("interpreter_needed", False)
    for index in sorted(view.present(level)):
        speaking = {word for value in dimension.members(index) for word in value.says.get("languages", ())}
        group = space.universe.where(level, [index]) - understood
        for function in dict.fromkeys(name for name, _, _ in outcome.steps if name not in DETECTION):
            group -= outcome.served(function) - _taken_in(found, function, speaking)
        understood |= group
    return share_figure(
        9,
        "language-throughout",
        Phrase("have an interpreter on the path, or a body that works in their language for every step after the first contact"),
        view,
        understood | outcome.served("interpretation"),
        found.truths.is_("interpreter_needed", False) | found.truths.is_("interpreter_needed", True),
        certain=understood | outcome.certain.get("interpretation", found.none),
        possible=~found.stated_absent("interpretation"),
        numerator=_once(holder for holder in _on_paths(found) if found.part.stakeholders[holder].languages),
        cases=cases,
    )


def _taken_in(found: Analysis, function: str, speaking: set[str]) -> ProfileSet:
    """Whose step for a function a body could take that says that it works in a language."""
    mandates = {mandate.id: mandate for mandate in found.part.performs.get(function, ())}
    return found.space.universe.union(
        profiles
        for (name, identity), profiles in found.outcome.takers.items()
        if name == function and not speaking.isdisjoint(found.part.stakeholders[mandates[identity].holder].languages)
    )


def access(found: Analysis) -> list[Figure]:
    """9, last part: of the bodies that could take a step of the published profiles, how many say in which languages they work, and how many
    say how people with a disability reach and use them. The directory has no field for the second: no text that was read says it."""
    bodies = _on_paths(found)
    told = [body for body in bodies if found.part.stakeholders[body].languages]
    share = len(told) / len(bodies) if bodies else None
    of, code = Phrase("bodies that could take a step"), found.part.code
    return [
        Figure(9, "languages-stated", Phrase("say in which languages they work"), code, share, share, 1.0, of=of, numerator=tuple(told)),
        Figure(9, "disability-access", Phrase("say how people with a disability reach and use them"), code, None, 0.0, 1.0, of=of),
    ]


def _on_paths(found: Analysis) -> list[str]:
    """The bodies that could take a step of somebody who counts."""
    holders = {mandate.id: mandate.holder for body in found.part.stakeholders.values() for mandate in body.mandates}
    taken = (holders[identity] for (_, identity), profiles in found.outcome.takers.items() if profiles & found.published.within)
    return _once(body for body in taken if body not in found.hidden)


def _but(view: View, **said: str) -> View:
    """A view with other values for some dimensions."""
    return View(view.name, view.space, {**view.counts, **{name: _named(word) for name, word in said.items()}})


def _named(word: str) -> Callable[[Value], bool]:
    return lambda value: value.name == word


def _certain(found: Analysis, functions: Iterable[str]) -> ProfileSet:
    return found.space.universe.union(found.outcome.certain.get(name, found.none) for name in functions)


def _absent(found: Analysis, functions: Iterable[str]) -> ProfileSet:
    """For whom every one of some functions is said to be missing."""
    missing = found.space.universe.all
    for function in functions:
        missing &= found.stated_absent(function)
    return missing


def _enforces(mandates: Iterable[Mandate]) -> bool:
    held = list(mandates)
    return bool(held) and all(mandate.law_enforcement for mandate in held)


def _once(names: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(names))
