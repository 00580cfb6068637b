"""What is counted when a replication is over."""

from __future__ import annotations

from sinho.kernels.compile import inner
from sinho.simulate.kernel.data import (
    AT,
    BUSY,
    COLUMNS,
    DOING,
    DONE,
    ENTITIES,
    ENTRY,
    HELD,
    INSIDE,
    KIND,
    LEADS,
    NEVER,
    NO_ROOM,
    NODES,
    PERIODS,
    SERVER,
    SERVER_COLUMNS,
    SERVERS,
    SHOPS,
    STATES,
    STATION,
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
