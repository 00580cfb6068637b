"""Prove how good the best orders known of the ROADEF 2005 challenge are, level by level.

    python benchmarks/sequence_bounds.py                           # all 61
    python benchmarks/sequence_bounds.py --only 022_3_4_EP_RAF_ENP

No order is searched for: the bounds are those behind the best figures in
``results/sequence_roadef_*``, which ``sinho sequence`` and ``sinho score`` show. A level counts as
proven when no order is lower in it that is no worse in the levels before. The first level that is
not trivial is the first whose best figure is above 0, and the last where all are 0. The results are
written row by row; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from typing import Any

from sequence_common import DATA, RESULTS, Rows, roadef_folders, table


def best_known(results: Path = RESULTS) -> dict[str, tuple[int, ...]]:
    """Return the figures of the best published order of each instance, level by level."""
    best: dict[str, tuple[int, ...]] = {}
    for path in sorted(results.glob("sequence_roadef_*.csv")):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                figures = tuple(map(int, row["figures"].split()))
                name = row["instance"]
                best[name] = min(best.get(name, figures), figures)
    return best


def share(rows: list[dict[str, Any]], key: str) -> str:
    """Return how many of the rows have a 1 in a column."""
    met = sum(int(row[key]) for row in rows)
    return f"{met} of {len(rows)} ({met / len(rows):.0%})"


def summary(rows: list[dict[str, Any]]) -> str:
    """Return the table and the counts."""
    headings = ("instance", "objectives", "figures", "bounds", "proven levels", "CPU seconds")
    keys = ("objectives", "figures", "bounds", "proven", "seconds")
    lines = [[f"{row['set']}/{row['instance']}", *(row[key] for key in keys)] for row in rows]
    return (
        f"{table(headings, lines)}\n\nproven in the first level that is not trivial: "
        f"{share(rows, 'first')}; in the one behind it as well: {share(rows, 'second')}; "
        f"in all levels: {share(rows, 'all')}"
    )


def main() -> None:
    """Bound the instances asked for, in one process."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", nargs="+", help="names of instances")
    parser.add_argument("--data", type=Path, default=DATA, help="folder that holds roadef/")
    parser.add_argument("--out", type=Path, default=RESULTS / "sequence_bounds.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()

    from sinho.days.formats import read_day
    from sinho.sequence.bounds import bounds, conditional_bounds

    rows, best = Rows(asked.out, ("instance",), fresh=asked.fresh), best_known()
    for folder in roadef_folders(asked.data):
        if rows.done(folder.name) or (asked.only and folder.name not in asked.only):
            continue
        day, figures = read_day(folder), best[folder.name]
        # A level that the objectives leave out stands last and counts nothing.
        levels = day.levels[: len(figures)]
        totals = figures + (0,) * (len(day.levels) - len(figures))
        began = time.process_time()
        always = bounds(day)
        found = conditional_bounds(day, totals, always).totals[: len(figures)]
        seconds = time.process_time() - began
        assert all(least <= figure for least, figure in zip(found, figures, strict=True))
        first = next((at for at, figure in enumerate(figures) if figure), len(figures) - 1)
        proven = next((at for at, figure in enumerate(figures) if found[at] < figure), len(figures))
        rows.add(
            {
                "set": folder.parent.name,
                "instance": folder.name,
                "cars": day.size,
                "objectives": ">".join(levels),
                "figures": " ".join(map(str, figures)),
                "bounds": " ".join(map(str, found)),
                "bounds_for_every_order": " ".join(map(str, always.totals[: len(figures)])),
                "proven": proven,
                "first": int(proven > first),
                "second": int(proven > min(first + 1, len(figures) - 1)),
                "all": int(proven == len(figures)),
                "seconds": round(seconds, 2),
            }
        )
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
