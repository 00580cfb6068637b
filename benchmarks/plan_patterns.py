"""Choose shift patterns on twenty small hubs: HiGHS's own search beside sinho's, both to 1e-6.

    python benchmarks/plan_patterns.py              # both, hub by hub, to results/plan_patterns.csv
    python benchmarks/plan_patterns.py --only after # sinho's search alone

The hubs are generated: one to three lines with shops, crews and models of their own, 12 to 24
months, three patterns a line and four for the powertrain, overtime, parts, stock, contracts. CPU
seconds are those of solving the program alone, on one thread. ``before`` is HiGHS on the whole
program, as sinho planned until then.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from typing import Any

import polars as pl

from sinho.hub import Hub, hub_from_tables
from sinho.plan.build import build
from sinho.plan.minimise import NoSolution, Solution, minimise
from sinho.plan.prepare import prepare
from sinho.plan.search import search
from sinho.testing.hubs import CAR_SHOPS, Size, generate_tables

RESULTS = Path(__file__).resolve().parent / "results" / "plan_patterns.csv"
GAP = 1e-6


class CpuLimit:
    """Stops after some seconds of CPU, so that other work on the machine does not count."""

    seconds_left = float("inf")

    def __init__(self, seconds: float) -> None:
        self._end = time.process_time() + seconds

    def __call__(self) -> bool:
        """Return whether the time is over."""
        return time.process_time() >= self._end


HUBS = (
    # lines, months, models, markets, seed, room of the shops
    (1, 12, 12, 6, 0, 1.0),
    (1, 18, 10, 5, 1, 1.2),
    (1, 24, 6, 4, 2, 1.1),
    (1, 24, 10, 5, 3, 0.9),
    (1, 18, 12, 6, 4, 1.0),
    (1, 24, 8, 5, 5, 0.8),
    (2, 12, 12, 5, 6, 0.8),
    (2, 12, 10, 6, 7, 1.0),
    (2, 18, 6, 4, 8, 0.9),
    (2, 18, 9, 5, 9, 1.1),
    (2, 24, 6, 4, 10, 1.0),
    (2, 24, 8, 4, 8, 1.05),
    (2, 18, 8, 5, 12, 0.95),
    (3, 12, 9, 4, 1, 1.0),
    (3, 12, 12, 4, 14, 0.9),
    (3, 18, 8, 3, 7, 0.95),
    (3, 18, 9, 4, 16, 1.1),
    (3, 24, 6, 4, 17, 1.0),
    (3, 24, 9, 4, 1, 1.0),
    (3, 12, 12, 5, 19, 1.15),
)


def hub_of(lines: int, months: int, models: int, markets: int, seed: int, room: float) -> Hub:
    """Generate a hub whose models are parted between lines, each a group with its own shops."""
    tables = generate_tables(Size(months, models, markets), seed, shop_room=room, choices=True)
    return hub_from_tables(tables if lines == 1 else parted(tables, lines))


def parted(tables: dict[str, pl.DataFrame], lines: int) -> dict[str, pl.DataFrame]:
    """Part the group of the car shops into lines; each gets the rate that its models load."""
    line = {model: n % lines + 1 for n, model in enumerate(tables["models"]["model"])}
    cars = dict(tables["demand"].group_by("model").agg(pl.col("units").sum()).iter_rows())
    loads = tables["loads"].to_dicts()
    work: dict[tuple[str, int], float] = {}
    for row in loads:
        if row["shop"] in CAR_SHOPS:
            key = row["shop"], line[row["item"]]
            work[key] = work.get(key, 0.0) + cars[row["item"]] * row["load"]
            row["shop"] = f"{row['shop']} {line[row['item']]}"

    def split(table: str, *money: str) -> pl.DataFrame:
        rows: list[dict[str, Any]] = []
        for row in tables[table].to_dicts():
            if row["group"] != "cars":
                rows.append(row)
                continue
            for n in range(1, lines + 1):
                own = {**row, "group": f"line {n}"}
                share = 1 / lines
                if table == "shops":
                    own["shop"] = f"{row['shop']} {n}"
                    whole = sum(v for (shop, _), v in work.items() if shop == row["shop"])
                    share = work[row["shop"], n] / whole
                rows.append({**own, **{name: row[name] * share for name in money}})
        return pl.DataFrame(rows, infer_schema_length=None)

    return {
        **tables,
        "loads": pl.DataFrame(loads),
        "groups": split("groups"),
        "shops": split("shops", "installed_rate", "manned_rate"),
        "patterns": split("patterns", "cost_per_day", "change_cost"),
        "overtime": split("overtime", "cost_per_hour"),
    }


def measure(way: str, place: int, seconds: float) -> dict[str, Any]:
    """Solve a hub one way; CPU seconds, cost, bound and gap, empty where no plan was found."""
    data = prepare(hub_of(*HUBS[place]))
    program = build(data)
    began, stop = time.process_time(), CpuLimit(seconds)
    found: Solution | None = None
    try:
        if way == "before":
            found = minimise(program, stop=stop, gap=GAP, duals=False)
        else:
            found = search(data, program, stop=stop, gap=GAP)
    except NoSolution:
        pass
    cpu = round(time.process_time() - began, 2)
    row: dict[str, Any] = {"columns": program.size[0], "binaries": int(program.integer.sum())}
    row |= {f"{way}_cpu_s": cpu, f"{way}_contribution": "", f"{way}_bound": "", f"{way}_gap": ""}
    if found is not None:
        gap = (found.objective - found.bound) / max(1.0, abs(found.objective))
        row[f"{way}_contribution"] = round(-found.objective, 1)
        row[f"{way}_bound"] = round(-found.bound, 1)
        row[f"{way}_gap"] = f"{max(gap, 0.0):.1e}"
    return row


def kept() -> dict[int, dict[str, Any]]:
    """Return the rows that stand in the results by hub."""
    if not RESULTS.exists():
        return {}
    with RESULTS.open(encoding="utf-8") as file:
        return {int(row["hub"]): row for row in csv.DictReader(file)}


def main() -> None:
    """Measure the hubs asked for and write each row as soon as it stands."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", choices=["before", "after"], help="one of the two ways")
    parser.add_argument("--hubs", type=int, nargs="*", default=list(range(len(HUBS))))
    parser.add_argument("--time", type=float, default=100.0, help="CPU seconds at most, each")
    words = parser.parse_args()
    names = ("lines", "months", "models", "markets", "seed", "shop_room")
    rows = kept()
    for place in words.hubs:
        row = rows.get(place, {"hub": place, **dict(zip(names, HUBS[place], strict=True))})
        for way in ("before", "after"):
            if words.only in (None, way):
                row |= measure(way, place, words.time)
        rows[place] = row
        print("  ".join(f"{key}={value}" for key, value in row.items()), flush=True)
        with RESULTS.open("w", newline="", encoding="utf-8") as file:
            head = dict.fromkeys(key for row in rows.values() for key in row)
            writer = csv.DictWriter(file, head, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[n] for n in sorted(rows))


if __name__ == "__main__":
    main()
