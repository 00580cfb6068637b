"""Allocate up to 200,000 cars to 60 voyages on 8 routes, beside the plain rule and linopy.

    python benchmarks/ship_allocate.py                          # all ways, all sizes
    python benchmarks/ship_allocate.py --sizes 5000 --ways rule sinho

The plain rule serves the car that is due first, and gives it the first voyage with room for it that
it is ready for, movable decks in their widest position. With linopy the same program is stated as
arrays and passed to the same solver at a gap of 1 %, all cars whole; each level of each lane has
its share of four fifths of ``--limit``, and the best plan found by then counts. Every figure is
taken in a process of its own, one after the other, and written to
``benchmarks/results/ship_allocate.csv``. Seconds are CPU seconds; a way that is not done after
``--limit`` of them is ended, gets a row that says so, and is not tried with more cars.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OUT = HERE / "results" / "ship_allocate.csv"
WAYS = ("sinho", "rule", "linopy")
SIZES = (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 200_000)
LIMIT = 300
CASE = ("way", "cars", "voyages", "routes", "seed")


def measured(
    way: str, cars: int, voyages: int, routes: int, seed: int, share: float
) -> dict[str, Any]:
    """Allocate by one way, in this process; ``share``: CPU seconds given to linopy's solver."""
    from sinho.ship import solve
    from sinho.testing import generate_voyages

    solve(generate_voyages(200, 8, 2, seed=seed))
    data = generate_voyages(cars, voyages, routes, seed=seed)
    began = time.process_time()
    if way == "linopy":
        found = by_linopy(data, share)
    else:
        found = {"sinho": by_program, "rule": by_rule}[way](data)
    return {
        "way": way,
        "cars": cars,
        "voyages": voyages,
        "routes": routes,
        "seed": seed,
        "seconds": round(time.process_time() - began, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **found,
    }


def by_program(data: Any) -> dict[str, Any]:
    """Allocate by `sinho.ship.solve`."""
    from sinho.ship import solve

    plan = solve(data)
    levels = {row["level"]: row for row in plan.levels.to_dicts()}
    return {
        "short": levels.get("contract", {"value": 0.0})["value"],
        "late_days": levels["lateness"]["value"],
        "late_bound": round(levels["lateness"]["bound"], 1),
        "cost": round(plan.objective),
        "cost_bound": round(plan.bound),
        "missed": plan.missed,
        "stays": plan.summary()["stays"],
    }


def by_rule(data: Any) -> dict[str, Any]:
    """Allocate by the rule: first due, first served, first voyage and deck with room."""
    import numpy as np

    from sinho.ship.arrays import sea_of
    from sinho.ship.classes import fleet_of, parts_of
    from sinho.ship.params import Params
    from sinho.ship.positions import decks_of
    from sinho.ship.program import entitled, space_in

    sea = sea_of(data)
    fleet, decks = fleet_of(data, sea), decks_of(data, sea)
    shares = entitled(data, sea)
    short = late = cost = missed = stays = 0.0
    for part in parts_of(data, sea, fleet, Params()):
        room, free, own = [], [], []
        for v in part.voyages:
            held = decks[sea.rows[v]["ship"]]
            room.append([[max(d.area), d.fits[int(np.argmax(d.area))]] for d in held])
            _, space = space_in(sea, v, held)
            held_for = shares.get(v, {})
            own.append({brand: share * space for brand, share in held_for.items()})
            free.append((1 - sum(held_for.values())) * space)
        of_class = np.repeat(np.arange(len(part.members)), part.count)
        rows = np.concatenate(part.members)
        on_board = np.zeros(len(part.voyages))
        for at in np.lexsort((rows, fleet.due[rows])):
            c = of_class[at]
            m = int(part.model[c])
            brand, size = sea.brands[m], sea.area[m]
            way = part.may.shape[1] - 1
            for o in np.flatnonzero(part.may[c, :-1]):
                mine = own[o].get(brand, 0.0)
                deck = next((d for d in room[o] if d[1][m] and d[0] >= size), None)
                if deck is not None and mine + free[o] >= size:
                    deck[0] -= size
                    taken = min(mine, size)
                    if brand in own[o]:
                        own[o][brand] -= taken
                    free[o] -= size - taken
                    on_board[o] += 1
                    way = o
                    break
            stays += way == part.may.shape[1] - 1
            late += part.late[c, way]
            missed += part.late[c, way] > 0
            cost += part.cost[c, way]
        lack = np.maximum(sea.least[part.voyages] - on_board, 0)
        short += lack.sum()
        cost += float(lack @ sea.dead[part.voyages])
    return {
        "short": short,
        "late_days": late,
        "cost": round(cost),
        "missed": int(missed),
        "stays": int(stays),
    }


def by_linopy(data: Any, seconds: float) -> dict[str, Any]:
    """State the same program with linopy, whole cars and all, and solve it level by level.

    HiGHS is asked for a gap of 1 %, and interrupted when the level has used its share of the CPU
    seconds; what it has found by then counts.
    """
    import warnings

    import numpy as np

    from sinho.ship.arrays import sea_of
    from sinho.ship.classes import fleet_of, parts_of
    from sinho.ship.params import Params
    from sinho.ship.positions import decks_of

    warnings.simplefilter("ignore")  # of what a later version will make of masked variables
    sea = sea_of(data)
    fleet, decks = fleet_of(data, sea), decks_of(data, sea)
    parts = parts_of(data, sea, fleet, Params())
    totals = dict.fromkeys(("short", "late_days", "late_bound", "cost", "missed", "stays"), 0.0)
    ended = 0
    for part in parts:
        model, levels = stated(data, sea, part, decks)
        found = None
        for at, (name, aim) in enumerate(levels):
            share = seconds / len(parts) / len(levels)
            found, value, bound, interrupted = settled(model, aim, found, share)
            if found is None:
                return {"ended": f"no plan of {part.lanes[0]} after {share:.0f} CPU s"}
            ended += interrupted
            totals[name] += value
            if name == "late_days":
                totals["late_bound"] += bound
            if at + 1 < len(levels):
                model.add_constraints(
                    aim <= value + max(1e-4, 1e-6 * abs(value)), name=f"at {name}"
                )
        place = np.searchsorted(model.matrices.vlabels, model.variables["x"].labels.values)
        cars = np.where(part.may, np.round(found[place]), 0.0)
        totals["missed"] += float(cars[part.may & (part.late > 0)].sum())
        totals["stays"] += float(cars[:, -1].sum())
    text = {"ended": f"{ended} levels of {len(parts)} lanes at their limit"} if ended else {}
    return {name: round(value, 1) for name, value in totals.items()} | text


def stated(data: Any, sea: Any, part: Any, decks: Any) -> tuple[Any, list[tuple[str, Any]]]:
    """State the program of a lane, whose voyages are of one ship, with linopy."""
    import linopy
    import numpy as np
    import pandas as pd
    import xarray as xr

    from sinho.ship.positions import groups_of
    from sinho.ship.program import MANY, entitled, space_in

    n_v = len(part.voyages)
    (ship,) = {sea.rows[v]["ship"] for v in part.voyages.tolist()}
    held = decks[ship]
    models = np.unique(part.model)
    model = linopy.Model()
    over = pd.RangeIndex(n_v, name="o")
    kinds, on = pd.Index(models, name="m"), pd.RangeIndex(len(held), name="d")
    coords = [
        pd.RangeIndex(len(part.members), name="c"),
        pd.RangeIndex(part.may.shape[1], name="o"),
    ]
    upper = np.where(part.may, part.count[:, None], 0).astype(float)
    x = model.add_variables(0, upper, coords, name="x", integer=True, mask=part.may)
    model.add_constraints(x.sum("o") == xr.DataArray(part.count, coords=[coords[0]]), name="all")
    fits = np.array([np.any(deck.fits, axis=0)[models] for deck in held])
    stand = model.add_variables(
        0,
        coords=[over, on, kinds],
        name="z",
        integer=True,
        mask=np.broadcast_to(fits, (n_v, *fits.shape)),
    )
    board = x.isel(o=slice(0, n_v)).to_linexpr()
    of_model = board.groupby(xr.DataArray(part.model, coords=[coords[0]], name="m")).sum()
    model.add_constraints(of_model - stand.sum("d") == 0, name="boarded")
    groups = groups_of(held)
    chosen = model.add_variables(
        binary=True,
        coords=[over, pd.RangeIndex(len(groups), name="g"), pd.RangeIndex(2, name="p")],
        name="y",
    )
    model.add_constraints(chosen.sum("p") == 1, name="one position")
    group_of = {d: g for g, group in enumerate(groups) for d in group}
    size, mass = sea.area[models], sea.mass[models]
    for moves in (False, True):
        deck_of, inside, area, load, most = [], [], [], [], []
        for d, deck in enumerate(held):
            if (d in group_of) != moves:
                continue
            own = [frozenset(p for p, fit in enumerate(deck.fits) if fit[m]) for m in models]
            places = range(len(deck.area))
            heaviest = max(mass[i] / size[i] for i, fit in enumerate(own) if fit)
            for fit in sorted({one for one in own if one} | {frozenset(places)}, key=sorted):
                in_fit = np.array([bool(one) and one <= fit for one in own])
                room = [deck.area[p] if p in fit else 0.0 for p in places]
                deck_of.append(d)
                inside.append(in_fit)
                area.append(room)
                load.append([min(deck.load[p], heaviest * room[p]) for p in places])
                most.append(np.floor(np.array(room) / size[in_fit].min(initial=np.inf) + 1e-9))
        rows = pd.RangeIndex(len(deck_of), name="r")
        here = stand.to_linexpr().sel(d=xr.DataArray(deck_of, coords=[rows]))
        within = xr.DataArray(np.array(inside, dtype=float), coords=[rows, kinds])
        limits = [("area", size, area), ("load", mass, load)]
        if np.max(most) < MANY:
            limits.append(("cars", np.ones(len(models)), most))
        for name, each, room in limits:
            used = (here * (within * xr.DataArray(each, coords=[kinds]))).sum("m")
            if moves:
                own = chosen.to_linexpr().sel(
                    g=xr.DataArray([group_of[d] for d in deck_of], coords=[rows])
                )
                room_of = xr.DataArray(np.array(room), coords=[rows, pd.RangeIndex(2, name="p")])
                model.add_constraints(used - (own * room_of).sum("p") <= 0, name=f"moved {name}")
            else:
                most_of = xr.DataArray(np.array(room)[:, 0], coords=[rows])
                model.add_constraints(used <= most_of, name=f"fixed {name}")
    shares = entitled(data, sea)
    brands = pd.Index(sorted({sea.brands[m] for m in models}), name="b")
    held_by = np.array(
        [[shares.get(v, {}).get(brand, 0.0) for brand in brands] for v in part.voyages.tolist()]
    )
    space = np.array([space_in(sea, v, held)[1] for v in part.voyages.tolist()])
    free = model.add_variables(0, coords=[over, brands], name="free")
    used = (stand * xr.DataArray(size, coords=[kinds])).sum("d")
    of_brand = used.groupby(
        xr.DataArray([sea.brands[m] for m in models], coords=[kinds], name="b")
    ).sum()
    own_space = xr.DataArray(held_by * space[:, None], coords=[over, brands])
    model.add_constraints(of_brand - free <= own_space, name="brands")
    rest = xr.DataArray((1 - held_by.sum(axis=1)) * space, coords=[over])
    model.add_constraints(free.sum("b") <= rest, name="for all")
    least = sea.least[part.voyages]
    short = model.add_variables(0, coords=[over], name="short")
    model.add_constraints(
        board.sum("c") + short >= xr.DataArray(least, coords=[over]), name="least"
    )
    late = (x * np.where(part.may, part.late, 0.0)).sum()
    cost = (x * np.where(part.may, part.cost, 0.0)).sum()
    cost = cost + (short * xr.DataArray(sea.dead[part.voyages], coords=[over])).sum()
    levels = [("late_days", late), ("cost", cost)]
    return model, [("short", 1.0 * short.sum()), *levels] if least.any() else levels


def settled(model: Any, aim: Any, begin: Any, seconds: float) -> tuple[Any, float, float, bool]:
    """Minimise an aim; return columns (None: none found), value, bound, and if interrupted."""
    import highspy
    import numpy as np

    model.add_objective(aim, overwrite=True)
    solver = model.to_highspy()
    for name, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.01}.items():
        solver.setOptionValue(name, value)
    last = time.process_time() + seconds

    def look(_kind: Any, _text: str, _out: Any, into: Any, _user: Any) -> None:
        into.user_interrupt = time.process_time() > last

    solver.setCallback(look, None)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt)
    if begin is not None:
        guess = highspy.HighsSolution()
        guess.col_value = begin.tolist()
        solver.setSolution(guess)
    solver.run()
    info = solver.getInfo()
    interrupted = solver.getModelStatus() == highspy.HighsModelStatus.kInterrupt
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None, 0.0, 0.0, interrupted
    found = np.array(solver.getSolution().col_value)
    return found, info.objective_function_value, info.mip_dual_bound, interrupted


