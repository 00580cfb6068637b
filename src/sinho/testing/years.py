"""Plant years made up for tests and benchmarks: orders, days, vessels and rules, by a seed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl

from sinho.parameters import SEED
from sinho.slot import Input, Params

LANES = 6
UTILISATION = 0.97
"""Share of the capacity that the orders take."""

CORRIDOR = 0.1
"""Half the width of a model's corridor in a month, as a share of its even volume."""

SWING = 0.15
"""How far demand goes above and below its mean, twice a year."""

NOTICE = 7
"""Calendar days from the first day of the horizon to the first date wanted."""

RULE_LOAD = 0.85
"""Share of a ratio rule's capacity that an option takes on average."""

START = dt.date(2026, 1, 5)

LINES = "ABCD"
"""Names of lines."""

REST = 0.03
"""Share of the dates on which a line rests alone."""

CHOICE, DEARER = 5, 3.0
"""One model of so many can be built on a second line too, and what a car costs more there."""

PAINT = 0.99
"""What the paint shop of the first two lines can do, as a share of what these can."""


def working_days(days: int, first: dt.date = START) -> list[dt.date]:
    """Return so many weekdays from the first one on."""
    found: list[dt.date] = []
    day = first
    while len(found) < days:
        if day.weekday() < 5:
            found.append(day)
        day += dt.timedelta(days=1)
    return found


def generate_year(
    orders: int = 250_000,
    *,
    days: int = 240,
    models: int = 40,
    options: int = 40,
    colours: int = 12,
    lines: int = 1,
    seed: int = SEED,
    params: Params | None = None,
) -> Input:
    """Make up the orders of a plant year and the rules of its days.

    Six brands build ``models`` models. Each model comes in five trims, each a set of options, with
    extras at take rates of their own. A little over half of the cars go by sea on six lanes with a
    vessel every 7 to 14 days, wanted on board of a certain one; demand swings by 15 %
    twice a year, one day in twenty works at half its hours, and the orders take 97 % of the
    capacity, so that many have to be built early or late. Each model keeps its month's even volume
    within 10 %, three options have hard limits per day, and each option has a ratio rule that its
    take rate fills by 85 %.

    Of several lines each builds models of its own, and rests on some dates alone; one model in five
    can be built on another line too, at a cost. The first two share a paint shop, which is full a
    little before they are. Ratio rules are those of each line, limits and corridors those of all.

    Parameters
    ----------
    orders, days, models, options, colours : int
        How many of each; ``days``: dates.
    lines : int
        Lines, 1 to 4.
    seed : int
        Seed of the random numbers.
    params : sinho.slot.Params, optional
        Weights and zones.

    Returns
    -------
    Input
        What ``slot`` takes.
    """
    draw = np.random.default_rng(seed)
    dates = working_days(days)
    model_names = [f"M{at:02d}" for at in range(1, models + 1)]
    option_names = [f"O{at:02d}" for at in range(1, options + 1)]
    brand_of = [f"B{1 + at % 6}" for at in range(models)]
    loads = {name: float(draw.choice([0.9, 1.0, 1.0, 1.1])) for name in model_names}
    share = 1.0 / np.arange(1, models + 1) ** 0.6
    model = draw.choice(models, size=orders, p=share / share.sum())
    fitted = _options(draw, model, models, options)
    has = [";".join(option_names[k] for k in np.flatnonzero(row)) for row in fitted]
    weights = draw.dirichlet(np.full(colours, 2.0))
    colour = draw.choice(colours, size=orders, p=weights)
    lane, wanted, vessels = _dates(draw, orders, dates)
    priority = draw.choice([1, 2, 3], size=orders, p=[0.1, 0.7, 0.2])
    table = pl.DataFrame(
        {
            "order": [f"{at:07d}" for at in range(1, orders + 1)],
            "brand": pl.Series(brand_of).gather(model),
            "model": pl.Series(model_names).gather(model),
            "market": pl.Series(["home", *(f"L{k}" for k in range(1, LANES + 1))]).gather(lane),
            "colour": pl.Series([f"C{k:02d}" for k in range(1, colours + 1)]).gather(colour),
            "options": has,
            "wanted": pl.Series(wanted, dtype=pl.Int32).cast(pl.Date),
            "priority": pl.Series(priority, dtype=pl.Int64),
            "fixed": pl.Series([None] * orders, dtype=pl.Date),
            "former": pl.Series([None] * orders, dtype=pl.Date),
        }
    )
    total = sum(
        loads[model_names[k]] * n for k, n in enumerate(np.bincount(model, minlength=models))
    )
    relative = np.where(draw.random(days) < 0.05, 0.5, 1.0)
    capacity = np.ceil(total / UTILISATION * relative / relative.sum())
    months = pl.Series(dates).dt.truncate("1mo")
    volume = np.bincount(model, minlength=models)
    corridor = []
    for month in months.unique().sort().to_list():
        here = float(capacity[(months == month).to_numpy()].sum() / capacity.sum())
        for k, name in enumerate(model_names):
            even = volume[k] * here
            corridor.append(
                {
                    "month": month,
                    "model": name,
                    "least": float(np.floor(even * (1 - CORRIDOR))),
                    "most": float(np.ceil(even * (1 + CORRIDOR) + 1)),
                }
            )
    table_of_days = pl.DataFrame({"date": dates, "capacity": capacity})
    rate = fitted.mean(axis=0)
    ratios = pl.DataFrame(
        {
            "option": option_names,
            "share": np.minimum(1.0, rate / RULE_LOAD),
            "cars": 0.0,
            "hard": False,
        }
    )
    limits = [
        {
            "kind": "option",
            "item": option_names[k],
            "date": date,
            "most": float(np.ceil(1.25 * rate[k] * capacity[at]) + 1),
        }
        for k in draw.choice(options, size=min(3, options), replace=False).tolist()
        for at, date in enumerate(dates)
    ]
    made = Input(
        orders=table,
        days=table_of_days,
        loads=loads,
        lanes={"home": None, **{f"L{k}": f"L{k}" for k in range(1, LANES + 1)}},
        vessels=vessels,
        corridor=pl.DataFrame(corridor),
        limits=pl.DataFrame(
            limits,
            schema={"kind": pl.String, "item": pl.String, "date": pl.Date, "most": pl.Float64},
        ),
        ratios=ratios,
        params=params or Params(frozen_days=0, firm_days=0),
    )
    return made if lines == 1 else _on_lines(made, fitted, model, LINES[:lines], seed)


