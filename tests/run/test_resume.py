"""Runs that are killed at any moment and go on: nothing half, nothing twice, the same bytes."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from sinho.errors import DataError, StoreError
from sinho.hub.write import write_hub
from sinho.run.days import DayRun, read_run, resume_run, run_days
from sinho.run.state import State
from sinho.run.trace import trace_order
from tests.run.line import line_hub
from tests.run.small import parameters
from tests.run.test_commands import typed
from tests.run.test_days import content

MANY = 20


def command(made: DayRun, out: Path) -> list[str]:
    """Return the command line of the shared run, into another folder."""
    asked = made.params
    return [
        *(sys.executable, "-m", "sinho", "run", str(asked.hub), "--from", str(asked.first)),
        *("--days", str(asked.days), "--seed", str(asked.seed), "--threads", "2"),
        *("--iterations", str(asked.iterations)),
        *("--slot-iterations", str(asked.slot_iterations), "--out", str(out)),
    ]


def killed(words: list[str], out: Path, moment: float) -> None:
    """Start a command and kill it some time after its record appears."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        limit = time.monotonic() + 60
        while not (out / "run.json").exists() and process.poll() is None:
            assert time.monotonic() < limit
            time.sleep(0.01)
        time.sleep(moment)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def check_killed(made: DayRun, tmp_path: Path, seeds: range) -> None:
    """Kill a run again and again, at random moments, until it is done; compare what it leaves."""
    for seed in seeds:
        chance = random.Random(seed)
        out = tmp_path / f"run-{seed}"
        words, kills = command(made, out), 0
        while kills < 1 + seed % 3:
            killed(words, out, chance.uniform(0, 3.0))
            kills += 1
            words = [sys.executable, "-m", "sinho", "run", "--resume", str(out)]
            for path in out.rglob("*.json"):
                if not path.name.startswith("."):
                    json.loads(path.read_text(encoding="utf-8"))  # whole or not there
        subprocess.run(words, check=True, capture_output=True, timeout=120)
        assert content(out) == content(made.folder), f"kills of seed {seed}"
        assert not list(out.rglob(".*"))
        assert_once(out)
        shutil.rmtree(out)


def assert_once(out: Path) -> None:
    """Check in the log that no stage and no day was finished twice."""
    log = (out / "run.log").read_text(encoding="utf-8")
    days = Counter(re.findall(r"sequence: (\S+ \w+):", log))
    stages = Counter(re.findall(r"(\w+): done in", log))
    assert max(days.values()) == 1
    assert all(count == 1 for stage, count in stages.items() if stage != "report")


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_files(made: DayRun, tmp_path: Path) -> None:
    check_killed(made, tmp_path, range(1, 2))  # killed twice


@pytest.mark.long
@pytest.mark.skipif("long" not in os.environ.get("SINHO_REQUIRE", ""), reason="takes minutes")
def test_twenty_killed_runs_go_on_to_the_same_files(made: DayRun, tmp_path: Path) -> None:
    check_killed(made, tmp_path, range(100, 100 + MANY))


@pytest.mark.parametrize(
    "lost", ["report", "ship", "materials", "sequence", "slot", "orders", "plan"]
)
def test_a_run_without_its_later_stages_goes_on(made: DayRun, tmp_path: Path, lost: str) -> None:
    """As if it had been killed right before a stage was kept."""
    out = tmp_path / "out"
    order = ["plan", "orders", "slot", "sequence", "materials", "ship", "report"]
    without(made, out, order[order.index(lost) :])
    (out / "stages" / f".{lost}-abcdefgh").mkdir()
    resume_run(out)
    assert content(out) == content(made.folder)
    log = (out / "run.log").read_text(encoding="utf-8").split("resumed")[-1]
    done = re.findall(r"(\w+): done in", log)
    assert done == order[order.index(lost) :]


KILLED = """
import os, signal, sys
from unittest.mock import patch
from sinho.run.days import resume_run

def kill(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

with patch(sys.argv[1], kill):
    resume_run(sys.argv[2])
"""


@pytest.mark.parametrize(
    "moment",
    ["sinho.ship.yard.plan_yards", "sinho.ship.decks.plan_decks", "sinho.run.keep.write_folder"],
)
def test_a_run_killed_in_stage_ship_goes_on_to_the_same_files(
    made: DayRun, tmp_path: Path, moment: str
) -> None:
    out = tmp_path / "out"
    without(made, out, ["ship", "report"])
    child = subprocess.run([sys.executable, "-c", KILLED, moment, str(out)], timeout=120)
    assert child.returncode == -signal.SIGKILL
    assert "ship" not in State.read(out).record["stages"]
    resume_run(out)
    assert content(out) == content(made.folder)
    assert not list(out.rglob(".*"))
    log = (out / "run.log").read_text(encoding="utf-8").split("resumed", 1)[-1]
    assert re.findall(r"(\w+): done in", log) == ["ship", "report"]


