"""Says why a market is served from a plant: cost by line against the next best plant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.results.sourcing import LINES, Sourcing
from sinho.source.data import Input

SMALL = 1e-6

NO_WAY = ("no lane", "the border is closed")
"""What keeps every car from a market."""

NOT_NOW = ("may not be built there in these months", "no launch there is ready so early")
"""What keeps every car of a month."""


@dataclass(frozen=True)
class Question:
    """What is asked of a plan.

    Parameters
    ----------
    input : Input
        The network that was planned.
    market : str
        The market.
    model : str or None
        The model; by default the one of which most cars go there.
    month : datetime.date or None
        The month in which they leave; by default the one with most of them.
    """

    input: Input = field(repr=False)
    market: str
    model: str | None = None
    month: dt.date | None = None


@dataclass(frozen=True)
class Reasons:
    """Why a market is served as it is.

    Parameters
    ----------
    says : tuple of str
        In words.
    plants : DataFrame
        One row for each plant that may build the model: ``cars``, ``landed`` cost of a car by
        line as its cars pay (for a plant without cars: as one would), ``in full`` duty and ``in
        quota``, and what ``holds`` it back; null where no car can get there.
    """

    says: tuple[str, ...]
    plants: pl.DataFrame = field(repr=False)


def explain(result: Sourcing, question: Question) -> Reasons:
    """Say why a market is served from a plant, by line against the next best plant.

    Parameters
    ----------
    result : Sourcing
        A plan of the question's network.
    question : Question
        The market, and where given model and month.

    Raises
    ------
    DataError
        For an unknown market, model or month, or one that is not asked for there.
    """
    data = question.input
    i, k, t = _place(result, question)
    model, market, month = data.models[i], data.markets[k], data.months[t]
    flows = result.flows.filter(
        (pl.col("model") == model) & (pl.col("market") == market) & (pl.col("month") == month)
    )
    cars = dict(flows.select("plant", "cars").iter_rows())
    inside = dict(flows.select("plant", "in_quota").iter_rows())
    own = np.flatnonzero(data.model == i)
    at = own, np.full(len(own), k), np.full(len(own), t)
    lines, total, saved = data.lines(*at), data.landed(*at), data.saved(*at)
    names = [data.plants[p].name for p in data.plant[own]]
    # cars that are built pay as they do; one more is within the quota where that has room
    share = [
        inside[name] / cars[name] if name in cars else float(_has_room(result, data, int(a), k, t))
        for a, name in zip(own, names, strict=True)
    ]
    less = saved * np.array(share)
    lines["tariff"] = lines["tariff"] - less
    held = [_holds(result, data, int(a), k, t) for a in own]
    # where no car can get there, nothing behind the plant's gate has a cost
    gone = np.array([said[0] in NO_WAY if said else False for said in held], dtype=bool)
    for values in (*(lines[line] for line in LINES[2:]), total, less):
        values[gone] = np.nan
    plants = pl.DataFrame(
        {
            "plant": names,
            "cars": [cars.get(name, 0.0) for name in names],
            **{line: lines[line] for line in LINES},
            "landed": total - less,
            "in full": total,
            "in quota": total - saved,
            "holds": ["; ".join(said) for said in held],
        }
    )
    plants = plants.fill_nan(None).sort("landed", "plant", nulls_last=True)
    head = f"{model} for {market} in {month:%Y-%m}"
    served = plants.filter(pl.col("cars") > SMALL)
    if served.is_empty():
        return Reasons((f"{head}: no car is delivered.", *_why_lost(result, plants)), plants)
    says = []
    for row in served.iter_rows(named=True):
        others = plants.filter((pl.col("plant") != row["plant"]) & ~_impossible())
        says.append(
            f"{head}: {row['cars']:,.1f} cars from {row['plant']} at {row['landed']:,.2f} "
            f"{data.currency} landed."
        )
        says += _against(row, others, data.currency)
    return Reasons((*says, *_lost(result, model, market, month, plants)), plants)


def _has_room(result: Sourcing, data: Input, a: int, k: int, t: int) -> bool:
    """Return whether one more car would be within its quota."""
    place = data.duties.quota[data.group[a], k, t]
    if place < 0:
        return False
    name, year = data.quota_names[place], int(data.entry_year[data.plant[a], k, t])
    own = result.limits.filter(
        (pl.col("kind") == "quota") & (pl.col("what") == name) & (pl.col("when") == str(year))
    )
    used = float(own["used"].sum())
    return used + SMALL < data.quotas.get((name, year), 0.0)


def _impossible() -> pl.Expr:
    return pl.col("holds").is_in([*NO_WAY, *NOT_NOW])


def _place(result: Sourcing, question: Question) -> tuple[int, int, int]:
    """Return the places of model, market and month; those with most cars where not named."""
    data = question.input
    k = _known("market", question.market, data.markets)
    flows = result.flows.filter(pl.col("market") == question.market)
    if question.model is not None:
        i = _known("model", question.model, data.models)
        flows = flows.filter(pl.col("model") == question.model)
    else:
        most = flows.group_by("model").agg(pl.col("cars").sum()).sort("cars", "model")
        asked = data.demand[:, k].sum(axis=1)
        i = data.models.index(most["model"][-1]) if most.height else int(asked.argmax())
        flows = flows.filter(pl.col("model") == data.models[i])
    if question.month is not None:
        asked_for: object = question.month
        if not isinstance(asked_for, dt.date):
            rule, hint = "a month is a date", "Give the first day of the month."
            raise DataError([Problem("question", rule, None, "month", str(asked_for), hint)])
        texts = [f"{month:%Y-%m}" for month in data.months]
        t = _known("month", f"{question.month:%Y-%m}", texts)
    else:
        best = flows.group_by("month").agg(pl.col("cars").sum()).sort("cars", "month")
        asked = data.demand[i, k]
        t = data.months.index(best["month"][-1]) if best.height else int(asked.argmax())
    if not data.demand[i, k, t] > 0:
        rule = f"{data.models[i]} is not asked for there in {data.months[t]:%Y-%m}"
        raise DataError([Problem("question", rule, None, "market", question.market)])
    return i, k, t


def _known(what: str, name: str, names: Sequence[str]) -> int:
    if name not in names:
        rule = f"there is no such {what} in the network"
        raise DataError([Problem("question", rule, None, what, name, nearest(name, names))])
    return list(names).index(name)


def _holds(result: Sourcing, data: Input, a: int, k: int, t: int) -> list[str]:
    """Say what keeps an allocation from building more for a market in a month."""
    p, month = int(data.plant[a]), data.months[t]
    name, model = data.plants[p].name, data.models[data.model[a]]
    if data.lane[p, k, t] < 0:
        return [NO_WAY[0]]
    if data.duties.closed[data.group[a], k, t]:
        return [NO_WAY[1]]
    if not data.window[a, t]:
        return [NOT_NOW[0]]
    if not data.fixed[a] and data.lead[a] > t:
        return [NOT_NOW[1]]
    found = []
    launched = result.launches.filter((pl.col("model") == model) & (pl.col("plant") == name))
    if not data.fixed[a] and launched.is_empty():
        found.append(f"not launched, tooling {data.tooling[a, t]:,.10g}")
    elif not data.fixed[a] and (launched["first"][0] is None or launched["first"][0] > month):
        found.append("launched later")
    plant = result.plants.filter((pl.col("plant") == name) & (pl.col("month") == month))
    row = plant.row(0, named=True)
    if not row["step"]:
        found.append("plant closed")
    elif row["load"] >= row["capacity"] - SMALL * (1 + row["capacity"]):
        found.append(f"full, a car more is worth {row['worth']:,.2f}")
    year = str(month.year)
    whens = {
        "lane": (data.lanes[data.lane[p, k, t]], f"{month:%Y-%m}", "lane full"),
        "most": (f"{model} at {name}", year, "at its most cars a year"),
        "share of market": (f"{data.markets[k]} from {name}", year, "at its share of the market"),
    }
    place = data.duties.quota[data.group[a], k, t]
    if place >= 0:
        entry = str(data.entry_year[p, k, t])
        whens["quota"] = (data.quota_names[place], entry, "its quota is used up")
    for kind, (what, when, said) in whens.items():
        own = result.limits.filter(
            (pl.col("kind") == kind) & (pl.col("what") == what) & (pl.col("when") == when)
        )
        for limit in own.iter_rows(named=True):
            if kind == "share of market" and limit["limit"] >= _yearly(data, k, month.year):
                continue
            if limit["used"] >= limit["limit"] - SMALL * (1 + limit["limit"]):
                found.append(f"{said}, a car more is worth {limit['worth']:,.2f}")
    return found


def _yearly(data: Input, k: int, year: int) -> float:
    """Return the cars that a market asks for in a year."""
    return float(data.demand[:, k, data.years == year].sum()) * (1 - SMALL)


def _against(row: dict[str, float], others: pl.DataFrame, currency: str) -> list[str]:
    """Compare a plant that serves with the next best one."""
    if others.is_empty():
        return ["No other plant may serve it."]
    says = []
    cheaper = others.filter(pl.col("landed") < row["landed"] - SMALL)
    for other in cheaper.iter_rows(named=True):
        less = row["landed"] - other["landed"]
        held = other["holds"] or "its cars are worth more elsewhere"
        says.append(f"{other['plant']} would cost {less:,.2f} less a car, but: {held}.")
    dearer = others.filter(pl.col("landed") >= row["landed"] - SMALL)
    if dearer.height:
        other = dearer.row(0, named=True)
        parts = [(line, other[line] - row[line]) for line in LINES]
        listed = ", ".join(
            f"{line} {value:+,.2f}"
            for line, value in sorted(parts, key=lambda part: -abs(part[1]))
            if abs(value) > 0.005
        )
        more = other["landed"] - row["landed"]
        says.append(
            f"Next is {other['plant']}: {more:,.2f} {currency} more a car ({listed or 'alike'})."
        )
    return says


def _lost(
    result: Sourcing, model: str, market: str, month: dt.date, plants: pl.DataFrame
) -> list[str]:
    """Say how many cars of a market that is served are lost, and why no plant builds them."""
    lost = result.unmet.filter(
        (pl.col("model") == model) & (pl.col("market") == market) & (pl.col("month") == month)
    )
    if lost.is_empty():
        return []
    row = lost.row(0, named=True)
    head = f"{row['lost']:,.1f} of {row['asked']:,.1f} cars asked for are lost."
    return [head, *_why_lost(result, plants.filter(~_impossible()))]


def _why_lost(result: Sourcing, plants: pl.DataFrame) -> list[str]:
    return [
        f"{row['plant']}"
        + ("" if row["landed"] is None else f", {row['landed']:,.2f} {result.currency}")
        + f": {row['holds'] or 'dearer than what a lost car costs'}."
        for row in plants.iter_rows(named=True)
    ]
