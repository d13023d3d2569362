"""The documentation is true: links resolve, commands and variables exist, what is shown is what comes out."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.problems import KINDS
from cli.main import main
from pathways.planner.allocation import FIELDS
from pathways.planner.rules import rules

ROOT = Path(__file__).parent.parent
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
}
README, API, PLANNER, DEVELOPMENT = (PAGES[name] for name in ("README.md", "docs/api.md", "docs/planner.md", "docs/development.md"))
ROOMS = ("pathways", "api", "cli", "importers", "visualisations")
_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"```\w*\n(.*?)```", re.DOTALL)


def _without_fences(text):
    return _FENCE.sub("", text)


def _code(text):
    """What stands between back ticks, and the lines of code blocks without their comments."""
    return [
        *_CODE.findall(_without_fences(text)),
        *(line.split(" #")[0].strip() for block in _FENCE.findall(text) for line in block.splitlines()),
    ]


def _anchors(text):
    heads = re.findall(r"^#+ (.+)$", _without_fences(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


# links ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_resolves(page):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (ROOT / page).parent / path if path else ROOT / page
        if not found.exists() or (anchor and anchor not in _anchors(found.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


def test_every_page_of_the_documentation_is_linked_from_the_readme():
    linked = set(re.findall(r"\]\((docs/[^)#]+)", README))
    assert {page for page in PAGES if page.startswith("docs/")} <= linked


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_exists(page):
    named = {
        code.split()[0]
        for code in _CODE.findall(_without_fences(PAGES[page]))
        if re.match(rf"(?:{'|'.join(ROOMS)}|docs|tests|bench)/[\w/.*-]*$", code)
    }
    assert [name for name in sorted(named) if not list(ROOT.glob(name.rstrip("/")))] == []


# commands and variables -----------------------------------------------------------------------------------------------------------------


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {(page, code.split()[1]) for page, text in PAGES.items() for code in _code(text) if re.match(r"make [a-z][\w-]*$", code)}
    assert named
    assert {(page, target) for page, target in named if target not in targets} == set()


def _invocations():
    for page, text in PAGES.items():
        for code in _code(text):
            words = (
                shlex.split(re.sub(r"^\$ ", "", code).split("#")[0], posix=True)
                if re.match(r"(\$ )?(\.venv/bin/)?pathways( |$)", code)
                else []
            )
            if len(words) > 1:
                yield page, words[1], [word for word in words[2:] if word.startswith("-") and word != "-"]


def _options(command):
    """The options of a command, and of its own commands."""
    own = {option for parameter in command.params for option in parameter.opts}
    return own.union(*map(_options, getattr(command, "commands", {}).values()))


def test_every_command_that_is_named_exists_with_its_options():
    context = main.make_context("pathways", ["--help"], resilient_parsing=True)
    shown = list(_invocations())
    assert {command for _, command, _ in shown} == set(main.list_commands(context)), "every command is in the documentation, and no other"
    for page, command, options in shown:
        assert set(options) <= _options(main.get_command(context, command)), f"{page}: pathways {command} {options}"


def test_every_option_in_the_table_of_commands_exists():
    context = main.make_context("pathways", ["--help"], resilient_parsing=True)
    rows = re.findall(r"^\| `\.venv/bin/pathways ([\w-]+)[^`]*` \| (.*) \|$", DEVELOPMENT, re.MULTILINE)
    assert len(rows) == len(main.list_commands(context))
    for command, told in rows:
        known = {option for parameter in main.get_command(context, command).params for option in parameter.opts}
        assert {option.split()[0] for option in _CODE.findall(told) if option.startswith("--")} <= known, command


def test_every_environment_variable_that_is_named_is_read_and_every_one_that_is_read_is_told():
    source = "\n".join(path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    read = set(re.findall(r"""["'](PATHWAYS_[A-Z0-9_]+)["']""", source))
    read |= set(re.findall(r"\$\{(PATHWAYS_[A-Z0-9_]+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    named = {name for text in PAGES.values() for name in re.findall(r"PATHWAYS_[A-Z0-9_]+", text)}
    assert named == read


# what is shown is what comes out ----------------------------------------------------------------------------------------------------------


def test_the_question_of_the_readme_is_its_example():
    (shown,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    assert json.loads(shown) == json.loads((ROOT / "docs/examples/puglia.json").read_text(encoding="utf-8"))


def test_the_answer_of_the_readme_is_what_the_command_prints(filled):
    (block,) = re.findall(r"```text\n\$ (.*?)```", README, re.DOTALL)
    command, *shown = block.splitlines()
    words = shlex.split(command)
    assert words[0] == ".venv/bin/pathways"
    printed = CliRunner().invoke(main, ["--store", f"sqlite:///{filled}", *words[1:-1], str(ROOT / words[-1])])
    assert printed.exit_code == 0, printed.output
    lines = iter(printed.stdout.splitlines())
    gone = [line for line in shown if line.strip() != "…" and not any(line == other for other in lines)]
    assert gone == [], (
        f"README.md shows lines that `{command}` does not print, or not in this order; run it and copy them, with … for what is left out"
    )


# pages that repeat a list of the code -------------------------------------------------------------------------------------------------------


def test_the_places_of_the_cost_are_told_in_their_order():
    assert tuple(re.findall(r"^\| \d+ \| `([a-z-]+)` \|", PLANNER, re.MULTILINE)) == FIELDS


def test_what_is_always_owed_is_told_with_its_rule():
    told = re.findall(r"^\| `([a-z-]+)`(?: \(or `([a-z-]+)`\))? \| (R\d+) \|", PLANNER, re.MULTILINE)
    assert told == [(item.function, item.otherwise or "", item.rule) for item in rules().owed]


def test_the_calls_of_the_api_are_all_told_with_their_options(app, client):
    told = dict(re.findall(r"^\| `((?:GET|POST|DELETE) \S+)` \| [^|]* \| ?([^|]*) \|$", API, re.MULTILINE))
    document = client.get("/api/v1/openapi.json").get_json()
    offered = {}
    for path, item in document["paths"].items():
        for method in ("get", "post", "delete"):
            if method in item:
                parameters = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                offered[f"{method.upper()} {path}"] = {parameter["name"] for parameter in parameters if parameter.get("in") == "query"}
    assert set(told) == set(offered)
    for call, options in told.items():
        assert set(_CODE.findall(options)) == offered[call], call


def test_the_codes_of_problems_are_all_told():
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| ([^|]*) \| ([^|]*) \|$", API, re.MULTILINE)
    assert {code: (int(status), title, meaning) for code, status, title, meaning in rows} == {
        code: (kind.status, kind.title, kind.meaning) for code, kind in KINDS.items()
    }


def test_the_invented_example_on_the_format_is_the_only_place_without_a_real_source():
    """What looks like a number to call, in the documentation, is that of the answer shown or of nobody."""
    numbers = {number for page, text in PAGES.items() if page != "README.md" for number in re.findall(r"\+\d[\d ]{7,}", text)}
    assert numbers <= {"+356 0000 0000"}
