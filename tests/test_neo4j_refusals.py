"""What is wrong with a server, or on the way to it, is said in one clear line."""

from __future__ import annotations

import http.server
import threading

import pytest
from neo4j import GraphDatabase
from neo4j_server import GivenServer, Server, free_port
from small_directory import close_stores, open_store

from pathways.stores import StoreError
from pathways.stores.neo4j import Address
from pathways.stores.neo4j.refusals import check_version

pytestmark = pytest.mark.xdist_group("neo4j")


@pytest.fixture(autouse=True)
def _closing():
    yield
    close_stores()


def refusal(url):
    """What is said when a store is opened."""
    with pytest.raises(StoreError) as refused:
        open_store(url)
    assert "\n" not in str(refused.value)
    return str(refused.value)


# addresses -----------------------------------------------------------------------------------------------------------------------------


def test_an_address_is_read_from_url_and_environment():
    address = Address.read("neo4j+s://db.example.org/directory", {"PATHWAYS_NEO4J_USER": "api", "PATHWAYS_NEO4J_PASSWORD": "s3cret"})
    assert (address.uri, address.database, address.user, address.password) == (
        "neo4j+s://db.example.org:7687",
        "directory",
        "api",
        "s3cret",
    )
    assert Address.read("bolt://127.0.0.1", {}).database is None
    assert Address.read("bolt://[::1]:7688", {}).uri == "bolt://[::1]:7688"


def test_an_account_in_the_url_goes_before_the_environment():
    address = Address.read("bolt://ana:a%2Fb@host", {"PATHWAYS_NEO4J_USER": "api", "PATHWAYS_NEO4J_PASSWORD": "s3cret"})
    assert (address.user, address.password) == ("ana", "a/b")


def test_a_password_may_stand_in_a_file(tmp_path):
    (tmp_path / "password").write_text("from-a-file\n")
    assert Address.read("bolt://host", {"PATHWAYS_NEO4J_PASSWORD_FILE": str(tmp_path / "password")}).password == "from-a-file"
    with pytest.raises(StoreError, match="PATHWAYS_NEO4J_PASSWORD_FILE"):
        Address.read("bolt://host", {"PATHWAYS_NEO4J_PASSWORD_FILE": str(tmp_path / "none")})


def test_a_password_is_never_shown():
    address = Address.read("bolt://ana:s3cret@host/x", {})
    assert "s3cret" not in f"{address} {address!r} {address.uri}"
    with pytest.raises(StoreError) as refused:
        Address.read("bolt://ana:s3cret@host:none/x", {})
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["neo4j://", "bolt:///x", "neo4j+ssc://host", "bolt://host:99999", "bolt://host/a/b", "neo4j://host?routing=1"]
)
def test_another_address_is_refused_with_what_is_accepted(url):
    with pytest.raises(StoreError, match=r"accepted is .*bolt"):
        open_store(url)


# servers -------------------------------------------------------------------------------------------------------------------------------


def test_a_wrong_password(neo4j, neo4j_url, monkeypatch):
    monkeypatch.setenv("PATHWAYS_NEO4J_PASSWORD", "wrong")
    assert "refuses the user 'neo4j': the name or the password is wrong (PATHWAYS_NEO4J_USER, PATHWAYS_NEO4J_PASSWORD)" in refusal(
        neo4j_url
    )


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_wrong_database(neo4j_url, scheme):
    assert "has no database 'nowhere'" in refusal(neo4j_url.replace("bolt", scheme) + "/nowhere")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s", "neo4j+s"])
def test_no_server(scheme, monkeypatch):
    monkeypatch.setenv("PATHWAYS_NEO4J_PASSWORD", "x")
    assert "cannot be reached: Connection refused" in refusal(f"{scheme}://127.0.0.1:{free_port()}")


def test_no_such_host():
    assert "cannot be reached" in refusal("bolt://no-such-host.invalid")


@pytest.mark.parametrize("scheme", ["bolt", "bolt+s"])
def test_a_server_of_something_else(scheme):
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        told = refusal(f"{scheme}://127.0.0.1:{other.server_port}")
        other.shutdown()
    assert ("does not answer as a Neo4j server does" if scheme == "bolt" else "does not speak TLS") in told


@pytest.mark.parametrize("agent", ["Neo4j/4.4.40", "Neo4j/5.25.1", "Memgraph/2.0", ""])
def test_a_server_that_is_too_old(agent):
    with pytest.raises(StoreError, match=r"5\.26 or newer is needed"):
        check_version(agent, Address.read("bolt://host", {}))


@pytest.mark.parametrize("agent", ["Neo4j/5.26.0", "Neo4j/5.27-aura", "Neo4j/2025.10.1"])
def test_a_server_that_is_new_enough(agent):
    check_version(agent, Address.read("bolt://host", {}))


def test_a_certificate_that_is_not_trusted_and_one_that_is(neo4j: Server, neo4j_url, monkeypatch):
    if isinstance(neo4j, GivenServer):
        pytest.skip("a given server has a certificate of its own, or none")
    secure = neo4j_url.replace("bolt", "bolt+s")
    assert "shows a certificate that is not trusted" in refusal(secure)
    monkeypatch.setenv("PATHWAYS_NEO4J_CA", str(neo4j.certificate))
    for scheme in ("bolt+s", "neo4j+s"):
        store = open_store(neo4j_url.replace("bolt", scheme))
        assert store.head() == 0


# databases -----------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def cypher(neo4j):
    with GraphDatabase.driver(neo4j.url, auth=(neo4j.user, neo4j.password)) as driver:
        yield driver.execute_query


def test_a_database_of_a_newer_release(neo4j_url, cypher):
    open_store(neo4j_url)
    cypher("MATCH (d:Directory) SET d.version = 99")
    assert "newer release (version 99" in refusal(neo4j_url)


def test_a_database_of_something_else_is_left_alone(neo4j_url, cypher):
    cypher("MATCH (n) DETACH DELETE n")
    cypher("CREATE (:Song {name: 'x'})")
    assert "a database of something else" in refusal(neo4j_url)
    assert cypher("MATCH (n) RETURN labels(n)").records[0].value() == ["Song"]
    cypher("MATCH (n) DETACH DELETE n")
    assert open_store(neo4j_url).head() == 0


def test_a_store_that_is_closed(neo4j_url):
    store = open_store(neo4j_url)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.head()


def test_a_store_whose_root_is_gone(neo4j_url, cypher):
    store = open_store(neo4j_url)
    cypher("MATCH (n) DETACH DELETE n")
    for ask in (store.records, store.head):
        with pytest.raises(StoreError, match="has lost its directory"):
            ask()
