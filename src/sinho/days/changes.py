"""What comes in between when a day's sequence stands: rush orders, blocked cars, missing parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Freeze:
    """The first cars are on the line already and stay where they are.

    Parameters
    ----------
    first : int
        How many.
    """

    first: int


@dataclass(frozen=True)
class Rush:
    """A car that has to be built early.

    Parameters
    ----------
    car : str
        Its ident; of a car of the day, or with ``values`` of a further one.
    by : int or None
        Its latest position; ``None`` for the first that is free behind the frozen cars.
    values : mapping of str to str or bool, optional
        Attributes and options of a car that the day does not have yet; options that are left out
        are not fitted.
    """

    car: str
    by: int | None = None
    values: Mapping[str, str | bool] | None = None


@dataclass(frozen=True)
class Block:
    """A car that cannot be built for now.

    Parameters
    ----------
    car : str
        Its ident.
    until : int or None
        The last position at which it cannot be built; ``None`` takes it out of the day.
    """

    car: str
    until: int | None = None


@dataclass(frozen=True)
class MissingPart:
    """A part that is missing at first: cars with an option wait until it comes.

    Frozen cars are on the line already and are not concerned.

    Parameters
    ----------
    option : str
        The option that needs the part.
    until : int
        The last position that is built without the part.
    """

    option: str
    until: int


@dataclass(frozen=True)
class HalfRate:
    """A station that works at half its rate for a part of the day.

    From ``first`` to ``last``, a ratio rule N/P of the station allows N cars in any 2 P positions
    (in all of them where they are fewer). The limit is a further rule with the level and weight of
    the rule, and hard if that is hard. At a station whose overload is counted, all work takes
    twice its time.

    Parameters
    ----------
    rule : str
        The ratio rule or the overload rule; or an option: all ratio rules about it.
    first, last : int
        Positions from and to which the station is slow.
    """

    rule: str
    first: int
    last: int


Change = Freeze | Rush | Block | MissingPart | HalfRate
"""What can come in between."""
