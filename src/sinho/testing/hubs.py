"""Generated hubs of any size, for benchmarks and tests of large plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sinho.hub.countries import CODES
from sinho.hub.schema import POWERTRAINS
from sinho.parameters import SEED
from sinho.units import DayRule, Floats, Period, month_range, per_period, periods, worked_shares

if TYPE_CHECKING:
    from sinho.hub import Hub

START = dt.date(2026, 1, 1)
SHOPS = ("press", "body", "paint", "assembly", "engine", "foundry", "battery")
CAR_SHOPS = SHOPS[:4]
CARS_PER_CELL = 10.0
"""Mean demand of a model in a market and month: 25,000 cars a month in 100 models x 25 markets."""
SHIFT_HOURS = 8.0
MOST_LINES = 4
WEEKEND = frozenset({5, 6})


@dataclass(frozen=True)
class Size:
    """Size of a generated hub.

    Parameters
    ----------
    months, models, markets : int
        How many; at least 2 months, 1 model and 2 markets.
    lines : int
        How many lines, 1 to 4, and a model for each.

    Raises
    ------
    ValueError
        When one is too small, or there are too many lines.
    """

    months: int = 24
    models: int = 100
    markets: int = 25
    lines: int = 1

    def __post_init__(self) -> None:
        if self.months < 2 or self.models < 1 or self.markets < 2:
            raise ValueError(
                f"a generated hub needs at least 2 months, 1 model and 2 markets, not {self}"
            )
        if not 1 <= self.lines <= min(MOST_LINES, self.models):
            raise ValueError(
                f"a generated hub has 1 to {MOST_LINES} lines, and a model for each, not {self}"
            )


CASE_M = Size(24, 100, 25)
CASE_L = Size(60, 200, 50)


@dataclass(frozen=True)
class _Draw:
    """What the tables are made of: months T, models I, markets K, shops S, lanes R."""

    size: Size
    months: list[dt.date]
    spans: tuple[Period, ...]
    days: Floats  # (T,)
    powertrain: list[str]  # (I,)
    length: Floats  # (I,) mm
    width: Floats  # (I,) mm
    launch: list[int]  # (I,) month of SOP; 0: in production from the start
    lane: list[int]  # (K,) -1: domestic
    units: Floats  # (I, K, T)
    price: Floats  # (I, K)
    load: Floats  # (S, I)


def _named(stem: str, n: int) -> list[str]:
    width = max(2, len(str(n - 1)))
    return [f"{stem}{place:0{width}d}" for place in range(n)]


def _draw(size: Size, rng: np.random.Generator, launches: bool) -> _Draw:
    n_t, n_i, n_k = size.months, size.models, size.markets
    last = dt.date(START.year + (n_t - 1) // 12, (n_t - 1) % 12 + 1, 1)
    months = month_range(START, last)
    spans = periods(START, last)
    stops = [
        DayRule(dt.date(year, 8, 3), dt.date(year, 8, 14), 0.0)
        for year in range(START.year, last.year + 1)
    ]
    shares = worked_shares(
        START, spans[-1].end, weekend=WEEKEND, rest=frozenset[dt.date](), rules=stops
    )
    n_domestic, n_lanes = max(1, n_k // 8), max(1, n_k // 4)
    lane = [-1] * n_domestic + [int(r) for r in rng.integers(0, n_lanes, n_k - n_domestic)]
    models, markets = np.exp(rng.normal(0, 0.7, n_i)), np.exp(rng.normal(0, 0.8, n_k))
    t = np.arange(n_t)
    season = 1 + 0.25 * np.sin(2 * np.pi * (t + rng.integers(0, 12, (n_k, 1))) / 12)
    trend = np.exp(rng.normal(0, 0.02, (n_i, 1)) * t)
    units = models[:, None, None] * markets[:, None] * season * trend[:, None, :]
    units = units * np.exp(rng.normal(0, 0.3, units.shape))
    units = np.maximum(1.0, np.round(units * CARS_PER_CELL / units.mean()))
    launch = np.where(rng.random(n_i) < 0.15, rng.integers(1, max(2, n_t // 2), n_i), 0)
    launch = launch if launches else np.zeros(n_i, dtype=np.int64)
    units[t < launch[:, None].repeat(n_k, 1)[:, :, None]] = 0.0
    level = rng.uniform(15_000, 45_000, n_i)
    powertrain = rng.choice(POWERTRAINS, n_i, p=[0.4, 0.3, 0.1, 0.2])
    load = np.zeros((len(SHOPS), n_i))
    load[:4] = rng.choice([0.9, 1.0, 1.0, 1.0, 1.1, 1.2], (4, n_i))
    burns, stores = powertrain != "BEV", powertrain != "ICE"
    load[4] = burns * rng.choice([1.0, 1.0, 1.2], n_i)
    load[5] = burns * np.round(rng.uniform(20, 50, n_i))
    load[6] = stores * rng.choice([0.3, 0.5, 1.0], n_i)
    return _Draw(
        size=size,
        months=months,
        spans=spans,
        days=per_period(shares, START, spans),
        powertrain=[str(p) for p in powertrain],
        length=np.round(rng.uniform(3_900, 5_000, n_i)),
        width=np.round(rng.uniform(1_750, 1_950, n_i)),
        launch=[int(month) for month in launch],
        lane=lane,
        units=units,
        price=np.round(level[:, None] * rng.uniform(0.9, 1.15, (n_i, n_k))),
        load=load,
    )


def _demand(draw: _Draw, rng: np.random.Generator, *, steps: bool) -> pl.DataFrame:
    """Return the demand rows; with steps, prices of every fifth pair rise in mid-horizon."""
    n_i, n_k, n_t = draw.units.shape
    i, k, t = np.nonzero(draw.units)
    price = draw.price[i, k]
    if steps:
        price = np.where((i + k) % 5 == 0, np.round(price * (1 + 0.03 * (t >= n_t // 2))), price)
    lost = np.round(rng.uniform(500, 4_000, (n_i, n_k)))
    late = np.round(rng.uniform(100, 600, (n_i, n_k)))
    models, markets = (pl.Series(names) for names in (_models(draw), _markets(draw)))
    return pl.DataFrame(
        {
            "model": models.gather(i),
            "market": markets.gather(k),
            "month": pl.Series(draw.months).gather(t),
            "units": draw.units[i, k, t],
            "price": price,
            "lost_penalty": lost[i, k],
            "late_penalty": late[i, k],
        }
    )


def _models(draw: _Draw) -> list[str]:
    return _named("M", draw.size.models)


def _markets(draw: _Draw) -> list[str]:
    return _named("K", draw.size.markets)


def _lanes(draw: _Draw) -> list[str]:
    return _named("L", max(draw.lane) + 1)


def _countries(n: int) -> list[str]:
    """Return countries of n markets, none of them the plant's; beyond all, some have several."""
    codes = sorted(CODES - {"KR"})
    return [codes[k % len(codes)] for k in range(n)]


