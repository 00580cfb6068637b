"""Columns and rows of a program while they are gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sinho.highs import INF, by_column
from sinho.ship.arrays import Ints
from sinho.units import Floats


@dataclass
class Columns:
    """Columns while they are gathered: bounds, kinds and costs at each level."""

    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    whole: list[Ints] = field(default_factory=list)
    contract: list[Floats] = field(default_factory=list)
    late: list[Floats] = field(default_factory=list)
    cost: list[Floats] = field(default_factory=list)
    change: list[Floats] = field(default_factory=list)
    count: int = 0

    def add(
        self,
        size: int,
        *,
        upper: Floats | float = INF,
        whole: int = 1,
        contract: float = 0.0,
        late: Floats | float = 0.0,
        cost: Floats | float = 0.0,
        change: float = 0.0,
    ) -> Ints:
        """Add columns from 0 on; return their numbers."""
        at = np.arange(self.count, self.count + size, dtype=np.int64)
        self.count += size
        self.lower.append(np.zeros(size))
        self.whole.append(np.full(size, whole, dtype=np.int64))
        for pile, value in (
            (self.upper, upper),
            (self.contract, contract),
            (self.late, late),
            (self.cost, cost),
            (self.change, change),
        ):
            pile.append(np.broadcast_to(np.asarray(value, dtype=float), (size,)))
        return at


@dataclass
class Rows:
    """Rows while they are gathered: bounds, and entries as row, column and value."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)

    def add(
        self,
        lower: float,
        upper: float,
        *entries: tuple[Ints | Sequence[int], Floats | float],
    ) -> int:
        """Add a row: its bounds, and columns with their values; return its number."""
        at = len(self.lower)
        self.lower.append(lower)
        self.upper.append(upper)
        for columns, values in entries:
            where = np.asarray(columns, dtype=np.int64)
            self.row.append(np.full(len(where), at, dtype=np.int64))
            self.column.append(where)
            self.value.append(np.broadcast_to(np.asarray(values, dtype=float), where.shape))
        return at

    def by_column(self, count: int) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
        """Return the entries of so many columns: where each begins, rows and values."""
        return by_column(
            count,
            np.concatenate(self.column),
            np.concatenate(self.row),
            np.concatenate(self.value),
        )
