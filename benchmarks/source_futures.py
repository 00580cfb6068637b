"""Launches for several futures: the whole program, progressive hedging, and prices, as they grow.

Progressive hedging (Rockafellar and Wets 1991) plans each future alone, with a price on each
launch that draws the futures together; launches are whole numbers, so that its squared term is a
cost too (Watson and Woodruff 2011). Its bound is that of Gade et al. (2016): the futures planned at
the prices alone. Each choice of launches on which it settles is tried in all futures. Run from the
root of the repository: ``python -m benchmarks.source_futures``; ``--seconds`` are of the processor,
for each way.
"""

from __future__ import annotations

import argparse
import resource
from pathlib import Path

import numpy as np
from benchmarks.quote_draws import write

from sinho.errors import Stopped
from sinho.hub import network_from_tables, read_network
from sinho.source import Input, Params
from sinho.source.common import common
from sinho.source.exact import minimise
from sinho.source.program import Program, program_of
from sinho.source.robust import joined
from sinho.stop import StopRule
from sinho.testing import network_tables
from sinho.units import Floats

HERE = Path(__file__).parent
ALLIANCES = HERE.parent / "examples" / "alliances"
SIZES = ("alliances", "3x6x4x12", "4x8x6x12", "6x12x8x12")
COUNTS = (3, 10, 30)
WAYS = ("whole program", "progressive hedging", "prices")
PULL = 0.3
"""Price of a launch on which futures differ, by its tooling and round."""


