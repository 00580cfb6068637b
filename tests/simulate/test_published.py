"""Published lines: the chain gives the published figure, and the simulation the chain's.

The figures are those of Hunt (1956), Hillier and Boling (1967), Gershwin and Schick (1983), of
closed loops and of textbooks on queues; each is derived again here from its Markov chain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from sinho.simulate import (
    OUT,
    Buffer,
    Entry,
    Input,
    Plant,
    Skids,
    Split,
    Station,
    Stops,
    Times,
    chain,
    departures,
    exponential,
    fixed,
)
from tests.simulate import chains

CARS, WARM, REPLICATIONS = 20_000, 2_000, 20
T99 = 2.861
"""Quantile of Student's distribution: 99 %, both sides, 19 degrees of freedom."""


def output(given: Input, seed: int = 3) -> tuple[float, float]:
    """Return cars a minute behind the first ones, and half the width of its 99 % interval."""
    rates = []
    for replication in range(REPLICATIONS):
        left = np.sort(departures(given, seed=seed, replication=replication))
        rates.append((len(left) - WARM) / (left[-1] - left[WARM - 1]))
    return float(np.mean(rates)), T99 * float(np.std(rates, ddof=1)) / math.sqrt(REPLICATIONS)


def agrees(plant: Plant, exact: float, cars: int = CARS) -> None:
    """Require that the exact rate lies in the simulation's 99 % interval, and that it is narrow."""
    rate, half = output(Input.from_plant(plant, cars))
    assert half < 0.01 * exact
    assert abs(rate - exact) <= half


def line(times: Sequence[Times], room: Sequence[int], **more: object) -> Plant:
    """Return stations one behind the other, with so many places between them."""
    nodes: list[Station | Buffer] = []
    for n, cycle in enumerate(times):
        nodes.append(Station(name=f"station {n}", cycle=cycle, **more))  # type: ignore[arg-type]
        if n < len(room) and room[n]:
            nodes.append(Buffer(name=f"buffer {n}", places=room[n]))
    return Plant(chain(*nodes))


HUNT = [
    *[((1.0,) * 2, (b,), (b + 2) / (b + 3)) for b in (0, 1, 2, 3, 4, 10)],
    ((1.0,) * 3, (0, 0), 22 / 39),
    ((1.0,) * 3, (1, 1), 0.670466),
    ((1.0,) * 3, (2, 2), 0.734017),
    ((1.0,) * 3, (3, 3), 0.776712),
    ((1.0,) * 3, (4, 4), 0.807486),
    ((1.0,) * 3, (8, 8), 0.875734),
    ((1.0,) * 4, (0,) * 3, 0.514775),
    ((1.0,) * 4, (1,) * 3, 0.631153),
    ((1.0,) * 4, (2,) * 3, 0.700713),
    ((1.0,) * 4, (3,) * 3, 0.747710),
    ((1.0,) * 4, (4,) * 3, 0.781776),
    ((1.0,) * 5, (0,) * 4, 0.485798),
    ((1.0,) * 5, (1,) * 4, 0.607583),
    ((1.0,) * 5, (2,) * 4, 0.680489),
    ((1.0,) * 6, (0,) * 5, 0.466713),
    ((1.0,) * 6, (1,) * 5, 0.591826),
    ((1.0,) * 7, (0,) * 6, 0.453179),
    ((1.0,) * 8, (0,) * 7, 0.443070),
    ((1.0,) * 9, (0,) * 8, 0.435227),
    ((1.0,) * 10, (0,) * 9, 0.428961),
    *[((1.0, 2.0, 3.0), (b, b), r) for b, r in enumerate((0.837989, 0.929563, 0.966968))],
    *[((3.0, 2.0, 1.0), (b, b), r) for b, r in enumerate((0.837989, 0.929563, 0.966968))],
    ((1.0, 1.1, 1.2), (0, 2), 0.680514),
    ((1.0, 1.1, 1.2), (2, 0), 0.708437),
    ((1 / 1.0855, 1 / 0.8289, 1 / 1.0855), (0, 0), 0.56720),  # the bowl; its means are rounded
    ((1.0,) * 4, (1, 2, 1), 0.65718),
    ((1.0,) * 4, (1, 1, 2), 0.64981),
]
"""Rates of exponential stations, places between them, cars a minute."""


