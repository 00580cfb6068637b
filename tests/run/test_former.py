"""Runs that go on from one another: every car built once, under one number and one VIN."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree, rmtree

import polars as pl
import pytest

from sinho.errors import DataError, StoreError
from sinho.hub import Scenario
from sinho.results import LineDay
from sinho.run.days import DayRun, read_run, run_days
from sinho.run.report import write_run_pages
from tests.run.line import line_hub
from tests.run.small import parameters
from tests.run.test_commands import typed

pytestmark = pytest.mark.usefixtures("no_pages")

FIRSTS = ("2026-02-02", "2026-02-03", "2026-02-04", "2026-02-06")
QUICK = {"days": 4, "iterations": 200, "slot_iterations": 20_000}


@dataclass(frozen=True)
class Chain:
    """Four runs, each behind the one before it, without a file of orders."""

    runs: tuple[DayRun, ...]

    def built(self) -> list[str]:
        """Return the cars in building order: of each day, those of the last run that has it."""
        last = {date: one.order for run in self.runs for date, one in run.sequences.items()}
        return [car for order in last.values() for car in order]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    folder = tmp_path_factory.mktemp("chain")
    runs: list[DayRun] = []
    for at, first in enumerate(FIRSTS):
        former = str(runs[-1].folder) if runs else ""
        asked = parameters(first=first, former=former, **QUICK)
        runs.append(run_days(line_hub(), asked, folder / str(at)))
    return Chain(tuple(runs))


def numbers(run: DayRun) -> set[str]:
    return set(run.orders.table["order"])


def test_a_run_without_a_bank_goes_on_with_the_orders_that_are_not_built(chain: Chain) -> None:
    for earlier, run in zip(chain.runs, chain.runs[1:], strict=False):
        first = run.days["date"][0]
        built = {
            car for date, one in earlier.sequences.items() if date.date < first for car in one.order
        }
        left = earlier.orders.table.filter(~pl.col("order").is_in(list(built)))
        columns = ["order", "model", "market", "colour", "options", "wanted", "vin"]
        assert run.orders.table.head(left.height).select(columns).equals(left.select(columns))
        days = dict(earlier.slots.slots.select("order", "date").iter_rows())
        for order, former in run.orders.table.select("order", "former").iter_rows():
            assert former == days.get(order)


def test_new_orders_fill_the_days_that_the_earlier_run_does_not_reach(chain: Chain) -> None:
    known: set[str] = numbers(chain.runs[0])
    for earlier, run in zip(chain.runs, chain.runs[1:], strict=False):
        new = sorted(numbers(run) - numbers(earlier))
        days = run.days.filter(pl.col("date") > earlier.days["date"].max()).height
        assert abs(len(new) - 19 * days) <= 2 * days  # 20 cars a day, and room for one
        assert not known & set(new)
        assert min(new) > max(known)
        known |= set(new)
        assert run.slots.unslotted == 0
        assert run.slots.broken == 0
        assert min(len(one.order) for one in run.sequences.values()) >= 17


def test_no_car_of_a_chain_is_built_twice_or_has_the_vin_of_another(chain: Chain) -> None:
    assert max(Counter(chain.built()).values()) == 1
    pairs = {pair for run in chain.runs for pair in run.orders.table.select("order", "vin").rows()}
    assert len({order for order, _ in pairs}) == len({vin for _, vin in pairs}) == len(pairs)


def test_the_same_chain_has_the_same_orders(chain: Chain, tmp_path: Path) -> None:
    again = run_days(line_hub(), chain.runs[1].params, tmp_path / "again")
    assert again.orders.table.equals(chain.runs[1].orders.table)
    assert again.slots.slots.equals(chain.runs[1].slots.slots)


def test_cars_that_the_first_of_three_runs_built_do_not_come_back(tmp_path: Path) -> None:
    asked = parameters(first=FIRSTS[0], **QUICK)
    first = run_days(line_hub(), asked, tmp_path / "a")
    bank = str(first.files["orders"])
    runs = [first]
    for at, day in enumerate(FIRSTS[1:3]):
        former = str(runs[-1].folder)
        asked = parameters(first=day, **{**QUICK, "days": 2}, former=former, orders=bank)
        runs.append(run_days(line_hub(), asked, tmp_path / str(at)))
    a, b, c = runs
    gone = [
        *a.sequences[LineDay(a.days["date"][0])].order,
        *b.sequences[LineDay(b.days["date"][0])].order,
    ]
    assert numbers(c) == numbers(a) - set(gone)


def test_a_run_that_begins_with_the_earlier_one_looks_back_at_the_same_cars(
    chain: Chain, tmp_path: Path
) -> None:
    second = chain.runs[1]
    asked = parameters(first=FIRSTS[1], former=str(second.folder), **{**QUICK, "days": 2})
    again = run_days(line_hub(), asked, tmp_path / "again")
    assert second.before is not None
    assert again.before is not None
    assert again.before["order"].to_list() == second.before["order"].to_list()
    assert numbers(again) == numbers(second)


def test_another_scenario_than_that_of_the_earlier_run_is_told(
    chain: Chain, tmp_path: Path
) -> None:
    given = {**QUICK, "days": 2, "scenario": "more", "former": str(chain.runs[0].folder)}
    hub = replace(line_hub(), scenarios={"more": Scenario("more", "the hub as it is")})
    run = run_days(hub, parameters(first=FIRSTS[1], **given), tmp_path / "out")
    (told,) = run.warnings
    assert "was made with scenario base, this one is with more" in told
    assert all(not one.warnings for one in chain.runs)


def test_frozen_days_keep_their_sequences(chain: Chain, tmp_path: Path) -> None:
    kept = 0
    for earlier, run in zip(chain.runs, chain.runs[1:], strict=False):
        frozen = run.slots.slots.filter(pl.col("zone") == "frozen")["date"].unique().to_list()
        for date in frozen:
            assert run.sequences[LineDay(date)].order == earlier.sequences[LineDay(date)].order
            kept += 1
        moved = run.slots.slots["moved"].sum()
        words = "order leaves the day that it" if moved == 1 else "orders leave the day that they"
        pages = write_run_pages(run, tmp_path / run.folder.name)
        page = pages["report"].read_text(encoding="utf-8")
        assert f"{moved:,} {words} had before." in page
    assert kept > len(chain.runs)


def test_a_frozen_day_keeps_its_sequence_less_the_orders_that_are_gone(
    chain: Chain, tmp_path: Path
) -> None:
    earlier = chain.runs[0]
    date = earlier.days["date"][1]
    gone = earlier.sequences[LineDay(date)].order[3]
    bank = tmp_path / "bank.csv"
    earlier.orders.table.filter(pl.col("order") != gone).drop(
        "source", "former", "month"
    ).write_csv(bank)
    asked = parameters(first=FIRSTS[1], former=str(earlier.folder), orders=str(bank), **QUICK)
    run = run_days(line_hub(), asked, tmp_path / "run")
    assert run.sequences[LineDay(date)].order == tuple(
        car for car in earlier.sequences[LineDay(date)].order if car != gone
    )
    assert run.sequences[LineDay(date)].score.feasible


@pytest.mark.usefixtures("pages")
def test_orders_fixed_on_a_frozen_day_that_is_full_are_told(chain: Chain, tmp_path: Path) -> None:
    # A day of 20 has 19 or 20 cars that stay on it: of four that are fixed on it three find no day.
    earlier = chain.runs[0]
    bank = pl.read_csv(earlier.folder / "orders.csv", infer_schema=False).with_row_index("row", 2)
    last = str(earlier.days["date"].max())
    fixed = bank.filter(pl.col("former") == last)["row"].head(4).to_list()
    day = pl.when(pl.col("row").is_in(fixed)).then(pl.lit(FIRSTS[1]))
    bank.with_columns(day.otherwise("fixed").alias("fixed")).drop("row").write_csv(
        tmp_path / "bank.csv"
    )
    paths = {"former": str(earlier.folder), "orders": str(tmp_path / "bank.csv")}
    asked = parameters(first=FIRSTS[1], **{**QUICK, "days": 2, **paths})
    run = run_days(line_hub(), asked, tmp_path / "out")
    there = dict(run.slots.slots.select("order", "date").iter_rows())
    numbered = dict(bank.select("row", "order").iter_rows())
    without = [row for row in fixed if there[numbered[row]] is None]
    assert len(without) >= 3
    (told,) = run.warnings
    assert told.startswith(f"{len(without)} orders are fixed on a day of the run whose limits")
    assert told.endswith(", ".join(f"bank.csv row {row} ({FIRSTS[1]})" for row in without))
    assert told in (run.folder / "report.html").read_text(encoding="utf-8")


def test_working_days_between_two_runs_are_told(chain: Chain, tmp_path: Path) -> None:
    # The first run ends on Thursday the 5th; Friday the 6th and Monday the 9th are worked.
    earlier = chain.runs[0]
    assert str(earlier.days["date"].max()) == "2026-02-05"
    given = {**QUICK, "days": 2, "former": str(earlier.folder)}
    run = run_days(line_hub(), parameters(first="2026-02-10", **given), tmp_path / "out")
    (told,) = run.warnings
    assert "ends on 2026-02-05 and this one begins on 2026-02-10" in told
    assert "the 2 working days between is not known" in told
    assert told.endswith("begin on 2026-02-06")
    next_day = run_days(line_hub(), parameters(first="2026-02-06", **given), tmp_path / "next")
    assert not next_day.warnings


def test_a_run_does_not_replace_the_one_that_it_goes_on_from(chain: Chain) -> None:
    first = chain.runs[0]
    for given in ({"former": str(first.folder)}, {"orders": str(first.files["orders"])}):
        asked = parameters(first=FIRSTS[1], **given, **QUICK)
        with pytest.raises(StoreError, match="is what the run is to replace"):
            run_days(line_hub(), asked, first.folder, force=True)
    assert read_run(first.folder).orders.table.equals(first.orders.table)


def test_a_run_that_begins_before_the_earlier_one_needs_a_bank(
    chain: Chain, tmp_path: Path
) -> None:
    asked = parameters(first=FIRSTS[0], former=str(chain.runs[1].folder), **QUICK)
    with pytest.raises(DataError, match=r"begins before the earlier one.*--orders"):
        run_days(line_hub(), asked, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_without_vins_gets_back_those_of_the_earlier_run(
    chain: Chain, tmp_path: Path
) -> None:
    """One car is another model now, and one is new: these get serials behind all others."""
    first = chain.runs[0]
    other = {"A": "B", "B": "A"}
    bank = first.orders.table.select("order", "model", "market", "colour", "options", "wanted")
    last = first.slots.slots.sort("date", "order", nulls_last=False)["order"][-1]
    row = bank.row(by_predicate=pl.col("order") == last, named=True)
    changed = {**row, "model": other[row["model"]]}
    same = bank.filter(pl.col("order") != last).to_dicts()
    rows = [*same, changed, {**row, "order": "new"}]
    path = tmp_path / "bank.csv"
    pl.DataFrame(rows, schema=bank.schema).write_csv(path)
    quick = {**QUICK, "days": 3}
    asked = parameters(first=FIRSTS[1], former=str(first.folder), orders=str(path), **quick)
    run = run_days(line_hub(), asked, tmp_path / "out")
    before = dict(first.orders.table.select("order", "vin").iter_rows())
    after = dict(run.orders.table.select("order", "vin").iter_rows())
    size = len(before)
    assert [int(after.pop(name)[11:]) for name in (row["order"], "new")] == [size + 1, size + 2]
    assert after == {order: before[order] for order in after}


def test_the_vin_of_a_built_car_is_refused_for_another(chain: Chain, tmp_path: Path) -> None:
    first = chain.runs[0]
    car = first.sequences[LineDay(first.days["date"][0])].order[0]
    vin = dict(first.orders.table.select("order", "vin").iter_rows())[car]
    path = tmp_path / "bank.csv"
    path.write_text(f"order,model,market,colour,wanted,vin\nnew,A,KR,red,2026-02-06,{vin}\n")
    asked = parameters(first=FIRSTS[1], former=str(first.folder), orders=str(path), **QUICK)
    with pytest.raises(DataError, match=r"bank\.csv row 2, column vin: order .* has this VIN"):
        run_days(line_hub(), asked, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_bank_that_was_read_is_not_mixed_with_orders_that_are_made(
    chain: Chain, tmp_path: Path
) -> None:
    first = chain.runs[0]
    asked = parameters(orders=str(first.files["orders"]), first=FIRSTS[0], **QUICK)
    read = run_days(line_hub(), asked, tmp_path / "read")
    asked = parameters(first=FIRSTS[1], former=str(read.folder), **QUICK)
    run = run_days(line_hub(), asked, tmp_path / "out")
    assert numbers(run) == numbers(read) - set(read.sequences[LineDay(read.days["date"][0])].order)
    (warning,) = run.warnings
    assert "no order bank is named: it is that of the earlier run" in warning


def test_a_bank_that_is_built_altogether_is_refused(chain: Chain, tmp_path: Path) -> None:
    first = chain.runs[0]
    cars = first.sequences[LineDay(first.days["date"][0])].order
    path = tmp_path / "bank.csv"
    first.orders.table.filter(pl.col("order").is_in(list(cars))).select(
        "order", "model", "market", "colour", "wanted"
    ).write_csv(path)
    asked = parameters(first=FIRSTS[1], former=str(first.folder), orders=str(path), **QUICK)
    with pytest.raises(DataError, match=rf"all {len(cars)} orders are built before 2026-02-03"):
        run_days(line_hub(), asked, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def carried(chain: Chain) -> tuple[str, str, str]:
    """Return the last car that the first run built before the third began, its VIN and its day."""
    first, third = chain.runs[0], chain.runs[2]
    day = first.days["date"][0]
    car = first.sequences[LineDay(day)].order[-1]
    assert day < chain.runs[1].days["date"][0] < third.days["date"][0]
    return car, dict(first.orders.table.select("order", "vin").iter_rows())[car], str(day)


def test_a_car_that_an_earlier_run_built_is_said_to_be_so(chain: Chain) -> None:
    car, vin, day = carried(chain)
    first, third = chain.runs[0], chain.runs[2]
    for name in (car, vin):
        for command in ("trace", "why"):
            result = typed(command, third.folder, name)
            assert result.exit_code == 3
            said = " ".join(result.output.split())
            assert f"the earlier run {first.folder} built the order on {day}" in said
            assert f"`sinho trace {first.folder} {car}` follows it." in said
    assert typed("trace", first.folder, car).exit_code == 0


def test_a_day_that_an_earlier_run_built_is_said_to_be_so(chain: Chain) -> None:
    first, third = chain.runs[0], chain.runs[2]
    day = first.days["date"][0]
    result = typed("why", third.folder, day)
    assert result.exit_code == 3
    said = " ".join(result.output.split())
    assert f"the earlier run {first.folder} builds this day" in said
    assert f"`sinho why {first.folder} {day}` explains it." in said
    assert typed("why", first.folder, day).exit_code == 0


def test_of_an_earlier_run_that_is_gone_the_day_is_said(chain: Chain, tmp_path: Path) -> None:
    first = tmp_path / "first"
    copytree(chain.runs[0].folder, first)
    asked = parameters(first=FIRSTS[1], former=str(first), **{**QUICK, "days": 2})
    run = run_days(line_hub(), asked, tmp_path / "out")
    car, _, day = carried(chain)
    rmtree(first)
    said = " ".join(typed("trace", run.folder, car).output.split())
    assert f"an earlier run built the order on {day}" in said
    assert "no longer in the folder" in said


def test_a_car_late_from_an_earlier_run_is_built_but_not_as_scheduled(
    chain: Chain, tmp_path: Path
) -> None:
    car, _, day = carried(chain)
    third = chain.runs[2]
    date = third.days["date"][0]
    line = third.sequences[LineDay(date)].order
    model = dict(chain.runs[0].orders.table.select("order", "model").iter_rows())[car]
    path = tmp_path / "actuals.csv"
    # The car takes the place of the last one; no model needs to be given for it.
    rows = [f"{order},{date},{at}" for at, order in enumerate([*line[:-1], car], start=1)]
    path.write_text("\n".join(["order,date,position", *rows]) + "\n")
    found = json.loads(typed("bts", third.folder, path, "--json").stdout)
    size = len(line)
    assert (found["built"], found["mixed"], found["in_sequence"]) == (size, size - 1, size - 1)
    assert found["unscheduled"] == [
        {"order": car, "model": model, "date": str(date), "scheduled": day}
    ]
    said = " ".join(typed("bts", third.folder, path).stdout.split())
    assert f"1 of them is late from before, scheduled by an earlier run ({car} of {day})." in said
    # Its model is known, so another one is a fault.
    other = "A" if model == "B" else "B"
    path.write_text(f"order,date,position,model\n{car},{date},1,{other}\n")
    result = typed("bts", third.folder, path)
    assert result.exit_code == 3
    assert f"order {car} of the run is for model {model}" in " ".join(result.output.split())


def test_an_order_taken_out_of_the_bank_is_said_to_be_so(chain: Chain, tmp_path: Path) -> None:
    first = chain.runs[0]
    gone = first.sequences[LineDay(first.days["date"][-1])].order[0]
    path = tmp_path / "bank.csv"
    columns = ("order", "model", "market", "colour", "wanted")
    first.orders.table.filter(pl.col("order") != gone).select(columns).write_csv(path)
    asked = parameters(
        first=FIRSTS[1], former=str(first.folder), orders=str(path), **{**QUICK, "days": 2}
    )
    run = run_days(line_hub(), asked, tmp_path / "out")
    said = " ".join(typed("trace", run.folder, gone).output.split())
    assert "an earlier run had the order, and it is not in the order bank of this one" in said
    (tmp_path / "a.csv").write_text(f"order,date,position\n{gone},{run.days['date'][0]},1\n")
    result = typed("bts", run.folder, tmp_path / "a.csv")
    assert result.exit_code == 0
    assert f"no longer of this one's ({gone})" in " ".join(result.stdout.split())


def test_cars_that_wait_for_a_ship_are_shipped_by_the_run_behind(chain: Chain) -> None:
    carried = 0
    for earlier, run in zip(chain.runs, chain.runs[1:], strict=False):
        assert earlier.ship is not None
        assert run.ship is not None
        first = run.days["date"][0]
        there = earlier.ship.cars.filter(
            pl.col("built").is_null() | (pl.col("built") < first),
            pl.col("leaves").is_null() | (pl.col("leaves") >= first),
            pl.col("way") != "container",
        )
        own = run.ship.cars.filter(origin="former")
        assert set(own["car"]) == set(there["car"])
        assert own["car"].is_unique().all()
        assert not set(own["car"]) & numbers(run)
        facts = ("car", "model", "market", "ready", "since", "wanted", "due")
        assert own.select(facts).sort("car").equals(there.select(facts).sort("car"))
        moved = set(run.ship.moved["car"])
        kept = there.filter(~pl.col("car").is_in(list(moved))).drop_nulls("vessel")
        now = dict(own.select("car", "vessel").iter_rows())
        assert all(now[car] == vessel for car, vessel in kept.select("car", "vessel").iter_rows())
        carried += own.height
    assert carried > 0


def test_a_car_that_waits_is_followed_by_the_run_behind(chain: Chain) -> None:
    earlier, run = next(
        (earlier, run)
        for earlier, run in zip(chain.runs, chain.runs[1:], strict=False)
        if run.ship is not None and run.ship.cars.filter(origin="former").height
    )
    assert run.ship is not None
    car = run.ship.cars.filter(origin="former").drop_nulls("built").row(0, named=True)
    result = typed("trace", run.folder, car["car"])
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert f"built the order on {car['built']}" in said
    assert f"It is ready on {car['ready']}" in said or "It stays" in said
    why = typed("why", run.folder, car["car"])
    assert "is ready on" in why.stdout or "It stays" in why.stdout
    found = json.loads(typed("trace", run.folder, car["car"], "--json").stdout)
    assert (found["slot"], found["ship"]["origin"]) == ({}, "former")
    vin = earlier.orders.table.row(by_predicate=pl.col("order") == car["car"], named=True)["vin"]
    assert json.loads(typed("trace", run.folder, vin, "--json").stdout) == found
