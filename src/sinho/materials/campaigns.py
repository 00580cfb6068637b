"""Plans the campaigns of one shop to the pull of what it feeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from sinho.hub import Hub
from sinho.hub.clock import Axis, Moments
from sinho.materials.allot import STEP
from sinho.materials.lots import LotProblem, Lots, first_slots
from sinho.materials.params import Params
from sinho.materials.program import solve
from sinho.materials.search import search
from sinho.materials.shops import MadePart, hour_cost, setup_hours
from sinho.materials.stock import Draw
from sinho.parameters import SEED
from sinho.results import PROVEN, gap_of
from sinho.stop import StopRule
from sinho.units import Floats

SHORT, THIN = 10.0, 0.05
"""What a unit short, or missing to the safety stock, costs by the hour: so many times the shop's
cost of making one."""


@dataclass(frozen=True)
class Slots:
    """The slots of a shop's working time.

    Parameters
    ----------
    begins, ends : ndarray of float, shape (S,)
        Working hours of the shop before and behind each.
    starts, stops : ndarray of datetime64, shape (S,)
        The same as moments.
    """

    begins: Floats
    ends: Floats
    starts: Moments
    stops: Moments


def slots_of(axis: Axis, hours: float) -> Slots:
    """Divide a shop's days into slots of equal length, none shorter than asked for.

    Parameters
    ----------
    axis : Axis
        Working time of the shop.
    hours : float
        Least length; a day that is shorter is one slot.
    """
    begins, ends = [], []
    for before, length in zip(axis.before, axis.hours, strict=False):
        count = max(1, floor(length / hours + 1e-9))
        edges = float(before) + np.linspace(0.0, length, count + 1)
        begins += edges[:-1].tolist()
        ends += edges[1:].tolist()
    a, b = np.array(begins), np.array(ends)
    return Slots(a, b, axis.at(a), axis.at(b, end=True))


def lot_problem(
    hub: Hub,
    parts: Sequence[MadePart],
    draws: Mapping[str, Draw],
    opening: Mapping[str, float],
    slots: Slots,
) -> LotProblem:
    """State the lot-sizing problem of a shop.

    Parameters
    ----------
    hub : Hub
        The hub: changeovers and costs.
    parts : sequence of MadePart
        The shop's P parts.
    draws : mapping of str to Draw
        What is taken of each.
    opening : mapping of str to float
        Stock of each at the beginning.
    slots : Slots
        The shop's S slots.

    Returns
    -------
    LotProblem
        The problem. A slot makes whole units (of weighed parts: thousandths).
    """
    shop = parts[0].shop
    change = setup_hours(hub, shop, [part.part for part in parts])
    length = slots.ends - slots.begins
    n_slots = len(length)
    stops = slots.stops
    far = np.datetime64("9000-01-01", "us")
    until = np.concatenate([stops[1:], [far]])
    calendar = np.diff(np.concatenate([stops, stops[-1:]]).astype(np.int64) / 3_600_000_000)
    calendar[-1] = length[-1]
    made = np.zeros((len(parts) + 1, len(parts), n_slots))
    need, safety = np.zeros((len(parts), n_slots)), np.zeros((len(parts), n_slots))
    for k, part in enumerate(parts):
        step = STEP if part.continuous else 1.0
        for before in range(len(parts) + 1):
            hours = np.maximum(length - change[before, k], 0.0)
            made[before, k] = np.floor(part.rate * hours / step + 1e-6) * step
        draw = draws[part.part]
        total = draw.until(until)
        need[k] = np.diff(total, prepend=0.0)
        safety[k] = _safety(draw, until, total, part.safety_hours, step)
    cost = hour_cost(hub, shop)
    unit = np.array([cost / part.rate for part in parts])[:, None]
    return LotProblem(
        need=need,
        opening=np.array([opening.get(part.part, 0.0) for part in parts]),
        safety=safety,
        made=made,
        change=change * cost,
        hold=np.array([part.hold for part in parts])[:, None] * calendar,
        thin=THIN * unit * calendar,
        short=SHORT * unit * calendar,
        least=np.array([part.least for part in parts]),
        first=len(parts),
    )


def _safety(draw: Draw, until: Moments, total: Floats, hours: float, step: float) -> Floats:
    """Return the need of the next hours of work; behind the last day, at the mean of all."""
    end = draw.axis.total
    worked = np.minimum(draw.axis.worked(until), end)
    ahead = worked + hours
    inside = draw.until(draw.axis.at(np.minimum(ahead, end), end=True))
    inside = np.where(ahead >= end, draw.running[-1] if len(draw.units) else 0.0, inside)
    mean = float(draw.units.sum()) / end if end else 0.0
    wanted = np.maximum(inside - total, 0.0) + mean * np.maximum(ahead - end, 0.0)
    return np.asarray(np.ceil(np.round(wanted / step, 6)) * step)


def plan_lots(
    problem: LotProblem, params: Params, *, seed: int = SEED, stop: StopRule | None = None
) -> tuple[Lots, float, str]:
    """Plan the lots of a shop: by search, and by the program where it is small.

    Parameters
    ----------
    problem : LotProblem
        The problem.
    params : Params
        How hard to try.
    seed : int
        Seed of search and solver.
    stop : StopRule, optional
        When to hand back the best plan so far.

    Returns
    -------
    lots : Lots
        The better of the two plans.
    bound : float
        No plan costs less.
    method : str
        ``program`` or ``search``, and what is proven.
    """
    n_parts, n_slots = problem.shape
    found = search(problem, moves=params.moves, seed=seed, stop=stop)
    if stop is not None and stop():
        return found, 0.0, "search, stopped"
    choices = n_parts * n_parts * n_slots
    if choices > params.choices and n_parts > 1:
        head = first_slots(problem, params.relaxed // (n_parts * n_parts))
        answer = solve(head, seed=seed, relaxed=True, stop=stop)
    else:
        nodes = max(1, min(params.nodes, params.work // choices))
        answer = solve(problem, start=found, nodes=nodes, seed=seed, stop=stop)
    best = found
    if answer.lots is not None and answer.lots.cost < found.cost - 1e-9:
        best = answer.lots
    bound = min(answer.bound, best.cost)
    method = "search" if best is found else "program"
    if gap_of(best.cost, bound) <= PROVEN:
        method += ", proven best"
    return best, bound, method
