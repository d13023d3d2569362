"""Early identification: the combination rule case by case, the child's rules, and that one more sign never makes less of a case."""

from __future__ import annotations

import random

import pytest

from pathways import vocabulary
from pathways.indicators import prompts
from pathways.screening import Observation, screen
from pathways.screening.combination import counts, indications
from pathways.screening.signs import is_strong, weight

IDS = tuple(prompts().indicators)
LEVELS = vocabulary.words("screening_levels")
RANDOM = [random.Random(seed) for seed in range(60)]


def of(*observed, age="adult", country="GR", own_word=None):
    return Observation(country, age, observed, own_word)


def levels(*observed, age="adult"):
    seen = of(*observed, age=age)
    return {one.exploitation: one.level for one in indications(seen.signs, seen.child)}


def element(name, *observed, age="adult", form="labour"):
    seen = of(*observed, age=age)
    (found,) = [one for one in indications(seen.signs, seen.child) if one.exploitation == form]
    return next(one for one in found.elements if one.element == name)


def test_there_are_74_prompts_and_each_names_its_sources():
    assert len(IDS) == 74
    assert all(sign.sources and sign.points_to for sign in prompts().indicators.values())


@pytest.mark.parametrize(
    ("weights", "does"),
    [
        (["strong", "strong"], True),
        (["strong", "medium"], True),
        (["strong", "weak"], True),
        (["medium", "medium", "medium"], True),
        (["medium", "medium", "weak"], True),
        (["strong"], False),
        (["medium", "medium"], False),
        (["medium", "weak", "weak"], False),
        (["weak", "weak", "weak", "weak"], False),
        (["strong", "unweighted"], False),
        ([], False),
    ],
)
def test_a_dimension_counts_by_the_published_rule_only(weights, does):
    assert counts(weights) is does


def test_an_adults_case_needs_act_means_and_exploitation():
    exploited = ("exp-hours", "exp-pay")
    forced = ("dst-violence", "dst-threats")
    assert levels(*exploited)["labour"] == "strong-sign"
    assert levels(*exploited, *forced)["labour"] == "strong-sign"  # nobody has told how she came
    assert levels(*exploited, *forced, "dec-papers")["labour"] == "elements-indicated"
    assert levels(*forced, "dec-papers", "dec-contract")["labour"] != "elements-indicated"


def test_a_childs_case_needs_no_means():
    assert levels("exp-hours", "exp-pay", "dst-moved", age="child")["labour"] == "elements-indicated"
    assert levels("exp-hours", "exp-pay", "dst-moved", age="adult")["labour"] == "strong-sign"
    assert element("means", "exp-hours", "exp-pay", age="child").state == "not-needed"


def test_any_commercial_sexual_use_of_a_child_suffices_and_is_no_sign_in_an_adult(directory):
    assert element("purpose", "chi-sex", age="child", form="sexual").state == "indicated"
    answer = screen(directory, of("chi-sex"))
    assert answer["of_a_child_only"] == ["chi-sex"]
    assert answer["indicated"] == []
    assert "age" in [item.get("question") for item in answer["next"]]


def test_a_weight_is_that_of_the_age_and_of_the_form():
    signs = prompts().indicators
    assert weight(signs["dst-threats"], False, "labour") == "medium"
    assert weight(signs["dst-threats"], True, "labour") == "strong"
    assert weight(signs["dst-threats"], None, "labour") == "strong"
    assert weight(signs["dst-forced-tasks"], False, "sexual") == "strong"
    assert weight(signs["dst-forced-tasks"], False, "labour") == "medium"
    assert weight(signs["exp-hours"], False, "sexual") == "unweighted"
    assert weight(signs["vul-past"], False, "labour") == "medium"
    assert weight(signs["oth-organ"], False, "organ-removal") == "unweighted"


def test_borrowed_weights_are_said_to_be_borrowed(directory):
    said = {one["exploitation"]: one["borrowed_weights"] for one in screen(directory, of("dec-job"))["indicated"]}
    assert said == {"labour": False, "sexual": True, "domestic-servitude": True}
    assert "borrowed-weights" in {caution["id"] for caution in screen(directory, of("dec-job"))["cautions"]}
    assert "borrowed-weights" not in {caution["id"] for caution in screen(directory, of("exp-law"))["cautions"]}


