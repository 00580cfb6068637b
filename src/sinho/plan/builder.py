"""Gathering the rows and columns of a program."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sinho.highs import INF
from sinho.plan.arrays import Ints
from sinho.plan.program import Block, Posting, Program
from sinho.units import Floats, starts_of


@dataclass
class Builder:
    """Collects rows, then columns with their entries."""

    rows: dict[str, Block] = field(default_factory=dict)
    columns: dict[str, Block] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)
    row_bounds: list[tuple[Floats, Floats]] = field(default_factory=list)
    column_bounds: list[tuple[Floats, Floats]] = field(default_factory=list)
    integer: list[NDArray[np.bool_]] = field(default_factory=list)
    counts: list[Ints] = field(default_factory=list)
    index: list[NDArray[np.int32]] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    n_rows: int = 0
    n_columns: int = 0

    def add_rows(self, name: str, lower: Floats, upper: Floats, index: Ints) -> int:
        """Add a run of rows and return its first row."""
        first = self.n_rows
        self.n_rows += len(lower)
        self.rows[name] = Block(first, self.n_rows, index)
        self.row_bounds.append((lower, upper))
        return first

    def add_columns(
        self,
        name: str,
        upper: Floats,
        index: Ints,
        entries: list[tuple[Ints, Floats | float]],
        *,
        lower: Floats | None = None,
        integer: NDArray[np.bool_] | None = None,
        postings: list[tuple[str, Floats] | tuple[str, Floats, int]] | None = None,
    ) -> None:
        """Add a run of columns; an entry with row -1 is absent."""
        n = len(upper)
        first = self.n_columns
        self.n_columns += n
        self.columns[name] = Block(first, self.n_columns, index)
        self.column_bounds.append((np.zeros(n) if lower is None else lower, upper))
        self.integer.append(np.zeros(n, dtype=bool) if integer is None else integer)
        for posting in postings or []:
            if np.any(posting[1]):
                shift = posting[2] if len(posting) > 2 else 0
                self.postings.append(Posting(posting[0], name, posting[1], shift))
        rows = np.empty((n, len(entries)), dtype=np.int32)
        values = np.empty((n, len(entries)))
        for place, (row, value) in enumerate(entries):
            rows[:, place] = row
            values[:, place] = value
        present = (rows >= 0) & (values != 0)
        if present.all():
            self.counts.append(np.full(n, len(entries), dtype=np.int64))
            self.index.append(rows.ravel())
            self.value.append(values.ravel())
        else:
            self.counts.append(present.sum(axis=1))
            self.index.append(rows[present])
            self.value.append(values[present])

    def program(self) -> Program:
        """Return the program."""
        cost = np.zeros(self.n_columns)
        for posting in self.postings:
            cost[self.columns[posting.block].at] -= posting.coefficient
        start = starts_of(np.concatenate(self.counts)).astype(np.int32)
        return Program(
            cost=cost,
            lower=np.concatenate([low for low, _ in self.column_bounds]),
            upper=np.concatenate([high for _, high in self.column_bounds]),
            integer=np.concatenate(self.integer),
            row_lower=np.concatenate([low for low, _ in self.row_bounds]),
            row_upper=np.concatenate([high for _, high in self.row_bounds]),
            start=start,
            index=np.concatenate(self.index),
            value=np.concatenate(self.value),
            columns=self.columns,
            rows=self.rows,
            postings=tuple(self.postings),
        )


def grid_of(*sizes: int) -> Ints:
    """Return all index tuples of a grid in C order, shape (product, len(sizes))."""
    return np.stack(
        [axis.ravel() for axis in np.meshgrid(*map(np.arange, sizes), indexing="ij")], axis=1
    ).astype(np.int64)


def finite_rows(b: Builder, name: str, capacity: Floats) -> Ints:
    """Add a row for every finite capacity and return the row of each place, -1 where none."""
    place = np.argwhere(~np.isnan(capacity)).astype(np.int64)
    bound = capacity[tuple(place.T)]
    first = b.add_rows(name, np.full(len(place), -INF), bound, place)
    rows = np.full(capacity.shape, -1, dtype=np.int64)
    rows[tuple(place.T)] = first + np.arange(len(place))
    return rows
