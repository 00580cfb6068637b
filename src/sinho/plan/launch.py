"""What SOP, EOP, launch ramp and full rate leave of each model, on each line and over all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sinho.plan.arrays import Bools
from sinho.plan.routes import Routes
from sinho.units import Floats, Period, months_between, per_period

if TYPE_CHECKING:
    from sinho.hub import Hub


@dataclass(frozen=True)
class Launches:
    """Limits by launch: Q routes, I models, T periods.

    Parameters
    ----------
    most : ndarray, shape (Q, T)
        The most cars where they are given (``inf``: no limit).
    days : ndarray, shape (Q, T)
        Working days, times the ramp's share, on which a model without a full rate runs at that of
        its shops (``nan``: no limit).
    over_lines : ndarray, shape (I, T)
        The most cars over all lines, for models that several build (``inf``: no limit).
    open : ndarray of bool, shape (I, T)
        Whether the model is between SOP and EOP.
    """

    most: Floats
    days: Floats
    over_lines: Floats
    open: Bools


def launches(
    hub: Hub, spans: tuple[Period, ...], day_shares: dict[str, Floats], routes: Routes
) -> Launches:
    """Return what launches leave of each route and period.

    Parameters
    ----------
    hub : Hub
        The hub.
    spans : tuple of Period
        The T periods.
    day_shares : dict of str to ndarray
        Worked share of every day, by shop group.
    routes : Routes
        The routes.
    """
    ramps: dict[str, dict[int, float]] = {}
    for row in hub["ramp"].to_dicts():
        ramps.setdefault(row["model"], {})[row["month_after_sop"]] = row["share"]
    models = hub["models"].to_dicts()
    shape = len(routes.model), len(spans)
    found = Launches(
        most=np.full(shape, np.inf),
        days=np.full(shape, np.nan),
        over_lines=np.full((len(models), len(spans)), np.inf),
        open=np.ones((len(models), len(spans)), dtype=bool),
    )
    first = spans[0].start
    for i, model in enumerate(models):
        sop, eop, full = model["sop"], model["eop"], model["full_rate"]
        own = np.flatnonzero(routes.model == i)
        begins = {
            q: max((d for d in (sop, routes.start[q]) if d is not None), default=None) for q in own
        }
        if eop is None and full is None and not any(begins.values()):
            continue
        on_days = {q: _between(day_shares[routes.group[q]], first, begins[q], eop) for q in own}
        days = {q: per_period(on_days[q], first, spans) for q in own}
        both = None
        if full is not None and len(own) > 1:
            both = per_period(np.max(list(on_days.values()), axis=0), first, spans)
        for t, span in enumerate(spans):
            found.open[i, t] = not (
                (sop is not None and span.end < sop) or (eop is not None and span.start > eop)
            )
            # a week cut by SOP may belong, by its Thursday, to the month before
            since = max(months_between(sop, span.month), 0) if sop is not None else -1
            share = ramps.get(model["model"], {}).get(since)
            ramp = 1.0 if share is None else share
            for q in own:
                begin = begins[q]
                if not found.open[i, t] or (begin is not None and span.end < begin):
                    found.most[q, t] = 0.0
                    continue
                cut = (begin is not None and begin > span.start) or (
                    eop is not None and eop < span.end
                )
                if full is not None:
                    found.most[q, t] = full * (ramp * days[q][t])
                elif routes.load[:, q].any() and (share is not None or cut):
                    found.days[q, t] = ramp * days[q][t]
            if both is not None and full is not None:
                found.over_lines[i, t] = full * (ramp * both[t])
    return found


def _between(shares: Floats, first: dt.date, begin: dt.date | None, end: dt.date | None) -> Floats:
    """Return the worked shares of days with those before and after two dates at 0."""
    shares = shares.copy()
    if begin is not None:
        shares[: max((begin - first).days, 0)] = 0
    if end is not None:
        shares[max((end - first).days + 1, 0) :] = 0
    return shares
