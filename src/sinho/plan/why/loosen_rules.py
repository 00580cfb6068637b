"""Loosening launches, parts and contracts."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from sinho.highs import INF
from sinho.hub.schema import ALL
from sinho.plan.why.arithmetic import launch_cause
from sinho.plan.why.case import Case, Limits, requested_of, rivals
from sinho.plan.why.loosen import MORE_ROOM, Candidate, concerned, loosened, needed_parts, put
from sinho.plan.words import number, some

STOPS = {
    "company": "company day",
    "summer": "summer stop",
    "conversion": "conversion stop",
    "downtime": "downtime",
    "strike": "strike",
}
MOST_STOPS = 3
LITTLE = 0.05
"""Cars below which a contract is not short."""


def shifted(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the month's last day where it is shorter."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _again(case: Case, name: str, tables: dict[str, pl.DataFrame]) -> Candidate:
    """Return the candidate of a hub with some tables changed."""
    hub = replace(case.hub, tables={**case.hub.tables, **tables})
    return Candidate(name, replace(case.question.input, hub=hub).data, case.worked)


def launches(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield an earlier SOP, no launch ramp, a later EOP, a higher full rate."""
    d = case.data
    concerned_periods = concerned(case, [])
    begun, last_day = d.spans[concerned_periods[0]].start, d.spans[concerned_periods[-1]].end
    models, ramp = case.hub["models"], case.hub["ramp"]
    rows = [row for row in models.to_dicts() if case.models[d.models.index(row["model"])]]
    causes: dict[str, set[str]] = {}
    for q in limits.places("launch"):
        own = causes.setdefault(d.models[d.route_model[q]], set())
        own.update(launch_cause(case, q, t) for t in limits.periods("launch", q))

    def chosen(cause: tuple[str, ...], day: str = "") -> list[str]:
        """Return the models bound by a cause, or whose day lies in the periods concerned."""
        return [
            row["model"]
            for row in rows
            if causes.get(row["model"], set()) & set(cause)
            or (day and row[day] is not None and begun < row[day] < last_day)
        ]

    def moved(column: str, names: list[str], months: int) -> dict[str, pl.DataFrame]:
        days = [
            shifted(row[column], months) if row["model"] in names else row[column]
            for row in models.to_dicts()
        ]
        return {"models": models.with_columns(pl.Series(column, days, dtype=pl.Date))}

    early = chosen(("SOP", "launch ramp"), "sop")
    if early:
        name = f"SOP of {some(early)} one month earlier"
        yield _again(case, name, moved("sop", early, -1))
    ramped = chosen(("launch ramp",))
    if ramped:
        name = f"launch ramp of {some(ramped)} lifted"
        yield _again(case, name, {"ramp": ramp.filter(~pl.col("model").is_in(ramped))})
    late = chosen(("EOP",), "eop")
    if late:
        name = f"EOP of {some(late)} one month later"
        yield _again(case, name, moved("eop", late, 1))
    capped = chosen(("full rate",))
    if capped:
        more = pl.when(pl.col("model").is_in(capped)).then(MORE_ROOM).otherwise(1.0)
        name = f"full rate of {some(capped)} 10 % higher"
        faster = models.with_columns(full_rate=pl.col("full_rate") * more)
        yield _again(case, name, {"models": faster})
    waiting = [
        q
        for q in limits.places("launch")
        if any(launch_cause(case, q, t) == "line start" for t in limits.periods("launch", q))
    ]
    for q in waiting:
        pair = d.models[d.route_model[q]], d.lines[d.route_line[q]]
        table = case.hub["model_lines"]
        begins = [
            shifted(start, -1) if (model, line) == pair and start is not None else start
            for model, line, start in table.select("model", "line", "start").iter_rows()
        ]
        earlier = {"model_lines": table.with_columns(pl.Series("start", begins, dtype=pl.Date))}
        name = f"start of {pair[0]} on line {pair[1]} one month earlier"
        yield _again(case, name, earlier)


