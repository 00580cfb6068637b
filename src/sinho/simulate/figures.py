"""The figures of one replication, as a vector, and where in it each stands."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sinho.simulate.data import Input
from sinho.simulate.kernel import data as k
from sinho.simulate.kernel.order import in_order
from sinho.simulate.nodes import OUT, Station, destinations
from sinho.simulate.pack import Packed
from sinho.simulate.replica import Replica, Window

Floats = NDArray[np.float64]

DAY = 1440.0
SIDES = ("before", "behind")
SEQUENCE = ("in_order", "moved", "batch", "changes", "violations", "spread")
"""Figures of a sequence of cars."""


@dataclass(frozen=True)
class Figures:
    """What is measured of each replication.

    Parameters
    ----------
    input : Input
        The plant and its cars.
    packed : Packed
        The same in arrays.
    window : Window
        What is looked at.
    """

    input: Input
    packed: Packed
    window: Window
    places: dict[str, slice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plan, window = self.packed.plan, self.window
        nodes, lines = len(plan.node), len(self.lines)
        days = 0 if window.end == math.inf else math.ceil(window.end / DAY)
        stores = len(self.stores)
        sizes = {
            "cars": lines,
            "jph": lines,
            "demonstrated": lines,
            "days": lines * days,
            "spent": nodes * k.SUMS,
            "span": 1,
            "open": nodes,
            "by_way": len(plan.ways),
            "by_need": len(plan.needs),
            "level": nodes,
            "most": nodes,
            "samples": window.samples * nodes,
            "lead": 2 * len(self.packed.shops) * k.LEADS,
            "whole": 3,
            "sequence": stores * len(SIDES) * len(SEQUENCE),
        }
        at = 0
        for name, size in sizes.items():
            self.places[name] = slice(at, at + size)
            at += size

    @property
    def size(self) -> int:
        """Length of the vector."""
        return int(self.places["sequence"].stop)

    @cached_property
    def lines(self) -> tuple[str | None, ...]:
        """The lines of the cars."""
        return tuple(self.input.cars["line"].unique(maintain_order=True).to_list())

    @cached_property
    def stores(self) -> tuple[int, ...]:
        """Numbers of the nodes that are stores."""
        kinds = self.packed.plan.node[:, k.KIND]
        return tuple(int(n) for n in np.flatnonzero(kinds == k.STORE))

    @cached_property
    def line(self) -> NDArray[np.int64]:
        """The line of each car, by its place in `lines`."""
        return self.packed.cars.of[: self.input.cars.height, k.LINE]

    @cached_property
    def _dates(self) -> Floats:
        """The day by whose end each car is due; NaN without one."""
        due = self.input.cars["due"].to_numpy(allow_copy=True).astype(float)
        return np.ceil(due / DAY)

    @cached_property
    def _last(self) -> list[NDArray[np.int64]]:
        """Of each line, the stations where it ends."""
        nodes = self.input.plant.nodes
        ends = [
            n
            for n, node in enumerate(nodes)
            if isinstance(node, Station) and not node.rework and OUT in destinations(node.to)
        ]
        return [np.array(ends or range(len(nodes)), np.int64) for _ in self.lines]

    def vector(self, replica: Replica, at: float) -> Floats:
        """Return the figures of a replication that ended at a minute.

        Parameters
        ----------
        replica : Replica
            Its memory.
        at : float
            The minute.
        """
        state, seen, window = replica.state, replica.seen, self.window
        plan, cars = self.packed.plan, self.input.cars.height
        end = min(at, window.end)
        begin = min(window.begin, end)
        span = max(end - begin, 1e-300)
        per = span if end > begin else math.inf  # nothing is looked at: no rate is told
        out, came = seen.out[:cars], seen.came[:cars]
        counted = (out > begin) & (out <= end) if begin > 0 else out <= end
        found = np.zeros(self.size)

        def put(name: str, values: object) -> None:
            found[self.places[name]] = np.asarray(values, float).reshape(-1)

        lines = len(self.lines)
        made = np.bincount(self.line[counted], minlength=lines)
        opened = np.full(len(plan.node), span)
        for node, one in enumerate(self.input.plant.nodes):
            if isinstance(one, Station) and one.calendar is not None:
                opened[node] = one.calendar.worked(end) - one.calendar.worked(begin)
        put("cars", made)
        put("jph", made * 60 / per)
        hours = [opened[last].mean() / 60 if end > begin else 0.0 for last in self._last]
        put("demonstrated", [n / h if h > 0 else 0.0 for n, h in zip(made, hours, strict=True)])
        days = (self.places["days"].stop - self.places["days"].start) // lines
        if days:
            off = np.flatnonzero(out <= window.end)
            day = np.minimum(out[off] // DAY, days - 1).astype(np.int64)
            put("days", np.bincount(self.line[off] * days + day, minlength=lines * days))
        put("spent", state.spent)
        put("span", span)
        put("open", opened)
        put("by_way", state.by_way)
        put("by_need", state.by_need)
        put("level", seen.level / per)
        put("most", state.now[:, k.MOST])
        put("samples", seen.samples)
        lead = seen.lead.copy()
        lead[:, k.INSIDE] /= per
        put("lead", lead)
        inside = np.minimum(out, end) - np.clip(came, begin, end)
        stay = out[counted] - came[counted]
        put("whole", [
            stay.mean() if stay.size else 0.0,
            np.maximum(inside, 0.0)[came < end].sum() / per,
            seen.good[:cars][counted].mean() if stay.size else 0.0,
        ])  # fmt: skip
        put("sequence", [self.sequence(log) for log in self._logs(replica)])
        return found

    def _logs(self, replica: Replica) -> list[NDArray[np.int64]]:
        """Return who entered each store, and who left it, in order."""
        found = []
        for at, node in enumerate(self.stores):
            now = replica.state.now[node]
            for log, count in (
                (replica.seen.entered, now[k.IN]),
                (replica.seen.left, now[k.GONE_BY]),
            ):
                found.append(log[at, : min(int(count), log.shape[1])])
        return found

    def sequence(self, entities: NDArray[np.int64]) -> list[float]:
        """Return the figures of cars that passed in an order, in the order of `SEQUENCE`."""
        if not entities.size:
            return [1.0, 0.0, 0.0, 0.0, 0.0, math.nan]
        of = self.packed.cars.of[entities]
        planned = of[:, k.PLACE]
        rank = np.argsort(np.argsort(planned, kind="stable"), kind="stable")
        changes = int(np.count_nonzero(np.diff(of[:, k.COLOUR_OF])))
        violations = 0.0
        for n, (most, window) in enumerate(self.packed.plan.rules):
            has = (self.packed.cars.options[entities] >> np.uint64(n)) & np.uint64(1)
            sums = np.concatenate([[0], np.cumsum(has.astype(np.int64))])
            first = np.maximum(0, np.arange(1, len(has) + 1) - window)
            over = sums[1:] - sums[first] - most
            violations += float(np.maximum(over, 0).sum())
        return [
            in_order(np.ascontiguousarray(planned)) / len(entities),
            float(np.abs(rank - np.arange(len(rank))).mean()),
            len(entities) / (changes + 1),
            float(changes),
            violations,
            spread(self._dates[planned]),
        ]


def spread(dates: Floats) -> float:
    """Return how many places cars are from the middle place of those due on their date, on average.

    The figure of `sinho.days.scramble`; cars without a date (NaN) do not count, and without any it
    is NaN.
    """
    dated = np.flatnonzero(~np.isnan(dates))
    if not dated.size:
        return math.nan
    away = np.empty(len(dated))
    for date in np.unique(dates[dated]):
        own = dates[dated] == date
        away[own] = np.abs(dated[own] - np.median(dated[own]))
    return float(away.mean())
