"""Contradicting hard rules: the set named is minimal, in words with figures and periods."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sinho import Infeasible, plan_months
from sinho.hub import Hub, hub_from_tables
from sinho.plan.build import build
from sinho.plan.conflict import conflicting
from sinho.plan.minimise import NoSolution, minimise
from sinho.plan.prepare import prepare
from sinho.plan.program import Program
from sinho.plan.rules import Piece, hard_rules
from tests.budget import examples
from tests.plan.small import APR, FEB, MAR, OVERSEAS, Rows, asks, car, shop, small
from tests.plan.test_properties import tables


def owed(least: float, **more: object) -> Rows:
    """A contract that must be kept."""
    contract = {"contract": "K", "brand": "B", "start": FEB, "end": FEB, "least": least}
    return [{**contract, "hard": True, **more}]


def kept_alone(program: Program, pieces: list[Piece], all_pieces: list[Piece]) -> Program:
    """The program in which all hard rules are lifted but these."""
    lower, upper = program.lower.copy(), program.upper.copy()
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    pattern = program.columns["pattern"].at
    most = np.full(len(upper), np.inf)
    most[pattern] = 1.0
    integer = program.integer.copy()
    integer[pattern] = True
    kept = {id(piece) for piece in pieces}
    for piece in all_pieces:
        if id(piece) not in kept:
            lower[piece.column_lower] = 0.0
            upper[piece.column_upper] = most[piece.column_upper]
            row_lower[piece.row_lower] = -np.inf
            row_upper[piece.row_upper] = np.inf
    return replace(
        program,
        cost=np.zeros_like(program.cost),
        lower=lower,
        upper=upper,
        row_lower=row_lower,
        row_upper=row_upper,
        integer=integer,
    )


def possible(program: Program) -> bool:
    try:
        minimise(program, duals=False)
    except NoSolution:
        return False
    return True


def check_minimal(hub: Hub) -> list[str]:
    """Together the pieces contradict; without any one of them they do not."""
    data = prepare(hub)
    program = build(data)
    # the same objects: bounds are told apart by identity of their arrays
    rules = hard_rules(data, program)
    every = [piece for rule in rules for piece in rule.pieces]

    def same(piece: Piece) -> Piece:
        def key(p: Piece) -> tuple[object, ...]:
            return (
                p.period,
                tuple(p.column_lower),
                tuple(p.column_upper),
                tuple(p.row_lower),
                tuple(p.row_upper),
            )

        return next(p for p in every if key(p) == key(piece))

    found = [same(piece) for rule in conflicting(data, program) for piece in rule.pieces]
    assert found
    assert not possible(kept_alone(program, found, every))
    for n in range(len(found)):
        assert possible(kept_alone(program, found[:n] + found[n + 1 :], every))
    return [str(rule) for rule in conflicting(data, program)]


def two_markets() -> Rows:
    return [
        {"market": name, "country": "KR", "region": "Korea", "route": "domestic"}
        for name in ("X", "Y")
    ]


CASES = {
    "more than its markets ask for": (
        small(
            markets=two_markets(),
            demand=[asks(FEB, 100, "X"), asks(FEB, 900, "Y")],
            contracts=owed(300, markets="X"),
        ),
        [
            "contract K (total) must ship at least 300 cars",
            "the markets of contract K ask for 100 cars of model A in 2026-02 and take no more",
        ],
    ),
    "more than the shop can build": (
        # 20 days x 8 h x 10 cars/h in February, 22 days in March
        small(
            end=APR,
            demand=[asks(FEB, 5000), asks(MAR, 5000), asks(APR, 5000)],
            contracts=owed(3500, end=MAR),
        ),
        [
            "contract K (total) must ship at least 3,500 cars",
            "shop assembly has hours for at most 3,360 units in 2026-02 to 2026-03",
        ],
    ),
    "more than the launch allows": (
        small(
            models=[car(sop="2026-02-16")],
            shops=[shop("assembly", 40)],
            contracts=owed(2500),
            ramp=[{"model": "A", "month_after_sop": 0, "share": 0.5}],
        ),
        [
            "contract K (total) must ship at least 2,500 cars",
            # 10 days x 320 cars, half of them
            "at most 1,600 cars of model A can be built in 2026-02 "
            "(SOP, EOP, launch ramp, full rate)",
        ],
    ),
    "more than the vessels carry": (
        small(
            end=MAR,
            markets=OVERSEAS,
            demand=[asks(FEB, 500, "FR"), asks(MAR, 500, "FR")],
            freight=[{"lane": "EU", "mode": "vessel", "start": FEB, "cost": 2}],
            sailings=[{"lane": "EU", "month": month, "area": 1000} for month in (FEB, MAR)],
            contracts=owed(201, end=MAR),
        ),
        [
            "contract K (total) must ship at least 201 cars",
            "lane EU carries at most 2,000 m2 in 2026-02 to 2026-03",
        ],
    ),
    "no freight rate": (
        small(
            end=MAR,
            markets=OVERSEAS,
            demand=[asks(FEB, 0, "FR"), asks(MAR, 500, "FR")],
            freight=[{"lane": "EU", "mode": "vessel", "start": MAR, "cost": 2}],
            sailings=[{"lane": "EU", "month": MAR, "area": 9000}],
            contracts=owed(200),
        ),
        [
            "contract K (total) must ship at least 200 cars, but no market asks for its models in "
            "its months"
        ],
    ),
    "two contracts": (
        small(
            contracts=[
                *owed(500),
                {"contract": "L", "brand": "B", "start": FEB, "end": FEB, "most": 400},
            ]
        ),
        [
            "contract K (total) must ship at least 500 cars",
            "contract L (total) may ship at most 400 cars",
        ],
    ),
    "stock that cannot be built": (
        small(models=[car(stock_min=2000)]),
        [
            "at least 2,000 cars of model A are kept at the end of 2026-02",
            "shop assembly has hours for at most 1,600 units in 2026-02",
        ],
    ),
    "smallest stock beside a small yard": (
        small(
            models=[car(stock_min=50), car("C", stock_min=60)],
            loads=[{"item": m, "shop": "assembly"} for m in ("A", "C")],
            yard=[{"yard": "y", "start": FEB, "capacity": 100}],
        ),
        [
            "at least 50 cars of model A are kept at the end of 2026-02",
            "at least 60 cars of model C are kept at the end of 2026-02",
            "the yard holds at most 100 cars at the end of 2026-02",
        ],
    ),
    "opening stock that nobody asks for": (
        small(
            models=[car(), car("C")],
            loads=[{"item": m, "shop": "assembly"} for m in ("A", "C")],
            opening_stock=[{"item": "C", "units": 150}],
            yard=[{"yard": "y", "start": FEB, "capacity": 100}],
        ),
        [
            "150 cars of model C are in stock before the plan",
            "the yard holds at most 100 cars at the end of 2026-02",
        ],
    ),
    "parts that cannot be bought": (
        small(
            end=MAR,
            demand=[asks(FEB, 3000), asks(MAR, 3000)],
            parts=[
                {"part": "E", "kind": "engine", "supply": "bought", "buy_cost": 1, "buy_max": 200}
            ],
            bom=[{"parent": "A", "part": "E", "quantity": 1}],
            opening_stock=[{"item": "E", "units": 50}],
            contracts=owed(460, end=MAR),
        ),
        [
            "contract K (total) must ship at least 460 cars",
            "at most 400 units of part E are bought in 2026-02 to 2026-03",
        ],
    ),
    "the opening pattern's smallest stay": (
        # kept for one of three months, so due in February and March; 20 + 22 days x 80 cars
        small(
            end=APR,
            groups=[{"group": "v", "opening_pattern": "one", "months_kept": 1}],
            patterns=[
                {"group": "v", "pattern": "one", "shifts": 1, "hours": 8, "min_months": 3},
                {"group": "v", "pattern": "two", "shifts": 2, "hours": 8},
            ],
            demand=[asks(FEB, 9000), asks(MAR, 9000)],
            contracts=owed(3400, end=MAR),
        ),
        [
            "contract K (total) must ship at least 3,400 cars",
            "shop assembly has hours for at most 3,360 units in 2026-02 to 2026-03",
            "group v is bound by the smallest stay of its opening pattern in 2026-02 to 2026-03",
        ],
    ),
    "a given pattern": (
        small(
            patterns=[
                {"group": "v", "pattern": "one", "shifts": 1, "hours": 8},
                {"group": "v", "pattern": "two", "shifts": 2, "hours": 8},
            ],
            fixed_patterns=[{"group": "v", "start": FEB, "pattern": "one"}],
            contracts=owed(2000),
        ),
        [
            "contract K (total) must ship at least 2,000 cars",
            "shop assembly has hours for at most 1,600 units in 2026-02",
            "the pattern of group v is given by fixed_patterns in 2026-02",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_rules_that_contradict_are_named_with_their_figures(name):
    hub, rules = CASES[name]
    with pytest.raises(Infeasible) as caught:
        plan_months(hub)
    assert list(caught.value.rules) == rules


@pytest.mark.parametrize("name", CASES)
def test_the_set_is_minimal(name):
    check_minimal(CASES[name][0])


@settings(max_examples=examples(25))
@given(tables(), st.integers(500, 3000), st.integers(0, 400))
def test_on_random_hubs_the_set_is_minimal(rows, least, stock):
    first, second = rows["models"]
    kept = min(stock, first["stock_max"])
    hub = hub_from_tables(
        {
            **rows,
            "models": [{**first, "stock_min": kept}, second],
            "contracts": [{**rows["contracts"][0], "least": least, "most": None, "hard": True}],
        }
    )
    data = prepare(hub)
    assume(not possible(build(data)))
    assert check_minimal(hub)
