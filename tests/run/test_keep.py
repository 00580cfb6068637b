"""Results kept in a folder: they come back as they were, whole, and as the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from dataclasses import fields, replace
from pathlib import Path

import polars as pl
import pytest

import sinho
from sinho.hub.sealed import read_sealed, sealed
from sinho.results import CallOffs, MonthPlan
from sinho.run.days import DayRun, read_run
from sinho.run.keep import load, save, swept
from sinho.run.trace import trace_order
from tests.plan.small import FEB, MAR, asks, small


@pytest.fixture(scope="module")
def plan() -> MonthPlan:
    return sinho.plan_months(small(end=MAR, demand=[asks(FEB, 3000), asks(MAR, 500)]))


def same(one: object, other: object) -> bool:
    if isinstance(one, pl.DataFrame) and isinstance(other, pl.DataFrame):
        return one.equals(other) and one.schema == other.schema
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return one == other


def test_a_plan_comes_back_as_it_was_but_for_its_times(plan: MonthPlan, tmp_path: Path) -> None:
    save(tmp_path / "plan", {"plan": plan})
    back = load(tmp_path / "plan", "plan", MonthPlan)
    assert (back.seconds_build, back.seconds_solve) == (0.0, 0.0)
    for one in fields(MonthPlan):
        if not one.name.startswith("seconds"):
            assert same(getattr(plan, one.name), getattr(back, one.name)), one.name


def test_the_same_result_gives_the_same_bytes_however_long_it_took(
    plan: MonthPlan, tmp_path: Path
) -> None:
    save(tmp_path / "a", {"plan": plan})
    save(tmp_path / "b", {"plan": replace(plan, seconds_solve=99.0)})
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "b").iterdir())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_dates_and_missing_values_come_back(tmp_path: Path) -> None:
    table = pl.DataFrame({"part": ["E"], "orders": [["1", "2"]]})
    calls = CallOffs(table, table.clear(), "7", dt.date(2026, 3, 2))
    save(tmp_path / "calls", {"calls": calls, "table": table})
    back = load(tmp_path / "calls", "calls", CallOffs)
    assert back.same_as(calls)
    assert load(tmp_path / "calls", "table", pl.DataFrame).equals(table)


def test_what_is_kept_already_stays(plan: MonthPlan, tmp_path: Path) -> None:
    save(tmp_path / "plan", {"plan": plan})
    save(tmp_path / "plan", {"plan": replace(plan, title="another")})
    assert load(tmp_path / "plan", "plan", MonthPlan).title == plan.title


def test_a_failed_save_leaves_nothing(plan: MonthPlan, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="no result"):
        save(tmp_path / "plan", {"plan": plan, "odd": 3})
    assert list(tmp_path.iterdir()) == []


def test_only_what_a_run_left_half_written_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".notes-of-mine.txt").write_text("mine")
    (tmp_path / ".run-abc_1234.json").write_text("half")
    (tmp_path / "stages" / ".slot-abcd1234").mkdir(parents=True)
    (tmp_path / "stages" / "plan").mkdir()
    swept(tmp_path, ("stages", "run.json"))
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert left == [".git", ".notes-of-mine.txt", "stages", "stages/plan"]


def test_a_run_kept_before_lines_were_known_answers_as_one_of_one_line(
    made: DayRun, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(made.folder, old)
    for stage in ("orders", "slot", "materials"):
        record = old / "stages" / stage / "record.json"
        kept = read_sealed(record)
        for path in record.parent.glob("*.parquet"):
            table = pl.read_parquet(path).drop("line", "former_line", strict=False)
            table.write_parquet(path, compression="zstd")
            kept["files"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        record.write_text(sealed(kept), encoding="utf-8")
    back = read_run(old)
    for part, tables in (
        ("orders", ("table",)),
        ("slots", ("slots", "days", "mix", "options", "colours", "fair_share")),
        ("needs", ("uses",)),
        ("calls", ("takts",)),
    ):
        for name in tables:
            was, now = (getattr(getattr(run, part), name) for run in (made, back))
            assert now.select(was.columns).equals(was), name
    order = made.cars["order"][5]
    assert trace_order(back, order).lines() == trace_order(made, order).lines()
