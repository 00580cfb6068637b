"""Loading plans: always sound, priced as the moves cost, fixed by seed and iterations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.stop import Progress
from sinho.stow import DeckGraph, Demand, Loading, Params, check, solve
from sinho.stow.kernel import price, work_of
from sinho.stow.moves import moves_of
from sinho.stow.start import first_plan
from sinho.stow.walk import ship_of
from sinho.testing import generate_ship

ships = st.builds(
    generate_ship,
    places=st.integers(1, 40),
    ports=st.integers(2, 9),
    fill=st.floats(0.3, 1.0),
    seed=st.integers(0, 10_000),
    fee=st.integers(0, 100),
)


@given(ship=ships, seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_any_plan_can_be_carried_out_at_the_cost_that_the_kernel_tells(
    ship: DeckGraph, seed: int
) -> None:
    plan = first_plan(ship)
    chance = np.random.default_rng(seed)
    for leg in plan[1:-1]:  # cars anywhere: many are in the way of others
        if chance.random() < 0.5:
            leg[1:] = leg[1 + chance.permutation(ship.nodes - 1)]
    ends, costs = np.zeros(ship.ports, np.int64), np.zeros(ship.ports, np.int64)
    cost = price(plan, ends, costs, ship_of(ship), work_of(ship.nodes))
    checked = check(ship, moves_of(ship, plan.tolist()))
    assert checked.problems == ()
    assert checked.cost == cost


@given(ship=ships, seed=st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_every_answer_is_sound_and_between_bound_and_start(ship: DeckGraph, seed: int) -> None:
    made = solve(ship, iterations=2000, seed=seed)
    checked = check(ship, made.moves)
    assert checked.sound
    assert (checked.cost, checked.objective) == (made.cost, made.objective)
    assert ship.least_cost <= made.bound <= made.cost
    start = check(ship, moves_of(ship, first_plan(ship).tolist()))
    assert made.cost <= start.cost
    assert made.history["cost"].to_list() == sorted(set(made.history["cost"]), reverse=True)


def same(one: Loading, other: Loading) -> bool:
    return (one.moves, one.cost, one.iterations) == (other.moves, other.cost, other.iterations)


def test_the_same_seed_threads_and_iterations_give_the_same_plan() -> None:
    ship = generate_ship(places=60, ports=7, seed=3)
    made = [solve(ship, iterations=20_000, seed=5, threads=2) for _ in range(2)]
    assert same(*made)
    assert not same(made[0], solve(ship, iterations=20_000, seed=6, threads=2))


class Interrupted:
    """Stops at once, as Ctrl-C does."""

    seconds_left = float("inf")

    def __call__(self) -> bool:
        return True


def test_what_is_stopped_at_once_hands_back_a_sound_plan() -> None:
    ship = generate_ship(places=60, ports=7)
    made = solve(ship, stop=Interrupted())
    assert made.status == "stopped"
    assert check(ship, made.moves).sound


def test_progress_is_told() -> None:
    heard: list[Progress] = []
    made = solve(generate_ship(), iterations=10_000, progress=heard.append)
    assert heard[-1].best == made.cost
    assert heard[-1].done == 1.0


def test_a_ship_without_cars_needs_no_move() -> None:
    ship = DeckGraph(3, ((0, 1), (1, 2)), 3, (Demand(0, 1, 0),), 100)
    made = solve(ship, iterations=10)
    assert (made.cost, made.status, made.moves) == (0, "optimal", ((), (), ()))


@pytest.mark.parametrize(
    "wrong", [{"hot": 0.1, "cold": 0.5}, {"cold": 0.0}, {"effort": 0}, {"soft": 0.0}]
)
def test_parameters_that_mean_nothing_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Params(**wrong)  # type: ignore[arg-type]
