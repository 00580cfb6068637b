"""A run's day is a day: it is scored, sequenced and repaired as it is, and handed back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sinho.calloffs import compare_call_offs, compare_takts, read_call_offs
from sinho.days.score import score_order
from sinho.run import stages
from sinho.run.days import DayRun, read_run, resume_run, run_days
from sinho.run.report import write_run_pages
from sinho.run.state import State
from sinho.run.trace import trace_order
from tests.run.line import line_hub
from tests.run.small import parameters
from tests.run.test_commands import typed
from tests.run.test_days import content

pytestmark = pytest.mark.usefixtures("no_pages")

DAY = "2026-02-04"


def found(*words: object) -> dict[str, Any]:
    """Return what a command prints as JSON."""
    result = typed(*words, "--json")
    assert result.exit_code == 0, result.output
    record: dict[str, Any] = json.loads(result.stdout)
    return record


def order_of(run: DayRun, day: str = DAY) -> list[str]:
    return list(next(one.order for date, one in run.sequences.items() if str(date) == day))


@pytest.fixture(scope="module")
def before(made: DayRun, tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    """The shared run in a folder of its own."""
    folder = tmp_path_factory.mktemp("revise") / "before"
    shutil.copytree(made.folder, folder)
    return read_run(folder)


@pytest.fixture(scope="module")
def revised(before: DayRun) -> DayRun:
    """The run with a part that comes late on a day, and a car that leaves the day for none."""
    out, order = before.folder.with_name("revised"), order_of(before)
    words = ("--missing-part", "roof@4", "--block", order[9], "--freeze", 2)
    told = found("resequence", before.folder, "--date", DAY, *words, "--out", out)
    assert told["run"]["folder"] == str(out)
    run = read_run(out)
    assert order_of(run) == told["order"]
    return run


def test_a_run_s_own_sequence_scores_what_the_run_says(before: DayRun) -> None:
    for date, one in before.sequences.items():
        told = found("score", before.folder, "--date", date)
        assert told["levels"] == dict(one.score.levels)
        assert told["rules"] == dict(one.score.rules)
        assert told["hard"] == one.score.hard == 0
        assert told["bounds"] == dict(zip(dict(one.score.levels), one.bounds, strict=True))


def test_a_run_s_day_is_sequenced_with_its_rules_behind_the_day_before(
    before: DayRun, tmp_path: Path
) -> None:
    out = tmp_path / "seq.csv"
    told = found("sequence", before.folder, "--date", DAY, "--iterations", 5_000, "--out", out)
    own = found("score", before.folder, "--date", DAY)
    assert told["levels"].keys() == own["levels"].keys()
    assert told["bounds"] == own["bounds"]
    assert sorted(told["order"]) == sorted(order_of(before))
    again = found("score", before.folder, out, "--date", DAY)
    assert again["levels"] == told["levels"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["score", "RUN"], 3, "the run has 6 days; name one of them by --date"),
        (["score", "RUN", "--date", "2026-02-07"], 3, "the run builds no cars on this date"),
        (["score", "RUN", "--date", "7 Feb"], 2, "is no date"),
        (["score", "RUN", "--date", DAY, "--instance", "a"], 3, "a run has no instances"),
        (["score", "RUN", "--date", DAY, "--out", "RUN"], 5, "Name another folder by --out"),
        (["score", "RUN", "--date", DAY, "--out", "OUT/a.cvs"], 2, "ends in none of .txt"),
        (["score", "RUN", "--date", DAY, "--out", "FULL"], 5, "the run would replace: cars.csv"),
        (["resequence", "RUN", "--date", DAY], 2, "nothing comes in between"),
        (["resequence", "RUN", "--date", DAY, "--rush", "x"], 3, "no car of the day"),
        (["resequence", "RUN", "--date", DAY, "--rush", "x,model=A"], 3, "lacks properties"),
        (["resequence", "RUN", "--date", DAY, "--rush", "OTHER,model=A"], 2, "Leave them out"),
    ],
)
def test_what_cannot_be_meant_of_a_run_s_day_is_refused(
    before: DayRun, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "cars.csv").write_text("mine")
    other = order_of(before, "2026-02-03")[0]
    places = {"RUN": before.folder, "OUT": tmp_path, "FULL": tmp_path / "full", "OTHER": other}
    for name, place in places.items():
        words = [word.replace(name, str(place)) for word in words]
    result = typed(*words)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "cars.csv"]


def test_a_new_order_that_the_bank_lacks_is_not_taken_into_the_run(
    before: DayRun, tmp_path: Path
) -> None:
    car = "new@3,brand=b,model=A,market=KR,colour=red"
    words = ("resequence", before.folder, "--date", DAY, "--rush", car, "--out", tmp_path / "out")
    result = typed(*words)
    assert result.exit_code == 3, result.output
    assert "the run's order bank has no such order" in " ".join(result.output.split())
    assert not (tmp_path / "out").exists()


def test_the_earlier_run_stays_and_says_what_was_asked(
    before: DayRun, made: DayRun, revised: DayRun, tmp_path: Path
) -> None:
    assert content(before.folder) == content(made.folder)
    record = json.loads((revised.folder / "run.json").read_text(encoding="utf-8"))
    (one,) = record["revisions"]
    gone = order_of(before)[9]
    assert one["date"] == DAY
    assert one["of"] == str(before.folder)
    assert one["asked"] == f"resequence --freeze 2 --block {gone} --missing-part roof@4 --keep 1"
    assert one["moves"] == {gone: None}
    pages = write_run_pages(revised, tmp_path)
    page = pages["report"].read_text(encoding="utf-8")
    assert "--missing-part roof@4" in page
    (warning,) = revised.warnings
    assert f"taken out of the day by a revision and built on no day of the run: {gone}" in warning


def test_everything_of_the_revised_run_agrees(before: DayRun, revised: DayRun) -> None:
    order, old = order_of(revised), order_of(before)
    gone = old[9]
    assert sorted(order) == sorted(set(old) - {gone})
    assert order[:2] == old[:2]
    roof = dict(revised.orders.table.select("order", "options").iter_rows())
    assert all("roof" not in roof[car] for car in order[2:4])
    # other days stand as they stood, scored behind the new end of this one
    for (date, one), (day, line) in zip(
        revised.sequences.items(), revised.lines.items(), strict=True
    ):
        assert date == day
        assert score_order(line, one.order) == one.score
        if str(date) != DAY:
            assert one.order == before.sequences[date].order
    # the day of each order, in slots, cars.csv, the bank for the next run, needs and call-offs
    slots = dict(revised.slots.slots.select("order", "date").iter_rows())
    assert slots.pop(gone) is None
    assert slots == {
        car: date
        for car, date in before.slots.slots.select("order", "date").iter_rows()
        if car != gone
    }
    days = revised.slots.days.select("date", "built").rows()
    assert [built for _, built in days] == [len(one.order) for one in revised.sequences.values()]
    cars = pl.read_csv(revised.folder / "cars.csv", infer_schema=False)
    own = cars.filter(pl.col("date") == DAY).sort(pl.col("position").cast(pl.Int64))
    assert own["order"].to_list() == order
    bank = pl.read_csv(revised.folder / "orders.csv", infer_schema=False)
    assert bank.filter(pl.col("order") == gone)["former"].to_list() == [None]
    uses = revised.needs.uses.filter(pl.col("date").cast(pl.String) == DAY)
    assert uses.sort("position")["order"].to_list() == order
    told = trace_order(revised, gone)
    assert told.place == {}
    assert told.why[0].startswith(f"A revision of {DAY} took it out of {DAY} (resequence --freeze")
    assert told.slot["date"] is None
    assert trace_order(revised, order[5]).place["position"] == 6


def test_the_call_off_follows_and_replaces_that_of_the_run(before: DayRun, revised: DayRun) -> None:
    old = read_call_offs(before.folder)
    new = read_call_offs(revised.folder)
    assert new.replaces == old.number != new.number
    takts = compare_takts(old, new)
    assert {str(date) for date in takts["date_before"]} == {DAY}
    places = {car: at for at, car in enumerate(order_of(revised), start=1)}
    for car, what, place in takts.select("order", "what", "position_after").iter_rows():
        assert place == places.get(car)
        assert what in (("moved", "time") if car in places else ("gone",))
    gone = order_of(before)[9]
    model = dict(before.orders.table.select("order", "model").iter_rows())[gone]
    days = compare_call_offs(old, new).filter(pl.col("date").cast(pl.String) == DAY)
    assert days["change"].to_list() == ([-1.0] if model == "B" else [])
    result = typed("calloff", "compare", before.folder, revised.folder)
    assert result.exit_code == 0
    assert "Note:" not in result.stdout  # the new one replaces the old one
    late = typed("late", revised.folder, revised.supply.campaigns["campaign"][0])
    assert late.exit_code == 0, late.output


def test_built_as_revised_the_day_is_to_schedule(revised: DayRun, tmp_path: Path) -> None:
    order = order_of(revised)
    rows = [f"{car},{DAY},{at}" for at, car in enumerate(order, start=1)]
    actuals = tmp_path / "actuals.csv"
    actuals.write_text("order,date,position\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert found("bts", revised.folder, actuals)["bts"] == 1.0


def test_a_revised_run_goes_on_where_it_was_interrupted(
    revised: DayRun, before: DayRun, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(revised.folder, out)
    state = State.read(out)
    state.record["status"] = "running"
    for stage in ("materials", "ship", "report"):
        state.record["stages"].pop(stage)
    state.write()
    shutil.rmtree(out / "stages" / "materials")
    (out / "cars.csv").unlink()
    resume_run(out)
    assert content(out) == content(revised.folder)
    again = typed("run", "--resume", out)
    assert f"revised: {DAY} (resequence --freeze 2" in " ".join(again.stdout.split())
    # but its sequence is nothing that a search would find again
    (out / "stages" / "sequence" / "record.json").write_text("{}", encoding="utf-8")
    result = typed("run", "--resume", out)
    assert result.exit_code == 5
    assert f"revise {before.folder} anew" in " ".join(result.output.split())
    assert (out / "stages" / "materials").is_dir()


def test_a_file_hands_a_sequence_back_too_and_a_second_time(
    revised: DayRun, before: DayRun, tmp_path: Path
) -> None:
    gone, other = order_of(before)[9], order_of(revised, "2026-02-06")[4]
    # a car of a later day comes in, and the one without a day comes back
    words = ("--rush", other, f"{gone}@12", "--out", tmp_path / "new.csv")
    told = found("resequence", revised.folder, "--date", DAY, *words)
    assert any("--missing-part roof@4" in warning for warning in told["warnings"])
    assert told["order"][0] == other
    strict = typed("score", revised.folder, tmp_path / "new.csv", "--date", DAY)
    assert strict.exit_code == 3  # a score alone is of the day's own cars
    words = ("--date", DAY, "--out", tmp_path / "again")
    handed = found("score", revised.folder, tmp_path / "new.csv", *words)
    new = [car for car in told["order"] if car in (gone, other)]
    assert any(f"put into the day: {', '.join(new)}" in one for one in handed["warnings"])
    run = read_run(tmp_path / "again")
    assert order_of(run) == told["order"]
    assert handed["levels"] == found("score", run.folder, "--date", DAY)["levels"]
    slots = dict(run.slots.slots.select("order", "date").iter_rows())
    assert str(slots[gone]) == str(slots[other]) == DAY
    assert other not in order_of(run, "2026-02-06")
    (why, *_) = trace_order(run, other).why
    assert why == f"A revision of {DAY} put it on {DAY} (the sequence of new.csv)."
    assert [one["date"] for one in run.revisions] == [DAY, DAY]
    assert run.calls.replaces == revised.calls.number
    assert run.warnings == ()
    assert run.slots.broken == pytest.approx(revised.slots.broken + 1, abs=1)


def test_the_next_run_goes_on_from_the_revised_one(
    revised: DayRun, before: DayRun, tmp_path: Path
) -> None:
    gone = order_of(before)[9]
    quick = {"days": 5, "iterations": 200, "slot_iterations": 20_000}
    asked = parameters(first="2026-02-05", former=str(revised.folder), **quick)
    run = run_days(line_hub(), asked, tmp_path / "next")
    assert run.before is not None
    assert run.before["order"].to_list() == order_of(revised)[-run.before.height :]
    # it was not built, so it gets one of the days that are not frozen
    assert dict(run.slots.slots.select("order", "date").iter_rows())[gone] is not None
    assert run.calls.replaces == revised.calls.number
    # with former slots, frozen and firm days, the count of slots is that of the search too
    same = stages.moved(run, {})
    assert same.slots.equals(run.slots.slots)
    assert same.counters.equals(run.slots.counters)
    assert same.cost == run.slots.cost
    built = run.earlier.filter(pl.col("built").cast(pl.String) == DAY)["order"]
    assert sorted(built) == sorted(order_of(revised))


def test_a_fixed_order_is_not_put_on_another_day(before: DayRun, tmp_path: Path) -> None:
    from sinho.errors import DataError
    from sinho.run.revise import revise_run

    date = next(day for day in before.sequences if str(day) == DAY)
    other = order_of(before, "2026-02-05")[0]
    fixed = pl.when(pl.col("order") == other).then(pl.date(2026, 2, 5)).otherwise("fixed")
    table = before.orders.table.with_columns(fixed.alias("fixed"))
    run = replace(before, orders=replace(before.orders, table=table))
    one = before.sequences[date]
    one = replace(one, order=(other, *one.order))
    with pytest.raises(DataError, match="the order is fixed on 2026-02-05"):
        revise_run(run, date, one, tmp_path / "out", request="test")


def test_moving_no_order_leaves_slots_as_they_were_found(before: DayRun) -> None:
    same = stages.moved(before, {})
    for name in ("slots", "days", "counters", "costs", "fair_share"):
        assert getattr(same, name).equals(getattr(before.slots, name)), name
    assert same.cost == before.slots.cost
    assert (same.bound, same.broken, same.status) == (
        before.slots.bound,
        before.slots.broken,
        before.slots.status,
    )
