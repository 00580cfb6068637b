"""The day's sequence as a CP-SAT model of classes; for sequence_peers.py."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from ortools.sat.python import cp_model

from sinho.days.day import Day
from sinho.days.rules import Changes, Ratio, RunLength

LARGE = 100_000
"""Variables from which on presolving is kept short."""


def solve(day: Day, seconds: float, *, workers: int, seed: int) -> dict[str, Any]:
    """Sequence a day: cars of the same colour and options are one class.

    One Boolean per class, option and colour at each position, a whole number of violations
    per window that can be broken, a Boolean per colour change; the levels are weighted by the day's
    weights. The hint, complete, is the order in which the cars are listed.
    """
    (paint,) = (rule for rule in day.rules if isinstance(rule, Changes))
    ratios = [rule for rule in day.rules if isinstance(rule, Ratio)]
    limits = [rule.most for rule in day.rules if isinstance(rule, RunLength) and rule.hard]
    assert day.weights is not None
    keys = [(row[paint.attribute], *(row[name] for name in day.options)) for row in _rows(day.cars)]
    known = [
        (row[paint.attribute], *(row[name] for name in day.options)) for row in _rows(day.previous)
    ]
    demand = Counter(keys)
    classes = list(demand)
    number = {key: at for at, key in enumerate(classes)}
    n, m = day.size, len(known)
    model = cp_model.CpModel()
    hints: list[tuple[Any, int]] = []
    x = [[model.new_bool_var("") for _ in range(n)] for _ in classes]
    for at in range(n):
        model.add_exactly_one(x[c][at] for c in range(len(classes)))
    for c, key in enumerate(classes):
        model.add(sum(x[c]) == demand[key])
    cost = []
    for rule in ratios:
        place = day.options.index(rule.option) + 1
        fitted = [c for c, key in enumerate(classes) if key[place]]
        before, listed = [int(key[place]) for key in known], [int(key[place]) for key in keys]
        has = [model.new_bool_var("") for _ in range(n)]
        for at in range(n):
            model.add(has[at] == sum(x[c][at] for c in fitted))
        hints += zip(has, listed, strict=True)
        for begin in range(max(-m, 1 - rule.window), n if rule.shortened else n - rule.window + 1):
            end = min(begin + rule.window, n)
            old = sum(before[m + at] for at in range(begin, min(end, 0)))
            new = range(max(begin, 0), end)
            most = old + len(new) - rule.most
            if most > 0 and (fitted or old > rule.most):
                over = model.new_int_var(0, most, "")
                model.add(over >= sum(has[at] for at in new) + old - rule.most)
                cost.append(day.weights[rule.level or 0] * rule.weight * over)
                counted = sum(listed[at] for at in new) + old
                hints.append((over, max(0, counted - rule.most)))
    by_colour: dict[Any, list[int]] = defaultdict(list)
    for c, key in enumerate(classes):
        by_colour[key[0]].append(c)
    painted = {}
    for colour, members in by_colour.items():
        painted[colour] = [model.new_bool_var("") for _ in range(n)]
        for at in range(n):
            model.add(painted[colour][at] == sum(x[c][at] for c in members))
            hints.append((painted[colour][at], int(keys[at][0] == colour)))
    change = [model.new_bool_var("") for _ in range(n)]
    for at in range(n):
        if at:
            for here in painted.values():
                model.add_bool_or(~change[at], ~here[at - 1], ~here[at])
                model.add_bool_or(change[at], ~here[at - 1], here[at])
        elif known and known[-1][0] in painted:
            model.add(change[0] + painted[known[-1][0]][0] == 1)
        else:
            model.add(change[0] == int(bool(known)))
    colours = [key[0] for key in [*known[-1:], *keys]]
    colours = colours if known else [colours[0], *colours]
    hints += [(change[at], int(colours[at] != colours[at + 1])) for at in range(n)]
    cost.append(day.weights[paint.level or 0] * sum(change))
    for limit in limits:
        if limit is not None:
            for at in range(1, n - limit + 1):
                model.add_bool_or(change[at : at + limit])
    model.minimize(sum(cost))
    for at, key in enumerate(keys):
        hints += [(x[c][at], int(c == number[key])) for c in range(len(classes))]
    for variable, value in hints:
        model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if len(model.proto.variables) > LARGE:
        # The usual presolve of a large day takes half a minute; this one, some seconds.
        solver.parameters.max_presolve_iterations = 1
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {"order": None, "bound": solver.best_objective_bound, "note": "no sequence found"}
    cars = defaultdict(list)
    for ident, key in zip(day.idents, keys, strict=True):
        cars[number[key]].append(ident)
    order = [
        cars[next(c for c in range(len(classes)) if solver.boolean_value(x[c][at]))].pop()
        for at in range(n)
    ]
    return {
        "order": order,
        "bound": solver.best_objective_bound,
        "note": f"{len(classes)} classes, {len(model.proto.variables)} variables, "
        f"{len(model.proto.constraints)} constraints, {solver.status_name(status).lower()}",
    }


def _rows(frame: Any) -> list[dict[str, Any]]:
    return list(frame.iter_rows(named=True))
