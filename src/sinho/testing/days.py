"""Generated days of any size, for benchmarks, tests and trials: shapes as in real plants."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.days.day import CAR, ROADEF_WEIGHTS, Day
from sinho.days.rules import Changes, Ratio, Rule, RunLength
from sinho.parameters import SEED
from sinho.testing.day_cars import (
    Marks,
    Target,
    Whole,
    draw_batches,
    draw_counts,
    draw_options,
    draw_target,
)
from sinho.testing.day_rules import FLOW, WORK, Drawn, frozen_cars, planner_rules

HIGH, LOW, PAINT = "hprc", "lprc", "paint"
OBJECTIVES = (
    "hprc>lprc>paint",
    "hprc>paint>lprc",
    "paint>hprc>lprc",
    "hprc>paint",
    "paint>hprc",
)
"""Orders of the objectives: ratios of high and of low priority, colour changes."""

MODELS = ("A", "B", "C", "D")
CSPLIB_RATIOS = ((1, 2), (2, 3), (1, 3), (2, 5), (1, 5))
"""The ratios of the five options in the classical instances (CSPLib prob001)."""

FIRST_IDENT = 100_001


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a generated day looks like; `generate` says what each figure means.

    Raises
    ------
    ValueError
        When a figure is out of its bounds.
    """

    cars: int = 500
    colours: int = 12
    high: int = 5
    low: int = 8
    utilisation: tuple[float, float] = (0.5, 0.95)
    configurations: int = 60
    batch_limit: int | None = 10
    objectives: str = "hprc>paint>lprc"
    previous: int | None = None
    satisfiable: bool = False
    planner: bool = False

    def __post_init__(self) -> None:
        low, high = self.utilisation
        wrong = [
            text
            for holds, text in (
                (self.cars >= 2, f"at least 2 cars, not {self.cars}"),
                (
                    1 <= self.colours <= self.cars,
                    f"1 to {self.cars} colours, one car each at least, not {self.colours}",
                ),
                (
                    min(self.high, self.low) >= 0 and self.high + self.low >= 2,
                    f"at least 2 ratios, not {self.high} of high and {self.low} of low priority",
                ),
                (
                    0 < low <= high <= 2,
                    f"a utilisation from above 0 to 2, the lower limit first, not {low} to {high}",
                ),
                (
                    not self.satisfiable or high <= 1,
                    f"a utilisation of at most 1 where all ratios can be kept, not {high}",
                ),
                (self.configurations >= 1, f"at least 1 configuration, not {self.configurations}"),
                (
                    self.batch_limit is None or self.batch_limit >= 1,
                    f"a batch limit of at least 1, not {self.batch_limit}",
                ),
                (
                    self.objectives in OBJECTIVES,
                    f"objectives in one of the orders {', '.join(OBJECTIVES)}, "
                    f"not {self.objectives!r}",
                ),
                (
                    not self.low or LOW in self.objectives.split(">"),
                    f"no ratios of low priority with the objectives {self.objectives!r}",
                ),
                (
                    self.previous is None or self.previous >= 0,
                    f"0 or more cars before the day, not {self.previous}",
                ),
            )
            if not holds
        ]
        if wrong:
            raise ValueError("a generated day needs " + "; ".join(wrong))


@dataclass(frozen=True)
class Planted:
    """A generated day and the order it was drawn along.

    Parameters
    ----------
    day : Day
        The day.
    order : tuple of str
        An order that keeps all hard rules and, where the day was to be satisfiable, all ratios.
    """

    day: Day
    order: tuple[str, ...]


