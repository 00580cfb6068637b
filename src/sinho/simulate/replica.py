"""One replication: its memory, and what it tells."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from sinho.simulate.kernel import data as k
from sinho.simulate.kernel.begin import begin
from sinho.simulate.kernel.events import simulate
from sinho.simulate.pack import Packed


@dataclass(frozen=True)
class Window:
    """What is looked at of each replication.

    Parameters
    ----------
    begin, end : float
        Minutes; the end may be infinite.
    every : float
        Minutes between samples of what nodes hold; infinite: none.
    samples : int
        How many samples.
    traced : int
        Most rows of the trace; 0: none.
    """

    begin: float = 0.0
    end: float = math.inf
    every: float = math.inf
    samples: int = 0
    traced: int = 0


@dataclass
class Replica:
    """The memory of a replication, used for one after another.

    Parameters
    ----------
    packed : Packed
        The plant and its cars.
    window : Window
        What is looked at.
    """

    packed: Packed
    window: Window
    state: k.State = field(init=False, repr=False)
    seen: k.Seen = field(init=False, repr=False)

    def __post_init__(self) -> None:
        packed, plan, window = self.packed, self.packed.plan, self.window
        nodes, events, cars = len(plan.node), len(plan.server_node), len(packed.cars.of)
        whole = np.int64
        stops = len(plan.stop_streams) // 2
        self.state = k.State(
            np.zeros((len(packed.calendars) + 1, 2)),
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
            np.zeros(2 * plan.size[k.HALF]),
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
        )
        self.seen = k.Seen(
            np.zeros(cars),
            np.zeros(cars),
            np.zeros(cars, whole),
            np.zeros(cars, whole),
            np.zeros(cars),
            np.zeros((len(packed.shops), 2)),
            np.zeros(nodes),
            np.zeros((window.samples, nodes), whole),
            np.full((window.traced, k.TRACE), math.nan),
            np.zeros(cars, whole),
            np.array([window.samples, window.traced]),
        )
        self._look(window.begin, window.end)

    def _look(self, first: float, last: float) -> None:
        """Set the window, in minutes and in the working time of each calendar."""
        self.state.window[0] = first, last
        for at, calendar in enumerate(self.packed.calendars, 1):
            ends = calendar.worked(last) if last < math.inf else math.inf
            self.state.window[at] = calendar.worked(first), ends

    def run(self, seed: int, replication: int) -> tuple[int, float]:
        """Run a replication; return how it ended, and the minute."""
        end = self.window.end
        self._look(self.window.begin, end)
        how, at = self._once(seed, replication, end)
        if at < end and np.any(self.state.server[:, k.DOING] == k.BUSY):
            # The end is known only now; what is in work then is counted until it.
            self._look(self.window.begin, max(at, self.window.begin))
            self._once(seed, replication, at)
        return how, at

    def _once(self, seed: int, replication: int, until: float) -> tuple[int, float]:
        plan, cars, state, seen = self.packed.plan, self.packed.cars, self.state, self.seen
        for array in (*state[1:], seen.lead, seen.level):
            array.fill(0)
        for array in (state.tree, seen.out, seen.came):
            array.fill(math.inf)
        seen.good.fill(1)
        seen.shop.fill(k.NEVER)
        seen.trace.fill(math.nan)
        begin(plan, cars, state, np.uint64(seed), np.uint64(replication))
        return simulate(  # type: ignore[no-any-return]
            plan, cars, state, seen, until, self.window.every
        )
