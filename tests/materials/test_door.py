"""The door of the materials stage: input, parameters, a result and a question to it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

import sinho
from sinho.errors import DataError
from sinho.materials import Input, LateCampaign, Params, Result, explain, solve
from sinho.materials.opening import stock_left
from sinho.stop import Progress
from tests.materials.plants import MONDAY, cars_of, supply_hub, workdays

HUB = supply_hub()
QUICK = Params(moves=240, nodes=20)


def given(**more: object) -> Input:
    days = workdays(2)
    line = pl.DataFrame({"date": days, "hours": [8.0] * len(days)})
    cars = cars_of([(day, "ABABABAB") for day in days])
    stock = {"E1": 2.0, "E2": 2.0, "CAST": 100.0}
    return Input.from_days(HUB, line, cars, **{"stock": stock, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def result() -> Result:
    return solve(given(), QUICK, seed=3)


def test_the_same_input_and_seed_give_the_same_result(result: Result) -> None:
    again = solve(given(), QUICK, seed=3)
    assert again.calls.same_as(result.calls)
    assert again.supply.campaigns.equals(result.supply.campaigns)
    assert again.needs.table.equals(result.needs.table)
    assert again.seed == 3
    assert again.versions == result.versions


def test_a_result_says_what_it_costs_and_how_far_that_is_proven(result: Result) -> None:
    assert result.objective == pytest.approx(result.supply.shops["cost"].sum())
    assert 0 <= result.bound <= result.objective + 1e-9
    assert result.gap == pytest.approx(
        (result.objective - result.bound) / max(1.0, result.objective)
    )
    assert (result.status == "optimal") == (result.gap <= 1e-6)


def test_a_call_off_numbers_itself_and_goes_on_from_the_former_one(result: Result) -> None:
    assert result.calls.number.startswith(f"{MONDAY:%y%m%d}01")
    following = solve(given(former=result.calls), QUICK)
    assert following.calls.number.startswith(f"{MONDAY:%y%m%d}02")
    assert following.calls.replaces == result.calls.number
    assert solve(given(number="77"), QUICK).calls.number == "77"


def test_a_stop_hands_back_a_plan_that_still_makes_the_parts() -> None:
    class Now:
        seconds_left = 5.0

        def __call__(self) -> bool:
            return True

    stopped = solve(given(), Params(), stop=Now())
    assert stopped.status == "stopped"
    assert stopped.bound == 0
    assert stopped.supply.method.endswith("stopped")
    made = stopped.supply.campaigns.filter(pl.col("shop") == "engine")["units"].sum()
    assert made >= 16 - 4  # a car has an engine, and four of them are in stock


def test_progress_names_each_shop() -> None:
    said: list[Progress] = []
    found = solve(given(), QUICK, progress=said.append)
    shops = found.supply.shops["shop"].to_list()
    assert [one.stage for one in said] == [f"campaigns of {shop}" for shop in shops]


def test_a_late_campaign_is_explained_from_the_result_alone(result: Result) -> None:
    campaign = result.supply.campaigns["campaign"][0]
    found = explain(result, LateCampaign(campaign, 40))
    count = found.facts["order"].n_unique()
    assert count > 0
    assert found.answer == (
        f"{campaign} starts 40 working hours late: {count} orders wait for parts because of it."
    )
    assert campaign in found.campaigns["campaign"]
    none = explain(result, LateCampaign(campaign, 0))
    assert none.answer.endswith("late: no order waits for parts because of it.")
    assert none.facts.is_empty()
    assert none.campaigns.is_empty()


def test_what_is_no_question_is_refused(result: Result) -> None:
    with pytest.raises(DataError, match="no such campaign"):
        explain(result, LateCampaign("E9 1", 4))
    with pytest.raises(DataError, match="parameters of the plan"):
        explain(
            replace(result, params=Params(slot_hours=2)),
            LateCampaign(result.supply.campaigns["campaign"][0], 4),
        )


@pytest.mark.parametrize("bad", [{"moves": -1}, {"slot_hours": 0}, {"firm_days": float("nan")}])
def test_parameters_that_mean_nothing_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(DataError, match=next(iter(bad))):
        Params(**bad)  # type: ignore[arg-type]


def test_firm_days_are_those_of_the_hub() -> None:
    hub = supply_hub(slotting=[{"firm_days": 4}])
    assert Params.from_hub(hub).firm_days == 4
    assert Params.from_hub(HUB) == Params()


def test_what_an_earlier_supply_leaves_is_the_stock_unless_it_is_counted(result: Result) -> None:
    later = workdays(2)[1]
    left = stock_left(result.supply, later)
    counted = [{"part": "E2", "date": str(later), "units": 50}]
    hub = supply_hub(part_stock=counted)
    plan = sinho.plan_months(hub)
    days = pl.DataFrame({"date": [later], "line": "line", "shop": "assembly", "hours": [8.0]})
    cars = cars_of([(later, "ABAB")])
    found = Input.from_run(hub, plan, days, cars, former=result.calls, earlier=result.supply)
    assert left.keys() >= {"E1", "E2"}
    assert found.stock == {**left, "E2": 50.0}
    assert found.clock.line.dates == (later,)
    assert solve(found, QUICK).calls.replaces == result.calls.number


def test_days_and_cars_are_supplied_in_one_call() -> None:
    own = given()
    days = workdays(2)
    line = pl.DataFrame({"date": days, "hours": [8.0] * len(days)})
    made = sinho.plan_materials(own.hub, line, own.cars, QUICK, seed=3)
    same = solve(given(stock={}), QUICK, seed=3)
    assert made.calls.same_as(same.calls)
    assert made.supply.campaigns.equals(same.supply.campaigns)
    assert made.seed == 3