@pytest.mark.parametrize("sign", ["dst-docs", "dst-violence", "exp-hours", "oth-organ", "oth-surrogacy", "oth-online"])
def test_one_strong_sign_or_an_exploitation_itself_opens_immediate_safety(directory, sign):
    answer = screen(directory, of(sign))
    assert answer["immediate_safety"]["first"] is True
    assert sign in answer["immediate_safety"]["because"][0]["signs"]
    assert answer["next"][0]["step"] == "immediate-safety"


def test_her_own_word_opens_immediate_safety_without_any_sign(directory):
    safety = screen(directory, of(own_word=True))["immediate_safety"]
    assert (safety["first"], safety["because"]) == (True, [{"reason": "own-word", "signs": ["own_word"]}])


def test_her_own_no_takes_nothing_away(directory):
    assert screen(directory, of("dst-docs", own_word=False)) == screen(directory, of("dst-docs"))


@pytest.mark.parametrize("age", vocabulary.words("age_group"))
def test_nothing_noticed_says_nothing_and_still_names_help(directory, age):
    answer = screen(directory, of(age=age))
    assert answer["indicated"] == []
    assert [item for item in answer["next"] if "question" in item]
    assert answer["immediate_safety"]["steps"][0]["stakeholder"]["contact"]["points"]
    assert "proves-nothing" in {caution["id"] for caution in answer["cautions"]}
    assert {"no", "not-trafficked", "negative", "score", "verdict"}.isdisjoint(_words(answer))


def _words(value):
    if isinstance(value, dict):
        return {word for key, inner in value.items() for word in ({key} | _words(inner))}
    if isinstance(value, list):
        return {word for inner in value for word in _words(inner)}
    return {value} if isinstance(value, str) else set()


@pytest.mark.parametrize(
    ("age", "observed", "treated"),
    [
        ("child", (), "child"),
        ("disputed", (), "child"),
        ("adult", ("dst-docs",), "adult"),
        ("adult", ("chi-age",), "child"),
        ("unknown", (), "unknown"),
        ("unknown", ("chi-school",), "child"),
        (None, ("dst-docs",), "unknown"),
    ],
)
def test_doubt_about_age_is_a_child(directory, age, observed, treated):
    answer = screen(directory, of(*observed, age=age))
    assert answer["treated_as"] == treated
    guarded = "child-guardianship" in {
        told["function"] for told in (*answer["immediate_safety"]["steps"], *answer["immediate_safety"]["gaps"])
    }
    assert guarded is (treated == "child")
    assert ("police-is-a-choice" in {caution["id"] for caution in answer["cautions"]}) is (treated != "child")


@pytest.mark.parametrize("country", vocabulary.words("countries"))
@pytest.mark.parametrize("age", ["adult", "child"])
def test_every_country_has_a_first_contact_with_a_number_or_an_address(directory, country, age):
    answer = screen(directory, of("dst-violence", age=age, country=country))
    safety = answer["immediate_safety"]
    assert safety["emergency"]
    assert any(step["stakeholder"]["contact"].get("points") for step in safety["steps"])
    assert all(step["country"] == country for step in safety["steps"])


def test_what_was_learned_is_the_beginning_of_a_profile(directory):
    carried = screen(directory, of("dst-docs", "exp-hours", "chi-missing", age="unknown"))["profile"]
    assert carried == {
        "identified_in": "GR",
        "exploitation": ["sexual", "labour", "domestic-servitude"],
        "age_group": "unknown",
        "signs_of_minority": True,
        "documents": False,
    }
    assert screen(directory, of("pre-transport"))["profile"]["exploitation"] == []
    assert screen(directory, of("chi-age"))["profile"]["age_group"] == "disputed"


def test_signs_ask_for_help_and_not_for_a_label(directory):
    asked = {
        item["function"]: item["because"] for item in screen(directory, of("dst-docs", "dst-violence", "coe-family-threat"))["points_to"]
    }
    assert asked["travel-documents"] == ["dst-docs"]
    assert asked["medical-care"] == ["dst-violence"]
    assert "coe-family-threat" in asked["risk-assessment"]


@pytest.mark.parametrize(
    ("sign", "caution"),
    [("coe-family-threat", "no-contact-with-kin"), ("dst-illicit", "lawyer-before-police"), ("chi-sex", "child-needs-no-means")],
)
def test_a_sign_brings_its_caution(directory, sign, caution):
    assert caution in {found["id"] for found in screen(directory, of(sign, age="child"))["cautions"]}
    assert caution not in {found["id"] for found in screen(directory, of("pre-effects"))["cautions"]}


