"""What the benchmarks of sequencing share: data, processes, rows of results."""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
DATA = HERE.parents[1] / "shared" / "data"
EXAMPLES = HERE.parent / "examples" / "days"


def roadef_folders(data: Path = DATA) -> list[Path]:
    """Return the folders of the ROADEF 2005 instances, set A before set B."""
    return [path for part in "AB" for path in sorted((data / "roadef" / part).glob("*"))]


def reference(data: Path = DATA) -> dict[str, dict[str, str]]:
    """Return the rows of reference.csv by instance."""
    with (data / "roadef" / "reference.csv").open(encoding="utf-8") as file:
        return {row["instance"]: row for row in csv.DictReader(file)}


def peak_mb() -> float:
    """Return this process's peak memory in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class CpuLimit:
    """A stop rule that counts the processor time of this process, all threads together.

    On a machine that other work disturbs, a search gets the time that it would have had alone.
    """

    def __init__(self, seconds: float, threads: int) -> None:
        self._threads = threads
        self._end = time.process_time() + seconds * threads

    def __call__(self) -> bool:
        """Return whether the time is over."""
        return self.seconds_left <= 0

    @property
    def seconds_left(self) -> float:
        """Seconds left to each thread."""
        return (self._end - time.process_time()) / self._threads


def load() -> float:
    """Return how many processes ran, on average over the last minute."""
    return round(os.getloadavg()[0], 1)


def apart(script: str, *words: object, env: dict[str, str] | None = None) -> dict[str, Any]:
    """Run ``script one WORDS`` in a process of its own and return the JSON of its last line."""
    command = [sys.executable, script, "one", *map(str, words)]
    found = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}
    )
    if found.returncode:
        raise SystemExit(f"{' '.join(map(str, words))} failed:\n{found.stderr[-3000:]}")
    row: dict[str, Any] = json.loads(found.stdout.strip().splitlines()[-1])
    return row


def tell(row: dict[str, Any]) -> None:
    """Print a row at once."""
    print("  ".join(f"{key}={value}" for key, value in row.items()), flush=True)


class Rows:
    """A CSV file of results that grows row by row, so that an interrupted run can go on.

    Rows that are in the file already are kept, unless ``fresh``; ``done`` says which.
    """

    def __init__(self, path: Path, key: Sequence[str], *, fresh: bool = False) -> None:
        self.path, self.key = path, tuple(key)
        self.rows: list[dict[str, Any]] = []
        if fresh:
            path.unlink(missing_ok=True)
        if path.exists():
            with path.open(encoding="utf-8") as file:
                self.rows = list(csv.DictReader(file))

    def done(self, *values: object) -> bool:
        """Return whether a row with these key values is there."""
        wanted = tuple(map(str, values))
        return any(tuple(str(row[name]) for name in self.key) == wanted for row in self.rows)

    def add(self, row: dict[str, Any]) -> None:
        """Add a row, in memory and in the file."""
        self.rows.append(row)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        with self.path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(row), lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerow(row)
        tell(row)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "| " + " | ".join("---" for _ in headings) + " |"]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)
