"""Two lines behind one paint booth: sequenced together, against each alone and then merged.

    python benchmarks/sequence_joint.py
    python benchmarks/sequence_joint.py --seconds 10 --seeds 1

Each line has ratios of its own; colour changes, and a hard limit of 10 cars to a batch, are counted
at the booth. Alone, each line has these rules along itself, and the lines' orders are merged as
they enter the booth. Both ways get the same processor time on one thread (alone: shared out by
cars). The kernel is compiled before.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import polars as pl
from sequence_common import RESULTS, CpuLimit, Rows, table

from sinho.days.day import CAR, Day
from sinho.days.joint import Booth, JointDay, score_joint
from sinho.days.rules import Changes, RunLength
from sinho.results import JointScore
from sinho.sequence import Input, sequence_day, solve, warm_up
from sinho.sequence.bounds.joint import joint_bounds
from sinho.testing.days import generate_day

SIZES = ((200, 200), (400, 200), (400, 400))
OBJECTIVES = ("hprc>paint>lprc", "paint>hprc>lprc", "hprc>lprc>paint")


def two_lines(sizes: tuple[int, int], objectives: str, seed: int) -> JointDay:
    """Return two generated lines of one day of 16 hours behind a booth."""
    lines: list[Day] = []
    shared: tuple[Changes | RunLength, ...] = ()
    for at, size in enumerate(sizes):
        day = generate_day(size, seed=10 * seed + at, objectives=objectives)
        name = f"L{at + 1}"
        shared = tuple(rule for rule in day.rules if isinstance(rule, Changes | RunLength))
        lines.append(
            replace(
                day,
                name=name,
                line=name,
                cars=day.cars.with_columns((pl.lit(name) + pl.col(CAR)).alias(CAR)),
                rules=tuple(rule for rule in day.rules if rule not in shared),
            )
        )
    booth = Booth("paint", ("L1", "L2"), shared, lines[0].cars.clear())
    return JointDay(f"{sizes} {objectives} {seed}", tuple(lines), (((0, 16),),) * 2, (booth,))


def each_alone(joint: JointDay, seconds: float, seed: int) -> JointScore:
    """Return the joint score of lines sequenced by themselves."""
    orders = {}
    for at, line in enumerate(joint.lines):
        stop = CpuLimit(seconds * line.size / joint.whole.size, 1)
        orders[line.line] = sequence_day(joint.alone(at), stop=stop, seed=seed).order
    return score_joint(joint, orders)


def row(joint: JointDay, way: str, score: JointScore) -> dict[str, object]:
    """Return figures of a way."""
    figures = dict(score.levels)
    return {
        "way": way,
        "changes": figures["paint"],
        "bound": dict(zip(joint.levels, joint_bounds(joint).figures, strict=True))["paint"],
        "above the batch limit": dict(score.booths["paint"].rules)["batch"],
        "hprc": figures["hprc"],
        "lprc": figures.get("lprc", 0.0),
    }


def main() -> None:
    """Run what is asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--fresh", action="store_true")
    asked = parser.parse_args()
    warm_up()
    rows = Rows(
        RESULTS / "sequence_joint.csv", ("cars", "objectives", "seed", "way"), fresh=asked.fresh
    )
    for sizes in SIZES:
        for objectives in OBJECTIVES:
            for seed in range(1, asked.seeds + 1):
                named = {"cars": "+".join(map(str, sizes)), "objectives": objectives, "seed": seed}
                if rows.done(*named.values(), "together"):
                    continue
                joint = two_lines(sizes, objectives, seed)
                began = time.process_time()
                score = each_alone(joint, asked.seconds, seed)
                seconds = round(time.process_time() - began, 1)
                rows.add({**named, **row(joint, "alone", score), "seconds": seconds})
                began = time.process_time()
                stop = CpuLimit(asked.seconds, 1)
                found = solve(Input.from_day(joint), stop=stop, seed=seed).found
                seconds = round(time.process_time() - began, 1)
                rows.add({**named, **row(joint, "together", found.score), "seconds": seconds})
    heads = list(rows.rows[0])
    print(table(heads, [[one[name] for name in heads] for one in rows.rows]))


if __name__ == "__main__":
    main()
