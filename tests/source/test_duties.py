"""Which duty holds, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sinho.source import Input, Params, solve
from tests.source.networks import Rows, duty, network


def rates(*tariffs: dict[str, Any], transit: float = 0, **more: Rows) -> list[float]:
    """Return the duty of the car from afar in each month, in percent."""
    lanes = [
        {"plant": "near", "market": "X", "start": "2025-01", "lane": "road", "freight": 0},
        {
            **{"plant": "far", "market": "X", "start": "2025-01", "lane": "sea", "freight": 1},
            "transit": transit,
        },
    ]
    data = Input.from_network(network(network_tariffs=list(tariffs), lanes=lanes, **more))
    return (100 * data.duties.rate[data.group[1], 0]).round(9).tolist()


BASE = duty("base", "ordinary", "2020-01-01", 10)


def test_acts_on_top_add_up() -> None:
    top = [duty("on top", act, "2025-04-01", percent) for act, percent in (("a", 25), ("b", 5))]
    assert rates(BASE, *top) == [10, 40, 40]


def test_a_duty_counts_for_the_days_on_which_it_holds() -> None:
    assert rates(BASE, duty("on top", "a", "2025-04-03", 30)) == [10, 10 + 28, 40]
    late = rates(BASE, duty("on top", "a", "2025-04-03", 31), transit=33)
    assert late == pytest.approx([10 + 31, 41, 41]), "cars of March enter from 3 April on"


def test_a_cap_holds_down_the_sum_and_never_the_base() -> None:
    top = duty("on top", "a", "2025-01-01", 25)
    assert rates(BASE, top, duty("cap", "deal", "2025-05-01", 15)) == [35, 35, 15]
    assert rates(BASE, top, duty("cap", "deal", "2025-05-01", 5)) == [35, 35, 10]
    assert rates(BASE, top, duty("cap", "deal", "2025-04-01", 15, end="2025-04-30")) == [35, 15, 35]


def test_the_narrower_row_of_an_act_holds() -> None:
    wide, bev = duty("on top", "a", "2025-01-01", 50), duty("on top", "a", "2025-04-01", 7)
    assert rates(BASE, wide, {**bev, "powertrain": "BEV"}) == [60, 17, 17]
    assert rates(BASE, wide, {**bev, "powertrain": "ICE"}) == [60, 60, 60]
    both = [{**bev, "powertrain": "BEV"}, {**bev, "plant": "far", "percent": 3}]
    assert rates(BASE, wide, *both) == [60, 13, 13], "a plant goes before a powertrain"


def test_a_quota_counts_while_its_row_holds_though_the_full_duty_is_lower() -> None:
    """The middle day of April asks for less outside of the quota; its other days do not."""
    rows = [
        duty("on top", "a", "2025-01-01", 50),
        duty("on top", "a", "2025-04-14", 3, end="2025-04-18"),
        duty("quota", "a", "2025-01-01", 10, quota="Q"),
    ]
    quotas = [{"quota": "Q", "year": 2025, "cars": 1000}]
    data = Input.from_network(network(network_tariffs=rows, quotas=quotas))
    saved = data.saved(np.array([1]), np.array([0]), np.array([1]))
    assert saved.tolist() == pytest.approx([20 * 0.4 * 25 / 30])


def test_a_row_that_ended_gives_way_to_the_one_before() -> None:
    less = duty("base", "ordinary", "2025-04-01", 4, end="2025-04-30")
    assert rates(BASE, less) == [10, 4, 10]


@pytest.mark.parametrize(("share", "expected"), [(0.83, 0), (10 / 12, 0), (0.84, 10)])
def test_a_rule_of_origin_decides_which_base_duty_holds(share: float, expected: float) -> None:
    # 10 of parts from BB and 2 of building in CC: five sixths
    rule = {"agreement": "pact", "start": "2020-01-01", "countries": "BB", "least_share": share}
    less = duty("base", "pact", "2020-01-01", 0, agreement="pact")
    homes = [{"plant": "near", "country": "AA"}, {"plant": "far", "country": "CC"}]
    rows = [{**one, "origin": "CC"} for one in (BASE, less)]
    assert rates(*rows, plants=homes, rules_of_origin=[rule]) == [expected] * 3


def test_what_is_published_late_is_refunded() -> None:
    cut = duty("base", "ordinary", "2025-04-01", 4, published="2025-05-01")
    plan = solve(
        Input.from_network(network(network_tariffs=[BASE, cut], source_limits=[_one("near", 0.0)]))
    )
    assert plan.flows["tariff"].to_list() == pytest.approx([200, 80, 80])
    assert plan.flows["refund"].to_list() == pytest.approx([0, 0.06 * 20 * 100, 0])


def test_a_refund_is_of_what_cars_within_a_quota_paid() -> None:
    """A cut of the surtax published late changes nothing for a car within the quota."""
    rows = [
        duty("on top", "surtax", "2025-01-01", 50),
        duty("on top", "surtax", "2025-04-01", 30, published="2025-05-01"),
        duty("quota", "surtax", "2025-01-01", 5, quota="Q"),
    ]
    quotas = [{"quota": "Q", "year": 2025, "cars": 170}]
    alone = [_one("near", 0.0)]
    plan = solve(
        Input.from_network(network(network_tariffs=rows, quotas=quotas, source_limits=alone)),
        Params(gap=1e-9),
    )
    # 100 cars of March save more within the quota; of April 70 pay less, 30 the surtax
    april = plan.flows.row(1, named=True)
    outside = april["cars"] - april["in_quota"]
    assert april["refund"] == pytest.approx(0.2 * 20 * outside)
    assert plan.flows["in_quota"].sum() == pytest.approx(170)


def test_a_quota_or_a_least_price_published_late_is_refunded() -> None:
    top = duty("on top", "a", "2025-01-01", 50)
    alone = [_one("near", 0.0)]
    late = {"start": "2025-03-01", "published": "2025-04-01"}
    quota = duty("quota", "a", **late, percent=0, quota="Q")
    price = duty("minimum", "a", **late, percent=None, minimum=23)
    for row, refund in ((quota, 0.5 * 20 * 100), (price, (0.5 * 20 - 3) * 100)):
        data = Input.from_network(
            network(
                network_tariffs=[top, row],
                quotas=[{"quota": "Q", "year": 2025, "cars": 1000}],
                source_limits=alone,
            )
        )
        assert solve(data).flows["refund"].to_list() == pytest.approx([refund, 0, 0])


def _one(plant: str, share: float) -> dict[str, Any]:
    return {"market": "X", "plant": plant, "share": share}


def test_a_least_price_takes_the_place_of_its_act() -> None:
    top = duty("on top", "a", "2025-01-01", 50)
    price = duty("minimum", "a", "2025-04-01", None, minimum=23)
    data = Input.from_network(network(network_tariffs=[BASE, top, price]))
    a = np.array([1, 1])
    tariff = data.lines(a, np.array([0, 0]), np.array([0, 1]))["tariff"]
    assert tariff.tolist() == pytest.approx([0.6 * 20, 0.1 * 20 + 3])


def test_least_prices_count_for_their_days_and_at_the_rate_of_the_month() -> None:
    dollars = {"currency": "USD", "percent": None}
    rows = [
        duty("minimum", "a", "2025-03-01", minimum=10, **dollars),
        duty("minimum", "a", "2025-03-21", minimum=30, **dollars),
    ]
    rates_ = [("2025-01-01", 1.0), ("2025-05-01", 0.9)]
    currencies = [{"currency": "USD", "start": day, "rate": rate} for day, rate in rates_]
    data = Input.from_network(network(network_tariffs=rows, currencies=currencies))
    tariff = data.lines(np.array([1, 1]), np.array([0, 0]), np.array([0, 2]))["tariff"]
    # a car of 20: 11 of 31 days ask for 30 dollars; the others for less than the car is worth
    assert tariff.tolist() == pytest.approx([10 * 11 / 31, 27 - 20])


def test_an_act_on_top_asks_less_of_cars_of_an_agreement() -> None:
    rule = {"agreement": "pact", "countries": "BB", "least_share": 0.5}
    rule_rows = [rule | {"start": "2020-01-01"}]
    top = duty("on top", "232", "2025-01-01", 25)
    less = {**top, "agreement": "pact", "percent": 0}
    for rows in ([BASE, top, less], [BASE, less, top]):
        assert rates(*rows, rules_of_origin=rule_rows) == [10] * 3
    more = {**top, "agreement": "pact", "percent": 30}
    assert rates(BASE, top, more, rules_of_origin=rule_rows) == [35] * 3, "it is claimed or not"
    # all parts are from BB; the rule that asks for more than all of them holds for 13 days of May
    strict = rule | {"start": "2025-05-19", "countries": "CC"}
    held = rates(BASE, top, less, rules_of_origin=[*rule_rows, strict])
    assert held == pytest.approx([10, 10, 10 + 25 * 13 / 31])
    late = rates(BASE, top, less, rules_of_origin=[*rule_rows, strict], transit=31)
    assert late == pytest.approx([10, 10 + 25 * 13 / 30, 35]), "the day of entry counts"


def test_nothing_is_paid_on_a_customs_value_of_nothing() -> None:
    row = {"name": "two", "currency": "EUR", "start": "2025-03", "end": "2025-05"}
    data = Input.from_network(network(network_tariffs=[BASE], network=[row | {"customs_share": 0}]))
    assert data.lines(np.array([1]), np.array([0]), np.array([0]))["tariff"].tolist() == [0]


def test_a_closed_border_lets_no_car_in() -> None:
    plan = solve(
        Input.from_network(network(network_tariffs=[duty("closed", "ban", "2025-04-01", None)]))
    )
    assert plan.flows["plant"].to_list() == ["far", "near", "near"]


@pytest.mark.parametrize("cars", [0, 1, 119.5, 250, 1000])
def test_the_last_car_of_a_quota_enters_at_the_lower_duty(cars: float) -> None:
    """Cars from afar cost 13 with the lower duty, 23 without; those from near 18."""
    quota = duty("quota", "surtax", "2025-01-01", 0, quota="Q")
    plan = solve(
        Input.from_network(
            network(
                network_tariffs=[duty("on top", "surtax", "2025-01-01", 50), quota],
                quotas=[{"quota": "Q", "year": 2025, "cars": cars}],
            )
        ),
        Params(gap=1e-9),
    )
    far = min(cars, 300)
    assert plan.objective == pytest.approx(13 * far + 18 * (300 - far))
    assert plan.flows["in_quota"].sum() == pytest.approx(far)
    used = plan.limits.row(0, named=True)
    assert used["used"] == pytest.approx(far)
    if cars > 0:  # without any, the first car is worth no less than what it saves
        assert used["worth"] == pytest.approx(5 if cars < 300 else 0)
