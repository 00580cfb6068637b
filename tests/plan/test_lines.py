"""Volumes by line, worked by hand: two lines behind one paint shop of 10 cars/h."""

from __future__ import annotations

import polars as pl
import pytest

from sinho import DataError, Infeasible, TimeLimit, explain, plan_months
from sinho.hub import Hub
from tests.plan.small import APR, FEB, MAR, Rows, asks, car, shop, small


def plant(**tables: Rows) -> Hub:
    """Lines a (6 cars/h) and b (3 cars/h) share a paint shop of 10 cars/h; A runs on both.

    In the 20 days of February a builds 960 cars, b 480 and paint 1,600.
    """
    base: dict[str, Rows] = {
        "shops": [shop("paint", 10), assembly("a", 6), assembly("b", 3)],
        "loads": [{"item": "A", "shop": name} for name in ("paint", "a", "b")],
        "lines": [
            {"line": "a", "shops": "paint;a", "shared": "paint"},
            {"line": "b", "shops": "paint;b", "shared": "paint"},
        ],
        "model_lines": [{"model": "A", "line": "a"}, {"model": "A", "line": "b", "extra_cost": 4}],
        "demand": [asks(FEB, 1200)],
    }
    return small(**{**base, **tables})


def assembly(line: str, rate: float, **more: object) -> dict[str, object]:
    return shop("assembly", rate) | {"shop": line, **more}


def on_b(**more: object) -> Rows:
    return [{"model": "A", "line": "a"}, {"model": "A", "line": "b", "extra_cost": 4, **more}]


def built(hub: Hub, **options: object) -> dict[tuple[str, str, str], float]:
    """Cars by month, model and line, as both methods plan them where both can."""
    plan = plan_months(hub, **options)
    table = plan.tables["make_lines"]
    sums = table.group_by("period", "model").agg(pl.col("units").sum()).sort("period", "model")
    assert sums.equals(plan.tables["make"].sort("period", "model"))
    return {
        (f"{period:%Y-%m}", model, line): units
        for period, model, line, units in table.iter_rows()
        if units
    }


def test_the_cheaper_line_is_filled_first_and_the_other_takes_the_rest():
    assert built(plant()) == {(FEB, "A", "a"): 960, (FEB, "A", "b"): 240}
    lines = dict(plan_months(plant()).tables["lines"].select("line", "amount").iter_rows())
    assert lines["line costs"] == -960
    assert plan_months(plant()).contribution == 1200 * 10 - 960


def test_the_shares_of_lines_are_those_of_a_month():
    hub = plant(
        models=[car(), car("B")],
        loads=[{"item": item, "shop": name} for item in "AB" for name in ("paint", "a", "b")],
    )
    for period in ("month", "week"):
        shares = plan_months(hub, period=period).line_shares()
        assert shares.columns == ["month", "model", "line", "units", "share"]
        found = {
            (f"{month:%Y-%m}", model, line): figures
            for month, model, line, *figures in shares.iter_rows()
        }
        assert found[FEB, "A", "a"] == pytest.approx([960, 0.8])
        assert found[FEB, "A", "b"] == pytest.approx([240, 0.2])
        assert found[FEB, "B", "a"] == [0, None]
    weeks = plan_months(hub, period="week").line_shares("period")
    assert weeks["period"].n_unique() == 5


@pytest.mark.parametrize(
    ("paint", "volumes"),
    [(10, (960, 480)), (8, (960, 320)), (5, (800, 0))],
)
def test_the_split_follows_the_bottleneck(paint, volumes):
    shops = [shop("paint", paint), assembly("a", 6), assembly("b", 3)]
    hub = plant(shops=shops, demand=[asks(FEB, 3000)])
    found = built(hub)
    assert (found.get((FEB, "A", "a"), 0), found.get((FEB, "A", "b"), 0)) == volumes
    plan = plan_months(hub)
    hours = plan.tables["hours"].select("shop", "load", "binding").rows_by_key("shop", unique=True)
    assert hours["paint"] == (sum(volumes), paint <= 8)
    assert (hours["a"], hours["b"]) == ((volumes[0], paint >= 8), (volumes[1], paint == 10))


