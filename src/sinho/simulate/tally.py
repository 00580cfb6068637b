"""Figures of replications, and their means and spreads in memory that does not grow with them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass
class Moments:
    """Mean and spread of vectors, one after another.

    Welford (1962, Technometrics 4, 419-420), and merging by Chan, Golub and LeVeque (1983, The
    American Statistician 37, 242-247).

    Parameters
    ----------
    size : int
        Length of the vectors.
    """

    size: int
    count: int = 0
    mean: Floats = field(init=False, repr=False)
    squares: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.mean = np.zeros(self.size)
        self.squares = np.zeros(self.size)

    def add(self, vector: Floats) -> None:
        """Add a vector."""
        self.count += 1
        off = vector - self.mean
        self.mean += off / self.count
        self.squares += off * (vector - self.mean)

    def merge(self, other: Moments) -> None:
        """Add the vectors of another, behind its own."""
        count = self.count + other.count
        off = other.mean - self.mean
        self.squares += other.squares + off * off * (self.count * other.count / count)
        self.mean += off * (other.count / count)
        self.count = count

    def half(self, level: float) -> Floats:
        """Return half the width of the confidence intervals of the means; nan of one vector."""
        if self.count < 2:
            return np.full(self.size, math.nan)
        deviation = np.sqrt(self.squares / (self.count - 1))
        return student(level, self.count - 1) * deviation / math.sqrt(self.count)


def student(level: float, freedom: int) -> float:
    """Return the two-sided quantile of Student's t distribution.

    The sum of its density is solved for by bisection (Abramowitz and Stegun 1964, 26.7.3 and
    26.7.4: exact series for whole degrees of freedom).

    Parameters
    ----------
    level : float
        Probability of lying between minus and plus the quantile.
    freedom : int
        Degrees of freedom.
    """
    low, high = 0.0, 1.0
    while _between(high, freedom) < level:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        if _between(middle, freedom) < level:
            low = middle
        else:
            high = middle
    return high


def _between(t: float, freedom: int) -> float:
    """Return the probability between minus and plus t."""
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2 == 1
    term = cosine if odd else 1.0
    total = 0.0 if freedom == 1 else term
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


@dataclass
class Tally:
    """What replications tell.

    Parameters
    ----------
    figures : int
        Figures of each.
    cars, nodes : int
        Cars, and nodes of the plant.
    """

    figures: int
    cars: int
    nodes: int
    moments: Moments = field(init=False)
    off: Floats = field(init=False, repr=False)
    times: NDArray[np.int64] = field(init=False, repr=False)
    due: NDArray[np.int64] = field(init=False, repr=False)
    cutoff: NDArray[np.int64] = field(init=False, repr=False)
    bottleneck: Floats = field(init=False, repr=False)
    watched: float = 0.0
    kept: list[Floats] = field(default_factory=list, repr=False)
    paths: str = ""

    def __post_init__(self) -> None:
        self.moments = Moments(self.figures)
        self.off = np.zeros(self.cars)
        self.times = np.zeros(self.cars, np.int64)
        self.due = np.zeros(self.cars, np.int64)
        self.cutoff = np.zeros(self.cars, np.int64)
        self.bottleneck = np.zeros((self.nodes, 2))

    def merge(self, other: Tally) -> None:
        """Add the replications of another, behind its own."""
        self.moments.merge(other.moments)
        self.off += other.off
        self.times += other.times
        self.due += other.due
        self.cutoff += other.cutoff
        self.bottleneck += other.bottleneck
        self.watched += other.watched
        self.kept += other.kept
        self.paths = other.paths
