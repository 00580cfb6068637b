"""Edges of the plan's rules, each worked out by hand: prices, stays, launches, duties, calendar."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from sinho import MonthPlan, plan_months
from sinho.hub import Hub
from tests.plan.small import APR, FEB, MAR, OVERSEAS, Rows, asks, car, shop, small


def exact(hub: Hub, **options: object) -> MonthPlan:
    return plan_months(hub, gap=0.0, **options)  # type: ignore[arg-type]


def amounts(plan: MonthPlan) -> dict[str, float]:
    lines = plan.tables["lines"].filter(pl.col("amount") != 0)
    return dict(lines.select("line", "amount").iter_rows())


def worked(plan: MonthPlan) -> list[str]:
    return plan.tables["patterns"]["pattern"].to_list()


def shifts(min_months: int, **second: object) -> Rows:
    one = {"group": "v", "pattern": "one", "shifts": 1, "hours": 8, "cost_per_day": 50}
    two = {**one, "pattern": "two", "shifts": 2, "cost_per_day": 100, **second}
    return [{**row, "min_months": min_months} for row in (one, two)]


def opened(kept: int) -> Rows:
    return [{"group": "v", "opening_pattern": "one", "months_kept": kept}]


def test_a_car_that_stays_late_earns_nothing_when_the_price_falls():
    """A car costs 40 and sells for 30, in March for 10: it is not built, and nothing is earned.

    Nothing is gained by leaving it late from a dear month to a cheap one.
    """
    hub = small(
        end=MAR,
        models=[car(material_cost=40)],
        demand=[asks(FEB, 100, price=30), asks(MAR, 0, price=10)],
    )
    assert amounts(exact(hub)) == {}


def test_of_late_cars_those_that_pay_best_are_shipped():
    """One car an hour: 160 in February, 176 in March, 176 in April; 300, 160 and 160 are asked for.

    February ships 160 of its 300 cars at 20. March and April ship their own at 30 and 25 and have
    room for 16 late ones each. The other 108 cars of February stay late and earn nothing.
    """
    hub = small(
        end=APR,
        shops=[shop("assembly", 1)],
        demand=[
            asks(FEB, 300, price=20),
            asks(MAR, 160, price=30),
            asks(APR, 160, price=25),
        ],
    )
    plan = exact(hub)
    revenue = 160 * 20 + 160 * 30 + 160 * 25 + 32 * 20
    assert plan.contribution == pytest.approx(revenue - 512 * 10)


def test_a_stay_may_be_longer_than_the_horizon():
    """One shift, begun just now and kept for six months, is worked in all three months."""
    hub = small(end=APR, patterns=shifts(6), groups=opened(0), demand=[asks(FEB, 9000)])
    assert worked(exact(hub)) == ["one", "one", "one"]


def test_a_stay_is_counted_in_weeks():
    """Five of six months are over; one is left: five of February's weeks, the first a Sunday."""
    patterns = shifts(6)
    plan = exact(
        small(patterns=patterns, groups=opened(5), demand=[asks(FEB, 9000)]), period="week"
    )
    assert worked(plan) == ["one"] * 5
    plan = exact(
        small(end=MAR, patterns=patterns, groups=opened(5), demand=[asks(MAR, 9000)]),
        period="week",
    )
    assert worked(plan)[:5] == ["one"] * 5
    assert worked(plan)[5:] == ["two"] * 5


def test_a_given_pattern_ends_a_stay():
    """Two shifts in February and one in March are given; both would be kept for three months.

    March's one shift is kept for April and May; February's two shifts are over. June is free.
    """
    given = [
        {"group": "v", "start": FEB, "end": FEB, "pattern": "two"},
        {"group": "v", "start": MAR, "end": MAR, "pattern": "one"},
    ]
    hub = small(
        end="2026-06",
        patterns=shifts(3, cost_per_day=51),
        groups=opened(99),
        fixed_patterns=given,
        demand=[asks("2026-06", 20000)],
    )
    assert worked(exact(hub)) == ["two", "one", "one", "one", "two"]