@pytest.mark.parametrize(("rates", "room", "published"), HUNT)
def test_exponential_lines(
    rates: tuple[float, ...], room: tuple[int, ...], published: float
) -> None:
    exact, _ = chains.saturated(rates, room)
    assert exact == pytest.approx(published, abs=6e-6)
    agrees(line([exponential(1 / rate) for rate in rates], room), exact)


ERLANG = [
    (2, 2, 0, 8 / 11),
    (2, 3, 0, 0.640409),
    (2, 3, 1, 0.761307),
    (2, 4, 0, 0.597707),
    (4, 2, 0, 0.785276),
    (4, 3, 0, 0.713999),
]


@pytest.mark.parametrize(("phases", "stations", "places", "published"), ERLANG)
def test_erlang_lines(phases: int, stations: int, places: int, published: float) -> None:
    room = (places,) * (stations - 1)
    exact, _ = chains.saturated((1.0,) * stations, room, phases)
    assert exact == pytest.approx(published, abs=1e-6)
    agrees(line([Times("erlang", mean=1.0, shape=phases)] * stations, room), exact)


def test_uniform_times_without_places() -> None:
    """Two stations move on together: the cycle is the longer of the two times."""
    exact = 1 / (4 / 3)  # the mean of the larger of two numbers of (0, 2)
    assert exact == 0.75
    agrees(line([Times("uniform", low=0.0, high=2.0)] * 2, (0,)), exact)


STEPS = [
    (((0.1, 0.01), (0.1, 0.01)), (4,), 0.840936, (2.0,)),
    (((0.1, 0.01), (0.1, 0.01)), (10,), 0.856175, (5.0,)),
    (((0.1, 0.01), (0.1, 0.01)), (100,), 0.896937, (50.0,)),
    (((0.14, 0.01), (0.1, 0.01)), (10,), 0.876024, (5.35315,)),
    (((0.2, 0.05), (0.3, 0.05)), (10,), 0.769260, (4.14882,)),
    (((0.1, 0.1), (0.1, 0.1)), (10,), 0.397727, (5.0,)),
    (((0.1, 0.1),) * 3, (5, 5), 0.310933, (3.0748, 1.9252)),
    (((0.1, 0.01),) * 3, (10, 10), 0.819137, (5.9834, 4.0166)),
]
"""Chances of repair and failure of each machine, room of the buffers, cars a step, mean levels."""


def geometric(chance: float) -> Times:
    """Return times of whole steps that end with a chance in each."""
    return fixed(1.0) if chance == 1 else Times("geometric", mean=1 / chance, step=1.0)


@pytest.mark.parametrize(("machines", "room", "published", "levels"), STEPS)
def test_machines_that_fail_in_steps(
    machines: tuple[tuple[float, float], ...],
    room: tuple[int, ...],
    published: float,
    levels: tuple[float, ...],
) -> None:
    """A buffer's room counts the car in work behind it, and a car is begun when it has room."""
    exact, means = chains.in_steps(machines, room)
    assert exact == pytest.approx(published, abs=1e-6)
    assert means == pytest.approx(levels, abs=1e-4)
    nodes: list[Station | Buffer] = []
    for n, (mends, fails) in enumerate(machines):
        stop = Stops(up=geometric(fails), repair=geometric(mends), by="operating")
        early = "before" if n + 1 < len(machines) else "after"
        nodes.append(
            Station(name=f"m{n}", cycle=fixed(1.0), stops=(stop,), blocking=early)  # type: ignore[arg-type]
        )
        if n < len(room):
            nodes.append(Buffer(name=f"b{n}", places=room[n] - 1))
    agrees(Plant(chain(*nodes)), exact)


@pytest.mark.parametrize("by", ["operating", "clock"])
def test_failures_by_operating_time_and_by_the_clock(by: str) -> None:
    stop = Stops(up=exponential(10.0), repair=exponential(2.0), by=by)  # type: ignore[arg-type]
    exact = chains.stopping((1.0, 1.0), (2,), (0.1,) * 2, (0.5,) * 2, by == "clock")
    agrees(line([exponential(1.0)] * 2, (2,), stops=(stop,)), exact)