def spent() -> float:
    """Return seconds of the processor until now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Spent(StopRule):
    """Stops after some seconds of the processor."""

    def __init__(self, seconds: float) -> None:
        self.end = spent() + seconds

    def __call__(self) -> bool:
        """Return whether they are over."""
        return spent() >= self.end

    @property
    def seconds_left(self) -> float:
        """No limit of wall time."""
        return float("inf") if not self() else 0.0


def futures(size: str, count: int) -> list[Input]:
    """Return a network under duties and demand drawn by destination and market."""
    if size == "alliances":
        network = read_network(ALLIANCES)
        tables = {name: frame.to_dicts() for name, frame in network.tables.items()}
    else:
        plants, models, markets, months = map(int, size.split("x"))
        tables = network_tables(plants, models, markets, months, places=3, rich=False)
    random, made = np.random.default_rng(1), []
    for _ in range(count):
        points = {
            row["destination"]: float(random.choice([0, 0, 10, 25, 50]))
            for row in tables["network_tariffs"]
        }
        factor = {row["market"]: random.uniform(0.7, 1.3) for row in tables["network_demand"]}
        duties = [
            {**row, "percent": row["percent"] + points[row["destination"]]}
            if row["kind"] == "base" and row["percent"] is not None
            else row
            for row in tables["network_tariffs"]
        ]
        demand = [
            {**row, "units": round(row["units"] * factor[row["market"]], 2)}
            for row in tables["network_demand"]
        ]
        changed = {**tables, "network_tariffs": duties, "network_demand": demand}
        made.append(Input.from_network(network_from_tables(changed)))
    return made


class Hedging:
    """Futures of the same weight that are drawn together."""

    def __init__(self, programs: list[Program], gap: float, stop: StopRule) -> None:
        self.programs, self.gap, self.stop = programs, gap, stop
        own = programs[0].columns["launch"]
        self.launches = np.arange(own.start, own.stop)
        self.cost = [program.cost[self.launches] for program in programs]
        options = {"mip_rel_gap": gap / 2, "mip_abs_gap": 1e-6, "random_seed": 1, "threads": 1}
        self.models = [program.model(program.cost, **options) for program in programs]
        for model in self.models:
            model.watch("hedging", 0.0, stop, None)
        self.last: list[Floats | None] = [None] * len(programs)
        self.tried: dict[bytes, float] = {}
        self.best, self.bound, self.rounds = np.inf, -np.inf, 0

    def planned(self, prices: Floats) -> tuple[Floats, float]:
        """Plan all futures at prices of launches; return the launches of each, and the bound."""
        launches, bound = [], 0.0
        for at, (model, last) in enumerate(zip(self.models, self.last, strict=True)):
            model.set_costs(self.cost[at] + prices[at], self.launches)
            if last is not None:
                model.begin_at(last)
            model.settle()
            self.last[at] = model.x
            launches.append(np.round(model.x[self.launches]))
            bound += model.bound / len(self.models)
        return np.array(launches), bound

    def tries(self, choice: Floats) -> None:
        """Plan all futures with the same launches."""
        if choice.tobytes() in self.tried or self.stop():
            return
        total, own = 0.0, self.launches
        for cost, program, model in zip(self.cost, self.programs, self.models, strict=True):
            model.set_costs(cost, own)
            model.set_bounds(choice, choice, own)
            model.settle()
            total += model.objective / len(self.models)
            model.set_bounds(program.lower[own], program.upper[own], own)
        self.tried[choice.tobytes()] = total
        if not self.stop():
            self.best = min(self.best, total)

    def run(self) -> None:
        """Draw them together until the gap is closed, or the rule says stop."""
        prices = np.zeros((len(self.programs), len(self.launches)))
        launches, self.bound = self.planned(prices)
        for choice in np.unique(launches, axis=0)[:3]:
            self.tries(choice)
        while not self.stop():
            self.rounds += 1
            mean = launches.mean(axis=0)
            self.tries(np.round(mean))
            if self.best - self.bound <= self.gap * abs(self.best):
                return
            pull = PULL * self.cost[0]
            prices = prices + pull * (launches - mean)
            found = self.planned(prices)[1]
            if not self.stop():
                self.bound = max(self.bound, found)
            launches, _ = self.planned(prices + pull * (0.5 - mean))


def main() -> None:
    """Write the growth table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=SIZES)
    parser.add_argument("--counts", nargs="+", type=int, default=COUNTS)
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--gap", type=float, default=1e-3)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    given = parser.parse_args()
    rows = []
    print("| network | futures | launches | way | CPU s | expected cost | gap |")
    print("| --- | ---: | ---: | --- | ---: | ---: | ---: |")
    for size in given.sizes:
        for count in given.counts:
            data = futures(size, count)
            programs = [program_of(one) for one in data]
            for way in given.ways:
                begun, stop = spent(), Spent(given.seconds)
                if way == "prices":
                    params = Params("cost", "priced", gap=given.gap)
                    months = len(data[0].months)
                    how = {"stop": stop, "seed": 1, "progress": None}
                    try:
                        level = common(data, [1 / count] * count, months, params, **how).levels[-1]
                        best, bound = level.value, level.bound
                    except Stopped:
                        best, bound = np.inf, -np.inf
                elif way == "whole program":
                    months = max(program.of["launch"][1].max() for program in programs) + 1
                    whole, _ = joined(programs, [1 / count] * count, int(months))
                    params = Params("cost", gap=given.gap)
                    try:
                        level = minimise(whole, params, stop=stop, seed=1, progress=None).levels[-1]
                        best, bound = level.value, level.bound
                    except Stopped:
                        best, bound = np.inf, -np.inf
                else:
                    run = Hedging(programs, given.gap, stop)
                    run.run()
                    best, bound = run.best, run.bound
                solved = np.isfinite(best)
                row = {
                    "network": size,
                    "futures": count,
                    "launches": len(programs[0].of["launch"][0]),
                    "way": way,
                    "cpu_seconds": round(spent() - begun, 1),
                    "cost": round(best) if solved else None,
                    "gap": (best - bound) / abs(best) if solved else None,
                }
                rows.append(row)
                cost = "none" if row["cost"] is None else f"{row['cost']:,}"
                gap = "none" if row["gap"] is None else f"{row['gap']:.3%}"
                figures = f"{row['launches']} | {way} | {row['cpu_seconds']} | {cost} | {gap}"
                print(f"| {size} | {count} | {figures} |", flush=True)
    write("source_futures", rows)


if __name__ == "__main__":
    main()
