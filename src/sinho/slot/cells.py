"""Rows and cells: what rules count, and the cost of it.

A *row* counts something day by day: capacity used, cars with an option, cars of a model. A *cell*
is a row in one day, or in a month or week where the rule counts over these; it has a cost curve of
its use: hard limits at ``least`` and ``most``, a band ``low`` to ``high`` without cost, and a
second, steeper limit ``top``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sinho.slot.days import Days
from sinho.slot.kernel.columns import (
    BATCH,
    COLUMNS,
    HIGH,
    LEAST,
    LOW,
    MOST,
    TOP,
    UNIT,
    W_HARD,
    W_HIGH,
    W_LEAST,
    W_LOW,
    W_TOP,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Flags = NDArray[np.bool_]

NONE = 1e15
"""Stands for a limit that there is not."""

HARD = 40.0
"""Price of breaking a hard limit in the search, in times the most that an order can cost."""

SHORT = 1.5
"""The same of a car that a month's least is short of: more than any order costs; with an order
without a day less than the smallest piece of a limit that is physical, so that no car is built
without its parts or hours to reach a volume."""

PIECE = 0.1
"""The smallest piece of a unit that is priced: what is less beyond a limit costs as much. So no
order goes beyond a limit for its own sake, but a rule of whole cars is kept before a tenth."""

WHOLE = 1e-6
"""What a number of cars may be off by before it is rounded to whole ones."""


@dataclass(frozen=True)
class Cell:
    """What a cell counts, for tables and explanations.

    Parameters
    ----------
    kind : str
        ``capacity``, ``part``, ``shop``, ``corridor``, ``split``, ``entitlement``, ``volume``,
        ``option``, ``work``, ``model`` or ``colour``; ``option limit``, ``model limit`` or ``colour
        limit``, where a limit is not of the same days as the levels are.
    name : str
        The option, station, model and so on.
    days : tuple of int
        Days that it counts over.
    line : str or None
        The line that it is of; None: of several.
    target : float
        Even share, or NaN.
    sequence : bool
        Whether its hard limit is what hard rules of the sequence bear.
    """

    kind: str
    name: str
    days: tuple[int, ...]
    line: str | None = None
    target: float = float("nan")
    sequence: bool = False

    @property
    def first(self) -> int:
        """Its first day."""
        return self.days[0]

    @property
    def last(self) -> int:
        """Its last day."""
        return self.days[-1]


Rule = tuple[str | None] | None


@dataclass
class Rows:
    """Rows and cells while they are gathered."""

    days: Days
    dearest: float
    weighed: int = 1 << 30
    units: list[float] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    maps: list[Small] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    curves: list[list[float]] = field(default_factory=list)

    def row(self, kind: str, name: str, unit: float = 1.0, of: Rule = None) -> int:
        """Add a row without cells.

        ``unit``: the least that an order takes of it; ``of``: the line that its rule names, None in
        it where that is none; without it cells are of the line of their days.
        """
        self.names.append((kind, name))
        self.rules.append(of)
        self.units.append(unit)
        self.maps.append(np.full(len(self.days), -1, dtype=np.int32))
        return len(self.names) - 1

    def cell(
        self,
        row: int,
        days: Sequence[int],
        to: Mapping[str, float],
        *,
        target: float = float("nan"),
        sequence: bool = False,
        name: str = "",
    ) -> None:
        """Add a cell of a row over some days, or tighten the hard limits of the one there.

        ``to``: its curve; ``name``: what it counts, where that is not what the row says.
        """
        known = int(self.maps[row][days[0]])
        least, most = to.get("least", 0.0), to.get("most", NONE)
        if row >= self.weighed:
            least, most = math.ceil(least - WHOLE), math.floor(most + WHOLE)
        if known >= 0:
            curve = self.curves[known]
            curve[MOST] = min(curve[MOST], most)
            curve[LEAST] = max(curve[LEAST], least)
            return
        kind, plain = self.names[row]
        self.maps[row][list(days)] = len(self.cells)
        lines = {self.days.lines[day] for day in days}
        (line,) = self.rules[row] or (lines if len(lines) == 1 else (None,))
        self.cells.append(Cell(kind, name or plain, tuple(days), line, target, sequence))
        curve = [0.0] * COLUMNS
        curve[UNIT] = PIECE * self.units[row]
        curve[LEAST] = least
        curve[LOW] = to.get("low", 0.0)
        curve[HIGH] = to.get("high", NONE)
        curve[TOP] = to.get("top", NONE)
        curve[MOST] = most
        curve[W_LOW] = to.get("w_low", 0.0)
        curve[W_HIGH] = to.get("w_high", 0.0)
        curve[W_TOP] = to.get("w_top", 0.0)
        curve[W_HARD] = HARD * self.dearest / self.units[row]
        curve[W_LEAST] = SHORT * self.dearest
        curve[BATCH] = to.get("batch", 0.0)
        self.curves.append(curve)


Entries = tuple[Ints, Ints]
"""Classes, and the row that counts the orders of each."""


def counting(members: Ints, row: int) -> Entries:
    """Return that a row counts the orders of some classes, each once."""
    return members, np.full(len(members), row, dtype=np.int64)
