"""Small hubs whose optimum is worked out by hand in each docstring."""

from __future__ import annotations

import polars as pl
import pytest

from sinho import MonthPlan, plan_months
from tests.plan.small import APR, FEB, MAR, OVERSEAS, asks, car, shop, small


def line(plan: MonthPlan, name: str) -> float:
    return float(plan.tables["lines"].filter(pl.col("line") == name)["amount"].item())


def total(plan: MonthPlan, table: str, **where: object) -> float:
    frame = plan.tables[table]
    for column, value in where.items():
        frame = frame.filter(pl.col(column) == value)
    return float(frame["units"].sum())


def value_of_hour(plan: MonthPlan, name: str) -> float:
    return float(plan.tables["shop_values"].filter(pl.col("shop") == name)["value"].sum())


FOUNDRY_TABLES = {
    "loads": [
        {"item": "A", "shop": "paint"},
        {"item": "cast", "shop": "foundry"},
    ],
    "parts": [
        {"part": "engine", "kind": "engine", "supply": "made"},
        {"part": "cast", "kind": "casting", "unit": "kg", "supply": "made"},
    ],
    "bom": [
        {"parent": "A", "part": "engine", "quantity": 1},
        {"parent": "engine", "part": "cast", "quantity": 8},
    ],
}


def test_paint_is_the_bottleneck():
    """Paint: 10 cars/h x 160 h = 1,600 cars. Foundry: 100 kg/h x 160 h / 8 kg = 2,000 engines.

    3,000 are asked for; 1,600 x (20 - 10) = 16,000. One more hour of paint is 10 cars: 100.
    """
    plan = plan_months(small(shops=[shop("paint", 10), shop("foundry", 100)], **FOUNDRY_TABLES))
    assert plan.contribution == pytest.approx(16_000)
    assert total(plan, "make") == pytest.approx(1_600)
    assert value_of_hour(plan, "paint") == pytest.approx(100)
    assert value_of_hour(plan, "foundry") == 0


def test_the_bottleneck_moves_to_the_foundry():
    """Foundry: 75 kg/h x 160 h / 8 kg = 1,500 engines, below paint's 1,600 cars.

    1,500 x 10 = 15,000. One more foundry hour is 75 / 8 = 9.375 cars: 93.75.
    """
    plan = plan_months(small(shops=[shop("paint", 10), shop("foundry", 75)], **FOUNDRY_TABLES))
    assert plan.contribution == pytest.approx(15_000)
    assert value_of_hour(plan, "foundry") == pytest.approx(93.75)
    assert value_of_hour(plan, "paint") == 0
    parts = plan.tables["parts"].filter(pl.col("part") == "cast")
    assert parts["made"].sum() == pytest.approx(12_000)


def contract_hub(penalty: float):
    return small(
        markets=[
            {"market": name, "country": "KR", "region": "Korea", "route": "domestic"}
            for name in ("high", "low")
        ],
        demand=[asks(FEB, 1600, "high", price=22), asks(FEB, 1000, "low", price=18)],
        contracts=[
            {
                "contract": "K",
                "brand": "B",
                "markets": "low",
                "start": FEB,
                "end": FEB,
                "least": 400,
                "short_penalty": penalty,
            }
        ],
    )


def test_a_contract_minimum_beats_a_better_paid_market_when_its_penalty_is_larger():
    """A car moved from the high to the low market loses 4 and saves the penalty of 5.

    So the least of 400 is met: 1,200 x 12 + 400 x 8 = 17,600.
    """
    plan = plan_months(contract_hub(penalty=5))
    assert plan.contribution == pytest.approx(17_600)
    assert total(plan, "ship", market="low") == pytest.approx(400)
    assert plan.tables["contracts"]["short"].item() == pytest.approx(0)


def test_a_contract_minimum_is_missed_when_its_penalty_is_smaller():
    """Saving 3 by losing 4 does not pay: 1,600 x 12 - 400 x 3 = 18,000."""
    plan = plan_months(contract_hub(penalty=3))
    assert plan.contribution == pytest.approx(18_000)
    assert plan.tables["contracts"]["short"].item() == pytest.approx(400)
    assert line(plan, "contract penalties") == pytest.approx(-1_200)


def test_the_lexicographic_order_meets_the_contract_first():
    """The same hub with contracts before money: 17,600 and no car short.

    Lost: 2,600 asked for, 1,600 built. Nothing is lost below a stock or a later month, so the
    1,000 cars are lost or late at the end; fewest lost comes first: all of them are late.
    """
    plan = plan_months(contract_hub(penalty=3), objective="lexicographic")
    levels = dict(plan.levels)
    assert levels["contract shortfall"] == pytest.approx(0, abs=1e-5)
    assert levels["lost units"] == pytest.approx(0, abs=1e-2)
    assert levels["late units"] == pytest.approx(1_000, abs=1e-2)
    assert plan.contribution == pytest.approx(17_600, rel=1e-5)


