"""Why a demand, a contract, a month or a shop stands as it does: known by construction."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import polars as pl
import pytest

from sinho import DataError, Explanation, Infeasible, explain, plan_months, read_hub
from sinho.hub import Change, Hub, Scenario
from sinho.results import Relaxation
from sinho.testing.hubs import Size, generate_hub
from tests.plan.small import FEB, MAR, OVERSEAS, Rows, asks, car, shop, small

ONE = {"group": "v", "pattern": "one", "shifts": 1, "hours": 8}
TWO = {"group": "v", "pattern": "two", "shifts": 2, "hours": 8}
KR = {"market": "KR", "country": "KR", "region": "Korea", "route": "domestic"}
OWED = {"lost_penalty": 1, "late_penalty": 5}
VESSEL = {"lane": "EU", "mode": "vessel", "start": FEB, "cost": 2}


def domestic(*names: str) -> Rows:
    return [{**KR, "market": name} for name in names]


def found(answer: Explanation, words: str) -> Relaxation:
    """The one relaxation whose name begins with some words."""
    (one,) = [r for r in answer.relaxations if r.name.startswith(words)]
    return one


def gains(answer: Explanation, words: str) -> tuple[float, float, float]:
    """Cars on time, cars in all, and contribution that a relaxation would gain."""
    one = found(answer, words)
    return one.cars, one.cars_total, one.contribution


def approx(*figures: float) -> Any:
    return pytest.approx(figures, abs=0.01)


def text(answer: Explanation) -> str:
    return "\n".join(answer.reasons)


def helps(answer: Explanation) -> list[str]:
    return [r.name for r in answer.relaxations if r.cars > 0]


# What binds


def one_shop(**more: Any) -> Hub:
    return small(demand=[asks(FEB, 3000, **OWED)], **more)


def test_a_full_shop_binds_and_overtime_or_a_second_shift_lifts_it():
    """20 days x 8 h x 10 cars/h = 1,600 of 3,000. A car earns 20 - 10, losing it costs 1.

    An hour is 10 cars x 11 = 110. One hour a day more: 200 cars x 11, less 20 h at 400 / 8 = 50:
    1,200. Two shifts build all: 1,400 x 11 - 20 days x (1,300 - 400) = -2,600, so the plan has one.
    """
    patterns = [{**ONE, "cost_per_day": 400}, {**TWO, "cost_per_day": 1300}]
    answer = explain(one_shop(patterns=patterns), model="A", market="KR", month=FEB)
    assert answer.question == "Why is the demand of A for KR in 2026-02 met as it is?"
    assert "of 3,000 cars asked for, 1,600 are shipped on time and 1,400 are lost" in answer.answer
    assert "earn 20 price less 10 material: 10 EUR" in answer.reasons[0]
    assert "6 min of shop assembly in 2026-02 (11)" in answer.reasons[1]
    assert "the same as losing it (-1 EUR)" in answer.reasons[2]
    assert "Shop assembly is full at 10 car equivalents an hour in 2026-02" in text(answer)
    assert "one more hour is worth 110 EUR" in text(answer)
    assert "pattern one (1 x 8 h) in 2026-02, chosen by the plan" in text(answer)
    assert gains(answer, "one more hour of overtime") == approx(200, 200, 1_200)
    assert gains(answer, "pattern two (2 x 8 h) for one") == approx(1400, 1400, -2_600)
    assert "at 50 EUR an hour, the pattern's own labour cost" in found(answer, "one more h").name


def test_overtime_that_is_worked_is_told_and_one_hour_more_costs_its_rate():
    """1,800 with 20 h of overtime; 20 h more make 200 cars x 11 - 20 x 30 = 1,600."""
    overtime = [{"group": "v", "start": FEB, "hours_per_day": 1, "cost_per_hour": 30}]
    answer = explain(one_shop(overtime=overtime), model="A")
    assert "all 20 h of overtime are worked" in text(answer)
    assert gains(answer, "one more hour of overtime") == approx(200, 200, 1_600)


def test_a_given_pattern_binds():
    """The second shift costs nothing, but February is given: 1,400 cars x 11 are forgone."""
    given = [{"group": "v", "start": FEB, "pattern": "one"}]
    answer = explain(one_shop(patterns=[ONE, TWO], fixed_patterns=given), model="A")
    assert "pattern one (1 x 8 h) in 2026-02, given by fixed_patterns" in text(answer)
    assert gains(answer, "pattern two") == approx(1400, 1400, 15_400)


def test_the_smallest_stay_of_a_pattern_binds_and_is_kept_by_the_relaxation():
    """The opening pattern is due for two more months: 3,000 asked for in February.

    The second shift would stay for two months: February and March, 1,400 cars x 11 = 15,400 less
    42 days x 100 = 4,200. In March nothing is asked for.
    """
    hub = small(
        end=MAR,
        groups=[{"group": "v", "opening_pattern": "one", "months_kept": 1}],
        patterns=[
            {**ONE, "min_months": 3},
            {**TWO, "min_months": 2, "cost_per_day": 100},
        ],
        demand=[asks(FEB, 3000, lost_penalty=1, late_penalty=20)],
    )
    answer = explain(hub, model="A", month=FEB)
    assert "bound by the smallest stay of the opening pattern" in text(answer)
    assert found(answer, "pattern two").name.endswith("in 2026-02 to 2026-03")
    assert gains(answer, "pattern two") == approx(1400, 1400, 15_400 - 4_200)


def test_a_shop_below_its_installed_rate_is_offered_it():
    """10 of 12 cars an hour are manned: 2 x 160 h = 320 cars more, 11 each."""
    slow = [shop("assembly", 12, manned_rate=10)]
    answer = explain(one_shop(shops=slow), model="A")
    assert gains(answer, "shop assembly run at its installed rate of 12 instead of 10") == approx(
        320, 320, 3_520
    )


def test_two_full_groups_are_lifted_together_only():
    """Body and paint both do 10 cars an hour in groups of their own: one hour more of one alone
    brings nothing, of both 200 cars."""
    hub = small(
        groups=[{"group": "b"}, {"group": "p"}],
        shops=[shop("body", 10, group="b"), shop("paint", 10, group="p")],
        loads=[{"item": "A", "shop": "body"}, {"item": "A", "shop": "paint"}],
        patterns=[{**ONE, "group": "b"}, {**ONE, "group": "p"}],
        demand=[asks(FEB, 3000, **OWED)],
    )
    answer = explain(hub, model="A")
    assert gains(answer, "one more hour of overtime a day in group b and p together") == approx(
        200, 200, 2_200
    )
    assert gains(answer, "one more hour of overtime a day in group b in") == approx(0, 0, 0)
    assert gains(answer, "one more hour of overtime a day in group p in") == approx(0, 0, 0)
    assert "body" in text(answer)
    assert "paint" in text(answer)


def at_sea(sailings: Rows, **more: Any) -> Hub:
    demand = [asks(FEB, 300, "FR", **OWED)]
    return small(markets=OVERSEAS, demand=demand, freight=[VESSEL], sailings=sailings, **more)


def test_full_sailings_bind_and_a_call_more_or_containers_lift_them():
    """Two calls carry 1,000 m2 = 100 cars; a car earns 20 - 10 - 2 and losing it costs 1.

    A square metre is 9 / 10. One call more carries 50 cars x 9 = 450; boxes at the vessel's
    freight carry the missing 200 x 9 = 1,800. An hour more in the shop brings nothing.
    """
    hub = at_sea([{"lane": "EU", "month": FEB, "area": 1000, "calls": 2}])
    answer = explain(hub, model="A", market="Europe")
    assert "Demand of A for Europe (FR)" in answer.answer
    assert "10 m2 on lane EU in 2026-02 (9)" in text(answer)
    assert "full in 2026-02 (1,000 m2 of deck): one more m2 is worth 0.9 EUR" in text(answer)
    assert gains(answer, "one more sailing a month on lane EU") == approx(50, 50, 450)
    assert gains(answer, "containers on lane EU") == approx(200, 200, 1_800)
    assert "no container rate is given" in found(answer, "containers").name
    assert answer.relaxations[-1].name.startswith("one more hour of overtime")
    assert answer.relaxations[-1].cars == 0


def test_without_calls_a_tenth_more_room_is_tried():
    """100 m2 more are 10 cars x 9."""
    answer = explain(at_sea([{"lane": "EU", "month": FEB, "area": 1000}]), market="FR")
    assert gains(answer, "10 % more room on the sailings of lane EU") == approx(10, 10, 90)


def test_a_month_without_sailings_says_so():
    answer = explain(at_sea([]), market="FR")
    assert "No vessel is planned on lane EU in 2026-02" in text(answer)
    assert helps(answer) == [found(answer, "containers").name]


def test_containers_at_a_given_rate_need_boxes():
    """10 boxes carry 30 cars at 9 / 3 = 3; the other 170 would earn 7 and save 1 each."""
    box = {"lane": "EU", "mode": "container", "start": FEB, "cost": 9, "per": "box"}
    demand = [asks(FEB, 300, "FR", **OWED)]
    hub = small(
        markets=OVERSEAS,
        demand=demand,
        freight=[VESSEL, {**box, "cars_per_box": 3}],
        sailings=[{"lane": "EU", "month": FEB, "area": 1000, "boxes": 10}],
    )
    answer = explain(hub, market="FR")
    assert gains(answer, "containers on lane EU") == approx(170, 170, 1_360)
    assert "at the rate given" in found(answer, "containers").name


def test_the_yard_binds_what_is_built_ahead():
    """March builds 1,760 of 2,000 and the yard keeps 100 from February: 140 are lost.

    20 more places are 20 cars x 11; an hour a day in March makes up for all 140.
    """
    yard = [{"yard": "port", "start": FEB, "capacity": 100}]
    answer = explain(
        small(end=MAR, demand=[asks(MAR, 2000, **OWED)], yard=yard), model="A", month=MAR
    )
    assert "Shop assembly is full at 10 car equivalents an hour in 2026-03" in text(answer)
    assert "yard is full at the end of 2026-02 (100 cars): one more place is worth 11" in text(
        answer
    )
    assert gains(answer, "the yard 20 % bigger in 2026-02") == approx(20, 20, 220)
    assert gains(answer, "one more hour of overtime") == approx(140, 140, 1_540)


def test_a_stock_limit_binds_what_is_built_ahead():
    """Stock of 50: 1,810 of 3,000; without the limit 1,600 + 1,760 are enough."""
    hub = small(end=MAR, models=[car(stock_max=50)], demand=[asks(MAR, 3000, **OWED)])
    answer = explain(hub, model="A")
    assert "Stock of model A is at its most of 50 cars at the end of 2026-02" in text(answer)
    assert gains(answer, "no limit on the stock of A") == approx(1190, 1190, 13_090)


def test_sop_binds_and_a_month_earlier_lifts_it():
    """SOP on 16 March leaves 12 days x 80 = 960 of 3,000.

    On 16 February: 10 x 80 + 22 x 80 = 2,560, so 1,600 more, 11 each.
    """
    hub = small(end=MAR, models=[car(sop="2026-03-16")], demand=[asks(MAR, 3000, **OWED)])
    answer = explain(hub, model="A", month=MAR)
    assert "starts production on 2026-03-16 (SOP)" in text(answer)
    assert gains(answer, "SOP of A one month earlier") == approx(1600, 1600, 17_600)
    # the 12 days from SOP on are as long as the line works: 12 x 10 cars more, 11 each
    assert gains(answer, "one more hour of overtime") == approx(120, 120, 1_320)


def test_eop_binds_and_a_month_later_lifts_it():
    """Built to 27 February, 1,600 cars: 400 for February and 1,200 of March's 1,500.

    With March: all 1,500, 300 more, 11 each.
    """
    demand = [asks(FEB, 400, **OWED), asks(MAR, 1500, **OWED)]
    answer = explain(small(end=MAR, models=[car(eop="2026-02-27")], demand=demand), model="A")
    assert "ends production on 2026-02-27 (EOP)" in text(answer)
    assert gains(answer, "EOP of A one month later") == approx(300, 300, 3_300)


def test_the_launch_ramp_binds_and_the_late_cars_are_counted():
    """25 % of 100 a day: 500 of 800 in February, 300 are late in March, where 200 are late again.

    One more car in February is not late for two months: 12 (of which 10 for the car that is built
    in March instead). Without the ramp all 1,800 are built in time: 200 x 10 + 300 + 200 = 2,500.
    """
    late = {"lost_penalty": 4, "late_penalty": 1}
    hub = small(
        end=MAR,
        models=[car(sop="2026-02-01", full_rate=100)],
        ramp=[
            {"model": "A", "month_after_sop": 0, "share": 0.25},
            {"model": "A", "month_after_sop": 1, "share": 0.5},
        ],
        demand=[asks(FEB, 800, **late), asks(MAR, 1000, **late)],
    )
    answer = explain(hub, model="A", month=FEB)
    assert "500 are shipped on time and 300 late by 1 month" in answer.answer
    assert "The launch ramp of model A allows 500 cars in 2026-02" in text(answer)
    assert gains(answer, "launch ramp of A lifted") == approx(300, 200, 2_500)
    all_of_it = explain(hub, model="A")
    assert "of 1,800 cars asked for" in all_of_it.answer
    assert "200 are still late at the end of 2026-03" in all_of_it.answer
    assert found(all_of_it, "launch ramp").cars_delivered == pytest.approx(200)


def test_a_full_rate_binds():
    """50 a day x 20 = 1,000 of 1,500; a tenth more is 100 cars."""
    hub = small(models=[car(full_rate=50)], demand=[asks(FEB, 1500, **OWED)])
    answer = explain(hub, model="A")
    assert "The full rate of model A allows 1,000 cars in 2026-02" in text(answer)
    assert gains(answer, "full rate of A 10 % higher") == approx(100, 100, 1_100)


def test_a_stop_of_the_calendar_is_named_and_could_be_worked():
    """No day is worked in March; the stop worked, 1,760 of 2,000 are built there and 240 before.

    The yard keeps 100: 100 of 2,000 without, 1,860 with March worked.
    """
    hub = small(
        end=MAR,
        calendar=[{"start": "2026-03-01", "end": "2026-03-31", "kind": "conversion"}],
        yard=[{"yard": "port", "start": FEB, "capacity": 100}],
        demand=[asks(MAR, 2000, **OWED)],
    )
    answer = explain(hub, model="A")
    assert "no working day in 2026-03 (conversion from 2026-03-01)" in text(answer)
    assert gains(answer, "work through the conversion stop of 2026-03-01 to 2026-03-31") == approx(
        1760, 1760, 19_360
    )


def engines(**more: Any) -> Hub:
    """Assembly could build 3,200; engines are made at 5 an hour: 800 cars."""
    return small(
        shops=[shop("assembly", 20), shop("engine", 5, unit="engine")],
        loads=[{"item": "A", "shop": "assembly"}, {"item": "E", "shop": "engine"}],
        parts=[{"part": "E", "kind": "engine", "supply": "made", "make_cost": 2, **more}],
        bom=[{"parent": "A", "part": "E", "quantity": 1}],
        demand=[asks(FEB, 1000, **OWED)],
    )


def test_a_part_binds_through_its_shop_and_could_be_bought():
    """A car leaves 20 - 10 - 2 and losing it costs 1: an engine hour is 5 x 9 = 45.

    Bought at 5, the missing 200 earn 20 - 10 - 5 + 1 = 6 each.
    """
    answer = explain(engines(buy_cost=5), model="A")
    assert "earn 20 price less 10 material and 2 parts: 8 EUR" in text(answer)
    assert "12 min of shop engine in 2026-02 (9)" in text(answer)
    assert "one more hour is worth 45 EUR" in text(answer)
    assert gains(answer, "part E bought outside (at 5 EUR as given)") == approx(200, 200, 1_200)
    unknown = explain(engines(), model="A")
    assert "taken at its own material of 2 EUR" in found(unknown, "part E bought").name


def test_a_limit_on_buying_binds():
    """Engines are bought at 3, 500 at most."""
    hub = small(
        parts=[{"part": "E", "kind": "engine", "supply": "bought", "buy_cost": 3, "buy_max": 500}],
        bom=[{"parent": "A", "part": "E", "quantity": 1}],
        demand=[asks(FEB, 1000, **OWED)],
    )
    answer = explain(hub, model="A")
    assert "No more than 500 units of part E can be bought in 2026-02" in text(answer)
    assert gains(answer, "no limit on buying E") == approx(500, 500, 4_000)


def test_a_car_that_loses_money_is_explained_with_its_arithmetic():
    """8 - 10 = -2 against a penalty of 1: one unit of currency is missing; nothing lifts it."""
    hub = small(demand=[asks(FEB, 100, price=8, **OWED)])
    answer = explain(hub, model="A")
    assert "earn 8 price less 10 material: -2 EUR" in text(answer)
    assert "would have to earn 1 EUR more a car to be shipped on time" in text(answer)
    assert helps(answer) == []
    assert all(r.contribution == 0 for r in answer.relaxations)


# What is asked


def test_a_demand_that_is_met_tells_what_its_last_car_is_worth():
    answer = explain(small(demand=[asks(FEB, 100)]), model="A", month=dt.date(2026, 2, 18))
    assert "all 100 cars asked for are shipped on time" in answer.answer
    assert "So one more car asked for would add 10 EUR" in text(answer)
    assert answer.relaxations == ()
    assert answer.facts["on_time"].to_list() == [100]


def test_a_demand_that_is_empty_says_so():
    hub = small(models=[car(), car("C")], loads=[{"item": m, "shop": "assembly"} for m in "AC"])
    answer = explain(hub, model="C", market="KR")
    assert answer.answer.startswith("No cars are asked for")
    assert answer.reasons == ()


def two_of_a_family() -> Hub:
    """A and C share the shop; A earns more: 1,000 A and 600 of 1,000 C."""
    return small(
        models=[car("A", family="AC"), car("C", family="AC", material_cost=12)],
        loads=[{"item": m, "shop": "assembly"} for m in "AC"],
        markets=[*domestic("X", "Y"), {**KR, "market": "Z", "region": "elsewhere"}],
        demand=[
            asks(FEB, 1000, "X", "A", **OWED),
            asks(FEB, 500, "Y", "C", **OWED),
            asks(FEB, 500, "Z", "C", **OWED),
        ],
    )


def test_a_family_and_a_region_are_taken_together():
    hub = two_of_a_family()
    family = explain(hub, model="AC")
    assert "of 2,000 cars asked for, 1,600 are shipped on time and 400 are lost" in family.answer
    assert "AC (A and C)" in family.question
    region = explain(hub, model="AC", market="Korea")
    assert "of 1,500 cars asked for" in region.answer
    assert "Korea (X and Y)" in region.question
    assert set(region.facts["market"]) == {"X", "Y"}
    assert set(family.facts.columns) == {
        *("period", "model", "market", "asked", "on_time", "shipped", "late", "lost", "worth")
    }


def test_a_better_paid_car_is_told_to_be_served_first():
    """One more C would take 6 min that an A needs; its own 9 are what the hour is worth."""
    answer = explain(two_of_a_family(), model="C")
    assert "cars of this demand are the first to give way" in text(answer)
    assert gains(answer, "one more hour of overtime") == approx(200, 200, 1_800)


def test_a_tie_between_markets_is_told_and_gains_are_not_taken_from_others():
    """X and Y ask for 1,000 each at the same price; 1,600 are built, 400 of one are lost."""
    hub = small(markets=domestic("X", "Y"), demand=[asks(FEB, 1000, m, **OWED) for m in ("X", "Y")])
    answers = [explain(hub, market=m) for m in ("X", "Y")]
    short = [a for a in answers if a.relaxations]
    lost = sum(float(a.facts["lost"].sum()) for a in answers)
    assert lost == pytest.approx(400)
    for answer in short:
        assert "partly a tie" in text(answer)
        assert gains(answer, "one more hour of overtime") == approx(200, 200, 2_200)


def contract_hub(**contract: Any) -> Hub:
    """1,600 can be built; the market high pays 4 more than low."""
    return small(
        markets=domestic("high", "low"),
        demand=[asks(FEB, 1600, "high", price=22), asks(FEB, 1000, "low", price=18)],
        contracts=[
            {"contract": "K", "brand": "B", "markets": "low", "start": FEB, "end": FEB, **contract}
        ],
    )


def test_a_contract_that_is_missed_tells_what_its_cars_compete_with():
    """A car for low earns 8 and saves 3, one for high 12: 400 are short."""
    answer = explain(contract_hub(least=400, short_penalty=3), contract="K")
    assert "at least 400 cars asked for, 0 shipped, 400 cars short" in answer.answer
    assert "which costs 1,200 EUR" in answer.answer
    assert "least of contract K, which is worth 3 EUR a car" in text(answer)
    assert gains(answer, "one more hour of overtime") == approx(200, 200, 2_200)
    assert answer.facts["short"].to_list() == [400]


def test_the_least_of_a_contract_is_told_to_the_demand_that_gives_way():
    """The penalty of 5 beats the 4 that high pays more: 1,200 for high, 400 for K.

    Without the least: 400 more for high, 400 x 4 = 1,600 more; no car more in all.
    """
    answer = explain(contract_hub(least=400, short_penalty=5), market="high")
    assert "Contract K (total) needs at least 400 cars out of the same" in text(answer)
    assert gains(answer, "the least of contract K set aside") == approx(400, 0, 1_600)


def test_a_contract_that_asks_for_more_than_its_markets_do_says_so():
    """1,000 are asked for, 1,200 are owed: a tenth more demand brings 100 cars of 8 + 9."""
    hub = contract_hub(least=1200, short_penalty=9)
    answer = explain(hub, contract="K")
    assert "ask for 1,000 cars of contract K (total) and take no more" in text(answer)
    assert found(answer, "10 % more demand").cars == pytest.approx(100)


def test_the_most_of_a_contract_binds():
    """400 of 1,000 are allowed: 600 more, 10 + 1 each."""
    contract = {"contract": "K", "brand": "B", "start": FEB, "end": FEB, "most": 400}
    hub = small(demand=[asks(FEB, 1000, **OWED)], contracts=[contract])
    answer = explain(hub, contract="K", month=FEB)
    assert "0 to 400 cars asked for, 400 shipped, at its most" in answer.answer
    assert "takes at most 400 cars (total): one more car is worth 11 EUR" in text(answer)
    assert gains(answer, "no most in contract K") == approx(600, 600, 6_600)


def test_a_month_tells_utilisation_on_both_bases_and_what_is_lost():
    """1,600 of 1,600 manned; 10/h x 16 h x 240 days x 28 / 365 = 2,945.8 installed: 54.3 %."""
    answer = explain(one_shop(), month=FEB)
    assert "1,400 are lost" in answer.answer
    assert "A for KR 1,400" in answer.answer
    assert "assembly 100.0% / 54.3%" in answer.answer
    assert "one more hour is worth 110 EUR" in text(answer)
    row = answer.facts.row(0, named=True)
    assert (row["limit"], row["name"], row["unit"]) == ("shop", "assembly", "car equivalents")
    assert (row["used"], row["capacity"]) == approx(1600, 1600)
    assert (row["utilisation"], row["utilisation_installed"]) == approx(1, 0.5431)
    assert row["worth"] == pytest.approx(110)


def test_a_month_shows_its_lanes_and_its_yard():
    yard = [{"yard": "port", "start": FEB, "capacity": 100}]
    answer = explain(at_sea([{"lane": "EU", "month": FEB, "area": 1000}], yard=yard), month=FEB)
    limits = answer.facts.select("limit", "name", "used", "capacity").rows()
    assert ("sailings by m2", "EU", 1000.0, 1000.0) in limits
    assert ("yard", "yard", 0.0, 100.0) in limits


def test_a_shop_tells_its_hours_and_those_of_its_models():
    answer = explain(engines(), shop="engine", month=FEB)
    assert "800 units of work in 160 manned hours, 100.0% of its manned" in answer.answer
    assert "full in 2026-02" in answer.answer
    assert "200 are lost" in answer.answer
    idle = explain(engines(), shop="assembly")
    assert "never full" in idle.answer
    assert set(idle.facts["name"]) == {"assembly"}


def test_weeks_are_asked_about_by_date_or_by_month():
    """400 cars a week can be built; 3,000 in February, from a Sunday on, are 750 a whole week."""
    hub = one_shop()
    week = explain(hub, model="A", month="2026-02-11", period="week")
    assert "in 2026-W07" in week.question
    assert len(week.facts) == 1
    assert "750 cars asked for" in week.answer
    month = explain(hub, model="A", month=FEB, period="week")
    assert len(month.facts) == 5
    assert "3,000 cars asked for" in month.answer
    assert gains(month, "one more hour of overtime") == approx(200, 200, 2_200)


def test_a_scenario_is_explained_like_the_hub_it_makes():
    change = Change(table="demand", where={"model": "A"}, set={"units": 2000})
    scenario = Scenario(name="less", title="less demand", changes=(change,))
    answer = explain(one_shop(), scenario=scenario, model="A")
    assert "of 2,000 cars asked for" in answer.answer


def test_backlog_from_before_is_part_of_the_first_month():
    hub = small(
        demand=[asks(FEB, 1600, **OWED)],
        opening_backlog=[{"model": "A", "market": "KR", "units": 100}],
    )
    answer = explain(hub, model="A", month=FEB)
    assert "of 1,700 cars asked for" in answer.answer
    assert "100 are lost" in answer.answer


# A plan that is there already


def test_a_plan_that_is_given_is_explained_and_not_made_again():
    hub = one_shop()
    plan = plan_months(hub)
    assert explain(hub, model="A", plan=plan).answer == explain(hub, model="A").answer


def test_a_plan_that_is_not_the_best_is_told_by_how_much():
    """Engines come in lots of 300: 600 cars of 800, and 200 x 9 of contribution are missing.

    Lots are made at 2 each; 600 x 8 - 400 lost = 4,400 against 800 x 8 - 200 = 6,200.
    """
    answer = explain(engines(lot_size=300), model="A")
    assert "600 are shipped on time" in answer.answer
    assert "divisible lots of parts; its contribution is 1,800 EUR higher" in text(answer)


def test_a_plan_of_another_hub_or_objective_is_refused():
    hub, other = one_shop(), small()
    with pytest.raises(ValueError, match="not made from this hub"):
        explain(hub, model="A", plan=plan_months(other))
    with pytest.raises(ValueError, match="most contribution"):
        explain(hub, model="A", plan=plan_months(hub, objective="lexicographic"))


def test_nothing_is_applied():
    hub = one_shop()
    before = plan_months(hub)
    explain(hub, model="A")
    after = plan_months(hub)
    assert before.contribution == after.contribution
    assert before.input_hash == after.input_hash


def test_the_same_question_has_the_same_answer():
    hub = two_of_a_family()
    first, second = (explain(hub, model="AC") for _ in range(2))
    assert first.reasons == second.reasons
    assert first.relaxations == second.relaxations
    assert first.facts.equals(second.facts)


def test_progress_is_told_and_a_stop_leaves_the_rest_untried():
    class AfterTheFirst:
        """Stops once a relaxation has been reported."""

        seconds_left = float("inf")

        def __init__(self) -> None:
            self.seen: list[Any] = []

        def __call__(self) -> bool:
            return any(p.stage == "trying relaxations" for p in self.seen)

    rule = AfterTheFirst()
    hub = at_sea([{"lane": "EU", "month": FEB, "area": 1000}])
    answer = explain(hub, market="FR", stop=rule, progress=rule.seen.append)
    assert len(answer.relaxations) == 1
    assert answer.reasons[-1] == "Stopped before 2 more relaxations were tried."
    assert 0 < rule.seen[-1].done < 1


# Questions that cannot be asked


@pytest.mark.parametrize(
    ("asked", "column", "hint"),
    [
        ({"model": "ACC"}, "model", "Did you mean 'AC'?"),
        ({"market": "korea"}, "market", "Did you mean 'Korea'?"),
        ({"month": "2027-01"}, "month", "The plan runs from 2026-02 to 2026-02."),
        ({"month": "March"}, "month", "Write 2026-03 or 2026-03-18."),
        ({"contract": "L"}, "contract", ""),
        ({"shop": "asembly"}, "shop", "Did you mean 'assembly'?"),
        ({"shop": "assembly", "model": "A"}, "shop", "Ask about the shop"),
        ({"contract": "K", "shop": "assembly"}, "contract", "Ask about the contract"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest_known_one(asked, column, hint):
    with pytest.raises(DataError) as caught:
        explain(two_of_a_family(), **asked)
    (problem,) = caught.value.problems
    assert problem.column == column
    assert problem.value == asked[column]
    assert hint in problem.hint


def test_a_question_about_nothing_is_refused():
    with pytest.raises(DataError, match="nothing is asked about"):
        explain(small())


def test_contradicting_rules_are_named_instead_of_an_answer():
    with pytest.raises(Infeasible, match="must ship at least 2,000"):
        explain(contract_hub(least=2000, hard=True), contract="K")


def test_red_sea_names_the_lanes_of_europe_and_what_would_lift_them(root):
    """The example's scenario halves the room of the European lanes: XM3 is late there."""
    hub = read_hub(root / "examples" / "busan")
    answer = explain(hub, scenario="red-sea", model="XM3", market="Europe")
    assert "late" in answer.answer
    assert "The sailings of lane EU-NORTH are full" in text(answer)
    assert found(answer, "containers on lane EU-NORTH").cars > 0
    assert found(answer, "one more sailing a month on lane EU-NORTH").cars > 0
    assert found(answer, "one more sailing a month on lane EU-NORTH").contribution > 0


