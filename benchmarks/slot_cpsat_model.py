"""Slotting as a CP-SAT model, in a process that knows nothing of sinho; for slot_cpsat.py.

    python benchmarks/slot_cpsat_model.py INSTANCE.npz FOLDER SECONDS WORKERS SEED LIMITS

The instance is the arrays of slotting in a file. There is a whole number (a Boolean where the class
is one order) of orders of each class on each day allowed and on none; the use of each row on each
day is a sum of them; costs above and below are linear slacks, a colour's batch has a Boolean that
says whether the day has the colour. Hard limits are constraints, or, ``LIMITS`` being ``priced``,
have a price per unit beyond as in sinho's search. Solutions go to FOLDER as they are found, with
their times; the last line printed says what is known at the end.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

LEAST, LOW, HIGH, TOP, MOST, W_LOW, W_HIGH, W_TOP, W_HARD, BATCH = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
"""Columns of a cell's curve."""

FAR = 1e14


def whole(values: Any) -> int:
    """Return the factor, a power of ten, that makes values whole numbers."""
    for power in range(7):
        scaled = np.asarray(values) * 10**power
        if np.allclose(scaled, np.round(scaled), rtol=0, atol=1e-6):
            return int(10**power)
    raise SystemExit("costs and loads must have at most six decimals")


class Model:
    """Variables, constraints and costs as they are gathered."""

    def __init__(self) -> None:
        self.model = cp_model.CpModel()
        self.proto: Any = self.model.proto
        self.variables = 0
        self.costs: list[tuple[int, int]] = []

    def number(self, least: int, most: int, cost: int = 0) -> int:
        """Add a whole number and return its place."""
        self.proto.variables.add().domain.extend([least, most])
        self.variables += 1
        if cost:
            self.costs.append((self.variables - 1, cost))
        return self.variables - 1

    def linear(self, at: Any, by: Any, least: int, most: int) -> None:
        """Add a constraint: a sum between two numbers."""
        linear = self.proto.constraints.add().linear
        linear.vars.extend(at)
        linear.coeffs.extend(by)
        linear.domain.extend([least, most])


def built(given: dict[str, Any], priced: bool) -> tuple[Model, Any, Any, Any, int]:
    """Return the model, class, day and place of the assignment variables, and the cost's factor."""
    count, costs, cost_class = given["count"], given["costs"], given["cost_class"]
    cells, cell_of, load = given["cells"], given["cell_of"], given["load"]
    days, weighed = cell_of.shape[0], load.shape[1]
    soft = [cells[:, k] for k in (W_LOW, W_HIGH, W_TOP)]
    factor = whole(np.concatenate([costs.ravel(), given["moving"], *soft]))
    scale = [whole(load[:, row]) for row in range(weighed)]
    made = Model()
    rows: list[list[int]] = [[] for _ in cells]
    by: list[list[int]] = [[] for _ in cells]
    classes: list[int] = []
    when: list[int] = []
    for q in range(len(count)):
        first, last, own = int(given["first"][q]), int(given["last"][q]), int(count[q])
        span = [*range(first, last + 1), days]
        counted = given["rows"][given["rows_start"][q] : given["rows_start"][q + 1]]
        places = []
        for day in span:
            cost = costs[cost_class[q], day]
            if day < days and day != given["former"][q]:
                cost += given["moving"][q]
            at = made.number(0, own, round(cost * factor))
            places.append(at)
            classes.append(q)
            when.append(day if day < days else -1)
            if day == days:
                continue
            for row in range(weighed):
                cell, taken = int(cell_of[day, row]), round(load[q, row] * scale[row])
                if cell >= 0 and taken:
                    rows[cell].append(at)
                    by[cell].append(taken)
            for cell in cell_of[day, counted].tolist():
                if cell >= 0:
                    rows[cell].append(at)
                    by[cell].append(1)
        made.linear(places, [1] * len(places), own, own)
    of = (np.array(classes), np.array(when), np.arange(len(classes)))
    for cell, (taken_by, each) in enumerate(zip(rows, by, strict=True)):
        row = int(given["cell_row"][cell])
        unit = scale[row] if row < weighed else 1
        limits(made, cells[cell], taken_by, each, unit, factor, priced)
    made.proto.objective.vars.extend([at for at, _ in made.costs])
    made.proto.objective.coeffs.extend([cost for _, cost in made.costs])
    return made, *of, factor


