"""One car followed through a run, as a user asks for it."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from sinho.cli import app
from sinho.results import LineDay
from sinho.run.days import DayRun, run_days
from sinho.run.trace import trace_order
from sinho.run.traced import Trace
from tests.run.line import line_hub
from tests.run.small import parameters


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="sinho")


@pytest.fixture(scope="module")
def order(made: DayRun) -> str:
    """An order for a model whose engine is made in campaigns."""
    name: str = made.orders.table.filter(made.orders.table["model"] == "A")["order"][-1]
    return name


def test_a_car_is_followed_from_demand_to_call_off(made: DayRun, order: str) -> None:
    found = trace_order(made, order)
    date = found.slot["date"]
    assert found.demand["model"] == "A"
    assert found.place["position"] == made.sequences[LineDay(date)].order.index(order) + 1
    assert found.why
    (engine,) = found.parts
    assert engine["part"] == "E"
    assert engine["time"].date() == date
    if engine["shop"]:
        assert engine["source"] in made.supply.campaigns["campaign"].to_list()
        assert engine["shop"] == "engine"


def test_the_day_and_hours_in_which_the_engine_is_made_are_named(made: DayRun) -> None:
    # A car whose engine comes from a campaign: the lot's hours lie within the campaign's and end
    # before the engine is in stock, which is before the car takes it.
    orders = made.needs.uses.filter(pl.col("part") == "E").sort("time")["order"].to_list()
    (engine,) = trace_order(made, orders[-1]).parts
    assert engine["shop"] == "engine"
    assert engine["start"] <= engine["made_from"] < engine["made_to"] <= engine["end"]
    assert engine["made_to"] <= engine["stocked"] <= engine["time"]
    came = made.supply.receipts.filter(
        (pl.col("source") == engine["source"]) & (pl.col("available") == engine["stocked"])
    )
    hours = (engine["made_to"] - engine["made_from"]).total_seconds() / 3600
    assert came["units"].sum() == pytest.approx(5 * hours, abs=0.01)
    text = " ".join(typed("trace", made.folder, orders[-1]).stdout.split())
    assert f"made {engine['made_from']:%Y-%m-%d %H:%M} to {engine['made_to']:%H:%M}" in text
    assert "the campaign runs" in text


def test_a_bought_engine_is_called_off_by_takt(made: DayRun) -> None:
    bought = made.orders.table.filter(made.orders.table["model"] == "B")["order"][0]
    found = trace_order(made, bought)
    takts = [call for call in found.calls if "position" in call]
    assert [(call["part"], call["position"]) for call in takts] == [("F", found.place["position"])]


def test_it_is_printed_in_words(made: DayRun, order: str) -> None:
    result = typed("trace", made.folder, order)
    assert result.exit_code == 0
    for head in ("order", "demand", "day", "why that day", "place", "rules", "parts"):
        assert any(line.startswith(head) for line in result.stdout.splitlines())


def test_an_order_that_was_read_serves_the_plan_too(made: DayRun, tmp_path: Path) -> None:
    asked = parameters(orders=str(made.folder / "orders.csv"), days=3, iterations=1000)
    run = run_days(line_hub(), asked, tmp_path / "read")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dated, none = (
            run.slots.slots.filter(pl.col("date").is_null() == missing)["order"][0]
            for missing in (False, True)
        )
        said = dict(trace_order(run, dated).lines())
        assert "the plan asks these days for" in said["demand"]
        assert "were made of them" not in said["demand"]
        assert dict(trace_order(run, none).lines())["day"] == "it has no day"


def test_it_is_found_by_its_vin_too(made: DayRun, order: str) -> None:
    vins = dict(made.orders.table.select("order", "vin").iter_rows())
    vin = vins[order]
    result = typed("trace", made.folder, vin, "--json")
    assert json.loads(result.stdout)["order"] == order


def test_the_days_rules_are_those_with_which_it_was_sequenced(
    made: DayRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One day alone is built, and it is the same as among all of them.
    from sinho.days.violations import violations
    from sinho.run import found

    built = []
    whole = made.lines
    real = found.Input.from_run
    monkeypatch.setattr(
        found.Input, "from_run", lambda *given: built.append(given[2]) or real(*given)
    )
    for date, day in whole.items():
        built.clear()
        one = made.line_of(date)
        assert built == [date]
        line = made.sequences[date].order
        assert violations(one, line).equals(violations(day, line))


def test_of_an_unknown_order_the_nearest_is_named(made: DayRun, order: str) -> None:
    result = typed("trace", made.folder, order + "x")
    assert result.exit_code == 3
    assert "there is no such order" in result.output
    assert "Did you mean" in result.output


def test_of_a_shortened_vin_the_nearest_is_named(made: DayRun) -> None:
    vin = made.orders.table["vin"][0]
    result = typed("trace", made.folder, vin[:-1])
    assert result.exit_code == 3
    assert "Did you mean 'KNM" in " ".join(result.output.split())
    nothing = typed("trace", made.folder, "?")
    assert "cars.csv" in " ".join(nothing.output.split())


def test_of_a_day_it_says_what_it_is_short_of(made: DayRun) -> None:
    date = made.slots.days["date"][0]
    result = typed("trace", made.folder, date)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{date}: {made.slots.days['built'][0]:,} cars")
    said = json.loads(typed("trace", made.folder, date, "--json").stdout)
    assert said["date"] == str(date)
    assert said["why"]


@pytest.mark.parametrize("text", ["2026-03-44", "2026-02-30", "2026-2-3", "2026-02", "03.02.2026"])
def test_what_looks_like_a_date_and_is_none_is_refused_as_one(made: DayRun, text: str) -> None:
    for command in ("why", "trace"):
        result = typed(command, made.folder, text)
        assert result.exit_code == 2
        said = " ".join(result.output.split())
        assert f"'{text}' is no order of the run, and no day either" in said
        assert "Write a day as 2026-02-02; the run's days are 2026-02-02 to 2026-02-09." in said


def test_of_a_day_of_rest_the_days_are_named(made: DayRun) -> None:
    result = typed("trace", made.folder, "1999-01-01")
    assert result.exit_code == 3
    assert str(made.slots.days["date"][0]) in " ".join(result.output.split())


def test_why_answers_for_an_order_of_a_run(made: DayRun, order: str) -> None:
    vin = dict(made.orders.table.select("order", "vin").iter_rows())[order]
    why = trace_order(made, order).why
    wanted = made.orders.table.row(by_predicate=pl.col("order") == order, named=True)["wanted"]
    assert why[0].startswith(f"Wanted {wanted:%a} {wanted}")
    for name in (order, vin):
        said = " ".join(typed("why", made.folder, name).stdout.split())
        assert said.startswith(" ".join(why))
        assert said.endswith(
            f"`sinho trace {made.folder} {name}` follows it through the whole run."
        )
    found = json.loads(typed("why", made.folder, order, "--json").stdout)
    ship = trace_order(made, order).ship
    leaves = {"ship": list(ship["text"])} if ship else {}
    assert found == {"order": order, "why": list(why)} | leaves


def test_why_answers_for_a_day_of_a_run(made: DayRun) -> None:
    date = str(made.slots.days["date"][0])
    assert typed("why", made.folder, date).stdout == typed("trace", made.folder, date).stdout
    assert typed("why", made.folder, date, "--json").stdout.startswith("{")


def test_why_asked_of_the_wrong_folder_says_which_one_it_needs(
    made: DayRun, hub_path: Path, order: str, tmp_path: Path
) -> None:
    for words, code, said in (
        ((hub_path, order), 2, "is no folder of a run, and orders and their days belong to one"),
        ((made.folder,), 2, "is a run: name an order, a VIN or a working day of it"),
        ((made.folder, order, "--model", "A"), 2, f"--model and {order} are two questions"),
        ((tmp_path / "none", order), 5, "there is no run in this folder"),
        ((made.folder, order + "x"), 3, "there is no such order"),
    ):
        result = typed("why", *words)
        assert result.exit_code == code
        assert said in " ".join(result.output.split())


def test_why_answers_for_the_monthly_plan_of_a_run(made: DayRun) -> None:
    month = f"{made.plan.tables['periods']['month'][0]:%Y-%m}"
    result = typed("why", made.folder, "--month", month)
    assert result.exit_code == 0, result.output
    assert "Utilisation (manned / installed)" in " ".join(result.stdout.split())


def slot(**given: object) -> Trace:
    """A car wanted on Thursday the 12th, built on Monday the 2nd and ready on the 4th."""
    base = {
        "date": dt.date(2026, 2, 2),
        "line": "line",
        "ready": dt.date(2026, 2, 4),
        "zone": "free",
    }
    car = dict.fromkeys(("source", "vin", "brand", "model", "market", "colour", "priority"), "x")
    wanted = {"options": "", "wanted": dt.date(2026, 2, 12)}
    return Trace("o1", car | wanted, {}, base | given, (), {}, (), (), ())


def test_the_day_says_when_a_car_leaves_and_how_far_from_the_day_wanted() -> None:
    # What stands at the port is told apart from what leaves before it is wanted.
    road = {"route": "domestic", "vessel": None}
    sea = {"route": "overseas", "vessel": "V1"}
    for given, leaves, said in (
        (road, 4, "leaves by road on 2026-02-04: 8 days before the day wanted"),
        (sea, 11, "with V1 on 2026-02-11, after 7 days at the port: 1 day before the day wanted"),
        (sea, 12, "with V1 on 2026-02-12, after 8 days at the port: on the day wanted"),
        (sea, 14, "with V1 on 2026-02-14, after 10 days at the port: 2 days late"),
        (sea | {"vessel": None}, 13, "with a vessel that is not listed on 2026-02-13, after 9"),
    ):
        trace = slot(**given, departs=dt.date(2026, 2, leaves))
        assert said in dict(trace.lines())["day"]


def test_without_a_run_there_is_nothing_to_follow(tmp_path: object) -> None:
    result = typed("trace", tmp_path, "1")
    assert result.exit_code == 5
    assert "no run in this folder" in result.output
