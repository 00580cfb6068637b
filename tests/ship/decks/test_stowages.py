"""From a plan of voyages to the decks: positions, ports in order, the hub's share, balance."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sinho.hub import hub_from_tables
from sinho.results import ShipPlan
from sinho.ship import Input, solve
from sinho.ship.decks import Input as DeckInput
from sinho.ship.decks import plan_decks
from sinho.ship.decks import replay as replay_decks
from sinho.ship.decks.hull import fleet_of, hull_of
from sinho.ship.decks.rule import by_rule
from sinho.testing import generate_decks
from tests.ship.plant import sea_tables
from tests.ship.test_solve import cars

READY = (*(("A", 5, 8),) * 6, *(("B", 5, 8),) * 6)


def planned(**tables: Any) -> tuple[ShipPlan, dict[str, DeckInput]]:
    """Return the plan of twelve cars on the small hub's voyages, and their decks."""
    none = {"containers": None, "space_shares": None, "port_stock": None, "port_way": None}
    hub = hub_from_tables(sea_tables(**none | tables))
    plan = solve(Input.from_cars(hub, cars(*READY), dt.date(2026, 1, 5)))
    return plan, DeckInput.from_plan(hub, plan)


def test_a_voyage_is_laid_out_from_the_hub() -> None:
    plan, found = planned()
    assert list(found) == ["Europe 6", "Europe 13"]
    data = found["Europe 6"]
    assert (data.ship, data.loading, data.ports) == ("Lady", "Busan", ("Le Havre",))
    held = dict(plan.decks.select("deck", "position").iter_rows())
    told = dict(data.decks.select("deck", "position").iter_rows())
    assert told.keys() == {"1", "2", "3"}
    assert told | held == told
    assert told["2"] == told["3"]
    assert data.trim is not None
    assert (data.trim.least, data.trim.largest) == (0.0, 1.0)
    assert data.centre is not None
    assert data.centre.highest == 12.0
    assert data.assumed == (
        "a deck without lane_length is full when its area is, whatever its lanes are",
        "cars of models without mass weigh nothing",
    )


def test_the_stowages_of_a_plan_hold() -> None:
    _, found = planned()
    plans = plan_decks(found, seed=1)
    assert sum(plan.places.height for plan in plans.values()) == len(READY)
    for name, plan in plans.items():
        assert replay_decks(found[name], plan) == (0, [])
        assert plan.left.is_empty()
        assert plan.balance["held"].all()


def test_the_share_of_a_voyage_is_taken_of_each_deck() -> None:
    rows = [{**row, "deck_share": 0.5} for row in sea_tables()["vessels"]]
    decks = [{**row, "lane_length": 30} for row in sea_tables()["decks"]]
    _, found = planned(vessels=rows, decks=decks)
    data = found["Europe 6"]
    for column, value in (("area", 50.0), ("load", 10_000.0), ("lane_length", 15.0)):
        assert data.decks[column].unique().to_list() == [value]
    assert any("50.0%" in one for one in data.assumed)


@pytest.mark.parametrize("without", ["ships", "decks"])
def test_what_is_not_told_is_left_out(without: str) -> None:
    tables: dict[str, Any] = {without: None}
    if without == "decks":
        tables["ships"] = None
        assert planned(**tables)[1] == {}
        return
    data = planned(**tables)[1]["Europe 6"]
    assert (data.trim, data.centre) == (None, None)
    assert sum("not reckoned" in one for one in data.assumed) == 2


@pytest.mark.parametrize("seed", [1, 2])
def test_the_cars_of_a_port_stand_on_no_more_decks_than_by_the_plain_rule(seed: int) -> None:
    data = generate_decks(6, ports=5, cars=400, fill=0.95, seed=seed)
    decks = hull_of(data)
    fleet = fleet_of(data, decks)
    rule = by_rule(data, decks, fleet)
    assert rule.sum() == data.cars.height
    plan = plan_decks({"V": data})["V"]
    assert replay_decks(data, plan) == (0, [])
    assert plan.left.is_empty()
    parted = {(fleet.port[k], d) for _, k, d in zip(*rule.nonzero(), strict=True)}
    levels = {row["level"]: row["value"] for row in plan.levels.to_dicts()}
    assert levels["decks by port"] <= len(parted)