def _table(rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), infer_schema_length=None)


def generate_tables(
    size: Size = CASE_M,
    seed: int = SEED,
    *,
    shop_room: float = 1.0,
    sea_room: float = 1.0,
    choices: bool = False,
) -> dict[str, pl.DataFrame]:
    """Draw the tables of a hub of a given size.

    Seven shops, stock, backlog and sailings with capacity in CEU and square metres; demand in
    every pair of model and market and every month, with seasons, trends and noise. Some shops
    and some sailings bind in most months where the rooms are near 1.

    Parameters
    ----------
    size : Size
        Months, models, markets and lines.
    seed : int
        Seed of the draw.
    shop_room, sea_room : float
        Capacity of the shops and of the sailings over what all demand would take; each shop and
        lane-month deviates from it by some per cent.
    choices : bool
        Whether the hub also has what makes a plan more than a linear program on shops and ships:
        shift patterns to choose from, overtime, engines and castings, battery packs bought,
        containers, a yard, opening stock and backlog, launches with ramps, largest stocks, price
        changes and contracts.

    Returns
    -------
    dict of str to polars.DataFrame
        Tables for ``hub_from_tables``.
    """
    rng = np.random.default_rng(seed)
    draw = _draw(size, rng, choices)
    models, markets, lanes = _models(draw), _markets(draw), _lanes(draw)
    n_i, n_t = size.models, size.months
    hours = 2 * SHIFT_HOURS * draw.days
    use = np.einsum("si,ikt->s", draw.load, draw.units)
    room = shop_room * rng.uniform(0.97, 1.15, len(SHOPS))
    # a shop that nothing loads still has a rate that a hub may have
    rate = np.maximum(np.maximum(use, 1.0) / hours.sum() * room, 0.01)
    cost = draw.price.mean(axis=1) * rng.uniform(0.6, 0.8, n_i)
    last = draw.months[-1]
    tables = {
        "hub": _table(
            [
                {
                    "name": f"Generated {n_t} x {n_i} x {size.markets}, seed {seed}",
                    "country": "KR",
                    "start": START,
                    "end": last,
                    "public_holidays": False,
                }
            ]
        ),
        "brands": _table([{"brand": f"brand {b}"} for b in range(min(4, n_i))]),
        "models": _table(
            [
                {
                    "model": model,
                    "brand": f"brand {i % min(4, n_i)}",
                    "powertrain": draw.powertrain[i],
                    "length": draw.length[i],
                    "width": draw.width[i],
                    "height": 1600.0,
                    "sop": draw.months[draw.launch[i]] if draw.launch[i] else None,
                    "material_cost": round(float(cost[i])),
                    "stock_cost": round(float(cost[i]) * 0.006),
                }
                for i, model in enumerate(models)
            ]
        ),
        "groups": _table([{"group": "cars"}, {"group": "powertrain"}]),
        "shops": _table(
            [
                {
                    "shop": shop,
                    "kind": shop,
                    "group": "cars" if shop in CAR_SHOPS else "powertrain",
                    "unit": "kg" if shop == "foundry" else "piece",
                    "installed_rate": float(rate[s]) * 1.1,
                    "manned_rate": float(rate[s]),
                }
                for s, shop in enumerate(SHOPS)
            ]
        ),
        "loads": _table(
            [
                {"item": model, "shop": shop, "load": float(draw.load[s, i])}
                for s, shop in enumerate(SHOPS)
                for i, model in enumerate(models)
                if draw.load[s, i] > 0
            ]
        ),
        "patterns": _table(
            [
                {
                    "group": group,
                    "pattern": "two shifts",
                    "shifts": 2,
                    "hours": SHIFT_HOURS,
                    "cost_per_day": 2.0e3 * n_i,
                }
                for group in ("cars", "powertrain")
            ]
        ),
        "calendar": _table(
            [
                {
                    "start": dt.date(year, 8, 3),
                    "end": dt.date(year, 8, 14),
                    "kind": "summer",
                }
                for year in range(START.year, last.year + 1)
            ]
        ),
        "markets": _table(
            [
                {
                    "market": market,
                    "country": "KR" if draw.lane[k] < 0 else _countries(size.markets)[k],
                    "region": "home" if draw.lane[k] < 0 else f"region {draw.lane[k]}",
                    "route": "domestic" if draw.lane[k] < 0 else "overseas",
                    "lane": None if draw.lane[k] < 0 else lanes[draw.lane[k]],
                    "port": None if draw.lane[k] < 0 else f"port {k}",
                }
                for k, market in enumerate(markets)
            ]
        ),
        "demand": _demand(draw, rng, steps=choices),
        "tariffs": _table(
            [
                {
                    "origin": "KR",
                    "destination": _countries(size.markets)[k],
                    "start": START,
                    "percent": float(rng.choice([0.0, 5.0, 10.0, 15.0])),
                }
                for k in range(size.markets)
                if draw.lane[k] >= 0
            ]
        ).unique("destination", keep="first", maintain_order=True),
        "freight": _freight(draw, rng),
        "sailings": _sailings(draw, rng, sea_room),
    }
    if choices:
        from sinho.testing.hub_choices import add_choices

        add_choices(tables, draw.units, draw.launch, rng)
    if size.lines > 1:
        from sinho.testing.hub_lines import add_lines

        add_lines(tables, size.lines, draw.units, rng, lots=choices)
    return tables


