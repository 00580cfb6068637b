"""One replication: its memory, and what it tells."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sinho.simulate.kernel import data as k
from sinho.simulate.kernel.begin import begin
from sinho.simulate.kernel.data import JAMMED, OVER
from sinho.simulate.kernel.events import simulate
from sinho.simulate.kernel.serial import recur
from sinho.simulate.pack import Packed

PERIODS = 2_000_000
"""Most times without interruption that are kept of a replication."""


@dataclass(frozen=True)
class Window:
    """What is looked at of each replication.

    Parameters
    ----------
    begin, end : float
        Minutes; the end may be infinite.
    until : float
        Minutes simulated; may be infinite.
    every : float
        Minutes between samples of what nodes hold.
    samples : int
        How many samples.
    traced : int
        Most rows of the trace; 0: none.
    measured : bool
        Whether anything is measured besides when cars come in and are off.
    general : bool
        Whether plain serial lines go through the event core, too.
    """

    begin: float = 0.0
    end: float = math.inf
    until: float = math.inf
    every: float = math.inf
    samples: int = 0
    traced: int = 0
    measured: bool = True
    general: bool = False


@dataclass
class Replica:
    """The memory of a replication, used for one after another.

    Parameters
    ----------
    packed : Packed
        The plant and its cars.
    window : Window
        What is looked at.
    active : bool
        Whether the times are kept in which stations work without interruption.
    """

    packed: Packed
    window: Window
    active: bool = False
    state: k.State = field(init=False, repr=False)
    seen: k.Seen = field(init=False, repr=False)

    def __post_init__(self) -> None:
        packed, plan, window = self.packed, self.packed.plan, self.window
        nodes, events, cars = len(plan.node), len(plan.server_node), len(packed.cars.of)
        whole = np.int64
        stops = len(plan.stop_streams) // 2
        stores = int(np.count_nonzero(plan.node[:, k.KIND] == k.STORE))
        periods = min(PERIODS, events * cars) if self.active else 0
        self.state = k.State(
            np.zeros((len(packed.calendars) + 1, 3)),
            np.zeros((nodes, k.STATES), whole),
            np.zeros((events, k.SERVER_COLUMNS), whole),
            np.zeros(events),
            np.zeros((nodes, k.SUMS)),
            np.zeros(len(plan.ways)),
            np.zeros(len(plan.needs)),
            np.zeros(stops),
            np.zeros(stops),
            np.zeros(stops, whole),
            np.zeros(len(plan.streams), np.uint64),
            np.zeros(len(plan.stop_streams), np.uint64),
            np.zeros(4 * plan.size[k.LEAVES] + 1),
            np.zeros(4 * plan.size[k.LEAVES] + 1, whole),
            np.zeros(packed.ring, whole),
            np.zeros(packed.ring),
            np.zeros(packed.lanes, whole),
            np.zeros(len(plan.skids), whole),
            np.zeros((len(plan.skids), 2), whole),
            np.zeros(int(plan.skids[:, 0].sum())),
            np.zeros((packed.visits, cars), whole),
            np.zeros(cars, whole),
            np.zeros(cars, whole),
            np.zeros(plan.size[k.DEEPEST] + 16 + len(plan.needs), whole),
            np.zeros((nodes, len(plan.rules)), np.uint64),
            np.zeros(7 * packed.held, whole),
            np.zeros((events, 4)),
            np.zeros(len(plan.serial)),
            np.zeros(len(plan.serial), whole),
        )
        self.seen = k.Seen(
            np.zeros(cars),
            np.zeros(cars),
            np.zeros(cars, whole),
            np.zeros(cars, whole),
            np.zeros(cars),
            np.zeros((2 * len(packed.shops), k.LEADS)),
            np.zeros(nodes),
            np.zeros((window.samples, nodes), whole),
            np.zeros((window.traced, k.TRACE)),
            np.zeros(cars, whole),
            np.zeros((stores, cars), whole),
            np.zeros((stores, cars), whole),
            np.zeros((periods, k.ACTIVE_COLUMNS)),
            np.array([window.samples, window.traced, periods, 0, int(window.measured)]),
        )

    @property
    def periods(self) -> NDArray[np.float64]:
        """Times in which stations worked without interruption, a row each; the first ones."""
        return self.seen.periods[: self.seen.size[k.FOUND]]

    @property
    def known(self) -> float:
        """The minute until which `periods` are known; infinite where there was room for all."""
        full = 0 < len(self.seen.periods) == self.seen.size[k.FOUND]
        return float(self.periods[-1, k.ACTIVE_TO]) if full else math.inf

    @property
    def paths(self) -> str:
        """How cars are sent through the plant."""
        plain = len(self.packed.plan.serial) and not self.window.traced and not self.window.general
        return "recursion" if plain else "events"

    def run(self, seed: int, replication: int) -> tuple[int, float]:
        """Run a replication; return how it ended, and the minute."""
        window = self.window
        how, at = self._once(seed, replication, window.end, window.until)
        if at < window.end and np.any(self.state.server[:, k.DOING] == k.BUSY):
            # The end is known only now; what is in work then is counted until it.
            self._once(seed, replication, max(at, window.begin), at)
        if how == OVER and self._stuck():
            moved = np.concatenate([self.seen.came, self.seen.out])
            return JAMMED, float(np.max(moved, initial=0.0, where=np.isfinite(moved)))
        return how, at

    def _stuck(self) -> bool:
        """Return whether nothing is left to happen, though no work waits for an end of a calendar.

        With a horizon the kernel goes on to its end, whatever happens until there.
        """
        busy = np.any(self.state.server[:, k.DOING] == k.BUSY)
        return self.paths == "events" and bool(self.state.tree[0] == math.inf) and not busy

    @property
    def held(self) -> list[int]:
        """Numbers of the nodes that hold what is done and finds no room."""
        done = np.flatnonzero(self.state.server[:, k.DOING] == k.DONE)
        return sorted({int(self.packed.plan.server_node[server]) for server in done})

    def _once(self, seed: int, replication: int, last: float, until: float) -> tuple[int, float]:
        """Run a replication in which is looked until ``last`` and which goes on until another."""
        plan, cars, state, seen = (
            self.packed.plan,
            self.packed.cars,
            self.state,
            self.seen,
        )
        first = self.window.begin
        for array in (*state, seen.lead, seen.level, seen.samples):
            array.fill(0)
        for array in (state.tree, seen.out, seen.came):
            array.fill(math.inf)
        seen.good.fill(1)
        seen.shop.fill(k.NEVER)
        seen.trace.fill(math.nan)
        seen.size[k.FOUND] = 0
        state.window[0] = first, last, until
        for at, calendar in enumerate(self.packed.calendars, 1):
            ends = calendar.worked(last) if last < math.inf else math.inf
            state.window[at, :2] = calendar.worked(first), ends
        begin(plan, cars, state, np.uint64(seed), np.uint64(replication))
        run = recur if self.paths == "recursion" else simulate
        return run(plan, cars, state, seen, until, self.window.every)  # type: ignore[no-any-return]
