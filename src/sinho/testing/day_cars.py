"""Draws the cars of a generated day along a hidden order: colours in batches, lawful options."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.bool_]
Whole = NDArray[np.int64]

SKIPS = (0.4, 0.15, 0.0)
"""How often a lawful place for an option is left free, tried from the loosest to the tightest."""


@dataclass(frozen=True)
class Target:
    """How often an option occurs, and the ratio that its rule asks for.

    Parameters
    ----------
    most, window : int
        Cars allowed in a window of consecutive positions.
    cars : int
        Cars of the day with the option.
    """

    most: int
    window: int
    cars: int


def draw_target(
    rng: np.random.Generator, cars: int, utilisation: tuple[float, float], *, rare: bool
) -> Target:
    """Draw a ratio and how many cars of the day have its option.

    Most ratios allow one car in a short window, some all but one, a few one car in a long window:
    the mix in the instances of the ROADEF 2005 challenge.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    cars : int
        Cars of the day.
    utilisation : tuple of (float, float)
        Least and largest share of the ratio's capacity that is asked for.
    rare : bool
        Whether long windows come more often, as they do for rules of low priority.

    Returns
    -------
    Target
        At least one car; the utilisation ``cars with the option * window / (cars * most)`` is at
        most the upper limit and less than one car below the lower one.
    """
    low, high = utilisation
    longest = max(2, int(cars * high))
    kind = rng.random()
    if kind < (0.25 if rare else 0.12):
        most, window = 1, int(np.exp(rng.uniform(np.log(10), np.log(60))))
    elif kind < (0.75 if rare else 0.65):
        most, window = 1, int(rng.integers(2, 9))
    elif kind < 0.92:
        window = int(rng.integers(3, 8))
        most = window - 1
    else:
        most = int(rng.integers(2, 5))
        window = most + int(rng.integers(2, 4))
    if window > longest:
        most, window = 1, longest
    share = rng.uniform(low, high)
    return Target(most, window, min(cars, max(1, int(share * cars * most / window + 1e-9))))


def draw_options(
    rng: np.random.Generator,
    targets: list[Target],
    before: int,
    cars: int,
    configurations: int,
    *,
    lawful: bool,
) -> Marks:
    """Draw which cars have which options, along the line.

    Option after option, the tightest ratio first, is given to cars of a few configurations (sets of
    options), so that options go together or exclude each other as in a range of models.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    targets : list of Target
        One per option.
    before, cars : int
        Cars of the day before, which keep all ratios among each other, and of the day.
    configurations : int
        How many sets of options to aim at; more come where the ratios leave no other choice.
    lawful : bool
        Whether the day's cars keep all ratios in this order, too.

    Returns
    -------
    array of bool, shape (options, before + cars)
        Which car has which option.
    """
    kept = np.zeros((len(targets), before + cars), dtype=np.bool_)
    kinds = np.zeros(before + cars, dtype=np.int64)
    tightness = [target.cars * target.window / target.most for target in targets]
    tightest = sorted(range(len(targets)), key=lambda at: (-tightness[at], at))
    for rank, at in enumerate(tightest, start=1):
        there = int(kinds.max()) + 1
        aim = configurations ** (rank / len(targets))
        parted = max(1, min(there, round(aim) - there))
        popular = np.bincount(kinds, minlength=there) / len(kinds)
        order = rng.choice(there, there, replace=False, p=popular)
        kept[at] = _place(rng, targets[at], kinds, order, parted, before, lawful=lawful)
        kinds = np.unique(2 * kinds + kept[at], return_inverse=True)[1].reshape(-1)
        kinds = kinds.astype(np.int64)
    return kept


def _place(
    rng: np.random.Generator,
    target: Target,
    kinds: Whole,
    order: Whole,
    parted: int,
    before: int,
    *,
    lawful: bool,
) -> Marks:
    """Place an option so that few configurations are parted into cars with and without it.

    Some configurations are parted at once; then whole ones take the option, the rarest first; then
    as many as are needed are parted after all; in the end all cars are taken anew.
    """
    size = len(kinds)
    day = np.arange(size) >= before
    some = np.isin(kinds, order[:parted]) & (rng.random(size) >= SKIPS[0])
    marks = _pack(target, some) if lawful else some

    def missing() -> int:
        return target.cars - int(marks[day].sum())

    for kind in order[parted:][::-1]:
        trial = marks | (kinds == kind)
        if int(trial[day].sum()) <= target.cars and (not lawful or _keeps(target, trial)):
            marks = trial
    for kind in order:
        if missing() > 0:
            more = kinds == kind
            marks = _fill(target, marks, more) if lawful else marks | more
    for skip in SKIPS:
        if missing() > 0:
            marks = _pack(target, rng.random(size) >= skip)
    if not lawful:
        marks[:before] = _pack(target, marks[:before])
    _thin(rng, marks[before:], target.cars)
    _thin(rng, marks[:before], round(target.cars * before / (size - before)))
    return marks


def _keeps(target: Target, marks: Marks) -> bool:
    """Return whether marks along the line keep the ratio."""
    so_far = np.concatenate(([0], np.cumsum(marks)))
    inside = so_far[target.window :] - so_far[: -target.window]
    return int(inside.max(initial=0)) <= target.most


def _fill(target: Target, marks: Marks, allowed: Marks) -> Marks:
    """Add marks at allowed positions, from the front, as long as the ratio is kept."""
    window, filled = target.window, marks.copy()
    edge = np.zeros(window, dtype=np.int64)
    so_far = np.cumsum(np.concatenate(([0], edge, marks, edge)))
    inside = so_far[window:] - so_far[:-window]  # of the window that ends before each position
    for at in np.flatnonzero(allowed & ~marks).tolist():
        around = inside[at + 1 : at + 1 + window]
        if around.max() < target.most:
            filled[at] = True
            around += 1
    return filled


def _pack(target: Target, allowed: Marks) -> Marks:
    """Put as many as the ratio allows onto the allowed positions, from the front."""
    marks = np.zeros_like(allowed)
    placed: list[int] = []
    for at in np.flatnonzero(allowed).tolist():
        if len(placed) < target.most or placed[-target.most] <= at - target.window:
            placed.append(at)
    marks[placed] = True
    return marks


def _thin(rng: np.random.Generator, marks: Marks, most: int) -> None:
    """Take away marks at random until at most so many are left."""
    there = np.flatnonzero(marks)
    if len(there) > most:
        marks[rng.choice(there, len(there) - most, replace=False)] = False


def draw_counts(rng: np.random.Generator, cars: int, colours: int) -> list[int]:
    """Draw how many cars each colour has: a few colours take most, all occur.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    cars, colours : int
        Cars of the day; colours, at most as many.

    Returns
    -------
    list of int
        Cars per colour, the most frequent first.
    """
    weight = np.sort(np.exp(rng.normal(0.0, 0.9, colours)))[::-1]
    exact = (cars - colours) * weight / weight.sum()
    counts = exact.astype(np.int64)
    rest = np.argsort(counts - exact, kind="stable")[: cars - colours - int(counts.sum())]
    counts[rest] += 1
    return [int(count) + 1 for count in counts]


def draw_batches(rng: np.random.Generator, counts: list[int], limit: int | None) -> Whole:
    """Draw the colours along the line, in batches that keep the limit.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    counts : list of int
        Cars per colour.
    limit : int or None
        Most cars of one colour in a row.

    Returns
    -------
    array of int, shape (cars,)
        Colour of each position.
    """
    mean = 8.0 if limit is None else max(1.0, 0.6 * limit)
    batches: list[list[int]] = []
    for count in counts:
        lengths: list[int] = []
        while count:
            drawn = int(rng.geometric(1.0 / mean))
            length = min(drawn, count, count if limit is None else limit)
            lengths.append(length)
            count -= length
        batches.append(lengths)
    _split(batches, limit)
    left = np.array([len(lengths) for lengths in batches], dtype=np.int64)
    colours: list[int] = []
    last = -1
    while left.sum():
        ahead = int(left.argmax())
        if 2 * left[ahead] > left.sum() and ahead != last:
            last = ahead
        else:
            weight = left.astype(np.float64)
            if last >= 0:
                weight[last] = 0.0
            last = int(rng.choice(len(left), p=weight / weight.sum()))
        left[last] -= 1
        colours += [last] * batches[last][left[last]]
    return np.array(colours, dtype=np.int64)


def _split(batches: list[list[int]], limit: int | None) -> None:
    """Split batches until no colour has more than the others together can keep apart.

    Where the others have no batch to split, its own shortest ones are put together.
    """
    while True:
        ahead = max(range(len(batches)), key=lambda at: len(batches[at]))
        others = [at for at in range(len(batches)) if at != ahead]
        if len(batches[ahead]) <= sum(len(batches[at]) for at in others) + 1:
            return
        at = max(others, key=lambda other: max(batches[other], default=0), default=ahead)
        longest = max(batches[at], default=0)
        if at == ahead or longest < 2:
            own = sorted(batches[ahead])
            if limit is None or sum(own[:2]) <= limit:
                batches[ahead] = [sum(own[:2]), *own[2:]]
                continue
            raise ValueError(
                "the batch limit cannot be kept: one colour has too many cars; take more colours "
                "or a higher limit"
            )
        place = batches[at].index(longest)
        batches[at][place : place + 1] = [longest - longest // 2, longest // 2]
