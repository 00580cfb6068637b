"""Small days for tests: built by hand, or drawn at random with every kind of rule."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence

import polars as pl
from hypothesis import strategies as st

from sinho.days.day import Day
from sinho.days.rules import (
    Changeover,
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    Rule,
    RunLength,
    Spread,
    Windows,
)

KINDS: tuple[type[Rule], ...] = (
    Ratio,
    Changes,
    RunLength,
    Spread,
    Forbidden,
    Changeover,
    Maximum,
    Overload,
    Windows,
    Pinned,
    Frozen,
)
"""Every kind of rule."""

COLOURS = ("red", "blue", "grey", "white")
MODELS = ("A", "B", "C")
OPTIONS = ("roof", "tow", "awd")


def idents(size: int) -> list[str]:
    """Return the cars' names: c01, c02 and so on."""
    return [f"c{at:02d}" for at in range(1, size + 1)]


def table(
    cars: Sequence[str], attributes: dict[str, Sequence[str]], options: dict[str, str]
) -> pl.DataFrame:
    """Return a table of cars; options are given as text, one sign per car, 1 for fitted."""
    columns: dict[str, pl.Series] = {"car": pl.Series(list(cars), dtype=pl.String)}
    for name, values in attributes.items():
        columns[name] = pl.Series(list(values), dtype=pl.String)
    for name, signs in options.items():
        columns[name] = pl.Series([sign == "1" for sign in signs], dtype=pl.Boolean)
    return pl.DataFrame(columns)


def tiny_day(
    *rules: Rule,
    options: dict[str, str] | None = None,
    attributes: dict[str, Sequence[str]] | None = None,
    before: dict[str, Sequence[str]] | None = None,
    levels: Sequence[str] | None = None,
    weights: Sequence[int] | None = None,
    size: int | None = None,
) -> Day:
    """Return a day built by hand, its cars named c01, c02 and so on in the order given.

    Parameters
    ----------
    *rules
        The rules; a soft one's level must be there.
    options
        Signs 0 and 1 per car, such as ``{"roof": "1100"}``.
    attributes
        Values per car, such as ``{"colour": ["red", "blue"]}``, or a text of one-letter values.
    before
        The same for the cars before the day, named p01, p02 and so on; what is left out is 0 or
        ``"-"``.
    levels, weights
        Levels, by default as many as the rules need; weights.
    size
        Number of cars, where no column tells it.
    """
    options, attributes, before = options or {}, attributes or {}, before or {}
    sizes = [len(values) for values in (*options.values(), *attributes.values())]
    height = sizes[0] if sizes else (size or 0)
    ahead = max((len(values) for values in before.values()), default=0)
    used = max((rule.level for rule in rules if rule.level is not None), default=-1) + 1
    names = tuple(levels) if levels is not None else tuple(f"level {at}" for at in range(used))
    return Day(
        name="tiny",
        cars=table(idents(height), attributes, options),
        previous=table(
            [f"p{at:02d}" for at in range(1, ahead + 1)],
            {name: before.get(name, "-" * ahead) for name in attributes},
            {name: "".join(before.get(name, "0" * ahead)) for name in options},
        ),
        attributes=tuple(attributes),
        options=tuple(options),
        rules=tuple(rules),
        levels=names,
        weights=None if weights is None else tuple(weights),
    )


def random_day(
    seed: int,
    size: int,
    kinds: Iterable[type[Rule]] | None = None,
    *,
    hard: Iterable[type[Rule]] = (Pinned, Frozen),
    each: int = 2,
    levels: int = 3,
) -> Day:
    """Return a random day; the hard windows, pins and frozen cars can be kept together.

    Parameters
    ----------
    seed, size
        Seed and number of cars.
    kinds
        Kinds of rules that may occur; by default every kind.
    hard
        Kinds that are hard; the others are soft, at a random level with a random weight. Hard
        rules of other kinds than Windows, Pinned and Frozen may contradict each other.
    each
        Most rules of one kind; at least one of each kind is drawn.
    levels
        Number of priority levels.
    """
    draw = random.Random(f"{seed}-{size}")
    wanted = tuple(KINDS if kinds is None else kinds)
    hard = {*hard, Pinned, Frozen}
    known = draw.choice([0, 1, 2, 5, 8])
    frozen = draw.randint(0, max(0, min(3, size - 2)))
    # An order that keeps all windows, pins and frozen cars: the frozen ones first.
    witness = list(range(frozen, size))
    draw.shuffle(witness)
    witness = [*range(frozen), *witness]
    place = {car: at for at, car in enumerate((idents(size)[row] for row in witness), start=1)}

    def cars(names: list[str]) -> pl.DataFrame:
        mix = {name: draw.choice([0.15, 0.3, 0.5, 0.7]) for name in OPTIONS}
        return table(
            names,
            {
                "colour": [draw.choice(COLOURS[: 2 + seed % 3]) for _ in names],
                "model": [draw.choice(MODELS) for _ in names],
            },
            {
                name: "".join("1" if draw.random() < share else "0" for _ in names)
                for name, share in mix.items()
            },
        )

    rules: list[Rule] = []
    for kind in wanted:
        for number in range(1 if kind is Frozen else draw.randint(1, each)):
            level = None if kind in hard else draw.randrange(levels)
            weight = draw.choice([1, 1, 1, 2, 5])
            name = f"{kind.__name__.lower()} {number + 1}"
            rules.append(_MAKERS[kind](draw, name, level, weight, size, place, frozen))
    return Day(
        name=f"random {seed}",
        cars=cars(idents(size)),
        previous=cars([f"p{at:02d}" for at in range(1, known + 1)]),
        attributes=("colour", "model"),
        options=OPTIONS,
        rules=tuple(rules),
        levels=tuple(f"level {at}" for at in range(levels)),
        weights=tuple(10 ** (3 * (levels - 1 - at)) for at in range(levels)),
    )


