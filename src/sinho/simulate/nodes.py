"""What a plant is made of, in plain words."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from sinho.simulate.times import Times

OUT = "out"
"""Where cars leave the plant."""


@dataclass(frozen=True)
class Calendar:
    """When a station works.

    Parameters
    ----------
    stretches : tuple of (float, float)
        Begin and end of the working stretches in minutes, in order, without overlap.
    every : float or None
        The stretches repeat after so many minutes; None: nothing is worked after the last.
    """

    stretches: tuple[tuple[float, float], ...]
    every: float | None = None

    @cached_property
    def sums(self) -> tuple[float, ...]:
        """Working time before each stretch, and of all."""
        sums = [0.0]
        for begin, end in self.stretches:
            sums.append(sums[-1] + (end - begin))
        return tuple(sums)

    def worked(self, minutes: float) -> float:
        """Return the working time until a moment.

        Parameters
        ----------
        minutes : float
            The moment.
        """
        rounds = 0.0
        if self.every is not None:
            rounds = math.floor(minutes / self.every)
            minutes -= rounds * self.every
        at = bisect_right([begin for begin, _ in self.stretches], minutes) - 1
        within = 0.0
        if at >= 0:
            begin, end = self.stretches[at]
            within = self.sums[at] + (min(minutes, end) - begin)
        return rounds * self.sums[-1] + within if rounds else within

    def clock(self, working: float) -> float:
        """Return the first moment until which so much is worked; infinite where it never is.

        Parameters
        ----------
        working : float
            Working time in minutes.
        """
        rounds = 0.0
        total = self.sums[-1]
        if self.every is not None:
            rounds = max(0.0, math.ceil(working / total) - 1.0)
            working -= rounds * total
        if working <= 0:
            return rounds * self.every if rounds and self.every else 0.0
        at = bisect_left(self.sums, working) - 1
        if at >= len(self.stretches):
            return math.inf
        within = self.stretches[at][0] + (working - self.sums[at])
        return rounds * self.every + within if rounds and self.every else within


@dataclass(frozen=True)
class Stops:
    """Failures of one kind, and their repairs.

    Parameters
    ----------
    up : Times
        Time to failure.
    repair : Times
        Time to repair, in working time.
    by : {"operating", "clock"}
        Whether the time to failure counts only while the server works on a car, or always.
    name : str
        Name of the kind, unique at the station.
    """

    up: Times
    repair: Times
    by: Literal["operating", "clock"] = "operating"
    name: str = "stop"


@dataclass(frozen=True)
class Split:
    """Where cars go that can go to several nodes.

    Parameters
    ----------
    to : tuple of str
        The nodes, or `OUT`.
    by : {"share", "room", "line", "model", "colour"}
        ``share``: by chance; ``room``: the first in order that has room; ``line``, ``model`` and
        ``colour``: by ``where``.
    shares : tuple of float
        Chance of each node, summing to 1, where ``by`` is ``share``.
    models : mapping of str to tuple of float
        Chances for models that differ, such as of a new one that is often repaired.
    colours : mapping of str to tuple of float
        Chances for colours that differ, such as of first-time-OK in paint; they come before those
        of the model.
    both : mapping of (str, str) to tuple of float
        Chances for a model in a colour, which come before all others.
    where : mapping of str to str
        The node of each line, model or colour; those not named go to the first of ``to``.
    """

    to: tuple[str, ...]
    by: Literal["share", "room", "line", "model", "colour"] = "share"
    shares: tuple[float, ...] = ()
    models: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    colours: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    both: Mapping[tuple[str, str], tuple[float, ...]] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)

    def chances(self, model: str | None, colour: str | None) -> tuple[float, ...]:
        """Return the chance of each node for a car, where they are split by share.

        Parameters
        ----------
        model, colour : str or None
            Of the car; None: it has none.
        """
        shares = self.models.get(model or "", self.shares)
        shares = self.colours.get(colour or "", shares)
        return self.both.get((model or "", colour or ""), shares)


@dataclass(frozen=True, kw_only=True)
class Node:
    """What all nodes have in common.

    Parameters
    ----------
    name : str
        Name, unique in the plant.
    to : str or Split
        The next node, or `OUT`; where there are several, a split.
    shop : str
        Shop to which it belongs.
    merge : {"first", "listed"}
        Who comes first where several nodes send cars here: who waits longest, or who is listed
        first.
    """

    name: str
    to: str | Split = ""
    shop: str = ""
    merge: Literal["first", "listed"] = "first"


@dataclass(frozen=True, kw_only=True)
class Station(Node):
    """A station with one server or several that work alike.

    Parameters
    ----------
    cycle : Times
        Time of work on a car.
    models : mapping of str to Times
        Times of models that differ.
    servers : int
        Cars that are worked on at the same time.
    keep_order : bool
        Whether cars leave in the order in which they came, where there are several servers.
    stops : tuple of Stops
        Failures, of each server.
    calendar : Calendar or None
        When it works; None: always.
    blocking : {"after", "before"}
        Whether a car begins only when the next node has room (before service), or holds the server
        when it is done until there is room (after).
    colour_change : float
        Minutes added where the colour differs from that of the car before.
    needs : tuple of str
        Buffers, whose ``to`` is this station, from which each car takes a part.
    rework : bool
        Whether cars come here to be made good: one that does is not a straight pass.
    """

    cycle: Times = field(default_factory=Times)
    models: Mapping[str, Times] = field(default_factory=dict)
    servers: int = 1
    keep_order: bool = True
    stops: tuple[Stops, ...] = ()
    calendar: Calendar | None = None
    blocking: Literal["after", "before"] = "after"
    colour_change: float = 0.0
    needs: tuple[str, ...] = ()
    rework: bool = False


@dataclass(frozen=True, kw_only=True)
class Buffer(Node):
    """Places in a row: the first car in is the first out.

    Parameters
    ----------
    places : int or None
        Places; None: endless.
    transport : float
        Minutes from entering to being ready to leave.
    """

    places: int | None = None
    transport: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Store(Node):
    """A store that cars may leave in another order, such as a painted body store.

    Where several cars can leave, ``policy`` picks: ``fifo``, who entered first; ``oldest``, who
    entered the plant first; ``restore``, who is first in the planned sequence; ``colour``, who has
    the colour of the last that left, up to ``batch`` in a row, else one of the colour of which most
    stand there (ties: who is first in the planned sequence); ``ratio``, who adds least to the
    ratio rules of the input (`Ratios`) after the cars that left last, ties: who is first in the
    planned sequence; ``look-ahead``, the first of the ``ahead`` cars that together add least.

    Parameters
    ----------
    places : int
        Places in all, or of each lane.
    lanes : int
        Lanes, each first in first out; 0: any car can be taken (direct access).
    policy : {"fifo", "oldest", "restore", "colour", "ratio", "look-ahead"}
        Who leaves.
    fill : {"shortest", "sorted", "colour"}
        Which lane of those with room a car enters. ``shortest``: that with fewest cars.
        ``sorted``: of the lanes whose last car is before it in the planned sequence that with the
        latest, else an empty one, else the shortest. ``colour``: one whose last car has its
        colour, else an empty one, else the shortest. Ties: the lowest number.
    transport : float
        Minutes from entering to being ready to leave.
    batch : int
        Most cars of a colour in a row (``policy="colour"``).
    ahead : int
        Cars looked ahead (``policy="look-ahead"``).
    """

    places: int = 1
    lanes: int = 0
    policy: Literal["fifo", "oldest", "restore", "colour", "ratio", "look-ahead"] = "fifo"
    fill: Literal["shortest", "sorted", "colour"] = "shortest"
    transport: float = 0.0
    batch: int = 1_000_000
    ahead: int = 3


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Where the cars of lines, or parts for them, come into the plant, in the planned sequence.

    Parameters
    ----------
    name : str
        Name, unique in the plant.
    to : str or Split
        The first node.
    lines : tuple of str
        Lines whose cars come in here; none named: all.
    parts : bool
        Whether it is a part for each of these cars, made in a sub-line, that comes in here; parts
        come in as soon as there is room, whatever the releases of their cars.
    """

    name: str
    to: str | Split
    lines: tuple[str, ...] = ()
    parts: bool = False


