"""The line of `simulate_speed` in other tools, each as its own authors would write it.

A peer takes the minutes that each car is at each station, repairs included, so that all walk the
same sample path and none has to draw numbers or to fail; it returns when the last car is off.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Work = NDArray[np.float64]


def simpy_store(work: Work, places: int) -> Callable[[], float]:
    """SimPy: a process per station, a `Store` between two."""
    import simpy

    stations, cars = work.shape
    times = work.tolist()

    def station(env: Any, k: int, come: Any, go: Any) -> Iterator[Any]:
        for car in range(cars):
            if come is not None:
                yield come.get()
            yield env.timeout(times[k][car])
            if go is not None:
                yield go.put(car)

    def run() -> float:
        env = simpy.Environment()
        stores = [None, *(simpy.Store(env, places) for _ in range(stations - 1)), None]
        for k in range(stations):
            env.process(station(env, k, stores[k], stores[k + 1]))
        env.run()
        return float(env.now)

    return run


def simpy_deques(work: Work, places: int) -> Callable[[], float]:
    """SimPy tuned by hand: queues of our own, and an event only where somebody has to wait."""
    import simpy

    stations, cars = work.shape
    times = work.tolist()

    def run() -> float:
        env = simpy.Environment()
        held: list[deque[int]] = [deque() for _ in range(stations)]
        hungry: list[Any] = [None] * stations
        full: list[Any] = [None] * stations

        def station(k: int) -> Iterator[Any]:
            mine, ahead = held[k], held[k + 1] if k + 1 < stations else None
            timeout, own = env.timeout, times[k]
            for car in range(cars):
                if k:
                    if not mine:
                        hungry[k] = env.event()
                        yield hungry[k]
                    mine.popleft()
                    if full[k] is not None:
                        full[k].succeed()
                        full[k] = None
                yield timeout(own[car])
                if ahead is not None:
                    if len(ahead) == places:
                        full[k + 1] = env.event()
                        yield full[k + 1]
                    ahead.append(car)
                    if hungry[k + 1] is not None:
                        hungry[k + 1].succeed()
                        hungry[k + 1] = None

        for k in range(stations):
            env.process(station(k))
        env.run()
        return float(env.now)

    return run


def salabim_store(work: Work, places: int) -> Callable[[], float]:
    """Salabim: a component per station, a `Store` between two."""
    import salabim as sim

    stations, cars = work.shape
    times = work.tolist()
    sim.yieldless(False)

    class Machine(sim.Component):
        def setup(self, k: int, stores: list[Any]) -> None:
            self.k, self.stores = k, stores

        def process(self) -> Iterator[Any]:
            come, go = self.stores[self.k], self.stores[self.k + 1]
            for car in range(cars):
                item = sim.Component("", process=None) if come is None else None
                if come is not None:
                    item = yield self.from_store(come)
                yield self.hold(times[self.k][car])
                if go is not None:
                    yield self.to_store(go, item)

    def run() -> float:
        env = sim.Environment(trace=False)
        stores = [
            None,
            *(sim.Store(capacity=places, monitor=False) for _ in range(stations - 1)),
            None,
        ]
        for k in range(stations):
            Machine(k=k, stores=stores)
        env.run()
        return float(env.now())

    return run


def salabim_deques(work: Work, places: int) -> Callable[[], float]:
    """Salabim with queues of our own, where components sleep and are woken."""
    import salabim as sim

    stations, cars = work.shape
    times = work.tolist()
    sim.yieldless(False)

    class Machine(sim.Component):
        def setup(self, k: int, held: list[deque[int]], machines: list[Any]) -> None:
            self.k, self.held, self.machines = k, held, machines

        def process(self) -> Iterator[Any]:
            k, held, machines = self.k, self.held, self.machines
            for car in range(cars):
                if k:
                    while not held[k]:
                        yield self.passivate()
                    held[k].popleft()
                    if machines[k - 1].ispassive():
                        machines[k - 1].activate()
                yield self.hold(times[k][car])
                if k + 1 < stations:
                    while len(held[k + 1]) == places:
                        yield self.passivate()
                    held[k + 1].append(car)
                    if machines[k + 1].ispassive():
                        machines[k + 1].activate()

    def run() -> float:
        env = sim.Environment(trace=False)
        held: list[deque[int]] = [deque() for _ in range(stations)]
        machines: list[Any] = []
        machines += [Machine(k=k, held=held, machines=machines) for k in range(stations)]
        env.run()
        return float(env.now())

    return run


def ciw_network(work: Work, places: int) -> Callable[[], float]:
    """Ciw: a network of nodes with one server each, blocking when the next one is full."""
    import ciw

    stations, cars = work.shape

    def run() -> float:
        network = ciw.create_network(
            arrival_distributions=[
                ciw.dists.Sequential([0.0] * cars + [float("inf")]),
                *[None] * (stations - 1),
            ],
            service_distributions=[ciw.dists.Sequential(row) for row in work.tolist()],
            routing=[[float(k + 1 == n) for n in range(stations)] for k in range(stations)],
            number_of_servers=[1] * stations,
            queue_capacities=[float("inf"), *[places] * (stations - 1)],
        )
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(cars, method="Finish")
        return float(simulation.current_time)

    return run


LINE = """
import cimba as cb
from cimba import inputs


