"""`sinho run` as a user types it: what it prints, refuses, and leaves when it is interrupted."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from sinho.cli import app
from sinho.cli.runs import reached
from sinho.run.days import DayRun, read_run
from tests.run.test_days import content
from tests.test_cli import hear_ctrl_c

STAGES = ("plan", "orders", "slot", "sequence", "materials", "ship", "report")


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="sinho")


def asked(hub_path: Path, out: Path, *more: object) -> list[str]:
    words = ["run", hub_path, "--from", "2026-02-02", "--days", 6, "--seed", 1, "--threads", 2]
    words += ["--iterations", 20_000, "--slot-iterations", 50_000, "--out", out, *more]
    return [str(word) for word in words]


def test_a_run_is_printed_by_day_and_stage(made: DayRun, hub_path: Path, tmp_path: Path) -> None:
    result = typed(*asked(hub_path, tmp_path / "out"))
    assert result.exit_code == 0, result.output
    for stage in STAGES:
        assert re.search(rf"^{stage}\s", result.stdout, re.M)
    for date in made.sequences:
        assert str(date) in result.stdout
    assert "Every sequence keeps its hard rules" in result.stdout
    assert str(tmp_path / "out" / "report.html") in result.stdout
    before = content(made.folder)
    assert content(tmp_path / "out") == before


def test_figures_of_stages_have_units_and_gaps_in_per_cent() -> None:
    facts = {"status": "iterations", "cost": 4.3, "bound": 4.3, "gap": 1.751e-16, "seconds": 2.0}
    assert reached(facts, "M KRW") == "status all moves tried, cost 4.3 M KRW, bound 4.3, gap 0 %"
    assert reached({"gap": 0.01034}, "EUR") == "gap 1.03 %"


def test_check_says_of_a_run_what_it_is(made: DayRun) -> None:
    for path, what in ((made.folder, "the folder of a run"), (made.files["days"], "the day list")):
        result = typed("check", path)
        assert result.exit_code == 3
        assert f"this is {what}" in result.stdout
        assert result.stdout.rstrip().endswith(": 1 error")


def test_a_finished_run_is_printed_again_on_resume(made: DayRun) -> None:
    result = typed("run", "--resume", made.folder, "--json")
    found = json.loads(result.stdout)
    assert list(found["stages"]) == list(STAGES)
    assert Path(found["files"]["report"]).is_file()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run", "HUB", "--from", "2026-02"], 2, "name the folder of the run"),
        (["run", "--out", "OUT"], 2, "name the hub, or an interrupted run"),
        (["run", "HUB", "--from", "February", "--out", "OUT"], 2, "is no day or month"),
        (["run", "HUB", "--scenario", "base2", "--out", "OUT"], 2, "Did you mean 'base'?"),
        (["run", "HUB", "--from", "2027-01", "--out", "OUT"], 3, "must lie in the hub's horizon"),
        (["run", "HUB", "--days", "999", "--out", "OUT"], 3, "working days from 2026-02-01 on"),
        (["run", "HUB", "--orders", "none.csv", "--out", "OUT"], 5, "there is no such file"),
        (["run", "HUB", "--former", "OUT", "--out", "OUT"], 5, "there is no such file or folder"),
        (["run", "OUT/none", "--out", "OUT"], 5, "there is no such folder or workbook"),
        (["run", "--resume", "OUT"], 5, "there is no run in this folder"),
    ],
)
def test_what_cannot_be_run_is_refused(
    hub_path: Path, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    places = {"HUB": str(hub_path), "OUT": str(tmp_path / "out"), "OUT/none": str(tmp_path / "no")}
    result = typed(*(places.get(word, word) for word in words))
    assert result.exit_code == code, result.output
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert not (tmp_path / "out" / "run.json").exists()


def test_a_folder_that_holds_a_run_is_not_overwritten(made: DayRun, hub_path: Path) -> None:
    result = typed(*asked(hub_path, made.folder))
    assert result.exit_code == 5
    assert "--resume" in result.output
    assert "--force" in result.output


def test_a_plan_does_not_take_the_place_of_a_run(made: DayRun, hub_path: Path) -> None:
    before = (made.folder / "report.html").read_bytes()
    result = CliRunner().invoke(app, ["plan", str(hub_path), "--out", str(made.folder)])
    assert result.exit_code == 5
    assert "holds a run" in result.output
    assert (made.folder / "report.html").read_bytes() == before


def test_a_plan_does_not_put_its_workbook_among_the_tables_of_a_hub(tmp_path: Path) -> None:
    hub = tmp_path / "hub"
    CliRunner().invoke(app, ["new", str(hub)])
    before = sorted(hub.iterdir())
    result = CliRunner().invoke(app, ["plan", str(hub), "--out", str(hub)])
    assert result.exit_code == 5
    assert "holds a hub" in result.output
    assert sorted(hub.iterdir()) == before


def test_files_of_someone_else_are_not_overwritten(hub_path: Path, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine too")
    result = typed(*asked(hub_path, tmp_path))
    assert result.exit_code == 5
    text = " ".join(result.output.split())
    assert "files that are no run's, and that the run would replace: report.html" in text
    assert "--force" in text
    assert (tmp_path / "report.html").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "report.html"]


def test_faults_in_orders_leave_no_run_behind(hub_path: Path, tmp_path: Path) -> None:
    # So the same words can be typed again when the file is mended.
    file = tmp_path / "orders.csv"
    file.write_text("order,model,market,colour,wanted\n1,A,KR,pink,2026-02-05\n")
    out = tmp_path / "out"
    result = typed(*asked(hub_path, out, "--orders", file))
    assert result.exit_code == 3
    assert "orders.csv, row 2, column colour" in result.output
    assert not out.exists()


HEAD = "order,model,market,colour,wanted,fixed\n"


def fixed_orders(path: Path, days: list[str]) -> Path:
    """Write an order for each day on which one is fixed, in three colours."""
    rows = [
        f"{n},A,KR,{('white', 'black', 'red')[n % 3]},2026-02-05,{day}\n"
        for n, day in enumerate(days)
    ]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def test_too_many_fixed_orders_leave_no_run_behind(hub_path: Path, tmp_path: Path) -> None:
    # A day builds 20 cars. What it can build is known behind the plan only.
    file = fixed_orders(tmp_path / "bank.csv", ["2026-02-03"] * 22)
    out = tmp_path / "new" / "out"
    result = typed(*asked(hub_path, out, "--orders", file))
    assert result.exit_code == 3
    told = " ".join(result.output.split())
    assert "2 problems" in told
    assert "bank.csv, row 22, column fixed: the day can build 20 car equivalents" in told
    assert not out.parent.exists()
    checked = typed("orders", hub_path, "--read", file)
    assert checked.exit_code == 3
    assert "bank.csv, row 22, column fixed: the day can build 20" in " ".join(
        checked.output.split()
    )
    fixed_orders(file, ["2026-02-03"] * 20)
    assert typed("orders", hub_path, "--read", file).exit_code == 0
    words = ["--iterations", 200, "--orders", file]
    assert typed(*asked(hub_path, out, *words)).exit_code == 0


def test_a_run_that_was_to_be_replaced_stays_where_the_new_one_is_refused(
    made: DayRun, hub_path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(made.folder, out)
    before = content(out)
    file = fixed_orders(tmp_path / "bank.csv", ["2026-02-03"] * 22)
    result = typed(*asked(hub_path, out, "--force", "--orders", file))
    assert result.exit_code == 3
    assert content(out) == before
    assert json.loads((out / "run.json").read_text())["status"] == "done"


def test_an_order_that_is_fixed_outside_the_days_of_the_run_is_told(
    hub_path: Path, tmp_path: Path
) -> None:
    file = fixed_orders(tmp_path / "bank.csv", ["2026-02-03", "2026-03-03", ""])
    words = asked(hub_path, tmp_path / "out", "--orders", file)
    result = typed(*words)
    assert result.exit_code == 0, result.output
    said = "warning: 1 order is fixed outside the days of the run, 2026-02-02 to 2026-02-09, and "
    said += "not built in it: bank.csv row 3 (2026-03-03)"
    assert said in " ".join(result.output.split())
    (told,) = json.loads(typed("run", "--resume", tmp_path / "out", "--json").stdout)["warnings"]
    assert "bank.csv row 3" in told
    assert told in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    # Most days of this run have no cars at all.
    dates = pl.read_csv(tmp_path / "out" / "cars.csv")["date"].drop_nulls().unique().to_list()
    assert sorted(map(str, read_run(tmp_path / "out").sequences)) == sorted(dates)
    assert 0 < len(dates) < 6


def test_a_bank_without_orders_is_no_run(hub_path: Path, tmp_path: Path) -> None:
    file = fixed_orders(tmp_path / "head.csv", [])
    result = typed(*asked(hub_path, tmp_path / "out", "--orders", file))
    assert result.exit_code == 3
    assert "head.csv: the order bank has no orders" in result.output
    assert not (tmp_path / "out").exists()


def test_a_refused_run_leaves_no_folder_but_keeps_one_that_was_there(
    hub_path: Path, tmp_path: Path
) -> None:
    assert typed("run", hub_path, "--from", "2027-01", "--out", tmp_path / "a" / "b").exit_code == 3
    assert not (tmp_path / "a").exists()
    (tmp_path / "mine").mkdir()
    assert typed("run", hub_path, "--from", "2027-01", "--out", tmp_path / "mine").exit_code == 3
    assert list((tmp_path / "mine").iterdir()) == []


def test_options_that_contradict_the_run_are_refused_on_resume(
    made: DayRun, tmp_path: Path
) -> None:
    words = ["--days", 99, "--seed", 77, "--scenario", "none", "--out", tmp_path, "--force"]
    result = typed("run", "--resume", made.folder, *words)
    assert result.exit_code == 2
    told = " ".join(result.output.split())
    assert "--days 99 (the run has 6)" in told
    assert "--seed 77 (the run has 1)" in told
    assert "--scenario none (the run has base)" in told
    assert "--out" in told
    assert "--force (it would begin anew)" in told
    same = ["--days", 6, "--from", "2026-02-02", "--out", made.folder, "--scenario", "base"]
    assert typed("run", "--resume", made.folder, *same).exit_code == 0


def test_call_offs_of_two_runs_are_compared_by_their_folders(made: DayRun) -> None:
    result = typed("calloff", "compare", made.folder, made.folder / "calloffs")
    assert result.exit_code == 0
    assert "0 changes by day" in result.output


def test_orders_with_faults_are_refused_by_row(hub_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(
        "order,model,market,colour,options,wanted\n"
        "1,A,KR,white,roof,2026-02-10\n"
        "2,Z,KR,white,,2026-02-10\n"
        "1,A,KR,green,,2026-02-10\n",
        encoding="utf-8",
    )
    result = typed(*asked(hub_path, tmp_path / "out", "--orders", path))
    assert result.exit_code == 3
    assert "bank.csv, row 3, column model" in result.output
    assert "bank.csv, row 4" in result.output


@pytest.mark.slow
def test_on_a_terminal_each_stage_has_a_bar_and_ctrl_c_says_how_to_go_on(
    made: DayRun, hub_path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = [sys.executable, "-m", "sinho", *asked(hub_path, out, "--iterations", 2_000_000_000)]
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "40"}
    process = subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=theirs, env=env, preexec_fn=hear_ctrl_c
    )
    os.close(theirs)
    seen, limit, sent = b"", time.monotonic() + 300, False
    while time.monotonic() < limit:
        ready, _, _ = select.select([ours], [], [], 0.2)
        if ready:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            seen += part
        if not sent and b"materials" in seen:  # all bars are there
            process.send_signal(signal.SIGINT)
            sent = True
        if process.poll() is not None and not ready:
            break
    os.close(ours)
    try:
        assert process.wait(timeout=30) == 130
    finally:
        process.kill()
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", seen.decode(errors="replace"))
    for stage in STAGES:
        assert stage in text
    assert f"sinho run --resume {out}" in " ".join(text.split()).replace(" / ", "/") or (
        "--resume" in text
    )
    assert json.loads((out / "run.json").read_text())["status"] == "running"


def test_a_reader_that_has_gone_ends_a_command_quietly(made: DayRun) -> None:
    # As `| head -1` does once it has its line: what is written then finds nobody.
    why = ("why", made.folder, made.orders.table["order"][0])
    for words, stderr in ((why, False), (("trace", "--help"), False), (("run", "--nope"), True)):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [sys.executable, "-m", "sinho", *map(str, words)],
            stdout=writer,
            stderr=writer if stderr else subprocess.PIPE,
            check=False,
        )
        os.close(writer)
        assert done.returncode == 128 + signal.SIGPIPE
        assert stderr or done.stderr == b""
