"""The search over shift patterns: against HiGHS's own, against every choice, and when stopped."""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.hub import hub_from_tables
from sinho.plan.build import build
from sinho.plan.minimise import NoSolution, minimise
from sinho.plan.paths import Paths
from sinho.plan.prepare import prepare
from sinho.plan.search import search
from sinho.plan.tree import Best, Tree
from sinho.stop import NoLimit
from sinho.testing.hubs import Size, generate_hub
from tests.budget import LONG, examples
from tests.plan.test_independent import rich


class Counts:
    """Stops at the n-th look, and counts the looks."""

    seconds_left = float("inf")

    def __init__(self, most: int) -> None:
        self.left = most

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


@settings(max_examples=examples(12))
@given(rich())
def test_it_finds_the_optimum_that_highs_finds(rows):
    data = prepare(hub_from_tables(rows))
    program = build(data)
    try:
        known = minimise(program, gap=0.0, duals=False)
    except NoSolution:
        with pytest.raises(NoSolution):
            search(data, program, stop=NoLimit(), gap=0.0)
        return
    found = search(data, program, stop=NoLimit(), gap=0.0)
    scale = max(1.0, abs(known.objective))
    assert found.objective == pytest.approx(known.objective, abs=1e-6 * scale)
    assert found.bound <= known.objective + 1e-6 * scale
    assert found.objective - found.bound <= 1e-6 * scale


@cache
def known_by_highs(seed, room):
    """A generated hub, its program and the plan that HiGHS finds."""
    data = prepare(generate_hub(Size(9, 4, 3), seed, shop_room=room, choices=True))
    program = build(data)
    return data, program, minimise(program, gap=1e-7, duals=False)


@pytest.mark.parametrize(("seed", "room"), [(8, 0.9), (3, 1.1), (5, 0.8)])
def test_generated_hubs_are_planned_to_the_optimum_of_highs(seed, room):
    data, program, known = known_by_highs(seed, room)
    found = search(data, program, stop=NoLimit(), gap=1e-7)
    assert found.objective == pytest.approx(known.objective, rel=1e-6)
    assert found.bound == pytest.approx(known.objective, rel=1e-6)


@pytest.mark.parametrize(("seed", "room"), [(3, 1.1), *([(8, 0.9)] if LONG else [])])
def test_highs_goes_on_where_the_tree_has_looked_at_enough_nodes(seed, room, monkeypatch):
    monkeypatch.setattr(sys.modules["sinho.plan.search"], "MOST_NODES", 2)
    data, program, known = known_by_highs(seed, room)
    found = search(data, program, stop=NoLimit(), gap=1e-7)
    assert found.objective == pytest.approx(known.objective, rel=1e-6)
    assert found.objective - found.bound <= 1e-6 * abs(found.objective)
    assert found.bound <= known.objective + 1e-6 * abs(known.objective)
    assert found.status in ("optimal", "within gap")


@pytest.mark.parametrize("seed", [8, *([3] if LONG else [])])
def test_highs_goes_on_where_the_tree_is_likely_to_need_too_many_nodes(seed, monkeypatch):
    monkeypatch.setattr(sys.modules["sinho.plan.search"], "MOST_NODES", 4)
    monkeypatch.setattr(sys.modules["sinho.plan.tree"], "JUDGED_FROM", 2)
    monkeypatch.setattr(sys.modules["sinho.plan.tree"], "JUDGED_EVERY", 1)
    data, program, known = known_by_highs(seed, 0.9)
    found = search(data, program, stop=NoLimit(), gap=1e-7)
    assert found.objective == pytest.approx(known.objective, rel=1e-6)
    assert found.objective - found.bound <= 1e-6 * abs(found.objective)
    assert found.bound <= known.objective + 1e-6 * abs(known.objective)


def test_the_nodes_to_come_follow_from_what_the_bound_rose_while_they_doubled():
    data = prepare(generate_hub(Size(9, 4, 3), 8, choices=True))
    tree = Tree(data, build(data), NoLimit(), 0.0, 0, None)
    nothing = np.zeros(0)
    tree.bounds = [float(np.log2(n)) for n in range(1, 65)]
    assert tree.expected == np.inf  # no plan yet
    tree.best = Best(10.0, nothing, nothing, nothing)
    assert tree.expected == pytest.approx(2.0**10, rel=0.2)
    tree.bounds = [1.0] * 64
    assert tree.expected == np.inf


def test_a_tree_stopped_before_its_root_knows_no_bound():
    data, program, known = known_by_highs(8, 0.9)
    tree = Tree(data, program, lambda: True, 1e-6, 0, None)
    assert tree.bound == -np.inf
    tree.run()
    assert tree.bound <= known.objective


def choices(data, program):
    """Every way in which each group can choose its patterns, by the program's own rows."""
    n_t = len(data.spans)
    block = program.columns["pattern"]
    shape = len(data.patterns), n_t
    lower, upper = (v[block.at].reshape(shape) for v in (program.lower, program.upper))
    group = np.array([p.group for p in data.patterns])
    for g in range(len(data.groups)):
        own = np.flatnonzero(group == g)
        for chosen in itertools.product(own, repeat=n_t):
            worked = np.zeros(shape)
            worked[list(chosen), np.arange(n_t)] = 1.0
            inside = ((worked >= lower) & (worked <= upper))[own].all()
            if inside and follows(data, chosen, g):
                yield g, worked[own], own, chosen


