"""The decomposition with prices: feasible, bounded, near the optimum, the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho import DataError, Infeasible, plan_months
from sinho.plan.build import build
from sinho.plan.minimise import minimise
from sinho.plan.prepare import prepare
from sinho.plan.priced import solve_priced
from sinho.plan.priced.dual import Dual
from sinho.plan.program import relaxed
from sinho.testing.hubs import Size, generate_hub
from tests.budget import examples
from tests.plan.small import FEB, MAR, asks, car, small
from tests.plan.test_plan import AtOnce

SMALL = Size(6, 10, 6)
rooms = st.floats(0.7, 1.3)


@settings(max_examples=examples(12))
@given(st.integers(0, 10_000), rooms, rooms)
def test_on_linear_plans_it_finds_the_optimum_within_its_gap(seed, shop_room, sea_room):
    data = prepare(generate_hub(SMALL, seed, shop_room=shop_room, sea_room=sea_room))
    program = build(data)
    exact = minimise(program)
    priced = solve_priced(data, program, gap=1e-3)
    slack = 1e-6 * abs(exact.objective)
    assert priced.bound <= exact.objective + slack
    assert priced.objective >= exact.objective - slack
    assert priced.objective - exact.objective <= 1e-3 * abs(priced.objective) + slack


@settings(max_examples=examples(8))
@given(st.integers(0, 10_000), rooms)
def test_with_patterns_lots_and_all_else_it_is_feasible_and_its_bound_holds(seed, room):
    data = prepare(generate_hub(Size(4, 6, 4), seed, shop_room=room, choices=True))
    program = build(data)
    exact = minimise(program, gap=1e-3)
    priced = solve_priced(data, program, gap=5e-3)
    x, activity = priced.x, program.activity(priced.x)
    room_for = 1e-6 * np.maximum(1.0, np.abs(activity)) + 2e-4
    assert (x >= program.lower - 1e-9).all()
    assert (x <= program.upper + 1e-9).all()
    assert (activity >= program.row_lower - room_for).all()
    assert (activity <= program.row_upper + room_for).all()
    whole = x[program.integer]
    assert np.abs(whole - np.round(whole)).max(initial=0) <= 1e-6
    assert priced.objective == pytest.approx(float(program.cost @ x))
    assert priced.bound <= exact.objective + 1e-6 * abs(exact.objective)
    assert priced.objective >= exact.bound - 1e-6 * abs(exact.objective)


@settings(max_examples=examples(20))
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0, 2))
def test_the_dual_never_exceeds_the_optimum_at_any_prices(seed, draw, level):
    data = prepare(generate_hub(Size(4, 6, 4), seed, shop_room=0.9, choices=True))
    program = build(data)
    optimum = minimise(relaxed(program)).objective
    dual = Dual(data, program)
    prices = np.random.default_rng(draw).random(len(dual.low)) * dual.scale * level
    bound, _ = dual.evaluate(np.clip(prices, dual.low, dual.high))
    assert bound <= optimum + 1e-6 * abs(optimum)


def test_the_same_input_gives_the_same_plan():
    hub = generate_hub(SMALL, 7, shop_room=0.9, sea_room=0.9)
    first, second = (plan_months(hub, method="priced") for _ in range(2))
    assert first.method == "priced"
    assert first.objective == second.objective
    for name, frame in first.tables.items():
        assert frame.equals(second.tables[name]), name


def test_its_tables_and_marginal_values_are_those_of_the_exact_plan():
    hub = generate_hub(SMALL, 3, shop_room=0.9, sea_room=1.2)
    exact, priced = (plan_months(hub, method=m, gap=1e-6) for m in ("exact", "priced"))
    assert priced.contribution == pytest.approx(exact.contribution, rel=1e-6)
    assert priced.tables.keys() == exact.tables.keys()
    values = [plan.tables["shop_values"]["value"].sum() for plan in (exact, priced)]
    assert values[0] > 0
    assert values[1] == pytest.approx(values[0], rel=0.05)


def test_a_stop_still_hands_back_a_feasible_plan_with_a_bound():
    hub = generate_hub(SMALL, 5, shop_room=0.8, sea_room=0.8)
    plan = plan_months(hub, method="priced", stop=AtOnce())
    assert plan.bound >= plan.contribution
    hours = plan.tables["hours"]
    assert (hours["load"] <= hours["manned_capacity"] * (1 + 1e-5) + 1e-3).all()


def test_progress_names_the_bound_and_the_best():
    seen = []
    plan_months(generate_hub(Size(12, 40, 12), 1), method="priced", progress=seen.append)
    assert any(p.bound is not None for p in seen)


@pytest.mark.parametrize("options", [{"objective": "lexicographic"}, {"whole_cars": True}])
def test_what_it_cannot_plan_is_refused(options):
    with pytest.raises(DataError, match="plans for contribution, and neither whole cars"):
        plan_months(small(), method="priced", **options)


def test_contradicting_hard_rules_are_named_as_by_the_exact_method():
    hub = small(
        end=MAR,
        models=[car(sop="2026-03-01", full_rate=1)],
        demand=[asks(MAR, 500)],
        contracts=[
            {"contract": "K", "brand": "B", "start": MAR, "end": MAR, "least": 300, "hard": True}
        ],
    )
    with pytest.raises(Infeasible, match="contract K"):
        plan_months(hub, method="priced")


def test_a_known_answer():
    """As by hand: 1,600 cars of February's 3,000, at 10 each."""
    plan = plan_months(small(demand=[asks(FEB, 3000)]), method="priced")
    assert plan.contribution == pytest.approx(16_000)
