"""Sourcing of large networks: prices and cuts, beside linopy and the plain rule, as they grow.

The same network is planned by `sinho.source` (prices and cuts, by cost and by levels), as one
program through linopy and HiGHS, and by the plain rule: each market from its cheapest landed plant
until that is full, every plant in the step that it has. Run with `--sizes 4x8x6x12` and so on.
"""

from __future__ import annotations

import argparse
import resource
import time

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from sinho.hub import network_from_tables
from sinho.source import Input, Params, solve
from sinho.stop import TimeLimit
from sinho.testing import network_tables

SIZES = ("4x8x6x12", "8x30x15x24", "12x60x30x36", "20x150x60x48")


def spent() -> float:
    """Return seconds of the processor until now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def plain(data: Input) -> float:
    """Return the cost of the plain rule."""
    opening = [max(plant.opening, 0) for plant in data.plants]
    room = np.array([p.capacity[n] for p, n in zip(data.plants, opening, strict=True)])
    cost = sum(
        float((p.labour[n] + p.fixed_open).sum()) for p, n in zip(data.plants, opening, strict=True)
    )
    a, k, t = data.cells()
    ready = data.fixed[a] | (t >= data.lead[a])
    a, k, t = a[ready], k[ready], t[ready]
    landed = data.landed(a, k, t)
    left, launched = data.demand.copy(), data.fixed.copy()
    for at in np.lexsort((landed, k, data.model[a], t)):
        i, p, m = data.model[a[at]], data.plant[a[at]], t[at]
        cars = min(left[i, k[at], m], room[p, m] / data.load[a[at]])
        if cars <= 0:
            continue
        if not launched[a[at]]:
            launched[a[at]] = True
            cost += float(data.tooling[a[at], 0])
        left[i, k[at], m] -= cars
        room[p, m] -= cars * data.load[a[at]]
        cost += float(cars * landed[at])
    return cost + float((left * (data.price + data.penalty)).sum())


def through_linopy(data: Input, seconds: float) -> tuple[float, float]:
    """Return cost and bound of one program through linopy."""
    shape = len(data.model), len(data.markets), len(data.months)
    every = np.indices(shape).reshape(3, -1)
    cost = xr.DataArray(data.landed(*every).reshape(shape), dims=("a", "k", "t"))
    model, plants = linopy.Model(), range(len(data.plants))
    names = [pd.RangeIndex(n, name=d) for n, d in zip(shape, "akt", strict=True)]
    flow = model.add_variables(lower=0, coords=names, name="flow")
    asked = xr.DataArray(data.demand, dims=("i", "k", "t"))
    lost = model.add_variables(lower=0, upper=asked, name="lost")
    of = xr.DataArray(data.model, dims="a", name="i")
    model.add_constraints(flow.groupby(of).sum() + lost == asked)
    blocks = -(-shape[2] // data.shift_period)
    block = np.arange(shape[2]) // data.shift_period
    launch = model.add_variables(binary=True, coords=[names[0]], name="launch")
    capacity = np.array([p.capacity.max(axis=0) for p in data.plants])[data.plant]
    ready = data.fixed[:, None] | (np.arange(shape[2]) >= data.lead[:, None])
    tops = xr.DataArray(np.where(ready, capacity, 0.0), dims=("a", "t"))
    model.add_constraints(flow.sum("k") - tops * launch <= 0)
    model.add_constraints(launch.sel(a=np.flatnonzero(data.fixed)) == 1)
    aim = (flow * cost).sum() + (launch * xr.DataArray(data.tooling[:, 0], dims="a")).sum()
    worth = xr.DataArray(data.price + data.penalty, dims=("i", "k", "t"))
    aim = aim + (lost * worth).sum()
    load = xr.DataArray(data.load, dims="a")
    for p in plants:
        plant, own = data.plants[p], np.flatnonzero(data.plant == p)
        index = [pd.RangeIndex(len(plant.steps), name="n"), pd.RangeIndex(blocks, name="b")]
        step = model.add_variables(binary=True, coords=index, name=f"step {p}")
        model.add_constraints(step.sum("n") == 1)
        room = (
            step.sel(b=xr.DataArray(block, dims="t"))
            * xr.DataArray(plant.capacity, dims=("n", "t"))
        ).sum("n")
        model.add_constraints((flow * load).sel(a=own).sum(["a", "k"]) - room <= 0)
        paid = plant.labour + plant.fixed_open
        sums = np.add.reduceat(paid, np.arange(0, shape[2], data.shift_period), axis=1)
        aim = aim + (step * xr.DataArray(sums, dims=("n", "b"))).sum()
    model.add_objective(aim)
    options = {"mip_rel_gap": 0.01, "time_limit": seconds, "output_flag": False, "threads": 1}
    model.solve("highs", io_api="direct", **options)
    info = model.solver_model.getInfo()
    return float(info.objective_function_value), float(info.mip_dual_bound)


def grow(size: str, shape: list[int], places: int, seconds: float, most: int) -> None:
    """Print the rows of one network."""
    tables = network_tables(*shape, places=places, rich=False)
    data = Input.from_network(network_from_tables(tables))
    flows = len(data.cells()[0])

    def row(way: str, began: tuple[float, float], cost: float, bound: float) -> None:
        cpu, wall = spent() - began[0], time.perf_counter() - began[1]
        line = f"| {size} | {flows:,} | {way} | {cpu:.1f} | {wall:.1f} "
        gap = f"{(cost - bound) / cost:.2%}" if np.isfinite(cost) else "no plan"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{line}| {cost:,.0f} | {gap} | {peak:.2f} |", flush=True)

    bound = 0.0
    for priorities in ("cost", "lexicographic"):
        began = spent(), time.perf_counter()
        made = solve(data, Params(priorities, "priced"), stop=TimeLimit(280))
        bound = made.bound if priorities == "cost" else bound
        row(f"prices, {priorities}", began, made.objective, made.bound)
    began = spent(), time.perf_counter()
    row("plain rule", began, plain(data), bound)
    if seconds and flows < most:
        began = spent(), time.perf_counter()
        row("linopy and HiGHS", began, *through_linopy(data, seconds))


def main() -> None:
    """Print the growth table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=SIZES)
    parser.add_argument(
        "--places", type=int, nargs="+", default=[5, 20], help="plants that may build a model"
    )
    parser.add_argument("--linopy", type=float, default=100.0, help="seconds; 0: leave it out")
    parser.add_argument("--most", type=int, default=500_000, help="flows up to which linopy tries")
    given = parser.parse_args()
    print("| size | flows | way | CPU s | wall s | cost | gap to bound | most GB until then |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for size in given.sizes:
        shape = [int(n) for n in size.split("x")]
        for places in sorted({min(own, shape[0]) for own in given.places}):
            grow(size, shape, places, given.linopy, given.most)


if __name__ == "__main__":
    main()
