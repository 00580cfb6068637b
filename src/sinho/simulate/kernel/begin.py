"""How a replication begins."""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import entry, inner
from sinho.kernels.memory import bare
from sinho.kernels.random import mixed
from sinho.simulate.kernel.data import (
    BEFORE_IT,
    BY_WORK,
    COLUMNS,
    DOING,
    ENTRY,
    EVENTS,
    IDLE,
    KIND,
    LASTLY,
    LEAVES,
    LOOPS,
    NEVER,
    NEXT,
    NO_CAR,
    NODES,
    SERVER_COLUMNS,
    SKID_COLUMNS,
    STATES,
    STATION,
    STOP_COLUMNS,
    STOPPING,
    STOPS,
    UP,
    WHY,
    Cars,
    Plan,
    State,
)
from sinho.simulate.kernel.draw import base_of, bits_of, drawn


@entry
def begin(plan: Plan, cars: Cars, state: State, seed: Any, replication: Any) -> None:
    """Set the random numbers of a replication in memory that is empty; both are words."""
    _begin(bare(plan), bare(cars), bare(state), seed, replication)


@inner
def _begin(plan: Plan, cars: Cars, state: State, seed: Any, replication: Any) -> None:
    """Do what `begin` does, with bare memory."""
    base = base_of(seed, replication)
    for loop in range(plan.size[LOOPS]):
        state.free[loop] = plan.skids[loop * SKID_COLUMNS]
    for k in range(2 * plan.size[NODES]):
        state.starts[k] = mixed(base ^ plan.streams[k])
    for k in range(2 * plan.size[STOPPING]):
        state.stop_starts[k] = mixed(base ^ plan.stop_streams[k])
    leaves = plan.size[LEAVES]
    for k in range(4 * leaves, -1, -1):
        state.who[k] = k - leaves if k >= leaves else state.who[4 * k + 1]
    entries = 0
    for node in range(plan.size[NODES]):
        state.now[node * STATES + LASTLY] = NEVER
        if plan.node[node * COLUMNS + KIND] == ENTRY:
            state.now[node * STATES + NEXT] = 0 if entries == 0 else cars.start[entries - 1]
            entries += 1
    for server in range(plan.size[EVENTS]):
        state.server[server * SERVER_COLUMNS + DOING] = IDLE
        state.server[server * SERVER_COLUMNS + BEFORE_IT] = NEVER
        state.server[server * SERVER_COLUMNS + WHY] = NO_CAR
        node = plan.server_node[server]
        if node >= plan.size[NODES] or plan.node[node * COLUMNS + KIND] != STATION:
            continue
        first = plan.server_stops[server]
        for k in range(plan.node[node * COLUMNS + BY_WORK]):
            state.left_up[first + k] = drawn(
                plan.times,
                plan.stops[(plan.node[node * COLUMNS + STOPS] + k) * STOP_COLUMNS + UP],
                plan.values,
                bits_of(state.stop_starts[2 * (first + k)], np.uint64(0)),
            )