def lots(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield the least lots of models on lines set aside."""
    d = case.data
    for q in limits.places("least lot"):
        name = f"no least lot of {d.models[d.route_model[q]]} on line {d.lines[d.route_line[q]]}"
        yield loosened(case, name, least_lot=put(d.least_lot, (q,), 0.0))


def stops(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield work through each of the longest stops in the periods in which shops bind."""
    d, table = case.data, case.hub["calendar"]
    bound = [
        (d.groups[d.shop_group[s]], d.spans[t])
        for s in limits.places("hours")
        for t in limits.periods("hours", s)
    ]
    found = []
    for n, row in enumerate(table.to_dicts()):
        end = row["end"] or row["start"]
        if row["kind"] in STOPS and any(
            row["group"] in (ALL, group) and row["start"] <= span.end and end >= span.start
            for group, span in bound
        ):
            found.append((row["start"] - end, n, row, end))
    for _, n, row, end in sorted(found, key=lambda stop: stop[:2])[:MOST_STOPS]:
        days = f"{row['start']}" if end == row["start"] else f"{row['start']} to {end}"
        note = f" ({row['note']})" if row["note"] else ""
        rest = table.with_row_index("n").filter(pl.col("n") != n).drop("n")
        yield _again(
            case,
            f"work through the {STOPS[row['kind']]} of {days}{note}",
            {"calendar": rest},
        )


def parts(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield parts bought outside, and the lifting of their limits."""
    d = case.data
    needed = needed_parts(case)
    prices = case.hub["parts"]["buy_cost"].to_list()
    busy = limits.places("hours")
    sources = limits.places("part source")
    for j in np.flatnonzero(needed & ~d.can_buy).tolist():
        if j not in sources and not (d.load_part[busy, j] > 0).any():
            continue
        price = prices[j]
        note = (
            f"at {number(price)} {case.plan.currency} as given"
            if price is not None
            else f"no price is given: taken at its own material of {number(d.make_cost[j])} "
            f"{case.plan.currency}"
        )
        yield loosened(
            case,
            f"part {d.parts[j]} bought outside ({note})",
            can_buy=d.can_buy | (np.arange(len(d.parts)) == j),
            buy_cost=put(d.buy_cost, (j,), d.make_cost[j] if price is None else price),
        )
    limited = limits.places("buy limit")
    if limited:
        yield loosened(
            case,
            f"no limit on buying {some([d.parts[j] for j in limited])}",
            buy_max=put(d.buy_max, (limited,), INF),
        )
    kept = limits.places("part stock limit")
    if kept:
        yield loosened(
            case,
            f"no limit on the stock of {some([d.parts[j] for j in kept])}",
            part_stock_max=put(d.part_stock_max, (kept,), INF),
        )


def contracts(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield contracts without their most, and rivals without their least."""
    d, question = case.data, case.question
    mine = [
        w
        for w, window in enumerate(d.windows)
        if (question.cells & window.pairs[:, None] & window.inside[None, :]).any()
    ]

    def without(name: str, contract: str, **change: Any) -> Candidate:
        windows = tuple(
            replace(window, **change) if window.contract == contract else window
            for window in d.windows
        )
        return loosened(case, name, windows=windows)

    at_most = {*limits.places("contract")}
    at_most |= {w for w in mine if case.margins.window_values[w] < -1e-6}
    for name in sorted({d.windows[w].contract for w in at_most}):
        yield without(f"no most in contract {name}", name, most=INF)
    for name in sorted({d.windows[w].contract for w in rivals(case, limits)}):
        yield without(f"the least of contract {name} set aside", name, least=0.0)
    if any(requested_of(case, w) < d.windows[w].least - LITTLE for w in question.windows):
        more = np.where(question.cells, MORE_ROOM, 1.0)
        yield loosened(
            case, f"10 % more demand from the markets of {question.subject}", demand=d.demand * more
        )
