"""Questions about a plan of voyages: why, what would lift it, and voyages late or cancelled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest

from sinho.errors import DataError
from sinho.results.shipping import Cause
from sinho.ship import Input, Params, explain, lifts, solve
from tests.sea import DECK
from tests.ship.checker import broken
from tests.ship.plant import sea_tables
from tests.ship.test_solve import FIRST, cars, hub_of, voyage

PAGE = (Path(__file__).parents[2] / "docs" / "ship.md").read_text(encoding="utf-8")


def test_the_page_names_every_cause() -> None:
    listed = PAGE.split("| Cause | When |")[1].split("\n\n")[0]
    named = re.findall(r"^\| ([a-z -]+) \|", listed, flags=re.M)
    assert [name for name in named if "-" * 3 not in name] == [
        *("order too late", "late line-off", "way to the port", "readiness", "no room"),
        *("deck height", "entitlement", "booked elsewhere", "cost", "no voyage"),
    ]
    assert set(get_args(Cause)) <= set(named)


def tried(hub: Any, frame: pl.DataFrame) -> dict[str, int]:
    """Return the cars that each change lets sail in time."""
    data = Input.from_cars(hub, frame, FIRST)
    found = lifts(data, solve(data))
    return dict(found.select("change", "saved").iter_rows())


def test_another_day_of_cutoff_is_tried() -> None:
    frame = cars(("A", 9, 10), ("A", 9, 10), ("A", 10, 10))
    assert tried(hub_of([voyage(8), voyage(13)]), frame) == {"E8: another day of cut-off": 2}


def test_a_voyage_that_sails_on_its_cutoff_is_tried_a_day_later() -> None:
    hub = hub_of([voyage(8, etd="2026-01-08"), voyage(13)])
    assert tried(hub, cars(("A", 9, 9))) == {"E8: a day later": 1}


def test_a_slot_more_and_a_box_more_are_tried() -> None:
    boxes = [{"lane": "Europe", "start": "2026-01", "boxes": 0, "cost": 900, "transit": 1}]
    hub = hub_of(
        [voyage(8, booked_most=1), voyage(13)],
        containers=boxes,
        box_cars=[{"model": "A", "cars": 3}],
    )
    assert tried(hub, cars(*[("A", 5, 10)] * 4)) == {
        "E8: a slot more for A": 1,
        "Europe: a box more a day": 3,
    }


def test_a_deck_at_another_height_is_tried() -> None:
    decks = [
        {**DECK, "deck": "1", "area": 18, "height": 1640, "ramp_height": 1640},
        {**DECK, "deck": "2", "area": 9, "height": 1700, "entered_from": "1"},
    ]
    decks[0]["ramp_height"] = 1700
    hub = hub_of([voyage(8, ship="Lady"), voyage(13, ship="Lady")], decks=decks)
    assert tried(hub, cars(*[("B", 5, 10)] * 3)) == {
        "E8: deck 1 at 1,650 mm": 2,
        "E8: a slot more for B": 1,
    }


def test_space_of_brands_is_tried_released() -> None:
    models = [dict(one) for one in sea_tables()["models"]]
    models[1]["brand"] = "Brio"
    hub = hub_of(
        [voyage(8, booked_most=2), voyage(13)],
        brands=[{"brand": "Acme"}, {"brand": "Brio"}],
        models=models,
        space_shares=[{"brand": "Brio", "lane": "Europe", "share": 0.5}],
    )
    assert tried(hub, cars(("A", 5, 10), ("A", 5, 10))) == {
        "E8: the brands' space is offered to all now": 1,
        "E8: a slot more for A": 0,
    }


def test_questions_are_answered_in_sentences() -> None:
    hub = hub_of([voyage(8, booked_least=3), voyage(13)])
    data = Input.from_cars(hub, cars(("A", 5, 10), ("A", 9, 10), ("A", 16, None)), FIRST)
    plan = solve(data)
    assert explain(plan, "c0") == (
        "It is ready on 2026-01-05, 3 days in hand, leaves with E8 on 2026-01-10 and arrives at "
        "Le Havre on 2026-01-10.",
    )
    assert explain(plan, "c1")[1] == (
        "It is 5 days late (wanted on 2026-01-10): it is handed over after the cut-off of E8."
    )
    assert explain(plan, "c2")[0].startswith("It stays: it is ready on 2026-01-16")
    assert explain(plan, "E8") == (
        "It takes cars until 2026-01-08 and departs on 2026-01-10 with 1 car.",
        "It is 2 cars short of the 3 booked.",
        "1 car misses it: late line-off.",
    )
    with pytest.raises(DataError, match="no such car or voyage"):
        explain(plan, "E9")


def test_a_late_voyage_moves_the_cars_that_gain_by_it_and_no_other() -> None:
    leads = [{"market": "FR", "start": "2026-01", "days": 6}]
    vessels = [voyage(8), voyage(9, booked_most=3), voyage(25)]
    hub = hub_of(vessels, lead_times=leads)
    frame = cars(*[("A", 5, 10)] * 4, ("A", 5, 30))
    data = Input.from_cars(hub, frame, FIRST)
    plan = solve(data)
    assert plan.cars["vessel"].to_list() == ["E8"] * 5
    again = data.late("E8", 9, plan)
    after = solve(again)
    assert broken(again, after) == []
    moved = dict(after.moved.select("car", "now").iter_rows())
    assert list(moved.values()) == ["E9"] * 3
    assert "c4" not in moved  # it is in time all the same
    assert set(after.moved["before"]) == {"E8"}
    few = solve(data.late("E8", 9, plan), Params(change_days=100))
    assert few.moved.is_empty()


def test_a_voyage_that_is_cancelled_gives_its_cars_to_others() -> None:
    data = Input.from_cars(hub_of([voyage(8), voyage(13)]), cars(("A", 5, 10), ("A", 9, 15)), FIRST)
    plan = solve(data)
    after = solve(data.cancelled("E8", plan))
    assert after.moved.rows() == [("c0", "E8", "E13")]
    with pytest.raises(DataError, match="no such voyage"):
        data.cancelled("E7")
    gone = solve(data.cancelled("E8").cancelled("E13"))
    assert gone.cars["cause"].to_list() == ["no voyage", "no voyage"]
