"""All doors have one face, and all results say the same of themselves: a walk over every stage."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import inspect
from collections.abc import Callable
from typing import Any, get_args

import pytest

from sinho import (
    materials,
    orders,
    plan,
    quote,
    sequence,
    ship,
    simulate,
    slot,
    source,
    stow,
)
from sinho.days.rules import Changes
from sinho.hub import network_from_tables
from sinho.results import Status, gap_of
from sinho.testing import generate_painted, generate_ship, network_tables
from tests.materials.test_door import given as materials_input
from tests.orders.plant import ordering_hub
from tests.plan.small import FEB, asks, small
from tests.quote.small import plant, programme
from tests.sequence.days import tiny_day
from tests.ship.decks.plant import deck, voyage
from tests.ship.test_solve import cars, hub_of
from tests.ship.test_solve import voyage as sailing
from tests.ship.yard.yards import drawn
from tests.simulate.test_events import line
from tests.slot.instances import random_problem
from tests.test_layers import STAGES

SEED = 5
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 1, 31)
SHARED = ("status", "objective", "bound", "gap", "seconds", "seed", "versions")
FACE = {
    "input": inspect.Parameter.POSITIONAL_OR_KEYWORD,
    "params": inspect.Parameter.POSITIONAL_OR_KEYWORD,
    "stop": inspect.Parameter.KEYWORD_ONLY,
    "seed": inspect.Parameter.KEYWORD_ONLY,
    "progress": inspect.Parameter.KEYWORD_ONLY,
}


def _orders() -> Any:
    hub = ordering_hub()
    made = plan.solve(plan.Input.from_hub(hub))
    return orders.solve(orders.Input.from_plan(hub, made, FIRST, LAST), seed=SEED)


def _bank() -> Any:
    made = _orders()
    return orders.solve(orders.Input.from_bank(made.input.hub, made.orders), seed=SEED)


def _sequence() -> Any:
    day = tiny_day(Changes(name="paint", level=0), attributes={"colour": "rbrbrb"})
    quick = sequence.Params(iterations=100)
    return sequence.solve(sequence.Input.from_day(day), quick, seed=SEED)


def _ship() -> Any:
    given = ship.Input.from_cars(hub_of([sailing(6)]), cars(("A", 5, 8)), dt.date(2026, 1, 5))
    return ship.solve(given, seed=SEED)


MADE: dict[str, Callable[[], Any]] = {
    "plan": lambda: plan.solve(
        plan.Input.from_hub(small(demand=[asks(FEB, 100)])), plan.Params(), seed=SEED
    ),
    "orders": _orders,
    "orders, read": _bank,
    "slot": lambda: slot.solve(random_problem(2, 12, 3), slot.Params(iterations=200), seed=SEED),
    "sequence": _sequence,
    "materials": lambda: materials.solve(
        materials_input(), materials.Params(moves=240, nodes=20), seed=SEED
    ),
    "ship": _ship,
    "ship.yard": lambda: ship.yard.solve(drawn(1), ship.yard.Params(rounds=200), seed=SEED),
    "ship.decks": lambda: ship.decks.solve(voyage([deck("one", 50.0)], [("P", 1500.0)]), seed=SEED),
    "simulate": lambda: simulate.solve(
        simulate.Input.from_plant(line([simulate.exponential(1.0)] * 2, 1), 20),
        simulate.Params(replications=2),
        seed=SEED,
    ),
    "quote": lambda: quote.solve(
        quote.Input.from_hub(plant(), programme()), quote.Params(draws=0), seed=SEED
    ),
    "stow": lambda: stow.solve(
        stow.Input(generate_ship(places=8, ports=3, seed=1)),
        stow.Params(iterations=100),
        seed=SEED,
    ),
    "source": lambda: source.solve(
        source.Input.from_network(network_from_tables(network_tables(2, 2, 2, 3))), seed=SEED
    ),
}
"""A small result of each stage."""

WITHIN: dict[str, Callable[[], Any]] = {
    "simulate.buffers": lambda: simulate.buffers.solve(
        simulate.buffers.Input.from_line(
            simulate.Input.from_plant(line([simulate.exponential(1.0)] * 3, 2), 40), 4
        ),
        simulate.buffers.Params(replications=2, starts=1, tries=2),
        seed=SEED,
    ),
    "simulate.shuttle": lambda: simulate.shuttle.solve(
        simulate.shuttle.Input.from_cars(generate_painted(8, hybrids=3, four_wheel=2, seed=1)),
        simulate.shuttle.Params(rounds=2),
        seed=SEED,
    ),
}
"""A small result of the doors within a stage, which have all but ``explain``."""

BESIDE = {
    "plan": {"plan_months", "bases_of"},
    "quote": {"quote_programme"},
    "orders": {"generate_orders"},
    "slot": {"slot_orders", "warm_up"},
    "sequence": {"sequence_day", "resequence_day", "warm_up"},
    "materials": {"plan_materials"},
    "simulate": {
        *("departures", "trace", "chain", "fixed", "exponential", "empirical"),
        *("draws", "uniforms", "stream_of", "paired", "drift", "halts", "levers", "warm_up"),
    },
    "stow": {"load_ship", "warm_up"},
    "source": {"source_network", "solve_robust", "stress", "worth"},
    "ship": {"ship_cars", "lifts"},
    "ship.yard": {"plan_yards", "replay", "warm_up"},
    "ship.decks": {"plan_decks", "replay"},
}
"""Functions at a door beside ``solve`` and ``explain``. Names may be taken out, and none put in."""


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_door_with_one_face(stage: str) -> None:
    door = importlib.import_module(f"sinho.{stage}")
    assert {"Input", "Params", "solve", "explain"} <= {*door.__all__}
    values = {name: getattr(door, name) for name in door.__all__}
    shown = {name for name, one in values.items() if callable(one) and not inspect.isclass(one)}
    assert shown - {"solve", "explain"} == BESIDE[stage], "put it where it belongs"
    asked = list(inspect.signature(door.explain).parameters)
    assert asked[:2] == ["result", "question"]


@pytest.mark.parametrize("stage", [*STAGES, *WITHIN])
def test_all_are_solved_alike(stage: str) -> None:
    given = inspect.signature(importlib.import_module(f"sinho.{stage}").solve).parameters
    assert {name: parameter.kind for name, parameter in given.items()} == FACE
    for name in ("params", "stop", "progress"):
        assert given[name].default is None, name


@pytest.mark.parametrize("stage", [*STAGES, *WITHIN])
def test_inputs_and_parameters_are_frozen(stage: str) -> None:
    door = importlib.import_module(f"sinho.{stage}")
    for one in (door.Input, door.Params):
        assert dataclasses.is_dataclass(one)
        assert one.__dataclass_params__.frozen
    assert door.Params() == door.Params(), "usual values for all"
    makers = [name for name in vars(door.Input) if name.startswith("from_")]
    assert makers, "an input is made by Input.from_..."


def test_a_result_of_every_stage_is_walked_over() -> None:
    assert {name.split(",")[0] for name in MADE} == set(STAGES)


@pytest.mark.parametrize("name", [*MADE, *WITHIN])
def test_results_say_the_same_of_themselves(name: str) -> None:
    result = (MADE | WITHIN)[name]()
    assert type(result).__dataclass_params__.frozen
    assert [one for one in SHARED if not hasattr(result, one)] == []
    assert result.status in get_args(Status)
    assert result.gap == pytest.approx(gap_of(result.objective, result.bound))
    assert result.seconds >= 0
    assert result.seed == SEED
    assert {"sinho", "python"} <= result.versions.keys()
    assert (result.status == "optimal") <= (result.gap <= 1e-4)
