"""When and where a simulated plant stands: what of a hub its minutes and nodes are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Setting:
    """What the minutes and the nodes of a plant are.

    Parameters
    ----------
    begin : datetime.datetime
        Minute 0. A working day lasts from its time of day to that of the next date.
    dates : tuple of datetime.date
        The working days that count.
    counted : (float, float)
        Minutes from which and until which is counted: before, the plant fills.
    until : float
        Minutes until which is simulated; behind what is counted, late cars come off.
    rows : mapping of str to str
        Station or store of the hub's tables of each node.
    notes : tuple of str
        What was taken where the tables say nothing.
    filled : int
        Working days before the first that counts in which the plant fills.
    filling : str
        Beginning of the orders of cars with which the plant fills; empty: there are none.
    """

    begin: dt.datetime
    dates: tuple[dt.date, ...]
    counted: tuple[float, float]
    until: float
    rows: Mapping[str, str] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)
    filled: int = 0
    filling: str = ""

    def moment(self, minute: float) -> dt.datetime:
        """Return when a minute is."""
        return self.begin + dt.timedelta(minutes=minute)

    def date(self, minute: float) -> dt.date:
        """Return the working day in which a minute lies."""
        return self.begin.date() + dt.timedelta(days=int(minute // 1440))
