"""A day to be sequenced: its cars, the cars before it, its rules and their levels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import polars as pl

from sinho.days.rules import Frozen, Pinned, Rule, Windows

Source = Literal["roadef", "csplib", "tables", "generated", "python"]
CAR = "car"
ROADEF_WEIGHTS = (1_000_000, 1_000, 1)


@dataclass(frozen=True)
class Day:
    """The cars of one day and the rules for their order.

    Parameters
    ----------
    name : str
        Name for headings.
    cars : DataFrame
        One row per car of the day, in the order given: ``car`` (its ident, text, unique), one
        text column per attribute, one Boolean column per option.
    previous : DataFrame
        The last cars before the day in building order, same columns; may be empty.
    attributes, options : tuple of str
        Names of the attribute and of the option columns.
    rules : tuple of Rule
        Hard and soft rules.
    levels : tuple of str
        Names of the priority levels, the most important first.
    weights : tuple of int or None
        Weight of each level in the single-figure ``score``; ``None``: no such figure.
    source : str
        Where the day comes from.
    date : str
        The day's date as its source writes it; empty where it has none.
    line : str
        The line on which its cars are built; empty where they name none.
    elsewhere : tuple of str
        Attributes that rules compare where the cars pass a shop together with other lines' cars;
        pictures show them too.
    """

    name: str
    cars: pl.DataFrame
    previous: pl.DataFrame
    attributes: tuple[str, ...]
    options: tuple[str, ...]
    rules: tuple[Rule, ...]
    levels: tuple[str, ...]
    weights: tuple[int, ...] | None = None
    source: Source = "python"
    date: str = ""
    line: str = ""
    elsewhere: tuple[str, ...] = ()

    @property
    def counted_levels(self) -> tuple[int, ...]:
        """Numbers of the levels, less those whose rules all count at shops that lines share."""
        here = {rule.level for rule in self.rules}
        every = range(len(self.levels))
        return tuple(at for at in every if at in here or not self.elsewhere)

    @property
    def size(self) -> int:
        """Number of cars of the day."""
        return self.cars.height

    @property
    def idents(self) -> tuple[str, ...]:
        """Idents of the day's cars in the order given."""
        return tuple(self.cars[CAR].to_list())

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each of the day's cars, from 0."""
        return {car: row for row, car in enumerate(self.idents)}

    def fixed(self) -> dict[str, int]:
        """Return the position, from 1, of each car that frozen or pinned rules hold in place."""
        pinned: dict[str, int] = {}
        idents = self.idents
        for rule in self.rules:
            if isinstance(rule, Frozen):
                pinned |= {car: at for at, car in enumerate(idents[: rule.first], start=1)}
            elif isinstance(rule, Pinned):
                pinned |= rule.position_of
        return pinned

    def windows(self) -> dict[str, tuple[int, int]]:
        """Return the earliest and latest position of each car with a hard window."""
        pinned: dict[str, tuple[int, int]] = {}
        for rule in self.rules:
            if isinstance(rule, Windows) and rule.hard:
                for car, early, late in rule.windows:
                    low, high = pinned.get(car, (1, self.size))
                    pinned[car] = max(low, early), min(high, late)
        return pinned

    def level_scale(self, level: int | None) -> int:
        """Return how many units of a level's whole-number total make one unit of its figure."""
        return math.lcm(*(rule.scale for rule in self.rules if rule.level == level))

    def with_rules(self, *rules: Rule) -> Day:
        """Return the day with further rules."""
        return replace(self, rules=(*self.rules, *rules))