def without(made: DayRun, out: Path, lost: list[str]) -> None:
    """Copy the shared run as it stood before some stages were kept."""
    shutil.copytree(made.folder, out)
    state = State.read(out)
    record = state.record
    for stage in lost:
        record["stages"].pop(stage)
        if stage != "report":
            shutil.rmtree(out / "stages" / stage)
    record["status"] = "running"
    state.write()


def test_a_finished_run_has_nothing_left_to_do(made: DayRun, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(made.folder, out)
    resume_run(out)
    assert content(out) == content(made.folder)
    assert "done in" not in (out / "run.log").read_text(encoding="utf-8").split("resumed")[-1]


def test_another_input_is_refused_by_the_tables_that_changed(made: DayRun, tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "hub"
    shutil.copytree(made.folder, out)
    write_hub(line_hub(colours=[{"colour": "white", "share": 1}]), other)
    state = State.read(out)
    record = state.record
    record["parameters"]["hub"] = str(other)
    state.write()
    with pytest.raises(DataError, match="the input changed since the run began") as caught:
        resume_run(out)
    assert [problem.where for problem in caught.value.problems] == ["table colours"]
    assert content(out) == content(made.folder)


def test_another_hub_than_that_of_the_run_is_said_to_be_another(
    made: DayRun, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(made.folder, out)
    other = write_hub(line_hub(colours=[{"colour": "white", "share": 1}]), tmp_path / "other")
    same = write_hub(line_hub(), tmp_path / "same")
    result = typed("run", other, "--resume", out)
    assert result.exit_code == 3
    said = " ".join(result.output.split())
    assert f"table colours: hub {other} is another one than that with which the run began," in said
    assert f"{made.params.hub}. Leave it out, and the run goes on with its own" in said
    assert typed("run", same, "--resume", out).exit_code == 0
    assert content(out) == content(made.folder)


def test_an_earlier_run_that_changed_is_named_once(made: DayRun, tmp_path: Path) -> None:
    first, out = tmp_path / "first", tmp_path / "out"
    shutil.copytree(made.folder, first)
    given = {"iterations": 200, "slot_iterations": 5000, "days": 2}
    later = parameters(made.params.hub, first="2026-02-03", former=str(first), **given)
    run_days(line_hub(), later, out)
    shutil.rmtree(first)
    run_days(line_hub(), parameters(**(given | {"days": 3})), first)
    result = typed("run", "--resume", out)
    assert result.exit_code == 3
    said = " ".join(result.output.split())
    assert said.count(f"earlier run {first}: the input changed since the run began.") == 1
    assert "begin a new run: in another folder, or here with --force" in said


def test_another_version_is_refused(made: DayRun, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(made.folder, out)
    state = State.read(out)
    record = state.record
    record["versions"]["numba"] = "0.1"
    state.write()
    with pytest.raises(DataError, match=r"begun with numba 0\.1"):
        resume_run(out)


def test_files_that_are_missing_are_written_again(made: DayRun, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(made.folder, out)
    (out / "report.html").unlink()
    shutil.rmtree(out / "pictures")
    assert resume_run(out).files["report"].is_file()
    assert content(out) == content(made.folder)


def test_a_finished_run_is_read_whatever_becomes_of_its_input(made: DayRun, tmp_path: Path) -> None:
    """The hub is gone, the file of orders and the earlier run too, and a library is newer."""
    hub, bank, first = (tmp_path / name for name in ("hub", "bank.csv", "first"))
    shutil.copytree(made.params.hub, hub)
    shutil.copytree(made.folder, first)
    shutil.copyfile(made.files["orders"], bank)
    asked = parameters(
        hub, first=str(made.days["date"][1]), days=3, former=str(first), orders=str(bank)
    )
    run = run_days(line_hub(), replace(asked, iterations=200), tmp_path / "out")
    shutil.rmtree(hub)
    shutil.rmtree(first)
    bank.unlink()
    state = State.read(run.folder)
    state.record["versions"]["numba"] = "0.1"
    state.write()
    back = read_run(run.folder)
    assert back.hub == run.hub
    for order in run.orders.table["order"].head(3):
        assert trace_order(back, order).record() == trace_order(run, order).record()


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    for call in (resume_run, read_run):
        with pytest.raises(StoreError, match="no run in this folder"):
            call(tmp_path)


def test_a_run_that_is_not_finished_is_not_read(made: DayRun, tmp_path: Path) -> None:
    State.begin(tmp_path, parameters(made.params.hub), {})
    with pytest.raises(StoreError, match="not finished"):
        read_run(tmp_path)


def test_a_hub_that_is_gone_is_named(made: DayRun, tmp_path: Path) -> None:
    State.begin(tmp_path, parameters(tmp_path / "gone"), {})
    with pytest.raises(StoreError, match="name it: sinho run HUB --resume"):
        resume_run(tmp_path)
