"""A plant as a graph of stations, buffers and stores, and the rules by which cars flow through it.

The rules, exactly. A slow twin that keeps them comes to the same times.

**Time** is in minutes from the begin of the horizon. **Nodes** are numbered as `Plant.nodes` lists
them; the entries follow, then the skids. **Servers** of a station are numbered from 0.

**Calendar.** ``worked(t)`` is the working time of a station from 0 to ``t``; ``clock(w)`` is the
least ``t`` with ``worked(t) >= w``. Work, repairs and times to failure pass in working time; what
is in hand at the end of a shift goes on at the next begin. Transport in buffers and stores, the
return of skids and moves pass by the clock, also when stations are closed.

**Room.** A node has room while it holds fewer cars than servers or places. A car in transport takes
a place. The first station of skids has room only while a carrier is free, too: a car takes one when
it enters there, and gives it back when it leaves their last node, ``back`` minutes later.

**Ready.** A car is ready to leave a station when its work is done, a buffer or store when its
transport is over, an entry when its release is now or past. Only one car at a time may leave: of an
entry or buffer, the first that entered; of a station, the first that entered (``keep_order``) or
the first that was done; of a store, whom its policy picks among the ready. (A store picks whenever
it is settled.)

**Moves** take no time. When a car of node ``n`` may have become able to leave, ``settle(n)``:

0. ``n`` waits already, and is no store with a split: return.
1. ``x``: the car that may leave ``n``; none or not ready: return.
2. ``d``: where it goes. No room there: ``n`` waits at ``d``, behind who waits there already (once;
   it keeps its place); return. (``by="room"``: the first of the nodes listed that has room; where
   none has, it waits at all of them.)
3. ``x`` moves from ``n`` to ``d`` and waits nowhere any more. Into a station: onto the free server
   of the lowest number, and its work begins if it can. Into a buffer or store without transport:
   ``settle(d)``.
4. ``freed(n)``: while ``n`` has room and somebody waits at it, the first of them
   (``merge="first"``) or that of the lowest number (``merge="listed"``) waits no more and is
   settled. Before this, the same for the first station of skids given back without ``back``.
5. Again from 1.

**Events** are: work is done, transport is over, a release, a carrier is back. They happen in the
order of time, then number of node, then server; all that follows from one at its moment happens
before the next. At time 0 the entries are settled in their order.

**Blocking** is after service: a car that is done holds its server until there is room.
``blocking="before"`` (one server): work begins only when the next node has room, which is kept for
the car; waiting for it is waiting as in 2, and being settled means beginning then.

**Parts.** A station that ``needs`` buffers begins a car only when each has a ready car (a part) in
it; one of each is taken out then (and the buffers are freed, in the order of ``needs``). Where a
buffer becomes ready, the waiting server whose car entered first begins.

**Work** of a car is its cycle (of its model, or the station's), and ``colour_change`` where the
colour differs from that of the car before it on that server.

**Stops** are of a server, each with its own numbers. In working time from the begin of the work:

- ``by="operating"``: the time to failure counts while the server works on a car. It strikes while
  work remains: one that is due at the very end of a car strikes at the begin of the next. Then the
  repair passes, then the work goes on, and the next time to failure counts. Of several due at the
  same moment the first listed strikes first; the others follow after its repair.
- ``by="clock"``: times to failure and repairs follow each other from time 0 of working time,
  whatever the server does. While it is down no work passes; a repair of an operating stop does.
  Work that ends at the moment of a failure is done. Work of 0 minutes takes no time, down or not.

Cars may enter a station that is down or closed; their work begins when it can.

**Random numbers** are those of ``sinho.simulate.kernel.draw``; `stream_of` names the streams and
tells the index of each draw, so that any of them can be drawn anywhere.

**States** of a server add up to the time looked at: off (closed), and in working time: working,
down (in a repair), blocked (done and no room; or, before service, not begun for want of it),
starved (all other). While a clock stop is down, an idle server is down.

The rules are those of Buzacott and Shanthikumar (1993, Stochastic Models of Manufacturing Systems,
chapters 5 and 6), Gershwin (1994, Manufacturing Systems Engineering, chapter 3: operation- and
time-dependent failures), and Altiok (1997, Performance Analysis of Manufacturing Systems,
chapter 4: blocking after and before service).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from sinho.errors import DataError
from sinho.simulate.check import faults
from sinho.simulate.nodes import Buffer, Entry, Ratios, Skids, Station, Store


@dataclass(frozen=True)
class Plant:
    """A plant; the rules are in the documentation of ``sinho.simulate.plant``.

    Parameters
    ----------
    nodes : tuple of Station, Buffer or Store
        The nodes; their order numbers them.
    entries : tuple of Entry
        Where cars come in; none given: all at the first node.
    skids : tuple of Skids
        Closed loops of carriers.
    ratios : tuple of Ratios
        Ratio rules by which stores pick cars.

    Raises
    ------
    DataError
        When it is no plant that could work: all faults at once.
    """

    nodes: tuple[Station | Buffer | Store, ...]
    entries: tuple[Entry, ...] = ()
    skids: tuple[Skids, ...] = ()
    ratios: tuple[Ratios, ...] = ()

    def __post_init__(self) -> None:
        if self.nodes and not self.entries:
            object.__setattr__(self, "entries", (Entry(name="entry", to=self.nodes[0].name),))
        found = faults(self)
        if found:
            raise DataError(found)

    def number(self, name: str) -> int:
        """Return the number of a node.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        KeyError
            When no node has that name.
        """
        return self._numbers[name]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {node.name: number for number, node in enumerate(self.nodes)}


def stream_of(node: str, purpose: str, server: int = 0) -> int:
    """Return the word of a stream of random numbers: it depends on names, not on numbers of nodes.

    Parameters
    ----------
    node : str
        Name of the node.
    purpose : str
        ``cycle`` (index: the car), ``way`` (of a split by shares; index: the car), ``up NAME`` and
        ``repair NAME`` (of a kind of stops, of a server; index: how many there were of it before).
        A car's index is ``car + 2**32 * visit``: its place in the input (from 0), and how often it
        was at the node before; that of a part is the place of its car.
    server : int
        Number of the server.
    """
    text = f"{node}\0{purpose}\0{server}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")
