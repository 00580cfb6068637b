"""Shift patterns that are given by date: what they leave to choose, and what they add to a period.

A group has one pattern of its *own* in each period: the one that is chosen, or, where the whole
period is given, the last one given. On the days on which another one is given that one is worked,
whatever the own one is. So a period is a row of stretches, and the whole horizon a chain of them:
hours, labour and changes of pattern follow from the chain by dates.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sinho.hub.calendar import fixed_patterns
from sinho.plan.arrays import Given, Ints, Pattern, Stretch
from sinho.units import Floats, Period

if TYPE_CHECKING:
    from sinho.hub import Hub

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Dated:
    """A pattern that is given from one day to another, both included."""

    start: dt.date
    end: dt.date
    pattern: int


def _dated(
    hub: Hub, place: dict[tuple[str, str], int], spans: Sequence[Period]
) -> dict[str, list[Dated]]:
    """Return the patterns that are given, by group.

    Where periods are weeks, a month in which a pattern begins or ends to be given has the weeks
    whose Thursdays lie in it.
    """
    found: dict[str, list[Dated]] = {}
    for group, pattern, start, end in fixed_patterns(hub):
        if start.day == 1:
            start = min((s.start for s in spans if s.month >= start), default=start)
        if end is None:
            end = spans[-1].end
        elif (end + DAY).day == 1:
            last = end
            end = min((s.start - DAY for s in spans if s.month > last), default=end)
        found.setdefault(group, []).append(Dated(start, end, place[group, pattern]))
    return {group: sorted(given, key=lambda one: one.start) for group, given in found.items()}


def _stretches(
    given: Sequence[Dated], span: Period, worked: Floats, first: dt.date
) -> Iterator[tuple[dt.date, dt.date, int, float]]:
    """Yield the stretches of a period: first and last day, pattern (-1: the own one), days."""
    day = span.start
    for one in [*given, Dated(span.end + DAY, span.end + DAY, -1)]:
        start, end = max(one.start, span.start), min(one.end, span.end)
        free = min(start - DAY, span.end)
        for since, until, pattern in ((day, free, -1), (start, end, one.pattern)):
            if since <= until:
                days = worked[(since - first).days : (until - first).days + 1]
                yield since, until, pattern, float(days.sum())
        day = max(day, end + DAY)


def given_patterns(
    hub: Hub,
    patterns: Sequence[Pattern],
    groups: Sequence[str],
    spans: Sequence[Period],
    days: Floats,
    day_shares: dict[str, Floats],
) -> tuple[Ints, Given]:
    """Return the own patterns that are given, and what else dates give.

    Parameters
    ----------
    hub : Hub
        The hub.
    patterns : sequence of Pattern
        All patterns.
    groups : sequence of str
        The G groups.
    spans : sequence of Period
        The T periods.
    days : ndarray, shape (G, T)
        Working days.
    day_shares : dict of str to ndarray
        Worked share of every day, by group.

    Returns
    -------
    tuple of (ndarray of int, Given)
        The own pattern where the whole period is given (-1: chosen), shape (G, T); and the rest.
    """
    shape, sizes = (len(groups), len(spans)), (len(patterns), len(spans))
    fixed = np.full(shape, -1, dtype=np.int64)
    own_days, hours, cost = days.copy(), np.zeros(shape), np.zeros(shape)
    before, broken, change = np.full(shape, -1), np.zeros(sizes, dtype=bool), np.zeros(sizes)
    place = {(groups[p.group], p.name): n for n, p in enumerate(patterns)}
    given = _dated(hub, place, spans)
    found: list[Stretch] = []
    for g, name in enumerate(groups):
        own = [n for n, p in enumerate(patterns) if p.group == g]
        chain: list[int] = []
        opened = [n for n in own if patterns[n].opening]
        for t, span in enumerate(spans):
            rows = list(_stretches(given.get(name, ()), span, day_shares[name], spans[0].start))
            if all(pattern >= 0 for *_, pattern, _ in rows):
                fixed[g, t] = rows[-1][2]
                rows[-1] = (*rows[-1][:2], -1, rows[-1][3])
            at = [n for n, row in enumerate(rows) if row[2] < 0]
            found += [Stretch(g, t, *row) for row in rows]
            inside = [row for row in rows if row[2] >= 0]
            if inside:
                own_days[g, t] = sum(row[3] for row in rows if row[2] < 0)
                hours[g, t] = sum(row[3] * patterns[row[2]].daily for row in inside)
                cost[g, t] = sum(row[3] * patterns[row[2]].cost_per_day for row in inside)
            # what is given between the own pattern of the period before and this one's
            chain += [row[2] for row in rows[: at[0]]]
            if chain:
                before[g, t] = chain[-1]
                broken[own, t] = [any(n != other for other in chain) for n in own]
                for n in own if t else ():
                    change[n, t - 1] += _changes(patterns, [n, *chain])
                if not t:
                    change[own, 0] += _changes(patterns, [*opened, *chain])
            for n in own:
                change[n, t] += _changes(
                    patterns, [n if row[2] < 0 else row[2] for row in rows[at[0] : at[-1] + 1]]
                )
            chain = [row[2] for row in rows[at[-1] + 1 :]]
        if chain:
            for n in own:
                change[n, -1] += _changes(patterns, [n, *chain])
    return fixed, Given(tuple(found), own_days, hours, cost, change, before, broken)


def _changes(patterns: Sequence[Pattern], chain: Sequence[int]) -> float:
    """Return the cost of the changes along a chain of patterns."""
    return sum(patterns[b].change_cost for a, b in itertools.pairwise(chain) if a != b)