@pytest.mark.parametrize(("stations", "skids"), [(3, 3), (5, 10), (10, 20)])
def test_closed_loops_of_skids(stations: int, skids: int) -> None:
    exact = skids / (stations + skids - 1)
    if stations < 10:
        assert chains.closed(stations, skids) == pytest.approx(exact)
    nodes: list[Station | Buffer] = []
    for n in range(stations):
        nodes.append(Station(name=f"s{n}", cycle=exponential(1.0)))
        nodes.append(Buffer(name=f"b{n}", places=None))
    # The first station is the loop's own too: cars wait for a carrier before it, in a buffer.
    head = Station(name="load", cycle=fixed(0.0))
    loop = Skids(name="skids", first="load", last=f"s{stations - 1}", carriers=skids)
    plant = Plant(chain(head, Buffer(name="b", places=None), *nodes[:-1]), skids=(loop,))
    agrees(plant, exact)


def arrivals(rate: float, count: int) -> tuple[Station | Buffer, ...]:
    """Return a station that lets cars in at random moments, in front of an endless buffer."""
    return Station(name="door", cycle=exponential(1 / rate)), Buffer(name="queue", places=None)


def test_one_server_with_a_queue() -> None:
    """M/M/1: a car stays 1 / (mu - lambda); by Little's law it is seen in what leaves too."""
    plant = Plant(chain(*arrivals(0.7, CARS), Station(name="server", cycle=exponential(1.0))))
    stays = []
    for replication in range(REPLICATIONS):
        came = departures(
            Input.from_plant(Plant(chain(*arrivals(0.7, CARS))), CARS),
            seed=1,
            replication=replication,
        )
        left = departures(Input.from_plant(plant, CARS), seed=1, replication=replication)
        stays.append(float((left - came)[WARM:].mean()))
    half = T99 * float(np.std(stays, ddof=1)) / math.sqrt(REPLICATIONS)
    assert abs(np.mean(stays) - 1 / 0.3) <= half < 0.2


def erlang_loss(load: float, servers: int, room: int) -> float:
    """Return the chance that a queue with so many servers and room for so many cars is full."""
    weights = [1.0]
    for n in range(1, room + 1):
        weights.append(weights[-1] * load / min(n, servers))
    return weights[-1] / sum(weights)


@pytest.mark.parametrize(("servers", "room"), [(1, 3), (2, 5), (3, 3)])
def test_several_servers_with_few_places(servers: int, room: int) -> None:
    """M/M/c/K: cars that find no room go past, as a split by room sends them out of the plant."""
    load = 1.5
    gate = Station(name="door", cycle=exponential(1 / load), to=Split(to=("queue", OUT), by="room"))
    first = Buffer(name="queue", places=room - servers, to="servers")
    if room == servers:
        gate = replace(gate, to=Split(to=("servers", OUT), by="room"))
    pool = Station(
        name="servers", cycle=exponential(1.0), servers=servers, keep_order=False, to=OUT
    )
    nodes = (gate, first, pool) if room > servers else (gate, pool)
    # Cars that go past are those that leave at the very moment at which they pass the door.
    shares = []
    doors = Input.from_plant(Plant((replace(gate, to=OUT),)), CARS)
    given = Input.from_plant(Plant(nodes), CARS)
    for replication in range(REPLICATIONS):
        passed = departures(doors, seed=1, replication=replication)
        left = departures(given, seed=1, replication=replication)
        shares.append(float((left == passed)[WARM:].mean()))
    half = T99 * float(np.std(shares, ddof=1)) / math.sqrt(REPLICATIONS)
    assert abs(np.mean(shares) - erlang_loss(load, servers, room)) <= half < 0.02


def test_visits_of_a_loop_of_rework() -> None:
    """A car that is bad with chance q passes the booth 1 / (1 - q) times: its rate says so."""
    bad = 0.3
    booth = Station(
        name="booth", cycle=fixed(1.0), to=Split(to=(OUT, "again"), shares=(1 - bad, bad))
    )
    again = Buffer(name="again", places=None, to="booth")
    plant = Plant((booth, again), entries=(Entry(name="in", to="booth"),))
    agrees(plant, 1 - bad)


