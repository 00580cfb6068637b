"""Moves in the yard: cases worked by hand, the optimum of small yards, what always holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinho.results import YardPlan
from sinho.ship.yard import Input as YardInput
from sinho.ship.yard import Params as YardParams
from sinho.ship.yard import replay
from sinho.ship.yard import solve as solve_yard
from sinho.ship.yard.arrays import UNIT, build
from sinho.ship.yard.kernel import IN, OUT, State, improve
from sinho.ship.yard.kernel.data import BACK
from sinho.ship.yard.solve import began_with, cost_of
from sinho.ship.yard.tables import parted, tables
from sinho.stop import NoLimit, Progress
from sinho.testing import generate_yard
from tests.ship.yard.exact import least_cost
from tests.ship.yard.yards import drawn, hour, purposed, yard

SHORT = YardParams(rounds=2_000)


def planned(data: YardInput, params: YardParams = SHORT, seed: int = 0) -> YardPlan:
    """Return a plan that was played and found sound."""
    plan = solve_yard(data, params, seed=seed)
    moves, broken = replay(data, plan.places, plan.moves)
    assert broken == []
    assert moves == plan.move_count
    return plan


def test_who_leaves_first_stands_before_who_leaves_last_where_it_comes_later() -> None:
    plan = planned(yard([(0, 9), (1, 5)], [(2, 1)]))
    assert plan.places["place"].to_list() == [1, 2]
    assert (plan.move_count, plan.moves_bound, plan.status) == (0, 0, "optimal")


def test_a_row_of_one_end_in_which_the_first_leaves_first_takes_a_move() -> None:
    plan = planned(yard([(0, 5), (1, 9)], [(2, 1)]))
    assert (plan.move_count, plan.moves_bound, plan.status) == (1, 1, "optimal")
    (move,) = plan.moves.rows(named=True)
    assert (move["car"], move["reach"], move["place"], move["to_place"]) == ("b", "V5", 2, 1)


def test_a_row_of_two_ends_is_driven_through() -> None:
    assert planned(yard([(0, 5), (1, 6), (2, 7)], [(3, 2)])).move_count == 0


def test_a_second_row_saves_the_move() -> None:
    plan = planned(yard([(0, 5), (1, 9)], [(1, 1), (1, 1)]))
    assert plan.move_count == 0
    assert plan.places["row"].n_unique() == 2


def test_cars_of_one_leaving_are_in_no_ones_way() -> None:
    assert planned(yard([(0, 9), (1, 9), (2, 9)], [(3, 1)])).move_count == 0


def test_the_loading_sequence_counts_among_cars_that_leave_at_a_time() -> None:
    wrong = yard([(0, 9), (1, 9)], [(2, 1)], turn=[1, 2])
    assert planned(wrong).move_count == 1
    assert planned(yard([(0, 9), (1, 9)], [(2, 1)], turn=[2, 1])).move_count == 0


def test_a_car_in_the_way_of_many_is_moved_to_another_row_once() -> None:
    # c, d and e stand deeper in turn; f stands before them and leaves last
    stood = [(0, 1, 1), (1, 1, 2), (2, 1, 3), (3, 1, 4)]
    data = yard([(0, 7), (0, 6), (0, 5), (0, 9)], [(4, 1), (1, 1)], stood)
    plan = planned(data)
    assert (plan.move_count, plan.moves_bound) == (1, 1)
    assert plan.moves["to_row"].to_list() == [2]


def test_a_car_without_a_place_is_told_with_its_cause() -> None:
    plan = planned(yard([(0, 5), (1, 5), (2, 5)], [(2, 1)]))
    assert (plan.overflow, plan.overflow_bound, plan.status) == (1, 1, "optimal")
    lost = plan.places.filter(pl.col("place").is_null())
    assert lost["stands"].to_list() == ["outside: all rows for it are full"]
    assert plan.hours["overflow"].max() == 1
    assert plan.peak == 3


def test_a_car_without_a_place_comes_in_when_one_gets_free() -> None:
    data = yard([(0, 5), (1, 9), (2, 4)], [(1, 1)])
    plan = planned(data)
    assert (plan.overflow, plan.overflow_bound, plan.move_count) == (2, 2, 0)
    stays = dict(plan.places.select("car", "outside").iter_rows())
    first = plan.places.filter(pl.col("outside") == 0)["car"].item()
    assert stays == (
        {"a": 0.0, "b": 4.0, "c": 2.0} if first == "a" else {"a": 4.0, "b": 3.0, "c": 0.0}
    )
    late = plan.places.filter(pl.col("place").is_not_null() & (pl.col("outside") > 0))
    assert late["car"].to_list() == ["b"]
    waits = late["outside"].item()
    assert (
        late["stands"].item()
        == f"outside: all rows for it are full for {waits:.1f} h, then in the yard"
    )
    assert plan.hours["standing"].max() == 1
    assert plan.hours["overflow"][-1] == 0
    assert plan.summary()["outside_hours"] == sum(stays.values())
    before, after = (hour(1 + waits + step) for step in (-0.1, 0.1))
    assert ["b" in plan.standing(at)["car"] for at in (before, after)] == [False, True]
    early = plan.places.with_columns(outside=pl.col("outside") - 1)
    _, broken = replay(data, early, plan.moves)
    assert any("does not happen at its time" in one.rule for one in broken)


def test_a_car_that_no_row_is_large_enough_for_says_so() -> None:
    data = yard([(0, 5), (1, 5)], [(2, 1)])
    rows = data.rows.with_columns(largest_length=pl.lit(4000.0))
    plan = planned(YardInput(data.cars, rows, data.standing, data.start, data.end))
    assert plan.overflow == plan.overflow_bound == 2
    assert plan.places["stands"].unique().to_list() == [
        "outside: no row of its purpose is large enough"
    ]


def test_areas_take_cars_of_their_purpose_and_site_alone() -> None:
    data = yard([(0, 5)] * 4, [(1, 1)] * 3, purpose=["export", "container", None, "export"])
    rows = data.rows.with_columns(purpose=pl.Series(["container", "export", "hold"]))
    plan = planned(YardInput(data.cars, rows, data.standing, data.start, data.end))
    assert plan.overflow == plan.overflow_bound == 1
    found = dict(plan.places.select("car", "row").iter_rows())
    assert (found["b"], found["c"]) == (1, 3)


def test_a_car_that_leaves_when_it_comes_needs_no_place() -> None:
    plan = planned(yard([(3, 3), (1, 5)], [(1, 1)]))
    assert plan.overflow == 0
    assert plan.places["stands"].to_list()[0] == "direct: it leaves when it comes"


def test_dwell_and_storage_of_a_car_are_counted_in_days_after_the_free_ones() -> None:
    data = yard([(0, 24 * 5), (0, 24)], [(2, 1)])
    rows = data.rows.with_columns(free_days=pl.lit(3.0), storage_cost=pl.lit(2.5))
    plan = planned(YardInput(data.cars, rows, data.standing, data.start, data.end))
    assert plan.places["days"].to_list() == [5.0, 1.0]
    assert plan.places["cost"].to_list() == [5.0, 0.0]


def test_hours_tell_what_comes_and_goes_and_loading_is_spread_over_its_time() -> None:
    data = yard([(0, 8)] * 4, [(4, 1)], loading=[None] * 4)
    cars = data.cars.with_columns(loading=pl.col("leave") - pl.duration(hours=4))
    plan = planned(YardInput(cars, data.rows, data.standing, data.start, data.end))
    assert plan.hours["inflow"].to_list() == [4, *[0] * 8]
    assert plan.hours["outflow"].to_list() == [0, 0, 0, 0, 1, 1, 1, 1, 0]
    assert plan.hours["standing"].to_list() == [4, 4, 4, 4, 3, 2, 1, 0, 0]


def test_small_yards_are_planned_as_looking_at_everything_does() -> None:
    for seed in range(40):
        data = drawn(seed, 6)
        plan = planned(data, YardParams())
        assert plan.bound <= least_cost(data, round(plan.objective) + 1) == plan.objective


@pytest.mark.parametrize(
    ("seed", "least"),
    # found by `least_cost`; each takes a row that is sorted by driving out more than has to be,
    # room made before a car comes, places left free, or a car that is moved twice
    list(
        zip(
            [
                1009,
                1010,
                1018,
                1042,
                1092,
                1105,
                1141,
                1162,
                1173,
                1177,
                1183,
                1185,
                1196,
                1219,
            ],
            [301, 104, 101, 101, 203, 2, 104, 1, 1, 302, 2, 1, 103, 1],
            strict=True,
        )
    ),
)
def test_rows_are_sorted_where_that_saves_moves(seed: int, least: int) -> None:
    assert planned(drawn(seed, 8), YardParams()).objective == least


def test_a_car_comes_in_beneath_one_that_leaves_before_it() -> None:
    # a stands in the second place, and the first is free
    plan = planned(yard([(0, 5), (1, 9)], [(2, 1)], [(0, 1, 2)]))
    assert (plan.move_count, plan.overflow) == (1, 0)
    assert plan.places["place"].to_list() == [2, 1]
    (move,) = plan.moves.rows(named=True)
    assert (move["car"], move["reach"], move["place"], move["to_place"]) == ("a", None, 2, 2)


@given(st.integers(0, 10**6), st.booleans())
def test_no_bound_is_above_the_optimum_of_up_to_eight_cars(seed: int, purposes: bool) -> None:
    data = purposed(drawn(seed, 8), seed) if purposes else drawn(seed, 8)
    plan = planned(data, YardParams(rounds=200))
    assert plan.bound <= least_cost(data, round(plan.objective) + 1) <= plan.objective


@given(
    places=st.integers(20, 200),
    fill=st.floats(0.5, 1.1),
    through=st.sampled_from([0.0, 0.5, 1.0]),
    seed=st.integers(0, 10**6),
)
def test_plans_are_sound_and_the_same_again(
    places: int, fill: float, through: float, seed: int
) -> None:
    data = generate_yard(places, days=8, fill=fill, through=through, lanes=3, seed=seed)
    plan = planned(data, YardParams(rounds=100), seed)
    again = solve_yard(data, YardParams(rounds=100), seed=seed)
    assert plan.places.equals(again.places)
    assert plan.moves.equals(again.moves)
    assert plan.hours["inflow"].sum() == data.cars.height
    assert plan.hours["standing"].min() >= 0


@given(
    places=st.integers(10, 120),
    fill_share=st.floats(0.6, 1.2),
    through=st.sampled_from([0.0, 0.5]),
    seed=st.integers(0, 10**6),
)
def test_the_search_counts_as_a_fresh_count_and_as_the_tables_do(
    places: int, fill_share: float, through: float, seed: int
) -> None:
    data = generate_yard(places, days=6, fill=fill_share, through=through, lanes=3, seed=seed)
    params = YardParams()
    arrays = build(data, params)
    state, before = began_with(arrays, NoLimit())
    gain, _ = improve(arrays.stays, state, 150, np.array([seed], np.uint64), 2_000, 0)
    after = cost_of(arrays, state)
    assert after == before - gain
    found = tables(data, arrays, state)
    cost = params.overflow_cost * found.without.sum() + params.move_cost * found.moves.height
    assert 0 <= after - UNIT * cost <= 2 * data.cars.height, "what is left is mixed rows"
    assert replay(data, found.places, found.moves) == (found.moves.height, [])


def test_a_plan_that_is_proven_is_searched_no_longer() -> None:
    plan = planned(yard([(0, 5), (1, 9)], [(2, 1)]))
    assert (plan.rounds, plan.status) == (0, "optimal")


@dataclass
class Stopped:
    """Stops at its so many-th look."""

    looks: int
    seconds_left = float("inf")

    def __call__(self) -> bool:
        """Count a look."""
        self.looks -= 1
        return self.looks < 0


@pytest.mark.parametrize("looks", [0, 2, 6])
def test_a_search_that_is_stopped_hands_back_the_best_so_far(looks: int) -> None:
    data = generate_yard(150, days=8, fill=1.0, lanes=6)
    told: list[Progress] = []
    stopped = solve_yard(data, stop=Stopped(looks), progress=told.append)
    assert replay(data, stopped.places, stopped.moves) == (stopped.move_count, [])
    assert stopped.status == "stopped"
    assert stopped.rounds < YardParams().rounds
    assert stopped.objective == pytest.approx(round(told[-1].best or stopped.objective), abs=1)
    longer = solve_yard(data, YardParams(rounds=3_000))
    assert longer.objective <= stopped.objective


@given(st.integers(0, 10**6))
def test_one_row_more_never_raises_the_optimum(seed: int) -> None:
    data = drawn(seed, 5)
    more = pl.concat([data.rows, data.rows[:1].with_columns(row=pl.lit(9, pl.Int64))])
    wider = YardInput(data.cars, more, data.standing, data.start, data.end)
    assert least_cost(wider) <= least_cost(data)


def test_who_is_driven_out_twice_at_a_step_moves_once() -> None:
    """Out for a car that leaves, back, and out again for one that comes: it may wait outside."""
    state = State(
        row=np.array([0, 0, 1]),
        **{name: np.zeros(0, np.int64) for name in State._fields if name != "row"},
    )
    log = np.array(
        [
            [8, 0, 9, -1, OUT],
            [8, 0, -1, 4, BACK],
            [9, 0, 4, -1, OUT],
            [9, 1, -1, 2, IN],
            [9, 0, -1, 3, BACK],
        ]
    )
    first, moves = parted(log, state, 3)
    assert first.tolist() == [-1, 2, -1]
    assert moves.tolist() == [[8, 0, 0, 9, 0, 3]]


def test_who_is_moved_over_and_driven_out_again_at_a_step_leaves_its_first_row() -> None:
    """Rows are logged one after another: the one that it comes into may be the first."""
    state = State(
        row=np.array([2, 0, 1, -1]),
        **{name: np.zeros(0, np.int64) for name in State._fields if name != "row"},
    )
    log = np.array(
        [
            [9, 2, -1, 1, IN],
            [9, 2, 1, -1, OUT],
            [9, 1, -1, 1, IN],
            [9, 2, -1, 2, BACK],
            [8, 0, 7, -1, OUT],
        ]
    )
    _, moves = parted(log, state, 2)
    assert moves.tolist() == [[8, 0, 2, 7, 1, 2]]


def test_a_car_that_comes_while_its_voyage_is_loaded_leaves_after_it_came() -> None:
    data = yard([(6, 8)], [(4, 1)])
    cars = data.cars.with_columns(loading=pl.col("leave") - pl.duration(hours=6))
    plan = planned(YardInput(cars, data.rows, data.standing, data.start, data.end))
    assert plan.hours["outflow"].to_list() == [0, 0, 0, 0, 0, 0, 1, 0, 0]
    assert plan.hours["standing"].to_list() == [0] * 9


def test_a_car_may_be_put_back_where_it_stood_already_whatever_the_row_is_for() -> None:
    data = yard([(0, 5), (0, 9)], [(2, 1)], [(0, 1, 1), (1, 1, 2)], purpose=["a", "a"])
    rows = data.rows.with_columns(purpose=pl.lit("b"))
    plan = planned(YardInput(data.cars, rows, data.standing, data.start, data.end))
    assert (plan.move_count, plan.overflow_bound, plan.moves_bound) == (1, 0, 1)
