"""`pathways hsds-check`: our own API passes it, and each defect that an API can have is found where it is."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from api import Settings, create_app
from cli.main import main
from importers.conformance import Check, Report, check
from importers.conformance.client import Unreachable

MOCKS = Path(__file__).parent.parent.parent / "shared" / "samples" / "oruk-mocks"
needs_mocks = pytest.mark.skipif(not MOCKS.is_dir(), reason="the mocks of Open Referral UK are not here")
SMALL = Check(per_page=5, pages=3, items=2)
Change = Callable[[Request, Any], Any]


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """A real HTTP server on this machine; its address."""
    server = make_server("127.0.0.1", 0, application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def served(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The real application."""
    path = tmp_path_factory.mktemp("check") / "s.sqlite"
    path.write_bytes(filled.read_bytes())
    from pathways.stores import open_store

    store = open_store(f"sqlite:///{path}")
    yield create_app(Settings(store=f"sqlite:///{path}"), store)
    store.close()


def broken(application: Any, change: Change) -> Any:
    """The application with its answers changed: `change` gives the data, or an answer in place of it."""

    @Request.application
    def answer(request: Request) -> Response:
        query = request.query_string.decode()
        real = application.test_client().get(request.path + (f"?{query}" if query else ""))
        data = change(request, real.get_json())
        if isinstance(data, Response):
            return data
        return Response(json.dumps(data), status=real.status_code, content_type=real.content_type)

    return answer


def found(application: Any, change: Change) -> Report:
    with serving(broken(application, change)) as url:
        return check(f"{url}/api/v1/hsds", SMALL, timeout=10)


def in_page(path: str, edit: Callable[[Any], Any]) -> Change:
    """A change of the first thing of each page of a list."""

    def first(page: Any) -> Any:
        if isinstance(page, dict) and page.get("contents"):
            page["contents"][0] = edit(page["contents"][0])
        return page

    return lambda request, data: first(data) if request.path == f"/api/v1/hsds{path}" else data


def without(name: str) -> Callable[[Any], Any]:
    return lambda thing: {key: value for key, value in thing.items() if key != name}


def saying(**values: Any) -> Callable[[Any], Any]:
    return lambda thing: {**thing, **values}


def on(path: str, edit: Callable[[Any], Any]) -> Change:
    """A change of a whole answer of one address."""
    return lambda request, data: (
        edit(data) if request.path == f"/api/v1/hsds{path}" and isinstance(data, dict) and "code" not in data else data
    )


def test_our_own_api_passes_without_a_failure(served: Any) -> None:
    with serving(served) as url:
        report = check(f"{url}/api/v1/hsds", Check(per_page=100, pages=20, items=5))
    assert [finding for finding in report.findings if finding.severity == "failure"] == []
    assert report.version == "3.0" and all(state.endswith("there") for state in report.calls.values())
    assert report.documents > 2_000


DEFECTS: dict[str, tuple[Change, str, str]] = {
    # what the mock of Open Referral UK that must fail breaks
    "a url without its scheme": (in_page("/services", saying(url="example/counselling")), "schema", "/services"),
    "an e-mail address without @": (in_page("/services", saying(email="email-example_com")), "schema", "/services"),
    "an organization without description": (in_page("/organizations", without("description")), "schema", "/organizations"),
    "a service without name": (in_page("/services", without("name")), "schema", "/services"),
    "no profile": (on("/", without("profile")), "base", "/"),
    "total_pages that are not the items": (on("/services", saying(total_pages=3)), "paging", "/services"),
    "a last page that is none": (on("/services", saying(last_page=True)), "paging", "/services"),
    # what the one that must warn breaks
    "a size that is not that of the page": (on("/services", saying(size=4)), "paging", "/services"),
    "a term_uri that is none": (in_page("/taxonomy_terms", saying(term_uri="not a uri")), "schema", "/taxonomy_terms"),
    # and others
    "no version": (on("/", without("version")), "version", "/"),
    "another version": (on("/", saying(version="1.1")), "version", "/"),
    "a first page that is none": (on("/organizations", saying(first_page=False)), "paging", "/organizations"),
    "an empty page that is not": (on("/organizations", saying(empty=True)), "paging", "/organizations"),
    "another page than was asked for": (on("/services", saying(page_number=7)), "paging", "/services"),
    "a page without its number": (on("/services", without("page_number")), "page-field", "/services"),
    "a number that is a text": (on("/services", saying(total_items="1437")), "page-field", "/services"),
    "an id that is no UUID": (in_page("/services", saying(id="17")), "schema", "/services"),
    "the same id on every page": (in_page("/services", saying(id="1c2bf713-6ed5-5420-a0f8-cc32cd028a14")), "repeated-id", "/services"),
    "a status that is none": (in_page("/services", saying(status="open")), "schema", "/services"),
    "services that are missing": (lambda r, d: Response(status=404) if r.path.endswith("/services") else d, "missing-call", "/services"),
    "an optional call that falls over": (lambda r, d: Response(status=500) if r.path.endswith("/taxonomies") else d, "missing-call", "/taxonomies"),
    "a single service that is missing": (lambda r, d: Response(status=404) if "/services/" in r.path else d, "missing-call", "/services/{id}"),
    "a single service of another name": (lambda r, d: {**d, "name": "x"} if "/services/" in r.path and "id" in d else d, "contradiction", "/services/{id}"),
    "something for an id that is nobody's": (lambda r, d: Response("{}") if "/organizations/" in r.path and "id" not in d else d, "error-answer", "/organizations/{id}"),
    "HTML": (lambda r, d: Response("<html>", content_type="text/html") if r.path.endswith("/services") else d, "not-json", "/services"),
    "JSON that calls itself HTML": (lambda r, d: Response(json.dumps(d), content_type="text/html") if r.path.endswith("hsds/") else d, "media-type", "/"),
    "a list that is no page": (lambda r, d: Response("[]", content_type="application/json") if r.path.endswith("/taxonomies") else d, "paging", "/taxonomies"),
}  # fmt: skip


