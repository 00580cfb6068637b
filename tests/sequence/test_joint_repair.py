"""Repairs of a line that shares booths: by the rules of line and booths, the other lines' held."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest

from sinho.days.changes import Block, Change, Rush
from sinho.days.joint import JointDay, score_joint
from sinho.days.rules import Changes, Ratio
from sinho.days.score import score_order
from sinho.sequence import Input, Params, solve
from tests.sequence.days import random_order
from tests.sequence.test_joint import SHARED, random_joint, two_lines

LINE = "L1"


def repair(
    joint: JointDay, orders: dict[str, tuple[str, ...]], change: Change, **params: Any
) -> Any:
    """Repair the first line; check what holds whatever comes in between."""
    given = Input.from_day(joint, start=orders, changes=change, line=LINE)
    made = solve(given, Params(iterations=20_000, **params))
    others = {line: own for line, own in orders.items() if line != LINE}
    assert {line: own for line, own in made.orders.items() if line != LINE} == others
    assert sorted(made.orders[LINE]) == sorted(made.input.changing.idents)
    assert made.found.score == score_joint(made.input.joint, made.orders)
    return made


def test_a_rushed_car_goes_where_the_other_lines_cars_want_it() -> None:
    # both lines pass in turn: rr rr bb bb gg. With the fourth car in the second place the paint
    # shop sees rr br rb bb gg, in the first br rr rb bb gg: one change less.
    joint = two_lines("rrbbg", "rrbbg", Changes(name="paint", level=0, attribute="colour"))
    orders = {line.line: line.idents for line in joint.lines}
    made = repair(joint, orders, Rush("L1c04", 2))
    assert made.orders["L1"] == ("L1c04", "L1c01", "L1c02", "L1c03", "L1c05")
    assert made.repair.cars_moved == 1
    assert "level 0: 2 before, 2 with the change alone, 3 now." in made.repair.summary
    assert "What is left of it: paint +1." in made.repair.summary


def test_a_car_is_moved_for_the_booth_where_that_pays_and_says_why() -> None:
    # without the first car of L1 its cars enter later: r b r b | b meets rrr bb
    joint = two_lines("grbb", "rrrbbb", Changes(name="paint", level=0, attribute="colour"))
    orders = {"L1": ("L1c01", "L1c03", "L1c02", "L1c04"), "L2": joint.lines[1].idents}
    made = repair(joint, orders, Block("L1c01"), keep=0)
    best = min(
        score_joint(made.input.joint, {**made.orders, "L1": order}).key
        for order in itertools.permutations(made.orders["L1"])
    )
    assert made.found.score.key == best
    moved = made.repair.moved.filter("moved")
    assert [why for why in moved["why"] if why.startswith("repairs paint at ")]
    assert [why for why in moved["why"] if why.endswith(" of paint")]
    # at a price that nothing is worth none moves
    still = repair(joint, orders, Block("L1c01"), keep=math.inf)
    assert still.orders["L1"] == ("L1c03", "L1c02", "L1c04")


def test_against_every_order_of_the_line() -> None:
    """Stability counts for nothing here; what is found along the line alone is never better."""
    reached = alone = 0
    seeds = range(24)
    for seed in seeds:
        draw = random.Random(seed)
        joint = random_joint(seed, (6, draw.randrange(2, 6)), (Ratio, Changes), SHARED, hard=())
        orders = {line.line: random_order(line, seed) for line in joint.lines}
        car = draw.choice(joint.lines[0].idents)
        change = Block(car) if seed % 2 else Rush(car, 1)
        made = repair(joint, orders, change, keep=0)
        line, both = made.input.changing, made.input.joint
        keys = [
            score_joint(both, {**made.orders, LINE: order}).key
            for order in itertools.permutations(line.idents)
        ]
        best, key = min(keys), made.found.score.key
        assert key >= best
        given = Input.from_day(joint.lines[0], start=orders[LINE], changes=change)
        own = solve(given, Params(iterations=20_000, keep=0)).sequence
        known = score_joint(both, {**made.orders, LINE: own.order}).key
        assert key <= known
        reached += key == best
        alone += known == best
    assert reached >= 0.9 * len(seeds)
    assert reached > alone


@pytest.mark.parametrize("seed", range(6))
def test_no_repair_is_worse_than_the_change_alone(seed: int) -> None:
    joint = random_joint(seed, (14, 9, 5), (Ratio, Changes), SHARED, hard=())
    orders = {line.line: random_order(line, seed) for line in joint.lines}
    made = repair(joint, orders, Block(orders[LINE][seed]))
    kept = tuple(car for car in orders[LINE] if car != orders[LINE][seed])
    before = score_joint(made.input.joint, {**made.orders, LINE: kept})
    assert made.found.score.key <= before.key
    # each car moved has bettered the levels by its price
    gains = [
        (was - now) / made.input.joint.whole.level_scale(level)
        for level, (was, now) in enumerate(zip(before.totals, made.found.score.totals, strict=True))
    ]
    moved = made.repair.cars_moved - 1
    first = next((gain for gain in gains if gain), 0.0)
    assert not moved or first >= (moved / 1000 if gains[0] else moved) - 1e-3
    assert made.repair.before == score_order(joint.lines[0], orders[LINE])


def test_changes_need_a_line_of_the_day() -> None:
    joint = two_lines("rb", "rb", Changes(name="paint", level=0, attribute="colour"))
    orders = {line.line: line.idents for line in joint.lines}
    for line in ("", "L3"):
        with pytest.raises(ValueError, match="a line whose order stands"):
            Input.from_day(joint, start=orders, changes=Block("L1c01"), line=line)