def equal_lines(
    preferred: str, lot: float = 0, extra: float = 0, cars: float = 1200, **tables: Rows
) -> Hub:
    """A earns the same on a and b but for ``extra`` on the preferred line, a has a least lot."""
    rows: Rows = [
        {"model": "A", "line": line, "preferred": line == preferred, "extra_cost": cost}
        for line in "ab"
        for cost in [extra if line == preferred else 0]
    ]
    if lot:
        rows[0]["least_lot"] = lot
    return plant(model_lines=rows, demand=[asks(FEB, cars)], **tables)


@pytest.mark.parametrize(
    "options",
    [
        {"method": "exact"},
        {"method": "priced"},
        {"objective": "lexicographic"},
        {"whole_cars": True},
        {"period": "week"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("preferred", "volumes"), [("a", (960, 240)), ("b", (720, 480))])
def test_the_preferred_line_builds_what_earns_the_same(preferred, volumes, options):
    plan = plan_months(equal_lines(preferred), **options)
    units = plan.line_shares()["units"].to_list()
    assert units == pytest.approx(volumes)
    assert plan.contribution == pytest.approx(12_000)
    assert plan.status == "optimal"
    assert plan.tables["make"]["units"].sum() == pytest.approx(1200)


def test_a_preference_costs_nothing():
    assert built(equal_lines("b", extra=1)) == {(FEB, "A", "a"): 960, (FEB, "A", "b"): 240}
    hours = {"group": "v", "start": FEB, "hours_per_day": 4, "cost_per_hour": 1}
    plan = plan_months(equal_lines("b", overtime=[hours]))
    assert plan.line_shares()["units"].to_list() == pytest.approx([720, 480])
    assert plan.contribution == pytest.approx(12_000)


@pytest.mark.parametrize(
    ("cars", "volumes"),
    [(480, (0, 480)), (1000, (600, 400)), (1200, (720, 480))],
)
def test_a_least_lot_is_given_up_or_kept_for_the_preferred_line(cars, volumes):
    """a builds 600 or none, and b cannot build more than 480."""
    plan = plan_months(equal_lines("b", lot=600, cars=cars))
    assert plan.line_shares()["units"].to_list() == pytest.approx(volumes)
    assert plan.contribution == pytest.approx(10 * cars)


def test_two_models_change_places_where_each_prefers_the_other_line():
    """Each line is full with 8 x 160 cars of either model, so one can move only with the other."""
    for mine, yours in (("a", "b"), ("b", "a")):
        wishes = [
            {"model": model, "line": line, "preferred": line == wish}
            for model, wish in (("A", mine), ("B", yours))
            for line in "ab"
        ]
        demand = [asks(FEB, 1280, model=model) for model in "AB"]
        hub = two_models(
            model_lines=wishes,
            models=[car(), car("B")],
            shops=[shop("paint", 20), assembly("a", 8), assembly("b", 8)],
            loads=[{"item": i, "shop": s} for i in "AB" for s in ("paint", "a", "b")],
            demand=demand,
        )
        assert built(hub) == {(FEB, "A", mine): 1280, (FEB, "B", yours): 1280}
        stopped = plan_months(hub, stop=TimeLimit(1e-6))
        assert stopped.tables["make"]["units"].sum() <= 2560 + 1e-6


@pytest.mark.parametrize("all_alike", [False, True])
def test_without_a_preference_the_plan_is_the_same(all_alike):
    rows = [{"model": "A", "line": line, "preferred": all_alike} for line in "ab"]
    plain = plant(model_lines=[{"model": "A", "line": line} for line in "ab"])
    for name, table in plan_months(plain).tables.items():
        assert table.equals(plan_months(plant(model_lines=rows)).tables[name]), name


def two_models(**tables: Rows) -> Hub:
    """A on line a and B, which leaves 8 a car, on line b of 8 cars/h each."""
    return plant(
        **{
            "models": [car(), car("B")],
            "shops": [shop("paint", 10), assembly("a", 8), assembly("b", 8)],
            "loads": [
                *({"item": "A", "shop": name} for name in ("paint", "a")),
                *({"item": "B", "shop": name} for name in ("paint", "b")),
            ],
            "model_lines": [],
            "demand": [asks(FEB, 3000), asks(FEB, 3000, model="B", price=18)],
            **tables,
        }
    )


def test_two_lines_share_what_one_paint_shop_can_do():
    assert built(two_models()) == {(FEB, "A", "a"): 1280, (FEB, "B", "b"): 320}
    heavy = [{"item": "A", "shop": "paint", "load": 2}, {"item": "A", "shop": "a"}]
    loads = [*heavy, *({"item": "B", "shop": name} for name in ("paint", "b"))]
    # an hour of paint earns 10 x 8 with B and 5 x 10 with A
    assert built(two_models(loads=loads)) == {(FEB, "A", "a"): 160, (FEB, "B", "b"): 1280}


def test_a_shop_that_no_line_lists_is_loaded_whatever_the_line():
    hub = plant(
        shops=[shop("paint", 10), assembly("a", 6), assembly("b", 3), shop("press", 5)],
        loads=[{"item": "A", "shop": name} for name in ("paint", "a", "b", "press")],
        demand=[asks(FEB, 3000)],
    )
    assert built(hub) == {(FEB, "A", "a"): 800}


def test_the_load_of_a_line_stands_in_for_one_that_is_not_given():
    loads = [{"item": "A", "shop": name} for name in ("paint", "a")]
    hub = plant(loads=loads, model_lines=on_b(load=2), demand=[asks(FEB, 3000)])
    assert built(hub) == {(FEB, "A", "a"): 960, (FEB, "A", "b"): 240}


@pytest.mark.parametrize(
    ("lot", "volumes"),
    [(200, (960, 240)), (300, (900, 300)), (481, (960, 0))],
)
def test_a_line_builds_its_least_lot_or_none(lot, volumes):
    found = built(plant(model_lines=on_b(least_lot=lot)))
    assert (found[FEB, "A", "a"], found.get((FEB, "A", "b"), 0)) == volumes


@pytest.mark.parametrize(("lot", "volumes"), [(0, [60, 60, 60]), (130, [180, 0, 0])])
def test_a_least_lot_counts_month_by_month(lot, volumes):
    # each month asks for 60 cars more than line a builds; two lots would cost 80 x 4 more than one,
    # and keeping 120 and then 60 cars costs 180
    wanted = [
        asks(m, units, late_penalty=50) for m, units in ((FEB, 1020), (MAR, 1116), (APR, 1116))
    ]
    hub = plant(end=APR, demand=wanted, models=[car(stock_cost=1)], model_lines=on_b(least_lot=lot))
    found = built(hub)
    assert [found.get((month, "A", "b"), 0) for month in (FEB, MAR, APR)] == volumes


def test_weeks_share_the_least_lot_of_their_month():
    hub = plant(model_lines=on_b(least_lot=300))
    plan = plan_months(hub, period="week")
    by_line = plan.tables["make_lines"].group_by("line").agg(pl.col("units").sum())
    assert dict(by_line.iter_rows())["b"] == pytest.approx(300)


def test_nothing_is_built_on_a_line_before_the_start_there():
    # the weekdays from 16 March on are 12: 288 cars at 3 cars/h
    demand = [asks(FEB, 2000), asks(MAR, 2000)]
    hub = plant(end=MAR, demand=demand, model_lines=on_b(start="2026-03-16"))
    found = built(hub)
    assert found == {(FEB, "A", "a"): 960, (MAR, "A", "a"): 1056, (MAR, "A", "b"): 288}


def test_a_full_rate_counts_over_all_lines():
    models = [car(full_rate=50)]
    assert sum(built(plant(models=models)).values()) == 1000
    assert built(plant(models=models))[FEB, "A", "b"] == 40


def test_each_line_works_its_own_days_and_a_full_rate_those_of_any():
    # b has a group of its own, which works Saturday 7 February and rests on the 10th and 11th
    hub = plant(
        groups=[{"group": "v"}, {"group": "w"}],
        shops=[shop("paint", 10), assembly("a", 6), assembly("b", 3, group="w")],
        patterns=[{"group": g, "pattern": "one", "shifts": 1, "hours": 8} for g in "vw"],
        calendar=[
            {"start": "2026-02-07", "kind": "work", "group": "w"},
            {"start": "2026-02-10", "end": "2026-02-11", "kind": "company", "group": "w"},
        ],
        demand=[asks(FEB, 3000)],
        models=[car(full_rate=60)],
    )
    # 48 a day on a; together 60 on 18 days, 48 on two, and on the Saturday b's 24
    found = built(hub)
    assert found == {(FEB, "A", "a"): 960, (FEB, "A", "b"): 300}


def test_paint_may_work_nights_of_its_own():
    # paint alone works a second shift, so that it carries both lines at 5 cars/h
    hub = plant(
        groups=[{"group": "v"}, {"group": "p"}],
        shops=[shop("paint", 5, group="p"), assembly("a", 6), assembly("b", 3)],
        patterns=[
            {"group": "v", "pattern": "one", "shifts": 1, "hours": 8},
            {"group": "p", "pattern": "one", "shifts": 1, "hours": 8},
            {"group": "p", "pattern": "nights", "shifts": 2, "hours": 8, "cost_per_day": 100},
        ],
        demand=[asks(FEB, 3000)],
    )
    plan = plan_months(hub)
    chosen = plan.tables["patterns"].select("group", "pattern").rows()
    assert chosen == [("v", "one"), ("p", "nights")]
    # 1,440 cars less 480 x 4 and 20 nights, against 800 cars
    assert plan.contribution == 14_400 - 1920 - 2000


def test_why_names_the_shop_of_the_line_that_binds():
    answer = explain(two_models(), model="B")
    told = "\n".join(answer.reasons)
    assert "Shop paint of lines a and b is full at 10" in told
    assert "Shop a of line a" not in told
    answer = explain(plant(demand=[asks(FEB, 3000)]), model="A")
    told = "\n".join(answer.reasons)
    assert "Shop a of line a is full at 6" in told
    assert "Shop b of line b is full at 3" in told


def test_why_names_the_least_lot_and_what_lifts_it():
    answer = explain(plant(model_lines=on_b(least_lot=481)), model="A")
    told = "\n".join(answer.reasons)
    assert "Line b builds none of model A in 2026-02, as its least lot is 481 cars a month" in told
    lifted = {r.name: r.cars for r in answer.relaxations}
    assert lifted["no least lot of A on line b"] == pytest.approx(240)


def test_why_names_the_start_on_a_line_and_what_an_earlier_one_brings():
    hub = plant(model_lines=on_b(start="2026-03-16"))
    answer = explain(hub, model="A")
    told = "\n".join(answer.reasons)
    assert "Model A on line b can be built from 2026-03-16 on, which allows 0 cars" in told
    lifted = {r.name: r.cars for r in answer.relaxations}
    # the weekdays from 16 February on are 10
    assert lifted["start of A on line b one month earlier"] == pytest.approx(240)


def test_a_least_lot_that_contradicts_a_contract_is_named():
    contract = {
        "contract": "c", "brand": "B", "start": FEB, "end": FEB, "per": "total",
        "least": 1300, "hard": True,
    }  # fmt: skip
    models = [car(stock_max=0)]
    hub = plant(
        models=models, demand=[asks(FEB, 1300)], contracts=[contract],
        model_lines=on_b(least_lot=400),
    )  # fmt: skip
    assert sum(built(hub).values()) == 1300
    hub = plant(
        models=models, demand=[asks(FEB, 1300)], contracts=[contract],
        model_lines=on_b(least_lot=500),
    )  # fmt: skip
    with pytest.raises(Infeasible) as caught:
        plan_months(hub)
    assert any(
        "line b builds at least 500 cars of model A in a month or none" in rule
        for rule in caught.value.rules
    )


@pytest.mark.parametrize("lot", [None, 300])
def test_large_plans_take_the_cheapest_line_of_each_month_and_leave_lots_to_the_other(lot):
    hub = plant(end=MAR, demand=[asks(FEB, 1200), asks(MAR, 1500)], model_lines=on_b(least_lot=lot))
    exact = plan_months(hub, method="exact")
    if lot:
        with pytest.raises(DataError, match="least lot"):
            plan_months(hub, method="priced")
        return
    priced = plan_months(hub, method="priced")
    assert priced.contribution == pytest.approx(exact.contribution, rel=1e-4)
    assert priced.bound == pytest.approx(exact.contribution, rel=1e-4)
