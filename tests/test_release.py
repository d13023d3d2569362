"""What is given away: a signed release of the directory, a package with all that it needs, a list of what it is made of."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from small_directory import write_small

from bench.vulnerabilities import judged
from cli.main import main
from pathways.format.reader import folders
from pathways.stores.bundled import bundled_root

ROOT = Path(__file__).parent.parent


def a_pair(folder, name):
    """A private and a public key, as PEM files."""
    key = Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return str(private), str(public)


@pytest.fixture
def keys(tmp_path):
    return a_pair(tmp_path, "ours")


def run(*arguments, code=0):
    done = CliRunner().invoke(main, ["release", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


def test_a_release_holds_the_bundled_files_with_their_hashes_and_its_signature_is_checked(keys, tmp_path):
    target = tmp_path / "release.zip"
    run("--key", keys[0], "-o", target, "--date", "2026-11-24")
    assert "2026-11-24, " in run("--verify", target, "--public-key", keys[1])
    with zipfile.ZipFile(target) as packed:
        said = json.loads(packed.read("MANIFEST.json"))
        there = {path.relative_to(bundled_root()).as_posix() for folder in folders(bundled_root()) for path in folder.glob("*.yaml")}
        assert set(said["files"]) == there == set(packed.namelist()) - {"MANIFEST.json"}
        assert all(hashlib.sha256(packed.read(name)).hexdigest() == digest for name, digest in said["files"].items())


def test_the_same_files_give_the_same_bytes_wherever_and_whenever(keys, tmp_path):
    first = write_small(tmp_path / "first")
    shutil.copytree(first, tmp_path / "second")
    for number, path in enumerate((tmp_path / "second").rglob("*.yaml")):
        os.utime(path, (number * 1000, number * 1000))
    for name in ("first", "second"):
        run(tmp_path / name, "--key", keys[0], "-o", tmp_path / f"{name}.zip", "--date", "2026-11-24")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def rewritten(source, target, change):
    """A release whose entries somebody has changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name, content in change({name: old.read(name) for name in old.namelist()}).items():
            new.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda files: {**files, "GB/stakeholders.yaml": files["GB/stakeholders.yaml"] + b"#"}, "GB/stakeholders.yaml is not as it was signed"),
        (lambda files: {name: content for name, content in files.items() if name != "AL/sources.yaml"}, "AL/sources.yaml is missing"),
        (lambda files: {**files, "GB/more.yaml": b""}, "GB/more.yaml is not in the manifest"),
        (lambda files: {**files, "MANIFEST.json": files["MANIFEST.json"].replace(b"2026", b"2027")}, "the signature is not one of this key"),
        (lambda files: {**files, "MANIFEST.json": b"[]"}, "MANIFEST.json is not a JSON object"),
        (lambda files: {**files, "MANIFEST.json": b"{"}, "MANIFEST.json cannot be read"),
        (lambda files: {name: content for name, content in files.items() if name != "MANIFEST.json"}, "not a release that can be read"),
    ],
)  # fmt: skip
def test_a_release_that_somebody_changed_is_refused(keys, tmp_path, change, told):
    run(write_small(tmp_path / "small"), "--key", keys[0], "-o", tmp_path / "a.zip", "--date", "2026-11-24")
    rewritten(tmp_path / "a.zip", tmp_path / "b.zip", change)
    assert told in run("--verify", tmp_path / "b.zip", "--public-key", keys[1], code=1)


def test_a_release_of_somebody_else_is_refused(keys, tmp_path):
    run(write_small(tmp_path / "small"), "--key", a_pair(tmp_path, "theirs")[0], "-o", tmp_path / "a.zip")
    assert "the signature is not one of this key" in run("--verify", tmp_path / "a.zip", "--public-key", keys[1], code=1)
    (tmp_path / "a.zip").write_bytes(b"PK" + b"x" * 100)
    assert "not a release that can be read" in run("--verify", tmp_path / "a.zip", "--public-key", keys[1], code=1)


@pytest.mark.parametrize(
    "arguments", [[], ["--verify", __file__], ["-o", "x.zip"], ["-o", "x.zip", "--key", __file__, "--verify", __file__]]
)
def test_wrong_usage_says_what_is_accepted(arguments):
    assert "--public-key FILE" in run(*arguments, code=2)
    assert "private key" in run("--key", __file__, "-o", "x.zip", code=1)