class Line(cb.Model):
{fields}
    cars: cb.Param[int] = 1
    last: cb.Output[float]
{processes}
"""


def cimba_stores(work: Work, places: int) -> Callable[[], float]:
    """Cimba: a process per station, a `Store` between two."""
    import tempfile
    from pathlib import Path

    import cimba as cb
    from cimba import inputs

    stations, cars = work.shape
    fields = [
        f"    s{k}: cb.Input[float] = inputs.dist.exponential(mean=1)" for k in range(stations)
    ]
    fields += [f"    b{k}: cb.Store[int] = cb.Store(capacity={places})" for k in range(1, stations)]
    processes = []
    for k in range(stations):
        processes += ["", "    @cb.process", f"    def m{k}(self):"]
        processes += ["        for car in range(self.cars):"]
        processes += [f"            self.b{k}.get()"] * (k > 0)
        processes += [f"            cb.hold(self.s{k}.next())"]
        processes += [f"            self.b{k + 1}.put(car)"] * (k + 1 < stations)
        processes += ["        self.last = cb.now()"] * (k + 1 == stations)
    text = LINE.format(fields="\n".join(fields), processes="\n".join(processes))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "cimba_line.py").write_text(text, encoding="utf-8")
        sys.path.insert(0, folder)
        from cimba_line import Line

        model = Line()
        model.cars = cars
        for k in range(stations):
            setattr(model, f"s{k}", inputs.trace(work[k]))

        def run() -> float:
            window = cb.Window.until_idle()
            made = cb.Experiment(model, replications=1, window=window, seed=1).run()
            return float(made[model].last.values[0, 0])

        run()
    return run


def numba_recursion(work: Work, places: int) -> Callable[[], float]:
    """A bare recursion in numba for this line alone: the least that can be done."""
    import numba

    @numba.njit
    def recur(work: Work, places: int) -> float:
        stations, cars = work.shape
        begun = np.zeros((stations + 1, places))
        left = np.zeros(stations + 1)
        slot = 0
        for car in range(cars):
            at = 0.0
            for k in range(stations):
                at = max(at, left[k])
                begun[k, slot] = at
                at += work[k, car]
                if k + 1 < stations:
                    at = max(at, begun[k + 1, slot])
                left[k] = at
            slot = slot + 1 if slot + 1 < places else 0
        return at

    recur(work[:, :10], places)
    return lambda: float(recur(work, places))


PEERS: dict[str, tuple[Callable[[Work, int], Callable[[], float]], int]] = {
    "numba recursion": (numba_recursion, 100_000),
    "cimba": (cimba_stores, 100_000),
    "SimPy, own deques": (simpy_deques, 100_000),
    "SimPy, Store": (simpy_store, 100_000),
    "salabim, own deques": (salabim_deques, 20_000),
    "salabim, Store": (salabim_store, 5_000),
    "Ciw": (ciw_network, 2_000),
}
"""Peers, and how many cars each is given: fewer where it would take minutes."""
