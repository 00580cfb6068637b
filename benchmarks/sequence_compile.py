"""How long the sequence search takes to compile, to load from the disk cache, to a first result.

    python benchmarks/sequence_compile.py

Two processes one after the other with a numba cache folder of their own: the first finds it empty
and compiles, the second loads. Each imports the search, sequences a generated day of 1,300 cars
(seconds to the compiled search: that call less the same call again), then once more: the time to
the first result.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sequence_common import RESULTS, Rows, apart, load


def one(cars: int) -> dict[str, Any]:
    """Import, compile or load, and sequence a day twice for a single move."""
    from sinho.testing.days import generate_day

    day = generate_day(cars, seed=1)
    marks = [time.monotonic()]
    from sinho.sequence import sequence_day

    marks.append(time.monotonic())
    sequence_day(day, iterations=1)
    marks.append(time.monotonic())
    again = []
    for _ in range(3):
        sequence_day(day, iterations=1)
        marks.append(time.monotonic())
        again.append(marks[-1] - marks[-2])
    first = statistics.median(again)
    return {
        "import_s": round(marks[1] - marks[0], 2),
        "compile_s": round(marks[2] - marks[1] - first, 2),
        "first_result_s": round(first, 3),
    }


def main() -> None:
    """Measure with an empty and with a filled cache."""
    if sys.argv[1:2] == ["one"]:
        print(json.dumps(one(int(sys.argv[2]))))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cars", type=int, default=1300)
    parser.add_argument("--out", type=Path, default=RESULTS / "sequence_compile.csv")
    asked = parser.parse_args()
    rows = Rows(asked.out, ("cache",), fresh=True)
    with tempfile.TemporaryDirectory() as cache:
        for state in ("empty", "filled"):
            found = apart(__file__, asked.cars, env={"NUMBA_CACHE_DIR": cache})
            rows.add({"cache": state, "cars": asked.cars, **found, "load": load()})


if __name__ == "__main__":
    main()
