"""The tables of a plan on what carries its cars: ships, trains, trucks and the yard."""

from __future__ import annotations

import numpy as np
import polars as pl

from sinho.plan.frames import BINDING, TINY, Frames
from sinho.plan.program import Program
from sinho.units import Floats


def transport_tables(
    f: Frames, program: Program, x: Floats, row_dual: Floats
) -> dict[str, pl.DataFrame]:
    """Return sailings, departures and yard, and what more room would be worth.

    Parameters
    ----------
    f : Frames
        Makes the frames.
    program : Program
        The program.
    x : ndarray, shape (columns,)
        Values of its columns.
    row_dual : ndarray, shape (rows,)
        Duals of its rows.

    Returns
    -------
    dict of str to polars.DataFrame
        ``sailing``, ``departures``, ``yard`` and ``sea_values``.
    """
    data = f.data
    return {
        "sailing": _sailing(f, program, x),
        "departures": _departures(f, program, x, row_dual),
        "yard": _yard(f, program, x),
        "sea_values": f.grid(
            "lane",
            data.lanes,
            **{
                f"value_{name}": program.rows[name].grid(-row_dual, *data.ceu_cap.shape) + 0.0
                for name in ("area", "ceu", "box")
            },
        ),
    }


def _sailing(f: Frames, program: Program, x: Floats) -> pl.DataFrame:
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


def _departures(f: Frames, program: Program, x: Floats, row_dual: Floats) -> pl.DataFrame:
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
        value = program.rows[mode].grid(-row_dual, *shape) + 0.0
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


def _yard(f: Frames, program: Program, x: Floats) -> pl.DataFrame:
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
