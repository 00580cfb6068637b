"""The Graz example: public figures hold, and a plan and a run keep to its three lines."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from functools import cache
from itertools import groupby

import polars as pl
import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.hub import Hub, apply_scenario
from sinho.hub.lines import line_loads, lines_of, routes
from sinho.hub.shifts import clock_hours, day_spans
from sinho.orders import generate_orders
from sinho.plan import plan_months
from sinho.report.headline import headline
from sinho.report.kpi import exports
from sinho.report.names import names_of
from sinho.results import MonthPlan
from sinho.run.days import DayRun, run_days
from sinho.run.report.charts import slots
from tests.budget import LONG
from tests.run.small import cars_alone, parameters
from tests.test_examples import EXAMPLES, example

LINES = ("off-road", "road", "suv")
FIRST, DAYS = ("2023-09-01", 20) if LONG else ("2023-09-12", 8)
SATURDAYS = [dt.date(2023, 9, day) for day in ((9, 16, 23) if LONG else (16,))]
HOLIDAY = dt.date(2023, 9, 15)
"""Friday on which the line off-road rests alone."""


@pytest.fixture(scope="module")
def hub() -> Hub:
    return example("graz")


@cache
def planned(scenario: str = "") -> MonthPlan:
    hub = example("graz")
    return plan_months(apply_scenario(hub, scenario) if scenario else hub)


def of_months(table: str, *months: int, scenario: str = "") -> pl.DataFrame:
    frame = planned(scenario).tables[table]
    return frame.filter(pl.col("period").dt.month().is_in(months))


def test_demand_sums_to_what_was_built(hub: Hub) -> None:
    demand = hub["demand"].with_columns(pl.col("month").dt.month())
    assert (demand["units"] % 1 == 0).all()
    assert demand.filter(pl.col("month") <= 9)["units"].sum() == 83_700
    assert demand.filter(pl.col("month").is_between(7, 9))["units"].sum() == 22_900
    ocean = demand.filter(pl.col("model") == "OCEAN")
    quarters = ocean.group_by((pl.col("month") - 1) // 3).agg(pl.col("units").sum()).sort("month")
    assert quarters["units"].to_list()[:3] == [55, 1022, 4725]
    assert ocean["units"].sum() == 10_142
    assert ocean.filter(pl.col("month") < 9)["units"].sum() == 3_123
    assert demand.filter(pl.col("model").is_in(["G63", "G400d"]))["units"].sum() == 45_000


def test_actuals_and_the_plants_size_are_those_reported(hub: Hub) -> None:
    actuals = {(p, i): n for p, i, n in hub["actuals"].select("period", "item", "units").rows()}
    assert actuals["2007", "all"] == 199_969
    assert actuals["2018", "all"] == 144_500
    assert actuals["2021", "G-Class"] == 41_174
    shops = hub["shops"].select("shop", "kind", "installed_year")
    assert shops.filter(pl.col("kind") == "assembly")["installed_year"].sum() == 200_000
    road = hub["crews"].filter(pl.col("shop").is_in(["body road", "assembly road"]))
    assert road["people"].sum() * 2 == 1_800


def test_two_lines_share_a_paint_shop_and_one_model_has_two_lines(hub: Hub) -> None:
    lines = lines_of(hub)
    assert tuple(line.name for line in lines) == LINES
    assert [line.shared for line in lines] == [("paint Graz",), ("paint Graz",), ()]
    assert [line.point for line in lines] == [f"assembly {name}" for name in LINES]
    several = routes(hub).filter(pl.len().over("model") > 1)
    assert several.select("model", "line", "preferred", "extra_cost").rows() == [
        ("OCEAN", "road", False, 0.8),
        ("OCEAN", "suv", True, 0.0),
    ]
    loads = line_loads(hub).filter(pl.col("model") == "OCEAN")
    assert dict(loads.filter(pl.col("line") == "road").select("shop", "load").rows()) == {
        "body road": 1.15,
        "paint Graz": 1.05,
        "assembly road": 1.15,
    }


def test_the_plan_builds_every_car_in_time() -> None:
    plan = planned()
    assert plan.status == "optimal"
    assert plan.tables["make"]["units"].sum() == pytest.approx(104_700)
    assert plan.tables["late"].is_empty()
    assert plan.tables["lost"].is_empty()
    assert (plan.tables["contracts"]["short"] == 0).all()
    make = plan.tables["make"].join(
        plan.tables["make_lines"].group_by("period", "model").agg(pl.col("units").sum()),
        on=["period", "model"],
        suffix="_lines",
    )
    assert (make["units"] - make["units_lines"]).abs().max() < 1e-6


def test_the_split_of_the_model_follows_the_bottleneck() -> None:
    """The Ocean is built on the dearer line in the months alone in which its own is full."""
    ocean = planned().tables["make_lines"].filter(pl.col("model") == "OCEAN", pl.col("units") > 0)
    away = ocean.filter(pl.col("line") == "road")
    assert 9 in away["period"].dt.month().to_list()
    assert away["units"].min() >= 200 - 1e-6
    assert away["period"].min() >= dt.date(2023, 7, 1)
    full = planned().tables["hours"].filter(pl.col("shop") == "assembly suv", pl.col("binding"))
    assert set(away["period"]) <= set(full["period"])


def test_a_saturday_of_one_group_adds_cars_to_its_line() -> None:
    def days(scenario: str) -> dict[str, float]:
        return dict(of_months("hours", 9, scenario=scenario).select("group", "days").rows())

    def hours(scenario: str) -> float:
        frame = of_months("hours", 9, scenario=scenario)
        return frame.filter(pl.col("shop") == "assembly suv")["pattern_hours"].sum()

    def built(scenario: str) -> float:
        frame = of_months("make_lines", 9, scenario=scenario)
        return frame.filter(pl.col("line") == "suv")["units"].sum()

    with_them, without = days(""), days("no-saturdays")
    assert with_them == {"off-road": 20, "road": 21, "paint": 21, "suv": 24}
    assert without == {**with_them, "suv": 21}
    assert hours("") - hours("no-saturdays") == pytest.approx(3 * 7.7)
    assert built("") > built("no-saturdays") + 100
    assert planned("no-saturdays").tables["late"]["units"].sum() > 0
    assert planned("no-saturdays").contribution < planned().contribution


def test_without_the_second_line_cars_are_late() -> None:
    late = planned("ocean-on-one-line").tables["late"]
    assert late["units"].sum() > 0
    assert planned("ocean-on-one-line").contribution < planned().contribution


def test_orders_aim_at_the_days_on_which_their_models_lines_work(hub: Hub) -> None:
    """Thursday to Monday: off-road rests on Friday, suv alone works on Saturday."""
    month = dt.date(2023, 9, 1)
    made = pl.DataFrame(
        [
            (month, "G63", "AT", 1000.0),
            (month, "530i", "AT", 2100.0),
            (month, "I-PACE", "AT", 2400.0),
        ],
        schema=["period", "model", "market", "units"],
        orient="row",
    )
    bank = generate_orders(hub, made, first=dt.date(2023, 9, 14), last=dt.date(2023, 9, 18))
    wanted = bank.table.with_columns(pl.col("wanted") - pl.duration(days=2))
    days = {
        model: (cars, sorted(date.day for date in dates))
        for model, cars, dates in wanted.group_by("model")
        .agg(pl.len(), pl.col("wanted").unique())
        .iter_rows()
    }
    assert days == {
        "G63": (100, [14, 18]),
        "530i": (300, [14, 15, 18]),
        "I-PACE": (400, [14, 15, 16, 18]),
    }


def test_trains_are_filled_before_lorries_carry_the_rest(hub: Hub) -> None:
    march = of_months("departures", 3).filter(pl.col("lane") == "NORTH")
    cars = dict(march.select("mode", "cars").iter_rows())
    asked = hub["demand"].filter(
        pl.col("month") == dt.date(2023, 3, 1), pl.col("market").is_in(["DE", "EUR"])
    )
    assert cars["rail"] == 12 * 240
    assert cars["rail"] + cars["road"] == pytest.approx(asked["units"].sum())


def test_exports_are_shown_over_land_and_sea_together(hub: Hub) -> None:
    plan = planned()
    first, _, _ = headline(plan, hub)
    assert "101,522 of them (97.0%) abroad" in first
    names = names_of(plan, hub)
    regions = dict(exports(plan, names, "region", "total").iter_rows())
    europe = hub["markets"].filter(pl.col("region") == "Europe", pl.col("route") != "domestic")
    asked = hub["demand"].join(europe, on="market", how="semi")["units"].sum()
    assert regions["Europe"] == pytest.approx(asked)
    assert list(regions) == ["Europe", "America", "Asia"]


@pytest.fixture(scope="module")
def run(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    """Working days of September, on few moves and without pages; the month in the long form."""
    folder = EXAMPLES / "graz"
    moves = None if LONG else 20_000
    asked = parameters(folder, first=FIRST, days=DAYS, iterations=500, slot_iterations=moves)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sinho.run.report.write_run_pages", cars_alone)
        return run_days(hub, asked, tmp_path_factory.mktemp("graz") / "run")


@pytest.mark.slow
def test_every_order_gets_a_day_on_a_line_that_can_build_it(run: DayRun) -> None:
    built = Counter(car for sequence in run.sequences.values() for car in sequence.order)
    assert set(built) == set(run.orders.table["order"])
    assert set(built.values()) == {1}
    known = set(routes(run.hub).select("model", "line").iter_rows())
    used = run.cars.select("model", "line").unique()
    assert set(used.iter_rows()) == known
    due = run.due.group_by("model").agg(pl.col("asked").sum(), pl.col("orders").sum())
    assert ((due["asked"] - due["orders"]).abs() < 1).all()


@pytest.mark.slow
def test_each_line_works_on_its_own_days(run: DayRun) -> None:
    days: dict[str, list[dt.date]] = {line: [] for line in LINES}
    for day in run.sequences:
        days[day.line].append(day.date)
    weekdays = [day for day in days["suv"] if day.weekday() < 5]
    assert days["road"] == weekdays
    assert [day for day in days["suv"] if day not in weekdays] == SATURDAYS
    assert days["off-road"] == [day for day in weekdays if day != HOLIDAY]
    assert len(weekdays) + len(SATURDAYS) == DAYS


@pytest.mark.slow
def test_no_line_builds_more_than_its_hours_and_limits_let_it(run: DayRun) -> None:
    assert run.slots.broken == 0
    limited = run.slots.counters.drop_nulls("most")
    assert (limited["count"] <= limited["most"] + 1e-6).all()
    hours = {"off-road": 15.4, "road": 7.7, "suv": 7.7}
    rates = {"off-road": 13, "road": 19, "suv": 13}
    loads = line_loads(run.hub).filter(pl.col("shop") == "assembly " + pl.col("line"))
    load = {(model, line): value for model, line, value in loads.drop("shop").iter_rows()}
    for (date, line), cars in run.cars.group_by("date", "line"):
        taken = sum(load[model, line] for model in cars["model"])
        assert taken <= hours[line] * rates[line] + 1e-6, (date, line)


@pytest.mark.slow
def test_each_sequence_keeps_the_hard_rules_of_its_line(run: DayRun) -> None:
    assert all(sequence.score.feasible for sequence in run.sequences.values())
    rules = run.hub["sequence_rules"].filter(pl.col("level") == "hard")
    ratios = rules.filter(pl.col("kind") == "ratio").select("lines", "option", "most", "window")
    (batch,) = rules.filter(pl.col("kind") == "run")["most"].unique()
    assert set(ratios["lines"]) == set(LINES)
    for (_, line), cars in run.cars.sort("position").group_by("date", "line", maintain_order=True):
        option, most, window = ratios.filter(pl.col("lines") == line).drop("lines").row(0)
        has = [option in options.split(";") for options in cars["options"].fill_null("")]
        assert all(sum(has[at : at + window]) <= most for at in range(len(has)))
        if line == "suv":
            assert max(len(list(same)) for _, same in groupby(cars["colour"])) <= batch
    hours = run.slots.days.select("date", "line", "hours")
    painted = run.cars.filter(pl.col("line") != "suv").join(hours, on=["date", "line"])
    entry = (pl.col("position") - 0.5) * pl.col("hours") / pl.len().over("date", "line")
    painted = painted.with_columns(entry.round(6).alias("entry")).sort("date", "entry", "line")
    for (date,), cars in painted.group_by("date", maintain_order=True):
        runs = [len(list(same)) for _, same in groupby(cars["colour"])]
        assert max(runs) <= batch
        at = run.booths.filter((pl.col("date") == date) & (pl.col("rule") == "colour changes"))
        assert len(runs) - 1 <= at["figure"].item() <= len(runs)


@pytest.mark.slow
def test_parts_come_within_the_shifts_of_the_line(run: DayRun) -> None:
    """Every moment of need lies between begin and end of a shift, and in none of its breaks."""
    shifts = run.hub["shifts"].filter(
        ((pl.col("group") == "off-road") & (pl.col("pattern") == "two-shift"))
        | (pl.col("group").is_in(["road", "suv"]) & (pl.col("pattern") == "one-shift"))
    )
    spans = {
        line: day_spans(
            [
                (clock_hours(begin), breaks)
                for begin, breaks in own.sort("shift").select("begin", "breaks").iter_rows()
            ],
            7.7,
        )
        for (line,), own in shifts.group_by("group")
    }
    assert {line: len(found) for line, found in spans.items()} == {
        "off-road": 6,
        "road": 3,
        "suv": 3,
    }
    uses = run.needs.uses.with_columns(
        hours=(pl.col("time") - pl.col("date").cast(pl.Datetime)).dt.total_seconds() / 3600
    )
    for (line,), own in uses.group_by("line"):
        inside = pl.any_horizontal(
            pl.col("hours").is_between(begin - 1e-3, begin + length + 1e-3)
            for begin, length in spans[str(line)]
        )
        assert own.filter(~inside).is_empty(), line
    assert run.needs.uses["time"].dt.hour().max() == 22
    calls = run.calls.takts
    assert set(calls["line"]) == set(LINES)
    timed = calls.join(uses, on=["order", "part"], suffix="_used")
    assert timed.height == calls.height
    assert ((timed["time_used"] - timed["time"]).dt.total_seconds().is_between(0, 60)).all()


@pytest.mark.slow
def test_tables_of_the_run_name_the_line(run: DayRun) -> None:
    slots = run.slots
    for table in (slots.slots, slots.days, slots.mix, slots.options, slots.colours, run.cars):
        assert set(table["line"].drop_nulls()) == set(LINES)
    assert set(slots.fair_share["line"].drop_nulls()) == {"road", "suv"}
    late = CliRunner().invoke(
        app, ["late", str(run.folder), "PACK-OCEAN 1", "--hours", "40", "--json"]
    )
    hit = {row["order"] for row in json.loads(late.stdout)["orders"]}
    lines = run.cars.filter(pl.col("order").is_in(hit))["line"]
    assert set(lines) == {"road", "suv"}


@pytest.mark.slow
def test_the_picture_of_the_slots_gives_each_line_the_colours_of_its_models(run: DayRun) -> None:
    drawn = slots(run)
    assert drawn is not None
    picture = drawn.to_dict()
    assert picture["resolve"]["scale"]["color"] == "independent"
    domains = [
        next(
            layer["encoding"]["color"]["scale"]["domain"]
            for layer in panel["layer"]
            if "color" in layer["encoding"]
        )
        for panel in picture["vconcat"]
    ]
    built = {line: set(own["model"]) for (line,), own in run.cars.group_by("line")}
    assert [set(domain) for domain in domains] == [built[line] for line in LINES]
