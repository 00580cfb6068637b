"""Draws of a quote: time a draw as hubs grow, beside each draw planned anew; and over processes.

Run from the root of the repository: ``python -m benchmarks.quote_draws grow`` for the table of
hubs, ``python -m benchmarks.quote_draws 1000`` for so many draws of Busan here, in two processes
and, with ``pip install sinho[cluster]``, on a local cluster.
"""

from __future__ import annotations

import csv
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from sinho import plan, read_hub
from sinho.hub import Hub
from sinho.plan.build import build
from sinho.quote import Input, Params, Programme
from sinho.quote.data import ITSELF
from sinho.quote.uncertain import Pair, Solver, drawn, draws_of
from sinho.testing import Size, generate_hub

HERE = Path(__file__).parent
RESULTS = HERE / "results"
EXAMPLES = HERE.parent / "examples"
ONCE = 30_000.0
UNCERTAIN = """
[[uncertain]]
what = "volume"
kind = "triangular"
low = 0.6
mode = 1
high = 1.3
[[uncertain]]
what = "SOP delay"
kind = "values"
values = "0;1;2;3"
[[uncertain]]
what = "stops"
kind = "triangular"
low = 0
mode = 0.02
high = 0.08
[[uncertain]]
what = "freight"
kind = "lognormal"
mean = 1
spread = 0.15
[[uncertain]]
what = "tariff"
kind = "values"
values = "0;10"
"""


def pair_of(hub: Hub, programme: Programme, chosen: plan.Params | None = None) -> Pair:
    """Return both plans of a programme, with what is uncertain."""
    given = Input.from_hub(hub, programme)
    without, whole = given.planned[ITSELF]
    return Pair(
        without=(without, plan.solve(without)),
        whole=(whole, plan.solve(whole)),
        volumes=tuple(programme.volumes),
        models=tuple(programme.models),
        contract=programme.contract,
        currency=programme.terms["currency"] or hub.settings.currency,
        fee=programme.terms["fee"],
        once=ONCE,
        uncertain=tuple(programme.rows("uncertain")),
        chosen=chosen,
    )


def busan() -> tuple[Hub, Programme]:
    """Return Busan and the Polestar 4."""
    file = EXAMPLES / "busan" / "programmes" / "polestar4.toml"
    return read_hub(EXAMPLES / "busan"), Programme.from_file(file)


def split(times: int) -> tuple[Hub, Programme]:
    """Return Busan with every market so many times, each with its share of the demand."""
    hub, programme = busan()
    tables: dict[str, pl.DataFrame] = dict(hub.tables)
    for name, column in (
        ("markets", "market"),
        ("demand", "market"),
        ("opening_backlog", "market"),
    ):
        own = pl.col(column)
        parts = [
            tables[name].with_columns(own if n == 0 else own + pl.lit(f" {n}"))
            for n in range(times)
        ]
        tables[name] = pl.concat(parts)
    for name in ("demand", "opening_backlog"):
        tables[name] = tables[name].with_columns(pl.col("units") / times)
    return Hub(tables), programme


