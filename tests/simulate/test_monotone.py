"""Lines in a row: more room, or less time to repair, never makes a car later (same numbers)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.simulate import (
    Buffer,
    Input,
    Params,
    Plant,
    Station,
    Stops,
    Times,
    chain,
    departures,
    exponential,
    solve,
)

CARS = 120


@dataclass(frozen=True)
class Line:
    """Cycles, minutes of repair (0: it never stops), places between, and whether by events."""

    cycles: tuple[float, ...]
    repairs: tuple[float, ...]
    room: tuple[int, ...]

    def input(self) -> Input:
        nodes: list[Station | Buffer] = []
        for n, (cycle, repair) in enumerate(zip(self.cycles, self.repairs, strict=True)):
            stops = (Stops(exponential(20.0), Times("lognormal", mean=repair, cv=0.8)),)
            if n and self.room[n - 1]:
                nodes.append(Buffer(name=f"b{n}", places=self.room[n - 1]))
            nodes.append(
                Station(name=f"s{n}", cycle=exponential(cycle), stops=stops if repair else ())
            )
        return Input.from_plant(Plant(chain(*nodes)), CARS)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    count = draw(st.integers(2, 5))
    return Line(
        tuple(draw(st.floats(0.2, 3.0)) for _ in range(count)),
        tuple(draw(st.sampled_from((0.0, 2.0, 9.0))) for _ in range(count)),
        tuple(draw(st.integers(0, 4)) for _ in range(count - 1)),
    )


@settings(max_examples=40, deadline=None)
@given(lines(), st.data(), st.integers(0, 1_000))
def test_more_room_makes_no_car_later(line: Line, data: st.DataObject, seed: int) -> None:
    at = data.draw(st.integers(0, len(line.room) - 1))
    more = data.draw(st.integers(1, 5))
    room = tuple(n + more * (place == at) for place, n in enumerate(line.room))
    before = departures(line.input(), seed=seed)
    after = departures(replace(line, room=room).input(), seed=seed)
    assert np.all(after <= before * (1 + 1e-12))


@settings(max_examples=40, deadline=None)
@given(lines(), st.data(), st.integers(0, 1_000))
def test_shorter_repairs_make_no_car_later(line: Line, data: st.DataObject, seed: int) -> None:
    at = data.draw(st.integers(0, len(line.repairs) - 1))
    part = data.draw(st.floats(0.05, 0.95))
    repairs = tuple(r * (part if place == at else 1.0) for place, r in enumerate(line.repairs))
    before = departures(line.input(), seed=seed)
    after = departures(replace(line, repairs=repairs).input(), seed=seed)
    assert np.all(after <= before * (1 + 1e-12))


@settings(max_examples=15, deadline=None)
@given(lines(), st.booleans(), st.integers(0, 1_000))
def test_cars_are_conserved_and_times_add_up(line: Line, general: bool, seed: int) -> None:
    made = solve(line.input(), Params(replications=2, general=general), seed=seed)
    states = made.stations.select("working", "down", "blocked", "starved", "off").to_numpy()
    assert np.abs(states.sum(1) - 1).max() < 1e-9
    assert made.output["cars"].sum() == CARS
    assert made.orders["p_off"].min() == 1.0
