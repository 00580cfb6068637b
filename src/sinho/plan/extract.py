"""From the values of a program's columns to the tables of a plan."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.plan.arrays import MODES, Ints, PlanData
from sinho.plan.extract_patterns import pattern_tables
from sinho.plan.program import Program
from sinho.results import LINES
from sinho.units import Floats, year_share

TINY = 1e-6
ONLY_WHERE_POSTED = ("line costs",)
"""Lines of the contribution that plans without such amounts do not show."""
BINDING = 1e-6


@dataclass(frozen=True)
class _Frames:
    """Makes frames whose places in the arrays are turned into names and dates."""

    data: PlanData

    def dates(self, t: Ints) -> pl.Series:
        starts = pl.Series([span.start for span in self.data.spans], dtype=pl.Date)
        return starts.gather(t)

    def names(self, names: tuple[str, ...], at: Ints) -> pl.Series:
        return pl.Series(list(names), dtype=pl.String).gather(at)

    def by_cell(self, cells: Ints, **columns: Floats) -> pl.DataFrame:
        pair = cells[:, 0]
        return pl.DataFrame(
            {
                "period": self.dates(cells[:, 1]),
                "model": self.names(self.data.models, self.data.pair_model[pair]),
                "market": self.names(self.data.markets, self.data.pair_market[pair]),
                **columns,
            }
        )

    def grid(self, name: str, names: tuple[str, ...], **columns: Floats) -> pl.DataFrame:
        """Return a frame of names x periods, period by period."""
        n, n_t = len(names), len(self.data.spans)
        t, at = np.repeat(np.arange(n_t), n), np.tile(np.arange(n), n_t)
        return pl.DataFrame(
            {
                "period": self.dates(t),
                name: self.names(names, at),
                **{key: values.T.ravel() for key, values in columns.items()},
            }
        )


def clean(x: Floats, program: Program) -> Floats:
    """Return the columns' values with the solver's noise taken off: whole numbers and zeros."""
    whole = np.round(x)
    near = np.abs(x - whole) <= TINY
    cleaned: Floats = np.clip(np.where(near, whole, x), program.lower, program.upper)
    return cleaned


def line_amounts(program: Program, x: Floats, n_periods: int) -> dict[str, Floats]:
    """Return the contribution by line and period.

    Parameters
    ----------
    program : Program
        The program.
    x : ndarray, shape (columns,)
        Values of its columns.
    n_periods : int
        Number of periods T; amounts without a period (contracts) are given in a place T.

    Returns
    -------
    dict of str to ndarray, shape (T + 1,)
        Signed amounts, income positive.
    """
    posted = {posting.name for posting in program.postings}
    amounts = {
        name: np.zeros(n_periods + 1)
        for name in LINES
        if name in posted or name not in ONLY_WHERE_POSTED
    }
    for posting in program.postings:
        block = program.columns[posting.block]
        if posting.block == "short":
            period = np.full(len(block), n_periods)
        else:
            period = np.minimum(block.index[:, -1] + posting.shift, n_periods - 1)
        amounts[posting.name] += np.bincount(
            period, posting.coefficient * x[block.at], minlength=n_periods + 1
        )
    return amounts


def tables(
    data: PlanData, program: Program, x: Floats, row_dual: Floats
) -> tuple[dict[str, pl.DataFrame], float]:
    """Turn a solution into the tables of a plan.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program.
    x : ndarray, shape (columns,)
        Values of the columns, cleaned.
    row_dual : ndarray, shape (rows,)
        Duals of the rows, integers fixed.

    Returns
    -------
    tuple of (dict of str to polars.DataFrame, float)
        The tables of ``MonthPlan`` and the contribution, the exact sum of the table ``lines``.
    """
    f = _Frames(data)
    n_t = len(data.spans)

    def values(block: str) -> Floats:
        return x[program.columns[block].at]

    def shaped(block: str, *shape: int) -> Floats:
        return values(block).reshape(shape)

    def cells(block: str) -> pl.DataFrame:
        frame = f.by_cell(program.columns[block].index, units=values(block))
        return frame.filter(pl.col("units") > TINY)

    stock = shaped("stock", len(data.models), n_t)
    by_route = shaped("make", len(data.route_model), n_t)
    make = np.zeros(stock.shape)
    np.add.at(make, data.route_model, by_route)
    modes = [mode for mode in MODES if f"ship {mode}" in program.columns]
    ship = pl.concat(
        [
            cells(f"ship {mode}").select(
                "period", "model", "market", pl.lit(mode).alias("mode"), "units"
            )
            for mode in modes
        ]
        or [
            pl.DataFrame(
                schema={
                    "period": pl.Date,
                    "model": pl.String,
                    "market": pl.String,
                    "mode": pl.String,
                    "units": pl.Float64,
                }
            )
        ]
    ).sort("period", "model", "market", "mode")
    pair, t = np.nonzero(data.demand > 0)
    result = {
        "periods": pl.DataFrame(
            {
                "period": [s.start for s in data.spans],
                "label": [s.label for s in data.spans],
                "start": [s.start for s in data.spans],
                "end": [s.end for s in data.spans],
                "days": [s.days for s in data.spans],
                "month": [s.month for s in data.spans],
            }
        ),
        "demand": f.by_cell(np.stack([pair, t], axis=1), units=data.demand[pair, t]),
        "make": f.grid("model", data.models, units=make),
        "make_lines": f.grid(
            "model", tuple(data.models[i] for i in data.route_model), units=by_route
        ).select(
            "period",
            "model",
            pl.Series("line", [data.lines[n] for n in data.route_line] * n_t, dtype=pl.String),
            "units",
        ),
        "ship": ship,
        "stock": f.grid("model", data.models, units=stock),
        "late": cells("late"),
        "lost": cells("lost"),
    }
    amounts = line_amounts(program, x, n_t)
    totals = {name: math.fsum(by_period) for name, by_period in amounts.items()}
    result["lines"] = pl.DataFrame(
        {
            "line": list(totals),
            "amount": [amount + 0.0 for amount in totals.values()],
            "meaning": [LINES[name] for name in totals],
        }
    )
    starts = [*(s.start for s in data.spans), None]
    result["lines_by_period"] = pl.DataFrame(
        [
            {"period": starts[at], "line": name, "amount": float(by_period[at])}
            for at in range(n_t + 1)
            for name, by_period in amounts.items()
            if by_period[at]
        ],
        schema={"period": pl.Date, "line": pl.String, "amount": pl.Float64},
    )
    result |= _capacity_tables(f, program, x, row_dual)
    result |= _part_tables(f, program, x, make)
    result["contracts"] = _contracts(data, program, x)
    return result, math.fsum(totals.values())


def _capacity_tables(
    f: _Frames, program: Program, x: Floats, row_dual: Floats
) -> dict[str, pl.DataFrame]:
    """Return hours, patterns, overtime, people, sailing, yard and the marginal values."""
    data = f.data
    n_t, n_g = len(data.spans), len(data.groups)
    group = data.pattern_group
    worked = x[program.columns["pattern"].at].reshape(-1, n_t)
    overtime = x[program.columns["overtime"].at].reshape(n_g, n_t)
    pattern_hours = np.zeros((n_g, n_t))
    np.add.at(pattern_hours, group, worked * data.pattern_hours)
    shop_overtime = overtime[data.shop_group]
    shop_hours = pattern_hours[data.shop_group]
    real_rate = data.rate * data.availability[:, None]
    manned = real_rate * (shop_hours + shop_overtime)
    installed = data.installed_year[:, None] * np.array([year_share(s) for s in data.spans])
    activity = program.activity(x)[program.rows["shop"].at].reshape(manned.shape)
    load = activity + manned
    load[np.abs(load) < TINY] = 0.0
    binding = (load >= manned - BINDING * np.maximum(1.0, manned)) & (load > TINY)

    def share(part: Floats, whole: Floats) -> Floats:
        shares = np.full(part.shape, np.nan)
        np.divide(part, whole, out=shares, where=whole > 0)
        return shares

    by_group = [data.groups[g] for g in data.shop_group]
    units = f.grid(
        "shop",
        data.shops,
        days=data.days[data.shop_group],
        pattern_hours=shop_hours,
        overtime_hours=shop_overtime,
        rate=data.rate,
        availability=np.repeat(data.availability[:, None], n_t, axis=1),
        load=load,
        manned_capacity=manned,
        installed_capacity=installed,
        utilisation_manned=share(load, manned),
        utilisation_installed=share(load, installed),
    ).with_columns(
        pl.Series("binding", binding.T.ravel()),
        pl.Series("group", by_group * n_t, dtype=pl.String),
        pl.col("utilisation_manned").fill_nan(None),
        pl.col("utilisation_installed").fill_nan(None),
    )
    return {
        "hours": units.select(
            "period", "shop", "group", pl.all().exclude("period", "shop", "group")
        ),
        **pattern_tables(data, worked),
        "overtime": f.grid("group", data.groups, hours=overtime, limit=data.overtime_max),
        "sailing": _sailing(f, program, x),
        "departures": _departures(f, program, x, row_dual),
        "yard": _yard(f, program, x),
        "shop_values": f.grid(
            "shop",
            data.shops,
            value=-row_dual[program.rows["shop"].at].reshape(manned.shape) * real_rate,
        ).with_columns(pl.col("value") + 0.0),
        "sea_values": f.grid(
            "lane",
            data.lanes,
            **{
                f"value_{name}": _on_grid(program, name, -row_dual, data.ceu_cap.shape, 0.0)
                for name in ("area", "ceu", "box")
            },
        ),
    }


def _on_grid(
    program: Program, name: str, of_rows: Floats, shape: tuple[int, ...], missing: float
) -> Floats:
    """Return row values on the full grid of a run that has rows only for set capacities."""
    block = program.rows[name]
    grid = np.full(shape, missing)
    grid[tuple(block.index.T)] = of_rows[block.at]
    return grid + 0.0


def _sailing(f: _Frames, program: Program, x: Floats) -> pl.DataFrame:
    """Return what is used of the sailings' CEU, square metres and boxes."""
    data = f.data
    shape = data.ceu_cap.shape
    used = {name: np.zeros(shape) for name in ("ceu", "area", "boxes")}
    for mode in ("vessel", "container"):
        block = program.columns.get(f"ship {mode}")
        if block is None:
            continue
        pair, t = block.index.T
        lane = data.market_lane[data.pair_market[pair]]
        model, cars = data.pair_model[pair], x[block.at]
        sea = lane >= 0
        at = (lane[sea], t[sea])
        if mode == "vessel":
            np.add.at(used["ceu"], at, (cars * data.ceu[model])[sea])
            np.add.at(used["area"], at, (cars * data.area[model])[sea])
        else:
            boxed = data.cars_per_box[data.pair_market[pair], t]
            np.add.at(used["boxes"], at, (cars / boxed)[sea])
    capacity = {"ceu": data.ceu_cap, "area": data.area_cap, "boxes": data.box_cap}
    rates = []
    for name, cap in capacity.items():
        part = np.where(used[name] > TINY, used[name], 0.0)
        # a capacity of 0 that is used cannot be; a capacity that is not set has no utilisation
        rates.append(np.divide(part, cap, out=np.full(shape, np.nan), where=cap > 0))
    known = np.stack(rates)
    top = np.where(np.isnan(known), -1.0, known).max(axis=0)
    columns = {}
    for name, cap in capacity.items():
        columns[name] = used[name]
        columns[f"{name}_capacity"] = cap
    frame = f.grid("lane", data.lanes, **columns, utilisation=np.where(top < 0, np.nan, top))
    return frame.with_columns(
        pl.col("ceu_capacity", "area_capacity", "boxes_capacity", "utilisation").fill_nan(None),
    ).with_columns(binding=pl.col("utilisation").fill_null(0.0) >= 1 - BINDING)


