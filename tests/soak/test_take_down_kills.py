"""A take-down and an undo that are killed a hundred times, at whatever moment: whole or not at all, and the same command ends it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

TIMES = int(os.environ.get("PATHWAYS_SOAK_KILLS", "100"))
ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from partner_lists import a_list, bodies, imported, small_store  # noqa: E402
from small_directory import close_stores, open_store  # noqa: E402

from pathways.stores.verifying import verify  # noqa: E402

BODY = "us-body-7"
SECRET = "Kestrel Lodge"
COMMANDS = {"takedown": f"cli.main.main(['--store', sys.argv[1], 'takedown', '{BODY}'])", "undo": "open_store(sys.argv[1]).undo(3, 'ana')"}
RUNNING = """
import sys
import cli.main, cli.takedown, importers.uploads.clearing, pathways.format.whole
from pathways.stores import open_store
print("begins", flush=True)
"""


def begun(url, home, command):
    """The command in a process of its own, which has loaded what it needs."""
    environment = {**os.environ, "PATHWAYS_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNING + COMMANDS[command], url], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "begins\n"
    return process


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store with the body in it, in several revisions, and the folder that it lies in."""
    folder = tmp_path_factory.mktemp("filled")
    store = small_store(folder)
    for note in ("first", "second"):
        found = bodies(1500)
        found[6] |= {"name": SECRET, "note": note}
        imported(store, a_list(folder, found))
    store.wipe()
    close_stores()
    return folder / "small.sqlite"


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_killed_at_whatever_moment_is_whole_or_not_there_and_can_be_done_again(filled, tmp_path, capsys, command):
    path, home, chance = tmp_path / "store.sqlite", tmp_path / "home", random.Random(command)
    url = f"sqlite:///{path}"

    def fresh():
        for rest in path.parent.glob("store.sqlite*"):
            rest.unlink()
        shutil.rmtree(home, ignore_errors=True)
        shutil.copyfile(filled, path)

    fresh()
    process, began = begun(url, home, command), time.monotonic()
    assert (process.communicate() and process.returncode) == 0
    took, done, not_done = time.monotonic() - began, 0, 0
    for _ in range(TIMES):
        fresh()
        process = begun(url, home, command)
        time.sleep(chance.uniform(0.0, 1.1 * took))
        process.kill()
        process.communicate()
        store = open_store(url)
        head = store.head()
        assert head in (3, 4) and store.read(verify) == []
        assert command != "takedown" or (SECRET in repr([store.records(number) for number in range(1, head + 1)])) == (head == 3)
        close_stores()
        done, not_done = done + (head == 4), not_done + (head == 3)
        if command != "undo" or head == 3:
            process = begun(url, home, command)
            assert (process.communicate() and process.returncode) == 0
        store = open_store(url)
        assert store.read(verify) == [] and store.head() == 4
        close_stores()
        if command == "takedown":
            assert all(SECRET.encode() not in file.read_bytes() for file in path.parent.glob("store.sqlite*"))
    assert done and not_done
    with capsys.disabled():
        print(f"\n{command}: killed {TIMES} times, {done} done and {not_done} not, all whole")
