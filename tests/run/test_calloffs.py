"""The call-offs of a run: what is not sent hinders nothing else, and numbers count on."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from sinho.calloffs import not_sent
from sinho.hub.write import write_hub
from sinho.materials.numbers import next_number
from sinho.run.days import DayRun, run_days
from tests.materials.directory import checked
from tests.run.line import line_hub
from tests.run.small import parameters
from tests.run.test_commands import typed

pytestmark = pytest.mark.usefixtures("no_pages")

FILES = ("cars.csv", "days.xlsx", "report.html", "run.json")


@pytest.mark.usefixtures("pages")
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


@pytest.mark.usefixtures("pages")
def test_a_part_without_a_supplier_is_named(tmp_path: Path) -> None:
    hub = line_hub(suppliers=[])
    asked = parameters(days=2, iterations=2000, slot_iterations=5000)
    new = run_days(hub, asked, tmp_path / "out")
    assert [problem.value for problem in not_sent(new.calls)] == ["F"]
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
    assert re.fullmatch("26020201[A-Z]{4}", made.calls.number)
    asked = parameters(
        made.params.hub, first=first, days=2, former=str(made.folder), iterations=2000
    )
    new = run_days(line_hub(), asked, tmp_path / "next")
    assert re.fullmatch(number + "[A-Z]{4}", new.calls.number)
    assert new.calls.replaces == made.calls.number
    assert next_number(dt.date(2026, 2, 9), new.calls) == "26020903"


def test_two_runs_that_replace_the_same_one_have_other_numbers(
    made: DayRun, tmp_path: Path
) -> None:
    quick = {"first": "2026-02-03", "days": 4, "iterations": 500, "slot_iterations": 5000}
    given = {**quick, "former": str(made.folder)}
    one, same, other = (
        run_days(line_hub(), parameters(seed=seed, **given), tmp_path / name)
        for name, seed in (("one", 1), ("same", 1), ("other", 2))
    )
    assert one.calls.number == same.calls.number
    assert one.calls.number[:8] == other.calls.number[:8] == "26020302"
    assert one.calls.number != other.calls.number
    assert f"+{other.calls.number}+" in (other.folder / "calloffs/delfor-S.edi").read_text()
    alone = run_days(line_hub(), parameters(**quick), tmp_path / "alone")

    def note(old: DayRun, new: DayRun) -> str:
        result = typed("calloff", "compare", old.folder / "calloffs", new.folder / "calloffs")
        assert result.exit_code == 0, result.output
        return " ".join(result.stdout.split())

    said = f"Note: both replace call-off {made.calls.number}; only one of them can be sent."
    assert said in note(one, other)
    assert "Note:" not in note(made, one)
    assert "the newer one is named first" in note(one, made)
    assert f"call-off {alone.calls.number} replaces none" in note(one, alone)
    assert f"replaces {made.calls.number}, not {alone.calls.number}" in note(alone, one)
