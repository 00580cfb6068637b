"""What is told of a replication while it goes on, and counted when it is over."""

from __future__ import annotations

from sinho.kernels.compile import inner
from sinho.simulate.kernel.data import (
    AT,
    BUSY,
    CAME,
    COLUMNS,
    COUNT,
    DOING,
    DONE,
    ENTITIES,
    ENTITY,
    ENTRY,
    HELD,
    INSIDE,
    KIND,
    LEADS,
    NEVER,
    NO_ROOM,
    NODE,
    NODES,
    PERIODS,
    SERVER,
    SERVER_COLUMNS,
    SERVERS,
    SHOPS,
    STATES,
    STATION,
    TRACE,
    TRACED,
    WAYS,
    WHY,
    Plan,
    Seen,
    State,
)
from sinho.simulate.kernel.moves import clipped, edge_to
from sinho.simulate.kernel.servers import keep_period, waited


@inner
def close(plan: Plan, state: State, seen: Seen, at: float) -> None:
    """Count what servers and places waited and held until the end."""
    for node in range(plan.size[NODES]):
        kind = plan.node[node * COLUMNS + KIND]
        if kind == STATION:
            first = plan.node[node * COLUMNS + SERVER]
            for server in range(first, first + plan.node[node * COLUMNS + SERVERS]):
                why = state.server[server * SERVER_COLUMNS + WHY]
                way = plan.node[node * COLUMNS + WAYS]
                doing = state.server[server * SERVER_COLUMNS + DOING]
                if doing == DONE:
                    why = NO_ROOM
                    if state.now[node * STATES + AT] != NEVER:
                        way = edge_to(plan, node, state.now[node * STATES + AT])
                if seen.size[PERIODS] > 0:
                    keep_period(state, seen, node, server)
                if doing != BUSY:
                    waited(plan, state, node, server, at, why, way)
        elif kind != ENTRY:
            seen.level[node] += clipped(state, at) * state.now[node * STATES + HELD]
    if plan.size[SHOPS] > 0:
        for car in range(plan.size[ENTITIES]):  # whoever is still inside
            if seen.shop[car] >= 0:
                row = seen.shop[car] * LEADS + INSIDE
                seen.lead[row] += clipped(state, at) - clipped(state, seen.shop_since[car])


@inner
def look(plan: Plan, state: State, seen: Seen, sample: int) -> None:
    """Keep what nodes hold at a moment."""
    whole = plan.size[NODES]
    for k in range(whole):
        seen.samples[sample * whole + k] = state.now[k * STATES + COUNT]


@inner
def note_visit(seen: Seen, node: int, car: int, at: float, traced: int) -> int:
    """Begin a row of the trace; return how many there are, or would be: the caller asks again."""
    row = min(traced, seen.size[TRACED] - 1)
    seen.row[car] = row
    seen.trace[row * TRACE + NODE] = node
    seen.trace[row * TRACE + ENTITY] = car
    seen.trace[row * TRACE + CAME] = at
    return traced + 1
