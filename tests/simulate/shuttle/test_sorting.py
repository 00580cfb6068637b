"""Sorting by a bank of lanes: the published counts, and every order by trying all ways."""

from __future__ import annotations

from itertools import combinations, permutations, product

import pytest

from sinho.simulate.shuttle import can_sort, lanes_needed, sorting_moves

SORTABLE = {
    2: [1, 2, 5, 14, 42, 132, 429],
    3: [1, 2, 6, 23, 103, 513, 2761],
    4: [1, 2, 6, 24, 119, 694, 4582],
}
"""Orders of 1 to 7 cars that so many lanes sort (those without a falling run of one more)."""


def carried_out(order: tuple[int, ...]) -> list[int]:
    """Carry the moves out, refusing what lanes do not let happen; return who comes out."""
    lanes: dict[int, list[int]] = {}
    coming, out = list(order), []
    for kind, car, lane in sorting_moves(order):
        if kind == "in":
            assert coming.pop(0) == car
            lanes.setdefault(lane, []).append(car)
        else:
            assert lanes[lane].pop(0) == car
            out.append(car)
    assert not coming
    return out


def by_trying(order: tuple[int, ...], lanes: int) -> bool:
    """Return whether some share of the cars over lanes lets them out in order."""
    for share in product(range(lanes), repeat=len(order)):
        queues = [
            [car for car, at in zip(order, share, strict=True) if at == q] for q in range(lanes)
        ]
        if all(queue == sorted(queue) for queue in queues):
            return True
    return False


def falling(order: tuple[int, ...]) -> int:
    """Return the length of the longest falling run, by looking at all."""
    return max(
        len(part)
        for size in range(1, len(order) + 1)
        for part in combinations(order, size)
        if list(part) == sorted(part, reverse=True)
    )


@pytest.mark.parametrize("lanes", SORTABLE)
def test_as_many_orders_are_sorted_as_is_published(lanes: int) -> None:
    counts = [
        sum(can_sort(order, lanes) for order in permutations(range(number)))
        for number in range(1, 8)
    ]
    assert counts == SORTABLE[lanes]


def test_lanes_needed_are_the_longest_falling_run_and_no_way_needs_fewer() -> None:
    for number in range(1, 6):
        for order in permutations(range(number)):
            needed = lanes_needed(order)
            assert needed == falling(order)
            assert by_trying(order, needed)
            assert needed == 1 or not by_trying(order, needed - 1)
            assert carried_out(order) == sorted(order)


def test_places_need_not_follow_each_other_and_none_is_there_twice() -> None:
    assert lanes_needed([30, 10, 20]) == 2
    assert lanes_needed([]) == 0
    assert can_sort([], 0)
    assert sorting_moves([7, 3]) == [("in", 7, 1), ("in", 3, 2), ("out", 3, 2), ("out", 7, 1)]
    with pytest.raises(ValueError, match="place of its own"):
        sorting_moves([1, 1])
