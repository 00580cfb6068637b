"""Losses of a network here, in two processes, and through a cluster of two workers.

Run from the root of the repository: ``python -m benchmarks.source_workers``; the cluster needs
``pip install sinho[cluster]``. Efficiency is that of wall time against two workers that share the
time here evenly; processes that are begun for it count.
"""

from __future__ import annotations

import os
import time

from benchmarks.quote_draws import cpu, write
from benchmarks.simulate_workers import executor

from sinho.hub import network_from_tables
from sinho.source import Input, Params, solve, stress
from sinho.testing import network_tables


def main() -> None:
    """Write a row for each way."""
    tables = network_tables(8, 20, 12, 24, places=4, rich=False)
    data, rows, one = Input.from_network(network_from_tables(tables)), [], 0.0
    plain = Params("cost", gap=1e-2)
    base = solve(data, plain)
    for kind, workers in (("here", 1), ("processes", 2), ("cluster", 2)):
        begun, used = time.perf_counter(), cpu()
        if kind == "here":
            found = stress(data, plain, year=2026, base=base)
        else:
            try:
                with executor(kind, workers) as pool:
                    params = Params("cost", gap=1e-2, workers=workers, executor=pool)
                    begun = time.perf_counter()
                    found = stress(data, params, year=2026, base=base)
            except ImportError as error:
                print(f"{kind}: {error}")
                continue
        wall = time.perf_counter() - begun
        one = one or wall
        rows.append(
            {
                "way": kind,
                "workers": workers,
                "losses": found.height,
                "wall_seconds": round(wall, 1),
                "cpu_seconds": round(cpu() - used, 1),
                "efficiency": round(one / (workers * wall), 2),
                "load": round(os.getloadavg()[0], 1),
            }
        )
        print(rows[-1], flush=True)
    write("source_workers", rows)


if __name__ == "__main__":
    main()
