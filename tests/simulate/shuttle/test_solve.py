"""Every plan found can be carried out, scores what it says, and is at its best where proven."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.simulate.shuttle import (
    Input,
    Params,
    ShuttleStore,
    Weights,
    bound,
    check,
    play,
    solve,
)
from sinho.stop import Progress
from sinho.testing import generate_painted
from tests.simulate.shuttle.stores import best_of_all, shops

QUICK = Params(width=8, rounds=4)
DAYS = {
    "first day, in order": (212, True),
    "first day": (212, False),
    "second day, in order": (159, True),
    "second day": (159, False),
}


@settings(max_examples=120)
@given(shops(), st.integers(0, 50))
def test_every_plan_passes_the_check_with_the_score_it_says(data: Input, seed: int) -> None:
    plans = [play(data, rule) for rule in ("straight", "first free", "greedy")]
    plans.append(solve(data, QUICK, seed=seed))
    for plan in plans:
        judged = check(data, plan.moves)
        assert judged.broken == ()
        for name in ("order", "gaps", "blocks", "returns", "changes", "finished", "score"):
            assert getattr(plan, name) == getattr(judged, name)
        assert sorted(plan.order) == data.cars["car"].to_list()
        assert plan.score <= plan.bound + 1e-9
    assert plans[-1].score >= plans[0].score - 1e-9


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize(
    ("cars", "store"),
    [
        ((4, 2, 1, 1), ShuttleStore(lanes=(0, 1), places=2, return_lane=None, step=9)),
        (
            (4, 2, 2, 3),
            ShuttleStore(lanes=(-1, 0), places=2, return_lane=1, return_places=2, step=9),
        ),
        ((4, 2, 2, 5), ShuttleStore(lanes=(-1, 0, 1), places=3, return_lane=None, step=9)),
    ],
)
def test_what_is_proven_is_the_best_of_all_plans(
    cars: tuple[int, int, int, int], store: ShuttleStore, in_order: bool
) -> None:
    number, hybrids, four_wheel, seed = cars
    table = generate_painted(number, hybrids=hybrids, four_wheel=four_wheel, seed=seed)
    weights = Weights(second=0.05, apart=1)
    data = Input.from_cars(table, dataclasses.replace(store, in_order=in_order), weights)
    plan = solve(data, Params(width=8, rounds=2, proof=100_000))
    assert plan.status == "optimal"
    late = (100.0 - plan.score) / weights.second
    best = best_of_all(data, data.free + int(late) + 1)
    assert plan.score == pytest.approx(best.score, abs=1e-9)
    assert bound(data) >= best.score - 1e-9


@pytest.mark.parametrize("day", DAYS)
def test_the_search_beats_every_rule_by_far(day: str) -> None:
    hybrids, in_order = DAYS[day]
    cars = generate_painted(hybrids=hybrids, seed=1)
    data = Input.from_cars(cars, ShuttleStore(in_order=in_order))
    plan = solve(data, Params(width=20, rounds=3), seed=1)
    assert check(data, plan.moves).broken == ()
    rules = [play(data, rule).score for rule in ("straight", "first free", "greedy")]
    assert plan.score > max(rules) + 4
    assert plan.score < plan.bound
    assert plan.history["score"].is_sorted()
    assert plan.history["score"][-1] == pytest.approx(plan.score)


def test_the_same_seed_gives_the_same_plan_and_progress_is_told() -> None:
    data = Input.from_cars(generate_painted(40, hybrids=25, four_wheel=6, seed=2))
    told: list[Progress] = []
    plans = [solve(data, QUICK, seed=7, progress=told.append) for _ in range(2)]
    assert plans[0].moves.equals(plans[1].moves)
    assert plans[0].status == "iterations"
    assert [one.done for one in told] == [0.25, 0.5, 0.75, 1.0] * 2
    assert told[3].best == pytest.approx(plans[0].score)


def test_a_stop_hands_back_the_best_plan_so_far() -> None:
    class AtOnce:
        seconds_left = float("inf")

        def __call__(self) -> bool:
            return True

    data = Input.from_cars(generate_painted(30, hybrids=20, four_wheel=5))
    plan = solve(data, QUICK, stop=AtOnce())
    assert plan.status == "stopped"
    assert plan.rounds == 0
    assert check(data, plan.moves).broken == ()


def test_changes_of_colour_count_where_they_are_weighed() -> None:
    cars = generate_painted(60, hybrids=30, four_wheel=5, seed=3)
    mixed = cars.with_columns(colour=cars["colour"].shuffle(seed=1))
    store = ShuttleStore(in_order=False)
    apart = Weights(gap=0.0, block=0.0, change=1.0)
    plan = solve(Input.from_cars(mixed, store, apart), QUICK)
    straight = play(Input.from_cars(mixed, store, apart), "straight")
    assert plan.changes < straight.changes - 4


def test_the_bound_looks_no_further_than_the_store_holds() -> None:
    cars = generate_painted(200, hybrids=100, four_wheel=0, seed=0)
    cars = cars.with_columns(hybrid=cars["car"].cast(int) <= 100)
    small = ShuttleStore(lanes=(0,), places=2, return_lane=None)
    assert bound(Input.from_cars(cars)) < 100 - 0.4 * 10
    assert bound(Input.from_cars(cars, small)) < bound(Input.from_cars(cars)) - 5
