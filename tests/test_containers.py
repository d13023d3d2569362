"""The container files say what docs/operate.md promises; where the tools are on the machine, they are asked as well."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from neo4j_server import VERSION

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
PROXY = (ROOT / "docker" / "proxy.conf").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_there_are_neo4j_two_replicas_and_a_proxy_that_knows_both():
    assert SERVICES.keys() == {"neo4j", "api-1", "api-2", "proxy"}
    assert set(re.findall(r"server (api-\d):8000", PROXY)) == {"api-1", "api-2"}
    assert SERVICES["api-1"] == SERVICES["api-2"]


def test_neo4j_is_of_the_version_that_the_tests_run_on():
    assert SERVICES["neo4j"]["image"] == f"neo4j:{'.'.join(VERSION.split('.')[:2])}-community"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_runs_as_root_or_with_rights_and_all_are_watched(name):
    service = SERVICES[name]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["healthcheck"]["test"][0].startswith("CMD")
    assert service.get("read_only") is True or name == "neo4j"


def test_only_the_proxy_is_reached_from_outside_and_only_from_this_machine():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert SERVICES["proxy"]["ports"][0].startswith("${PATHWAYS_ADDRESS:-127.0.0.1}:")
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all(service["networks"] == ["inside"] for name, service in SERVICES.items() if name != "proxy")


def test_the_data_of_neo4j_is_in_a_volume():
    assert "neo4j-data:/data" in SERVICES["neo4j"]["volumes"]
    assert "neo4j-data" in COMPOSE["volumes"]


def test_no_password_stands_in_a_file_or_in_an_environment():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert COMPOSE["secrets"]["neo4j_password"] == {"environment": "PATHWAYS_NEO4J_PASSWORD"}
    assert SERVICES["api-1"]["environment"]["PATHWAYS_NEO4J_PASSWORD_FILE"] == "/run/secrets/neo4j_password"
    assert not any(name.endswith("PASSWORD") for service in SERVICES.values() for name in service.get("environment", {}))
    assert "${PATHWAYS_NEO4J_PASSWORD:?" in text, "without it nothing starts"


def test_a_profile_is_kept_by_the_proxy_nowhere():
    assert "access_log off" in PROXY
    assert re.search(r"client_body_buffer_size\s+5m", PROXY) and re.search(r"client_max_body_size\s+5m", PROXY), "no body goes to a file"
    assert "proxy_max_temp_file_size 0" in PROXY


def test_the_image_is_built_from_hashed_packages_and_runs_as_nobody():
    assert "--require-hashes -r requirements.txt" in DOCKERFILE
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert SERVICES["api-1"]["user"] == "10001:10001"
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {word for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]}
    assert copied <= allowed
    assert all((ROOT / name).exists() for name in copied)


def test_the_proxy_accepts_its_settings(tmp_path):
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not on this machine")
    here = PROXY.replace("api-1:", "127.0.0.1:").replace("api-2:", "127.0.0.1:").replace("/tmp/", f"{tmp_path}/")
    (tmp_path / "proxy.conf").write_text(here)
    done = subprocess.run(
        [nginx, "-t", "-e", "/dev/stderr", "-c", str(tmp_path / "proxy.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_compose_accepts_the_file():
    if shutil.which("docker") is None or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not on this machine")
    said = {**os.environ, "PATHWAYS_NEO4J_PASSWORD": "eight-or-more"}
    command = ["docker", "compose", "-f", str(ROOT / "docker-compose.yml"), "config", "--quiet"]
    assert subprocess.run(command, env=said, check=False).returncode == 0
    said.pop("PATHWAYS_NEO4J_PASSWORD")
    assert subprocess.run(command, env=said, capture_output=True, check=False).returncode != 0
