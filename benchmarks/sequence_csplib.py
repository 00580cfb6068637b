"""Sequence the classical instances of CSPLib prob001: time to no violation, or the fewest found.

    python benchmarks/sequence_csplib.py               # all of ../shared/data/csplib/data.txt
    python benchmarks/sequence_csplib.py --time 2 --only 4/72 6/76

The search ends when no violation is left or at the time limit. Seconds do not count compiling.
Rows that are in the result file already are not run again; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sequence_common import DATA, RESULTS, Rows, load

UPPER = {"6/76": 6, "10/93": 3, "19/71": 2, "21/90": 2, "36/92": 2}
"""Fewest violations known, where no order without any is known (Gottlieb, Puchta and Solnon 2003,
EvoWorkshops, 246-257; Perron and Shaw 2004, CPAIOR, 467-476)."""


def main() -> None:
    """Run the instances asked for, in one process."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--time", type=float, default=10, help="seconds per instance (10)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", help="names of instances, such as 4/72")
    parser.add_argument("--file", type=Path, default=DATA / "csplib" / "data.txt")
    parser.add_argument("--out", type=Path, default=RESULTS / "sequence_csplib.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()

    from sinho.days.formats import read_day
    from sinho.days.formats.csplib import instance_names
    from sinho.days.score import score_order
    from sinho.sequence import sequence_day
    from sinho.stop import TimeLimit

    rows = Rows(asked.out, ("instance", "limit_s", "threads", "seed"), fresh=asked.fresh)
    names = asked.only or instance_names(asked.file)
    sequence_day(read_day(asked.file, instance=names[0]), iterations=100)
    for name in names:
        if rows.done(name, asked.time, asked.threads, asked.seed):
            continue
        day = read_day(asked.file, instance=name)
        found = sequence_day(
            day, stop=TimeLimit(asked.time), seed=asked.seed, threads=asked.threads
        )
        score = score_order(day, found.order)
        assert score == found.score
        reached = found.history["seconds"].max() if found.history.height else 0.0
        rows.add(
            {
                "instance": name,
                "limit_s": asked.time,
                "threads": asked.threads,
                "seed": asked.seed,
                "cars": day.size,
                "classes": day.cars["class"].n_unique(),
                "violations": score.totals[0],
                "known": UPPER.get(name, 0),
                "bound": found.bounds[0],
                "best_after_s": round(float(reached), 3),
                "seconds": round(found.seconds, 3),
                "status": found.status,
                "moves_per_s": round(found.moves_per_second),
                "load": load(),
            }
        )
    figures = [(int(row["violations"]), int(row["known"])) for row in rows.rows]
    slowest = max(float(row["best_after_s"]) for row in rows.rows)
    print(
        f"{len(figures)} instances: {sum(found == 0 for found, _ in figures)} without violation, "
        f"{sum(found <= known for found, known in figures)} at the known upper bound or below; "
        f"the slowest reached its best after {slowest:.1f} s"
    )
    for row in rows.rows:
        if int(row["violations"]) > int(row["known"]):
            print(f"above the known bound: {row['instance']}, {row['violations']}")


if __name__ == "__main__":
    main()