@dataclass(frozen=True, kw_only=True)
class Skids:
    """A fixed number of carriers that cars hold from one station to another.

    Parameters
    ----------
    name : str
        Name, unique in the plant.
    first, last : str
        Station where a car takes a carrier as it enters, and node where it gives it back as it
        leaves.
    carriers : int
        Carriers.
    back : float
        Minutes that a carrier takes to come back.
    """

    name: str
    first: str
    last: str
    carriers: int
    back: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Ratios:
    """At most ``most`` cars with an option in any ``window`` consecutive ones (`Store`).

    Parameters
    ----------
    option : str
        Column of the cars that says whether one has it.
    most, window : int
        Cars allowed, and cars looked at.
    weight : float
        What one car too many weighs.
    """

    option: str
    most: int
    window: int
    weight: float = 1.0


def chain(*nodes: Station | Buffer | Store) -> tuple[Station | Buffer | Store, ...]:
    """Return nodes, each sent to the next and the last to `OUT`.

    Parameters
    ----------
    *nodes : Station, Buffer or Store
        Nodes in the order of the flow; a ``to`` of their own is replaced.
    """
    following = [*(node.name for node in nodes[1:]), OUT]
    return tuple(replace(node, to=to) for node, to in zip(nodes, following, strict=True))


def destinations(to: str | Split) -> tuple[str, ...]:
    """Return the nodes that cars may go to.

    Parameters
    ----------
    to : str or Split
        As of `Node`.
    """
    return to.to if isinstance(to, Split) else (to,)


def names(of: Iterable[Node | Entry | Skids]) -> list[str]:
    """Return the names of nodes, entries or skids.

    Parameters
    ----------
    of : iterable of Node, Entry or Skids
        What is named.
    """
    return [one.name for one in of]
