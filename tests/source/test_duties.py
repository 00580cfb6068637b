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


def _one(plant: str, share: float) -> dict[str, Any]:
    return {"market": "X", "plant": plant, "share": share}


def test_a_least_price_takes_the_place_of_its_act() -> None:
    top = duty("on top", "a", "2025-01-01", 50)
    price = duty("minimum", "a", "2025-04-01", None, minimum=23)
    data = Input.from_network(network(network_tariffs=[BASE, top, price]))
    a = np.array([1, 1])
    tariff = data.lines(a, np.array([0, 0]), np.array([0, 1]))["tariff"]
    assert tariff.tolist() == pytest.approx([0.6 * 20, 0.1 * 20 + 3])


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
