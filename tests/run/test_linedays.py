"""What each line of a plant can build on each day, and what shops that lines share can."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import sinho
from sinho.orders import Input, solve
from sinho.orders.fitting import fitting
from sinho.results import MonthPlan
from sinho.run.horizon import run_dates
from sinho.run.linedays import at_rest, lasting, line_capacity, unspread
from tests.hub.lines import two_lines
from tests.plan.small import FEB, MAR, asks, car, shop, small

FIRST, SATURDAY, MONDAY = dt.date(2026, 1, 5), dt.date(2026, 1, 10), dt.date(2026, 1, 12)


@pytest.fixture(scope="module")
def both() -> tuple[sinho.Hub, MonthPlan]:
    hub = sinho.hub_from_tables(two_lines())
    return hub, sinho.plan_months(hub)


def test_a_day_that_one_line_works_is_a_day(both: tuple[sinho.Hub, MonthPlan]) -> None:
    hub, plan = both
    dates = run_dates(hub, FIRST, 7)
    assert dates == [FIRST + dt.timedelta(days=n) for n in (0, 1, 2, 3, 4, 5, 7)]
    points = line_capacity(hub, plan, dates).filter("point")
    lines = {
        date: own["line"].to_list() for (date,), own in points.group_by("date", maintain_order=True)
    }
    assert lines[FIRST] == ["north", "south"]
    assert lines[SATURDAY] == ["south"]
    assert lines[MONDAY] == ["north"]


def test_the_months_hours_of_a_line_lie_on_its_own_days(both: tuple[sinho.Hub, MonthPlan]) -> None:
    hub, plan = both
    month = run_dates(hub, dt.date(2026, 1, 1), 23)
    points = line_capacity(hub, plan, month).filter("point")
    hours = plan.tables["hours"].filter(pl.col("period") == dt.date(2026, 1, 1))
    for name, point in (("north", "assembly"), ("south", "assembly south")):
        row = hours.row(by_predicate=pl.col("shop") == point, named=True)
        own = points.filter(pl.col("line") == name)
        assert own["capacity"].sum() == pytest.approx(row["manned_capacity"], rel=1e-6)
        assert own["hours"].sum() == pytest.approx(row["pattern_hours"] + row["overtime_hours"])


def test_a_shared_shop_gives_a_day_what_its_lines_take(both: tuple[sinho.Hub, MonthPlan]) -> None:
    hub, plan = both
    month = run_dates(hub, dt.date(2026, 1, 1), 23)
    paint = line_capacity(hub, plan, month).filter(pl.col("shop") == "paint")
    row = plan.tables["hours"].row(
        by_predicate=(pl.col("shop") == "paint") & (pl.col("period") == dt.date(2026, 1, 1)),
        named=True,
    )
    assert paint["line"].null_count() == paint.height == len(month)
    assert paint["capacity"].sum() == pytest.approx(row["manned_capacity"], rel=1e-6)
    by_date = dict(paint.select("date", "capacity").iter_rows())
    # a weekday gives what a Saturday of the south gives, and what a Monday of the north does
    assert by_date[FIRST] == pytest.approx(by_date[SATURDAY] + by_date[MONDAY], abs=1e-5)


def test_only_what_a_line_builds_of_a_model_is_reduced(both: tuple[sinho.Hub, MonthPlan]) -> None:
    hub, plan = both
    dates = run_dates(hub, FIRST, 5)
    cars = plan.tables["make"].with_columns(pl.lit("KR").alias("market"))
    fits = fitting(hub, plan, line_capacity(hub, plan, dates), cars)
    asked = cars.filter(pl.col("period") == dt.date(2026, 1, 1))
    assert (fits["units"] <= asked["units"] + 1e-9).all()


def test_hours_that_no_day_takes_are_told() -> None:
    # assembly works a Saturday on which paint, of another group, rests
    hub = small(
        end=MAR,
        models=[car("A")],
        groups=[{"group": "v"}, {"group": "paint"}],
        shops=[shop("assembly", 10), shop("paint", 20, group="paint")],
        patterns=[
            {"group": name, "pattern": "one", "shifts": 1, "hours": 8, "cost_per_day": 1}
            for name in ("v", "paint")
        ],
        loads=[{"item": "A", "shop": name} for name in ("assembly", "paint")],
        demand=[asks(FEB, 1600), asks(MAR, 1600)],
        calendar=[{"start": "2026-02-07", "group": "v", "kind": "work"}],
    )
    plan = sinho.plan_months(hub)
    days = line_capacity(hub, plan, run_dates(hub, dt.date(2026, 2, 2), 5))
    (said,) = unspread(hub, plan, days)
    assert said.startswith("the plan counts 8.0 h of assembly on 2026-02-07, when another shop")


def test_days_on_which_a_shared_shop_rests_are_told(both: tuple[sinho.Hub, MonthPlan]) -> None:
    hub, plan = both
    days = line_capacity(hub, plan, run_dates(hub, FIRST, 7))
    (said,) = at_rest(hub, days)  # the paint shop is of the north's group, which rests on Saturday
    assert said.startswith(f"paint rests on {SATURDAY}, when south works: no car passes it")
    tables = two_lines()
    alone = [{**tables["groups"][0], "group": "paint"}]
    rest = [{"start": f"2026-01-{day:02d}", "kind": "company", "group": "paint"} for day in (8, 9)]
    hub = sinho.hub_from_tables(
        tables
        | {
            "groups": tables["groups"] + alone,
            "shops": [
                {**shop, "group": "paint"} if shop["shop"] == "paint" else shop
                for shop in tables["shops"]
            ],
            "patterns": [*tables["patterns"], {**tables["patterns"][0], "group": "paint"}],
            "calendar": [
                *tables["calendar"],
                {"start": str(SATURDAY), "kind": "work", "group": "paint"},
                *rest,
            ],
        }
    )
    plan = sinho.plan_months(hub)
    days = line_capacity(hub, plan, run_dates(hub, FIRST, 7))
    (said,) = at_rest(hub, days)
    assert said.startswith("paint rests on 2026-01-08, 2026-01-09, when north and south work")
    assert at_rest(hub, line_capacity(hub, plan, run_dates(hub, dt.date(2026, 1, 13), 3))) == []


def test_days_follow_a_pattern_that_changes_on_the_15th() -> None:
    rows = [
        {"group": "v", "start": "2026-02", "end": "2026-03-14", "pattern": "one"},
        {"group": "v", "start": "2026-03-15", "pattern": "two"},
    ]
    patterns = [
        {"group": "v", "pattern": "one", "shifts": 1, "hours": 8},
        {"group": "v", "pattern": "two", "shifts": 2, "hours": 7.5},
    ]
    overtime = [{"group": "v", "start": "2026-02", "hours_per_day": 1}]
    hub = small(
        end="2026-03",
        patterns=patterns,
        fixed_patterns=rows,
        overtime=overtime,
        demand=[asks("2026-03", 9000)],
    )
    plan = sinho.plan_months(hub)
    dates = [dt.date(2026, 3, day) for day in (12, 13, 16, 17)]
    days = line_capacity(hub, plan, dates)
    assert days["hours"].to_list() == pytest.approx([9, 9, 16, 16])
    assert days["capacity"].to_list() == pytest.approx([90, 90, 160, 160])
    # orders made of the plan aim at the days by their hours: 90 and 160 of 500, less room for a car
    given = Input.from_plan(hub, plan, dates[0], dates[-1], days=days)
    assert list(aims(hub, given, "A").values()) == pytest.approx([89, 89, 159, 159], abs=1)


def aims(hub: sinho.Hub, given: Input, model: str) -> dict[dt.date, int]:
    """Return how many orders for a model at home aim at each day."""
    lead = dt.timedelta(days=hub.slotting["lead_days"])
    table = solve(given).orders.table.filter(
        (pl.col("model") == model) & (pl.col("market") == "KR")
    )
    counted = table.group_by(pl.col("wanted") - lead).len().sort("wanted")
    return dict(counted.iter_rows())


def test_orders_made_of_a_plan_aim_at_the_hours_of_the_line_that_builds_them() -> None:
    tables = two_lines()
    half = {"start": "2026-01-14", "kind": "company", "share": 0.5, "group": "south"}
    asked = {**tables["demand"][0], "model": "C", "market": "KR", "month": "2026-01", "units": 300}
    changed = {"calendar": [*tables["calendar"], half], "demand": [*tables["demand"], asked]}
    hub = sinho.hub_from_tables(two_lines(**changed))
    plan = sinho.plan_months(hub)
    built = plan.tables["make_lines"].filter(period=dt.date(2026, 1, 1), model="C")
    assert built["line"].to_list() == ["south"]
    dates = run_dates(hub, dt.date(2026, 1, 8), 6)
    given = Input.from_plan(hub, plan, dates[0], dates[-1], days=line_capacity(hub, plan, dates))
    found = aims(hub, given, "C")
    assert dt.date(2026, 1, 12) not in found  # the south rests
    assert SATURDAY in found
    # the north alone builds B: a run of the Saturday, on which it rests, has no order for it
    alone = [SATURDAY]
    given = Input.from_plan(hub, plan, *alone * 2, days=line_capacity(hub, plan, alone))
    assert set(solve(given).orders.table["model"]) <= {"A", "C"}
    assert aims(hub, given, "C") == {SATURDAY: found[SATURDAY]}
    # whole periods, as `sinho orders` makes them, know the lines' days too
    month = aims(hub, Input.from_plan(hub, plan, dt.date(2026, 1, 1), dt.date(2026, 1, 31)), "C")
    assert dt.date(2026, 1, 12) not in month
    assert month[dt.date(2026, 1, 14)] == pytest.approx(month[dt.date(2026, 1, 13)] / 2, abs=1.5)
    whole = found[dt.date(2026, 1, 13)]
    assert whole > 3
    assert found[dt.date(2026, 1, 14)] == pytest.approx(whole / 2, abs=1.5)


def test_a_night_shift_that_ends_after_another_lines_day_has_begun_is_told() -> None:
    tables = two_lines()

    def said(begin: str, *rules: dict[str, str]) -> list[str]:
        times = {"main": begin, "south": "05:00"}
        hub = sinho.hub_from_tables(
            tables
            | {
                "patterns": [{**row, "shifts": 1, "hours": 8} for row in tables["patterns"]],
                "shifts": [
                    {"group": row["group"], "pattern": row["pattern"], "shift": 1}
                    | {"begin": times[row["group"]]}
                    for row in tables["patterns"]
                    if row["group"] in times
                ],
                "sequence_rules": [*rules],
            }
        )
        return lasting(hub, plan := sinho.plan_months(hub), line_capacity(hub, plan, dates))

    dates = [FIRST, FIRST + dt.timedelta(days=1)]
    paint = {"rule": "paint", "kind": "changes", "attribute": "colour", "shop": "paint"}
    (told,) = said("22:00", paint)
    assert told.startswith(
        "the day of north lasts until 2026-01-06 06:00, when south works since 05:00: rules of"
    )
    assert said("21:00", paint) == []  # it ends as the other begins
    assert said("22:00") == []
