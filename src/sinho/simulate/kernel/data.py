"""What the compiled core works on: arrays by subject, and the names of their columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Words = NDArray[np.uint64]

EVERYTHING_OFF, OVER, JAMMED, TOO_DEEP = range(4)
"""How a replication ends: all cars are off, the horizon is over, none can move, a fault of ours."""

STATION, BUFFER, STORE, ENTRY = range(4)
"""Kinds of nodes."""

ONE, SHARE, ROOM, TABLE = range(4)
"""Kinds of ways out of a node."""

FIFO, OLDEST, RESTORE, COLOUR, RATIO, LOOK_AHEAD = range(6)
"""Policies of a store."""

SHORTEST, SORTED, SAME = range(3)
"""Which lane a car enters."""

NEVER = -1
OUT = -1
"""The node where cars leave the plant."""

OFF = -2
"""Where a plain stretch leads that leaves the plant."""

(
    KIND,
    SERVER,  # the first of its servers; of other nodes, the number of its event
    AHEAD,  # of a station, that to which its cars go through a plain stretch; OFF; or NEVER
    BEHIND,  # the station or entry from which its cars come so, or NEVER
    BETWEEN,  # the buffer before it in such a stretch, or NEVER
    CYCLE,  # first place in ``cycles``, by model
    CALENDAR,
    SHOP,
    STOPS,  # first place in ``stops``
    BY_WORK,  # how many by operating time, which come first
    BY_CLOCK,
    VISITS,  # row of ``visits``, or NEVER
    REWORK,
    TO,  # the next node, where there is but one; OUT: out of the plant
    WAYS,  # first place in ``ways``
    CAPACITY,
    RING,  # first place in ``ring``
    SIZE,  # places of the ring
    FED,  # how many feeders
    FEEDERS,
    SERVERS,
    KEEP,
    WAY,
    MANY,  # how many
    CHANCE,  # first place in ``chances``: by model, by colour, by way
    BY,  # column of the car by which a table is read
    READ,  # first place in ``table``
    LISTED,  # whether the feeder listed first goes first
    BEFORE,
    NEEDS,
    NEEDED,  # how many buffers of parts
    FOR,  # the station that a buffer of parts is for, or NEVER
    FIRST,  # skids that begin here, or NEVER
    LAST,  # skids that end here, or NEVER
    LANES,
    POLICY,
    FILL,
    BATCH,
    STORED,  # number of the store
    LOOK,  # cars looked ahead
    LANE,  # first place in ``lanes``
    COLUMNS,
) = range(42)
"""Columns of ``Plan.node``: those first that are needed whenever a car goes on."""

(
    NODES,
    ENTRIES,
    EVENTS,
    LEAVES,
    ENTITIES,
    STOPPING,
    LOOPS,
    RULES,
    DEEPEST,
    SERIAL,
    SHOPS,
    PLAIN,
    COLOURS,
    CARS,
    SIZES,
) = range(15)
"""Columns of ``Plan.size``: nodes with entries, entries, events, first leaf of the tree, cars with
parts, stops, loops of skids, ratio rules, how deep ``State.todo`` may be, stations of a plain line,
shops, whether all its stations work always and stop by operating time, of one kind at most,
colours of cars, and cars without parts."""

SAMPLES, TRACED, PERIODS, FOUND, MEASURED = range(5)
"""Columns of ``Seen.size``: how many samples there are, rows of the trace, and active periods that
there is room for and that there were, and whether anything is measured besides departures."""

ACTIVE_NODE, ACTIVE_FROM, ACTIVE_TO, ACTIVE_LONG, ACTIVE_COLUMNS = range(5)
"""Columns of ``Seen.periods``: a node, when it began and ended to work, and how long it did."""

TRANSPORT, CHANGE, STEADY, REALS = range(4)
"""Columns of ``Plan.real``: minutes of transport, of a change of colour, and of work on any car,
where they are always the same, else below 0."""

UP, REPAIR, STOP_COLUMNS = range(3)
"""Columns of ``Plan.stops``: rows of ``times``."""

LINE, MODEL, COLOUR_OF, PLACE, CAR_COLUMNS = range(5)
"""Columns of ``Cars.of``; PLACE is the car's in the planned sequence."""


NODE, ENTITY, CAME, STARTED, ENDED, GONE, TRACE = range(7)
"""Columns of ``Seen.trace``."""


