"""Write the example days.

``python examples/days/build.py`` rewrites the days in this folder, byte for byte the same every
time; ``--out FOLDER`` writes them elsewhere. ``busan_day.py`` holds what the day of Busan is made
of; the other days come from `sinho.testing.days`.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from dataclasses import replace
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import busan_day  # noqa: E402

from sinho.days.formats.write import csplib_text, roadef_files  # noqa: E402
from sinho.testing.days import Planted, Shape, plant, plant_classes  # noqa: E402

SEED = 2026
DATE = "2026 11 2"
"""Year, week and day of the week of the days in the ROADEF format."""

SHAPES = {
    "easy": Shape(
        cars=50,
        colours=6,
        high=3,
        low=2,
        utilisation=(0.5, 0.8),
        configurations=12,
        batch_limit=8,
        objectives="hprc>lprc>paint",
        satisfiable=True,
    ),
    "paint-first": Shape(
        cars=120,
        colours=9,
        high=4,
        low=4,
        utilisation=(0.5, 0.9),
        configurations=25,
        batch_limit=15,
        objectives="paint>hprc>lprc",
    ),
    "many-colours": Shape(
        cars=300,
        colours=22,
        high=4,
        low=6,
        utilisation=(0.6, 0.95),
        configurations=40,
        batch_limit=20,
        objectives="hprc>paint>lprc",
    ),
    "two-objectives": Shape(
        cars=450,
        colours=13,
        high=6,
        low=0,
        utilisation=(0.85, 0.98),
        configurations=20,
        batch_limit=450,
        objectives="hprc>paint",
    ),
    "difficult": Shape(
        cars=600,
        colours=12,
        high=6,
        low=5,
        utilisation=(0.85, 1.05),
        configurations=60,
        batch_limit=10,
        objectives="hprc>lprc>paint",
    ),
    "many-options": Shape(
        cars=900,
        colours=15,
        high=6,
        low=15,
        utilisation=(0.4, 0.95),
        configurations=180,
        batch_limit=12,
        objectives="hprc>paint>lprc",
    ),
    "large": Shape(
        cars=1300,
        colours=14,
        high=6,
        low=8,
        utilisation=(0.7, 0.95),
        configurations=70,
        batch_limit=10,
        objectives="hprc>lprc>paint",
        satisfiable=True,
    ),
}
"""The days that are written as folders of the ROADEF 2005 challenge."""

CLASSES = "classes.txt"
BUSAN = "busan"


def planted() -> dict[str, Planted]:
    """Return the generated days by name, each with the order that it was drawn along."""
    days = {name: plant(shape, SEED) for name, shape in SHAPES.items()}
    return {**days, CLASSES: plant_classes(200, seed=SEED, utilisation=0.9)}


def files() -> dict[str, str]:
    """Return the content of every file by its path in this folder."""
    days = planted()
    found = {CLASSES: csplib_text(days.pop(CLASSES).day)}
    for name, made in days.items():
        for file, text in roadef_files(replace(made.day, date=DATE)).items():
            found[f"{name}/{file}"] = text
    for table, rows in busan_day.tables().items():
        sheet = io.StringIO()
        writer = csv.DictWriter(sheet, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        found[f"{BUSAN}/{table}.csv"] = sheet.getvalue()
    return found


def main() -> None:
    """Write all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write into")
    out = parser.parse_args().out
    for name, text in files().items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    print(out)


if __name__ == "__main__":
    main()
