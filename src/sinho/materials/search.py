"""The lot-sizing heuristic: run-out times for a start, then a local search over campaigns."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from sinho.materials.lots import Ints, LotProblem, Lots, plan_of, runs
from sinho.parameters import SEED
from sinho.stop import NoLimit, StopRule

HEAT = 0.3
"""How much costlier a plan may become at the beginning, in mean changes."""
TURNS = 12
"""Annealings: from the best starts of different orders, at last from the best plan so far."""
LENGTHS = (1, 2, 3, 4, 6, 8, 12, 16)
"""Slots for which a campaign runs at least, one start for each."""
FEW = 4
"""Parts up to which cycles are tried in every order."""
CYCLES = (1, 2, 3, 4, 6)
"""Cycles over the horizon that are tried."""


def search(
    problem: LotProblem, *, moves: int = 30_000, seed: int = SEED, stop: StopRule | None = None
) -> Lots:
    """Find a good plan of campaigns.

    Starts are built slot by slot: the shop stays with its part for a least number of slots and as
    long as no other part runs below its safety stock before the next slot; then it changes to
    the part that does so first. Further starts lay the parts out in cycles, each in its share of
    the need. The best starts of different orders are improved by annealing: campaigns are moved by
    a slot or more, swapped, given to another part, taken out or put in; each setting is filled as
    late as possible (`sinho.materials.lots.fill`). The same seed and number of moves give the same
    plan.

    Parameters
    ----------
    problem : LotProblem
        The problem.
    moves : int
        Moves tried.
    seed : int
        Seed of the search.
    stop : StopRule, optional
        When to hand back the best plan so far.

    Returns
    -------
    Lots
        The best plan found.
    """
    n_parts, n_slots = problem.shape
    begun = [plan_of(problem, start) for start in _starts(problem)]
    plans = sorted((plan for plan in begun if plan is not None), key=lambda plan: plan.cost)
    best = plans[0]
    if n_parts == 1 or n_slots == 1:
        return best
    rng = np.random.default_rng(seed)
    costs = problem.change[problem.change > 0]
    heat = HEAT * float(costs.mean()) if len(costs) else 0.01 * best.cost
    orders = {tuple(part for part, _, _ in runs(plan.setting)): plan for plan in reversed(plans)}
    first = sorted(orders.values(), key=lambda plan: plan.cost)[: TURNS - 4]
    for turn in range(TURNS):
        start = first[turn] if turn < len(first) else best
        found = _anneal(problem, start, heat, moves // TURNS, rng, stop or NoLimit())
        best = min(best, found, key=lambda plan: plan.cost)
    return best


def _anneal(
    problem: LotProblem,
    start: Lots,
    heat: float,
    moves: int,
    rng: np.random.Generator,
    stop: StopRule,
) -> Lots:
    """Improve a plan by moves that may cost a little more at first, and ever less so later."""
    now = best = start
    for move in range(moves):
        if stop():
            break
        setting = _moved(now.setting, problem.shape[0], rng)
        plan = None if setting is None else plan_of(problem, setting)
        if plan is None:
            continue
        allowed = heat * (1 - move / moves) ** 2 * -np.log(max(rng.random(), 1e-12))
        if plan.cost <= now.cost + allowed:
            now = plan
            if plan.cost < best.cost - 1e-12:
                best = plan
    return best


def _starts(problem: LotProblem) -> list[Ints]:
    n_parts, n_slots = problem.shape
    constant = [np.full(n_slots, part, dtype=np.int64) for part in range(n_parts)]
    if n_parts == 1:
        return constant
    built = [_run_out(problem, least) for least in LENGTHS if least <= n_slots]
    return constant + built + _cycles(problem)


def _cycles(problem: LotProblem) -> list[Ints]:
    """Lay out the parts in cycles, in every order where they are few, each in its share."""
    n_parts, n_slots = problem.shape
    full = problem.made[-1].mean(axis=1)
    wanted = np.maximum(problem.need.sum(axis=1) - problem.opening, 0.0) / np.maximum(full, 1e-9)
    if not wanted.any():
        return []
    orders = permutations(range(n_parts)) if n_parts <= FEW else [tuple(np.argsort(-wanted))]
    edges_of = wanted / wanted.sum()
    found = []
    for order in orders:
        shares = np.cumsum(edges_of[list(order)])
        for count in CYCLES:
            place = (np.arange(n_slots) + 0.5) / n_slots * count
            at = np.minimum(np.searchsorted(shares, place % 1.0), n_parts - 1)
            found.append(np.array(order, dtype=np.int64)[at])
    return found


def _run_out(problem: LotProblem, least: int) -> Ints:
    """Build a setting slot by slot: change to the part that runs out first."""
    n_parts, n_slots = problem.shape
    requested = np.cumsum(problem.need, axis=1) + problem.safety
    requested = np.maximum.accumulate(requested, axis=1)
    have = problem.opening.copy()
    setting = np.zeros(n_slots, dtype=np.int64)
    now, length, lot = problem.first, least, float("inf")
    for slot in range(n_slots):
        pairs = zip(requested, have, strict=True)
        ends = np.array([np.searchsorted(row, own + 1e-9) for row, own in pairs])
        if now == n_parts:
            now = int(np.argmin(ends))
        else:
            others = np.where(np.arange(n_parts) == now, n_slots + 1, ends)
            first = int(np.argmin(others))
            due = others[first] <= slot + 1 or ends[now] >= n_slots
            small = length < least or lot < problem.least[now]
            if due and not small and others[first] < min(n_slots, max(ends[now], slot + 2)):
                now, length, lot = first, 0, 0.0
        before = problem.first if slot == 0 else int(setting[slot - 1])
        made = problem.made[before, now, slot]
        setting[slot] = now
        have[now] += made
        length, lot = length + 1, lot + made
    return setting


def _moved(setting: Ints, n_parts: int, rng: np.random.Generator) -> Ints | None:
    """Return a setting with one campaign changed; None where the move changes nothing."""
    n_slots = len(setting)
    new = setting.copy()
    kind = rng.random()
    campaigns = runs(setting)
    if kind < 0.35 and len(campaigns) > 1:
        k = int(rng.integers(1, len(campaigns)))
        border = campaigns[k][1]
        by = int(rng.integers(1, 4))
        if rng.random() < 0.5:
            new[border : border + by] = setting[border - 1]
        else:
            new[max(0, border - by) : border] = setting[border]
    elif kind < 0.5 and len(campaigns) > 1:
        k = int(rng.integers(0, len(campaigns)))
        _, start, end = campaigns[k]
        left = setting[start - 1] if start else setting[end + 1]
        right = setting[end + 1] if end + 1 < n_slots else left
        border = int(rng.integers(start, end + 2))
        new[start:border], new[border : end + 1] = left, right
    elif kind < 0.6 and len(campaigns) > 1:
        _, start, end = campaigns[int(rng.integers(0, len(campaigns)))]
        new[start : end + 1] = int(rng.integers(0, n_parts))
    elif kind < 0.75 and len(campaigns) > 1:
        i, k = sorted(rng.choice(len(campaigns), 2, replace=False).tolist())
        (_, start, left), (_, right, end) = campaigns[i], campaigns[k]
        between = setting[left + 1 : right]
        swapped = [setting[right : end + 1], between, setting[start : left + 1]]
        new[start : end + 1] = np.concatenate(swapped)
    else:
        start = int(rng.integers(0, n_slots))
        length = int(rng.integers(1, max(2, n_slots // 4)))
        new[start : start + length] = int(rng.integers(0, n_parts))
    return None if np.array_equal(new, setting) else new
