"""Sequence the instances of the ROADEF 2005 challenge and compare with reference scores.

    python benchmarks/sequence_roadef.py                         # all 61, 20 s, one thread
    python benchmarks/sequence_roadef.py --time 60 --threads 2
    python benchmarks/sequence_roadef.py --time 5 --only 022_3_4_EP_RAF_ENP

The reference is ``reference.csv`` beside the instances: scores of a local search in C++ at 20 s on
one core, and its moves a second. Compiling is not counted. The results are written row by row, so
that an interrupted run goes on where it stood; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import Any

from sequence_common import DATA, RESULTS, CpuLimit, Rows, load, reference, roadef_folders, table


def compared(ours: list[float], theirs: list[float]) -> str:
    """Say how an order compares with the reference: level by level, the first first."""
    if ours < theirs:
        return "better"
    if ours == theirs:
        return "same"
    return "first worse" if ours[0] > theirs[0] else "worse"


def summary(rows: list[dict[str, Any]]) -> str:
    """Return the table and the counts."""
    lines = [
        [
            f"{row['set']}/{row['instance']}",
            row["objectives"],
            row["figures"],
            f"{int(row['score']):,}",
            f"{int(row['reference']):,}",
            row["compared"],
            f"{int(row['bound']):,}",
            f"{int(row['moves_per_s']) / 1e6:.2f}",
            f"{100 * float(row['speed']):.0f} %",
        ]
        for row in rows
    ]
    headings = (
        "instance",
        "objectives",
        "figures",
        "score",
        "reference",
        "compared",
        "bound",
        "million moves/s",
        "of the reference's",
    )
    counts = {
        word: sum(row["compared"] == word for row in rows)
        for word in ("better", "same", "worse", "first worse")
    }
    least = counts["better"] + counts["same"]
    speed = statistics.median(float(row["speed"]) for row in rows)
    return (
        table(headings, lines)
        + f"\n\n{len(rows)} instances: {least} at least as good as the reference, "
        + f"{counts['better']} better, {counts['worse']} worse, {counts['first worse']} worse in "
        + f"the first objective; moves a second against the reference's: median {100 * speed:.0f} %"
    )


def main() -> None:
    """Run the instances asked for, in one process."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--time", type=float, default=20, help="seconds per instance (20)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: seconds of processor time per thread, for a machine with other work",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", help="names of instances")
    parser.add_argument("--data", type=Path, default=DATA, help="folder that holds roadef/")
    parser.add_argument(
        "--out", type=Path, help="default: results/sequence_roadef_TIME_THREADS.csv"
    )
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()

    from sinho.days.formats import read_day
    from sinho.days.score import score_order
    from sinho.sequence import sequence_day
    from sinho.stop import StopRule, TimeLimit

    name = f"sequence_roadef_{asked.time:g}s_{asked.threads}.csv"
    rows = Rows(asked.out or RESULTS / name, ("instance", "seed"), fresh=asked.fresh)
    folders, known = roadef_folders(asked.data), reference(asked.data)
    if asked.only:
        folders = [path for path in folders if path.name in asked.only]
    if not folders:
        parser.error(f"no such instance at {asked.data / 'roadef'}")
    sequence_day(read_day(folders[0]), iterations=100)
    for folder in folders:
        if rows.done(folder.name, asked.seed):
            continue
        day, row = read_day(folder), known[folder.name]
        if asked.clock == "cpu":
            stop: StopRule = CpuLimit(asked.time, asked.threads)
        else:
            stop = TimeLimit(asked.time)
        began = time.process_time()
        found = sequence_day(day, stop=stop, seed=asked.seed, threads=asked.threads)
        used = (time.process_time() - began) / asked.threads
        seconds = used if asked.clock == "cpu" else found.seconds
        score = score_order(day, found.order)
        assert score == found.score
        assert score.feasible
        figures = dict(score.levels)
        order = row["objectives"].split(">")
        weights = day.weights or ()
        compare = compared(
            [figures[level] for level in order], [float(row[level]) for level in order]
        )
        rows.add(
            {
                "set": folder.parent.name,
                "instance": folder.name,
                "seed": asked.seed,
                "seconds": round(seconds, 2),
                "clock": asked.clock,
                "threads": asked.threads,
                "cars": day.size,
                "objectives": row["objectives"],
                "figures": " ".join(f"{figures[level]:g}" for level in order),
                "score": round(score.weighted or 0),
                "reference": int(row["score_20s"]),
                "best_known": int(row["best_known_here"]),
                "compared": compare,
                "bound": round(sum(w * b for w, b in zip(weights, found.bounds, strict=True))),
                "status": found.status,
                "moves_per_s": round(found.iterations / seconds),
                "speed": round(
                    found.iterations / seconds / asked.threads / int(row["moves_per_s"]), 3
                ),
                "load": load(),
            }
        )
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
