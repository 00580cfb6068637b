"""A whole run: every order once, days within their capacity, the same files for the same seed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

import sinho
from sinho.days.score import score_order
from sinho.errors import StoreError
from sinho.results import LineDay
from sinho.run.days import DayRun, read_run, run_days
from sinho.run.line import reach, tail
from sinho.run.state import State
from sinho.sequence import Input
from tests.run.line import line_hub
from tests.run.small import parameters

TIMED = {"run.json", "run.log"}


def content(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file that may not depend on the clock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in TIMED
    }


def test_every_order_has_one_day_and_one_place(made: DayRun) -> None:
    bank = made.orders.table["order"].to_list()
    assert sorted(made.slots.slots["order"].to_list()) == sorted(bank)
    built = Counter(car for sequence in made.sequences.values() for car in sequence.order)
    assert set(built.values()) == {1}
    assert set(built) == set(bank)  # the small hub has room for all


def test_orders_are_those_that_the_plan_has_for_these_days(made: DayRun) -> None:
    due = made.due.group_by("model").agg(pl.col("asked").sum()).sort("model")
    counted = made.orders.table.group_by("model").len().sort("model")
    assert counted["model"].to_list() == due["model"].to_list()
    for asked, orders in zip(due["asked"], counted["len"], strict=True):
        assert abs(asked - orders) < 1
    month = made.plan.tables["make"].filter(pl.col("period") == made.days["period"][0])
    share = made.days["capacity"].sum() / (20 * 20)  # six of 20 days of 20 cars
    assert counted["len"].sum() == pytest.approx(share * month["units"].sum(), abs=7)


def test_no_day_builds_more_than_it_can(made: DayRun) -> None:
    built = made.slots.slots.group_by("date").len()
    capacity = dict(made.days.select("date", "capacity").iter_rows())
    for date, cars in built.iter_rows():
        assert cars <= capacity[date] + 1e-6


def test_sequences_keep_their_hard_rules_behind_the_day_before(made: DayRun) -> None:
    before = None
    for date, cars in made.by_day.items():
        day = Input.from_run(made.hub, cars, date, before).day
        found = made.sequences[date]
        assert score_order(day, found.order) == found.score
        assert found.score.feasible
        before = tail(cars, found, reach(day))


def test_every_car_has_what_its_bill_of_materials_says(made: DayRun) -> None:
    engine = {"A": "E", "B": "F"}
    models = dict(made.orders.table.select("order", "model").iter_rows())
    uses = made.needs.uses
    assert uses.height == len(models)
    assert all(engine[models[order]] == part for order, part in uses.select("order", "part").rows())


def test_the_record_says_what_the_run_was_made_from(made: DayRun) -> None:
    record = json.loads((made.folder / "run.json").read_text())
    assert record["status"] == "done"
    assert record["parameters"]["seed"] == 1
    assert record["versions"]["sinho"] == sinho.__version__
    assert len(record["input_hash"]) == 64
    assert list(record["stages"]) == [
        "plan",
        "orders",
        "slot",
        "sequence",
        "materials",
        "ship",
        "report",
    ]
    assert record["stages"]["slot"]["bound"] <= record["stages"]["slot"]["cost"] + 1e-6
    levels, bounds = (record["stages"]["sequence"][key] for key in ("levels", "bounds"))
    assert all(levels[level] >= bounds[level] for level in levels)
    assert set(record["files"]) >= {"report", "days", "cars"}
    for name in record["files"].values():
        assert (made.folder / name).is_file()


def test_the_same_seed_gives_the_same_files(made: DayRun, tmp_path: Path) -> None:
    again = run_days(line_hub(), made.params, tmp_path / "again")
    assert content(again.folder) == content(made.folder)


def test_threads_give_the_same_files_but_for_their_number(made: DayRun, tmp_path: Path) -> None:
    one = run_days(line_hub(), parameters(made.params.hub, threads=1), tmp_path / "one")
    assert content(one.folder) == content(made.folder)


def test_another_seed_gives_another_run(made: DayRun, tmp_path: Path) -> None:
    other = run_days(line_hub(), parameters(made.params.hub, seed=2), tmp_path / "two")
    assert not other.orders.table.equals(made.orders.table)


def test_a_folder_with_a_run_is_not_overwritten_unasked(made: DayRun, tmp_path: Path) -> None:
    before = content(made.folder)
    with pytest.raises(StoreError, match="holds a run already"):
        run_days(line_hub(), made.params, made.folder)
    assert content(made.folder) == before


def test_force_replaces_a_run_and_leaves_what_is_not_its_own(made: DayRun, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_days(line_hub(), parameters(made.params.hub, days=2), out)
    (out / "mine.txt").write_text("mine")
    again = run_days(line_hub(), made.params, out, force=True)
    assert (out / "mine.txt").read_text() == "mine"
    (out / "mine.txt").unlink()
    assert content(again.folder) == content(made.folder)


def test_a_finished_run_is_read_back(made: DayRun) -> None:
    back = read_run(made.folder)
    assert back.slots.slots.equals(made.slots.slots)
    assert back.calls.same_as(made.calls)
    assert {date: one.order for date, one in back.sequences.items()} == {
        date: one.order for date, one in made.sequences.items()
    }


def test_the_day_list_has_a_sheet_per_day_in_building_order(made: DayRun) -> None:
    book = load_workbook(made.files["days"], read_only=True)
    assert book.sheetnames == ["days", *(str(date) for date in made.sequences)]
    for date, sequence in made.sequences.items():
        rows = list(book[str(date)].iter_rows(values_only=True))
        head = [str(cell).split("\n")[0].split(" [")[0] for cell in rows[0]]
        assert [row[head.index("order")] for row in rows[1:]] == list(sequence.order)
        assert [row[head.index("position")] for row in rows[1:]] == list(
            range(1, len(sequence.order) + 1)
        )


def test_the_page_needs_nothing_else(made: DayRun) -> None:
    page = made.files["report"].read_text(encoding="utf-8")
    for name in (
        "bank",
        "slots",
        "levels",
        "late",
        "share",
        "sequences",
        "coverage",
        "campaigns",
        "calloffs",
    ):
        assert f'<section id="{name}">' in page
    assert "src=" not in page.split("<script>")[0]
    assert page.count('class="strip"') == len(made.sequences)
    for date in made.sequences:
        assert f'href="sequences/{date}.svg"' in page
        assert (made.folder / "sequences" / f"{date}.svg").is_file()


def test_the_orders_of_a_run_are_the_bank_of_the_next(made: DayRun, tmp_path: Path) -> None:
    path = made.files["orders"]
    out = run_days(line_hub(), parameters(made.params.hub, orders=str(path)), tmp_path / "out")
    assert out.orders.origin == "read"
    columns = ["order", "model", "market", "colour", "options", "wanted", "vin"]
    assert out.orders.table.select(columns).equals(made.orders.table.select(columns))
    former = dict(out.orders.table.select("order", "former").iter_rows())
    assert former == dict(made.slots.slots.select("order", "date").iter_rows())


def test_a_run_starts_from_the_slots_of_an_earlier_one(made: DayRun, tmp_path: Path) -> None:
    bank = str(made.files["orders"])
    asked = parameters(made.params.hub, former=str(made.folder), orders=bank)
    later = run_days(line_hub(), asked, tmp_path / "later")
    assert later.calls.replaces == made.calls.number
    assert later.slots.slots.select("order", "date").equals(
        made.slots.slots.select("order", "date")
    )


def test_a_later_run_leaves_out_what_is_built_and_looks_back_at_it(
    made: DayRun, tmp_path: Path
) -> None:
    dates = made.days["date"].to_list()
    asked = parameters(
        made.params.hub,
        first=str(dates[2]),
        days=5,
        former=str(made.folder),
        orders=str(made.files["orders"]),
    )
    later = run_days(line_hub(), asked, tmp_path / "later")
    built = [car for date in dates[:2] for car in made.sequences[LineDay(date)].order]
    assert set(later.orders.table["order"]) == set(made.orders.table["order"]) - set(built)
    third = LineDay(dates[2])
    first = later.lines[third]
    assert first.previous["car"].to_list() == built[-3:]
    assert score_order(first, later.sequences[third].order) == later.sequences[third].score
    frozen = dates[2:5]
    before = made.slots.slots.filter(pl.col("date").is_in(frozen)).select("order", "date")
    after = later.slots.slots.filter(pl.col("date").is_in(frozen)).select("order", "date")
    assert before.sort("order").equals(after.sort("order"))


def test_an_earlier_run_must_be_finished(made: DayRun, tmp_path: Path) -> None:
    State.begin(tmp_path, parameters(), {})
    asked = parameters(made.params.hub, former=str(tmp_path))
    with pytest.raises(StoreError, match="the earlier run is not finished"):
        run_days(line_hub(), asked, tmp_path / "out")
    assert not (tmp_path / "out" / "run.json").exists()
