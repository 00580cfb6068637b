"""Sequence generated days of growing size: moves a second, score over time, memory.

    python benchmarks/sequence_growth.py               # 100 to 10,000 cars, 60 s each
    python benchmarks/sequence_growth.py --time 5 --cars 100 300

Every day is drawn by `sinho.testing.days` (seed 1, 12 colours, 5 ratios of high and 8 of low
priority, utilisation 0.7 to 0.95, a hidden order without a violation of ratios) and sequenced in a
process of its own. Memory is the process's peak, with Python, numba and the compiled search in it.
Rows that are in the result file already are not run again; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
from sequence_common import RESULTS, Rows, apart, load, peak_mb

CARS = (100, 300, 1000, 3000, 10000)
MARKS = (1, 2, 5, 10, 20, 30, 60)
"""Seconds at which the score is noted."""


def one(cars: int, seconds: float, threads: int) -> dict[str, Any]:
    """Draw a day and sequence it."""
    from sinho.days.score import score_order
    from sinho.sequence import sequence_day
    from sinho.stop import TimeLimit
    from sinho.testing.days import Shape, plant

    planted = plant(Shape(cars=cars, utilisation=(0.7, 0.95), satisfiable=True), 1)
    day = planted.day
    sequence_day(day, iterations=100)
    before_mb, before = peak_mb(), time.monotonic()
    first = sequence_day(day, iterations=1)
    first_s = time.monotonic() - before
    found = sequence_day(day, stop=TimeLimit(seconds), seed=1, threads=threads)
    assert found.score == score_order(day, found.order)
    row: dict[str, Any] = {
        "cars": cars,
        "threads": threads,
        "seconds": seconds,
        "first_s": round(first_s, 3),
        "first": round(first.score.weighted or 0),
    }
    for mark in MARKS:
        row[f"at_{mark}_s"] = figure_at(found.history, day.levels, mark, seconds)
    return {
        **row,
        "score": round(found.score.weighted or 0),
        "levels": " ".join(f"{value:g}" for _, value in found.score.levels),
        "hidden": round(score_order(day, planted.order).weighted or 0),
        "status": found.status,
        "moves_per_s": round(found.moves_per_second),
        "peak_mb": round(peak_mb()),
        "before_mb": round(before_mb),
        "load": load(),
    }


def figure_at(
    history: pl.DataFrame, levels: tuple[str, ...], mark: float, seconds: float
) -> int | str:
    """Return the score that was reached by a time; empty where the run did not last so long.

    The search turns to one level after the other: a level that it does not count at that time is
    taken as it was counted last.
    """
    from sinho.days.day import ROADEF_WEIGHTS

    seen = history.fill_null(strategy="forward").filter(pl.col("seconds") <= mark)
    if mark > seconds or seen.is_empty() or None in seen.row(-1):
        return ""
    last = seen.row(-1, named=True)
    return round(sum(w * last[level] for w, level in zip(ROADEF_WEIGHTS, levels, strict=True)))


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw moves a second, memory and the score over time."""
    import altair as alt

    frame = pl.DataFrame(
        [{key: float(row[key]) for key in ("cars", "moves_per_s", "peak_mb")} for row in rows]
    )
    over_time = pl.DataFrame(
        [
            {"cars": f"{int(row['cars']):,}", "s": mark, "score": float(row[f"at_{mark}_s"])}
            for row in rows
            for mark in MARKS
            if row[f"at_{mark}_s"] != ""
        ]
    )
    x = alt.X("cars:Q", scale=alt.Scale(type="log"), title="cars of the day")
    charts = [
        alt.Chart(frame, title=title, width=300, height=240)
        .mark_line(point=True)
        .encode(x=x, y=alt.Y(f"{column}:Q", title=title))
        for column, title in (("moves_per_s", "moves a second"), ("peak_mb", "peak memory, MB"))
    ]
    charts.append(
        alt.Chart(over_time, title="score over time", width=300, height=240)
        .mark_line(point=True)
        .encode(
            x=alt.X("s:Q", scale=alt.Scale(type="log"), title="seconds"),
            y=alt.Y("score:Q", scale=alt.Scale(type="log"), title="score"),
            color=alt.Color("cars:N", sort=[f"{cars:,}" for cars in CARS]),
        )
    )
    chart = alt.hconcat(*charts)
    chart.save(path.with_suffix(".png"), ppi=144)
    chart.save(path.with_suffix(".svg"))


def main() -> None:
    """Run the sizes asked for."""
    if sys.argv[1:2] == ["one"]:
        cars, seconds, threads = sys.argv[2:]
        print(json.dumps(one(int(cars), float(seconds), int(threads))))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--time", type=float, default=60, help="seconds per day (60)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cars", nargs="+", type=int, default=CARS)
    parser.add_argument("--out", type=Path, default=RESULTS / "sequence_growth.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()
    rows = Rows(asked.out, ("cars", "threads", "seconds"), fresh=asked.fresh)
    # The compiled search has to be on the disk before memory is measured.
    apart(__file__, min(CARS), 1, asked.threads)
    for cars in asked.cars:
        if not rows.done(cars, asked.threads, asked.time):
            rows.add(apart(__file__, cars, asked.time, asked.threads))
    draw(rows.rows, asked.out)


if __name__ == "__main__":
    main()
