"""Which places are put where, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from sinho.errors import DataError, Problem
from sinho.results.status import Status
from sinho.simulate.buffers.sites import Places, Site, sites_of, with_places
from sinho.simulate.data import Input as Line


@dataclass(frozen=True)
class Input:
    """A line, where its places can be, and how many there are.

    Parameters
    ----------
    line : sinho.simulate.Input
        Plant and cars, with a buffer at each site.
    sites : tuple of Site
        Where places can be.
    places : int
        How many there are of all.
    """

    line: Line = field(repr=False)
    sites: tuple[Site, ...]
    places: int

    @classmethod
    def from_line(
        cls, line: Line, places: int | None = None, *, more: int = 0, at: Iterable[str] = ()
    ) -> Input:
        """Take the places of a line, or another number of them.

        Parameters
        ----------
        line : sinho.simulate.Input
            Plant and cars.
        places : int, optional
            Places of all sites together; by default as many as there are now.
        more : int
            Places more than that.
        at : iterable of str
            Names of buffers and stores, of stations before which places can come, and of rows of a
            hub's tables; none: all stores, and all buffers of cars without transport (a conveyor
            has the places that its length has).

        Raises
        ------
        DataError
            When a name is none, there is no place to put, or there are too few for those that need
            some.
        """
        line, sites = sites_of(line, at)
        wanted = (sum(site.now for site in sites) if places is None else places) + more
        least = sum(site.least for site in sites)
        if wanted < max(1, least):
            named = ", ".join(f"{site.name} {site.least}" for site in sites if site.least)
            hint = f"Stores, and buffers that others need, cannot go: {named}." if named else ""
            rule = f"there must be {max(1, least)} or more"
            raise DataError([Problem("--places", rule, value=str(wanted), hint=hint)])
        return cls(line, sites, wanted)

    def with_places(self, places: Places) -> Line:
        """Return the line with so many places at each site."""
        return with_places(self.line, self.sites, places)


@dataclass(frozen=True)
class Allocation:
    """Where places are put, and what a line makes with them.

    Parameters
    ----------
    sites : DataFrame
        ``site``, and its places ``now``, ``even`` (as evenly as can be) and ``best``.
    outputs : DataFrame
        By ``allocation`` (now, even, best): ``places``, ``per_day`` (cars a working day of a hub,
        else a day of 24 hours; mean of the replications) with ``low`` and ``high``, and ``more``
        than now with ``more_low`` and ``more_high``, replication by replication with the same
        random numbers (paired t).
    history : DataFrame
        ``seconds``, ``tried`` and ``per_day`` of each allocation that was the best so far, by as
        many replications as allocations are compared by.
    tried : int
        Allocations simulated.
    replications : int
        Replications of ``outputs``.
    level : float
        Probability of the intervals.
    objective : float
        Cars a day with the best.
    bound : float
        Cars a day with all places at each of the sites: no allocation makes more with these random
        numbers where more room never harms, as in lines without stores that change the order, skids
        or shared parts (Shanthikumar and Yao 1989, Queueing Systems 4, 129-146).
    gap : float
        Difference of the two by the objective.
    seconds : float
        Wall time.
    seed : int
        Seed of the random numbers.
    status : str
        Why it ended.
    versions : mapping of str to str
        Versions that shape the result.
    """

    sites: pl.DataFrame = field(repr=False)
    outputs: pl.DataFrame = field(repr=False)
    history: pl.DataFrame = field(repr=False)
    tried: int
    replications: int
    level: float
    objective: float
    bound: float
    gap: float
    seconds: float
    seed: int
    status: Status
    versions: Mapping[str, str] = field(repr=False)