def _departures(f: _Frames, program: Program, x: Floats, row_dual: Floats) -> pl.DataFrame:
    """Return what trains and trucks carry on each lane with such freight, and could."""
    data, shape = f.data, f.data.ceu_cap.shape
    frames = []
    for mode, cap in (("road", data.road_cap), ("rail", data.rail_cap)):
        cars = np.zeros(shape)
        block = program.columns.get(f"ship {mode}")
        if block is not None:
            pair, t = block.index.T
            lane = data.market_lane[data.pair_market[pair]]
            land = lane >= 0
            np.add.at(cars, (lane[land], t[land]), x[block.at][land])
        value = _on_grid(program, mode, -row_dual, shape, 0.0)
        frame = f.grid("lane", data.lanes, cars=cars, capacity=cap, value=value)
        shown = np.array(data.lanes)[(cars > TINY).any(axis=1) | np.isfinite(cap).any(axis=1)]
        frames.append(
            frame.filter(pl.col("lane").is_in(shown.tolist())).select(
                "period",
                "lane",
                pl.lit(mode).alias("mode"),
                "cars",
                pl.col("capacity").fill_nan(None),
                "value",
            )
        )
    full = pl.col("capacity") > 0
    share = pl.when(full).then(pl.col("cars") / pl.col("capacity"))
    return pl.concat(frames).select(
        pl.exclude("value"),
        utilisation=share,
        binding=share.fill_null(0.0) >= 1 - BINDING,
        value="value",
    )


