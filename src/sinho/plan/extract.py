"""From the values of a program's columns to the tables of a plan."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from sinho.plan.arrays import MODES, PlanData
from sinho.plan.extract_patterns import pattern_tables
from sinho.plan.extract_transport import transport_tables
from sinho.plan.frames import BINDING, TINY, Frames
from sinho.plan.program import Program
from sinho.results import LINES
from sinho.units import Floats, year_share

ONLY_WHERE_POSTED = ("line costs",)
"""Lines of the contribution that plans without such amounts do not show."""


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
    f = Frames(data)
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
    f: Frames, program: Program, x: Floats, row_dual: Floats
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
        **transport_tables(f, program, x, row_dual),
        "shop_values": f.grid(
            "shop",
            data.shops,
            value=-row_dual[program.rows["shop"].at].reshape(manned.shape) * real_rate,
        ).with_columns(pl.col("value") + 0.0),
    }


def _part_tables(f: Frames, program: Program, x: Floats, make: Floats) -> dict[str, pl.DataFrame]:
    """Return parts made, bought, used and kept."""
    data = f.data
    shape = (len(data.parts), len(data.spans))
    made, bought, stock = (
        program.columns[name].grid(x, *shape) for name in ("made", "bought", "part stock")
    )
    started = made / data.part_yield[:, None]
    used = data.bom_model @ make + data.bom_part @ started
    return {
        "parts": f.grid(
            "part",
            data.parts,
            made=made,
            bought=bought,
            used=used,
            stock=stock,
        )
    }


def shipped_cars(program: Program, x: Floats, shape: tuple[int, ...]) -> Floats:
    """Return the cars shipped over all modes by pair and period, of that shape (P, T)."""
    modes = [block for name, block in program.columns.items() if name.startswith("ship ")]
    return sum((block.grid(x, *shape) for block in modes), np.zeros(shape))


def _contracts(data: PlanData, program: Program, x: Floats) -> pl.DataFrame:
    """Return every contract window with its corridor and what is shipped."""
    short = x[program.columns["short"].at]
    shipped = shipped_cars(program, x, data.demand.shape)
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