class Plan(NamedTuple):
    """The plant.

    ``node`` and ``real`` have a row per node and entry. ``skids`` has carriers, first station,
    event and first place in ``State.returning`` of each loop, ``back`` its minutes. Calendars have
    their stretches from ``calendar[c]`` on: ``opens``, ``closes`` and ``sums`` (worked before; one
    more than stretches each, the last being the total), and ``every`` (infinite: once). ``streams``
    are words by node (cycle, then way), ``stop_streams`` by server and stop (up, then repair).
    ``rules`` are most and window of the ratio rules. ``serial`` has a row for each station of a
    plain line; it is empty for other plants.
    """

    size: Longs
    serial: Longs
    node: Longs
    real: Floats
    ways: Longs
    chances: Floats
    table: Longs
    feeders: Longs
    needs: Longs
    cycles: Longs
    times: Floats
    values: Floats
    stops: Longs
    server_node: Longs
    server_stops: Longs
    streams: Words
    stop_streams: Words
    calendar: Longs
    opens: Floats
    closes: Floats
    sums: Floats
    every: Floats
    skids: Longs
    back: Floats
    rules: Longs
    weights: Floats


class Cars(NamedTuple):
    """Cars, and after them the parts: attributes, releases and options (bits); who comes in where.

    ``entries`` lists cars and parts by entry; those of the k-th end before ``start[k]``.
    """

    of: Longs
    release: Floats
    options: Words
    entries: Longs
    start: Longs


(
    COUNT,  # cars in it, and places kept
    HEAD,  # first of its ring; of a store, of those in transport
    HELD,  # cars in its ring
    READY,  # of them, ready
    STAMP,  # since when it waits, by count; 0: it does not
    AT,  # the node at which it waits; NEVER: at all its ways
    KEPT,  # the way on which a place is kept, of a station that blocks before service
    MOST,  # most cars in it
    NEXT,  # of an entry, the place of its next car
    LASTLY,  # of a store, the colour that left last; NEVER: none
    RUN,  # how many of it in a row
    IN,  # of a store, cars that entered it
    GONE_BY,  # of a store, cars that left it
    STATES,
) = range(14)
"""Columns of ``State.now``."""

IDLE, WAITING, BUSY, DONE = range(4)
"""States of a server."""

SKID_COLUMNS = 4

(
    SERIAL_NODE,
    SERIAL_SERVER,
    SERIAL_BUFFER,
    SERIAL_SLOT,
    SERIAL_SIZE,
    SERIAL_CYCLE,
    SERIAL_STOP,
    SERIAL_COLUMNS,
) = range(8)
"""Columns of ``Plan.serial``: a station of a plain line, its server, the buffer before it, where
its places begin (NEVER: there is none), how many there are, its first place in ``cycles``, and its
stop (NEVER: it has none)."""

CAR, DOING, BEFORE_IT, WHY, SERVER_COLUMNS = range(5)
"""Columns of ``State.server``: its car, what it does, the colour before, and for what it waits."""

NO_CAR, NO_ROOM = -1, -2
"""For what an idle server waits; 0 and more: the place in ``needs`` of the buffer of parts."""

WORKING, DOWN, BLOCKED, STARVED, CHANGING, SUMS = range(6)
"""Columns of ``State.spent``; changes of colour are part of the work."""

STAY, STAYS, INSIDE, LEADS = range(4)
"""Columns of ``Seen.lead``."""


class State(NamedTuple):
    """Where a replication stands.

    ``tree`` and ``who`` have the times of events and the soonest of them (``moves.plan_event``).
    ``window`` has begin and end of what is looked at, in minutes (row 0, then the horizon) and in
    the working time of each calendar. ``since`` is the working time since which a server waits.
    ``downs`` and ``left_up``: of a stop by clock, when its repair ends and when it fails (in
    working time); of one by operating time, ``left_up`` is the time to failure left. ``active``: of
    a server, when it began to work without interruption, by the clock and in working time, and when
    that ends. ``lasts`` and ``slots``: of stations of a plain line, when the last car left, and the
    next place in the buffer before.
    """

    window: Floats
    now: Longs
    server: Longs
    since: Floats
    spent: Floats
    by_way: Floats
    by_need: Floats
    left_up: Floats
    downs: Floats
    counts: Longs
    starts: Words
    stop_starts: Words
    tree: Floats
    who: Longs
    ring: Longs
    ready_at: Floats
    lanes: Longs
    free: Longs
    coming: Longs
    returning: Floats
    visits: Longs
    stamp: Longs
    ready: Longs
    todo: Longs
    history: Words
    found: Longs
    active: Floats
    lasts: Floats
    slots: Longs


class Seen(NamedTuple):
    """What is told of a replication.

    ``out`` and ``came``: when cars are off the line (parts: used up) and came in. ``good``: whether
    they were never in rework. ``lead``: by shop, of cars, then of parts: stays of those that left
    it while it was looked at, how many these are, and the minutes of all in it then. ``level``:
    what nodes hold times minutes. ``samples``: what they hold at moments. ``trace``: a row per
    visit of a car. ``entered`` and ``left``: who entered and left each store, in order.
    ``periods``: times in which servers worked without interruption.
    """

    out: Floats
    came: Floats
    good: Longs
    shop: Longs
    shop_since: Floats
    lead: Floats
    level: Floats
    samples: Longs
    trace: Floats
    row: Longs
    entered: Longs
    left: Longs
    periods: Floats
    size: Longs
