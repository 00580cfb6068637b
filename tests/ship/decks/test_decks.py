"""Stowage of decks: worked cases by hand, all stowages of small ones, and promises."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sinho.errors import DataError
from sinho.results.decks import DISCHARGE, LOAD, PUT_OFF
from sinho.ship.decks import Centre, Trim
from sinho.ship.decks import Input as DeckInput
from sinho.ship.decks import Params as DeckParams
from sinho.ship.decks import replay as replay_decks
from sinho.ship.decks import solve as solve_decks
from sinho.ship.decks.hull import fleet_of, hull_of
from sinho.ship.decks.program import LEVELS, Program
from sinho.ship.decks.solve import NO_DECK, NO_ROOM, NO_TIME
from sinho.stop import StopRule
from sinho.testing import generate_decks
from tests.ship.decks.plant import best_of_all, deck, stowed, voyage

LOW, HIGH = 1500, 1900


def test_the_last_port_is_loaded_first_and_deepest() -> None:
    plan = stowed(voyage([deck("1", 24, lanes=1)], [("P", LOW), ("R", LOW), ("Q", LOW)]))
    assert plan.places.select("car", "loaded", "place").rows() == [
        ("c1", 1, 1),
        ("c2", 2, 2),
        ("c0", 3, 3),
    ]
    assert plan.moves.filter(pl.col("kind") == DISCHARGE)["car"].to_list() == ["c0", "c2", "c1"]
    assert (plan.move_count, plan.moves_bound, plan.status) == (0, 0, "optimal")


def test_the_gap_is_that_of_moves_and_their_bound() -> None:
    plan = stowed(voyage([deck("1", 24, lanes=1)], [("P", LOW)]))
    open_ = replace(plan, objective=4.0, bound=3.0)
    assert (open_.gap, open_.summary()["gap"]) == (0.25, 0.25)


def test_cars_of_the_first_port_stand_in_the_passage() -> None:
    # deck 2 behind deck 1: one car aside and one in the passage of deck 1, two on deck 2
    decks = [deck("1", 16), deck("2", 16, "1")]
    plan = stowed(voyage(decks, [("P", LOW), ("Q", LOW), ("Q", LOW), ("P", LOW)]))
    place = {car: (d, lane) for car, d, lane in plan.places.select("car", "deck", "lane").rows()}
    inside = [car for car, spot in place.items() if spot == ("1", 1)]
    assert inside in (["c0"], ["c3"])
    assert plan.move_count == 0


def test_a_car_that_is_in_the_way_is_put_off_once_at_each_port_before_its_own() -> None:
    # the high cars for the last port fit on deck 1 alone, and fill it with its passage
    decks = [deck("1", 16), deck("2", 16, "1", height=1600.0)]
    plan = stowed(voyage(decks, [("R", HIGH), ("R", HIGH), ("P", LOW), ("Q", LOW)]))
    assert (plan.move_count, plan.moves_bound) == (2, 2)
    off = plan.moves.filter(pl.col("kind") == PUT_OFF)
    assert off["port"].to_list() == ["P", "Q"]
    assert off["car"].n_unique() == 1


def test_a_height_on_the_way_keeps_cars_off_the_decks_behind() -> None:
    decks = [deck("1", 8, ramp_height=1600.0), deck("2", 80, "1", height=3000.0)]
    plan = stowed(voyage(decks, [("P", HIGH), ("P", LOW)]))
    assert plan.left.rows() == [("c0", "A", "P", NO_DECK)]


def test_cars_for_which_there_is_no_room_are_left_and_told() -> None:
    plan = stowed(voyage([deck("1", 17)], [("P", LOW)] * 3))
    assert plan.left["cause"].to_list() == [NO_ROOM]
    assert plan.levels.filter(pl.col("level") == "left").row(0)[1:3] == (1.0, 1.0)


def test_the_load_of_a_deck_and_of_its_ramp_hold() -> None:
    decks = [deck("1", 80, load=1500.0), deck("2", 80, ramp_load=900.0)]
    assert stowed(voyage(decks, [("P", LOW)] * 3)).left.height == 2
    decks = [deck("1", 80, load_per_area=124.0)]
    assert stowed(voyage(decks, [("P", LOW)])).left["cause"].to_list() == [NO_DECK]


def test_lanes_with_a_length_hold_whole_cars() -> None:
    # two lanes of 7 m hold one car of 4 m each, though their area is that of three
    plan = stowed(voyage([deck("1", 28, lane_length=7.0)], [("P", LOW)] * 3))
    assert plan.left.height == 1
    assert plan.levels.filter(pl.col("level") == "left").row(0)[1:3] == (1.0, 1.0)
    assert stowed(voyage([deck("1", 28, lane_width=1999.0)], [("P", LOW)])).left.height == 1


def test_longer_cars_find_lanes_where_the_order_of_ports_would_not_do() -> None:
    # 6 m, 4 m, 6 m, 4 m in two lanes of 10 m: a long and a short one in each
    data = voyage([deck("1", 80, lane_length=10.0)], [(port, LOW) for port in "QQPP"])
    length = pl.Series("length", [6000.0, 4000.0, 6000.0, 4000.0])
    plan = stowed(replace(data, cars=data.cars.with_columns(length)))
    assert plan.left.is_empty()
    assert plan.places.group_by("lane").agg(pl.col("length").sum())["length"].to_list() == [
        1e4,
        1e4,
    ]


def test_trim_moves_cars_forward_and_aft() -> None:
    # a car 50 m from the centre trims by 1 t x 50 m / (100 x 0.5 t m) = 1 m
    trim = Trim(100.0, 0.0, 0.0, 0.5, -0.5, 0.5)
    decks = [deck("fore", 80, midship=50.0), deck("aft", 80, midship=-50.0)]
    data = voyage(decks, [("P", LOW), ("P", LOW), ("Q", LOW), ("Q", LOW)], "PQ", trim=trim)
    plan = stowed(data)
    assert plan.balance["trim"].to_list() == pytest.approx([0.0, 0.0])
    count = plan.places.group_by("deck", "port").len()["len"].to_list()
    assert count == [1, 1, 1, 1]
    free = stowed(replace(data, trim=None))
    assert free.places.group_by("deck", "port").len().height == 2
    assert free.balance["trim"].to_list() == [None, None]


def test_trim_that_cannot_be_held_is_missed_by_as_little_as_can_be() -> None:
    trim = Trim(100.0, 0.0, 0.0, 0.5, -0.5, 0.5)
    decks = [deck("aft", 8, midship=-50.0), deck("end", 80, midship=-60.0)]
    plan = stowed(voyage(decks, [("P", LOW), ("P", LOW)], "P", trim=trim))
    assert plan.balance["held"].to_list() == [False]
    assert plan.balance["trim"].to_list() == pytest.approx([2.2])
    assert plan.levels.filter(pl.col("level") == "balance")["value"][0] == pytest.approx(1.7)


def test_the_centre_of_gravity_is_held_low() -> None:
    # 10 t at 5 m and a car of 1 t at 0.75 m above its deck: 4.614 m on deck 0, 5.523 m on deck 10
    decks = [deck("low", 8, above_keel=0.0), deck("top", 80, above_keel=10.0)]
    cars = [("P", LOW), ("Q", LOW)]
    plan = stowed(voyage(decks, cars, "PQ", centre=Centre(10.0, 5.0, 5.4)))
    below = plan.places.filter(pl.col("deck") == "low")["port"].to_list()
    # with both on board 10 x 5 + 0.75 + 10.75 = 61.5 over 12 t; with Q alone on top 5.523 m
    assert below == ["Q"]
    assert plan.balance["centre"].to_list() == pytest.approx([61.5 / 12, 50.75 / 11])
    assert plan.balance["held"].all()


FLEETS = st.lists(st.tuples(st.sampled_from("PQR"), st.sampled_from([LOW, HIGH])), max_size=9)
SHIPS = st.sampled_from(
    [
        [deck("1", 16), deck("2", 24, "1", height=1600.0)],
        [deck("1", 32), deck("2", 16, "1", ramp_height=1700.0), deck("3", 16, "1")],
        [deck("1", 16, load=2000.0), deck("2", 16, "1", height=1600.0), deck("3", 24, "2")],
    ]
)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(SHIPS, FLEETS.filter(lambda cars: len(cars) <= 6))
def test_no_stowage_is_better(decks: list[dict[str, Any]], cars: list[tuple[str, float]]) -> None:
    data = voyage(decks, cars)
    plan = stowed(data)
    assert (plan.left.height, plan.move_count) == best_of_all(data)
    assert plan.moves_bound == plan.move_count


def test_no_stowage_of_nine_cars_is_better() -> None:
    decks = [deck("1", 40), deck("2", 32, "1", height=1600.0)]
    cars = [(port, HIGH) for port in "RRRQP"] + [(port, LOW) for port in "PQQR"]
    data = voyage(decks, cars)
    plan = stowed(data)
    assert (plan.left.height, plan.move_count) == best_of_all(data) == (0, 3)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    SHIPS,
    FLEETS,
    st.sampled_from([None, 8.0, 11.0]),
    st.sampled_from([None, Trim(50.0, 0.0, 0.0, 1.0, -0.4, 0.4)]),
)
def test_a_stowage_holds_its_limits_and_is_the_same_again(
    decks: list[dict[str, Any]],
    cars: list[tuple[str, float]],
    length: float | None,
    trim: Trim | None,
) -> None:
    rows = [
        row | {"lane_length": length, "midship": 30.0 * (-1) ** n, "above_keel": 3.0 * n}
        for n, row in enumerate(decks)
    ]
    data = voyage(rows, cars, trim=trim, centre=Centre(50.0, 4.0, 4.2))
    plan = stowed(data)
    again = solve_decks(data, DeckParams(gap=0.0, nodes=100_000))
    assert again.places.equals(plan.places)
    assert again.moves.equals(plan.moves)
    assert plan.places.height + plan.left.height == len(cars)
    home = plan.moves.filter(pl.col("kind") == DISCHARGE).join(
        data.cars.select("car", aim="port"), on="car"
    )
    assert home.height == plan.places.height
    assert (home["port"] == home["aim"]).all()


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "car missing": ({"places": lambda t: t[1:]}, "is not in the plan once"),
    "car twice": ({"places": lambda t: pl.concat([t, t[:1]])}, "is not in the plan once"),
    "unknown car": (
        {"places": lambda t: t.with_columns(pl.col("car").replace("c0", "x"))},
        "is not in the plan once",
    ),
    "unknown deck": (
        {"places": lambda t: t.with_columns(pl.col("deck").replace("2", "9"))},
        "there is no deck 9",
    ),
    "lane": ({"places": lambda t: t.with_columns(lane=pl.lit(3, pl.Int64))}, "has no lane 3"),
    "one place": (
        {"places": lambda t: t.with_columns(place=pl.lit(1, pl.Int64), lane=pl.lit(1, pl.Int64))},
        "stands in its place",
    ),
    "place 0": ({"places": lambda t: t.with_columns(pl.col("place") - 1)}, "there is no place 0"),
    "number": (
        {"places": lambda t: t.with_columns(pl.col("loaded").reverse())},
        "is not loaded as number",
    ),
    "discharge number": (
        {"places": lambda t: t.with_columns(pl.col("discharged") + 1)},
        "is not discharged as number",
    ),
    "port": (
        {"places": lambda t: t.with_columns(port=pl.lit("P"))},
        "its port is",
    ),
    "not loaded": ({"moves": lambda t: t[1:]}, "stays on the quay"),
    "not discharged": ({"moves": lambda t: t[:-1]}, "is not discharged"),
    "steps": ({"moves": lambda t: t.with_columns(pl.col("step") + 1)}, "are not numbered"),
    "other order": (
        {
            "moves": lambda t: pl.concat(
                [t.filter(pl.col("kind") == LOAD).reverse(), t.filter(pl.col("kind") != LOAD)]
            )
        },
        "stands in the way",
    ),
    "kind": (
        {"moves": lambda t: t.with_columns(pl.col("kind").replace(LOAD, "lift"))},
        "is no kind of move",
    ),
    "strange port": (
        {"moves": lambda t: t.with_columns(pl.col("port").replace("P", "Z"))},
        "is not called at",
    ),
    "wrong place": (
        {"moves": lambda t: t.with_columns(pl.col("place") + 1)},
        "where it has no place",
    ),
    "no move told": ({"move_count": 0}, "cars are put off, not 0"),
    "bound": ({"moves_bound": 9}, "fewer than proven"),
    "trim": (
        {"balance": lambda t: t.with_columns(trim=pl.col("trim") + 1.0)},
        "trim is",
    ),
    "centre": ({"balance": lambda t: t.with_columns(centre=pl.lit(1.0))}, "centre is"),
    "legs": ({"balance": lambda t: t[1:]}, "its legs are not"),
    "held": ({"balance": lambda t: t.with_columns(held=True)}, "said to be held"),
}


def broken_one() -> DeckInput:
    """Return a voyage in which a car is put off twice, and trim cannot be held."""
    decks = [
        deck("1", 16, midship=-10.0, above_keel=0.0),
        deck("2", 16, "1", height=1600.0, midship=-10.0, above_keel=3.0),
    ]
    cars = [("R", HIGH), ("R", HIGH), ("P", LOW), ("Q", LOW)]
    trim = Trim(50.0, 0.0, 0.0, 1.0, -0.1, 0.1)
    return voyage(decks, cars, trim=trim, centre=Centre(50.0, 4.0))


@pytest.mark.parametrize("kind", BROKEN)
def test_the_replay_refuses_broken_plans(kind: str) -> None:
    data = broken_one()
    plan = stowed(data)
    changes, rule = BROKEN[kind]
    made = {
        name: change(getattr(plan, name)) if callable(change) else change
        for name, change in changes.items()
    }
    _, broken = replay_decks(data, replace(plan, **made))
    assert any(rule in one for one in broken), broken


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("height", 1400.0, "is higher than deck"),
        ("ramp_height", 1400.0, "its height is above"),
        ("ramp_width", 1900.0, "its width is above"),
        ("ramp_load", 900.0, "its mass is above"),
        ("lane_width", 1900.0, "is wider than a lane"),
        ("load_per_area", 100.0, "weighs more than deck"),
        ("load", 1500.0, "its cars weigh more"),
        ("area", 9.0, "its cars take more than its area"),
        ("lane_length", 1.0, "is shorter than its cars"),
    ],
)
def test_the_replay_refuses_what_a_deck_does_not_take(column: str, value: float, rule: str) -> None:
    data = broken_one()
    plan = stowed(data)
    other = replace(data, decks=data.decks.with_columns(pl.lit(value).alias(column)))
    assert any(rule in one for one in replay_decks(other, plan)[1])


@pytest.mark.parametrize(
    ("lane", "rule"), [(2, "aside of the way through"), (1, "has more than a lane of cars")]
)
def test_the_replay_refuses_lanes_that_are_too_full(lane: int, rule: str) -> None:
    data = broken_one()
    place = pl.int_range(1, pl.len() + 1)
    places = stowed(data).places.with_columns(lane=pl.lit(lane, pl.Int64), place=place)
    other = replace(data, decks=data.decks.with_columns(lanes=pl.lit(8, pl.Int64)))
    assert any(rule in one for one in replay_decks(other, replace(stowed(data), places=places))[1])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"ports": ("P", "Q")}, "does not call at the port of car c0"),
        ({"ports": ("P", "Q", "R", "P")}, "calls at a port twice"),
    ],
)
def test_voyages_that_make_no_sense_are_refused(change: dict[str, Any], rule: str) -> None:
    with pytest.raises(DataError, match=rule):
        replace(broken_one(), **change)


def test_decks_that_are_not_reached_and_listed_twice_are_refused() -> None:
    with pytest.raises(DataError, match="not reached from the shore"):
        voyage([deck("1", 8, "2"), deck("2", 8, "1")], [])
    with pytest.raises(DataError, match="is listed twice"):
        voyage([deck("1", 8), deck("1", 8)], [])


def test_a_voyage_without_cars_is_stowed() -> None:
    plan = stowed(voyage([deck("1", 8)], []))
    assert (plan.places.height, plan.moves.height, plan.move_count) == (0, 0, 0)


class AtOnce:
    """Stops before anything is done."""

    seconds_left = float("inf")

    def __call__(self) -> bool:
        return True


def test_a_stowage_that_is_stopped_at_once_leaves_all_cars() -> None:
    data = generate_decks(12, ports=5, cars=1_500, fill=0.97, lanes=True)
    stop: StopRule = AtOnce()
    plan = solve_decks(data, stop=stop)
    assert plan.status == "stopped"
    assert plan.left["cause"].unique().to_list() == [NO_TIME]
    assert (plan.left.height, plan.places.height, plan.move_count) == (1_500, 0, 0)
    assert replay_decks(data, plan) == (0, [])


def test_a_ship_without_cars_may_miss_its_trim() -> None:
    # without the hub's cars the ship trims by 100 t x 1 m / (100 x 0.5 t m/cm) = 2 m
    trim = Trim(100.0, -1.0, 0.0, 0.5, -0.5, 0.5)
    data = voyage([deck("1", 80, midship=10.0)], [("P", LOW), ("Q", LOW)], trim=trim)
    decks = hull_of(data)
    program = Program(data, decks, fleet_of(data, decks), {})
    x = np.zeros(len(program.upper))
    x[list(program.empty)] = list(program.empty.values())
    value = {name: sum(x[at] * own for at, own in program.cost[name].items()) for name in LEVELS}
    assert value["left"] == 2
    assert value["balance"] == pytest.approx(1.5 * 3)


@pytest.mark.parametrize("lanes", [False, True])
@pytest.mark.parametrize(("decks", "ports"), [(1, 1), (2, 3), (5, 2), (12, 6)])
def test_generated_voyages_are_stowed(decks: int, ports: int, *, lanes: bool) -> None:
    data = generate_decks(decks, ports=ports, cars=40 * decks, fill=0.85, lanes=lanes)
    assert data.cars.equals(
        generate_decks(decks, ports=ports, cars=40 * decks, fill=0.85, lanes=lanes).cars
    )
    plan = solve_decks(data)
    assert replay_decks(data, plan) == (plan.move_count, [])
    assert plan.left.height <= 0.05 * data.cars.height
