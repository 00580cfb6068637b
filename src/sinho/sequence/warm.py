"""Compiles the searches ahead of their first use, or loads what is compiled.

What is compiled is kept; that takes some seconds once per machine. Searches and repairs do it
before their time begins.
"""

from __future__ import annotations

import functools

import numpy as np
import polars as pl

from sinho.days.changes import Rush
from sinho.days.day import Day
from sinho.days.joint import Booth, JointDay
from sinho.days.rules import Changes, Ratio
from sinho.sequence.data import Input
from sinho.sequence.joint_arrays import joint_walkers
from sinho.sequence.kernel.repair import guilty
from sinho.sequence.params import Params
from sinho.sequence.resequence import repaired
from sinho.sequence.stages import Stage
from sinho.sequence.start import day_walkers


def warm_up() -> None:
    """Compile all searches of this stage, or load them."""
    warm_search()
    warm_repair()
    warm_joint()


def _day(line: str, cars: int) -> Day:
    """Return a small day with rules of the common kinds."""
    table = pl.DataFrame(
        {
            "car": [f"{at}{line}" for at in range(cars)],
            "colour": ["red", "blue"] * (cars // 2),
            "option": [True] * (cars // 2) + [False] * (cars // 2),
        }
    )
    return Day(
        name="warm-up",
        cars=table,
        previous=table.clear(),
        attributes=("colour",),
        options=("option",),
        rules=(
            Ratio(name="ratio", level=0, option="option", most=1, window=2),
            Changes(name="changes", level=1),
        ),
        levels=("ratio", "changes"),
        line=line,
    )


@functools.cache
def warm_search() -> None:
    """Compile the search of a line, or load it."""
    for walker in day_walkers(_day("", 2), None, 0, 1)[0]:
        walker.enter(Stage(1, 1.0))
        walker.push(1, 0.0)


@functools.cache
def warm_joint() -> None:
    """Compile the search of several lines, or load it."""
    lines = _day("1", 2), _day("2", 2)
    rules = (Changes(name="both", level=0),)
    booth = Booth("paint", ("1", "2"), rules, lines[0].cars.clear())
    joint = JointDay("warm-up", lines, (((0.0, 1.0),),) * 2, (booth,))
    for walker in joint_walkers(joint, Input.from_day(joint).orders, 0, 1)[0]:
        walker.enter(Stage(1, 1.0))
        walker.push(1, 0.0)


@functools.cache
def warm_repair() -> None:
    """Compile the repair of an order, or load it."""
    day = _day("", 6)
    given = Input.from_day(day, start=day.idents, changes=Rush("5", 1))
    repaired(given, Params(iterations=500), None, 1, None)
    # what only a repair that comes to no good end calls
    (walker,), _ = joint_walkers(JointDay.of_line(day), given.orders, 1, 1)
    walker.fill()
    guilty(walker.m.ctypes.data, 0, 1, 0, day.size, np.zeros(day.size, dtype=np.int64))