def test_every_statement_has_its_source(directory):
    answer = screen(directory, of("dst-docs", "exp-hours", age="child"))
    named = {
        source
        for part in (*answer["cautions"], *answer["next"], *answer["immediate_safety"]["emergency"])
        for source in part.get("sources", ())
    }
    assert named | {"ilo-ec-delphi", "wm-asn"} <= set(answer["sources"])
    assert all(source["title"] and source["publisher"] for source in answer["sources"].values())


def test_the_next_question_is_about_what_is_not_known(directory):
    asked = [item.get("question") for item in screen(directory, of("exp-hours", "exp-pay", "dst-docs", "dst-violence"))["next"]]
    assert "what-she-does" not in asked
    assert "free-to-leave" not in asked
    assert "how-she-came" in asked
    looked = {item["question"]: item["looks_for"] for item in screen(directory, of("exp-hours"))["next"] if "question" in item}
    assert "dec-job" in looked["how-she-came"]
    assert not {name for names in looked.values() for name in names if prompts().indicators[name].who == "child"}


def rank(answer):
    return {one["exploitation"]: LEVELS.index(one["level"]) for one in answer["indicated"]}


@pytest.mark.parametrize("chance", RANDOM)
def test_one_more_sign_never_weakens(directory, chance):
    age = chance.choice([*vocabulary.words("age_group"), None])
    country = chance.choice(vocabulary.words("countries"))
    observed = tuple(chance.sample(IDS, chance.randint(0, 9)))
    more = chance.choice([name for name in IDS if name not in observed])
    before, after = (screen(directory, of(*some, age=age, country=country)) for some in (observed, (*observed, more)))
    assert all(rank(after).get(form, -1) >= level for form, level in rank(before).items())
    assert before["immediate_safety"]["first"] <= after["immediate_safety"]["first"]
    assert {item["function"] for item in before["points_to"]} <= {item["function"] for item in after["points_to"]}
    always = {caution.id for caution in prompts().cautions if caution.when == "always"}
    assert always <= {caution["id"] for caution in after["cautions"]}


@pytest.mark.parametrize("chance", RANDOM)
def test_a_child_is_never_taken_less_seriously_than_an_adult(chance):
    observed = tuple(chance.sample(IDS, chance.randint(1, 9)))
    adult, child = (levels(*observed, age=age) for age in ("adult", "child"))
    assert all(LEVELS.index(child[form]) >= LEVELS.index(level) for form, level in adult.items())


def test_no_weight_of_a_child_is_less_than_an_adults():
    for sign in prompts().indicators.values():
        assert is_strong(sign, True) >= is_strong(sign, False), sign.id


def test_the_order_of_what_was_noticed_does_not_matter(directory):
    assert screen(directory, of("dst-docs", "exp-hours", "pre-alone")) == screen(directory, of("pre-alone", "dst-docs", "exp-hours"))


def test_prompts_that_are_wrong_are_told_by_their_line(tmp_path):
    from pathways.format import lint_indicators
    from pathways.stores.bundled import bundled_root

    text = (bundled_root() / lint_indicators.NAME).read_text(encoding="utf-8")
    folder = tmp_path / "rules"
    folder.mkdir()

    def found(old, new):
        assert old in text
        (folder / "indicators.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
        return [str(finding) for finding in lint_indicators.check(tmp_path)]

    assert found("id: dec-job", "id: dec-job") == []
    assert "stands 2 times" in found("id: dec-wages", "id: dec-job")[0]
    assert "is not accepted here" in found("noticed: asked", "noticed: heard")[0]
    assert "is not a source of this file" in found("sources: [coe-11]", "sources: [coe-99]")[0]
    assert "is not an indicator" in found("[dst-illicit, dst-peers", "[dst-nothing, dst-peers")[0]
    assert "unknown key" in found("version: 1", "version: 1\nmore: 2")[0]
    assert "names this source" in found("sources: [coe-26, dir-2011-36]", "sources: [dir-2011-36]")[0]
    assert all(line.startswith("rules/indicators.yaml:") for line in found("sources: [coe-11]", "sources: [coe-99]"))