def chain(data, chosen, g):
    """The patterns one after the other: each with its period where it is the period's own."""
    for one in data.given.stretches:
        if one.group == g:
            own = one.pattern < 0
            yield (chosen[one.period], one.period) if own else (one.pattern, None)


def follows(data, chosen, g):
    """The smallest stays, told by the documents: one ends early only where another is given."""
    patterns, fixed = data.patterns, data.fixed[g]
    links = list(chain(data, chosen, g))
    opened = [n for n, p in enumerate(patterns) if p.group == g and p.opening]
    befores = [*(opened or [None]), *(p for p, _ in links)]
    first = {at: m for m, (_, at) in reversed(list(enumerate(links)))}
    end = {at: m for m, (_, at) in enumerate(links)}
    for t, p in enumerate(chosen):
        if befores[first[t]] == p:
            continue
        for later in range(t, min(t + patterns[p].fewest, len(chosen))):
            between = links[end[later - 1] + 1 : first[later]] if later > t else []
            given_another = fixed[later] >= 0 and fixed[later] != p
            if given_another or any(q != p for q, _ in between):
                break
            if chosen[later] != p:
                return False
    return True


@settings(max_examples=examples(12))
@given(rich(), st.integers(0, 10_000))
def test_ways_through_the_network_cost_what_listing_them_all_says(rows, draw):
    data = prepare(hub_from_tables(rows))
    program = build(data)
    block = program.columns["pattern"]
    shape = len(data.patterns), len(data.spans)
    lower, upper = (v[block.at].reshape(shape) for v in (program.lower, program.upper))
    change = np.array([p.change_cost for p in data.patterns])
    cost = np.random.default_rng(draw).integers(-500, 500, shape).astype(float)
    above = Paths(data, change).through(cost + data.given.change, lower, upper)
    best = np.full(len(data.groups), np.inf)
    through = np.full(shape, np.inf)
    for g, worked, own, chosen in choices(data, program):
        total = float((worked * cost[own]).sum())
        opened = [n for n in own if data.patterns[n].opening]
        for p, q in itertools.pairwise([*opened, *(p for p, _ in chain(data, chosen, g))]):
            total += change[q] * (p != q)
        best[g] = min(best[g], total)
        for t, p in enumerate(chosen):
            through[p, t] = min(through[p, t], total)
    group = np.array([p.group for p in data.patterns])
    with np.errstate(invalid="ignore"):
        expected = through - best[group][:, None]
    finite = np.isfinite(through)
    assert above[finite] == pytest.approx(expected[finite])
    assert np.isinf(above[~finite]).all()


def test_whole_numbers_beside_the_patterns_are_kept():
    size = Size(6, 4, 3) if LONG else Size(4, 3, 2)
    tables = dict(generate_hub(size, 2, choices=True).tables)
    hub = hub_from_tables({**tables, "parts": tables["parts"].with_columns(lot_size=25.0)})
    data = prepare(hub)
    program = build(data)
    found = search(data, program, stop=NoLimit(), gap=1e-4)
    known = minimise(program, gap=1e-4, duals=False)
    assert found.objective >= known.bound - 1e-6 * abs(known.bound)
    assert found.bound <= known.objective + 1e-6 * abs(known.objective)
    assert found.status in ("optimal", "within gap")
    whole = found.x[program.integer]
    assert np.abs(whole - np.round(whole)).max() <= 1e-6


@pytest.mark.parametrize("looks", [3, 6, 12, 24])
def test_a_stop_hands_back_the_best_plan_and_a_bound_that_holds(looks):
    data = prepare(generate_hub(Size(12, 6, 4), 1, shop_room=1.1, choices=True))
    program = build(data)
    known = search(data, program, stop=NoLimit(), gap=1e-6)
    stop = Counts(looks)
    try:
        found = search(data, program, stop=stop, gap=1e-6)
    except NoSolution:
        assert looks < 12
        return
    scale = abs(known.objective)
    assert stop.left >= -4
    assert found.bound <= known.objective + 1e-6 * scale
    assert known.bound <= found.objective + 1e-6 * scale
    activity = program.activity(found.x)
    slack = 1e-6 * np.maximum(1.0, np.abs(activity)) + 1e-6
    assert (activity >= program.row_lower - slack).all()
    assert (activity <= program.row_upper + slack).all()


def test_the_same_program_gives_the_same_plan():
    data = prepare(generate_hub(Size(9, 5, 3), 4, choices=True))
    program = build(data)
    first, second = (search(data, program, stop=NoLimit(), gap=1e-6) for _ in range(2))
    assert (first.x == second.x).all()
    assert replace(first, seconds=0, x=0, row_dual=0) == replace(second, seconds=0, x=0, row_dual=0)
