"""Generated cars from paint, of the shape of a published day of a painted body store."""

from __future__ import annotations

import random

import polars as pl

from sinho.parameters import SEED

COLOURS = 10


def generate_painted(
    cars: int = 318,
    *,
    hybrids: int = 212,
    four_wheel: int = 29,
    seed: int = SEED,
) -> pl.DataFrame:
    """Draw the cars that come from paint in a day, in their order.

    The usual figures are those of the first of two days of problem C of China's postgraduate
    contest in mathematical modelling of 2022; the second one has 159 hybrids. Others and cars with
    four-wheel drive come in runs, on average 3 and 1.5 long, which gives the order as it comes
    about the score that is reported for those days: 203 (second day: 148) gaps and 19 blocks.
    Colours come in batches of 5 to 15, of ten. Cars are planned for one of three days, those of an
    earlier one mostly before those of a later one.

    Parameters
    ----------
    cars : int
        Cars of the day.
    hybrids, four_wheel : int
        How many are hybrids, and have four-wheel drive.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    DataFrame
        ``car``, ``model`` (A or B), ``hybrid``, ``four_wheel``, ``colour``, ``planned`` (1 to 3:
        the day for which it is planned).

    Raises
    ------
    ValueError
        When there are no cars, or not from 0 to as many of a kind as there are cars.
    """
    for name, number in (("hybrids", hybrids), ("four_wheel", four_wheel)):
        if not (cars >= 1 and 0 <= number <= cars):
            raise ValueError(f"{name} must be 0 to {cars} of at least 1 car, not {number}")
    chance = random.Random(seed)
    return pl.DataFrame(
        {
            "car": [f"{at:03d}" for at in range(1, cars + 1)],
            "model": [chance.choice("AB") for _ in range(cars)],
            "hybrid": [not other for other in _runs(cars - hybrids, hybrids, 3.0, chance)],
            "four_wheel": _runs(four_wheel, cars - four_wheel, 1.5, chance),
            "colour": _batches(cars, chance),
            "planned": _planned(cars, chance),
        }
    )


def _runs(number: int, others: int, mean: float, chance: random.Random) -> list[bool]:
    """Return so many cars of a kind in runs of a mean length, among others."""
    runs = min(max(1, round(number / mean)), others + 1) if number else 0
    ends = [*sorted(chance.sample(range(1, number), runs - 1)), number] if runs else []
    lengths = iter([end - begin for begin, end in zip([0, *ends], ends, strict=False)])
    before = set(chance.sample(range(others + 1), runs))
    found: list[bool] = []
    for at in range(others + 1):
        if at in before:
            found += [True] * next(lengths)
        found += [False] * (at < others)
    return found


def _batches(cars: int, chance: random.Random) -> list[str]:
    """Return colours in batches."""
    found: list[str] = []
    while len(found) < cars:
        others = [name for at in range(COLOURS) if (name := f"colour {at + 1}") not in found[-1:]]
        found += [chance.choice(others)] * chance.choice((5, 10, 15))
    return found[:cars]


def _planned(cars: int, chance: random.Random) -> list[int]:
    """Return days, mostly rising."""
    wished = sorted(range(cars), key=lambda at: at + chance.gauss(0.0, cars / 6))
    days = [0] * cars
    for place, at in enumerate(wished):
        days[at] = 1 + 3 * place // cars
    return days
