"""Replications through one and two workers: threads, processes, and a cluster of `distributed`.

Run from the root of the repository: ``python -m benchmarks.simulate_workers``; the cluster needs
``pip install sinho[cluster]``.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from benchmarks.simulate_plant import whole

from sinho.simulate import Input, Params, solve

RESULTS = Path(__file__).parent / "results" / "simulate_workers.csv"
REPLICATIONS = 32
KINDS = ("threads", "processes", "cluster")


@contextmanager
def executor(kind: str, workers: int) -> Iterator[Executor]:
    """Open an executor of a kind."""
    if kind == "threads":
        with ThreadPoolExecutor(workers) as pool:
            yield pool
    elif kind == "processes":
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            yield pool
    else:
        from distributed import Client, LocalCluster

        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client.get_executor()


def seconds(given: Input, kind: str, workers: int) -> float:
    """Return the wall time of the replications; the workers are warm."""
    with executor(kind, workers) as pool:
        params = Params(replications=2 * workers, workers=workers, executor=pool, watched=0)
        solve(given, params)
        begun = time.perf_counter()
        solve(given, Params(replications=REPLICATIONS, workers=workers, executor=pool, watched=0))
        return time.perf_counter() - begun


def main() -> None:
    """Write a row for each kind of executor."""
    given, rows = whole(), []
    for kind in KINDS:
        try:
            one, two = (seconds(given, kind, workers) for workers in (1, 2))
        except ImportError as error:
            print(f"{kind}: {error}")
            continue
        rows.append(
            {
                "executor": kind,
                "replications": REPLICATIONS,
                "one_s": round(one, 1),
                "two_s": round(two, 1),
                "efficiency": round(one / (2 * two), 2),
                "load": round(os.getloadavg()[0], 1),
            }
        )
        print(rows[-1], flush=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
