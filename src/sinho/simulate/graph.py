"""What is worked out ahead of a plant's graph and of the tree of its events."""

from __future__ import annotations

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
