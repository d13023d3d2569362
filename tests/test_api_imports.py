"""Partners' lists over HTTP: what is applied is what was seen, all of it can be taken back, and hostile lists are refused."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from offices import IMPORTS
from openpyxl import load_workbook
from partner_lists import a_body, a_list, bodies, imported

from api.problems import KINDS
from pathways.stores import EDIT


def code(answer):
    data = answer.get_json()
    assert answer.content_type == "application/problem+json"
    assert answer.status_code == KINDS[data["code"]].status
    return data["code"]


def test_a_list_is_tried_applied_seen_and_taken_back(office):
    told = office.tried(a_list(office.folder, bodies(3), "shelters.json"), source="our-network", author="desk 4")
    assert (told["state"], told["report"]["status"], told["file"], told["revision"]) == ("waiting", "trial", "shelters.json", None)
    assert told["report"]["changes"]["stakeholder"] == {"added": 3, "changed": 0, "withdrawn": 0}
    assert office.store.head() == 1
    done = office.step("apply", told)
    assert (done.status_code, done.get_json()["state"], done.get_json()["revision"]) == (200, "applied", 2)
    revision = office.store.history()[-1]
    assert (revision.author, revision.source, revision.layer, revision.digest) == ("desk 4", "shelters.json", "partner:our-network", told["report"]["digest"])  # fmt: skip
    assert office.web.get("/api/v1/stakeholders/us-body-1").get_json()["name"] == "Body 1", "what is served follows at once"
    assert office.web.get(f"/api/v1/revisions/{done.get_json()['revision']}").get_json()["author"] is None, (
        "who has imported is not told to everybody"
    )
    back = office.step("undo", told, author="desk 5", note="sent by mistake")
    assert (back.status_code, back.get_json()["state"]) == (200, "undone")
    assert (office.store.history()[-1].author, office.store.history()[-1].note) == ("desk 5", "sent by mistake")
    assert office.web.get("/api/v1/stakeholders/us-body-1").status_code == 404
    assert code(office.step("undo", told)) == "import-not-applicable"


def test_the_answer_to_an_upload_names_its_address_and_what_can_be_done(desk):
    answer = desk.upload(a_list(desk.folder, bodies(1)))
    told = answer.get_json()
    assert answer.headers["Location"] == f"{IMPORTS}/{told['id']}" == told["links"]["self"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"apply", "try", "matches", "report", "text", "html", "xlsx"} <= set(told["links"])
    assert "undo" not in told["links"]
    assert desk.web.get(told["links"]["self"]).get_json() == told


@pytest.mark.parametrize(("query", "fields"), [("?dry_run=false", {}), ("", {"dry_run": "false"})])
def test_a_list_is_applied_at_once_only_where_that_is_asked_for(desk, query, fields):
    assert desk.upload(a_list(desk.folder, bodies(1)), query="?dry_run=true").get_json()["state"] == "waiting"
    assert desk.upload(a_list(desk.folder, bodies(1)), query=query, **fields).get_json()["state"] == "applied"
    assert desk.store.head() == 2


def test_a_list_with_errors_is_told_and_cannot_be_applied(office):
    told = office.tried(a_list(office.folder, [*bodies(2), a_body(4, parent="us-nobody")]), dry_run="false")
    assert (told["state"], office.store.head()) == ("refused", 1)
    assert told["report"]["findings"][0]["rule"] == "no-parent"
    assert code(office.step("apply", told)) == "import-not-applicable"
    assert "apply" not in told["links"]


def test_what_the_directory_says_already_is_nothing_to_apply(desk):
    desk.applied(a_list(desk.folder, bodies(2)))
    told = desk.tried(a_list(desk.folder, bodies(2)))
    assert told["state"] == "unchanged"
    assert code(desk.step("apply", told)) == "import-not-applicable"


def test_a_trial_is_not_applied_to_a_directory_that_has_changed_since(office):
    told = office.tried(a_list(office.folder, bodies(2)))
    office.store.commit(office.store.amend(EDIT, "stakeholder", "gb-house", {"name": "Renamed"}), layer=EDIT, source="", author="ana")
    assert office.web.get(told["links"]["self"]).get_json()["state"] == "outdated"
    assert code(office.step("apply", told)) == "import-outdated"
    assert office.store.head() == 2
    assert office.step("try", told).get_json()["state"] == "waiting"
    assert office.step("apply", told).get_json()["revision"] == 3


def test_a_file_that_was_changed_on_the_disk_is_not_applied(desk):
    told = desk.tried(a_list(desk.folder, bodies(2)))
    (file,) = (desk.settings.imports / told["id"] / "file").iterdir()
    file.write_text(a_list(desk.folder, bodies(3)).read_text())
    assert code(desk.step("apply", told)) == "import-outdated"
    assert desk.store.head() == 1


def test_two_who_apply_the_same_list_write_it_once(office):
    told = office.tried(a_list(office.folder, bodies(2)))
    others = [office.restarted() for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda web: web.post(told["links"]["apply"]), others))
    assert sorted(answer.status_code for answer in answers)[0] == 200
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert office.store.head() == 2
    assert code(office.step("apply", told)) == "import-not-applicable"


def test_two_lists_that_are_applied_at_once_are_one_revision_each_or_one_hears_that_it_is_outdated(office):
    one = office.tried(a_list(office.folder, bodies(2), "one.json"), source="one")
    two = office.tried(a_list(office.folder, bodies(2, start=10), "two.json"), source="two")
    others = [office.restarted() for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda pair: pair[0].post(pair[1]["links"]["apply"]), zip(others, (one, two), strict=True)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert next(answer.get_json()["code"] for answer in answers if answer.status_code == 409) == "import-outdated"
    assert office.store.head() == 2


def test_withdrawals_are_confirmed_without_a_second_upload(desk):
    desk.applied(a_list(desk.folder, bodies(40)))
    told = desk.tried(a_list(desk.folder, bodies(20)))
    assert (told["state"], told["confirm_withdrawals"]) == ("refused", False)
    again = desk.step("try", told, confirm_withdrawals=True).get_json()
    assert (again["state"], again["confirm_withdrawals"]) == ("waiting", True)
    assert desk.step("apply", told).get_json()["report"]["changes"]["stakeholder"]["withdrawn"] == 20


def test_imports_survive_a_restart_and_are_seen_by_every_process(office):
    told = office.tried(a_list(office.folder, bodies(2)))
    other = office.restarted()
    assert other.get(told["links"]["self"]).get_json() == told
    assert other.post(told["links"]["apply"]).get_json()["state"] == "applied"
    assert office.web.get(told["links"]["self"]).get_json()["state"] == "applied"
    assert office.restarted().post(f"{told['links']['self']}/undo").get_json()["state"] == "undone"


def test_an_import_that_was_written_while_its_process_died_is_known_as_applied(office):
    told = office.tried(a_list(office.folder, bodies(2)))
    (file,) = (office.settings.imports / told["id"] / "file").iterdir()
    imported(office.store, file)  # the revision is made; whoever made it died before it could write that down
    now = office.web.get(told["links"]["self"]).get_json()
    assert (now["state"], now["revision"]) == ("applied", 2)
    assert code(office.step("apply", told)) == "import-not-applicable"
    assert office.step("undo", told).get_json()["state"] == "undone"


def test_the_lists_stand_in_a_list_in_pages(desk):
    for number in range(3):
        desk.tried(a_list(desk.folder, bodies(1), f"list-{number}.json"))
    page = desk.web.get(f"{IMPORTS}?page_size=2")
    assert (page.get_json()["total"], len(page.get_json()["items"])) == (3, 2)
    assert 'rel="next"' in page.headers["Link"]
    assert all(one["report"]["findings"] == [] for one in page.get_json()["items"])


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("json", "application/json"),
        ("text", "text/plain; charset=utf-8"),
        ("html", "text/html; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_the_whole_report_is_given_in_each_form_by_name_and_by_what_is_accepted(desk, form, media_type):
    told = desk.tried(a_list(desk.folder, bodies(150)))
    by_name = desk.web.get(f"{told['links']['self']}/report?format={form}")
    assert (by_name.status_code, by_name.content_type) == (200, media_type)
    assert by_name.headers["Content-Disposition"].startswith("attachment")
    assert b"us-body-150" in by_name.data or len(load_workbook(io.BytesIO(by_name.data))["What differs"]["A"]) > 600
    if form != "json":
        by_accept = desk.web.get(told["links"]["self"], headers={"Accept": media_type.split(";")[0]})
        assert by_accept.content_type == media_type
        assert by_accept.data == by_name.data or form == "xlsx"
    assert [path.name for path in desk.settings.imports.iterdir()] == [told["id"]], "nothing stays behind"


def test_a_report_is_limited_and_says_what_it_leaves_out(desk):
    told = desk.tried(a_list(desk.folder, bodies(100)))
    assert (len(told["report"]["differences"]), told["report"]["differences_left_out"]) == (100, 101)
    few = desk.web.get(f"{told['links']['self']}?most=3").get_json()["report"]
    assert (len(few["differences"]), few["differences_left_out"]) == (3, 198)
    assert desk.web.get(told["links"]["self"], headers={"Accept": "image/png"}).status_code == 406


def test_an_upload_is_forgotten_when_that_is_asked_for_and_the_directory_stays(desk):
    told = desk.applied(a_list(desk.folder, bodies(1)))
    assert desk.web.delete(told["links"]["self"]).status_code == 204
    assert code(desk.web.get(told["links"]["self"])) == "not-found"
    assert list(desk.settings.imports.iterdir()) == []
    assert desk.store.directory().stakeholder("us-body-1") is not None


@pytest.mark.parametrize("identity", ["0123456789abcdef", "..", "%2e%2e", "x", "0" * 16 + "/../.."])
def test_what_is_no_import_is_not_found(desk, identity):
    assert desk.web.get(f"{IMPORTS}/{identity}").status_code == 404
    assert desk.web.post(f"{IMPORTS}/{identity}/apply").status_code == 404


# what is kept on the disk -------------------------------------------------------------------------------------------------------------------


def test_only_the_services_account_can_read_what_is_kept(desk):
    told = desk.tried(a_list(desk.folder, bodies(1)))
    for path in (desk.settings.imports, *desk.settings.imports.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert told["file_kept"] is True


def test_the_list_itself_is_not_kept_once_it_is_applied(desk):
    told = desk.applied(a_list(desk.folder, [a_body(1, id="us-haven", name="Rose Haven", confidential_location=True)]))
    assert told["file_kept"] is False
    assert "Rose Haven" not in json.dumps([path.name for path in desk.settings.imports.rglob("*")])
    assert not (desk.settings.imports / told["id"] / "file").exists()
    assert code(desk.step("try", told)) == "import-not-applicable"


def test_a_list_that_speaks_of_a_victim_is_not_kept_and_not_repeated(desk):
    told = desk.tried(a_list(desk.folder, [a_body(1, note="The victim is 24 and from Nigeria.")]))
    assert (told["state"], told["file_kept"]) == ("refused", False)
    kept = b"".join(path.read_bytes() for path in desk.settings.imports.rglob("*") if path.is_file())
    assert b"Nigeria" not in kept
    assert code(desk.step("try", told)) == "import-not-applicable"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.json", "C:\\temp\\list.json", "\x00.json", ".json", "case no. 2024-117.json", "a" * 300 + ".json", "Λίστα.json"],
)
def test_the_name_of_a_file_leads_nowhere_and_tells_nothing(desk, name):
    answer = desk.upload(a_list(desk.folder, bodies(1)), name=name)
    assert answer.status_code == 201
    told = answer.get_json()
    assert told["state"] == "waiting"
    assert told["file"].endswith(".json") and len(told["file"]) <= 100
    assert not {"..", "/", "\\", "2024"} & {part for part in ("..", "/", "\\", "2024") if part in told["file"]}
    assert [path.name for path in desk.folder.rglob("passwd*")] in ([], ["passwd.json"])
    assert all(desk.settings.imports in path.parents for path in desk.folder.rglob(told["file"]) if path.parent != desk.folder)


# hostile and wrong uploads ------------------------------------------------------------------------------------------------------------------


def test_an_upload_that_is_too_large_hears_it_and_leaves_nothing(desk):
    small = type(desk.settings)(store=desk.settings.store, home=desk.settings.home, max_upload=10_000)
    from api import create_app

    web = create_app(small, desk.store).test_client()
    answer = web.post(IMPORTS, data={"file": (io.BytesIO(b"x" * 20_000), "list.json")})
    assert code(answer) == "body-too-large"
    assert list(desk.settings.imports.iterdir()) == []


def test_an_upload_may_be_larger_than_other_bodies(desk):
    path = a_list(desk.folder, [a_body(n, note="A very long note. " * 40) for n in range(1, 2000)])
    assert path.stat().st_size > 1_500_000 > desk.settings.max_body
    assert desk.tried(path)["state"] == "waiting"


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({}, "/file"),
        ({"source": "x"}, "/file"),
        ({"file": (io.BytesIO(b""), "")}, "/file"),
    ],
)
def test_an_upload_without_a_list_says_so(desk, data, wrong):
    answer = desk.web.post(IMPORTS, data=data, content_type="multipart/form-data")
    assert code(answer) == "invalid-body"
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [wrong]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", "Not A Name"),
        ("source", "../up"),
        ("format", "nonsense"),
        ("country", "us"),
        ("country", "USA"),
        ("published", "yesterday"),
        ("published", "2026-02-30"),
        ("dry_run", "maybe"),
        ("author", "x" * 81),
        ("author", "two\nlines"),
        ("colour", "red"),
    ],
)
def test_what_is_wrongly_said_of_a_list_is_named(desk, field, value):
    answer = desk.upload(a_list(desk.folder, bodies(1)), **{field: value})
    assert code(answer) == "invalid-body"
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [f"/{field}"]
    assert list(desk.settings.imports.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"{}", "application/json", "unsupported-media-type"),
        (b"file=x", "application/x-www-form-urlencoded", "unsupported-media-type"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", "bad-request"),
        (b"", "multipart/form-data; boundary=x", "invalid-body"),
        (b"--x--\r\n", "multipart/form-data", "bad-request"),
        (b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % n for n in range(50)) + b"--x--\r\n", "multipart/form-data; boundary=x", "body-too-large"),
        (b'--x\r\nContent-Disposition: form-data; name="source"\r\n\r\n' + b"a" * 600_000 + b"\r\n--x--\r\n", "multipart/form-data; boundary=x", "body-too-large"),
        (b'--x\r\nContent-Disposition: form-data; name="other"; filename="a.json"\r\n\r\n{}\r\n--x--\r\n', "multipart/form-data; boundary=x", "invalid-body"),
    ],
)  # fmt: skip
def test_what_is_no_upload_is_refused_and_leaves_nothing(desk, body, content_type, expected):
    assert code(desk.web.post(IMPORTS, data=body, content_type=content_type)) == expected
    assert list(desk.settings.imports.iterdir()) == []


def a_zip(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("bomb.zip", a_zip(a=b"0" * 50_000_000), "hostile"),
        ("up.zip", a_zip(**{"..__..__evil.csv": b"a"}), "hostile"),
        ("laughs.yaml", b"a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "hostile"),
        ("nul.csv", b"name\0,kind\n", "hostile"),
        ("line.csv", b"a" * 9_000_000, "hostile"),
        ("cut.zip", a_zip(a=b"abc" * 1000)[:60], "unreadable"),
        ("utf16.csv", "name,kind\n".encode("utf-16"), "unreadable"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n", "unreadable"),
        ("empty.csv", b"", "unreadable"),
        ("deep.json", b"[" * 100_000, "unreadable"),
        ("page.html", b"<script>alert(1)</script>", "unreadable"),
    ],
)
def test_a_hostile_list_is_refused_with_a_report(desk, name, content, rule):
    path = desk.folder / name
    path.write_bytes(content)
    told = desk.tried(path)
    assert (told["state"], told["report"]["findings"][0]["rule"]) == ("refused", rule)
    assert desk.store.head() == 1
    assert "<script>" not in desk.web.get(f"{told['links']['self']}/report?format=html").text


def test_a_mapping_comes_with_its_list(desk):
    path, mapping = desk.folder / "any.csv", desk.folder / "any.yaml"
    path.write_text("what\nHarbour Office\n")
    mapping.write_text("nonsense: true\n")
    told = desk.tried(path, mapping=mapping)
    assert (told["mapping"], told["report"]["format"]) == (True, "mapped")
    assert told["report"]["findings"][0]["file"] == "mapping.yaml"


def test_more_lists_than_can_wait_are_not_taken(desk, monkeypatch):
    monkeypatch.setattr("importers.uploads.shelf.MOST_WAITING", 2)
    first = desk.tried(a_list(desk.folder, bodies(1)))
    desk.tried(a_list(desk.folder, bodies(1)))
    assert code(desk.upload(a_list(desk.folder, bodies(1)))) == "too-many-imports"
    assert desk.web.delete(first["links"]["self"]).status_code == 204
    assert desk.tried(a_list(desk.folder, bodies(1)))["state"] == "waiting"


# taking back --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)])
def test_the_last_three_imports_of_three_sources_are_taken_back_in_any_order(desk, order):
    before = desk.store.records()
    told = [
        desk.applied(
            a_list(desk.folder, [{**body, "id": f"{body['id']}-{n}"} for body in bodies(2)], f"list-{n}.json"), source=f"source-{n}"
        )
        for n in range(3)
    ]
    for number in order:
        assert desk.step("undo", told[number]).get_json()["state"] == "undone"
    assert desk.store.records() == before


def test_the_last_three_imports_of_one_source_go_back_from_the_last_and_the_refusal_names_what_rests_on_it(office):
    before = office.store.records()
    told = [office.applied(a_list(office.folder, [a_body(n, name=f"Body {n} of {count}") for n in range(40)])) for count in "abc"]
    for number in (0, 1):
        answer = office.step("undo", told[number])
        assert code(answer) == "undo-refused"
        assert "later changed name of stakeholder us-body-" in answer.get_json()["detail"]
        assert answer.get_json()["errors"][0]["message"] == answer.get_json()["detail"].splitlines()[0]
    for one in reversed(told):
        assert office.step("undo", one).get_json()["state"] == "undone"
    assert office.store.records() == before


def test_an_import_on_which_an_edit_rests_is_not_taken_back(desk):
    told = desk.applied(a_list(desk.folder, bodies(2)))
    link = {"origin": "gb-house", "to": "us-body-2", "basis": "practice", "functions": [], "as_of": 2025, "sources": ["gb-page-2025"]}
    desk.store.commit(desk.store.amend(EDIT, "link", "gb-house--us-body-2", link, part="GB"), layer=EDIT, source="", author="ana")
    answer = desk.step("undo", told)
    assert code(answer) == "undo-refused"
    assert "gb-house--us-body-2" in answer.get_json()["detail"]


def test_an_import_that_was_taken_back_by_hand_and_given_back_is_known_as_that(desk):
    told = desk.applied(a_list(desk.folder, bodies(2)))
    desk.store.undo(2, "ana")
    assert desk.web.get(told["links"]["self"]).get_json()["state"] == "undone"
    desk.store.undo(3, "ana")
    assert desk.web.get(told["links"]["self"]).get_json()["state"] == "applied"
