"""Allocate up to 200,000 cars to 60 voyages on 8 routes, beside the plain rule and linopy.

    python benchmarks/ship_allocate.py                          # all ways, all sizes
    python benchmarks/ship_allocate.py --sizes 5000 --ways rule sinho

The plain rule serves the car that is due first, and gives it the first voyage with room for it that
it is ready for, movable decks in their widest position. With linopy the same program is stated and
passed to the same solver: cars as continuous numbers, positions of decks whole; it is the bound.
Every figure is taken in a process of its own, one after the other, and written to
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
SIZES = (5_000, 10_000, 25_000, 50_000, 100_000, 200_000)
LIMIT = 300
CASE = ("way", "cars", "voyages", "routes", "seed")


def measured(way: str, cars: int, voyages: int, routes: int, seed: int) -> dict[str, Any]:
    """Allocate by one way, in this process."""
    from sinho.ship import solve
    from sinho.testing import generate_voyages

    solve(generate_voyages(200, 8, 2, seed=seed))
    data = generate_voyages(cars, voyages, routes, seed=seed)
    began = time.process_time()
    found = {"sinho": by_program, "rule": by_rule, "linopy": by_linopy}[way](data)
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


def by_linopy(data: Any) -> dict[str, Any]:
    """State the same program with linopy, and solve it level by level."""
    import linopy
    import numpy as np
    import pandas as pd

    from sinho.ship.arrays import sea_of
    from sinho.ship.classes import fleet_of, parts_of
    from sinho.ship.params import Params
    from sinho.ship.positions import decks_of, groups_of
    from sinho.ship.program import entitled, space_in

    sea = sea_of(data)
    fleet, decks = fleet_of(data, sea), decks_of(data, sea)
    shares = entitled(data, sea)
    totals = {"short": 0.0, "late_days": 0.0, "cost": 0.0}
    for part in parts_of(data, sea, fleet, Params()):
        model = linopy.Model()
        classes = pd.RangeIndex(len(part.members), name="c")
        ways = pd.RangeIndex(part.may.shape[1], name="o")
        x = model.add_variables(lower=0, coords=[classes, ways], mask=part.may, name="x")
        model.add_constraints(x.sum("o") == part.count, name="all")
        kinds = np.unique(part.model)
        short = {}
        for o, v in enumerate(part.voyages.tolist()):
            held = decks[sea.rows[v]["ship"]]
            here = x.sel(o=o)
            if sea.least[v]:
                short[o] = model.add_variables(lower=0, name=f"short{o}")
                model.add_constraints(here.sum() + short[o] >= sea.least[v])
            n_d = pd.RangeIndex(len(held), name="d")
            stand = model.add_variables(
                lower=0, coords=[n_d, pd.Index(kinds, name="m")], name=f"stand{o}"
            )
            for m in kinds:
                own = np.flatnonzero(part.model == m)
                model.add_constraints(here.sel(c=own).sum() == stand.sel(m=m).sum())
            chosen = {}
            for g, group in enumerate(groups_of(held)):
                y = [model.add_variables(binary=True, name=f"y{o}.{g}.{p}") for p in (0, 1)]
                model.add_constraints(y[0] + y[1] == 1)
                chosen |= dict.fromkeys(group, y)
            for d, deck in enumerate(held):
                own = {int(m): [p for p, fit in enumerate(deck.fits) if fit[m]] for m in kinds}
                for m, fit in own.items():
                    if not fit:
                        model.add_constraints(stand.sel(d=d, m=m) <= 0)
                sets = {tuple(fit) for fit in own.values() if fit} | {(*range(len(deck.area)),)}
                for fit in sorted(sets):
                    inside = [m for m, other in own.items() if other and set(other) <= set(fit)]
                    if not inside:
                        continue
                    used = sum(float(sea.area[m]) * stand.sel(d=d, m=m) for m in inside)
                    if d in chosen:
                        model.add_constraints(
                            used - sum(deck.area[p] * chosen[d][p] for p in fit) <= 0
                        )
                    else:
                        model.add_constraints(used <= deck.area[0])
            if v in shares:
                _, space = space_in(sea, v, held)
                free = []
                for brand in sorted({sea.brands[m] for m in kinds}):
                    own = [m for m in kinds if sea.brands[m] == brand]
                    free.append(model.add_variables(lower=0, name=f"free{o}.{brand}"))
                    used = sum(float(sea.area[m]) * stand.sel(m=m).sum() for m in own)
                    model.add_constraints(used - free[-1] <= shares[v].get(brand, 0.0) * space)
                model.add_constraints(sum(free) <= (1 - sum(shares[v].values())) * space)
        late = (x * np.where(part.may, part.late, 0.0)).sum()
        cost = (x * np.where(part.may, part.cost, 0.0)).sum()
        cost = cost + sum(sea.dead[part.voyages[o]] * one for o, one in short.items())
        levels = {"late_days": late, "cost": cost}
        if short:
            levels = {"short": sum(1 * one for one in short.values()), **levels}
        for name, aim in levels.items():
            model.add_objective(aim, overwrite=True)
            model.solve("highs", threads=1, output_flag=False, mip_rel_gap=1e-6, progress=False)
            value = float(model.objective.value)
            totals[name] += value
            model.add_constraints(aim <= value + max(1e-4, 1e-6 * abs(value)), name=f"level {name}")
    return {name: round(value, 1) for name, value in totals.items()}


def limited(case: dict[str, Any], seconds: int) -> dict[str, Any]:
    """Take a figure in a process of its own that may use so many CPU seconds."""

    def own() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))

    command = [sys.executable, __file__, "--one", json.dumps(case)]
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
                if row.get("ended"):
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
