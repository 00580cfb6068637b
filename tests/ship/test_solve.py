"""Allocation to voyages: worked cases by hand, all allocations of small ones, and promises."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sinho.hub import Hub, hub_from_tables
from sinho.results import ShipPlan
from sinho.ship import Input, Params, solve
from sinho.ship.data import CARS
from sinho.testing import generate_voyages
from tests.sea import DECK
from tests.ship.checker import World, broken, ways_of
from tests.ship.plant import sea_tables

FIRST = dt.date(2026, 1, 5)
NONE: dict[str, Any] = {"containers": None, "port_stock": None, "space_shares": None}


def voyage(day: int, **values: Any) -> dict[str, Any]:
    """Return a voyage of lane Europe with a cut-off in January 2026; it departs two days later."""
    return {
        "vessel": f"E{day}",
        "lane": "Europe",
        "cutoff": f"2026-01-{day:02d}",
        "etd": f"2026-01-{day + 2:02d}",
        "slot_cost": 500,
        **values,
    }


def hub_of(vessels: list[dict[str, Any]], **tables: Any) -> Hub:
    """Return the hub with these voyages; they call wherever they are wanted."""
    base = {"port_calls": None, "decks": None, "lead_times": None, "ports": None, "port_way": None}
    base |= {"yard_areas": None, **NONE, "vessels": vessels}
    return hub_from_tables(sea_tables(**base | tables))


def cars(*ready: tuple[str, int, int | None]) -> pl.DataFrame:
    """Return cars for FR as model, day of January ready, and day wanted to leave."""
    january = [dt.date(2026, 1, 1) + dt.timedelta(days=day - 1) for _, day, _ in ready]
    wanted = [None if day is None else dt.date(2026, 1, day) for _, _, day in ready]
    return pl.DataFrame(
        {
            "car": [f"c{n}" for n in range(len(ready))],
            "model": [model for model, _, _ in ready],
            "market": ["FR"] * len(ready),
            "origin": ["run"] * len(ready),
            "built": [day - dt.timedelta(days=2) for day in january],
            "ready": january,
            "wanted": pl.Series(wanted, dtype=pl.Date),
        }
    )


def shipped(hub: Hub, frame: pl.DataFrame, params: Params | None = None, **more: Any) -> ShipPlan:
    """Solve, and hold the plan to its limits."""
    data = replace(Input.from_cars(hub, frame, FIRST), **more)
    plan = solve(data, params)
    assert broken(data, plan) == []
    return plan


def ways(plan: ShipPlan) -> list[str | None]:
    return plan.cars["vessel"].to_list()


def causes(plan: ShipPlan) -> list[tuple[str | None, str | None]]:
    return list(plan.cars.select("missed", "cause").iter_rows())


def reached(plan: ShipPlan) -> tuple[float, ...]:
    """Return cars short of those booked, days late and cost."""
    said = dict(plan.levels.select("level", "value").iter_rows())
    return said.get("contract", 0.0), said["lateness"], said["cost"]


class Now:
    """Says stop at once."""

    seconds_left = float("inf")

    def __call__(self) -> bool:
        return True


def test_cars_take_the_first_voyage_that_they_are_ready_for() -> None:
    plan = shipped(hub_of([voyage(6), voyage(13)]), cars(("A", 5, 8), ("A", 6, 8), ("A", 7, 15)))
    assert ways(plan) == ["E6", "E6", "E13"]
    assert causes(plan) == [(None, None)] * 3
    assert plan.cars["days_in_hand"].to_list() == [1, 0, 6]
    assert plan.levels["value"].to_list()[0] == 0
    holding = 20 / (365.25 / 12)
    assert plan.objective == pytest.approx(3 * 500 + holding * (3 + 2 + 8))
    assert plan.objective == pytest.approx(plan.cars["cost"].sum())
    assert (plan.status, plan.gap) == ("optimal", 0)
    assert replace(plan, objective=4.0, bound=3.0).gap == 0.25


def test_a_car_that_is_ready_late_misses_its_ship_by_its_line_off() -> None:
    plan = shipped(hub_of([voyage(8), voyage(13)]), cars(("A", 9, 10), ("A", 16, 15)))
    assert ways(plan) == ["E13", None]
    assert causes(plan) == [("E8", "late line-off"), ("E13", "late line-off")]
    # from the 10th to the 15th; ready on the 16th, and the next voyage five days behind that
    assert plan.cars["late_days"].to_list() == [5, 6]
    assert plan.missed == 2


def test_an_order_whose_ships_are_gone_before_the_first_day_came_too_late() -> None:
    plan = shipped(hub_of([voyage(6), voyage(13)]), cars(("A", 8, 8), ("A", 8, 7)))
    assert causes(plan)[1] == (None, "order too late")
    assert causes(plan)[0] == ("E6", "order too late")


@pytest.mark.parametrize(
    ("limit", "cause"), [({"ceu": 2.6}, "no room"), ({"booked_most": 2}, "no room")]
)
def test_a_full_voyage_leaves_the_car_that_can_best_wait(limit: dict[str, Any], cause: str) -> None:
    hub = hub_of([voyage(8, **limit), voyage(13)])
    plan = shipped(hub, cars(("A", 5, 10), ("A", 5, 15), ("A", 6, 10)))
    assert ways(plan) == ["E8", "E13", "E8"]
    assert plan.missed == 0
    plan = shipped(hub, cars(("A", 5, 10), ("A", 5, 10), ("A", 6, 10)))
    assert sorted(map(str, ways(plan))) == ["E13", "E8", "E8"]
    assert [c for c in causes(plan) if c[1]] == [("E8", cause)]


def test_a_high_car_takes_only_decks_of_its_height() -> None:
    decks = [
        {**DECK, "deck": "1", "area": 9, "height": 1640},
        {**DECK, "deck": "2", "area": 9, "height": 1700},
    ]
    hub = hub_of([voyage(8, ship="Lady"), voyage(13, ship="Lady")], decks=decks)
    plan = shipped(hub, cars(("A", 5, 10), ("B", 5, 10), ("B", 5, 10)))
    assert plan.decks.select("vessel", "deck", "model", "cars").rows()[:2] == [
        ("E8", "1", "A", 1),
        ("E8", "2", "B", 1),
    ]
    missing = plan.cars.filter(pl.col("cause").is_not_null())
    assert missing["cause"].to_list() == ["no room"]
    plan = shipped(hub, cars(("B", 5, 10), ("B", 5, 10)))
    missing = plan.cars.filter(pl.col("cause").is_not_null())
    assert missing["cause"].to_list() == ["deck height"]
    assert missing["missed"].to_list() == ["E8"]


def test_movable_decks_take_the_position_that_the_cars_need() -> None:
    decks = [
        {**DECK, "deck": deck, "area": 18, "position": position, "height": height}
        for deck, position, height in (
            ("1", "up", 1700),
            ("1", "down", 1620),
            ("2", "up", 1620),
            ("2", "down", 1620),
        )
    ]
    hub = hub_of([voyage(8, ship="Lady")], decks=decks)
    plan = shipped(hub, cars(("B", 5, 10), ("B", 5, 10), ("A", 5, 10), ("A", 5, 10)))
    assert plan.missed == 0
    assert plan.voyages["positions"].item() == "1 up, 2 up"


def test_a_stowed_deck_takes_no_car() -> None:
    decks = [
        {**DECK, "deck": "1", "area": 18, "position": "open", "height": 1620},
        {**DECK, "deck": "1", "area": 18, "position": "stowed", "height": 1900},
        {**DECK, "deck": "2", "area": 18, "position": "open", "height": 1620},
        {**DECK, "deck": "2", "area": 0, "position": "stowed", "height": 1620},
    ]
    hub = hub_of([voyage(8, ship="Lady")], decks=decks)
    plan = shipped(hub, cars(*[("A", 5, 10)] * 4))
    assert (plan.missed, plan.voyages["positions"].item()) == (0, "1 open, 2 open")
    plan = shipped(hub, cars(("B", 5, 10), *[("A", 5, 10)] * 3))
    assert plan.missed == 1  # four low cars and none of the high ones, or two of any


def test_a_deck_bears_no_more_than_its_load() -> None:
    decks = [{**DECK, "deck": "1", "load": 3000}]
    models = [dict(one) | {"mass": 1400} for one in sea_tables()["models"]]
    hub = hub_of([voyage(8, ship="Lady")], decks=decks, models=models)
    assert shipped(hub, cars(*[("A", 5, 10)] * 3)).voyages["cars"].item() == 2
    decks = [{**DECK, "deck": "1", "load_per_area": 170}]
    hub = hub_of([voyage(8, ship="Lady")], decks=decks, models=models)
    plan = shipped(hub, cars(("A", 5, 10), ("B", 5, 10)))  # 173 and 161 kg/m2
    assert ways(plan) == [None, "E8"]


def test_space_of_a_brand_is_its_own_until_it_is_released() -> None:
    brands = [{"brand": "Acme"}, {"brand": "Brio"}]
    models = [dict(one) for one in sea_tables()["models"]]
    models[1]["brand"] = "Brio"
    tables = {"brands": brands, "models": models}
    shares = [{"brand": "Brio", "lane": "Europe", "share": 0.5}]
    vessels = [voyage(8, booked_most=2), voyage(13)]
    frame = cars(("A", 5, 10), ("A", 5, 10))
    plan = shipped(hub_of(vessels, space_shares=shares, **tables), frame)
    assert sorted(map(str, ways(plan))) == ["E13", "E8"]
    assert [c for c in causes(plan) if c[1]] == [("E8", "entitlement")]
    shares[0]["release_days"] = 3
    plan = shipped(hub_of(vessels, space_shares=shares, **tables), frame)
    assert ways(plan) == ["E8", "E8"]
    shares[0]["release_days"] = 2
    plan = shipped(hub_of(vessels, space_shares=shares, **tables), frame)
    assert plan.missed == 1


def test_cars_that_are_booked_come_before_days_late_and_these_before_cost() -> None:
    vessels = [voyage(8, slot_cost=900), voyage(13, booked_least=1, slot_cost=100)]
    frame = cars(("A", 5, 10))
    plan = shipped(hub_of(vessels), frame)
    assert (ways(plan), causes(plan)) == (["E13"], [("E8", "booked elsewhere")])
    assert dict(plan.levels.select("level", "value").iter_rows())["contract"] == 0
    plan = shipped(hub_of([vessels[0], {**vessels[1], "booked_least": 0}]), frame)
    assert ways(plan) == ["E8"]
    plan = shipped(hub_of([vessels[0], {**vessels[1], "booked_least": 0}]), frame, Params("cost"))
    assert (ways(plan), causes(plan)) == (["E13"], [("E8", "cost")])


def test_freight_that_is_dead_and_charters_are_paid() -> None:
    vessels = [voyage(8, booked_least=3, slot_cost=100), voyage(13, charter_cost=5000)]
    plan = shipped(hub_of(vessels), cars(("A", 5, 10)))
    holding = 20 / (365.25 / 12)
    assert plan.objective == pytest.approx(100 * 3 + 5 * holding)
    assert plan.voyages.select("short", "cost").rows() == [(2, 300), (0, 0)]


def test_containers_take_what_no_voyage_takes_in_whole_boxes() -> None:
    boxes = [{"lane": "Europe", "start": "2026-01", "boxes": 1, "cost": 1200, "transit": 30}]
    hub = hub_of([voyage(8, booked_most=1)], containers=boxes, box_cars=[{"model": "A", "cars": 3}])
    plan = shipped(hub, cars(*[("A", 7, 10)] * 5, ("B", 7, 10)))
    assert plan.cars["way"].to_list().count("container") == 5
    assert plan.boxes["boxes"].sum() == 2
    assert plan.cars.filter(model="B")["way"].item() == "voyage"
    empty = hub_of([voyage(8, booked_most=1)], box_cars=[{"model": "A", "cars": 3}])
    assert shipped(empty, cars(*[("A", 7, 10)] * 5)).voyages["cars"].item() == 1


def test_the_chance_to_be_ready_counts() -> None:
    hub = hub_of([voyage(8), voyage(13, slot_cost=400)])
    frame = cars(("A", 7, 10), ("A", 7, 10))
    chance = pl.DataFrame(
        {
            "car": ["c0", "c0", "c1", "c1"],
            "date": [dt.date(2026, 1, d) for d in (8, 10, 8, 10)],
            "chance": [0.9, 1.0, 0.3, 1.0],
        }
    )
    plan = shipped(hub, frame, chance=chance)
    assert ways(plan) == ["E8", "E13"]
    assert plan.cars["chance"].to_list() == [0.9, 1.0]
    assert causes(plan)[1] == ("E8", "readiness")
    assert dict(plan.levels.select("level", "value").iter_rows())["lateness"] == pytest.approx(
        0.1 * 5 + 5
    )


def test_the_way_to_the_port_lets_so_many_through_a_day() -> None:
    way = [{"port": "Busan", "mode": "driven", "hour": 8, "cars": 2, "minutes": 30}]
    ports = [{"port": "Busan", "role": "loading", "country": "KR"}]
    hub = hub_of([voyage(8), voyage(13)], port_way=way, ports=ports)
    plan = shipped(hub, cars(*[("A", 8, 10)] * 3))
    assert sorted(plan.cars["ready"].dt.day().to_list()) == [8, 8, 9]
    assert [c for c in causes(plan) if c[1]] == [("E8", "way to the port")]


def test_storage_is_paid_after_the_free_days_and_due_days_count_in_the_market() -> None:
    ports = [
        {"port": "Busan", "role": "loading", "country": "KR", "free_days": 3, "storage_cost": 7}
    ]
    leads = [{"market": "FR", "start": "2026-01", "days": 40}]
    calls = [{"vessel": "E8", "call": 1, "port": "Le Havre", "arrival": "2026-02-20"}]
    hub = hub_of(
        [voyage(8)],
        ports=[*ports, {"port": "Le Havre", "role": "discharge", "country": "FR"}],
        lead_times=leads,
        port_calls=calls,
    )
    plan = shipped(hub, cars(("A", 2, 10)))
    row = plan.cars.row(0, named=True)
    assert row["cost"] == pytest.approx(500 + (8 - 3) * 7 + 8 * 20 / (365.25 / 12))
    assert (row["due"], row["arrives"]) == (dt.date(2026, 2, 19), dt.date(2026, 2, 20))
    assert (row["late_days"], row["cause"]) == (1, "order too late")


def test_a_lane_without_voyages_says_so() -> None:
    markets = [dict(one) for one in sea_tables()["markets"]]
    markets.append(markets[1] | {"market": "BR", "lane": "South"})
    freight = [*sea_tables()["freight"], sea_tables()["freight"][0] | {"lane": "South"}]
    hub = hub_of([voyage(8)], markets=markets, freight=freight)
    frame = cars(("A", 5, 10)).with_columns(market=pl.lit("BR"))
    assert causes(shipped(hub, frame)) == [(None, "no voyage")]


car = st.tuples(st.sampled_from("AB"), st.integers(4, 14), st.integers(8, 16) | st.none())


@st.composite
def problems(draw: st.DrawFn) -> Input:
    """Draw a few cars and two voyages, with decks or without."""
    decks, with_decks = [], draw(st.booleans())
    if with_decks:
        low, high = draw(st.sampled_from([(1620, 1700), (1700, 1700), (1620, 1620)]))
        area = draw(st.sampled_from([9.0, 17.5, 26.0]))
        decks = [
            {**DECK, "deck": deck, "area": area, "position": position, "height": height}
            for deck, position, height in (
                ("1", "up", high),
                ("1", "down", low),
                ("2", "up", low),
                ("2", "down", high),
            )
        ]
        decks.append({**DECK, "deck": "3", "area": draw(st.sampled_from([9.0, 17.0]))})
    vessels = [
        voyage(
            day,
            slot_cost=draw(st.sampled_from([300, 500, 800])),
            booked_least=draw(st.sampled_from([0, 0, 2])),
            booked_most=draw(st.sampled_from([None, 2, 3])),
            ceu=draw(st.sampled_from([None, 3.0])),
            charter_cost=draw(st.sampled_from([0, 0, 400])),
            **({"ship": "Lady"} if with_decks else {}),
        )
        for day in (8, 13)
    ]
    for one in vessels:
        if one["booked_most"] is not None:
            one["booked_least"] = min(one["booked_least"], one["booked_most"])
    vessels = [{k: v for k, v in one.items() if v is not None} for one in vessels]
    tables: dict[str, Any] = {"decks": decks} if decks else {}
    shares = draw(st.sampled_from([None, [("B", 0.5)], [("A", 0.3), ("B", 0.7)]]))
    if shares:
        models = [dict(one) for one in sea_tables()["models"]]
        for one in models:
            one["brand"] = f"brand {one['model']}"
        release = draw(st.sampled_from([{}, {"release_days": 3}, {"release_days": 4}]))
        tables |= {
            "models": models,
            "brands": [{"brand": "brand A"}, {"brand": "brand B"}],
            "space_shares": [
                {"brand": f"brand {name}", "lane": "Europe", "share": share, **release}
                for name, share in shares
            ],
        }
    boxes = draw(st.integers(0, 2))
    if boxes:
        price = draw(st.sampled_from([700, 1200, 2600]))
        lane = draw(st.sampled_from(["Europe", "all"]))
        way = {"lane": lane, "start": "2026-01", "cost": price, "wait": WAIT, "transit": 30}
        tables["containers"] = [{**way, "boxes": boxes}]
        tables["box_cars"] = draw(
            st.sampled_from([[{"model": "A", "cars": 3}], [{"model": m, "cars": 2} for m in "AB"]])
        )
    most = 4 if boxes else 5
    hub = hub_of(vessels, **tables)
    return Input.from_cars(hub, cars(*draw(st.lists(car, min_size=1, max_size=most))), FIRST)


WAIT, BOX_DAYS = 2, 3
"""Days from loading a box to its departure, and within which a car is loaded."""

RELAXED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@given(problems())
@RELAXED
def test_no_allocation_of_a_small_problem_is_better(data: Input) -> None:
    plan = solve(data, Params(box_days=BOX_DAYS))
    assert broken(data, plan) == []
    world = World(data, BOX_DAYS)
    own = ways_of(plan, WAIT)
    assert world.sound(own)
    best = world.best()
    assert world.levels(own) == pytest.approx(best, abs=1e-5)
    assert reached(plan) == pytest.approx(best)
    assert plan.status == "optimal"


@given(problems(), st.sampled_from([0.0, 0.005, 1.0]))
@RELAXED
def test_rounding_the_relaxation_gives_a_sound_plan_above_the_bound(
    data: Input, box_gap: float
) -> None:
    plan = solve(data, Params(exact=0, box_gap=box_gap))
    assert broken(data, plan) == []
    for level, value, bound, _ in plan.levels.iter_rows():
        assert bound <= value + 1e-6, level
    assert World(data).levels(ways_of(plan, WAIT)) == pytest.approx(reached(plan))


@given(problems())
@RELAXED
def test_stopped_before_the_first_plan_it_hands_back_that_of_the_plain_rule(data: Input) -> None:
    plan = solve(data, stop=Now())
    assert broken(data, plan) == []
    assert plan.status in ("stopped", "optimal")
    assert World(data).levels(ways_of(plan, WAIT)) == pytest.approx(reached(plan))
    assert [round(one, 5) for one in reached(solve(data))] <= [round(x, 5) for x in reached(plan)]


@given(problems(), st.sampled_from([0.5, 0.9, 0.99]), st.booleans(), st.sampled_from([0, 3_000]))
@RELAXED
def test_cheaper_freight_costs_no_more_and_more_room_ships_no_less(
    data: Input, share: float, boxes: bool, exact: int
) -> None:
    params = Params("cost", exact=exact)
    before = solve(data, params)
    cheap = replace(data, voyages=data.voyages.with_columns(pl.col("slot_cost") * share))
    if boxes:
        cheap = replace(data, containers=data.containers.with_columns(pl.col("cost") * share))
    after = solve(cheap, params)
    # what is proven falls; and so does the cost, as far as it is proven
    assert after.bound <= before.objective + 1e-6
    assert after.objective <= before.objective + after.objective * after.gap + 1e-6
    if exact:
        assert (before.status, after.status) == ("optimal", "optimal")
    more_boxes = data.containers.with_columns(pl.col("boxes") + 1)
    roomy = solve(replace(data, containers=more_boxes), params)
    assert roomy.objective <= before.objective + roomy.objective * roomy.gap + 1e-6
    # the days late of all cars can only fall where there is more room
    wide = data.voyages.with_columns(pl.col("ceu") * 2, pl.col("booked_most") + 1, booked_least=0.0)
    less = solve(replace(data, voyages=data.voyages.with_columns(booked_least=0.0)))
    more = solve(replace(data, voyages=wide))
    late = [one.levels.filter(level="lateness")["value"].item() for one in (less, more)]
    assert late[1] <= late[0] + 1e-6
    sails = [one.cars.filter(pl.col("way") == "voyage").height for one in (less, more)]
    if data.containers.is_empty():  # else a car may leave a voyage for a box that comes sooner
        assert sails[1] >= sails[0]


@given(problems())
@RELAXED
def test_the_same_seed_gives_the_same_plan(data: Input) -> None:
    first, second = solve(data, seed=3), solve(data, seed=3)
    for name in ("cars", "voyages", "decks", "boxes", "levels"):
        assert getattr(first, name).equals(getattr(second, name)), name


def test_decks_of_few_cars_are_filled_near_the_bound() -> None:
    data = generate_voyages(300, 6, 1, seed=0)
    rounded = solve(data, Params(exact=0, deck_gap=1.0))
    filled = solve(data, Params(exact=0, deck_gap=0.0))
    assert broken(data, filled) == []
    before, after = (
        plan.levels.filter(pl.col("level") == "lateness").to_dicts()[0]
        for plan in (rounded, filled)
    )
    assert after["value"] < before["value"]
    assert after["bound"] > before["bound"]
    assert after["gap"] < 0.05


def test_columns_of_cars_are_what_the_stage_asks_for() -> None:
    data = Input.from_cars(hub_of([voyage(8)]), cars(("A", 5, None)), FIRST)
    assert data.cars.schema == CARS


def terms(*rows: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Return demand of FR by model, month and terms of delivery."""
    return [
        {"model": model, "market": "FR", "month": month, "units": 9, "price": 9, "incoterm": term}
        for model, month, term in rows
    ]


