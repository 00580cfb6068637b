"""Small stores and cars, and a search through every plan that the checker lets pass."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from hypothesis import strategies as st

from sinho.simulate.shuttle import Input, ShuttleStore, Weights
from sinho.simulate.shuttle.check import Judged, _Floor, judged_order
from sinho.simulate.shuttle.store import MOVES
from sinho.testing import generate_painted


@st.composite
def shops(draw: st.DrawFn, most: int = 24) -> Input:
    """Draw a store, its cars and what counts."""
    cars = draw(st.integers(1, most))
    table = generate_painted(
        cars,
        hybrids=draw(st.integers(0, cars)),
        four_wheel=draw(st.integers(0, cars)),
        seed=draw(st.integers(0, 99)),
    )
    spots = draw(st.lists(st.integers(-3, 3), min_size=2, max_size=5, unique=True))
    back = draw(st.booleans())
    store = ShuttleStore(
        lanes=tuple(spots[1:] if back else spots),
        places=draw(st.integers(2, 4)),
        return_lane=spots[0] if back else None,
        return_places=draw(st.integers(2, 3)),
        step=draw(st.integers(0, 4)),
        pace=draw(st.integers(1, 9)),
        in_order=draw(st.booleans()),
    )
    weights = Weights(apart=draw(st.integers(0, 3)), change=draw(st.sampled_from([0.0, 0.1])))
    return Input.from_cars(table, store, weights)


def legal(floor: _Floor, now: int) -> Iterator[_Floor]:
    """Yield what the store is after each move that may begin now."""
    kinds = []
    if floor.receiving.back <= now:
        kinds += [("take in", car) for car in floor.coming[:1]]
        home = floor.back.resting(now)
        kinds += [("bring", home[0])] if home else []
    for kind, car in kinds:
        for lane in range(1, len(floor.lanes) + 1):
            yield tried(floor, now, kind, car, lane)
    if floor.delivering.back <= now:
        for lane, each in enumerate(floor.lanes, start=1):
            head = each.resting(now)
            if head:
                yield tried(floor, now, "hand on", head[0], lane)
                yield tried(floor, now, "send back", head[0], lane)


def tried(floor: _Floor, now: int, kind: str, car: str, lane: int) -> _Floor:
    """Return what the store is after a move begins."""
    after = copy.deepcopy(floor, {id(floor.input): floor.input})
    after.start(now, kind, car, lane)
    if kind == "hand on":
        after.order.append(car)
        done = floor.input.store.times[MOVES.index(kind), lane - 1, 2]
        after.finished = now + int(done)
    after.returns += kind == "send back"
    return after


def key_of(floor: _Floor) -> str:
    """Return what tells a store apart from others."""
    shuttles = [
        (one.back, one.car, one.take, one.drop, _name(floor, one.source), _name(floor, one.target))
        for one in (floor.receiving, floor.delivering)
    ]
    lanes = [lane.places for lane in (*floor.lanes, floor.back)]
    return repr((shuttles, lanes, floor.coming, floor.order, floor.returns, floor.finished))


def _name(floor: _Floor, lane: object) -> int:
    known = [id(one) for one in (*floor.lanes, floor.back)]
    return known.index(id(lane)) if id(lane) in known else -1


def best_of_all(input: Input, until: int) -> Judged:
    """Return the best of all plans that end by a second, found by trying every one."""
    begin = _Floor(input)
    begin.order, begin.returns, begin.finished = [], 0, 0
    states = {key_of(begin): begin}
    best: Judged | None = None
    for now in range(until + 1):
        waiting = {}
        for floor in states.values():
            floor.settle(now)
            if not floor.broken:
                waiting[key_of(floor)] = floor
        if now % input.store.grain:
            states = waiting
            continue
        seen, states = dict(waiting), {}
        while waiting:
            following = {}
            for floor in waiting.values():
                if len(floor.order) == input.cars.height:
                    judged = judged_order(input, floor.order, floor.returns, floor.finished)
                    if floor.finished <= until and (best is None or judged.score > best.score):
                        best = judged
                    continue
                for after in legal(floor, now):
                    key = key_of(after)
                    if not after.broken and key not in seen:
                        seen[key] = following[key] = after
                floor.idle(now)
                if not floor.broken:
                    states[key_of(floor)] = floor
            waiting = following
    assert best is not None
    return best
