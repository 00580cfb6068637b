"""What compiled functions work on, in two tuples of arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Small = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

FAR = 1 << 40
"""Key of leaving of what stays beyond the last day: nothing is ever fetched at it."""

OVER, MOVE, CHANGED, MIXED = 0, 1, 2, 3
"""Costs: of a car without a place, of a move, of a row other than the former plan's, and of a car
put next to one of another lot."""

BEFORE = 2
"""Who is driven out for a car that comes is so by so many keys before it, and driven in by one."""

IN, BACK, OUT = 0, 1, 2
"""What a line of the log tells: a car drives in, is moved out of the way and put back, leaves."""


STAYS = 3
"""Most rows in which a car stands one after another."""


class Stays(NamedTuple):
    """The stays of cars, `STAYS` times as many as there are cars, and the rows.

    Of ``n`` cars stay ``i`` is that of car ``i`` from its coming on; ``i + n`` is its second one,
    where it is moved into another row meanwhile, and ``i + 2 n`` the third. Whatever happens has a
    key that grows with time: at a key of leaving a group of cars leaves, at a key of entering one
    car comes. They are so far apart that cars can be driven out and in between.

    Parameters
    ----------
    enter, leave : ndarray of int64, shape (3 n,)
        Keys of entering (negative: it stands already) and of leaving.
    kind : ndarray of int32, shape (3 n,)
        Which rows admit it.
    lot : ndarray of int32, shape (3 n,)
        Voyage and port.
    seat : ndarray of int32, shape (3 n,)
        Place in which it stands already; -1: none.
    wish : ndarray of int32, shape (3 n,)
        Where it goes in a row open at both ends: into the place of this number where the row is
        empty, else in by the front where it is odd, and where it is large leaving places free; -1:
        as the row stands.
    under : ndarray of int32, shape (3 n,)
        How many of the cars at the end by which it comes are driven out for it, and back in with
        it, who leaves last deepest; of first stays alone, so that none is moved twice at a time.
    beyond : ndarray of int32, shape (3 n,)
        How many cars behind it are driven out too, and back in, when it leaves.
    former : ndarray of int32, shape (3 n,)
        Row in a former plan; -1: none.
    closed : ndarray of int64, shape (lots,)
        Key at which the last car of a lot comes.
    places, ends : ndarray of int32, shape (rows,)
        Places of a row, and whether one or both of its ends are open.
    admits : ndarray of bool, shape (kinds, rows)
        Whether a row is of the purpose of a kind of car, and long enough for it.
    spare : ndarray of int32, shape (kinds, rows)
        How many lengths of rows would be enough for a kind of car too, and are shorter.
    cost : ndarray of int64, shape (4,)
        Costs, as `OVER`, `MOVE`, `CHANGED` and `MIXED` say.
    """

    enter: Longs
    leave: Longs
    kind: Small
    lot: Small
    seat: Small
    wish: Small
    under: Small
    beyond: Small
    former: Small
    closed: Longs
    places: Small
    ends: Small
    admits: Bools
    spare: Small
    cost: Longs


class State(NamedTuple):
    """Who stands in which row, and what that costs.

    Parameters
    ----------
    row : ndarray of int32, shape (3 n,)
        Row of each stay; -1: none.
    member : ndarray of int32, shape (rows, most)
        Stays of each row by their keys of entering.
    sizes : ndarray of int32, shape (rows,)
        How many there are.
    price : ndarray of int64, shape (rows,)
        Cost of each row.
    spent : ndarray of int64, shape (rows, most)
        What a row has cost before each of its stays begins, where it is empty then.
    comes, goes : ndarray of int64, shape (rows, most)
        Keys of entering and of leaving of the stays of each row when it was looked at last.
    reach : ndarray of int64, shape (rows, most)
        Last key of leaving of each stay and those before it.
    head : ndarray of int32, shape (rows, most)
        The first stay since the row was empty last.
    depth : ndarray of int32, shape (rows, most)
        How many places were taken or shut off when each of its stays had begun.
    moved : ndarray of int32, shape (3 n,)
        How often each stay was moved when its row was looked at last.
    first : ndarray of int64, shape (3 n,)
        Key at which it was moved first.
    list : ndarray of int32, shape (most + 1,)
        Room to work in: the stays of a row.
    line, out : ndarray of int32, shape (places of the longest row,)
        Room to work in: who stands in each place, and who was driven out.
    """

    row: Small
    member: Small
    sizes: Small
    price: Longs
    spent: Longs
    comes: Longs
    goes: Longs
    reach: Longs
    head: Small
    depth: Small
    moved: Small
    first: Longs
    list: Small
    line: Small
    out: Small