def _yard(f: _Frames, program: Program, x: Floats) -> pl.DataFrame:
    """Return the finished cars kept and the room for them."""
    data = f.data
    stock = x[program.columns["stock"].at].reshape(len(data.models), -1)
    return pl.DataFrame(
        {
            "period": f.dates(np.arange(len(data.spans))),
            "cars": stock.sum(axis=0),
            "capacity": data.yard_cap,
        }
    ).with_columns(pl.col("capacity").fill_nan(None))


def _part_tables(f: _Frames, program: Program, x: Floats, make: Floats) -> dict[str, pl.DataFrame]:
    """Return parts made, bought, used and kept."""
    data = f.data
    shape = (len(data.parts), len(data.spans))
    grids = {}
    for name in ("made", "bought", "part stock"):
        block = program.columns[name]
        grids[name] = np.zeros(shape)
        grids[name][tuple(block.index.T)] = x[block.at]
    started = grids["made"] / data.part_yield[:, None]
    used = data.bom_model @ make + data.bom_part @ started
    return {
        "parts": f.grid(
            "part",
            data.parts,
            made=grids["made"],
            bought=grids["bought"],
            used=used,
            stock=grids["part stock"],
        )
    }


def _contracts(data: PlanData, program: Program, x: Floats) -> pl.DataFrame:
    """Return every contract window with its corridor and what is shipped."""
    short = x[program.columns["short"].at]
    shipped = np.zeros((len(data.pair_model), len(data.spans)))
    for name, block in program.columns.items():
        if name.startswith("ship "):
            np.add.at(shipped, tuple(block.index.T), x[block.at])
    rows = []
    for w, window in enumerate(data.windows):
        inside = shipped[np.ix_(window.pairs, window.inside)]
        cars, fees = float(inside.sum()), window.fees[window.inside]
        same = bool((fees == fees[0]).all())
        rows.append(
            {
                "contract": window.contract,
                "brand": window.brand,
                "window": window.label,
                "start": window.start,
                "end": window.end,
                "least": window.least,
                "most": None if np.isinf(window.most) else window.most,
                "shipped": cars,
                "short": float(short[w]),
                "fee": cars * float(fees[0]) if same else float(inside.sum(axis=0) @ fees),
                "penalty": float(short[w]) * window.penalty,
            }
        )
    text, number = pl.String, pl.Float64
    return pl.DataFrame(
        rows,
        schema={
            "contract": text,
            "brand": text,
            "window": text,
            "start": pl.Date,
            "end": pl.Date,
            "least": number,
            "most": number,
            "shipped": number,
            "short": number,
            "fee": number,
            "penalty": number,
        },
    )