def _on_lines(made: Input, fitted: np.ndarray, model: np.ndarray, lines: str, seed: int) -> Input:
    """Share a year out over lines, given which options and which model each order has."""
    draw = np.random.default_rng([seed, len(lines)])
    names = list(made.loads)
    home = np.arange(len(names)) % len(lines)
    second = np.where(np.arange(len(names)) % CHOICE == CHOICE - 1, (home + 1) % len(lines), -1)
    rows = [(name, lines[home[k]], 0.0) for k, name in enumerate(names)]
    rows += [(name, lines[second[k]], DEARER) for k, name in enumerate(names) if second[k] >= 0]
    load = np.bincount(model, minlength=len(names)) * np.array(list(made.loads.values()))
    shared = np.where(second >= 0, 0.5, 1.0) * load
    work = np.bincount(home, shared, len(lines))
    work += np.bincount(second[second >= 0], shared[second >= 0], len(lines))
    works = draw.random((made.days.height, len(lines))) >= REST
    works[~works.any(axis=1)] = True
    total = made.days["capacity"].to_numpy()
    relative = total[:, None] * works
    capacity = np.ceil(relative / relative.sum(axis=0) * work / work.sum() * total.sum())
    dates = made.days["date"].to_list()
    days = [
        (date, line, capacity[at, k])
        for at, date in enumerate(dates)
        for k, line in enumerate(lines)
        if works[at, k]
    ]
    paint = [
        ("shop", "paint", date, np.floor(PAINT * capacity[at, :2].sum()), None)
        for at, date in enumerate(dates)
        if works[at, :2].any()
    ]
    ratios = [
        (option, min(1.0, fitted[home[model] == k, at].mean() / RULE_LOAD), 0.0, False, line)
        for at, option in enumerate(made.ratios["option"].to_list())
        for k, line in enumerate(lines)
    ]
    passes = [(name, "paint", made.loads[name], line) for name in names for line in lines[:2]]
    routes = pl.DataFrame(rows, schema=["model", "line", "cost"], orient="row")
    return replace(
        made,
        days=pl.DataFrame(days, schema=["date", "line", "capacity"], orient="row"),
        routes=routes.with_columns(
            pl.lit(None, pl.Date).alias("start"),
            pl.lit(None, pl.Float64).alias("load"),
            pl.lit(None, pl.Float64).alias("share"),
        ),
        booths={line: "paint" if k < 2 else line for k, line in enumerate(lines)},
        limits=pl.concat([made.limits, pl.DataFrame(paint, made.limits.schema, orient="row")]),
        passes=pl.DataFrame(passes, made.passes.schema, orient="row"),
        ratios=pl.DataFrame(ratios, made.ratios.schema, orient="row"),
    )


def _options(draw: np.random.Generator, model: np.ndarray, models: int, options: int) -> np.ndarray:
    """Return which options each order has: a trim's set, and extras."""
    orders = len(model)
    rate = draw.beta(1.2, 3.0, size=options)
    trims = draw.random((models, 5, options)) < rate * np.array([0.2, 0.6, 1.0, 1.4, 1.8])[:, None]
    trim = draw.choice(5, size=orders, p=[0.15, 0.25, 0.3, 0.2, 0.1])
    extra = draw.random((models, options)) * 0.12
    fitted: np.ndarray = trims[model, trim]
    for k in range(options):
        fitted[:, k] |= draw.random(orders) < extra[model, k]
    return fitted


def _dates(
    draw: np.random.Generator, orders: int, dates: list[dt.date]
) -> tuple[np.ndarray, np.ndarray, pl.DataFrame]:
    """Return the lane of each order (0: by road), its wanted date and the vessels."""
    begin, end = dates[0].toordinal(), dates[-1].toordinal()
    epoch = dt.date(1970, 1, 1).toordinal()
    lane = draw.choice(LANES + 1, size=orders, p=[0.45, 0.2, 0.12, 0.08, 0.06, 0.05, 0.04])
    at = np.linspace(0.0, 1.0, 2001)
    season = np.cumsum(1.0 - SWING * np.cos(4 * np.pi * at))
    season = (season - season[0]) / (season[-1] - season[0])
    requested = begin + np.interp(draw.random(orders), season, at) * (end - begin)
    requested += NOTICE
    wanted = np.round(requested).astype(np.int64)
    rows = []
    for k in range(1, LANES + 1):
        gap = int(draw.integers(7, 15))
        calls = np.arange(begin + int(draw.integers(3, 3 + gap)), end + NOTICE + 3 * gap, gap)
        rows += [
            {
                "lane": f"L{k}",
                "vessel": f"L{k} {number:03d}",
                "cutoff": dt.date.fromordinal(int(call)),
                "etd": dt.date.fromordinal(int(call) + 2),
            }
            for number, call in enumerate(calls.tolist(), 1)
        ]
        here = lane == k
        which = np.minimum(np.searchsorted(calls, requested[here]), len(calls) - 1)
        wanted[here] = calls[which] + 2
    return lane, wanted - epoch, pl.DataFrame(rows)
