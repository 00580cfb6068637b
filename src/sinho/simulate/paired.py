"""What one plant makes more than another with the same random numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.results import LineRun
from sinho.simulate.tally import student

DAY = 1440.0


@dataclass(frozen=True)
class Difference:
    """Cars a day that one plant makes more than another.

    Parameters
    ----------
    mean : float
        Mean of the differences of the replications, in pairs.
    low, high : float or None
        Interval that holds it with probability ``level``, by Student's t; None of one pair.
    level : float
        That probability.
    pairs : int
        Replications compared.
    """

    mean: float
    low: float | None
    high: float | None
    level: float
    pairs: int

    @property
    def significant(self) -> bool | None:
        """Whether 0 lies outside the interval; None where there is none."""
        if self.low is None or self.high is None:
            return None
        return not self.low <= 0 <= self.high


def paired(first: LineRun, other: LineRun) -> Difference:
    """Compare two plants replication by replication.

    Differences in pairs have a far smaller spread than the figures themselves where both meet the
    same luck (Law 2015, Simulation Modeling and Analysis, section 10.2.1: paired-t intervals with
    common random numbers).

    Parameters
    ----------
    first, other : LineRun
        The results, of the same seed and of the same days, with a horizon.

    Returns
    -------
    Difference
        What ``other`` makes more than ``first``.

    Raises
    ------
    ValueError
        When they are not of the same seed and days.
    """
    if first.seed != other.seed or (first.begin, first.end) != (other.begin, other.end):
        raise ValueError("results are compared in pairs only where seed and days are the same")
    if not math.isfinite(first.end):
        raise ValueError("results are compared in pairs only where they have a horizon")
    a, b = _counted(first), _counted(other)
    pairs = min(len(a), len(b))
    differences = (b[:pairs] - a[:pairs]) * DAY / (first.end - first.begin)
    mean = float(differences.mean())
    if pairs < 2:
        return Difference(mean, None, None, first.level, pairs)
    deviation = float(differences.std(ddof=1))
    half = student(first.level, pairs - 1) * deviation / math.sqrt(pairs)
    return Difference(mean, mean - half, mean + half, first.level, pairs)


def _counted(result: LineRun) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the cars of each replication in the days that count."""
    days = pl.col("day").is_between(round(result.begin / DAY), round(result.end / DAY) - 1)
    table = result.made.filter(days).group_by("replication").agg(pl.col("cars").sum())
    return table.sort("replication")["cars"].to_numpy()