def limited(case: dict[str, Any], seconds: int) -> dict[str, Any]:
    """Take a figure in a process of its own that may use so many CPU seconds."""

    def own() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))

    given = case | {"share": 0.8 * seconds}
    command = [sys.executable, __file__, "--one", json.dumps(given)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, preexec_fn=own)
    if -done.returncode in (signal.SIGXCPU, signal.SIGKILL):
        return {**case, "seconds": seconds, "ended": f"not done after {seconds} CPU s"}
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Take the figures, each in a process of its own, and write them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--limit", type=int, default=LIMIT, help="CPU seconds for each figure")
    parser.add_argument("--voyages", type=int, default=60)
    parser.add_argument("--routes", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--ways", nargs="*", default=WAYS, choices=WAYS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(**json.loads(given.one))))
        return
    over = set()
    for cars in given.sizes:
        for way in given.ways:
            for seed in range(given.seeds):
                if way in over:
                    continue
                case = {"way": way, "cars": cars, "voyages": given.voyages}
                row = limited(case | {"routes": given.routes, "seed": seed}, given.limit)
                if "cost" not in row:
                    over.add(way)
                print(row, flush=True)
                keep(row)


def keep(row: dict[str, Any]) -> None:
    """Write a row into the table, in the place of one of the same case."""
    rows: list[dict[str, Any]] = []
    if OUT.exists():
        with OUT.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    same = [one for one in rows if any(str(row[name]) != one[name] for name in CASE)]
    rows = sorted([*same, row], key=lambda one: (WAYS.index(one["way"]), int(one["cars"])))
    names = list(dict.fromkeys(name for one in rows for name in one))
    OUT.parent.mkdir(exist_ok=True)
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
