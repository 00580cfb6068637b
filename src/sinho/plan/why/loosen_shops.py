"""Loosening the shops: overtime, patterns, rates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from sinho.plan.arrays import Bools
from sinho.plan.why.case import Case, Limits
from sinho.plan.why.loosen import Candidate, concerned, loosened, needed_parts, put
from sinho.plan.words import join, number, span_of, when
from sinho.units import Floats

HOURS_A_DAY = 24.0

Maker = Callable[[Case, dict[int, list[int]], str], Candidate | None]
"""Makes a relaxation for groups with their periods, and a name for them."""


def _path(case: Case) -> Bools:
    """Return which shops the question's models and their parts pass through, shape (S,)."""
    d = case.data
    found: Bools = ((d.passes @ case.models.astype(float)) > 0) | (
        (d.load_part @ needed_parts(case).astype(float)) > 0
    )
    return found


def _groups(case: Case, limits: Limits) -> Iterator[tuple[int, list[int]]]:
    """Yield the groups on the way of the question's cars with the periods concerned."""
    d, path = case.data, _path(case)
    for g in sorted(set(d.shop_group[path].tolist())):
        found = {
            t for s in np.flatnonzero(d.shop_group == g) for t in limits.periods("hours", int(s))
        }
        yield g, [t for t in concerned(case, sorted(found)) if d.days[g, t] > 0]


def _daily_hours(case: Case) -> Floats:
    """Return the hours of the worked pattern on a day by group and period, shape (G, T)."""
    found: Floats = case.data.pattern_daily[case.patterns]
    return found


def _of_groups(case: Case, limits: Limits, make: Maker) -> Iterator[Candidate]:
    """Yield what is made of each group on the way, and of all that are full."""
    groups = dict(_groups(case, limits))
    singles = [({g: t}, case.data.groups[g]) for g, t in groups.items()]
    for chosen, name in [*singles, *_together(case, groups)]:
        found = make(case, chosen, name)
        if found is not None:
            yield found


def overtime(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield an hour of overtime more a day for each group on the way, and for all that are full."""
    return _of_groups(case, limits, _more_overtime)


def bigger_pattern(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield the next bigger pattern, kept for its smallest stay, as ``overtime`` does."""
    return _of_groups(case, limits, _bigger)


def _together(case: Case, groups: dict[int, list[int]]) -> list[tuple[dict[int, list[int]], str]]:
    """Return the groups with a full shop, where there are several: one alone may not help."""
    d, hours, path = case.data, case.plan.tables["hours"], _path(case)
    starts = {d.spans[t].start for periods in groups.values() for t in periods}
    full = hours.filter(hours["binding"] & hours["period"].is_in(sorted(starts)))
    busy = {
        int(d.shop_group[s])
        for s in np.flatnonzero(path).tolist()
        if d.shops[s] in full["shop"].to_list()
    }
    periods = sorted({t for g in busy for t in groups[g]})
    if len(busy) < 2:
        return []
    chosen = {g: [t for t in periods if d.days[g, t] > 0] for g in sorted(busy)}
    return [(chosen, join([d.groups[g] for g in chosen]) + " together")]


def _more_overtime(case: Case, chosen: dict[int, list[int]], name: str) -> Candidate | None:
    d, daily, currency = case.data, _daily_hours(case), case.plan.currency
    most, cost = d.overtime_max.copy(), d.overtime_cost.copy()
    rates: list[float] = []
    periods: set[int] = set()
    own = False
    for g, places in chosen.items():
        for t in places:
            if not 0 < daily[g, t] <= HOURS_A_DAY - 1 - d.overtime_max[g, t] / d.days[g, t]:
                continue
            if not (cost[g, t] or most[g, t]):
                cost[g, t] = d.patterns[case.patterns[g, t]].cost_per_day / daily[g, t]
                own = True
            most[g, t] += d.days[g, t]
            rates.append(float(cost[g, t]))
            periods.add(t)
    if not rates:
        return None
    note = f"at {span_of(rates)} {currency} an hour"
    if not any(rates):
        note = "at no cost, as neither overtime nor labour is given any"
    elif own:
        note += ", the pattern's own labour cost, as no overtime is given"
    return loosened(
        case,
        f"one more hour of overtime a day in group {name} in {when(d.spans, periods)} ({note})",
        overtime_max=most,
        overtime_cost=cost,
    )


def _bigger(case: Case, chosen: dict[int, list[int]], _: str) -> Candidate | None:
    d, daily = case.data, _daily_hours(case)
    n_t = len(d.spans)
    worked, fixed = case.worked.copy(), d.fixed.copy()
    said: dict[tuple[str, str], list[str]] = {}
    for g, periods in chosen.items():
        hours = {
            n: p.daily
            for n, p in enumerate(d.patterns)
            if p.group == g and periods and p.daily > min(daily[g, t] for t in periods)
        }
        if not hours:
            continue
        n = min(hours, key=lambda place: hours[place])
        pattern = d.patterns[n]
        last = min(max(periods[-1], periods[0] + pattern.fewest - 1), n_t - 1)
        first = max(0, min(periods[0], last - pattern.fewest + 1))
        window = [t for t in range(first, last + 1) if daily[g, t] < hours[n]]
        worked[np.ix_([m for m, p in enumerate(d.patterns) if p.group == g], window)] = 0.0
        worked[n, window] = 1.0
        fixed[g, window] = n
        before = join(sorted({d.patterns[case.patterns[g, t]].name for t in window}), "or")
        new = f"{pattern.name} ({pattern.shifts} x {number(pattern.hours)} h) for {before}"
        if window:
            said.setdefault((new, when(d.spans, window)), []).append(d.groups[g])
    if not said:
        return None
    each = [
        f"pattern {new} in group {join(groups)}{' together' * (len(groups) > 1)} in {periods}"
        for (new, periods), groups in said.items()
    ]
    return Candidate(join(each), replace(d, fixed=fixed), worked)


def installed_rate(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield the installed rate for each full shop that is manned below it."""
    d = case.data
    for s in limits.places("hours"):
        slow = [
            t
            for t in limits.periods("hours", s)
            if d.rate[s, t] < d.installed_rate[s] and d.days[d.shop_group[s], t] > 0
        ]
        if slow:
            yield loosened(
                case,
                f"shop {d.shops[s]} run at its installed rate of {number(d.installed_rate[s])} "
                f"instead of {number(float(d.rate[s, slow].min()))} an hour in "
                f"{when(d.spans, slow)}",
                rate=put(d.rate, (s, slow), d.installed_rate[s]),
            )
