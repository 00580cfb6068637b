"""Whether cars can flow through a plant: they reach every node, and get out of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sinho.errors import Problem
from sinho.simulate.nodes import OUT, Split, Station, destinations

if TYPE_CHECKING:
    from sinho.simulate.plant import Plant


def ways(to: str | Split) -> set[str]:
    """Return the nodes to which some car can go.

    Parameters
    ----------
    to : str or Split
        As of a node.
    """
    if isinstance(to, Split) and to.by == "share":
        given = (to.shares, *to.colours.values())
        return {
            name for shares in given for name, share in zip(to.to, shares, strict=True) if share
        }
    return set(destinations(to))


def flow_faults(plant: Plant) -> Iterator[Problem]:
    """Yield nodes that no car reaches, and those from which none gets out.

    Parameters
    ----------
    plant : Plant
        A plant without other faults.
    """
    after = {node.name: ways(node.to) for node in plant.nodes}
    parts = {name for node in plant.nodes if isinstance(node, Station) for name in node.needs}
    for name in parts:
        after[name] = {OUT}
    kinds: dict[str, set[bool]] = {}
    for entry in plant.entries:
        for name in _reached(after, ways(entry.to)):
            kinds.setdefault(name, set()).add(entry.parts)
    back: dict[str, set[str]] = {}
    for name, following in after.items():
        for each in following:
            back.setdefault(each, set()).add(name)
    leads_out = _reached(back, {OUT})
    for node in plant.nodes:
        where = f"{type(node).__name__.lower()} {node.name}"
        if node.name not in kinds:
            yield Problem(
                where,
                "no car comes here",
                hint="Send cars here from a node or entry, or leave it out.",
            )
        elif node.name not in leads_out:
            yield Problem(
                where, "is on a cycle with no way out", column="to",
                value=", ".join(sorted(after[node.name])),
                hint=f"Some node of the cycle must lead on to {OUT!r}.",
            )  # fmt: skip
        elif node.name in parts and False in kinds[node.name]:
            yield Problem(
                where, "cars that come here would be used up as parts", column="needs",
                hint="Only parts of a sub-line's entry may come here.",
            )  # fmt: skip
    yield from _around(plant, after)
    used_up = {name: set() if name in parts else after[name] for name in after}
    for entry in plant.entries:
        if entry.parts and OUT in _reached(used_up, ways(entry.to)):
            yield Problem(
                f"entry {entry.name}", "parts would leave the plant as cars do", column="parts",
                hint="They must end in buffers that a station needs.",
            )  # fmt: skip


def _around(plant: Plant, after: dict[str, set[str]]) -> Iterator[Problem]:
    """Yield loops of skids that a car could leave, or come into, past their ends."""
    for one in plant.skids:
        where = f"skids {one.name}"
        within = {name: set() if name == one.last else after[name] for name in after}
        loop = _reached(within, {one.first})
        if OUT in loop or one.last not in loop:
            yield Problem(
                where, "cars can leave the plant without giving their carrier back",
                column="last", value=one.last,
                hint="Every way from the first station must lead through the last node.",
            )  # fmt: skip
        if any(one.first in within[name] for name in loop):
            yield Problem(
                where, "cars that hold a carrier can come to the first station again",
                column="first", value=one.first, hint="Begin the skids before the loop of rework.",
            )  # fmt: skip
        outside = {name: set() if name == one.first else after[name] for name in after}
        starts = {name for entry in plant.entries for name in ways(entry.to)}
        beyond = _reached(outside, starts | (after[one.last] - loop)) - {one.first}
        for name in sorted(beyond & loop):
            yield Problem(
                where, "cars without a carrier can come between its ends", column="first",
                value=name, hint="Every way there must lead through the first station.",
            )  # fmt: skip


def _reached(after: dict[str, set[str]], start: set[str]) -> set[str]:
    """Return what is reached from somewhere, itself included."""
    found: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += after.get(name, ())
    return found
