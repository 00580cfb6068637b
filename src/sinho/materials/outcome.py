"""What comes of campaigns and deliveries: stock, shortages, and who waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.hub.clock import Axis, WorkingTime
from sinho.materials.carry import carry_out
from sinho.materials.jobs import ShopWork
from sinho.materials.stock import Draw, follow
from sinho.results import Needs
from sinho.results.supply import COVERAGE, HITS, SHORTAGES


def outcome(
    hub: Hub, needs: Needs, clock: WorkingTime, works: Sequence[ShopWork], come: pl.DataFrame
) -> dict[str, Any]:
    """Let the shops work, and follow the stock of every part.

    Parameters
    ----------
    hub : Hub
        The hub: ``parts``, ``bom``.
    needs : Needs
        What the cars need.
    clock : WorkingTime
        Working time.
    works : sequence of ShopWork
        The campaigns of the shops; they are worked off.
    come : polars.DataFrame
        Receipts that do not come from campaigns: opening stock and deliveries.

    Returns
    -------
    dict of str to polars.DataFrame
        The tables of `sinho.results.Supply` that say how it comes out.
    """
    known = hub["parts"]["part"].to_list()
    draws = {name: of_cars(needs, name, clock.line) for name in known}
    carried = carry_out(works, hub["bom"].to_dicts(), draws, come)
    axes = {job.name: work.axis for work in works for job in work.jobs}
    for (part,), rows in carried.draws.group_by("part", maintain_order=True):
        names = rows["campaign"].to_list()
        times = rows["time"].to_numpy().astype("datetime64[us]")
        units = rows["units"].to_numpy()
        draws[str(part)] = joined(draws[str(part)], times, units, names, axes[names[0]])
    receipts = pl.concat([come, carried.receipts]).sort("part", "available", "source")
    coverage, shortages, hits = followed(known, draws, receipts)
    return {
        "lots": carried.lots,
        "campaigns": carried.campaigns,
        "receipts": receipts,
        "draws": carried.draws.sort("part", "time", "campaign"),
        "coverage": coverage,
        "shortages": shortages,
        "hits": hits,
    }


def of_cars(needs: Needs, part: str, axis: Axis) -> Draw:
    """Return what cars take of a part."""
    own = needs.uses.filter(pl.col("part") == part)
    return Draw(
        own["time"].to_numpy().astype("datetime64[us]"),
        own["units"].to_numpy(),
        own["order"].to_list(),
        axis,
    )


def joined(draw: Draw, times: Any, units: Any, takers: list[str], axis: Axis) -> Draw:
    """Add what campaigns take to what is taken already; time is counted as the first taker's."""
    moments = np.concatenate([draw.times, np.asarray(times, dtype="datetime64[us]")])
    order = np.argsort(moments, kind="stable")
    every = [*draw.takers, *takers]
    return Draw(
        moments[order],
        np.concatenate([draw.units, units])[order],
        [every[k] for k in order],
        draw.axis if len(draw.units) else axis,
    )


def followed(
    parts: Sequence[str], draws: Mapping[str, Draw], receipts: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Follow the stock of every part that is taken."""
    found = [
        follow(part, draws[part], receipts.filter(pl.col("part") == part))
        for part in parts
        if len(draws[part].units)
    ]
    return (
        stack([coverage for coverage, _, _ in found], COVERAGE),
        stack([shortages for _, shortages, _ in found], SHORTAGES),
        stack([hits for _, _, hits in found], HITS),
    )


def stack(frames: Sequence[pl.DataFrame], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Put tables under each other; none give an empty one."""
    return pl.concat(frames) if frames else pl.DataFrame(schema=dict(schema))
