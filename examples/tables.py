"""How the tables of the example hubs are written down, and written to their folders."""

from __future__ import annotations

import argparse
import calendar
import csv
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]
REPORTED, DERIVED, ASSUMED = "reported", "derived", "assumed"


def rows(basis: str, source: str, names: str, *values: tuple[Any, ...]) -> list[Row]:
    """Return rows of the same basis and source."""
    keys = names.split()
    return [{**dict(zip(keys, v, strict=True)), "source": source, "basis": basis} for v in values]


def parts_of(total: int, weights: Iterable[float]) -> list[int]:
    """Divide a whole number by weights into whole numbers, largest remainders first."""
    values = list(weights)
    scale = sum(values)
    if total == 0 or scale == 0:
        return [0] * len(values)
    exact = [total * value / scale for value in values]
    parts = [int(value) for value in exact]
    order = sorted(range(len(values)), key=lambda n: (parts[n] - exact[n], n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


class Spreader:
    """Divides month after month such that the sums so far stay nearest to the shares."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self.shares = {name: share / sum(shares.values()) for name, share in shares.items()}
        self.total = 0
        self.given = dict.fromkeys(shares, 0)

    def add(self, units: int) -> dict[str, int]:
        """Return the next month's cars by name; they sum to ``units``."""
        self.total += units
        due = {n: self.total * share - self.given[n] for n, share in self.shares.items()}
        parts = {n: max(0, int(value)) for n, value in due.items()}
        order = sorted(due, key=lambda n: parts[n] - due[n])
        for n in order[: max(0, units - sum(parts.values()))]:
            parts[n] += 1
        for n in reversed(order):
            if sum(parts.values()) > units and parts[n] > 0:
                parts[n] -= 1
        for n, value in parts.items():
            self.given[n] += value
        return parts


def vessel_rows(sailings: list[Row], days_to_sail: int = 2) -> list[Row]:
    """Return the table ``vessels``: the calls of each lane and month, evenly spread."""
    source = (
        "assumption: the month's calls of table sailings, cut-offs in the middle of equal parts of "
        f"the month, departure {days_to_sail} days later, the month's room in equal parts"
    )
    found: list[Row] = []
    for row in sailings:
        year, month = (int(part) for part in row["month"].split("-"))
        length = calendar.monthrange(year, month)[1]
        for call in range(row["calls"]):
            cutoff = dt.date(year, month, 1 + int((call + 0.5) * length / row["calls"]))
            found += rows(
                ASSUMED,
                source,
                "vessel lane cutoff etd ceu",
                (
                    f"{row['lane']} {row['month']}/{call + 1}",
                    row["lane"],
                    cutoff.isoformat(),
                    (cutoff + dt.timedelta(days=days_to_sail)).isoformat(),
                    row["ceu"] // row["calls"],
                ),
            )
    return found


def _settings(settings: Row) -> str:
    lines = []
    for key, value in settings.items():
        text = str(value).lower() if isinstance(value, bool) else value
        lines.append(f'{key} = "{text}"' if isinstance(value, str) else f"{key} = {text}")
    return "\n".join(lines) + "\n"


def write(folder: Path, settings: Row, tables: dict[str, list[Row]]) -> None:
    """Write ``hub.toml`` and one CSV file per table, byte for byte the same every time."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hub.toml").write_text(_settings(settings), encoding="utf-8", newline="\n")
    for name, found in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)


def build(here: Path, settings: Row, tables: Callable[[], dict[str, list[Row]]]) -> None:
    """Write a hub to its own folder, or to the one that is asked for."""
    parser = argparse.ArgumentParser(description=f"Write the tables of the hub {here.name}.")
    parser.add_argument("--out", type=Path, default=here, help="folder to write to")
    write(parser.parse_args().out, settings, tables())
