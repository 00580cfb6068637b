"""The call-offs of a run: what is not sent hinders nothing else, and numbers count on."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from sinho.hub.write import write_hub
from sinho.run.days import DayRun, run_days
from sinho.run.former import next_number
from sinho.run.report import not_sent
from tests.materials.directory import checked
from tests.run.asked import parameters
from tests.run.line import line_hub
from tests.run.test_commands import typed

FILES = ("cars.csv", "days.xlsx", "report.html", "run.json")


def test_a_supplier_that_edifact_cannot_carry_hinders_nothing_else(tmp_path: Path) -> None:
    hub = write_hub(line_hub(suppliers=[{"part": "F", "supplier": "현대-2002"}]), tmp_path / "hub")
    checked = typed("check", hub)
    assert checked.exit_code == 0
    assert "suppliers.csv, row 2, column supplier: EDIFACT takes" in " ".join(
        checked.stdout.split()
    )
    out = tmp_path / "out"
    words = ["run", hub, "--from", "2026-02-02", "--days", 2, "--iterations", 2000, "--out", out]
    result = typed(*words, "--slot-iterations", 5000)
    assert result.exit_code == 0, result.output
    told = "call-off of supplier 현대-2002, column supplier: no DELFOR is written"
    assert f"warning: {told}" in " ".join(result.stdout.split())
    assert all((out / name).is_file() for name in FILES)
    assert told in (out / "report.html").read_text(encoding="utf-8")
    names = sorted(path.name for path in (out / "calloffs").iterdir())
    assert names == ["call-off-days.csv", "call-off-takts.csv", "call-off.json"]
    again = json.loads(typed("run", "--resume", out, "--json").stdout)
    assert [warning["value"] for warning in again["not_sent"]] == ["현대-2002"]


def test_a_part_without_a_supplier_is_named(tmp_path: Path) -> None:
    hub = line_hub(suppliers=[])
    asked = parameters(days=2, iterations=2000, slot_iterations=5000)
    new = run_days(hub, asked, tmp_path / "out")
    assert [problem.value for problem in not_sent(new)] == ["F"]
    assert not list((new.folder / "calloffs").glob("*.edi"))
    assert "F,unnamed" in (new.folder / "calloffs/call-off-days.csv").read_text()
    assert "without a supplier" in (new.folder / "report.html").read_text(encoding="utf-8")


def test_the_messages_of_a_run_follow_the_directory(made: DayRun) -> None:
    files = sorted((made.folder / "calloffs").glob("*.edi"))
    assert [path.name for path in files] == ["delfor-S.edi", "deljit-S.edi"]
    assert [len(checked(path.read_text(encoding="ascii"))) for path in files] == [1, 6]


@pytest.mark.parametrize(
    ("first", "number"), [("2026-02-02", "26020202"), ("2026-02-03", "26020302")]
)
def test_the_number_of_a_call_off_is_another_than_that_it_replaces(
    made: DayRun, tmp_path: Path, first: str, number: str
) -> None:
    assert made.calls.number == "26020201"
    asked = parameters(
        made.asked.hub, first=first, days=2, former=str(made.folder), iterations=2000
    )
    new = run_days(line_hub(), asked, tmp_path / "next")
    assert (new.calls.number, new.calls.replaces) == (number, "26020201")
    assert next_number(dt.date(2026, 2, 9), new.calls) == "26020903"
