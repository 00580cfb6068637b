"""Where places of buffers make most: beside all allocations of small lines, by their chains."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from sinho.simulate import Buffer, Input, Plant, Station, buffers, chain, exponential
from tests.simulate import chains

CARS = 20_000


def line(rates: Sequence[float], room: Sequence[int], cars: int = CARS) -> Input:
    """Return a line of exponential stations with so many places between them."""
    nodes: list[Station | Buffer] = [Station(name="s0", cycle=exponential(1 / rates[0]))]
    for n, (rate, places) in enumerate(zip(rates[1:], room, strict=True), 1):
        nodes.append(Buffer(name=f"b{n}", places=places))
        nodes.append(Station(name=f"s{n}", cycle=exponential(1 / rate)))
    return Input.from_plant(Plant(chain(*nodes)), cars)


def allocations(sites: int, places: int) -> list[tuple[int, ...]]:
    """Return all ways to part places."""
    return [one for one in itertools.product(range(places + 1), repeat=sites) if sum(one) == places]


@pytest.mark.parametrize(
    ("rates", "places", "value"),
    [
        ((1.0,) * 4, 4, 0.65718),
        ((1.0, 1.1, 1.2), 6, None),
        ((1.0, 0.8, 1.2, 1.0), 6, None),
        ((1.0,) * 5, 8, None),
        ((6.0, 7.0, 7.0), 18, 5.776),
    ],
)
def test_the_best_of_all_allocations_of_small_lines(
    rates: tuple[float, ...], places: int, value: float | None
) -> None:
    exact = {one: chains.saturated(rates, one)[0] for one in allocations(len(rates) - 1, places)}
    best = max(exact.values())
    if value is not None:
        assert best == pytest.approx(value, abs=6e-4 if value > 1 else 6e-6)
    given = line(rates, (places, *[1] * (len(rates) - 2)))
    found = buffers.solve(buffers.Input.from_line(given, places))
    reached = tuple(found.sites["best"].to_list())
    assert sum(reached) == places
    assert exact[reached] >= best * (1 - 2e-4), (reached, exact[reached], best)
    assert found.bound >= found.objective