def _freight(draw: _Draw, rng: np.random.Generator) -> pl.DataFrame:
    """Return freight per CEU by vessel, changing every six months, and the road's."""
    rows: list[dict[str, object]] = [
        {"lane": "domestic", "mode": "road", "start": START, "cost": 100.0, "per": "car"}
    ]
    for lane in _lanes(draw):
        level = rng.uniform(400, 1_600)
        rows += [
            {
                "lane": lane,
                "mode": "vessel",
                "start": month,
                "cost": round(float(level * np.exp(rng.normal(0, 0.1)))),
                "per": "ceu",
            }
            for month in draw.months[::6]
        ]
    return _table(rows)


def _sailings(draw: _Draw, rng: np.random.Generator, sea_room: float) -> pl.DataFrame:
    """Return capacity in CEU and square metres around what the lane's demand takes on average."""
    area = draw.length * draw.width / 1e6
    rows: list[dict[str, object]] = []
    for r, lane in enumerate(_lanes(draw)):
        own = np.array([k for k, at in enumerate(draw.lane) if at == r], dtype=np.int64)
        need = float(np.einsum("i,ikt->", area, draw.units[:, own])) / draw.size.months
        level = need * sea_room * rng.uniform(0.95, 1.15)
        for month in draw.months:
            metres = level * float(np.exp(rng.normal(0, 0.15)))
            ceu = metres / 6.39375 * float(np.exp(rng.normal(0.05, 0.05)))
            rows.append({"lane": lane, "month": month, "area": metres, "ceu": ceu})
    return _table(rows)


def generate_hub(
    size: Size = CASE_M,
    seed: int = SEED,
    *,
    shop_room: float = 1.0,
    sea_room: float = 1.0,
    choices: bool = False,
) -> Hub:
    """Draw a hub of a given size; parameters as for ``generate_tables``.

    Returns
    -------
    Hub
        The checked hub.
    """
    from sinho.hub import hub_from_tables

    return hub_from_tables(
        generate_tables(size, seed, shop_room=shop_room, sea_room=sea_room, choices=choices)
    )
