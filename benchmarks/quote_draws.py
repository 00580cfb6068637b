"""Draws of the Busan quote: time a draw, growth, and one against two workers.

Run from the root of the repository: ``python -m benchmarks.quote_draws``; the cluster needs
``pip install sinho[cluster]``. ``python -m benchmarks.quote_draws 100`` draws 100 instead of 1,000.
"""

from __future__ import annotations

import csv
import resource
import sys
import time
from pathlib import Path

from benchmarks.simulate_workers import executor

from sinho import plan, read_hub
from sinho.quote import Input, Params
from sinho.quote.data import ITSELF
from sinho.quote.uncertain import Pair, Solver, drawn, draws_of

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "quote_draws.csv"
EXAMPLES = HERE.parent / "examples"


def pair() -> Pair:
    """Return both plans of the Polestar 4 at Busan, with what is uncertain."""
    given = Input.from_hub(read_hub(EXAMPLES / "busan"), EXAMPLES / "programmes" / "polestar4.toml")
    without, whole = given.planned[ITSELF]
    programme = given.programme
    return Pair(
        (without, plan.solve(without)),
        (whole, plan.solve(whole)),
        tuple(programme.volumes),
        tuple(programme.models),
        programme.contract,
        programme.terms["fee"],
        30_000.0,
        tuple(programme.rows("uncertain")),
    )


def cpu() -> float:
    """Return the CPU seconds of this process and of those that it waited for."""
    every = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(which)[:2]) for which in every)


def one_program(given: Pair, draws: int = 50) -> tuple[float, float]:
    """Return CPU milliseconds of a program of a draw that is kept, and of one planned anew."""
    solver = Solver(given)
    levers = [drawn(given, 1, draw)[0] for draw in range(draws)]
    solver.whole.solve(levers[0])
    begun = time.process_time()
    for one in levers:
        solver.whole.solve(one)
    kept = (time.process_time() - begun) / draws
    begun = time.process_time()
    for _ in range(5):
        plan.solve(given.whole[0])
    return 1000 * kept, 1000 * (time.process_time() - begun) / 5


def main() -> None:
    """Write a row for each way to draw."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    given = pair()
    kept, anew = one_program(given)
    print(f"a program: {kept:.1f} ms kept, {anew:.0f} ms planned anew (CPU)")
    rows = []
    ways = [
        ("here", 1, most // 10),
        ("here", 1, most),
        ("processes", 2, most),
        ("cluster", 2, most),
    ]
    for kind, workers, draws in ways:
        begun, used = time.perf_counter(), cpu()
        if kind == "here":
            made = draws_of(given, Params(draws=draws), 1)
        else:
            try:
                with executor(kind, workers) as pool:
                    begun = time.perf_counter()
                    params = Params(draws=draws, workers=workers, executor=pool)
                    made = draws_of(given, params, 1)
            except ImportError:
                continue
        wall, used = time.perf_counter() - begun, cpu() - used
        row = {
            "way": kind,
            "workers": workers,
            "draws": made.height,
            "wall_seconds": round(wall, 1),
            "cpu_seconds": round(used, 1),
            "ms_a_draw": round(1000 * wall / draws, 1),
        }
        rows.append(row)
        print(row)
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
