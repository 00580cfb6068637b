"""Read, check and build hubs up to ten times as large as Busan: CPU seconds and memory.

    python benchmarks/check_growth.py          # every size; about a minute

A hub of size n is n plants like Busan's in one: every table holds n times the rows, with names of
their own, but for the settings and for rows that speak of all, of countries or of domestic markets,
which would stand twice. The nine scenarios stay those of Busan. An order bank of 1,000 orders for
each plant is added. Every size is measured in a process of its own, the fastest of three.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
from plan_large import peak, write

from sinho.hub import Hub, check_hub, read_hub, write_hub
from sinho.hub.read import hub_from_tables
from sinho.hub.rules.orders import colours_of
from sinho.hub.schema import ALL, LIST_SEPARATOR, TABLES, fields
from sinho.run import example_path

SIZES = (1, 3, 10, 30)
ORDERS = 1000
ALIKE = ("country", "origin", "destination", "owner", "segment", "unit", "name", "note", "meaning")
ALIKE += ("source", "attribute", "value", "pattern", "opening_pattern")
"""Columns of text that are the same in every plant."""
SHARED = {ALL, "domestic", "overseas", "none", "hard"}
RUNS = 3


def renamed(frame: pl.DataFrame, table: str, plant: int) -> pl.DataFrame:
    """Return a table with the names of another plant."""

    def name(text: str | None) -> str | None:
        if text is None:
            return None
        parts = text.split(LIST_SEPARATOR)
        return LIST_SEPARATOR.join(p if p in SHARED else f"{p} {plant}" for p in parts)

    kinds = ("text", "list")
    names = [
        field.name
        for field in fields(table).values()
        if field.kind in kinds
        and field.name not in (*ALIKE, "source", "attribute", "value", "cost")
    ]
    return frame.with_columns(
        pl.Series(column, [name(text) for text in frame[column]], dtype=pl.String)
        for column in names
    )


def orders_of(hub: Hub, count: int) -> pl.DataFrame:
    """Draw an order bank."""
    draw = random.Random(count)
    models = hub["models"].filter(pl.col("sop").is_null())["model"].to_list()
    colours = {
        model: rows["colour"].to_list()
        for (model,), rows in colours_of(hub["colours"], models).group_by("model")
    }
    markets = hub["markets"]["market"].to_list()
    rows = []
    for number in range(count):
        model = draw.choice(models)
        day = f"2026-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        row = {"order": f"{number:07}", "model": model, "market": draw.choice(markets)}
        rows.append(row | {"colour": draw.choice(colours[model]), "wanted": day})
    return pl.DataFrame(rows)


def hub_of(size: int) -> Hub:
    """Return a hub of several plants like Busan's."""
    busan = read_hub(example_path("busan"))
    tables = {}
    for table in TABLES:
        parts = [busan[table], *(renamed(busan[table], table, n) for n in range(2, size + 1))]
        keys = [field.name for field in fields(table).values() if field.key]
        single = table in ("hub", "slotting")
        tables[table] = (
            parts[0] if single else pl.concat(parts).unique(keys or None, maintain_order=True)
        )
    tables["orders"] = orders_of(hub_from_tables(tables), ORDERS * size)
    return hub_from_tables(tables, busan.scenarios)


def measured(folder: Path) -> dict[str, Any]:
    """Read, check and build a hub; CPU seconds, without loading the libraries."""
    from sinho.plan.build import build
    from sinho.plan.prepare import prepare

    marks = [time.process_time()]
    hub = read_hub(folder)
    marks.append(time.process_time())
    read_mb = peak()
    problems = check_hub(folder)[1]
    assert all(problem.severity == "warning" for problem in problems)
    marks.append(time.process_time())
    program = build(prepare(hub))
    marks.append(time.process_time())
    return {
        "rows": sum(frame.height for frame in hub.tables.values()),
        "read_cpu_s": round(marks[1] - marks[0], 3),
        "check_cpu_s": round(marks[2] - marks[1], 3),
        "build_cpu_s": round(marks[3] - marks[2], 3),
        "columns": program.size[0],
        "read_mb": round(read_mb),
        "peak_mb": round(peak()),
    }


def main() -> None:
    """Measure every size."""
    if sys.argv[1:2] == ["one"]:
        print(json.dumps(measured(Path(sys.argv[2]))))
        return
    rows = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as place:
            folder = write_hub(hub_of(size), Path(place) / "hub")
            found = []
            for _ in range(RUNS):
                words = [sys.executable, __file__, "one", str(folder)]
                done = subprocess.run(words, capture_output=True, text=True, check=True)
                found.append(json.loads(done.stdout))
        row = {"size": size, **{key: min(one[key] for one in found) for key in found[0]}}
        print("  ".join(f"{key}={value}" for key, value in row.items()), flush=True)
        rows.append(row)
    write("check_growth", rows)


if __name__ == "__main__":
    main()
