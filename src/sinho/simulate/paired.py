"""What one plant makes more than another, or has more in time, with the same random numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import polars as pl

from sinho.results import LineRun
from sinho.simulate.tally import Floats, student

DAY = 1440.0


@dataclass(frozen=True)
class Difference:
    """Cars a day that one plant makes more than another, or the share that it has more in time.

    Parameters
    ----------
    mean : float
        Mean of the differences of the replications, in pairs.
    low, high : float or None
        Interval that holds it with probability ``level``, all that are looked at side by side
        together, by Student's t; None of one pair.
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


def paired(
    first: LineRun,
    other: LineRun,
    of: Literal["cars", "due", "cutoff"] = "cars",
    *,
    among: int = 1,
) -> Difference:
    """Compare two plants replication by replication.

    Differences in pairs have a far smaller spread than the figures themselves where both meet the
    same luck (Law 2015, Simulation Modeling and Analysis, section 10.2.1: paired-t intervals with
    common random numbers).

    Parameters
    ----------
    first, other : LineRun
        The results, of the same seed and of the same days, with a horizon.
    of : {"cars", "due", "cutoff"}
        Whether cars a day are compared, or the shares of orders that are off by their due date, or
        by their vessel's cut-off.
    among : int
        So many plants are compared with the first one side by side: intervals are as wide that all
        of them hold together (Bonferroni's inequality: each with ``1 - (1 - level) / among``; Law
        2015, section 10.4.1). Else of 20 changes without effect one would seem to have some.

    Returns
    -------
    Difference
        What ``other`` makes, or has in time, more than ``first``, by the replications that are
        kept.

    Raises
    ------
    ValueError
        When they are not of the same seed and days, or no order has such a date.
    """
    if first.seed != other.seed or (first.begin, first.end) != (other.begin, other.end):
        raise ValueError("results are compared in pairs only where seed and days are the same")
    if not math.isfinite(first.end):
        raise ValueError("results are compared in pairs only where they have a horizon")
    if of == "cars":
        a, b, scale = _counted(first), _counted(other), DAY / (first.end - first.begin)
    elif first.in_time[of].null_count():
        raise ValueError(f"no order has a date of kind {of}")
    else:
        a, b, scale = first.in_time[of].to_numpy(), other.in_time[of].to_numpy(), 1.0
    return difference(a * scale, b * scale, first.level, among)


def difference(a: Floats, b: Floats, level: float, among: int = 1) -> Difference:
    """Return what the figures of one series of replications are more than those of another."""
    pairs = min(len(a), len(b))
    differences = b[:pairs] - a[:pairs]
    mean = float(differences.mean())
    if pairs < 2:
        return Difference(mean, None, None, level, pairs)
    deviation = float(differences.std(ddof=1))
    half = student(1 - (1 - level) / among, pairs - 1) * deviation / math.sqrt(pairs)
    return Difference(mean, mean - half, mean + half, level, pairs)


def _counted(result: LineRun) -> Floats:
    """Return the cars of each replication in the days that count."""
    days = pl.col("day").is_between(round(result.begin / DAY), round(result.end / DAY) - 1)
    table = result.made.filter(days).group_by("replication").agg(pl.col("cars").sum())
    return table.sort("replication")["cars"].to_numpy()
