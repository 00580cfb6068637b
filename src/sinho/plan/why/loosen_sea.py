"""Loosening the sea and the stock: sailings, containers, yard, stock limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from sinho.highs import INF
from sinho.plan.why.case import LAND, SEA, Case, Limits
from sinho.plan.why.loosen import MORE_ROOM, Candidate, concerned, loosened, put
from sinho.plan.words import some, when
from sinho.units import Floats

MORE_YARD = 1.2
BOXED = 3.0
"""Cars in a 40 ft box where no container rate says it; no limit on boxes depends on it."""


def _lanes(case: Case) -> list[int]:
    lanes = case.data.market_lane[case.data.pair_market[case.pairs]]
    return sorted({int(r) for r in lanes if r >= 0})


def _calls(case: Case, r: int) -> Floats:
    """Return a lane's vessel calls in each period's month; nan where they are not given."""
    d = case.data
    rows = case.hub["sailings"].filter(pl.col("lane") == d.lanes[r])
    calls = dict(rows.select("month", "calls").iter_rows())
    return np.array([calls.get(span.month) or np.nan for span in d.spans], dtype=np.float64)


def sailings(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield one more call a month on each lane of the cars; 10 % more where calls are not given."""
    d = case.data
    for r in _lanes(case):
        found = {*limits.periods("ceu", r), *limits.periods("area", r)}
        periods = np.array(concerned(case, sorted(found)))
        limited = ~(np.isnan(d.ceu_cap[r]) & np.isnan(d.area_cap[r]))
        periods = periods[limited[periods]]
        if not len(periods):
            continue
        calls = _calls(case, r)
        by_call = []
        for cap in (d.ceu_cap[r], d.area_cap[r]):
            one = cap / calls
            usual = float(np.nanmean(one / d.fraction)) if (~np.isnan(one)).any() else 0.0
            more = np.where(cap > 0, cap * (MORE_ROOM - 1), usual * d.fraction)
            by_call.append(np.where(np.isnan(one), more, one))
        known = not np.isnan(calls[periods]).any() or not (
            np.nansum(d.ceu_cap[r, periods]) + np.nansum(d.area_cap[r, periods])
        )
        if not any(np.nansum(more[periods]) > 0 for more in by_call):
            continue
        head = (
            f"one more sailing a month on lane {d.lanes[r]}"
            if known
            else f"10 % more room on the sailings of lane {d.lanes[r]}"
        )
        yield loosened(
            case,
            f"{head} in {when(d.spans, periods.tolist())}",
            ceu_cap=put(d.ceu_cap, (r, periods), (d.ceu_cap[r] + by_call[0])[periods]),
            area_cap=put(d.area_cap, (r, periods), (d.area_cap[r] + by_call[1])[periods]),
        )


def containers(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield containers without a limit on boxes on each lane of the cars."""
    d = case.data
    for r in _lanes(case):
        found = {t for kind in SEA for t in limits.periods(kind, r)}
        periods = np.array(concerned(case, sorted(found)))
        models = np.flatnonzero(case.models)
        on = np.flatnonzero(d.market_lane == r)
        at = models[:, None, None], on[:, None], periods
        rates = d.freight[2][at]
        given = not np.isnan(rates).any()
        if given and not np.isfinite(d.box_cap[r, periods]).any():
            continue
        if not given and np.isnan(d.freight[1][at]).any():
            continue
        freight = d.freight.copy()
        every = np.arange(len(d.models))[:, None, None], on[:, None], periods
        own = freight[2][every]
        freight[2][every] = np.where(np.isnan(own), d.freight[1][every], own)
        place = on[:, None], periods
        boxed = d.cars_per_box[place]
        note = (
            "at the rate given"
            if given
            else "no container rate is given: taken at the vessel's freight per car"
        )
        yield loosened(
            case,
            f"containers on lane {d.lanes[r]} in {when(d.spans, periods.tolist())}, as many boxes "
            f"as it takes ({note})",
            freight=freight,
            cars_per_box=put(d.cars_per_box, place, np.where(np.isnan(boxed), BOXED, boxed)),
            box_cap=put(d.box_cap, (r, periods), INF),
        )


def departures(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield 10 % more trucks and trains on each lane of the cars whose departures are limited."""
    d = case.data
    for r in _lanes(case):
        for kind, noun in zip(LAND, ("trucks", "trains"), strict=True):
            cap = getattr(d, f"{kind}_cap")
            periods = np.array(concerned(case, limits.periods(kind, r)))
            periods = periods[np.nan_to_num(cap[r, periods]) > 0]
            if len(periods):
                yield loosened(
                    case,
                    f"10 % more {noun} on lane {d.lanes[r]} in {when(d.spans, periods.tolist())}",
                    **{f"{kind}_cap": put(cap, (r, periods), cap[r, periods] * MORE_ROOM)},
                )


def stock(case: Case, limits: Limits) -> Iterator[Candidate]:
    """Yield a bigger yard and the lifting of stock limits."""
    d = case.data
    if np.isfinite(d.yard_cap).any():
        yard = case.plan.tables["yard"]
        full = (yard["cars"] >= yard["capacity"] * (1 - 1e-6)).fill_null(value=False).to_list()
        last = concerned(case, [])[-1]
        periods = limits.periods("yard", -1) or [t for t in range(last + 1) if full[t]]
        if periods:
            yield loosened(
                case,
                f"the yard 20 % bigger in {when(d.spans, periods)}",
                yard_cap=put(d.yard_cap, (periods,), d.yard_cap[periods] * MORE_YARD),
            )
    bound = limits.places("stock limit")
    if bound:
        yield loosened(
            case,
            f"no limit on the stock of {some([d.models[i] for i in bound])}",
            stock_max=put(d.stock_max, (bound,), INF),
        )
    kept = [int(i) for i in np.flatnonzero(case.models & (d.stock_min > 0).any(axis=1))]
    if kept:
        yield loosened(
            case,
            f"no smallest stock of {some([d.models[i] for i in kept])}",
            stock_min=put(d.stock_min, (kept,), 0.0),
        )
