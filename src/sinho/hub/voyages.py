"""The voyages of the trade lanes by cut-off: which vessel a car takes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Days = NDArray[np.int64]
"""Days as ordinals: ``datetime.date.toordinal``."""

ALONE = 30
"""Days for which a car waits in a lane of which one voyage is known, where it misses that one."""


@dataclass(frozen=True)
class Voyages:
    """The V voyages of a trade lane in the order of their cut-offs.

    Parameters
    ----------
    vessels : tuple of str
        Their names.
    cutoffs, etds : ndarray of int, shape (V,)
        Last day of hand-over, and day of departure.
    """

    vessels: tuple[str, ...]
    cutoffs: Days
    etds: Days

    @property
    def gap(self) -> int:
        """The longest wait from one cut-off to the next; `ALONE` with one voyage, 0 with none."""
        if len(self.cutoffs) < 2:
            return ALONE * len(self.cutoffs)
        return int(np.diff(self.cutoffs).max())

    def first(self, ready: Days) -> Days:
        """Return the voyage that a car takes: the first whose cut-off it makes.

        Parameters
        ----------
        ready : ndarray of int, shape (n,)
            Days on which cars are handed over at the port.

        Returns
        -------
        ndarray of int, shape (n,)
            Numbers of voyages; V where the lane's list does not reach: behind its last cut-off, or
            more than the longest `gap` before its first one.
        """
        at = np.searchsorted(self.cutoffs, ready)
        if len(self.cutoffs):
            at[ready < self.cutoffs[0] - self.gap] = len(self.cutoffs)
        return np.asarray(at, dtype=np.int64)

    def leaves(self, ready: Days) -> Days:
        """Return when cars leave: on their voyage's ETD.

        Where the list does not reach they wait for a `gap`; so in a lane without voyages they
        leave when they are ready.
        """
        at = self.first(ready)
        known = at < len(self.etds)
        found = ready + self.gap
        found[known] = self.etds[at[known]]
        return found

    def departure(self, ready: dt.date) -> dt.date:
        """Return when a car leaves that is ready on a day."""
        return dt.date.fromordinal(int(self.leaves(np.array([ready.toordinal()]))[0]))


def voyages_of(vessels: pl.DataFrame) -> dict[str, Voyages]:
    """Return the voyages of each trade lane.

    Parameters
    ----------
    vessels : polars.DataFrame
        ``vessel``, ``lane``, ``cutoff`` and ``etd``, as in the hub's table.
    """
    return {
        str(lane): Voyages(
            tuple(rows["vessel"].to_list()), _ordinals(rows["cutoff"]), _ordinals(rows["etd"])
        )
        for (lane,), rows in vessels.sort("cutoff", "etd", maintain_order=True).group_by(
            "lane", maintain_order=True
        )
    }


NO_VOYAGES = Voyages((), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
"""Those of a lane that the table does not name."""


def _ordinals(column: pl.Series) -> Days:
    return np.array([day.toordinal() for day in column.to_list()], dtype=np.int64)
