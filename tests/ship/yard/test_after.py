"""Planning again from a moment of a former plan on: what stands is kept, few cars change."""

from __future__ import annotations

import datetime as dt

import polars as pl

from sinho.ship.yard import Params as YardParams
from sinho.ship.yard import replay
from sinho.ship.yard import solve as solve_yard
from sinho.testing import generate_yard
from tests.ship.yard.yards import hour, yard

DAYS = YardParams(rounds=1_000)


def test_who_stands_at_the_moment_stands_where_the_plan_put_it() -> None:
    data = yard([(0, 3), (1, 9), (2, 9), (6, 9)], [(2, 1), (2, 1)])
    plan = solve_yard(data)
    later = data.after(plan, hour(4))
    at = dict(plan.places.select("car", pl.struct("area", "row", "place")).iter_rows())
    stands = dict(later.standing.select("car", pl.struct("area", "row", "place")).iter_rows())
    assert stands == {"b": at["b"], "c": at["c"]}
    assert later.cars["car"].to_list() == ["b", "c", "d"]
    again = solve_yard(later)
    assert (again.changed, again.move_count) == (0, 0)


def test_who_was_moved_stands_where_it_was_put() -> None:
    data = yard([(0, 3), (1, 9)], [(2, 1)])
    plan = solve_yard(data)
    assert plan.move_count == 1
    assert data.after(plan, hour(2)).standing["place"].to_list() == [1, 2]
    assert data.after(plan, hour(3)).standing.rows() == [("b", "A", 1, 1)]


def test_who_waits_outside_gets_a_place_when_there_is_one() -> None:
    data = yard([(0, 3), (1, 9)], [(1, 1)], [(0, 1, 1)])
    plan = solve_yard(data)
    assert plan.overflow == 1
    assert plan.places["outside"].to_list() == [0.0, 2.0]
    waiting = data.after(plan, hour(2))
    assert waiting.standing["car"].to_list() == ["a"]
    assert waiting.cars["ready"].to_list() == [hour(0), hour(2)]
    assert solve_yard(waiting).places["outside"].to_list() == [0.0, 1.0]
    assert data.after(plan, hour(4)).standing.rows() == [("b", "A", 1, 1)]


def test_a_cancelled_voyage_changes_few_cars() -> None:
    data = generate_yard(400, days=12, fill=0.9, lanes=3, through=0.2)
    plan = solve_yard(data, DAYS)
    at = data.start + dt.timedelta(days=6)
    lost = data.cars.filter(pl.col("leave") > at).sort("leave")["voyage"][0]
    late = pl.duration(days=pl.when(pl.col("voyage") == lost).then(4).otherwise(0))
    cars = data.cars.with_columns(pl.col("loading", "leave") + late)
    later = data.after(plan, at, cars)
    again = solve_yard(later, DAYS)
    moves, broken = replay(later, again.places, again.moves)
    assert (moves, broken) == (again.move_count, [])
    stood = later.standing.join(again.places, on="car", suffix="_new")
    assert (stood["place"] == stood["place_new"]).all()
    assert again.changed == again.places["changed"].sum()
    anew = solve_yard(later, YardParams(rounds=1_000, changed_cost=0.0))
    assert again.changed < anew.changed
