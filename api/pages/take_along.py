"""What is taken along: to be printed, as PDF or as text; one paper for the worker, one in the person's own language. Nothing is kept."""

from __future__ import annotations

from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, refresh
from werkzeug import Response as BaseResponse

from api import languages
from api.answering.answer import answer_of
from api.answering.handout import Block, for_person, for_worker
from api.answering.paper import as_pdf
from api.answering.plain import as_text
from api.asking.form import checked, read
from api.pages.ask import CONTROLS, everything
from api.pages.blueprint import pages
from api.profile import profile_of
from api.referring import pathway
from pathways.planner.rules import rules
from pathways.profile import Profile, facts
from pathways.vocabulary.labels import LANGUAGES

_CHOICES = ("take", "paper", "in", "top", "names")
"""The fields that say what is taken along: its form, for whom, in which language, what stands at the top, whether bodies are named."""


@pages.get("/take-along")
def nothing_to_take() -> BaseResponse:
    """A paper has no address of its own: whoever opens it is led to the form."""
    return redirect(url_for("pages.ask"))


@pages.post("/take-along")
def take_along() -> Response:
    """The paper for the answers of the form, as a page to be printed, as PDF or as text."""
    data = read(request.form, (*CONTROLS, *_CHOICES))
    loaded, wrong = checked(data)
    if wrong:
        return everything(data, wrong, open_all=False)
    found, profile = pathway(loaded, alternatives=0), profile_of(loaded)
    of_person = request.form.get("paper") == "person"
    if of_person and request.form.get("in") in LANGUAGES:
        g.language = request.form["in"]
        refresh()
    answer = answer_of(found, profile)
    name = gettext("Referral Pathways") if request.form.get("top") == "yes" else ""
    if of_person:
        blocks = for_person(answer, name, _holding(found, profile), facts(profile).get("is_child") is True, "names" in request.form)
    else:
        blocks = for_worker(answer, name)
    return _given(blocks, request.form.get("take", "print"))


def _holding(found: dict[str, Any], profile: Profile) -> frozenset[str]:
    """The binding rules that hold in the country and that nothing on this path breaks; of those on stay only what concerns this person."""
    rights = {right["id"].partition(".")[2] for right in found["rights"]}
    without = {finding["rule"] for finding in found["findings"]}
    without |= {"R04"} if "reflection-period" not in rights else set()
    without |= {"R11", "R13", "R17"} if "asylum" not in rights else set()
    return frozenset(name for name, rule in rules().binding.items() if profile.identified_in in rule.bound and name not in without)


def _given(blocks: list[Block], take: str) -> Response:
    language = languages.current()
    rtl = languages.direction(language) == "rtl"
    title = str(next(block.text for block in blocks if block.kind == "title"))
    if take == "pdf":
        return _file(as_pdf(blocks, title, language, rtl), "application/pdf", "paper.pdf")
    if take == "text":
        return _file(as_text(blocks, rtl).encode(), "text/plain; charset=utf-8", "paper.txt")
    return make_response(render_template("answer/print.html", title=title, blocks=blocks))


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