# Blocking flow shops: lines without places whose times are given.

TAILLARD = (
    (873654221, 1374, "2 16 8 13 10 5 4 17 3 9 6 11 18 14 7 15 0 1 12 19"),
    (379008056, 1408, "14 11 1 16 9 5 19 10 18 4 2 15 6 8 0 12 3 7 17 13"),
    (1866992158, 1280, "2 14 13 9 18 10 5 7 3 15 17 11 6 4 8 12 0 19 16 1"),
    (216771124, 1448, "12 8 15 13 2 19 16 18 14 9 1 4 11 10 6 0 7 5 3 17"),
    (495070989, 1341, "2 9 11 18 17 3 13 6 14 12 8 16 1 15 5 10 0 7 19 4"),
    (402959317, 1363, "13 19 16 5 6 11 10 14 8 18 3 17 9 15 7 0 12 4 2 1"),
    (1369363414, 1381, "4 10 2 7 5 8 6 3 19 12 11 1 14 15 16 17 0 18 9 13"),
    (2021925980, 1379, "11 16 15 8 17 18 14 7 6 12 4 2 1 13 3 19 10 9 5 0"),
    (573109518, 1373, "3 9 6 7 17 16 13 12 14 11 15 1 19 10 0 5 18 2 8 4"),
    (88325120, 1283, "4 15 0 1 17 12 5 7 2 9 13 19 16 8 10 6 18 11 3 14"),
)
"""Seeds of the 20 x 5 instances (Taillard 1993), their best known makespan with blocking, and an
order that reaches it, found by a search of our own."""


def taillard(seed: int, jobs: int = 20, machines: int = 5) -> np.ndarray:
    """Return the times of an instance by Taillard's own generator, shape (jobs, machines)."""
    times = np.zeros((jobs, machines))
    for machine in range(machines):
        for job in range(jobs):
            seed = 16807 * seed % (2**31 - 1)
            times[job, machine] = 1 + int(99 * seed / (2**31 - 1))
    return times


def makespan(times: np.ndarray, blocking: bool) -> float:
    """Return when the last job leaves (Ronconi 2004: when it leaves each machine, one by one)."""
    left = np.zeros(times.shape[1] + 1)
    for job in times:
        now = left[0] if blocking else 0.0
        for machine, work in enumerate(job):
            now = now + work if blocking else max(now, left[machine]) + work
            if blocking and machine + 1 < len(job):
                now = max(now, left[machine + 1])
            left[machine] = now
    return float(left[len(times[0]) - 1])


def shop(times: np.ndarray, room: int | None) -> Input:
    """Return a line whose stations take a time of its own for each car."""
    names = [f"job {n}" for n in range(len(times))]
    nodes: list[Station | Buffer] = []
    for machine in range(times.shape[1]):
        models = {name: fixed(float(times[n, machine])) for n, name in enumerate(names)}
        nodes.append(Station(name=f"m{machine}", cycle=fixed(0.0), models=models))
        if room is None:
            nodes.append(Buffer(name=f"b{machine}", places=None))
    return Input.from_plant(Plant(chain(*nodes)), pl.DataFrame({"model": names}))


@pytest.mark.parametrize(("seed", "best", "order"), TAILLARD)
def test_blocking_flow_shops(seed: int, best: int, order: str) -> None:
    times = taillard(seed)[[int(job) for job in order.split()]]
    assert makespan(times, blocking=True) == best
    assert departures(shop(times, 0)).max() == pytest.approx(best, abs=1e-9)


def test_a_flow_shop_with_endless_places() -> None:
    order = [2, 16, 14, 5, 13, 15, 0, 1, 8, 12, 3, 4, 17, 18, 7, 6, 10, 9, 19, 11]
    times = taillard(TAILLARD[0][0])[order]
    assert makespan(times, blocking=False) == 1278
    assert departures(shop(times, None)).max() == pytest.approx(1278, abs=1e-9)
