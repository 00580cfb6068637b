"""The hours of a plan's program: shift patterns, changes between them and overtime."""

from __future__ import annotations

import numpy as np

from sinho.highs import INF
from sinho.plan.arrays import Ints, PlanData
from sinho.plan.builder import Builder, finite_rows, grid_of
from sinho.units import Floats


def add_patterns(b: Builder, data: PlanData, shop_row: Ints) -> None:
    """Add shift patterns, changes between them and overtime."""
    n_g, n_t, n_p = len(data.groups), len(data.spans), len(data.patterns)
    group, given = data.pattern_group, data.given
    fixed = data.fixed[group]
    own = np.arange(n_p)[:, None]
    lower, upper = data.pattern_bounds
    single = np.bincount(group, minlength=n_g)[group] == 1
    # where another pattern is given a stay ends
    ended = np.cumsum(((fixed >= 0) & (fixed != own)) | given.broken, axis=1)
    # a change to the own pattern is one from what is given just before it, if anything is
    given_before = given.before[group]
    follows = given_before < 0
    capacity = data.rate * data.availability[:, None]

    one = np.ones(n_g * n_t)
    choose = b.add_rows("pattern", one, one, grid_of(n_g, n_t)) + np.arange(n_g * n_t).reshape(
        n_g, n_t
    )
    grid = grid_of(n_p, n_t)
    opening = np.array([p.opening for p in data.patterns])
    known = np.array([any(q.opening for q in data.patterns if q.group == g) for g in group])
    # change - worked[t] + worked[t - 1] >= 0, with the opening pattern before the first period
    base = np.where(given_before == own, -1.0, 0.0)
    base[:, 0] = np.where(known & follows[:, 0], -opening.astype(float), base[:, 0])
    change = b.add_rows("change", base.ravel(), np.full(n_p * n_t, INF), grid) + np.arange(
        n_p * n_t
    ).reshape(n_p, n_t)
    # worked[t] >= changes to it within its fewest periods
    stay_place = np.array(
        [
            (p, t)
            for p, pattern in enumerate(data.patterns)
            for t in range(n_t)
            if pattern.fewest > 1 and data.fixed[pattern.group, t] < 0 and not single[p]
        ],
        dtype=np.int64,
    ).reshape(-1, 2)
    zero = np.zeros(len(stay_place))
    stay_first = b.add_rows("stay", zero, np.full(len(stay_place), INF), stay_place)
    stay = np.full((n_p, n_t), -1, dtype=np.int64)
    stay[stay_place[:, 0], stay_place[:, 1]] = stay_first + np.arange(len(stay_place))
    # overtime only on days that are worked
    rest_groups = {p.group for p in data.patterns if p.shifts == 0 or p.hours == 0}
    rests = np.isin(np.arange(n_g), list(rest_groups))
    limit = np.where(rests[:, None], 0.0, np.nan) * np.ones((n_g, n_t))
    overtime_rows = finite_rows(b, "overtime", limit)

    entries: list[tuple[Ints, Floats | float]] = [
        (choose[group].ravel(), 1.0),
        (change.ravel(), -1.0),
        (
            np.concatenate(
                [np.where(follows, change, -1)[:, 1:], np.full((n_p, 1), -1)], axis=1
            ).ravel(),
            1.0,
        ),
        (stay.ravel(), 1.0),
    ]
    paid = data.pattern_hours
    for s in range(len(data.shops)):
        here = (group == data.shop_group[s])[:, None]
        rows = np.where(here, shop_row[s][None, :], -1)
        entries.append((rows.ravel(), -(paid * capacity[s][None, :]).ravel()))
    working = (data.pattern_daily > 0)[:, None] | (given.hours > 0)[group]
    entries.append(
        (
            np.where(working, overtime_rows[group], -1).ravel(),
            -data.overtime_max[group].ravel(),
        )
    )
    day_cost = np.array([p.cost_per_day for p in data.patterns])
    b.add_columns(
        "pattern",
        upper.ravel(),
        grid,
        entries,
        lower=lower.ravel(),
        integer=(lower != upper).ravel(),
        postings=[
            ("labour", -(given.own_days[group] * day_cost[:, None] + given.cost[group]).ravel()),
            ("pattern changes", -given.change.ravel()),
        ],
    )
    fewest = max((p.fewest for p in data.patterns), default=1)
    spread: list[tuple[Ints, Floats | float]] = [(change.ravel(), 1.0)]
    for later in range(min(fewest, n_t)):
        rows = np.full((n_p, n_t), -1, dtype=np.int64)
        held = ended[:, later:] == ended[:, : n_t - later]
        rows[:, : n_t - later] = np.where(held, stay[:, later:], -1)
        rows[np.array([p.fewest for p in data.patterns]) <= later] = -1
        if (rows >= 0).any():
            spread.append((rows.ravel(), -1.0))
    cost = np.array([p.change_cost for p in data.patterns])[:, None] * np.ones((n_p, n_t))
    cost[:, 0] = np.where(known | ~follows[:, 0], cost[:, 0], 0.0)
    b.add_columns(
        "change",
        np.ones(n_p * n_t),
        grid,
        spread,
        postings=[("pattern changes", -cost.ravel())],
    )
    overtime: list[tuple[Ints, Floats | float]] = [(overtime_rows.ravel(), 1.0)]
    for s in range(len(data.shops)):
        here = (np.arange(n_g) == data.shop_group[s])[:, None]
        rows = np.where(here, shop_row[s][None, :], -1)
        overtime.append((rows.ravel(), -(np.ones((n_g, n_t)) * capacity[s]).ravel()))
    b.add_columns(
        "overtime",
        data.overtime_max.ravel(),
        grid_of(n_g, n_t),
        overtime,
        postings=[("overtime", -data.overtime_cost.ravel())],
    )