@pytest.mark.parametrize(("term", "paid"), [("FOB", 0), ("EXW", 0), ("CFR", 1), ("DDP", 1)])
def test_the_freight_of_a_buyer_who_pays_it_is_no_cost_and_his_car_takes_room(
    term: str, paid: int
) -> None:
    hub = hub_of([voyage(8, booked_most=2), voyage(13)], demand=terms(("A", "2026-01", term)))
    plan = shipped(hub, cars(("A", 7, 10), ("A", 7, 15), ("B", 7, 10)))
    assert ways(plan) == ["E8", "E13", "E8"]
    holding = 20 / (365.25 / 12)
    (a, later, b) = plan.cars["cost"].to_list()
    assert a == pytest.approx(500 * paid + 3 * holding)
    assert later == pytest.approx(500 * paid + 8 * holding)
    assert b >= 500
    assert plan.voyages["cost"].to_list() == pytest.approx([500 * paid + 500, 500 * paid])
    assert plan.voyages["cars"].to_list() == [2, 1]
    assert plan.objective == pytest.approx(plan.cars["cost"].sum())


def test_terms_are_those_of_the_month_of_departure() -> None:
    demand = terms(("A", "2026-01", "FOB"), ("A", "2026-02", "DDP"))
    later = voyage(13, etd="2026-02-02")
    hub = hub_of([voyage(8, booked_most=1), later], demand=demand)
    plan = shipped(hub, cars(("A", 7, 10), ("A", 7, 10)))
    assert plan.voyages["cost"].to_list() == [0, 500]


def test_boxes_of_a_buyer_who_pays_for_them_are_his_own() -> None:
    boxes = [{"lane": "Europe", "start": "2026-01", "boxes": 2, "cost": 1200, "transit": 30}]
    markets = sea_tables()["markets"]
    other = {**markets[1], "market": "BE", "country": "BE"}
    hub = hub_of(
        [voyage(8, booked_most=1)],
        containers=boxes,
        box_cars=[{"model": "A", "cars": 3}],
        markets=[*markets, other],
        demand=terms(("A", "2026-01", "FOB")),
    )
    frame = cars(*[("A", 7, 10)] * 4).with_columns(market=pl.Series(["FR", "FR", "BE", "BE"]))
    plan = shipped(hub, frame)
    holding = (pl.col("leaves") - pl.col("ready")).dt.total_days() * 20 / (365.25 / 12)
    paid = plan.cars.filter(way="container").select("market", freight=pl.col("cost") - holding)
    sums = dict(paid.group_by("market").agg(pl.col("freight").sum()).iter_rows())
    assert sums == {"FR": pytest.approx(0, abs=1e-6), "BE": pytest.approx(1200)}
    assert plan.boxes["boxes"].sum() == 2, "three cars of one port would go in one box"