def test_what_a_change_brings_is_what_planning_with_it_brings():
    hub = generate_hub(Size(6, 4, 12, 4), 1, shop_room=0.8, sea_room=0.8, choices=True)
    first = plan_months(hub)
    own, compared = pl.col("model") == "M02", set()
    for one in explain(hub, model="M02", plan=first).relaxations:
        head = one.name.split(" of ")[0].split(" (")[0]
        if head == "SOP":
            earlier = pl.when(own).then(pl.col("sop").dt.offset_by("-1mo")).otherwise("sop")
            name, table = "models", hub["models"].with_columns(sop=earlier)
        elif head == "launch ramp":
            name, table = "ramp", hub["ramp"].filter(~own)
        elif head == "the least":
            contract = one.name.removeprefix("the least of contract ").removesuffix(" set aside")
            least = pl.when(contract=contract).then(0.0).otherwise("least").alias("least")
            name, table = "contracts", hub["contracts"].with_columns(least)
        elif head == "pattern three shifts" and "together" not in one.name:
            group, start, end = re.findall(r"group (.+) in (\d{4}-\d\d) to (\S+)$", one.name)[0]
            days = [dt.date.fromisoformat(f"{month}-01") for month in (start, end)]
            row = {"group": group, "start": days[0], "end": days[1], "pattern": "three shifts"}
            name, table = "fixed_patterns", pl.DataFrame([row])
            table = pl.concat([hub["fixed_patterns"].clear(), table], how="diagonal")
        else:
            continue
        compared.add(head)
        by_hand = plan_months(Hub({**hub.tables, name: table})).contribution - first.contribution
        assert one.contribution == pytest.approx(by_hand, rel=1e-6, abs=1e-3), one.name
    assert compared == {"SOP", "launch ramp", "the least", "pattern three shifts"}


def test_a_plan_too_large_keeps_its_patterns_in_what_is_tried_and_says_so(monkeypatch):
    hub = generate_hub(Size(6, 4, 12, 4), 1, shop_room=0.8, sea_room=0.8, choices=True)
    monkeypatch.setattr("sinho.plan.why.relax.ANEW_TO", 0)
    answer = explain(hub, model="M02")
    assert any("too large to be made anew" in said for said in answer.reasons)
    assert found(answer, "launch ramp").contribution > 0