def test_a_given_pattern_ends_the_opening_stay():
    """One shift has just begun; two are given in February and then kept for their three months."""
    given = [{"group": "v", "start": FEB, "end": FEB, "pattern": "two"}]
    hub = small(end=APR, patterns=shifts(3), groups=opened(0), fixed_patterns=given)
    assert worked(exact(hub)) == ["two", "two", "two"]


def test_a_country_reached_by_road_takes_its_duty():
    """A car sells for 20 and costs 10; a quarter of its price is paid at the border: 5 are left."""
    hub = small(
        markets=[{"market": "US", "country": "US", "region": "America", "route": "domestic"}],
        demand=[asks(FEB, 100, "US")],
        tariffs=[{"origin": "KR", "destination": "US", "start": "2020-01-01", "percent": 25}],
    )
    assert exact(hub).contribution == pytest.approx(500)


def test_prices_after_the_horizon_count_for_nothing():
    """February's 100 cars sail in March; a duty of 10 % is on their 20, not on June's 90."""
    hub = small(
        end=MAR,
        markets=OVERSEAS,
        demand=[asks(FEB, 100, "FR", lost_penalty=5), asks("2026-06", 100, "FR", price=90)],
        freight=[{"lane": "EU", "mode": "vessel", "start": FEB, "cost": 0}],
        sailings=[{"lane": "EU", "month": MAR}],
        tariffs=[{"origin": "KR", "destination": "FR", "start": "2020-01-01", "percent": 10}],
    )
    assert exact(hub).contribution == pytest.approx(100 * (20 - 10 - 2))


@pytest.mark.parametrize(
    ("months", "price"),
    [(("2026-01", "2025-12"), 50), (("2026-03", "2026-04"), 50), (("2026-04", "2025-12"), 70)],
)
def test_late_cars_take_the_price_that_is_nearest_to_the_horizon(months, price):
    """Ten cars were late before February, whose pair has demand before or after it only.

    The last price before the horizon holds on; without one, the first after it counts.
    """
    hub = small(
        demand=[asks(months[0], 5, price=50), asks(months[1], 5, price=70)],
        opening_backlog=[{"model": "A", "market": "KR", "units": 10}],
    )
    assert exact(hub).contribution == pytest.approx(10 * (price - 10))


def test_a_week_that_is_cut_by_the_launch_belongs_to_its_ramp():
    """Launched on Friday, 1 May, at 50 cars a day and 10 % in the first month: 5 on that day.

    The week's Thursday lies in April; still it is the month of the launch.
    """
    hub = small(
        start=APR,
        end="2026-05",
        models=[car(sop="2026-05-01", full_rate=50)],
        ramp=[{"model": "A", "month_after_sop": 0, "share": 0.1}],
        demand=[asks("2026-05", 9000)],
    )
    made = exact(hub, period="week").tables["make"].filter(pl.col("units") > 0)
    assert made["period"][0] == dt.date(2026, 4, 27)
    assert made["units"].to_list() == pytest.approx([5, 25, 25, 25, 25])


def test_a_later_row_of_the_calendar_overrides_a_stop():
    """All of February stops, but its first week is worked by half: 2.5 days."""
    stop = {"start": "2026-02-01", "end": "2026-02-28", "group": "all", "kind": "summer"}
    half = {"start": "2026-02-01", "end": "2026-02-08", "group": "v", "kind": "summer"}
    hub = small(calendar=[stop, {**half, "share": 0.5}])
    assert exact(hub).tables["hours"]["days"].to_list() == [2.5]


def test_demand_outside_the_horizon_alone_gives_an_empty_plan():
    plan = exact(small(demand=[asks("2026-05", 10)]))
    assert plan.contribution == 0
    assert plan.tables["ship"].is_empty()