def generate_day(
    cars: int = 500,
    *,
    seed: int = SEED,
    colours: int = 12,
    high: int = 5,
    low: int = 8,
    utilisation: tuple[float, float] = (0.5, 0.95),
    configurations: int = 60,
    batch_limit: int | None = 10,
    objectives: str = "hprc>paint>lprc",
    previous: int | None = None,
    satisfiable: bool = False,
    planner: bool = False,
) -> Day:
    """Draw a day with colours, options, ratios and cars of the day before.

    Shapes follow the instances of the ROADEF 2005 challenge, of which nothing is copied: a few
    colours take most cars; most ratios allow one car in a short window; options come in a limited
    number of sets.

    Parameters
    ----------
    cars : int
        Cars of the day, 2 or more.
    seed : int
        Seed of the draw.
    colours : int
        Colours; every one occurs.
    high, low : int
        Ratios of high and of low priority, 2 or more together; each has an option of its own.
    utilisation : tuple of (float, float)
        Least and largest share of a ratio's capacity that its option asks for: cars with the
        option times window over cars times most. Whole cars may leave it below by less than one
        car. From about 0.9 on a day is hard to sequence, above 1 no order keeps the ratio.
    configurations : int
        How many sets of options to aim at: the fewer, the closer options go together.
    batch_limit : int or None
        Most cars of one colour in a row, hard; ``None`` for no limit.
    objectives : str
        Priority order, such as ``hprc>paint>lprc``.
    previous : int or None
        Cars of the day before; ``None`` for as many as the longest window reaches back.
    satisfiable : bool
        Whether the day is drawn along an order that keeps every ratio.
    planner : bool
        Whether the day also has an attribute ``model``, hard rules (frozen front, pinned, late
        and due cars) and soft rules (overload, hourly maximum, forbidden neighbours, even spread,
        changeover costs, short batches, wanted places) on two further levels.

    Returns
    -------
    Day
        The day; its cars stand in no order that means anything.

    Raises
    ------
    ValueError
        When a figure is out of its bounds or the batch limit cannot be kept.

    See Also
    --------
    plant : The same day with the order that it was drawn along.
    """
    shape = Shape(
        cars=cars,
        colours=colours,
        high=high,
        low=low,
        utilisation=utilisation,
        configurations=configurations,
        batch_limit=batch_limit,
        objectives=objectives,
        previous=previous,
        satisfiable=satisfiable,
        planner=planner,
    )
    return plant(shape, seed).day


def plant(shape: Shape, seed: int = SEED) -> Planted:
    """Draw a day along a hidden order, and say which.

    Parameters
    ----------
    shape : Shape
        What the day looks like.
    seed : int
        Seed of the draw.

    Returns
    -------
    Planted
        The day and the order.

    Raises
    ------
    ValueError
        When the batch limit cannot be kept.
    """
    rng = np.random.default_rng(seed)
    names = [f"HPRC{at + 1}" for at in range(shape.high)]
    names += [f"LPRC{at + 1}" for at in range(shape.low)]
    targets = [
        draw_target(rng, shape.cars, shape.utilisation, rare=at >= shape.high)
        for at in range(len(names))
    ]
    reach = max(target.window for target in targets) - 1
    before = reach if shape.previous is None else shape.previous
    fitted = draw_options(
        rng, targets, before, shape.cars, shape.configurations, lawful=shape.satisfiable
    )
    counts = draw_counts(rng, shape.cars, shape.colours)
    colours = np.concatenate(
        [_colours_before(rng, counts, before), draw_batches(rng, counts, shape.batch_limit)]
    )
    columns = {"colour": [str(colour + 1) for colour in colours.tolist()]}
    if shape.planner:
        columns["model"] = _models(rng, fitted)
    idents = [str(FIRST_IDENT + at) for at in range(before + shape.cars)]
    line = _line(idents, columns, dict(zip(names, fitted, strict=True)))
    levels = shape.objectives.split(">")
    rules: list[Rule] = [
        Ratio(
            name=name,
            option=name,
            most=target.most,
            window=target.window,
            level=levels.index(HIGH if name.startswith("H") else LOW),
        )
        for name, target in zip(names, targets, strict=True)
    ]
    rules.append(Changes(name=PAINT, level=levels.index(PAINT)))
    if shape.batch_limit is not None:
        rules.append(RunLength(name="batch", most=shape.batch_limit))
    pinned = frozen_cars(shape.cars) if shape.planner else 0
    # The day's cars are listed, and named, in an order of their own: the hidden one stays hidden.
    listed = np.concatenate([np.arange(pinned), pinned + rng.permutation(shape.cars - pinned)])
    cars = line[before:][listed].with_columns(pl.Series(CAR, idents[before:]))
    order = tuple(idents[before + at] for at in np.argsort(listed).tolist())
    if shape.planner:
        drawn = Drawn(
            order=order,
            options=tuple(names),
            fitted=fitted[:, before:],
            colours=tuple(str(at + 1) for at in range(shape.colours)),
            models=tuple(sorted(set(columns["model"]))),
        )
        rules += planner_rules(rng, drawn, len(levels))
        levels += [WORK, FLOW]
    day = Day(
        name=f"generated-{shape.cars}-{seed}",
        cars=cars,
        previous=line[:before],
        attributes=tuple(columns),
        options=tuple(names),
        rules=tuple(rules),
        levels=tuple(levels),
        weights=None if shape.planner else ROADEF_WEIGHTS[: len(levels)],
        source="generated",
    )
    return Planted(day, order)