def test_a_launch_ramp_limits_the_first_months():
    """Full rate 100 a day. February: 25 % x 100 x 20 = 500; March: 50 % x 100 x 22 = 1,100.

    800 + 1,000 are asked for. 300 are late in February, 200 still in March (penalty 1 each month;
    losing one in February would cost 4): 1,600 x 10 - 300 - 200 = 15,500.
    """
    plan = plan_months(
        small(
            end=MAR,
            models=[car(sop="2026-02-01", full_rate=100)],
            ramp=[
                {"model": "A", "month_after_sop": 0, "share": 0.25},
                {"model": "A", "month_after_sop": 1, "share": 0.5},
            ],
            demand=[
                asks(FEB, 800, lost_penalty=4, late_penalty=1),
                asks(MAR, 1000, lost_penalty=4, late_penalty=1),
            ],
        )
    )
    assert plan.tables["make"]["units"].to_list() == pytest.approx([500, 1_100])
    assert plan.tables["late"]["units"].to_list() == pytest.approx([300, 200])
    assert plan.contribution == pytest.approx(15_500)


def test_a_ramp_without_a_full_rate_runs_at_what_holds_in_its_month():
    """Half of what the line does on a day: 5 cars/h x 80 % x (8 + 1) h x 20 days / 2 = 360.

    In March it is given two shifts and runs at 10 cars/h, without overtime; the ramp's 60 % of
    10 x 80 % x 16 h x 22 days are 1,689.6. Nothing of that is there in February.
    """
    patterns = [
        {"group": "v", "pattern": "one", "shifts": 1, "hours": 8},
        {"group": "v", "pattern": "two", "shifts": 2, "hours": 8},
    ]
    hub = small(
        end=MAR,
        models=[car(sop="2026-02-01")],
        shops=[shop("assembly", 5, availability=0.8)],
        rates=[{"shop": "assembly", "month": MAR, "manned_rate": 10}],
        patterns=patterns,
        fixed_patterns=[
            {"group": "v", "start": FEB, "end": FEB, "pattern": "one"},
            {"group": "v", "start": MAR, "end": None, "pattern": "two"},
        ],
        overtime=[
            {"group": "v", "start": FEB, "hours_per_day": 1},
            {"group": "v", "start": MAR, "hours_per_day": 0},
        ],
        ramp=[
            {"model": "A", "month_after_sop": 0, "share": 0.5},
            {"model": "A", "month_after_sop": 1, "share": 0.6},
        ],
        demand=[asks(FEB, 5000), asks(MAR, 5000)],
    )
    assert plan_months(hub).tables["make"]["units"].to_list() == pytest.approx([360, 1_689.6])


def test_a_ramp_runs_at_the_longest_pattern_that_the_month_leaves_to_choose():
    """One shift is kept in February, two may be chosen in March, where 10 % of 16 h are a limit.

    February: 10 % x 10 cars/h x 8 h x 20 days = 160; March: 10 % x 10 x 16 x 22 = 352.
    """
    hub = small(
        end=MAR,
        models=[car(sop="2026-02-01")],
        shops=[shop("assembly", 10)],
        groups=[{"group": "v", "opening_pattern": "one", "months_kept": 0}],
        patterns=[
            {"group": "v", "pattern": "one", "shifts": 1, "hours": 8, "cost_per_day": 1},
            {"group": "v", "pattern": "two", "shifts": 2, "hours": 8, "cost_per_day": 2},
        ],
        ramp=[{"model": "A", "month_after_sop": n, "share": 0.1} for n in (0, 1)],
        demand=[asks(FEB, 5000), asks(MAR, 5000)],
    )
    assert plan_months(hub).tables["make"]["units"].to_list() == pytest.approx([160, 352])


def test_sop_in_the_middle_of_a_month_leaves_the_days_after_it():
    """SOP on Monday 16 February leaves 10 of 20 days: 10 x 8 h x 10 cars/h = 800 cars."""
    plan = plan_months(small(models=[car(sop="2026-02-16")]))
    assert total(plan, "make") == pytest.approx(800)