# the package --------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The package as it is built from the files that are kept in version control."""
    folder = tmp_path_factory.mktemp("wheel")
    named = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, named):
        if (ROOT / name).is_file():
            (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / "source" / name)
    made = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "wheel",
        "-q",
        ".",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        "../dist",
    ]
    for place in ("dist", "again"):
        made[-1] = f"../{place}"
        subprocess.run(made, cwd=folder / "source", check=True, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"})
        shutil.rmtree(folder / "source" / "build", ignore_errors=True)
    return folder


def test_the_same_commit_gives_the_same_package(wheel):
    one, other = (next((wheel / place).glob("*.whl")) for place in ("dist", "again"))
    assert one.name == other.name and one.read_bytes() == other.read_bytes()


def test_the_package_holds_every_file_that_the_rooms_need(wheel):
    with zipfile.ZipFile(next((wheel / "dist").glob("*.whl"))) as packed:
        inside = set(packed.namelist())
    rooms = ("pathways", "importers", "visualisations", "api", "cli")
    needed = {
        path.relative_to(wheel / "source").as_posix() for room in rooms for path in (wheel / "source" / room).rglob("*") if path.is_file()
    }
    left_out = {name for name in needed - inside if not re.search(r"README\.md$|__pycache__|\.pot$|SOURCE\.txt$", name)}
    assert left_out == set()
    assert any(name.endswith("licenses/LICENSES/EUPL-1.2.txt") for name in inside)


def test_the_package_serves_the_twelve_countries_outside_of_any_checkout(wheel, tmp_path):
    target = tmp_path / "site"
    with zipfile.ZipFile(next((wheel / "dist").glob("*.whl"))) as packed:
        packed.extractall(target)
    script = """
import sys
sys.path.insert(0, sys.argv[1])
import api, cli.main, pathways, importers, visualisations
assert all(module.__file__.startswith(sys.argv[1]) for module in (api, cli.main, pathways, importers, visualisations))
from pathlib import Path
from pathways.stores import open_store
from pathways.stores.bundled import ensure_bundled
store = open_store("sqlite:///directory.sqlite")
ensure_bundled(store)
client = api.create_app(api.Settings(home=Path("home"), writes="off"), store).test_client()
profile = {"identified_in": "GR", "age": 24, "gender": "female", "exploitation": ["sexual"]}
answers = [client.get(path) for path in ("/en/", "/el/", "/ar/", "/static/site.css", "/api/docs", "/api/v1/maps/GR?format=svg", "/api/v1/maps/GR?format=png",
           "/en/countries/GR", "/api/v1/vocabularies", "/api/v1/hsds/", "/health/ready")] + [client.post("/api/v1/pathways", json=profile)]
assert [answer.status_code for answer in answers] == [200] * 12, [(answer.request.path, answer.status_code) for answer in answers]
assert answers[-1].json["steps"]
from click.testing import CliRunner
done = CliRunner().invoke(cli.main.main, ["--store", "sqlite:///directory.sqlite", "export", "--format", "html", "--country", "GR", "-o", "GR.html"])
assert done.exit_code == 0, done.output
print("served")
"""
    done = subprocess.run([sys.executable, "-P", "-c", script, str(target)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "served\n", done.stderr[-3000:]


# what it is made of -------------------------------------------------------------------------------------------------------------------------


def test_a_package_that_nobody_looked_up_is_not_called_safe():
    found = lambda *packages: json.dumps({"dependencies": list(packages)})  # noqa: E731
    safe = {"name": "a", "version": "1", "vulns": []}
    flaw = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2"]}
    skipped = {"name": "b", "skip_reason": "not found"}
    assert judged(found(safe), "") == (0, ["1 packages, none with a known vulnerability."])
    code, lines = judged(found(safe, {**safe, "vulns": [flaw]}, skipped), "")
    assert code == 1 and lines == ["a 1: PYSEC-1 (CVE-1); mended in 2", "and 1 of 3 packages were not audited"]
    code, lines = judged(found(safe, skipped), "")
    assert code == 2 and lines[0].startswith("NOT AUDITED: the index has no advisories for 1 of 2 packages (b")
    for answer in ("", "{}", "[]", found()):
        code, lines = judged(answer, "ERROR: no route to host")
        assert code == 2 and lines[0].startswith("NOT AUDITED")


def test_every_pinned_list_has_hashes_and_names_no_index():
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,-]+\])?==\S+.*(?:\n    --hash=.*)*", text, re.MULTILINE)
        assert pinned and all("--hash=sha256:" in one for one in pinned)
        assert not re.search(r"https?://|--(?:index|find|trusted)", text)