@pytest.mark.parametrize("defect", list(DEFECTS))
def test_every_defect_is_found_where_it_is(served: Any, defect: str) -> None:
    change, rule, call = DEFECTS[defect]
    report = found(served, change)
    assert (rule, call) in {(finding.rule, finding.call) for finding in report.findings if finding.severity == "failure"}
    assert report.failures > 0


def test_a_missing_description_of_a_service_is_a_warning(served: Any) -> None:
    report = found(served, in_page("/services", without("description")))
    assert any((one.severity, one.rule, one.call) == ("warning", "incomplete", "/services") for one in report.findings)
    assert report.failures == 0


@pytest.mark.parametrize("name", ["search", "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after"])
def test_a_filter_that_does_not_filter_is_found(served: Any, name: str) -> None:
    @Request.application
    def deaf(request: Request) -> Response:
        query = {key: value for key, value in request.args.items() if key != name}
        real = served.test_client().get(request.path, query_string=query)
        return Response(real.data, status=real.status_code, content_type=real.content_type)

    with serving(deaf) as url:
        report = check(f"{url}/api/v1/hsds", SMALL)
    assert f"{name} lets through what it should leave out" in {one.message for one in report.findings if one.rule == "filter"}


def test_pages_of_one_size_whatever_is_asked_are_found(served: Any) -> None:
    @Request.application
    def stubborn(request: Request) -> Response:
        query = {key: value for key, value in request.args.items() if key != "per_page"}
        real = served.test_client().get(request.path, query_string=query)
        return Response(real.data, status=real.status_code, content_type=real.content_type)

    with serving(stubborn) as url:
        report = check(f"{url}/api/v1/hsds", SMALL)
    assert "per-page" in {one.rule for one in report.findings}


def mock(folder: Path) -> Any:
    """The saved answers of Open Referral UK, each at its call."""
    files = {
        "": "api_details",
        "services": "service_list",
        "organizations": "organization_list",
        "taxonomies": "taxonomy_list",
        "taxonomy_terms": "taxonomy_term_list",
        "service_at_locations": "service_at_location_list",
    }
    one = {
        "services": "service_full",
        "organizations": "organization_full",
        "taxonomies": "taxonomy",
        "taxonomy_terms": "taxonomy_term",
        "service_at_locations": "service_at_location_full",
    }

    @Request.application
    def answer(request: Request) -> Response:
        call, _, identity = request.path.strip("/").partition("/")
        path = folder / f"{one.get(call, '') if identity else files.get(call, '')}.json"
        return Response(path.read_text(encoding="utf-8"), content_type="application/json") if path.is_file() else Response(status=404)

    return answer


@needs_mocks
def test_the_saved_answers_of_open_referral_uk_are_told_what_is_wrong_with_them() -> None:
    with serving(mock(MOCKS / "V3.0-UK-Test")) as url:
        report = check(url)
    told = {(one.rule, one.call, one.message) for one in report.findings}
    assert ("paging", "/services", "size is 31 where it would be 128") in told
    assert any(rule == "repeated-id" and call == "/services" for rule, call, _ in told)
    assert ("error-answer", "/services/{id}", "an id that is nobody's answers 200, not 404") in told
    assert ("filter", "/services", "search lets through what it should leave out") in told
    with serving(mock(MOCKS / "V3.0-UK-Default")) as url:
        other = check(url)
    assert ("paging", "/organizations", "size is 1 where it would be 10") in {(one.rule, one.call, one.message) for one in other.findings}


def test_an_answer_that_leads_to_another_host_is_not_followed() -> None:
    asked: list[str] = []

    @Request.application
    def other(request: Request) -> Response:
        asked.append(request.path)
        return Response("{}", content_type="application/json")

    with serving(other) as elsewhere, serving(Response(status=302, headers={"Location": f"{elsewhere}/"})) as url:
        report = check(url)
    assert asked == [] and report.failures


def test_the_command_tells_text_or_json_and_ends_with_1_where_something_is_broken(served: Any) -> None:
    with serving(served) as url:
        good = CliRunner().invoke(main, ["hsds-check", f"{url}/api/v1/hsds"])
        data = CliRunner().invoke(main, ["hsds-check", f"{url}/api/v1/hsds/", "--format", "json"])
    assert good.exit_code == data.exit_code == 0 and "0 failures" in good.output
    assert json.loads(data.stdout)["passed"] is True
    with serving(broken(served, on("/", without("profile")))) as url:
        bad = CliRunner().invoke(main, ["hsds-check", f"{url}/api/v1/hsds"])
    assert bad.exit_code == 1 and "failure [base] /: profile is missing" in bad.output
    assert CliRunner().invoke(main, ["hsds-check", "ftp://x"]).exit_code == 2
    nobody = CliRunner().invoke(main, ["hsds-check", url, "--timeout", "1"])
    assert nobody.exit_code == 1 and "cannot be tested" in nobody.stderr
    with pytest.raises(Unreachable):
        check(url, timeout=1)