def test_yield_makes_bought_engines_pay():
    """1,600 engines are started, 80 % are good: 1,280 at 2 / 0.8 = 2.5; the rest is bought at 5.

    1,500 cars x 10 - 1,600 x 2 - 220 x 5 = 15,000 - 3,200 - 1,100 = 10,700.
    """
    plan = plan_months(
        small(
            shops=[shop("assembly", 20), shop("engine", 10)],
            loads=[{"item": "A", "shop": "assembly"}, {"item": "E", "shop": "engine"}],
            parts=[
                {
                    "part": "E",
                    "kind": "engine",
                    "supply": "both",
                    "make_cost": 2,
                    "buy_cost": 5,
                    "yield_share": 0.8,
                }
            ],
            bom=[{"parent": "A", "part": "E", "quantity": 1}],
            demand=[asks(FEB, 1500)],
        )
    )
    assert plan.tables["parts"]["made"].item() == pytest.approx(1_280)
    assert plan.tables["parts"]["bought"].item() == pytest.approx(220)
    assert plan.contribution == pytest.approx(10_700)


def test_whole_lots_leave_stock_behind():
    """250 engines are needed and made in lots of 100: 300 made, 50 kept, 250 x 10 - 300 = 2,200."""
    plan = plan_months(
        small(
            parts=[
                {
                    "part": "E",
                    "kind": "engine",
                    "supply": "made",
                    "make_cost": 1,
                    "lot_size": 100,
                }
            ],
            loads=[
                {"item": "A", "shop": "assembly"},
                {"item": "E", "shop": "assembly", "load": 0.1},
            ],
            bom=[{"parent": "A", "part": "E", "quantity": 1}],
            demand=[asks(FEB, 250)],
        )
    )
    assert plan.tables["parts"]["made"].item() == pytest.approx(300)
    assert plan.tables["parts"]["stock"].item() == pytest.approx(50)
    assert plan.contribution == pytest.approx(2_200)


def test_containers_carry_what_the_vessels_cannot():
    """Vessels: 1,000 m2 / 10 m2 = 100 cars at 2. Boxes: 50 x 3 = 150 cars at 9 / 3 = 3.

    300 are asked for, a lost one costs 1: 100 x 8 + 150 x 7 - 50 = 1,800. One more square metre
    is a tenth of a car that is not lost, (8 + 1) / 10 = 0.9; one more box is 3 x (7 + 1) = 24.
    """
    plan = plan_months(
        small(
            markets=OVERSEAS,
            demand=[asks(FEB, 300, "FR", lost_penalty=1, late_penalty=5)],
            freight=[
                {"lane": "EU", "mode": "vessel", "start": FEB, "cost": 2},
                {
                    "lane": "EU",
                    "mode": "container",
                    "start": FEB,
                    "cost": 9,
                    "per": "box",
                    "cars_per_box": 3,
                },
            ],
            sailings=[{"lane": "EU", "month": FEB, "area": 1000, "boxes": 50}],
        )
    )
    assert total(plan, "ship", mode="vessel") == pytest.approx(100)
    assert total(plan, "ship", mode="container") == pytest.approx(150)
    assert plan.contribution == pytest.approx(1_800)
    values = plan.tables["sea_values"]
    assert values["value_area"].item() == pytest.approx(0.9)
    assert values["value_box"].item() == pytest.approx(24)


def shift_hub(change_cost: float, day_cost: float = 100, min_months: int = 1, months: int = 2):
    """One shift makes 1,600 in February and 1,760 in March; demand is twice that, then half."""
    ends = {2: MAR, 3: APR}
    demand = [asks(FEB, 3200), asks(MAR, 3520)] if months == 2 else [asks(FEB, 3200)]
    return small(
        end=ends[months],
        groups=[{"group": "v", "opening_pattern": "one"}],
        patterns=[
            {"group": "v", "pattern": "one", "shifts": 1, "hours": 8},
            {
                "group": "v",
                "pattern": "two",
                "shifts": 2,
                "hours": 8,
                "cost_per_day": day_cost,
                "change_cost": change_cost,
                "min_months": min_months,
            },
        ],
        demand=[{**row, "late_penalty": 50} for row in demand],
    )


def test_a_second_shift_pays_when_its_change_costs_less_than_it_brings():
    """The second shift brings 1,600 x 10 + 1,760 x 10 - 42 days x 100 = 29,400; the change 20,000.

    All in all 67,200 - 4,200 - 20,000 = 43,000.
    """
    plan = plan_months(shift_hub(change_cost=20_000))
    assert plan.tables["patterns"]["pattern"].to_list() == ["two", "two"]
    assert plan.contribution == pytest.approx(43_000)


def test_a_second_shift_does_not_pay_when_its_change_costs_more():
    """29,400 against 30,000: one shift stays, 3,360 cars x 10 = 33,600; the rest is lost at 0."""
    plan = plan_months(shift_hub(change_cost=30_000))
    assert plan.tables["patterns"]["pattern"].to_list() == ["one", "one"]
    assert plan.contribution == pytest.approx(33_600)


