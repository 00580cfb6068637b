"""Loosening launches, parts and contracts."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from sinho.plan.arrays import PlanData
from sinho.plan.data import prepare
from sinho.why.case import Case, Limits, asked_of, rivals
from sinho.why.linear import INF
from sinho.why.loosen import MORE_ROOM, Candidate, concerned, needed_parts, put
from sinho.why.words import number, some

LITTLE = 0.05
"""Cars below which a contract is not short."""


def shifted(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the month's last day where it is shorter."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _relaunched(case: Case, name: str, tables: dict[str, pl.DataFrame]) -> Candidate:
    """Return the candidate in which launches follow changed tables."""
    changed = prepare(
        replace(case.hub, tables={**case.hub.tables, **tables}),
        "month" if case.plan.period_kind == "month" else "week",
    )
    launched = replace(
        case.data,
        make_max=changed.make_max,
        launched=changed.launched,
        stock_min=np.minimum(case.data.stock_min, changed.stock_min),
    )
    return Candidate(name, launched, case.worked)


def launches(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield an earlier SOP, no launch ramp, a later EOP, a higher full rate."""
    d = case.data
    last = concerned(case, [])[-1]
    first_day, last_day = d.spans[0].start, d.spans[last].end
    models = case.hub["models"]
    rows = [row for row in models.to_dicts() if case.models[d.models.index(row["model"])]]
    binds = {d.models[i] for i in limits.places("launch")}

    def moved(column: str, names: list[str], months: int) -> dict[str, pl.DataFrame]:
        days = [
            shifted(row[column], months) if row["model"] in names else row[column]
            for row in models.to_dicts()
        ]
        return {"models": models.with_columns(pl.Series(column, days, dtype=pl.Date))}

    early = [r["model"] for r in rows if r["sop"] and first_day < r["sop"] <= last_day]
    early += [
        m
        for m in sorted(binds)
        if any(r["model"] == m and r["sop"] and r["sop"] > last_day for r in rows)
    ]
    if early:
        yield _relaunched(case, f"SOP of {some(early)} one month earlier", moved("sop", early, -1))
    ramp = case.hub["ramp"]
    ramped = [r["model"] for r in rows if r["sop"] and r["sop"] <= last_day]
    ramped = [m for m in ramped if m in binds and m in ramp["model"].to_list()]
    if ramped:
        yield _relaunched(
            case,
            f"launch ramp of {some(ramped)} lifted",
            {"ramp": ramp.filter(~pl.col("model").is_in(ramped))},
        )
    late = [r["model"] for r in rows if r["eop"] and first_day <= r["eop"] < last_day]
    if late:
        yield _relaunched(case, f"EOP of {some(late)} one month later", moved("eop", late, 1))
    capped = [r["model"] for r in rows if r["full_rate"] is not None and r["model"] in binds]
    if capped:
        more = pl.when(pl.col("model").is_in(capped)).then(MORE_ROOM).otherwise(1.0)
        yield _relaunched(
            case,
            f"full rate of {some(capped)} 10 % higher",
            {"models": models.with_columns(full_rate=pl.col("full_rate") * more)},
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
        yield Candidate(
            f"part {d.parts[j]} bought outside ({note})",
            replace(
                d,
                can_buy=d.can_buy | (np.arange(len(d.parts)) == j),
                buy_cost=put(d.buy_cost, (j,), d.make_cost[j] if price is None else price),
            ),
            case.worked,
        )
    limited = limits.places("buy limit")
    if limited:
        yield Candidate(
            f"no limit on buying {some([d.parts[j] for j in limited])}",
            replace(d, buy_max=put(d.buy_max, (limited,), INF)),
            case.worked,
        )
    kept = limits.places("part stock limit")
    if kept:
        yield Candidate(
            f"no limit on the stock of {some([d.parts[j] for j in kept])}",
            replace(d, part_stock_max=put(d.part_stock_max, (kept,), INF)),
            case.worked,
        )


def contracts(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield contracts without their most, and rivals without their least."""
    d, question = case.data, case.question
    mine = [
        w
        for w, window in enumerate(d.windows)
        if (question.cells & window.pairs[:, None] & window.inside[None, :]).any()
    ]

    def loosened(places: list[int], **change: Any) -> PlanData:
        windows = tuple(
            replace(window, **change) if w in places else window
            for w, window in enumerate(d.windows)
        )
        return replace(d, windows=windows)

    at_most = {*limits.places("contract")}
    at_most |= {w for w in mine if case.margins.window_values[w] < -1e-6}
    for name in sorted({d.windows[w].contract for w in at_most}):
        places = [w for w, window in enumerate(d.windows) if window.contract == name]
        yield Candidate(f"no most in contract {name}", loosened(places, most=INF), case.worked)
    others = rivals(case, limits)
    for name in sorted({d.windows[w].contract for w in others}):
        places = [w for w in others if d.windows[w].contract == name]
        yield Candidate(
            f"the least of contract {name} set aside", loosened(places, least=0.0), case.worked
        )
    if any(asked_of(case, w) < d.windows[w].least - LITTLE for w in question.windows):
        more = np.where(question.cells, MORE_ROOM, 1.0)
        yield Candidate(
            f"10 % more demand from the markets of {question.subject}",
            replace(d, demand=d.demand * more),
            case.worked,
        )
