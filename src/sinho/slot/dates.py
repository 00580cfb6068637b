"""What the days cost an order by themselves, in words: vessels, cut-offs, days late and waited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from sinho.errors import counted
from sinho.hub.voyages import voyages_of
from sinho.slot.cells import Ints
from sinho.slot.data import Input
from sinho.slot.days import written


@dataclass(frozen=True)
class Dates:
    """When an order leaves if it is built on each day, and what that costs by itself.

    Parameters
    ----------
    days : tuple of datetime.date
        The working days.
    wanted : datetime.date
        The day wanted.
    ready, leaves : ndarray of int, shape (days,)
        When it is ready and when it leaves, as ordinals.
    ways : tuple of str
        How it leaves, in words.
    late_cost, early_cost : float
        What a day late and a day from ready to leaving, or to the day wanted, cost.
    """

    days: tuple[dt.date, ...]
    wanted: dt.date
    ready: Ints
    leaves: Ints
    ways: tuple[str, ...]
    late_cost: float
    early_cost: float

    def late(self, day: int) -> int:
        """Return how many days late it leaves."""
        return max(0, int(self.leaves[day]) - self.wanted.toordinal())

    def waits(self, day: int) -> int:
        """Return the days from ready to leaving or to the day wanted, whichever is later."""
        end = max(self.wanted.toordinal(), int(self.leaves[day]))
        return max(0, end - int(self.ready[day]))

    def cost(self, day: int) -> float:
        """Return what a day costs it by itself, apart from moving it."""
        return self.late_cost * self.late(day) + self.early_cost * self.waits(day)

    def parts(self, day: int) -> str:
        """Say of what that cost consists; empty where it is nothing."""
        said, late, waits = [], self.late(day), self.waits(day)
        if late and self.late_cost:
            said.append(f"{counted(late, 'day')} late ({late * self.late_cost:,.1f})")
        if waits and self.early_cost:
            until = "leaving" if late else "the day wanted"
            cost = waits * self.early_cost
            said.append(f"{counted(waits, 'day')} from ready to {until} ({cost:,.1f})")
        return " and ".join(said)

    def last_in_time(self, days: Sequence[int]) -> int | None:
        """Return the last of some days on which it is not late; None: there is none."""
        return max((day for day in days if not self.late(day)), default=None)

    def last_ready(self, days: Sequence[int]) -> int | None:
        """Return the last of some days on which it is ready by the day wanted; None: none."""
        due = self.wanted.toordinal()
        return max((day for day in days if self.ready[day] <= due), default=None)

    def said(self, days: Sequence[int]) -> str:
        """Say by which of some days it has to be built, and what comes of the next one."""
        if not days:
            return f"Wanted {written(self.wanted)}."
        least = min(self.late(day) for day in days)
        last = max(day for day in days if self.late(day) == least)
        behind = min((day for day in days if day > last), default=None)
        text = f"Wanted {written(self.wanted)}"
        if behind is None and not least:
            text += "; any of these days meets that. Built on the last of them, "
            return f"{text}{written(self.days[last])}, it leaves {self.ways[last]}."
        text += "; none of these days meets that. " if least else ". "
        first = "on" if last == days[0] else "by"
        text += f"Built {first} {written(self.days[last])} it leaves {self.ways[last]}, "
        text += self._outcome(last) if least else "in time"
        if behind is not None:
            text += f"; built on {written(self.days[behind])} it leaves {self.ways[behind]}, "
            text += self._outcome(behind)
        return f"{text}."

    def _outcome(self, day: int) -> str:
        late = self.late(day)
        return f"{counted(late, 'day')} late, which costs {self.cost(day):,.1f}"


def dates_of(data: Input, order: Mapping[str, Any]) -> Dates:
    """Return when an order leaves if it is built on each of the days.

    Parameters
    ----------
    data : Input
        Days, lanes, vessels and weights.
    order : mapping of str to object
        ``market``, ``wanted`` and ``priority``.
    """
    params = data.params
    days = tuple(data.days["date"].to_list())
    ready = np.array([day.toordinal() for day in days], dtype=np.int64) + params.lead_days
    leaves, ways = _leaving(data, data.lanes.get(order["market"]), ready)
    return Dates(
        days=days,
        wanted=order["wanted"],
        ready=ready,
        leaves=leaves,
        ways=ways,
        late_cost=params.late_cost * 2.0 ** (2 - order["priority"]),
        early_cost=params.early_cost,
    )


def _leaving(data: Input, lane: str | None, ready: Ints) -> tuple[Ints, tuple[str, ...]]:
    """Return when cars leave that are ready on some days, and how, in words."""
    day = dt.date.fromordinal
    if lane is None:
        return ready, tuple(f"by road on {written(day(one))}" for one in ready.tolist())
    calls = voyages_of(data.vessels.filter(pl.col("lane") == lane)).get(lane)
    if calls is None:
        none = f"no vessel of lane {lane} is listed"
        return ready, tuple(f"on {written(day(one))} ({none})" for one in ready.tolist())
    leaves = calls.leaves(ready)
    ways = []
    for voyage, gone in zip(calls.first(ready).tolist(), leaves.tolist(), strict=True):
        if voyage < len(calls.vessels):
            cutoff = written(day(int(calls.cutoffs[voyage])))
            ways.append(
                f"with {calls.vessels[voyage]} (cut-off {cutoff}, sails {written(day(gone))})"
            )
        else:
            wait = f"no vessel is listed, a wait of {counted(calls.gap, 'day')} is taken"
            ways.append(f"on {written(day(gone))} ({wait})")
    return leaves, tuple(ways)
