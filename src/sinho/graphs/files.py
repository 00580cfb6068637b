"""Reads and writes the JSON of the Optimization Grand Challenge 2025: problems and plans."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from sinho.errors import DataError, Problem, nearest
from sinho.graphs.data import DeckGraph, Demand, Move, Moves, graph_problems
from sinho.hub.files import read_bytes, write_text

KEYS = ("N", "E", "P", "K", "F")
LEAST_COST = "LB"
DRAWING = "grid_graph"
"""What is for drawing only, and not read."""

LARGEST = 2**28
"""The most bytes of a file."""


class _Notes:
    """Problems of a file, gathered so that all are told at once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def note(self, place: str | None, rule: str, value: object, hint: str) -> None:
        """Note one."""
        shown = None if value is None else json.dumps(value, ensure_ascii=False, default=str)
        if shown is not None and len(shown) > 80:
            shown = shown[:79] + "…"
        self.problems.append(Problem(self.name, rule, column=place, value=shown, hint=hint))

    def end(self) -> None:
        """Refuse the file where there are any."""
        if self.problems:
            raise DataError(self.problems)

    def whole(self, value: Any, place: str) -> int | None:
        """Return a whole number; note what is none."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(place, "must be a whole number", value, "Write it without quotes or a point.")
            return None
        if abs(value) > 2**31:
            self.note(place, "is larger than any that means something", value, "Mend the number.")
            return None
        return value

    def wholes(self, value: Any, place: str, size: int | None = None) -> tuple[int, ...] | None:
        """Return a list of whole numbers, of a length that may be given; note what is none."""
        if not isinstance(value, list) or (size is not None and len(value) != size):
            what = "numbers" if size is None else f"{size} numbers"
            self.note(place, f"must be a list of {what}", value, "Write it in square brackets.")
            return None
        numbers = [self.whole(one, f"{place}[{at}]") for at, one in enumerate(value)]
        return None if None in numbers else tuple(n for n in numbers if n is not None)

    def pair(self, value: Any, place: str) -> tuple[int, int] | None:
        """Return two whole numbers; note what are none."""
        numbers = self.wholes(value, place, 2)
        return None if numbers is None else (numbers[0], numbers[1])

    def listed(self, value: Any, place: str) -> Sequence[Any]:
        """Return a list; note what is none."""
        if isinstance(value, list):
            return value
        self.note(place, "must be a list", value, "Write it in square brackets.")
        return ()


def read_graph(path: str | Path) -> DeckGraph:
    """Read a problem: the ship as a graph, its ports and its cars.

    Parameters
    ----------
    path : str or pathlib.Path
        JSON with ``N`` (nodes, the gate included), ``E`` (edges), ``P`` (ports), ``K`` (demands,
        each ``[[origin, destination], cars]``) and ``F`` (cost of a move besides its edges).
        ``LB`` may be left out; where it stands, it has to be `DeckGraph.least_cost`.

    Raises
    ------
    DataError
        When the file breaks its rules; all problems at once.
    OSError
        When it cannot be read.
    """
    path = Path(path)
    notes = _Notes(path.name)
    document = _document(path, notes)
    known = (*KEYS, LEAST_COST, DRAWING)
    for key in document.keys() - set(known):
        notes.note(key, "is no key of a problem", None, nearest(key, known))
    for key in KEYS:
        if key not in document:
            notes.note(key, "is missing", None, "A problem has the keys " + ", ".join(KEYS) + ".")
    numbers = {
        key: notes.whole(document[key], key)
        for key in ("N", "P", "F", LEAST_COST)
        if key in document
    }
    edges = [
        notes.pair(edge, f"E[{at}]")
        for at, edge in enumerate(notes.listed(document.get("E", []), "E"))
    ]
    demands = [
        _demand(entry, f"K[{at}]", notes)
        for at, entry in enumerate(notes.listed(document.get("K", []), "K"))
    ]
    nodes, ports, fee = (numbers.get(key) for key in ("N", "P", "F"))
    notes.problems += graph_problems(path.name, nodes, edges, ports, demands, fee)
    notes.end()
    graph = DeckGraph(
        nodes=nodes or 0,
        edges=tuple(edge for edge in edges if edge is not None),
        ports=ports or 0,
        demands=tuple(one for one in demands if one is not None),
        fee=fee or 0,
        name=path.name,
    )
    given = numbers.get(LEAST_COST)
    if given is not None and given != graph.least_cost:
        rule = f"is {graph.least_cost} by the rules; objectives would be told from another"
        notes.note(LEAST_COST, rule, given, "Mend it or leave it out.")
        notes.end()
    return graph


def _demand(entry: Any, place: str, notes: _Notes) -> Demand | None:
    if not isinstance(entry, list) or len(entry) != 2:
        notes.note(place, "must be [[origin, destination], cars]", entry, "Write it like that.")
        return None
    ports = notes.pair(entry[0], f"{place}[0]")
    cars = notes.whole(entry[1], f"{place}[1]")
    return None if ports is None or cars is None else Demand(*ports, cars)


def read_moves(path: str | Path, graph: DeckGraph) -> Moves:
    """Read a plan: of each port, the moves in their order.

    Parameters
    ----------
    path : str or pathlib.Path
        JSON with the ports as keys, each with a list of ``[[node, node, ...], demand]``; a port
        that is left out has no moves.
    graph : DeckGraph
        The ship and its cars.

    Raises
    ------
    DataError
        When the file is not of this form, or names ports that there are not; all problems at
        once. Whether the plan keeps the rules says `check`.
    OSError
        When it cannot be read.
    """
    path = Path(path)
    notes = _Notes(path.name)
    ports: dict[int, tuple[Move, ...]] = {}
    for key, entries in _document(path, notes).items():
        known = [str(port) for port in range(graph.ports)]
        if key not in known:
            rule = f"is no port; ports are numbered 0 to {graph.ports - 1}"
            notes.note(key, rule, None, nearest(key, known))
        moves = [
            _move(entry, f"port {key}, move {at + 1}", notes)
            for at, entry in enumerate(notes.listed(entries, f"port {key}"))
        ]
        if key in known:
            ports[int(key)] = tuple(move for move in moves if move is not None)
    notes.end()
    return tuple(ports.get(port, ()) for port in range(graph.ports))


def _move(entry: Any, place: str, notes: _Notes) -> Move | None:
    if not isinstance(entry, list) or len(entry) != 2:
        notes.note(place, "must be [[node, node, ...], demand]", entry, "Write it like that.")
        return None
    route = notes.wholes(entry[0], f"{place}, route")
    demand = notes.whole(entry[1], f"{place}, demand")
    return None if route is None or demand is None else Move(route, demand)


def write_moves(path: str | Path, moves: Moves, *, force: bool = False) -> Path:
    """Write a plan as the challenge takes it; the file appears whole or not at all.

    Parameters
    ----------
    path : str or pathlib.Path
        The file.
    moves : tuple of tuple of Move
        Of each port, the moves in their order.
    force : bool
        Whether an existing file is replaced.
    """
    plan = {
        str(port): [[list(move.route), move.demand] for move in own]
        for port, own in enumerate(moves)
    }
    return write_text(Path(path), json.dumps(plan) + "\n", force=force)


def write_graph(path: str | Path, graph: DeckGraph, *, force: bool = False) -> Path:
    """Write a problem as the challenge does; the file appears whole or not at all.

    Parameters
    ----------
    path : str or pathlib.Path
        The file.
    graph : DeckGraph
        The ship and its cars.
    force : bool
        Whether an existing file is replaced.
    """
    problem = {
        "N": graph.nodes,
        "E": [list(edge) for edge in graph.edges],
        "P": graph.ports,
        "K": [[[one.origin, one.destination], one.cars] for one in graph.demands],
        "F": graph.fee,
        LEAST_COST: graph.least_cost,
    }
    return write_text(Path(path), json.dumps(problem) + "\n", force=force)


def _document(path: Path, notes: _Notes) -> dict[str, Any]:
    """Return the object that a JSON file holds; refuse what is none, and keys given twice."""
    try:
        document = json.loads(
            read_bytes(path, LARGEST).decode("utf-8-sig"), object_pairs_hook=_once(notes)
        )
    except (ValueError, RecursionError) as error:
        rule = f"is no JSON document ({error})"
        raise DataError([Problem(path.name, rule, hint="Write it anew, or mend it.")]) from error
    if not isinstance(document, dict):
        rule, hint = "must be one JSON object", "Write it in curly brackets."
        raise DataError([Problem(path.name, rule, hint=hint)])
    return document


def _once(notes: _Notes) -> Callable[[Iterable[tuple[str, Any]]], dict[str, Any]]:
    """Return what makes dicts of pairs and notes keys that are given twice."""

    def made(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in pairs:
            if key in result:
                notes.note(key, "is given twice", None, "Leave one of them out.")
            result[key] = value
        return result

    return made
