"""Random profiles for measuring: seeded, and mixed as cases are.

No public data set holds consents, wishes, needs or languages (`profile_crosswalk.yaml` says so), so these are drawn from shares written
down here. The shares of sex, age and exploitation follow the counted profiles of CTDC roughly: two women for each man, a third under 18
or of unknown age, sexual and labour exploitation about equal, both at once and neither known not rare.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from pathways import territories
from pathways.directory import Directory
from pathways.profile import Done, Profile

START = date(2026, 11, 24)
"""The clock of every measured case, so that a run can be repeated on any day."""

_ELSEWHERE = ("NG", "RO", "VN", "CN", "BG", "MD", "BD", "SY", "CO", "stateless")
_KINDS = ("ngo", "police", "labour-inspectorate", "health", "social-service", "asylum-authority", "border-guard", "hotline", "self")
_NEEDS = (
    "safe-accommodation",
    "medical-care",
    "psychological-care",
    "legal-counselling",
    "labour-claims",
    "compensation",
    "job-placement",
    "education",
    "interpretation",
    "asylum",
)
_DONE: dict[str, tuple[str, ...]] = {
    "recovery-and-reflection": ("reasonable-grounds-positive",),
    "assistance": ("reasonable-grounds-positive",),
    "formal-identification": ("reasonable-grounds-positive",),
    "right-to-stay": ("reasonable-grounds-positive", "confirmed"),
}


def profiles(directory: Directory, count: int, seed: int = 1) -> list[Profile]:
    """So many cases, spread over the countries of a directory."""
    chance = random.Random(seed)
    codes = list(directory.parts)
    regions = {code: _regions(directory, code) for code in codes}
    return [_profile(chance, codes, regions) for _ in range(count)]


def _regions(directory: Directory, code: str) -> list[str]:
    """The regions that some body of a country works in."""
    found = {
        place
        for body in directory.parts[code].stakeholders.values()
        for place in body.territory
        if "-" in place and territories.within(place, code)
    }
    return sorted(found) or [code]


def _profile(chance: random.Random, codes: Sequence[str], regions: dict[str, list[str]]) -> Profile:
    code = chance.choice(codes)
    region = chance.choice(regions[code])
    child = chance.random() < 0.25
    nationality = _nationality(chance, code, codes)
    wishes = _pick(chance, {"stay": 5, "return": 3, "undecided": 1, None: 3})
    stage = _pick(chance, {"detection": 12, "recovery-and-reflection": 1, "assistance": 1, "formal-identification": 1, "right-to-stay": 1})
    return Profile(
        identified_in=code,
        region=region if region != code and chance.random() < 0.6 else None,
        nationality=nationality,
        age=None if chance.random() < 0.15 else chance.randint(6, 17) if child else chance.randint(18, 60),
        age_group=_pick(chance, {"disputed": 1, "unknown": 2, None: 7}),
        signs_of_minority=_pick(chance, {True: 1, False: 1, None: 4}),
        unaccompanied=chance.random() < 0.7 if child else None,
        gender=_pick(chance, {"female": 6, "male": 3, "other": 1, None: 1}),
        exploitation=chance.choice(
            [
                ("sexual",),
                ("sexual",),
                ("labour",),
                ("labour",),
                ("sexual", "labour"),
                ("forced-criminality",),
                ("forced-begging",),
                ("domestic-servitude",),
                (),
            ]
        ),
        status=_status(chance, code, nationality),
        documents=_pick(chance, {True: 1, False: 1, None: 2}),
        detained=_pick(chance, {True: 1, False: 8, None: 6}),
        detected_by=_pick(chance, dict.fromkeys((*_KINDS, None), 1)),
        stage=stage,
        done=tuple(Done(word) for word in _DONE.get(stage, ()))
        + ((Done("best-interests-return"),) if child and wishes == "return" and chance.random() < 0.5 else ()),
        consent=_consent(chance, wishes),
        needs=tuple(chance.sample(_NEEDS, chance.choice((0, 0, 1, 2, 4)))),
        wishes=wishes,
        destination=_pick(chance, {code: 1 for code in chance.sample(list(codes), 2)} | {None: 2}) if wishes == "return" else None,
        risks=_pick(chance, {(): 5, None: 5, ("immediate-danger",): 1, ("fears-return",): 1, ("family-involved",): 1}),
        dependants=_pick(chance, {0: 4, 1: 1, None: 4}),
        vulnerabilities=_pick(chance, {(): 8, ("pregnant",): 1, ("mental-health",): 1, ("disability",): 1}),
        languages=_pick(chance, {(): 4, ("en",): 2, ("fr",): 1, ("ar",): 1, ("vi",): 1}),
        start_date=START,
    )


def _pick(chance: random.Random, shares: dict[Any, int]) -> Any:
    return chance.choices(list(shares), list(shares.values()))[0]


def _nationality(chance: random.Random, code: str, codes: Sequence[str]) -> tuple[str, ...]:
    return _pick(chance, {(): 1, (code,): 2, (chance.choice(codes),): 4, (chance.choice(_ELSEWHERE),): 6})


def _status(chance: random.Random, code: str, nationality: tuple[str, ...]) -> str | None:
    if nationality == (code,):
        return None
    return _pick(chance, {"third-country-irregular": 4, "asylum-seeker": 2, "third-country-regular": 2, "temporary-protection": 1, None: 4})


def _consent(chance: random.Random, wishes: str | None) -> dict[str, bool | None]:
    given: dict[str, bool | None] = {name: _pick(chance, {True: 4, False: 1, None: 2}) for name in ("referral", "formal_identification")}
    given["police"] = _pick(chance, {True: 2, False: 2, None: 2})
    if wishes == "return":
        given |= {name: _pick(chance, {True: 4, False: 1, None: 1}) for name in ("return", "share_data_cross_border")}
    return given
