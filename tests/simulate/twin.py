"""A slow and obvious simulator of the plants of ``sinho.simulate``, in SimPy.

Written from the rules in the documentation of ``sinho.simulate.plant`` alone. It draws the same
random numbers by the same words of streams, and everything else is done another way: SimPy keeps
the events, and cars, servers and lanes are Python objects.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappush
from typing import Any

import simpy

from sinho.simulate import (
    OUT,
    Buffer,
    Calendar,
    Entry,
    Input,
    Split,
    Station,
    Stops,
    Store,
    Times,
    draws,
    stream_of,
    uniforms,
)

ALWAYS = Calendar(((0.0, 1e12),))
VISIT = 2**32
MOST = 4096
"""Servers of a station that the order of events can tell apart."""


@dataclass(eq=False)
class Car:
    """A car, or a part for one."""

    place: int
    row: dict[str, Any]
    visits: dict[int, int] = field(default_factory=dict)
    carriers: set[int] = field(default_factory=set)
    born: float = math.nan
    """Minute at which it entered the plant."""


@dataclass(eq=False)
class Standing:
    """A car in a node."""

    car: Car
    entered: int
    """How many entered any node before."""
    server: int = 0
    ready: bool = False
    done: int = 0
    """How many were done before it."""
    begun: bool = False
    way: str | None = None
    """Where room is kept for it (blocking before service)."""


class Server:
    """What a server remembers: what is left until it fails, and the colour it had last."""

    def __init__(self, twin: Twin, node: Station, number: int) -> None:
        self.twin, self.node, self.number = twin, node, number
        self.calendar = node.calendar or ALWAYS
        self.colour: str | None = None
        self.drawn = {stop.name: 0 for stop in node.stops}
        self.left = {stop.name: self._up(stop) for stop in node.stops if stop.by == "operating"}
        self.downs: dict[str, list[tuple[float, float]]] = {
            stop.name: [] for stop in node.stops if stop.by == "clock"
        }

    def _draw(self, times: Times, purpose: str, index: int) -> float:
        stream = stream_of(self.node.name, purpose, self.number)
        return self.twin.draw(times, stream, index)

    def _up(self, stop: Stops) -> float:
        return self._draw(stop.up, f"up {stop.name}", self.drawn[stop.name])

    def _repair(self, stop: Stops) -> float:
        minutes = self._draw(stop.repair, f"repair {stop.name}", self.drawn[stop.name])
        self.drawn[stop.name] += 1
        return minutes

    def _down_until(self, stop: Stops, working: float) -> None:
        """Draw failures by the clock until one begins behind a moment of working time."""
        known = self.downs[stop.name]
        while not known or known[-1][0] <= working:
            begin = (known[-1][1] if known else 0.0) + self._up(stop)
            known.append((begin, begin + self._repair(stop)))

    def _passed(self, working: float, work: float) -> float:
        """Return when so much work has passed, in working time, between failures by the clock."""
        clocks = [stop for stop in self.node.stops if stop.by == "clock"]
        while work > 0:
            ahead = math.inf
            for stop in clocks:
                self._down_until(stop, working)
            over = [e for stop in clocks for b, e in self.downs[stop.name] if b <= working < e]
            if over:
                working = max(over)
                continue
            ahead = min(
                (b for stop in clocks for b, e in self.downs[stop.name] if b > working and e > b),
                default=math.inf,
            )
            if working + work <= ahead:
                return working + work
            work -= ahead - working
            working = ahead
        return working

    def end(self, begin: float, work: float) -> float:
        """Return when work that begins at a moment is done, by the clock."""
        working = self.calendar.worked(begin)
        while work > 0:
            striking = min(self.left, key=lambda name: self.left[name], default=None)
            if striking is None or self.left[striking] >= work:
                for name in self.left:
                    self.left[name] -= work
                working = self._passed(working, work)
                break
            until = self.left[striking]
            working = self._passed(working, until)
            for name in self.left:
                self.left[name] -= until
            work -= until
            stop = next(stop for stop in self.node.stops if stop.name == striking)
            working += self._repair(stop)
            self.left[striking] = self._up(stop)
        return max(begin, self.calendar.clock(working))


class Twin:
    """One replication.

    Parameters
    ----------
    given : Input
        The plant and its cars.
    seed, replication : int
        As drawn by the compiled simulation.
    """

    def __init__(self, given: Input, seed: int = 0, replication: int = 0) -> None:
        self.plant = given.plant
        self.seed, self.replication = seed, replication
        self.env = simpy.Environment()
        self.nodes: list[Any] = [*self.plant.nodes, *self.plant.entries]
        self.number = {node.name: n for n, node in enumerate(self.nodes)}
        self.counter = itertools.count()
        self.standing: list[list[Standing]] = [[] for _ in self.nodes]
        self.lanes = {n: [[] for _ in range(node.lanes)] for n, node in self._of(Store)}
        self.kept = [0] * len(self.nodes)
        self.waiting: list[list[int]] = [[] for _ in self.nodes]
        self.servers = {
            n: [Server(self, node, s) for s in range(node.servers)] for n, node in self._of(Station)
        }
        self.carriers = [skids.carriers for skids in self.plant.skids]
        self.left: list[tuple[float, int]] = []
        """Minute and place of each car that left the plant."""
        self.gone: dict[int, list[Car]] = {n: [] for n in self.lanes}
        self.trace: list[tuple[float, str, int]] = []
        """Minute, node and place of each car that entered a node."""
        rows = given.cars.to_dicts()
        self.home = len(rows)
        for n, entry in self._of(Entry):
            mine = [
                Standing(Car(place, row), next(self.counter))
                for place, row in enumerate(rows)
                if not entry.lines or row["line"] in entry.lines
            ]
            self.standing[n] = mine
            for one in mine:
                release = 0.0 if entry.parts else one.car.row["release"]
                one.car.row = {**one.car.row, "release": release}
                if release > 0:
                    self.at(release, n, 0, lambda n=n: self.settle(n))

    def _of(self, kind: type) -> list[tuple[int, Any]]:
        return [(n, node) for n, node in enumerate(self.nodes) if isinstance(node, kind)]

    def at(self, minute: float, number: int, server: int, then: Callable[[], None]) -> None:
        """Do something at a moment, among others of it in the order of nodes and servers."""
        event = simpy.Event(self.env)
        event._ok = True
        event._value = None
        assert event.callbacks is not None
        event.callbacks.append(lambda _: then())
        heappush(self.env._queue, (minute, number * MOST + server, next(self.env._eid), event))

    def draw(self, times: Times, stream: int, index: int) -> float:
        """Return one time of a stream."""
        found = draws(
            times, stream=stream, seed=self.seed, replication=self.replication, first=index
        )
        return float(found[0])

    def run(self) -> list[float]:
        """Send all cars through, and return the minute at which each left (NaN: never)."""
        for n, _ in self._of(Entry):
            self.settle(n)
        self.env.run()
        minutes = [math.nan] * self.home
        for minute, place in self.left:
            minutes[place] = minute
        return minutes

    # Who may leave, where to, and whether there is room.

    def may_leave(self, n: int) -> Standing | None:
        """Return the car that may leave a node now."""
        node, here = self.nodes[n], self.standing[n]
        if not here:
            return None
        if isinstance(node, Store):
            return self._picked(n, node)
        if isinstance(node, Entry):
            return here[0] if here[0].car.row["release"] <= self.env.now else None
        if isinstance(node, Station) and node.blocking == "before":
            return here[0]
        if isinstance(node, Station) and not node.keep_order:
            done = [one for one in here if one.ready]
            return min(done, key=lambda one: one.done, default=None)
        return here[0] if here[0].ready else None

    def way(self, n: int, car: Car) -> str | tuple[str, ...]:
        """Return where a car goes from a node; several: where there is room."""
        to = self.nodes[n].to
        if not isinstance(to, Split):
            return str(to)
        if to.by == "room":
            return to.to
        if to.by == "share":
            model, colour = car.row["model"], car.row["colour"]
            shares = to.shares
            for found in (
                to.models.get(model),
                to.colours.get(colour),
                to.both.get((model, colour)),
            ):
                shares = found or shares
            index = car.place + VISIT * (car.visits.get(n, 1) - 1)
            stream = stream_of(self.nodes[n].name, "way")
            u = uniforms(stream=stream, seed=self.seed, replication=self.replication, first=index)[
                0
            ]
            total = 0.0
            for name, share in zip(to.to, shares, strict=True):
                total += share
                if u < total:
                    return name
            return to.to[-1]
        return to.where.get(car.row[to.by], to.to[0])

    def room(self, d: str, car: Car) -> bool:
        """Return whether a car may enter a node."""
        if d == OUT:
            return True
        n = self.number[d]
        node = self.nodes[n]
        held = len(self.standing[n]) + self.kept[n]
        for k, skids in enumerate(self.plant.skids):
            if skids.first == d and k not in car.carriers and self.carriers[k] == 0:
                return False
        if isinstance(node, Station):
            return held < node.servers
        if isinstance(node, Buffer):
            return node.places is None or held < node.places
        return held < node.places * max(node.lanes, 1)

    # What the rules call settle and freed.

    def settle(self, n: int) -> None:
        """Let cars leave a node as long as they may and there is room."""
        node = self.nodes[n]
        if isinstance(node, Buffer) and not isinstance(node.to, Split) and node.to != OUT:
            behind = self.nodes[self.number[node.to]]
            if isinstance(behind, Station) and node.name in behind.needs:
                self._begin_waiting(self.number[node.to])
                return
        while (one := self.may_leave(n)) is not None:
            early = isinstance(node, Station) and node.blocking == "before"
            if early and one.begun and not one.ready:
                return
            if early and one.begun:
                assert one.way is not None
                d: str | None = one.way
            else:
                way = self.way(n, one.car)
                options = way if isinstance(way, tuple) else (way,)
                d = next((name for name in options if self.room(name, one.car)), None)
                if d is None:
                    for name in options:
                        queue = self.waiting[self.number[name]]
                        if n not in queue:
                            queue.append(n)
                    return
            if early and not one.begun:
                if not self._parts_ready(n):
                    return
                one.way = d
                if d != OUT:
                    self.kept[self.number[d]] += 1
                self._unwait(n)
                self._begin(n, one)
                return
            self._move(n, one, d)

    def _unwait(self, n: int) -> None:
        for queue in self.waiting:
            if n in queue:
                queue.remove(n)

    def _move(self, n: int, one: Standing, d: str) -> None:
        node, car = self.nodes[n], one.car
        if one.way is not None and d != OUT:
            self.kept[self.number[d]] -= 1
        self.standing[n].remove(one)
        for lane in self.lanes.get(n, []):
            if one in lane:
                lane.remove(one)
        if n in self.gone:
            self.gone[n].append(car)
        self._unwait(n)
        if isinstance(node, Entry):
            car.born = self.env.now
        given_back = []
        for k, skids in enumerate(self.plant.skids):
            if skids.last == node.name and k in car.carriers:
                car.carriers.discard(k)
                given_back.append(k)
        if d == OUT:
            self.left.append((self.env.now, car.place))
        else:
            self._enter(self.number[d], car)
        for k in given_back:
            back = self.plant.skids[k].back
            if back > 0:
                self.at(self.env.now + back, len(self.nodes) + k, 0, lambda k=k: self._back(k))
            else:
                self._back(k)
        self.freed(n)

    def _back(self, k: int) -> None:
        self.carriers[k] += 1
        self.freed(self.number[self.plant.skids[k].first])

    def freed(self, n: int) -> None:
        """Let those in that wait for room."""
        while self.waiting[n]:
            queue = self.waiting[n]
            first = queue[0] if self.nodes[n].merge == "first" else min(queue)
            node = self.nodes[n]
            if isinstance(node, Entry) or not self._any_room(n, first):
                return
            queue.remove(first)
            self.settle(first)

    def _any_room(self, n: int, waiter: int) -> bool:
        one = self.may_leave(waiter)
        return self.room(self.nodes[n].name, one.car if one else Car(-1, {}))

    def _enter(self, n: int, car: Car) -> None:
        node = self.nodes[n]
        car.visits[n] = car.visits.get(n, 0) + 1
        one = Standing(car, next(self.counter))
        self.trace.append((self.env.now, node.name, car.place))
        for k, skids in enumerate(self.plant.skids):
            if skids.first == node.name and k not in car.carriers:
                self.carriers[k] -= 1
                car.carriers.add(k)
        if isinstance(node, Station):
            taken = {other.server for other in self.standing[n]}
            one.server = next(s for s in itertools.count() if s not in taken)
            self.standing[n].append(one)
            if node.blocking == "before":
                self.settle(n)
            else:
                self._begin_waiting(n)
            return
        if self.lanes.get(n):
            self._fill(n, node, one)
        self.standing[n].append(one)
        if node.transport > 0:
            self.at(self.env.now + node.transport, n, 0, lambda: self._arrived(n, one))
        else:
            self._arrived(n, one)

    def _arrived(self, n: int, one: Standing) -> None:
        one.ready = True
        self.settle(n)

    # Work at stations.

    def _parts_ready(self, n: int) -> bool:
        buffers = [self.number[name] for name in self.nodes[n].needs]
        return all(self.standing[b] and self.standing[b][0].ready for b in buffers)

    def _begin_waiting(self, n: int) -> None:
        """Begin the cars that can, in the order in which they entered."""
        if self.nodes[n].blocking == "before":
            self.settle(n)
            return
        while True:
            waiting = [one for one in self.standing[n] if not one.begun]
            if not waiting or not self._parts_ready(n):
                return
            self._begin(n, waiting[0])

    def _begin(self, n: int, one: Standing) -> None:
        node: Station = self.nodes[n]
        one.begun = True
        server = self.servers[n][one.server]
        times = node.models.get(one.car.row["model"], node.cycle)
        index = one.car.place + VISIT * (one.car.visits[n] - 1)
        work = self.draw(times, stream_of(node.name, "cycle"), index)
        colour = one.car.row["colour"]
        if node.colour_change and server.colour is not None and colour != server.colour:
            work += node.colour_change
        server.colour = colour
        self.at(server.end(self.env.now, work), n, one.server, lambda: self._done(n, one))
        buffers = [self.number[name] for name in node.needs]
        for b in buffers:
            self.standing[b].pop(0)
        for b in buffers:
            self.freed(b)

    def _done(self, n: int, one: Standing) -> None:
        one.ready = True
        one.done = next(self.counter)
        self.settle(n)

    # Stores.

    def _fill(self, n: int, node: Store, one: Standing) -> None:
        lanes = self.lanes[n]
        free = [k for k, lane in enumerate(lanes) if len(lane) < node.places]
        empty = [k for k in free if not lanes[k]]
        shortest = min(free, key=lambda k: (len(lanes[k]), k))
        best = None
        if node.fill == "sorted":
            before = [k for k in free if lanes[k] and lanes[k][-1].car.place < one.car.place]
            best = max(before, key=lambda k: lanes[k][-1].car.place, default=None)
        elif node.fill == "colour":
            colour = one.car.row["colour"]
            same = [k for k in free if lanes[k] and lanes[k][-1].car.row["colour"] == colour]
            best = min(same, default=None)
        else:
            empty = []
        if best is None:
            best = min(empty, default=shortest)
        lanes[best].append(one)

    def _picked(self, n: int, node: Store) -> Standing | None:
        heads = [lane[0] for lane in self.lanes[n] if lane] if node.lanes else self.standing[n]
        ready = [one for one in heads if one.ready]
        if not ready:
            return None
        if node.policy == "fifo":
            return min(ready, key=lambda one: one.entered)
        if node.policy == "oldest":
            return min(ready, key=lambda one: (one.car.born, one.car.place))
        if node.policy == "restore":
            return min(ready, key=lambda one: one.car.place)
        if node.policy == "colour":
            return self._of_colour(n, node, ready)
        return self._ahead(n, node, 1 if node.policy == "ratio" else node.ahead)

    def _of_colour(self, n: int, node: Store, ready: list[Standing]) -> Standing:
        left = [car.row["colour"] for car in self.gone[n]]
        run = len(list(itertools.takewhile(lambda c: c == left[-1], reversed(left)))) if left else 0
        if run and run < node.batch:
            same = [one for one in ready if one.car.row["colour"] == left[-1]]
            if same:
                return min(same, key=lambda one: one.car.place)
        counts: dict[str, int] = {}
        for one in self.standing[n]:
            counts[one.car.row["colour"]] = counts.get(one.car.row["colour"], 0) + 1
        if left:
            counts[left[-1]] = -1
        return min(ready, key=lambda one: (-counts[one.car.row["colour"]], one.car.place))

    def added(self, left: list[Car], car: Car) -> float:
        """Return what the windows that end with a car hold above the ratio rules."""
        total = 0.0
        for rule in self.plant.ratios:
            window = [*left, car][-rule.window :]
            over = sum(bool(one.row[rule.option]) for one in window) - rule.most
            total += rule.weight * max(0, over)
        return total

    def _rows(self, n: int, node: Store, ahead: int) -> list[list[Standing]]:
        """List all rows of cars that could leave one after another, the longest there are."""
        rows: list[list[Standing]] = [[]]
        for _ in range(ahead):
            longer = []
            for row in rows:
                if node.lanes:
                    rests = [[one for one in lane if one not in row] for lane in self.lanes[n]]
                    heads = [rest[0] for rest in rests if rest]
                else:
                    heads = [one for one in self.standing[n] if one not in row]
                longer += [[*row, one] for one in heads if one.ready]
            if not longer:
                break
            rows = longer
        return rows

    def _ahead(self, n: int, node: Store, ahead: int) -> Standing:
        def worth(row: list[Standing]) -> tuple[float, list[int]]:
            left = list(self.gone[n])
            total = 0.0
            for one in row:
                total += self.added(left, one.car)
                left.append(one.car)
            return total, [one.car.place for one in row]

        return min(self._rows(n, node, ahead), key=worth)[0]
