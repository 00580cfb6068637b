"""Sorting by a bank of first-in-first-out lanes: whether it can be done, and by which moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Step = tuple[Literal["in", "out"], int, int]
"""A car goes into a lane or out of it: which, the car, and the lane, from 1."""


def lanes_needed(order: Sequence[int]) -> int:
    """Return how many lanes sort an order.

    As many as the longest run of cars, not needed to be next to each other, each of which goes
    before the one ahead of it: two such cars cannot share a lane (Tarjan 1972, Sorting using
    networks of queues and stacks, J. ACM 19; Even and Itai 1971, Queues, stacks and graphs).

    Parameters
    ----------
    order : sequence of int
        Cars as they come, each by its place in the order wanted; no place twice.
    """
    return max((lane for kind, _, lane in sorting_moves(order) if kind == "in"), default=0)


def can_sort(order: Sequence[int], lanes: int) -> bool:
    """Return whether a bank of so many lanes sorts an order; each lane has room for all cars.

    Parameters
    ----------
    order : sequence of int
        Cars as they come, each by its place in the order wanted; no place twice.
    lanes : int
        Lanes.
    """
    return lanes_needed(order) <= lanes


def sorting_moves(order: Sequence[int]) -> list[Step]:
    """Return moves that sort an order with as few lanes as can be.

    All cars go in first, each into the first lane whose last car goes before it; then they go out
    as wanted. The lanes are as few as can be, as a car that needs a further one goes before the
    last car of the lane before, which was the last there when a car that goes before it came, and
    so on: a run as long as there are lanes.

    Parameters
    ----------
    order : sequence of int
        Cars as they come, each by its place in the order wanted; no place twice.

    Raises
    ------
    ValueError
        When a place is there twice.
    """
    if len(set(order)) < len(order):
        raise ValueError("every car needs a place of its own in the order wanted")
    last: list[int] = []
    where: dict[int, int] = {}
    for car in order:
        lane = next((at for at, before in enumerate(last) if before < car), len(last))
        last[lane : lane + 1] = [car]
        where[car] = lane + 1
    into: list[Step] = [("in", car, where[car]) for car in order]
    return into + [("out", car, where[car]) for car in sorted(order)]
