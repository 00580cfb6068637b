"""How long a repair takes when something comes in between, how many cars move, what it costs.

    python benchmarks/sequence_repair.py
    python benchmarks/sequence_repair.py ../shared/data/roadef/A/024_38_3_EP_ENP_RAF

Each day is sequenced first (a number of moves, so that the order is the same on every machine);
then, one at a time, a car is taken out, one has to wait, one comes forward, a new one comes in, the
part of an option is missing for a sixth of the day, and the first ratio rule works at half rate for
an hour of 60 cars. The first 60 cars are frozen. The kernel is compiled before. Options are the
first by name, the one fitted most and the one fitted least.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sequence_common import DATA, EXAMPLES, RESULTS, Rows, load

from sinho.days.changes import Block, Change, Freeze, HalfRate, MissingPart, Rush
from sinho.days.day import Day
from sinho.days.formats import read_day
from sinho.days.rules import Ratio
from sinho.errors import Infeasible
from sinho.sequence import Input, Params, sequence_day, solve, warm_up
from sinho.testing.days import generate_day

FROZEN = 60


def scenarios(day: Day, order: tuple[str, ...]) -> Iterator[tuple[str, Change]]:
    """Yield what comes in between, by name."""
    size = day.size
    for share in (10, 30, 60, 90):
        at = FROZEN + (size - FROZEN) * share // 100 - 1
        yield f"block at {at + 1}", Block(order[at])
    early, late = FROZEN + (size - FROZEN) // 5, size * 3 // 4
    yield f"block at {early + 1} for 100", Block(order[early], min(size - 1, early + 100))
    yield f"rush from {late + 1} by {FROZEN + 20}", Rush(order[late], FROZEN + 20)
    yield f"rush from {late + 1} at once", Rush(order[late])
    values: dict[str, str | bool] = {name: day.cars[name][0] for name in day.attributes}
    yield f"new car by {FROZEN + 20}", Rush("new car", FROZEN + 20, values)
    ratios = [rule for rule in day.rules if isinstance(rule, Ratio)]
    options = sorted({rule.option for rule in ratios}, key=lambda name: day.cars[name].sum())
    for option in dict.fromkeys((options[0], options[-1])):
        cars = day.cars[option].sum()
        until = FROZEN + size // 6
        yield f"part of {cars} cars missing until {until}", MissingPart(option, until)
    for option in dict.fromkeys((options[0], options[-1])):
        cars = day.cars[option].sum()
        yield (
            f"half rate for {cars} cars at {size // 3} to {size // 3 + 59}",
            HalfRate(option, size // 3, size // 3 + 59),
        )


def measure(day: Day, order: tuple[str, ...], rows: Rows, keep: float) -> None:
    """Repair the order after each change and write down how it went."""
    warm_up()
    for name, change in scenarios(day, order):
        row: dict[str, Any] = {"day": day.name, "cars": day.size, "change": name}
        try:
            given = Input.from_day(day, start=order, changes=[Freeze(FROZEN), change])
            result = solve(given, Params(keep=keep))
        except Infeasible:
            rows.add(row | {"feasible": "contradiction named"})
            continue
        made, repair = result.sequence, result.repair
        assert repair is not None
        figures = {
            when: " ".join(f"{figure:g}" for _, figure in score.levels)
            for when, score in (
                ("before", repair.before),
                ("unrepaired", repair.unrepaired),
                ("after", made.score),
            )
        }
        row |= {
            "feasible": made.score.feasible,
            "seconds": round(made.seconds, 3),
            "moves_compared": made.iterations,
            "cars_moved": repair.cars_moved,
            "cars_shifted": repair.moved.height - repair.cars_moved,
        }
        rows.add(row | figures | {"load": load()})


def main() -> None:
    """Measure the days asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "days", type=Path, nargs="*", help="by default two generated and a real one"
    )
    parser.add_argument("--keep", type=float, default=1.0, help="price of a moved car")
    parser.add_argument("--moves", type=int, default=20_000_000, help="moves of the first search")
    parser.add_argument("--out", type=Path, default=RESULTS / "sequence_repair.csv")
    asked = parser.parse_args()
    rows = Rows(asked.out, ("day", "change"), fresh=True)
    days = [read_day(path) for path in asked.days]
    if not days:
        days = [read_day(EXAMPLES / "large"), generate_day(1300, seed=1)]
        real = DATA / "roadef" / "A" / "024_38_3_EP_ENP_RAF"
        days += [read_day(real)] if real.is_dir() else []
    for day in days:
        order = sequence_day(day, iterations=asked.moves).order
        measure(day, order, rows, asked.keep)


if __name__ == "__main__":
    main()
