"""What binds, in sentences with figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sinho.plan.why.arithmetic import one_more
from sinho.plan.why.binding import TELLERS
from sinho.plan.why.case import Case, Limits, requested_of, rivals, settle
from sinho.plan.why.linear import optimum
from sinho.plan.words import cars, count, join, number, some, span_of, when

MOST_NAMED = 6


def reasons(case: Case, limits: Limits) -> list[str]:
    """Say what binds for a question.

    Parameters
    ----------
    case : Case
        The question and its plan.
    limits : Limits
        What stands in the way of its cars.

    Returns
    -------
    list of str
        Sentences: the arithmetic of the car that is missing most, then every limit with its
        periods and what one more unit of it is worth, patterns and overtime, ties.
    """
    said: list[str] = []
    cell = _telling_cell(case)
    if cell is not None:
        said += one_more(case, *cell)
    said += _unreached(case, limits)
    said += _requested_too_little(case)
    for kind, tell in TELLERS.items():
        for place in limits.places(kind):
            said += tell(case, place, limits.worth[kind, place])
    said += _patterns(case, limits)
    said += _also_full(case, limits)
    said += _contracts_first(case, limits)
    better = case.linear.contribution - case.plan.contribution
    if better > 1e-6 * max(1.0, abs(case.plan.contribution)):
        said.append(
            "Reasons and gains are those of the best plan with these shift patterns and divisible "
            f"lots of parts; its contribution is {number(better)} {case.plan.currency} higher."
        )
    else:
        said += _ties(case)
    return said


def _telling_cell(case: Case) -> tuple[int, int] | None:
    """Return the cell with the most cars missing; where none is, the one with most demand."""
    short = case.short
    if not short.any():
        short = np.where(case.question.cells, case.data.demand, 0.0)
    if not short.any():
        return None
    pair, t = np.unravel_index(int(np.argmax(short)), short.shape)
    return int(pair), int(t)


def _unreached(case: Case, limits: Limits) -> list[str]:
    d = case.data
    by_lane: dict[int, list[int]] = {}
    for pair, t in limits.unreached:
        by_lane.setdefault(int(d.market_lane[d.pair_market[pair]]), []).append(t)
    return [
        f"Nothing carries cars on lane {d.lanes[r]} in {when(d.spans, periods)}: no freight "
        "rate is given for any mode."
        for r, periods in sorted(by_lane.items())
    ]


def _requested_too_little(case: Case) -> list[str]:
    """Say where a contract is short because its markets do not ask for its least."""
    d, said = case.data, []
    for w in case.question.windows:
        window = d.windows[w]
        wanted = requested_of(case, w)
        if wanted < window.least - 0.5:
            said.append(
                f"The markets ask for {cars(wanted)} of contract {window.contract} "
                f"({window.label}) and take no more: at least "
                f"{number(window.least - wanted)} of its least of "
                f"{number(window.least)} cannot be shipped."
            )
    return said


def pattern_state(case: Case, g: int, t: int) -> str:
    """Say why a group works its pattern in a period."""
    d = case.data
    n = int(case.patterns[g, t])
    pattern = d.patterns[n]
    if d.fixed[g, t] >= 0:
        return "given by fixed_patterns"
    if sum(p.group == g for p in d.patterns) == 1:
        return "the only pattern there is"
    if pattern.opening and t < pattern.kept:
        return "bound by the smallest stay of the opening pattern"
    first = t
    while first > 0 and case.patterns[g, first - 1] == n:
        first -= 1
    before = first == 0 and (pattern.opening or not any(p.opening for p in d.patterns))
    if not before and t - first < pattern.fewest and pattern.fewest > 1:
        noun = case.plan.period_kind
        return f"begun in {d.spans[first].label} and kept for {count(pattern.fewest, noun)}"
    return "chosen by the plan"


def _patterns(case: Case, limits: Limits) -> list[str]:
    """Say which patterns and how much overtime the groups work where their hours bind."""
    d, said = case.data, []
    overtime = case.linear.x[case.linear.program.columns["overtime"].at].reshape(
        len(d.groups), len(d.spans)
    )
    for g, group in enumerate(d.groups):
        periods = sorted(
            {t for s in np.flatnonzero(d.shop_group == g) for t in limits.periods("hours", int(s))}
        )
        states: dict[tuple[int, str], list[int]] = {}
        for t in periods:
            states.setdefault((int(case.patterns[g, t]), pattern_state(case, g, t)), []).append(t)
        for (n, state), found in states.items():
            p = d.patterns[n]
            said.append(
                f"Group {group} works pattern {p.name} ({p.shifts} x {number(p.hours)} h) in "
                f"{when(d.spans, found)}, {state}{_besides(case, g, found)}"
                f"{_overtime(case, g, found, overtime)}."
            )
    return said


def _besides(case: Case, g: int, periods: Sequence[int]) -> str:
    """Say which patterns are given on some days of the periods."""
    d = case.data
    found = [s for s in d.given.stretches if s.group == g and s.period in periods]
    said = [
        f"{p.name} ({p.shifts} x {number(p.hours)} h) from {s.start} to {s.end}"
        for s in found
        if s.pattern >= 0
        for p in [d.patterns[s.pattern]]
    ]
    return f"; it works pattern {join(said)}" if said else ""


def _overtime(case: Case, g: int, periods: Sequence[int], worked: np.ndarray) -> str:
    most = float(case.data.overtime_max[g, periods].sum())
    if most <= 0:
        return "; no overtime is allowed"
    hours = float(worked[g, periods].sum())
    if hours >= most * (1 - 1e-6):
        return f"; all {number(most)} h of overtime are worked"
    costs = case.data.overtime_cost[g, periods]
    return (
        f"; {number(hours)} of {number(most)} h of overtime are worked, the next costs "
        f"{span_of(costs)} {case.plan.currency}"
    )


def _also_full(case: Case, limits: Limits) -> list[str]:
    """Name what is full on the way too, though one more unit of it alone is worth nothing."""
    if not case.short.any():
        return []
    d = case.data
    periods = [s.start for s in d.spans[: case.question.last + 1]]
    short = {d.spans[t].start for t in np.flatnonzero((case.short > 0).any(axis=0))}
    loads = (d.passes @ case.models.astype(float)) > 0
    found = []
    hours = case.plan.tables["hours"]
    for s in np.flatnonzero(loads).tolist():
        full = hours.filter((hours["shop"] == d.shops[s]) & hours["binding"])["period"].to_list()
        places = [periods.index(start) for start in full if start in short and start in periods]
        silent = [t for t in places if t not in limits.periods("hours", s)]
        if silent:
            found.append(f"shop {d.shops[s]} in {when(d.spans, silent)}")
    if not found:
        return []
    return [
        f"Also full, though one more hour alone is worth nothing to these cars: "
        f"{some(found, MOST_NAMED)}."
    ]


def _contracts_first(case: Case, limits: Limits) -> list[str]:
    """Say which contracts' least draws on what is scarce for the question's cars."""
    d = case.data
    return [
        f"Contract {d.windows[w].contract} ({d.windows[w].label}) needs at least "
        f"{cars(d.windows[w].least)} out of the same: each of its cars is worth "
        f"{number(float(case.margins.window_values[w]))} {case.plan.currency} more."
        for w in rivals(case, limits)
    ]


def _ties(case: Case) -> list[str]:
    """Say where another plan of the same contribution would serve the question better."""
    d, cells = case.data, case.question.cells
    if not case.short.any():
        return []
    here = float(case.flows.on_time(d)[cells].sum())
    settled = float(case.settled.on_time(d)[cells].sum())
    said = []
    if settled > here + 0.5:
        said.append(
            f"Another plan of the same contribution ships {cars(settled - here)} more on time here "
            "and takes none from other demands: being on time is worth nothing to the plan."
        )
    if case.question.kind == "month":
        return said
    again = optimum(case.linear.program, start=case.linear)
    flows = settle(d, again, case.question, None)
    best = float(flows.on_time(d)[cells].sum())
    if best > max(here, settled) + 0.5:
        said.append(
            f"It is partly a tie: another plan of the same contribution ships "
            f"{cars(best - max(here, settled))} more on time here, at the expense of other demands "
            "that are worth the same."
        )
    return said


def named_pairs(case: Case, missing: np.ndarray) -> str:
    """Name the pairs that miss the most cars, with their cars."""
    d = case.data
    sums = missing.sum(axis=1)
    order = [p for p in np.argsort(-sums, kind="stable").tolist() if sums[p] > 0.5]
    names = [
        f"{d.models[d.pair_model[p]]} for {d.markets[d.pair_market[p]]} {number(round(sums[p]))}"
        for p in order
    ]
    return some(names, MOST_NAMED)