def random_order(day: Day, seed: int) -> tuple[str, ...]:
    """Return the day's cars shuffled, whatever the hard rules say."""
    order = list(day.idents)
    random.Random(seed).shuffle(order)
    return tuple(order)


def all_orders(day: Day) -> Iterator[tuple[str, ...]]:
    """Yield every order of the day's cars."""
    return itertools.permutations(day.idents)


def days(
    size: tuple[int, int] = (1, 12),
    kinds: Sequence[type[Rule]] | None = None,
    hard: Sequence[type[Rule]] = (Pinned, Frozen),
    each: int = 2,
) -> st.SearchStrategy[Day]:
    """Return a strategy of random days whose number of cars lies between two figures."""
    return st.builds(
        lambda seed, cars: random_day(seed, cars, kinds, hard=hard, each=each),
        st.integers(0, 1_000_000),
        st.integers(*size),
    )


Maker = Callable[
    [random.Random, str, int | None, int, int, dict[str, int], int],
    Rule,
]


def _ratio(
    draw: random.Random, name: str, level: int | None, weight: int, size: int, *_: object
) -> Rule:
    window = draw.randint(1, 7)
    first, last = sorted(draw.randint(1, size) for _ in range(2))
    confined = draw.random() < 0.25
    return Ratio(
        name=name,
        level=level,
        weight=weight,
        option=draw.choice(OPTIONS),
        most=draw.randint(0, window - 1),
        window=window,
        shortened=draw.random() < 0.7,
        first=first if confined and draw.random() < 0.8 else None,
        last=last if confined else None,
    )


def _changes(draw: random.Random, name: str, level: int | None, weight: int, *_: object) -> Rule:
    return Changes(
        name=name, level=level, weight=weight, attribute=draw.choice(["colour", "model"])
    )


def _runs(draw: random.Random, name: str, level: int | None, weight: int, *_: object) -> Rule:
    least = draw.choice([1, 1, 2, 3])
    return RunLength(
        name=name,
        level=level,
        weight=weight,
        attribute=draw.choice(["colour", "model"]),
        least=least,
        most=draw.choice([None, least, least + 1, 4]),
        value=draw.choice([None, None, "red", "A"]),
    )


def _spread(draw: random.Random, name: str, level: int | None, weight: int, *_: object) -> Rule:
    return Spread(name=name, level=level, weight=weight, option=draw.choice(OPTIONS))


def _forbidden(draw: random.Random, name: str, level: int | None, weight: int, *_: object) -> Rule:
    pairs = draw.sample(list(itertools.product(COLOURS, repeat=2)), draw.randint(1, 5))
    return Forbidden(name=name, level=level, weight=weight, attribute="colour", pairs=tuple(pairs))


def _changeover(draw: random.Random, name: str, level: int | None, weight: int, *_: object) -> Rule:
    pairs = draw.sample(list(itertools.permutations(COLOURS, 2)), draw.randint(1, 6))
    return Changeover(
        name=name,
        level=level,
        weight=weight,
        attribute="colour",
        costs=tuple((a, b, draw.randrange(0, 5000) / 1000) for a, b in pairs),
        default=draw.choice([0.0, 1.0, 2.5]),
    )


def _maximum(
    draw: random.Random, name: str, level: int | None, weight: int, size: int, *_: object
) -> Rule:
    per = draw.choice([None, 2, 3, 5])
    return Maximum(
        name=name,
        level=level,
        weight=weight,
        option=draw.choice(OPTIONS),
        most=draw.randint(0, max(1, (per or size) - 1)),
        per=per,
    )


def _overload(
    draw: random.Random, name: str, level: int | None, weight: int, size: int, *_: object
) -> Rule:
    first, last = sorted(draw.randint(1, size) for _ in range(2))
    return Overload(
        name=name,
        level=level,
        weight=weight,
        base=draw.choice([0.5, 0.8, 0.9]),
        times=tuple((option, draw.randrange(0, 700) / 1000) for option in OPTIONS),
        takt=1.0,
        length=draw.choice([1.0, 1.2, 1.7]),
        slow=(first, last) if draw.random() < 0.2 else None,
    )


def _windows(
    draw: random.Random,
    name: str,
    level: int | None,
    weight: int,
    size: int,
    place: dict[str, int],
    *_: object,
) -> Rule:
    windows = []
    for car in draw.sample(sorted(place), draw.randint(0, min(3, size))):
        here = place[car] if level is None else draw.randint(1, size)
        windows.append((car, draw.randint(1, here), draw.randint(here, size)))
    return Windows(name=name, level=level, weight=weight, windows=tuple(windows))


def _pinned(
    draw: random.Random,
    name: str,
    level: int | None,
    weight: int,
    size: int,
    place: dict[str, int],
    *_: object,
) -> Rule:
    cars = draw.sample(sorted(place), draw.randint(0, min(2, size)))
    return Pinned(name=name, level=level, weight=weight, pins=tuple((c, place[c]) for c in cars))


def _frozen(
    draw: random.Random,
    name: str,
    level: int | None,
    weight: int,
    size: int,
    place: dict[str, int],
    frozen: int,
) -> Rule:
    return Frozen(name=name, level=level, weight=weight, first=frozen)


_MAKERS: dict[type[Rule], Maker] = {
    Ratio: _ratio,
    Changes: _changes,
    RunLength: _runs,
    Spread: _spread,
    Forbidden: _forbidden,
    Changeover: _changeover,
    Maximum: _maximum,
    Overload: _overload,
    Windows: _windows,
    Pinned: _pinned,
    Frozen: _frozen,
}
