"""Questions about a plan that loads a ship, answered from its moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from sinho.errors import DataError, Problem, counted
from sinho.graphs.check import check, kind_of
from sinho.graphs.data import DeckGraph, Demand, Move
from sinho.graphs.moves import cost_of
from sinho.stow.loading import Loading

PROOFS = {
    "each car alone": "it is what each car costs as if no other stood in its way",
    "parts of cars": "no more cars stand at a distance from the gate than there are places, and a "
    "way has to be left to those that move (linear program, parts of cars)",
    "whole cars": "no more cars stand at a distance from the gate than there are places, and a way "
    "has to be left to those that move (branch and cut, whole cars)",
}
"""What bounds rest on, in sentences."""


def explain(result: Loading, question: int | Demand | None = None) -> tuple[str, ...]:
    """Say what a plan costs and why, as a whole, at a port, or for the cars of a demand.

    Parameters
    ----------
    result : Loading
        The plan.
    question : int, Demand or None
        A port, counted from 0: which cars are put off there, for whose way, and what it costs. A
        demand of the ship: where its cars are put off, and what its moves cost. None: where the
        cost comes from, and what its bound rests on.

    Returns
    -------
    tuple of str
        Sentences.

    Raises
    ------
    DataError
        When the ship calls at no such port, or has no such demand.
    """
    graph = result.input.graph
    if question is None:
        return _whole(result, graph)
    if isinstance(question, Demand):
        if question not in graph.demands:
            rule, hint = "the ship has no such demand", "Ask for one of `DeckGraph.demands`."
            raise DataError([Problem(graph.name, rule, value=str(question), hint=hint)])
        return _demand(result, graph, question)
    if not 0 <= question < graph.ports:
        rule = f"ports are numbered 0 to {graph.ports - 1}"
        raise DataError([Problem(graph.name, rule, value=str(question), hint="Mend the port.")])
    return _port(graph, question, result.moves[question])


def _whole(result: Loading, graph: DeckGraph) -> tuple[str, ...]:
    """Say where the cost comes from, and what its bound rests on."""
    checked = check(graph, result.moves)
    further = checked.put_off * 2 + checked.relocated
    longer = checked.edges - sum(edges for _, edges in graph.least)
    said = [
        f"Cost {result.cost:,}: {result.above_least:,} above {graph.least_cost:,}, each car as if "
        "no other stood in its way.",
        f"A move costs {graph.fee:,} and 1 for each edge: {counted(further, 'further move')} "
        f"({counted(checked.put_off, 'car')} put off and loaded again, {checked.relocated:,} "
        f"moved on board) make {further * graph.fee:,} of it, "
        f"{counted(longer, 'further edge')} the rest.",
    ]
    ports = {
        port: sum(kind_of(graph, move, port) == "put off" for move in own)
        for port, own in enumerate(result.moves)
    }
    where = ", ".join(f"{count} at port {port}" for port, count in ports.items() if count)
    said.append(f"Cars put off: {where}." if where else "No car is put off.")
    said.append(f"No plan costs less than {result.bound:,}: {PROOFS[result.proof]}.")
    if result.status == "optimal":
        said.append("The plan costs that: none is better.")
    return tuple(said)


def _port(graph: DeckGraph, port: int, moves: Sequence[Move]) -> tuple[str, ...]:
    """Say which cars are put off at a port, for whose way, and what that costs."""
    least = graph.fee * graph.least[port][0] + graph.least[port][1]
    cost = cost_of(graph, moves)
    kinds = [kind_of(graph, move, port) for move in moves]
    said = [
        f"{counted(len(moves), 'move')} at port {port} cost {cost:,}, {cost - least:,} above each "
        "car alone."
    ]
    for at, (move, kind) in enumerate(zip(moves, kinds, strict=True)):
        if kind == "relocate":
            way = f"moved from {move.route[0]} to {move.route[-1]}"
        elif kind == "put off":
            way = f"put off from {move.route[0]}"
        else:
            continue
        why = _in_the_way(graph, move, moves[at + 1 :])
        said.append(f"A car of {_named(graph, [move.demand])} is {way}{why}.")
    again = [
        move
        for move, kind in zip(moves, kinds, strict=True)
        if kind == "put off" or (kind == "load" and graph.demands[move.demand].origin != port)
    ]
    if again:
        said.append(f"To put off and load again costs {cost_of(graph, again):,}.")
    elif "relocate" not in kinds:
        said.append("No car is put off or moved on board.")
    return tuple(said)


def _in_the_way(graph: DeckGraph, moved: Move, later: Sequence[Move]) -> str:
    """Say whose way a car clears: those that drive over its place, or take it, afterwards."""
    place = moved.route[0]
    over = {move.demand for move in later if place in move.route[1:-1]}
    if over:
        return f", out of the way of {_named(graph, over)}"
    taken = [move.demand for move in later if move.route[-1] == place]
    if taken and taken[-1] != moved.demand:
        return f", its place taken by a car of {_named(graph, taken[-1:])}"
    return ""


def _demand(result: Loading, graph: DeckGraph, demand: Demand) -> tuple[str, ...]:
    """Say where the cars of a demand are put off, and what its moves cost."""
    like = {k for k, one in enumerate(graph.demands) if one == demand}
    own = [
        (port, move) for port, of in enumerate(result.moves) for move in of if move.demand in like
    ]
    moves = [move for _, move in own]
    edges = sum(len(move.route) - 1 for move in moves)
    said = [
        f"The cars of {_named(graph, like)} make {counted(len(moves), 'move')} over "
        f"{counted(edges, 'edge')}: cost {cost_of(graph, moves):,}, at {graph.fee:,} for a move "
        "and 1 for each edge."
    ]
    kinds = Counter((port, kind_of(graph, move, port)) for port, move in own)
    for (port, kind), count in kinds.items():
        if kind in ("put off", "relocate"):
            done = "put off and loaded again" if kind == "put off" else "moved on board"
            said.append(f"At port {port}: {counted(count, 'car')} {done}.")
    return (*said, *(["None is put off or moved on board."] if len(said) == 1 else []))


def _named(graph: DeckGraph, demands: Collection[int]) -> str:
    """Return demands with their ports."""
    return ", ".join(
        f"demand {k} (port {graph.demands[k].origin} to {graph.demands[k].destination})"
        for k in sorted(demands)
    )
