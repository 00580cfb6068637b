"""Places of buffers of small lines: the search beside all allocations, solved exactly.

Run from the root of the repository: ``python -m benchmarks.simulate_buffers``. Each line's Markov
chain is solved for every allocation of its places; the search of `sinho.simulate.buffers` sees
simulated lines only.
"""

from __future__ import annotations

import csv
import itertools
import time
from pathlib import Path

from tests.simulate import chains

from sinho.simulate import Buffer, Input, Plant, Station, Stops, buffers, chain, exponential

RESULTS = Path(__file__).parent / "results" / "simulate_buffers.csv"
CARS = 20_000

LINES: dict[str, tuple[tuple[float, ...], int]] = {
    "balanced, 3 stations": ((1.0,) * 3, 7),
    "balanced, 4 stations (Hillier, So and Boling)": ((1.0,) * 4, 4),
    "balanced, 4 stations (Hillier, So and Boling), more": ((1.0,) * 4, 9),
    "balanced, 5 stations (Hillier, So and Boling)": ((1.0,) * 5, 6),
    "balanced, 5 stations (Hillier, So and Boling), more": ((1.0,) * 5, 10),
    "balanced, 6 stations (Hillier, So and Boling)": ((1.0,) * 6, 6),
    "rates 1, 1.1, 1.2": ((1.0, 1.1, 1.2), 10),
    "rates 6, 7, 7 (Pichitlamken, Nelson and Hong)": ((6.0, 7.0, 7.0), 18),
    "bottleneck in the middle": ((1.0, 1.0, 0.8, 1.0, 1.0), 8),
    "bottleneck at the end": ((1.2, 1.0, 1.1, 0.8), 8),
    "falling rates": ((1.3, 1.2, 1.1, 1.0, 0.9), 8),
}
"""Stations' rates (exponential, blocking after service), and places."""


FAILING: dict[str, tuple[tuple[float, ...], int, tuple[tuple[float, float], ...]]] = {
    "alike, failing, 3 stations": ((1.0,) * 3, 10, ((0.02, 0.2),) * 3),
    "alike, failing, 4 stations": ((1.0,) * 4, 6, ((0.02, 0.2),) * 4),
    "alike, failing, 4 stations, more": ((1.0,) * 4, 9, ((0.02, 0.2),) * 4),
    "the second fails long": (
        (1.0, 1.1, 1.0, 1.2), 9, ((0.02, 0.2), (0.005, 0.03), (0.02, 0.2), (0.05, 0.4))
    ),
    "the first two fail long": ((1.0, 1.0, 1.3), 8, ((0.02, 0.05), (0.02, 0.05), (0.001, 1.0))),
}  # fmt: skip
"""Rates, places, and rates of failure (while a station works) and of repair."""


def line(
    rates: tuple[float, ...], places: int, stops: tuple[tuple[float, float], ...] = ()
) -> Input:
    """Return a line whose first buffer has all places."""
    nodes: list[Station | Buffer] = []
    for n, rate in enumerate(rates):
        if n:
            nodes.append(Buffer(name=f"b{n}", places=places if n == 1 else 1))
        own = stops[n : n + 1]
        fails = tuple(Stops(exponential(1 / up), exponential(1 / repair)) for up, repair in own)
        nodes.append(Station(name=f"s{n}", cycle=exponential(1 / rate), stops=fails))
    return Input.from_plant(Plant(chain(*nodes)), CARS)


def rate_of(
    rates: tuple[float, ...], room: tuple[int, ...], stops: tuple[tuple[float, float], ...]
) -> float:
    """Return what a line makes in a unit of time, by its chain."""
    if not stops:
        return chains.saturated(rates, room)[0]
    fails, mends = zip(*stops, strict=True)
    return chains.stopping(rates, room, fails, mends)


def main() -> None:
    """Write a row for each line."""
    rows = []
    reliable = {name: (rates, places, ()) for name, (rates, places) in LINES.items()}
    for name, (rates, places, stops) in {**reliable, **FAILING}.items():
        sites = range(places + 1)
        exact = {
            one: rate_of(rates, one, stops)
            for one in itertools.product(sites, repeat=len(rates) - 1)
            if sum(one) == places
        }
        best = max(exact, key=lambda one: exact[one])
        begun = time.process_time()
        found = buffers.solve(buffers.Input.from_line(line(rates, places, stops), places))
        reached, even = (tuple(found.sites[name].to_list()) for name in ("best", "even"))
        rows.append(
            {
                "line": name,
                "rates": " ".join(f"{rate:g}" for rate in rates),
                "stops": " ".join(f"{up:g}/{repair:g}" for up, repair in stops),
                "places": places,
                "allocations": len(exact),
                "simulated": found.tried,
                "cpu_s": round(time.process_time() - begun, 1),
                "best": " ".join(map(str, best)),
                "rate_best": round(exact[best], 6),
                "found": " ".join(map(str, reached)),
                "rate_found": round(exact[reached], 6),
                "below_best_percent": round(100 * (1 - exact[reached] / exact[best]), 4),
                "rate_even": round(exact[even], 6),
            }
        )
        print(rows[-1], flush=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
