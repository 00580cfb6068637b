"""Why one order is built on its day and not on another, and what would lift that."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from sinho.errors import counted
from sinho.slot.arrays import Arrays
from sinho.slot.binding import (
    SMALL,
    binding,
    capital,
    change,
    own_cost,
    room_for,
    said,
    total,
)
from sinho.slot.cells import Cell
from sinho.slot.data import Input
from sinho.slot.dates import Dates
from sinho.slot.days import Days, written
from sinho.slot.search import Slotting

NAMED = 4
"""Reasons that are named one by one."""

KINDS = {
    "capacity": "the line's hours",
    "part": "part",
    "shop": "the hours of",
    "corridor": "the corridor of model",
    "split": "the plan's split of model",
    "entitlement": "the contracted slots of",
    "volume": "the even number of",
    "option": "option",
    "work": "station",
    "model": "model",
    "colour": "colour",
}
"""What a kind of cell is called before its name."""


def called(cell: Cell, days: Days) -> str:
    """Return what a cell is called; a line that is the only one has no name."""
    kind = cell.kind.removesuffix(" limit")
    if kind == "capacity":
        return f"the hours of line {cell.line}" if days.several else KINDS[kind]
    on = f" on line {cell.line}" if days.several and cell.line else ""
    return f"{KINDS[kind]} {cell.name}{on}"


@dataclass(frozen=True)
class OrderReasons:
    """An order that is asked about, and the slotting in which it stands.

    Parameters
    ----------
    data : Input
        The tables.
    arrays, slotting
        The problem, and its slotting with the days found.
    at : int
        The order.
    row : mapping of str to object
        What it says.
    dates : Dates
        What the days cost it by themselves.
    """

    data: Input
    arrays: Arrays
    slotting: Slotting
    at: int
    row: Mapping[str, Any]
    dates: Dates

    @cached_property
    def q(self) -> int:
        """Its class."""
        return int(self.arrays.alike[self.at])

    @cached_property
    def here(self) -> int:
        """Its day; -1: none."""
        return int(self.slotting.day_of[self.at])

    @cached_property
    def possible(self) -> list[int]:
        """Days on lines that can build it; all of them where none can."""
        days = list(range(self.arrays.days))
        return [day for day in days if self.bare(day) < math.inf] or days

    @cached_property
    def worked(self) -> list[int]:
        """Those of them on which the line works; all of them where it works on none."""
        capacity = self.data.days["capacity"].to_list()
        return [day for day in self.possible if capacity[day] > 0] or self.possible

    @cached_property
    def inside(self) -> list[int]:
        """Those of them on which it may be built as far as it alone is concerned."""
        first, last = int(self.arrays.first[self.q]), int(self.arrays.last[self.q])
        within = [day for day in self.possible if first <= day <= last]
        return [day for day in within if day in set(self.worked)] or within

    def own(self, day: int) -> float:
        """Return what a day costs it by itself, its move included; -1: no day."""
        return own_cost(self.arrays, self.q, day)

    def bare(self, day: int) -> float:
        """Return the same without its move."""
        return float(self.arrays.costs[self.arrays.cost_class[self.q], day])

    def best(self, days: list[int], *, moved: bool = True) -> int:
        """Return the cheapest of some days, the last of several, by what it costs by itself."""
        return min(days, key=lambda day: (self.own(day) if moved else self.bare(day), -day))

    def answer(self) -> list[str]:
        """Return all sentences."""
        lines = [self.dates.said(self.worked)]
        if self.row["fixed"] is not None:
            return lines + self.fixed()
        if self.arrays.first[self.q] > self.arrays.last[self.q]:
            return [*lines, f"It cannot be built in these days: {self.never()}."]
        if self.here < 0:
            return lines + self.homeless()
        if self.arrays.frozen[self.q]:
            text = f"It lies in {self.zone()}, and stays on {self.day(self.here)}."
            return [*lines, text, *self.dearer("a shorter frozen zone (frozen_days)")]
        lines.append(self.costs(self.here))
        if self.arrays.first[self.q] == self.arrays.last[self.q]:
            only = "is the only one of these days on which it can be built."
            return [*lines, f"{self.day(self.here)} {only}", *self.outside()]
        return lines + self.outside() + self.elsewhere()

    def day(self, day: int) -> str:
        """Write a day."""
        return self.arrays.calendar.written(day)

    def zone(self) -> str:
        """Name the frozen zone."""
        first = min(self.data.params.frozen_days, len(self.arrays.calendar.calendar))
        return f"the frozen zone (the first {counted(first, 'working day')})"

    def costs(self, day: int) -> str:
        """Say what a day costs it by itself, and why."""
        return f"On {self.day(day)} it costs {self.priced(day)}."

    def priced(self, day: int) -> str:
        """Write what a day costs it by itself, and of what that consists."""
        parts = [self.dates.parts(day)] if self.dates.parts(day) else []
        line = self.bare(day) - self.dates.cost(day)
        if line > SMALL:
            where = self.arrays.calendar.called(self.arrays.calendar.lines[day])
            parts.append(f"{where}, which its model does not prefer ({line:,.1f})")
        moved = self.own(day) - self.bare(day)
        if moved > SMALL:
            former = self.day(int(self.arrays.former[self.q]))
            parts.append(f"leaving its former day {former} ({moved:,.1f})")
        return f"{self.own(day):,.1f} by itself" + (f": {', '.join(parts)}" if parts else "")

    def fixed(self) -> list[str]:
        """Say why an order with a fixed day has it or not."""
        fixed = self.row["fixed"]
        lines = [f"It is fixed to {written(fixed)}."]
        if self.here >= 0:
            return [*lines, self.costs(self.here), *self.dearer("another fixed date, or none,")]
        if fixed not in self.arrays.dates:
            return [*lines, "That is none of these working days, so it has no day."]
        days = [day for day in self.possible if self.arrays.dates[day] == fixed]
        if not days or self.arrays.first[self.q] > self.arrays.last[self.q]:
            return [*lines, f"It has no day: {self.no_line()}."]
        there = self.best(days)
        binds = binding(change(self.arrays, self.slotting, (self.q, -1, there)))
        lines.append("It has no day: other orders hold what it needs there.")
        lines += [said(self.arrays, self.slotting, bind) for bind in binds[:NAMED]]
        return [*lines, *self.room(there, stuck=True, alone=0.0)]

    def dearer(self, lift: str) -> list[str]:
        """Say which day would suit an order better that is held on its own, and what lifts that."""
        best = self.best(self.worked, moved=False)
        gain = self.bare(self.here) - self.bare(best)
        if gain <= SMALL:
            return ["No day suits it better."]
        return [f"{self.day(best)} would save {gain:,.1f} by itself; {lift} would lift that."]

    def outside(self) -> list[str]:
        """Say what bars the day that suits it best, where that is none of its own days."""
        ideal = self.best(self.worked, moved=False)
        if ideal in self.inside or self.bare(ideal) >= self.bare(self.here) - SMALL:
            return []
        cost = f"{self.bare(ideal):,.1f} by itself"
        return [f"{self.day(ideal)} would suit it best ({cost}), but {self.barred(ideal)}."]

    def barred(self, day: int) -> str:
        """Say why it cannot be built on a day, whatever the others do."""
        model, (sop, eop) = self.row["model"], self.life()
        date = self.arrays.dates[day]
        if sop is not None and date < sop:
            return f"model {model} starts on {written(sop)}; an earlier sop would lift that"
        if eop is not None and date > eop:
            return f"model {model} ends on {written(eop)}; a later eop would lift that"
        return (
            f"it lies in {self.zone()}, into which no order is moved; fewer frozen_days would "
            "lift that"
        )

    def never(self) -> str:
        """Say why none of the days is open to it."""
        if self.arrays.costs[self.arrays.cost_class[self.q], -1] == 0:
            ahead = self.data.params.ahead_days
            return (
                f"it is wanted more than {ahead:,} days (ahead_days) after the cars of the last "
                "day are ready, so it waits for a later run; a larger ahead_days would lift that"
            )
        if self.bare(self.possible[0]) == math.inf:
            return self.no_line()
        sop, eop = self.life()
        first, last = self.arrays.dates[0], self.arrays.dates[-1]
        if sop is not None and sop > last:
            return self.barred(self.arrays.days - 1)
        if eop is not None and eop < first:
            return self.barred(0)
        if (
            sop is not None
            and eop is not None
            and not any(sop <= date <= eop for date in self.arrays.dates)
        ):
            model = self.row["model"]
            return (
                f"model {model} is built from {written(sop)} to {written(eop)} alone, and none of "
                "them is among these days"
            )
        return f"the days on which its model is built lie in {self.zone()}; fewer would lift that"

    def no_line(self) -> str:
        """Say why no line that works can build it."""
        line, model = self.row["line"], self.row["model"]
        if line is not None:
            return (
                f"it is fixed to line {line}, which does not work then, or cannot build model "
                f"{model} by then; another line, or none, would lift that"
            )
        return (
            f"no line that works then can build model {model} by then; a line more, or an earlier "
            "start, in table model_lines would lift that"
        )

    def life(self) -> tuple[dt.date | None, dt.date | None]:
        """Return start and end of production of its model."""
        own = self.data.lives.filter(pl.col("model") == self.row["model"])
        return own.select("sop", "eop").row(0) if own.height else (None, None)

    def elsewhere(self) -> list[str]:
        """Say what keeps an order from days that would suit it better."""
        best = self.best(self.inside)
        lines: list[str] = []
        seen = {self.here, best}
        if self.own(self.here) <= self.own(best) + SMALL:
            lines += self.stays()
        else:
            lines += self.hindered(best, "would suit it best")
            timely = self.dates.last_in_time(self.inside)
            if timely is not None and timely not in seen and self.dates.late(self.here):
                seen.add(timely)
                lines += self.hindered(timely, "is the last day that meets the day wanted")
        ready = self.dates.last_ready(self.worked)
        if ready is None or ready in seen or not self.dates.late(ready):
            return lines
        text = f"Built on {self.day(ready)}, the last day to be ready by the day wanted, it would "
        return [*lines, f"{text}cost {self.priced(ready)}."]

    def stays(self) -> list[str]:
        """Say why no day suits it better than its own."""
        bare = self.best(self.inside, moved=False)
        gain = self.bare(self.here) - self.bare(bare)
        if gain <= SMALL:
            return [f"No {'other ' if self.outside() else ''}day suits it better."]
        moving = float(self.arrays.moving[self.q])
        firm = self.arrays.former[self.q] < self.arrays.calendar.until(self.data.params.firm_days)
        lift = "fewer firm_days or a lower firm_cost" if firm else "a lower moved_cost"
        zone = " in the firm zone" if firm else ""
        return [
            f"{self.day(bare)} would save {gain:,.1f} by itself, but leaving its former day"
            f"{zone} costs {moving:,.1f}; {lift} would lift that."
        ]

    def hindered(self, there: int, what: str) -> list[str]:
        """Say what keeps it from a day, and what would lift that."""
        lines = [f"{self.day(there)} {what}: {self.priced(there)}."]
        changes = change(self.arrays, self.slotting, (self.q, self.here, there))
        binds = binding(changes)
        lines += [said(self.arrays, self.slotting, bind) for bind in binds[:NAMED]]
        gain, rules = self.own(self.here) - self.own(there), total(changes)
        stuck = any(bind.hard for bind in binds)
        verb = "moving" if self.here >= 0 else "building"
        if stuck:
            lines.append("So it cannot move there by itself.")
        elif gain <= SMALL < rules - gain:
            lines.append(f"{verb.capitalize()} it there would cost {rules - gain:,.1f} in all.")
        elif rules - gain > SMALL:
            lines.append(
                f"{verb.capitalize()} it there would save {gain:,.1f} by itself and cost "
                f"{rules:,.1f} in rules."
            )
        else:
            room = "There is room: " + verb if self.here < 0 else verb.capitalize()
            lines.append(
                f"{room} it there would save {gain - rules:,.1f} in all; a longer search may find "
                "that."
            )
            return lines
        return lines + self.beside(there) + self.room(there, stuck=stuck, alone=rules - gain)

    def beside(self, there: int) -> list[str]:
        """Say whether the other lines of a date have room for it."""
        days = self.arrays.calendar
        lines: list[str] = []
        for day in days.on_date[days.dates[there]]:
            line = capital(days.called(days.lines[day]))
            if day in (there, self.here) or day not in self.inside:
                if self.bare(day) == math.inf and self.row["line"] is None:
                    lines.append(f"{line} cannot build it on that date.")
                continue
            changes = change(self.arrays, self.slotting, (self.q, self.here, day))
            hard = [bind for bind in binding(changes) if bind.hard]
            if hard:
                lines.append(said(self.arrays, self.slotting, hard[0]))
                continue
            cost = self.own(day) + total(changes)
            if self.here < 0:
                lines.append(f"{line} has room on that date: {cost:,.1f} there, rules included.")
                continue
            more = cost - self.own(self.here)
            what = f"cost {more:,.1f}" if more > -SMALL else f"save {-more:,.1f}"
            lines.append(f"{line} has room on that date: building it there would {what} in all.")
        return lines

    def room(self, there: int, *, stuck: bool, alone: float) -> list[str]:
        """Say which order could make room for it on a day, where that is better than its move."""
        if there not in self.worked:
            return []
        found = room_for(self.arrays, self.slotting, self.at, there)
        if found is None:
            return ["No order was found whose move would make room for it there."] if stuck else []
        if not stuck and found.change >= alone - SMALL:
            return []
        name = self.data.orders["order"][found.order]
        how = (
            f"Changing places with order {name}"
            if (there, self.here) == (self.slotting.day_of[found.order], found.day)
            else f"Order {name} would make room if built on {self.day(found.day)}; both moves"
        )
        if found.change > SMALL:
            return [f"{how} would cost {found.change:,.1f} more in all."]
        if found.change < -SMALL:
            return [f"{how} would save {-found.change:,.1f} in all; a longer search may find that."]
        return [f"{how} would cost as much in all."]

    def homeless(self) -> list[str]:
        """Say why an order has no day."""
        after: dict[int, float] = {}
        first: Counter[str] = Counter()
        for day in self.inside:
            binds = change(self.arrays, self.slotting, (self.q, -1, day))
            if any(bind.hard for bind in binds):
                cell = self.arrays.named[binds[0].cell]
                first[called(cell, self.arrays.calendar)] += 1
            else:
                after[day] = self.own(day) + total(binds)
        if after:
            there = min(after, key=lambda day: (after[day], day))
            return ["It has no day.", *self.hindered(there, "would suit it best")]
        kept = ", ".join(f"{what} on {days:,}" for what, days in first.most_common(NAMED))
        lines = [
            "It has no day: none of its days was left within the hard limits. Of "
            f"{counted(len(self.inside), 'day')} it is kept away by {kept}."
        ]
        best = self.best(self.inside)
        lines += self.hindered(best, "would suit it best")
        timely = self.dates.last_in_time(self.inside)
        if timely is not None and timely != best:
            lines += self.hindered(timely, "is the last day that meets the day wanted")
        return lines