@pytest.mark.parametrize(
    ("stay", "patterns", "contribution"),
    [
        # February 16,000 - 6,000 of labour, and back to one shift in March.
        (1, ["two", "one", "one"], 32_000 - 6_000),
        # March's second shift, 22 x 300 = 6,600, has to be paid too.
        (2, ["two", "two", "one"], 32_000 - 12_600),
        # With April as well, 19,200 of labour are more than the 16,000 it brings.
        (3, ["one", "one", "one"], 16_000),
    ],
)
def test_a_pattern_is_kept_for_its_fewest_months(stay, patterns, contribution):
    """3,200 are asked for in February, nothing later; a second shift costs 300 a day."""
    plan = plan_months(shift_hub(0, day_cost=300, min_months=stay, months=3))
    assert plan.tables["patterns"]["pattern"].to_list() == patterns
    assert plan.contribution == pytest.approx(contribution)


def test_overtime_is_worked_while_it_pays():
    """1 h a day x 20 days x 10 cars/h = 200 cars; they bring 2,000 and cost 20 h x 30 = 600."""
    plan = plan_months(
        small(
            overtime=[{"group": "v", "start": FEB, "hours_per_day": 1, "cost_per_hour": 30}],
        )
    )
    assert total(plan, "make") == pytest.approx(1_800)
    assert plan.contribution == pytest.approx(17_400)
    assert plan.tables["overtime"]["hours"].item() == pytest.approx(20)


def test_stock_is_built_ahead_of_a_peak():
    """February can build 1,600, March 1,760; 2,000 are asked for in March alone.

    240 cars are built in February and kept a month at 2: 20,000 - 480 = 19,520.
    """
    plan = plan_months(small(end=MAR, models=[car(stock_cost=2)], demand=[asks(MAR, 2000)]))
    assert plan.tables["stock"]["units"].to_list() == pytest.approx([240, 0])
    assert plan.contribution == pytest.approx(19_520)


def test_a_late_car_earns_the_price_of_the_month_it_was_asked_for():
    """2,000 asked for in February at 20; 400 of them are built in March, when the price is 30.

    They earn 20 each: 2,000 x 10 - 400 late at 1 = 19,600; March's own 100 earn 100 x 20 = 2,000.
    """
    plan = plan_months(
        small(
            end=MAR,
            demand=[
                asks(FEB, 2000, lost_penalty=100, late_penalty=1),
                asks(MAR, 100, price=30, lost_penalty=100, late_penalty=1),
            ],
        )
    )
    assert plan.contribution == pytest.approx(19_600 + 2_000)
    assert line(plan, "revenue") == pytest.approx(2_000 * 20 + 100 * 30)


def test_duty_is_weighted_by_the_days_it_is_in_force():
    """10 % of 20 from 15 February on: half of February's 28 days, so 1 per car."""
    plan = plan_months(
        small(
            markets=OVERSEAS,
            demand=[asks(FEB, 100, "FR")],
            freight=[{"lane": "EU", "mode": "vessel", "start": FEB, "cost": 2}],
            sailings=[{"lane": "EU", "month": FEB}],
            tariffs=[
                {"origin": "KR", "destination": "FR", "start": "2026-02-15", "percent": 10},
                {"origin": "JP", "destination": "FR", "start": "2026-02-01", "percent": 90},
            ],
        )
    )
    assert line(plan, "tariffs") == pytest.approx(-100)
    assert line(plan, "freight") == pytest.approx(-200)


def test_opening_stock_and_backlog_are_used_first():
    """50 cars stand in the yard, 80 were late before: 50 are shipped without being built.

    100 asked for + 80 late = 180 shipped; 130 built: 180 x 20 - 130 x 10 = 2,300.
    """
    plan = plan_months(
        small(
            demand=[asks(FEB, 100, lost_penalty=50, late_penalty=9)],
            opening_stock=[{"item": "A", "units": 50}],
            opening_backlog=[{"model": "A", "market": "KR", "units": 80}],
        )
    )
    assert total(plan, "make") == pytest.approx(130)
    assert plan.contribution == pytest.approx(2_300)


def test_the_yard_limits_what_is_built_ahead():
    """As with the stock built ahead, but the yard holds 100: 1,860 are shipped in March."""
    plan = plan_months(
        small(
            end=MAR,
            demand=[asks(MAR, 2000)],
            yard=[{"yard": "port", "start": FEB, "capacity": 100}],
        )
    )
    assert total(plan, "ship") == pytest.approx(1_860)
    assert plan.tables["yard"]["cars"].to_list() == pytest.approx([100, 0])