def limits(
    made: Model, curve: Any, at: list[int], by: list[int], scale: int, factor: int, priced: bool
) -> None:
    """Add a cell's limits and costs; what it counts is in ``scale`` parts of a unit."""
    domains = made.proto.variables
    most = sum(k * int(domains[place].domain[1]) for place, k in zip(at, by, strict=True))

    def over(limit: float, weight: float) -> None:
        edge = int(np.floor(limit * scale + 1e-6))
        if weight > 0 and limit < FAR and edge < most:
            slack = made.number(0, most - edge, round(weight * factor / scale))
            made.linear([*at, slack], [*by, -1], -most, edge)

    def under(limit: float, weight: float) -> None:
        edge = int(np.ceil(limit * scale - 1e-6))
        if weight > 0 and edge > 0:
            slack = made.number(0, edge, round(weight * factor / scale))
            made.linear([*at, slack], [*by, 1], edge, most + edge)

    if priced:
        over(curve[MOST], curve[W_HARD])
        under(curve[LEAST], curve[W_HARD])
    elif curve[LEAST] > 0 or curve[MOST] * scale < most:
        least = int(np.ceil(curve[LEAST] * scale - 1e-6))
        made.linear(at, by, least, int(min(most, np.floor(curve[MOST] * scale + 1e-6))))
    if curve[BATCH] > 0:
        batch = int(curve[LOW])
        if curve[W_LOW] > 0 and at and batch > 1:
            has = made.number(0, 1)
            slack = made.number(0, batch - 1, round(curve[W_LOW] * factor))
            made.linear([*at, has], [*by, -most], -most, 0)
            made.linear([*at, slack, has], [*by, 1, -batch], 0, most + batch)
    else:
        under(curve[LOW], curve[W_LOW])
    over(curve[HIGH], curve[W_HIGH])
    over(curve[TOP], curve[W_TOP])


class Keep(cp_model.CpSolverSolutionCallback):
    """Writes every solution to a folder."""

    def __init__(self, folder: Path, classes: Any, when: Any, places: Any, factor: int) -> None:
        super().__init__()
        self.folder, self.of, self.factor, self.found = folder, (classes, when, places), factor, 0

    def on_solution_callback(self) -> None:
        """Write a solution: classes, days (-1: none) and how many, time, cost and bound."""
        classes, when, places = self.of
        values = np.array(self.response_proto.solution)[places]
        used = values > 0
        self.found += 1
        np.savez(
            self.folder / f"{self.found:06d}.npz",
            classes=classes[used],
            days=when[used],
            number=values[used],
            seconds=self.wall_time,
            cost=self.objective_value / self.factor,
            bound=self.best_objective_bound / self.factor,
        )


def main() -> None:
    """Read an instance and solve it."""
    instance, folder, seconds, workers, seed, kind = sys.argv[1:]
    began = time.monotonic()
    with np.load(instance) as file:
        given = {name: file[name] for name in file.files}
    made, classes, when, places, factor = built(given, kind == "priced")
    building = time.monotonic() - began
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = float(seconds)
    solver.parameters.num_workers = int(workers)
    solver.parameters.random_seed = int(seed)
    status = solver.solve(made.model, Keep(Path(folder), classes, when, places, factor))
    bound = solver.best_objective_bound / factor
    print(
        json.dumps(
            {
                "status": solver.status_name(status).lower(),
                "seconds": round(solver.wall_time, 1),
                "bound": bound if np.isfinite(bound) else None,
                "building_s": round(building, 1),
                "variables": made.variables,
                "constraints": len(made.proto.constraints),
            }
        )
    )


if __name__ == "__main__":
    main()
