"""The event core: known answers, and what must hold of any plant."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest

from sinho.errors import DataError
from sinho.simulate import (
    Buffer,
    Calendar,
    Entry,
    Input,
    Plant,
    Ratios,
    Skids,
    Split,
    Station,
    Stops,
    Store,
    Times,
    chain,
    departures,
    draws,
    exponential,
    fixed,
    stream_of,
    trace,
)


def line(cycles: list[Times], places: int = 0, **given: Any) -> Plant:
    """Return stations in a row with places between."""
    nodes: list[Any] = []
    for n, cycle in enumerate(cycles):
        nodes.append(Station(name=f"S{n}", cycle=cycle, **given))
        if places and n + 1 < len(cycles):
            nodes.append(Buffer(name=f"B{n}", places=places))
    return Plant(chain(*nodes))


def recursion(cycles: list[Times], places: int, cars: int) -> list[float]:
    """Return departures of a line by the recursion of blocking after service."""
    work = [draws(t, stream=stream_of(f"S{n}", "cycle"), count=cars) for n, t in enumerate(cycles)]
    left = np.zeros((len(cycles), cars))
    for car in range(cars):
        at = 0.0
        for n in range(len(cycles)):
            begins = max(at, left[n, car - 1] if car else 0.0)
            ends = begins + work[n][car]
            if n + 1 < len(cycles) and car > places:
                ends = max(ends, left[n + 1, car - places - 1])
            left[n, car] = at = ends
    return left[-1].tolist()


@pytest.mark.parametrize("places", [0, 1, 5])
def test_a_line_is_its_recursion(places: int) -> None:
    cycles = [exponential(1.0), Times("gamma", mean=1.1, cv=0.4), fixed(0.9), exponential(0.8)]
    found = departures(Input.from_plant(line(cycles, places), 300))
    assert found.tolist() == recursion(cycles, places, 300)


def test_a_stop_strikes_while_a_car_is_worked_on_and_the_work_goes_on() -> None:
    stops = (Stops(fixed(2.5), fixed(10.0)),)
    found = departures(Input.from_plant(line([fixed(1.0)], stops=stops), 6))
    assert found.tolist() == [1, 2, 13, 14, 15, 26]
    # due at the very end of the second car: strikes at the begin of the third
    stops = (Stops(fixed(2.0), fixed(10.0)),)
    found = departures(Input.from_plant(line([fixed(1.0)], stops=stops), 5))
    assert found.tolist() == [1, 2, 13, 14, 25]


def test_a_stop_by_the_clock_counts_while_the_station_is_idle() -> None:
    stops = (Stops(fixed(5.0), fixed(2.0), by="clock"),)
    cars = pl.DataFrame({"release": [0.0, 4.5, 6.0, 20.0]})
    found = departures(Input.from_plant(line([fixed(1.0)], stops=stops), cars))
    assert found.tolist() == [1.0, 7.5, 8.5, 22.0]  # down 5-7, 12-14, 19-21, ...
    both = (*stops, Stops(fixed(1.5), fixed(4.0), name="own"))
    found = departures(Input.from_plant(line([fixed(1.0)], stops=both), cars))
    # the second car works 4.5-5, its own stop strikes at 5-9, and it works on 9-9.5
    assert found[0] == 1.0
    assert found[1] == 9.5


def test_work_in_hand_at_the_end_of_a_shift_goes_on_at_the_next_begin() -> None:
    day = Calendar(((0, 10), (15, 20)), every=100)
    plant = line([fixed(4.0)], calendar=day)
    found = departures(Input.from_plant(plant, 4))
    assert found.tolist() == [4, 8, 17, 101]
    seen = trace(Input.from_plant(plant, 4))
    assert seen["begun"].to_list() == [0, 4, 8, 17]


def test_a_plant_that_jams_says_so() -> None:
    spot = Station(name="spot", cycle=fixed(1.0), to="A")
    first = Station(name="A", cycle=fixed(1.0), to=Split(("spot", "out"), shares=(0.9, 0.1)))
    with pytest.raises(DataError, match="no car can move any more"):
        departures(Input.from_plant(Plant((first, spot)), 50))
    once = line([fixed(1.0)], calendar=Calendar(((0, 3.5),)))
    with pytest.raises(DataError, match="no car can move any more"):
        departures(Input.from_plant(once, 5))
    found = departures(Input.from_plant(once, 5), horizon=100)
    assert found.tolist() == [1, 2, 3, math.inf, math.inf]


def test_parallel_servers_keep_the_order_or_do_not() -> None:
    models = {"slow": fixed(5.0)}
    cars = pl.DataFrame({"model": ["slow", "fast", "fast"]})
    for keep, out in ((True, [5, 5, 6]), (False, [5, 1, 2])):
        station = Station(name="A", cycle=fixed(1.0), models=models, servers=2, keep_order=keep)
        found = departures(Input.from_plant(Plant(chain(station)), cars))
        assert found.tolist() == out


def test_m_m_c_waits_as_long_as_erlang_says() -> None:
    cars, servers, rate = 200_000, 2, 1.5
    arrivals = np.cumsum(draws(exponential(1 / rate), stream=1, count=cars))
    station = Station(name="A", cycle=exponential(1.0), servers=servers, keep_order=False)
    plant = Plant(chain(Buffer(name="queue"), station))
    table = pl.DataFrame({"release": arrivals})
    found = departures(Input.from_plant(plant, table)) - arrivals
    load = rate / servers
    term = rate**servers / math.factorial(servers) / (1 - load)
    delayed = term / (1 + rate + term)
    mean = 1 + delayed / (servers - rate)
    batches = found[cars // 10 :].reshape(30, -1).mean(1)
    assert abs(batches.mean() - mean) < 3 * batches.std(ddof=1) / math.sqrt(30)


def test_a_rework_loop_has_its_visit_ratio() -> None:
    share, cars = 0.25, 20_000
    split = Split(("again", "out"), shares=(share, 1 - share))
    nodes = (
        Station(name="paint", cycle=fixed(1.0), to=split, servers=2),
        Buffer(name="again", to="paint", transport=3.0),
    )
    seen = trace(Input.from_plant(Plant(nodes), cars))
    visits = seen.filter(pl.col("node") == "paint").height / cars
    assert visits == pytest.approx(1 / (1 - share), abs=4 * math.sqrt(share) / (1 - share) / 141)


def test_skids_that_are_few_hold_a_line_back() -> None:
    for carriers, stations in ((3, 3), (5, 10)):
        cycles = [exponential(1.0)] * stations
        plant = line(cycles, places=carriers)
        loop = Skids(name="s", first="S0", last=f"S{stations - 1}", carriers=carriers)
        plant = Plant(plant.nodes, skids=(loop,))
        cars = 150_000
        found = departures(Input.from_plant(plant, cars))
        rates = 5000 / np.diff(found[cars // 10 :: 5000])
        mean = carriers / (carriers + stations - 1)
        assert abs(rates.mean() - mean) < 3.5 * rates.std(ddof=1) / math.sqrt(len(rates))


def test_a_carrier_takes_its_time_back() -> None:
    loop = Skids(name="s", first="S0", last="S0", carriers=1, back=2.0)
    plant = Plant(line([fixed(1.0)]).nodes, skids=(loop,))
    assert departures(Input.from_plant(plant, 3)).tolist() == [1, 4, 7]


def test_parts_starve_the_station_that_needs_them() -> None:
    main = Station(name="marry", cycle=fixed(1.0), to="out", needs=("engines",))
    nodes = (
        main,
        Station(name="engine", cycle=fixed(3.0), to="engines"),
        Buffer(name="engines", to="marry", places=2),
    )
    entries = (Entry(name="cars", to="marry"), Entry(name="blocks", to="engine", parts=True))
    found = departures(Input.from_plant(Plant(nodes, entries), 4))
    assert found.tolist() == [4, 7, 10, 13]


def test_blocking_before_service_begins_only_with_room() -> None:
    cycles = [fixed(1.0), fixed(3.0)]
    after = trace(Input.from_plant(line(cycles), 3))
    before = trace(Input.from_plant(Plant((
        Station(name="S0", cycle=fixed(1.0), to="S1", blocking="before"),
        Station(name="S1", cycle=fixed(3.0), to="out"),
    )), 3))  # fmt: skip
    first = pl.col("node") == "S0"
    assert after.filter(first)["begun"].to_list() == [0, 1, 4]
    assert before.filter(first)["begun"].to_list() == [0, 4, 8]


def colours(*names: str) -> pl.DataFrame:
    return pl.DataFrame({"colour": list(names)})


def test_a_change_of_colour_takes_its_time() -> None:
    booth = Station(name="booth", cycle=fixed(1.0), colour_change=2.0)
    found = departures(Input.from_plant(Plant(chain(booth)), colours(*"rrbbr")))
    assert found.tolist() == [1, 2, 5, 6, 9]


def order_out(plant: Plant, cars: pl.DataFrame | int) -> list[int]:
    """Return the cars (1 first) in the order in which they are off."""
    found = departures(Input.from_plant(plant, cars))
    return [int(n) + 1 for n in np.argsort(found, kind="stable")]


def stored(store: Store, *, first: float = 1.0, ratios: tuple[Ratios, ...] = ()) -> Plant:
    """Return a store before a slow station, filled by fast ones that scramble."""
    split = Split(("fast", "slow"), by="colour", where={"s": "slow"})
    nodes = (
        Station(name="slow", cycle=fixed(10 * first), to=store.name, servers=9),
        Station(name="fast", cycle=fixed(first), to=store.name),
        store,
        Station(name="trim", cycle=fixed(20.0), to="out"),
    )
    return Plant(nodes, (Entry(name="e", to=split),), ratios=ratios)


def test_policies_of_a_store_pick_whom_they_say() -> None:
    cars = colours(*"sfffff")
    store = Store(name="bank", places=9, to="trim")
    assert order_out(stored(store), cars) == [2, 3, 4, 5, 6, 1]
    restore = Store(name="bank", places=9, to="trim", policy="restore")
    assert order_out(stored(restore), cars) == [2, 1, 3, 4, 5, 6]
    oldest = Store(name="bank", places=9, to="trim", policy="oldest")
    assert order_out(stored(oldest), cars) == [2, 1, 3, 4, 5, 6]
    batch = Store(name="bank", places=9, to="trim", policy="colour", batch=2)
    assert order_out(stored(batch), cars) == [2, 3, 1, 4, 5, 6]


def test_a_store_keeps_ratio_rules_where_it_can() -> None:
    cars = colours(*"ffffff").with_columns(roof=pl.Series([True, True, True, False, False, False]))
    rules = (Ratios(option="roof", most=1, window=2),)
    for policy in ("ratio", "look-ahead"):
        store = Store(name="bank", places=9, to="trim", policy=policy)
        assert order_out(stored(store, ratios=rules), cars) == [1, 4, 2, 5, 3, 6]


def test_lanes_are_filled_and_picked_by_their_heads() -> None:
    lanes = Store(name="bank", places=3, lanes=3, to="trim", policy="restore", fill="sorted")
    assert order_out(stored(lanes), colours(*"sfffff")) == [2, 1, 3, 4, 5, 6]
    single = Store(name="bank", places=9, lanes=1, to="trim", policy="restore")
    assert order_out(stored(single), colours(*"sfffff")) == [2, 3, 4, 5, 6, 1]


def test_transport_takes_its_time_in_buffers_and_stores() -> None:
    for between in (
        Buffer(name="b", places=9, transport=5.0),
        Store(name="b", places=9, transport=5.0),
    ):
        plant = Plant(chain(Station(name="A", cycle=fixed(1.0)), between))
        assert departures(Input.from_plant(plant, 3)).tolist() == [6, 7, 8]
