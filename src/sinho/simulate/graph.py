"""What is worked out ahead of a plant's graph and of the tree of its events."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sinho.simulate.kernel import data as k
from sinho.simulate.nodes import OUT, destinations
from sinho.simulate.plant import Plant


def looped_nodes(plant: Plant) -> set[str]:
    """Return the nodes that a car may come to again.

    Parameters
    ----------
    plant : Plant
        The plant.
    """
    after = {node.name: set(destinations(node.to)) - {OUT} for node in plant.nodes}
    found = set()
    for name in after:
        todo, seen = [*after[name]], set()
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                todo += after[one]
        if name in seen:
            found.add(name)
    return found


def shops_of(plant: Plant) -> tuple[str, ...]:
    """Return the shops of a plant, in the order of its nodes.

    Parameters
    ----------
    plant : Plant
        The plant.
    """
    return tuple(dict.fromkeys(node.shop for node in plant.nodes if node.shop))


def lay_stretches(
    node: NDArray[np.int64], ways: NDArray[np.int64], transport: NDArray[np.float64]
) -> None:
    """Fill the columns of plain stretches, where little has to be asked as cars go on.

    A stretch leads from a station with one server to another that begins whatever comes, and takes
    it from nowhere else: straight, or through a buffer of its own without transport.

    Parameters
    ----------
    node : ndarray of int, shape (nodes, columns)
        The nodes; changed.
    ways : ndarray of int
        Where they send cars.
    transport : ndarray of float, shape (nodes,)
        Minutes of transport.
    """
    node[:, [k.AHEAD, k.BEHIND, k.BETWEEN]] = k.NEVER
    plain = (node[:, k.MANY] == 1) & (node[:, k.LAST] == k.NEVER)
    single = (node[:, k.KIND] == k.STATION) & (node[:, k.SERVERS] == 1)
    leaves = plain & single & (node[:, k.BEFORE] == 0)
    alone = (node[:, k.FED] == 1) & (node[:, k.FIRST] == k.NEVER)
    enters = alone & single & (node[:, k.BEFORE] == 0) & (node[:, k.NEEDED] == 0)
    row = alone & plain & (node[:, k.KIND] == k.BUFFER) & (transport == 0)
    row &= node[:, k.FOR] == k.NEVER
    for at in np.flatnonzero(leaves):
        between, to = k.NEVER, ways[node[at, k.WAYS]]
        if to != k.OUT and row[to]:
            between, to = to, ways[node[to, k.WAYS]]
        if to == k.OUT and between == k.NEVER:
            node[at, k.AHEAD] = k.OFF
        elif to != k.OUT and enters[to] and to != at:
            node[at, k.AHEAD], node[to, k.BEHIND], node[to, k.BETWEEN] = to, at, between
    for at in np.flatnonzero(plain & (node[:, k.KIND] == k.ENTRY)):
        to = ways[node[at, k.WAYS]]
        if enters[to]:
            node[to, k.BEHIND] = at


def leaves_of(events: int) -> int:
    """Return the place of the first leaf of a tree of four branches.

    Parameters
    ----------
    events : int
        Leaves that it needs.
    """
    first, width = 0, 1
    while width < events:
        first, width = first + width, 4 * width
    return first
