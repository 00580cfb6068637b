"""Replications through one and two workers: threads, processes, and a cluster of `distributed`.

Run from the root of the repository: ``python -m benchmarks.simulate_workers``; it needs
``pip install sinho[cluster]`` (`distributed` and psutil). Wall time says how it scales only where
both cores are free. CPU seconds of all processes together say what an executor costs whatever else
runs: ``free_cores`` is the efficiency that they would have with two cores of their own.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path

import psutil
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


def spent() -> tuple[float, float]:
    """Return the CPU seconds of this process so far, and of all the workers that it started."""
    own = psutil.Process()
    seconds = [0.0]
    for child in own.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            seconds.append(times.user + times.system)
    return time.process_time(), sum(seconds)


def measured(given: Input, kind: str, workers: int) -> dict[str, float]:
    """Return wall time and CPU seconds of the replications; the workers are warm."""
    with executor(kind, workers) as pool:
        params = Params(replications=2 * workers, workers=workers, executor=pool, watched=0)
        solve(given, params)
        before, begun = spent(), time.perf_counter()
        solve(given, Params(replications=REPLICATIONS, workers=workers, executor=pool, watched=0))
        wall, after = time.perf_counter() - begun, spent()
    return {"wall": wall, "own": after[0] - before[0], "theirs": after[1] - before[1]}


def main() -> None:
    """Write a row for each kind of executor."""
    given, rows = whole(), []
    for kind in KINDS:
        try:
            one, two = (measured(given, kind, workers) for workers in (1, 2))
        except ImportError as error:
            print(f"{kind}: {error}")
            continue
        cpu = [found["own"] + found["theirs"] for found in (one, two)]
        longest = two["own"] / 2 if kind == "threads" else max(two["own"], two["theirs"] / 2)
        rows.append(
            {
                "executor": kind,
                "replications": REPLICATIONS,
                "one_cpu_s": round(cpu[0], 2),
                "two_cpu_s": round(cpu[1], 2),
                "two_own_cpu_s": round(two["own"], 2),
                "free_cores": round(cpu[0] / (2 * max(cpu[1] / 2, longest)), 2),
                "one_s": round(one["wall"], 1),
                "two_s": round(two["wall"], 1),
                "efficiency": round(one["wall"] / (2 * two["wall"]), 2),
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