def generated(hub: Hub, model: str | None = None) -> tuple[Hub, Programme]:
    """Return a hub without the demand for a model, and a programme that asks for it."""
    asked = hub["demand"]
    sums = asked.group_by("model").agg(pl.col("units").sum()).sort("units", "model")
    taken = model or sums["model"][sums.height // 2]
    lines = [f'programme = "programme"\nmodel = "{taken}"\n[terms]\nfee = 1']
    for row in asked.filter(model=taken).to_dicts():
        named = [f'market = "{row["market"]}"', f'month = "{row["month"]:%Y-%m}"']
        numbers = [f"expected = {row['units']}"]
        numbers += [f"{key} = {row[key]}" for key in ("price", "lost_penalty", "late_penalty")]
        lines.append("\n".join(["[[volume]]", *named, *numbers]))
    without = Hub({**hub.tables, "demand": asked.filter(pl.col("model") != taken)})
    return without, Programme.from_text("\n".join([*lines, UNCERTAIN]))


HUBS: dict[str, Callable[[], tuple[Hub, Programme]]] = {
    "3 models, 4 markets, 12 months": lambda: generated(generate_hub(Size(12, 3, 4))),
    "Graz": lambda: generated(read_hub(EXAMPLES / "graz")),
    "Busan": busan,
    "Busan, twice the markets": lambda: split(2),
    "Busan, four times the markets": lambda: split(4),
    "50 models, 15 markets, 24 months": lambda: generated(generate_hub(Size(24, 50, 15))),
    "100 models, 25 markets, 24 months": lambda: generated(generate_hub(Size(24, 100, 25))),
}
"""Hubs by what they are, with a programme each."""


def cpu() -> float:
    """Return the CPU seconds of this process and of those that it waited for."""
    every = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(which)[:2]) for which in every)


def timed(given: Pair, draws: int, *, anew: bool) -> tuple[float, list[float]]:
    """Return CPU milliseconds of a draw with its fee at break-even, and the gains."""
    solver, gains = Solver(given), []
    for kept in (solver.without, solver.whole):
        if anew:
            # every program is built anew, and solved as a plan of its own
            kept._chosen = plan.Params()
    begun = time.process_time()
    for draw in range(draws):
        levers, _ = drawn(given, 1, draw)
        before, after = solver.solve(levers)
        solver.break_even(levers, before, after)
        gains.append(solver.gain(before, after))
    return 1000 * (time.process_time() - begun) / draws, gains


def grow() -> Iterator[dict[str, Any]]:
    """Yield a row for each hub: what a draw takes on the kept programs, and planned anew."""
    for name, make in HUBS.items():
        given = pair_of(*make())
        program = build(given.whole[0].data)
        begun = time.process_time()
        given = given.begun()
        begin = time.process_time() - begun
        draws = 50 if len(program.cost) < 40_000 else 10
        kept, gains = timed(given, draws, anew=False)
        few = 5 if len(program.cost) < 40_000 else 1
        anew, same = timed(given, few, anew=True)
        yield {
            "hub": name,
            "columns": len(program.cost),
            "to_choose": int(program.integer.sum()),
            "begin_seconds": round(begin, 2),
            "kept_ms": round(kept, 1),
            "anew_ms": round(anew),
            "times": round(anew / kept, 1),
            "largest_difference": max(
                abs(one - other) / max(1.0, abs(other))
                for one, other in zip(gains, same, strict=False)
            ),
        }


def spread(draws: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each way to carry out draws of Busan."""
    from benchmarks.simulate_workers import executor

    given = pair_of(*busan())
    for kind, workers in (("here", 1), ("processes", 2), ("cluster", 2)):
        begun, used = time.perf_counter(), cpu()
        try:
            if kind == "here":
                made = draws_of(given, Params(draws=draws), 1)
            else:
                with executor(kind, workers) as pool:
                    begun = time.perf_counter()
                    params = Params(draws=draws, workers=workers, executor=pool)
                    made = draws_of(given, params, 1)
        except ImportError:
            continue
        wall, used = time.perf_counter() - begun, cpu() - used
        yield {
            "way": kind,
            "workers": workers,
            "draws": made.height,
            "wall_seconds": round(wall, 1),
            "cpu_seconds": round(used, 1),
            "ms_a_draw": round(1000 * wall / draws, 1),
        }


def write(name: str, rows: list[dict[str, Any]]) -> None:
    """Write rows to ``results/NAME.csv``."""
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write a row for each hub, or for each way to draw."""
    most = sys.argv[1] if len(sys.argv) > 1 else "1000"
    name, found = ("quote_growth", grow()) if most == "grow" else ("quote_draws", spread(int(most)))
    rows = []
    for row in found:
        rows.append(row)
        print(row, flush=True)
    write(name, rows)


if __name__ == "__main__":
    main()