def plant_classes(
    cars: int = 200,
    *,
    seed: int = SEED,
    classes: int = 25,
    utilisation: float = 0.9,
    satisfiable: bool = True,
) -> Planted:
    """Draw a day like the classical instances of CSPLib prob001: classes and five options.

    Parameters
    ----------
    cars : int
        Cars of the day, 10 or more.
    seed : int
        Seed of the draw.
    classes : int
        How many classes to aim at, 1 to 32.
    utilisation : float
        Share of each ratio's capacity that its option asks for, above 0, at most 1.
    satisfiable : bool
        Whether the day is drawn along an order that keeps every ratio.

    Returns
    -------
    Planted
        The day, with attribute ``class``, options ``option1`` to ``option5`` with ratios 1/2, 2/3,
        1/3, 2/5 and 1/5 over whole windows, no cars before it; and the order.

    Raises
    ------
    ValueError
        When a figure is out of its bounds.
    """
    if cars < 10 or not 1 <= classes <= 32 or not 0 < utilisation <= 1:
        raise ValueError(
            "a generated day of classes needs at least 10 cars, 1 to 32 classes and a utilisation "
            f"from above 0 to 1, not {cars} cars, {classes} classes and {utilisation}"
        )
    rng = np.random.default_rng(seed)
    targets = [
        Target(most, window, int(utilisation * cars * most / window + 1e-9))
        for most, window in CSPLIB_RATIOS
    ]
    fitted = draw_options(rng, targets, 0, cars, classes, lawful=satisfiable)
    kinds = np.unique(fitted, axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)
    kinds = rng.permutation(int(kinds.max()) + 1)[kinds]
    order = _class_idents(kinds)
    options = {f"option{at}": marks for at, marks in enumerate(fitted, start=1)}
    listed = np.argsort(kinds, kind="stable")
    line = _line(order, {"class": [str(kind) for kind in kinds.tolist()]}, options)
    day = Day(
        name=f"generated-classes-{cars}-{seed}",
        cars=line[listed],
        previous=line[:0],
        attributes=("class",),
        options=tuple(options),
        rules=tuple(
            Ratio(name=name, option=name, most=most, window=window, level=0, shortened=False)
            for name, (most, window) in zip(options, CSPLIB_RATIOS, strict=True)
        ),
        levels=("violations",),
        weights=(1,),
        source="generated",
    )
    return Planted(day, tuple(order))


def _line(
    idents: list[str], attributes: dict[str, list[str]], options: dict[str, Marks]
) -> pl.DataFrame:
    """Return a table of cars."""
    return pl.DataFrame(
        {
            CAR: pl.Series(idents, dtype=pl.String),
            **{name: pl.Series(values, dtype=pl.String) for name, values in attributes.items()},
            **{name: pl.Series(marks, dtype=pl.Boolean) for name, marks in options.items()},
        }
    )


def _colours_before(rng: np.random.Generator, counts: list[int], before: int) -> Whole:
    """Return the colours of the day before, in batches of some cars."""
    share = np.array(counts) / sum(counts)
    drawn = rng.choice(len(counts), before, p=share)
    return np.repeat(drawn, 4)[:before].astype(np.int64)


def _models(rng: np.random.Generator, fitted: Marks) -> list[str]:
    """Return the model of each car: every set of options belongs to one."""
    kinds = np.unique(fitted, axis=1, return_inverse=True)[1].reshape(-1)
    return [MODELS[at] for at in rng.integers(0, len(MODELS), int(kinds.max()) + 1)[kinds]]


def _class_idents(kinds: Whole) -> list[str]:
    """Return names of class and number, each class counted from 1."""
    seen: Counter[int] = Counter()
    idents = []
    for kind in kinds.tolist():
        seen[kind] += 1
        idents.append(f"{kind}-{seen[kind]}")
    return idents
