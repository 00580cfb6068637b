"""Draws the rules of a planner for a generated day; its hidden order keeps the hard ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.days.rules import (
    Changeover,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Rule,
    RunLength,
    Spread,
    Windows,
)

WORK, FLOW = "work", "flow"
"""Levels of the planner's soft rules, after those of the ratios and the colours."""

TAKT = 1.3
HOUR = 46
SLACK = 6
"""Minutes between two cars, cars per hour, and the least cars that make room for a pin."""


@dataclass(frozen=True)
class Drawn:
    """What the planner's rules are drawn from.

    Parameters
    ----------
    order : tuple of str
        The hidden order of the day's cars.
    options : tuple of str
        Names of the options.
    fitted : array of bool, shape (options, cars)
        Which car has which option, in the hidden order.
    colours, models : tuple of str
        Values of the attributes ``colour`` and ``model``.
    """

    order: tuple[str, ...]
    options: tuple[str, ...]
    fitted: NDArray[np.bool_]
    colours: tuple[str, ...]
    models: tuple[str, ...]


def frozen_cars(cars: int) -> int:
    """Return how many cars of a day stay at its front.

    Parameters
    ----------
    cars : int
        Cars of the day.

    Returns
    -------
    int
        One in fifty, at least one.
    """
    return max(1, cars // 50)


def planner_rules(rng: np.random.Generator, drawn: Drawn, first: int) -> list[Rule]:
    """Draw the rules of a planner.

    Hard: a frozen front, two pinned cars, late cars that cannot come before a position and cars
    that have to be out by one. Soft, level ``work``: the load of a station, the cars of an option
    per hour, models that should not follow each other. Soft, level ``flow``: even spread, costs
    of changing from dark to light colours, short batches, cars wanted about a position.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    drawn : Drawn
        The day's cars in the hidden order.
    first : int
        Level of the first of the two levels.

    Returns
    -------
    list of Rule
        The rules.
    """
    cars, work, flow = len(drawn.order), first, first + 1
    rules: list[Rule] = [Frozen(name="frozen", first=frozen_cars(cars))]
    free = [int(at) for at in rng.permutation(np.arange(frozen_cars(cars), cars))]
    pins = 2 if len(free) >= SLACK else 0
    some = max(1, cars // 50) if len(free) >= SLACK else 0
    if pins:
        pinned = sorted((drawn.order[at], at + 1) for at in free[:pins])
        rules.append(Pinned(name="pinned", pins=tuple(pinned)))
    late, due, wanted = (
        sorted(free[pins + part * some : pins + (part + 1) * some]) for part in range(3)
    )
    spans = [
        (drawn.order[at], max(1, at + 1 - int(rng.integers(cars // 5 + 1))), cars) for at in late
    ]
    spans += [
        (drawn.order[at], 1, min(cars, at + 1 + int(rng.integers(cars // 5 + 1)))) for at in due
    ]
    if spans:
        rules.append(Windows(name="late and due cars", windows=tuple(spans)))
    rules += _work(rng, drawn, work)
    rules += _flow(rng, drawn, flow)
    if wanted:
        near = max(1, cars // 20)
        about = [(at, int(rng.integers(1, cars + 1))) for at in wanted]
        rules.append(
            Windows(
                name="wanted places",
                level=flow,
                windows=tuple(
                    (drawn.order[at], max(1, place - near), min(cars, place + near))
                    for at, place in about
                ),
            )
        )
    return rules


def _work(rng: np.random.Generator, drawn: Drawn, level: int) -> list[Rule]:
    """Return a station's overload, an hourly maximum and neighbours to avoid."""
    cars = len(drawn.order)
    rates = drawn.fitted.mean(axis=1)
    minutes = [round(float(value), 2) for value in rng.uniform(0.05, 0.35, len(drawn.options))]
    base = round(max(0.3, 0.97 * TAKT - float(rates @ np.array(minutes))), 2)
    busiest = int(rates.argmax())
    least = max(1, int(np.ceil(HOUR * float(rates[busiest]))))
    rules: list[Rule] = [
        Overload(
            name="station 1",
            level=level,
            base=base,
            times=tuple(zip(drawn.options, minutes, strict=True)),
            takt=TAKT,
            length=round(1.6 * TAKT, 2),
        ),
        Maximum(
            name=f"{drawn.options[busiest]} per hour",
            level=level,
            option=drawn.options[busiest],
            most=least,
            per=min(HOUR, cars),
        ),
    ]
    if len(drawn.models) > 1:
        front, behind = (str(name) for name in rng.choice(drawn.models, 2, replace=False))
        rules.append(
            Forbidden(name="models apart", level=level, attribute="model", pairs=((front, behind),))
        )
    return rules


def _flow(rng: np.random.Generator, drawn: Drawn, level: int) -> list[Rule]:
    """Return even spread, costs of colour changes and short batches."""
    rules: list[Rule] = [
        Spread(name=f"spread {name}", level=level, option=name)
        for name in sorted(str(name) for name in rng.choice(drawn.options, 2, replace=False))
    ]
    light = len(drawn.colours) // 2
    costs = [
        (front, behind, 3.0 if at >= light > to else 1.5)
        for at, front in enumerate(drawn.colours)
        for to, behind in enumerate(drawn.colours)
        if at != to and (at >= light) != (to >= light)
    ]
    rules.append(
        Changeover(
            name="purge", level=level, weight=2, attribute="colour", costs=tuple(costs), default=1.0
        )
    )
    rules.append(RunLength(name="short batches", level=level, attribute="colour", least=2))
    return rules
