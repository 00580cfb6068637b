"""The plan that is asked about, with everything that the answers are read from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sinho.plan.arrays import Bools, PlanData
from sinho.plan.build import build
from sinho.plan.program import Program
from sinho.plan.why.figures import Fate, Flows, fate, flows_of_plan, flows_of_values
from sinho.plan.why.items import Item, Kind
from sinho.plan.why.linear import Bases, Linear, at_the_edge, fixed, optimum, tie_break
from sinho.plan.why.margin import Margins
from sinho.plan.why.question import Question
from sinho.stop import StopRule
from sinho.units import Floats, capacity_unit

if TYPE_CHECKING:
    from sinho.hub import Hub
    from sinho.results import MonthPlan

SEA: tuple[Kind, ...] = ("ceu", "area", "box")
LAND: tuple[Kind, ...] = ("road", "rail")
MISSING = 0.01
"""Cars below which none is missing in a cell."""
LOST_WEIGHT = 1.5
"""A car lost weighs more than one late for a period, where a tie leaves the choice."""


@dataclass(frozen=True)
class Case:
    """A question, the plan that it is about and the optimum that explains it.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    question : Question
        What is asked.
    linear : Linear
        The optimum with these patterns.
    margins : Margins
        Marginal costs and worths, read where every limit is loosened by a trifle.
    flows : Flows
        Cars shipped, late and lost in the plan's tables.
    settled : Flows
        The same in the optimum that serves the question best without taking from others.
    """

    plan: MonthPlan
    question: Question
    linear: Linear
    margins: Margins
    flows: Flows
    settled: Flows

    @property
    def hub(self) -> Hub:
        """The hub, with the scenario's changes."""
        return self.question.input.hub

    @property
    def data(self) -> PlanData:
        """Its arrays."""
        return self.question.input.data

    @cached_property
    def worked(self) -> Floats:
        """Shift patterns of the plan, shape (patterns, T)."""
        return worked_patterns(self.data, self.plan.tables["patterns"])

    @cached_property
    def built(self) -> Bools:
        """Whether the plan builds any of a model on a line in a period's month, shape (Q, T)."""
        return built_lines(self.data, self.plan.tables["make_lines"])

    @property
    def fate(self) -> Fate:
        """What becomes of the cars asked about, in the plan."""
        return fate(self.data, self.flows, self.question.cells)

    @property
    def short(self) -> Floats:
        """Cars of the question not shipped on time, shape (P, T)."""
        missing = self.data.demand - self.flows.on_time(self.data)
        return np.where(self.question.cells & (missing > MISSING), missing, 0.0)

    @property
    def pairs(self) -> Bools:
        """Pairs of the question with cars not on time; all of them where none is, shape (P,)."""
        short: Bools = np.any(self.short > 0, axis=1)
        return short if short.any() else self.question.pairs

    @property
    def models(self) -> Bools:
        """Models of ``pairs``, shape (I,)."""
        found = np.zeros(len(self.data.models), dtype=bool)
        found[self.data.pair_model[self.pairs]] = True
        return found

    def units(self, shop: str) -> str:
        """Name what a shop's capacity counts: car equivalents, or units of its own."""
        own = self.hub["shops"].filter(pl.col("shop") == shop)["unit"].item()
        return "units" if capacity_unit(own) == own else capacity_unit(own)

    @property
    def patterns(self) -> np.ndarray:
        """The pattern that each group works in each period, shape (G, T)."""
        chosen = np.zeros((len(self.data.groups), len(self.data.spans)), dtype=np.int64)
        for n, pattern in enumerate(self.data.patterns):
            chosen[pattern.group, self.worked[n] > 0.5] = n
        return chosen


def worked_patterns(data: PlanData, table: pl.DataFrame) -> Floats:
    """Return the groups' own patterns in a plan's table ``patterns``, shape (patterns, T)."""
    place = {(data.groups[p.group], p.name): n for n, p in enumerate(data.patterns)}
    period = {span.start: t for t, span in enumerate(data.spans)}
    worked = np.zeros((len(data.patterns), len(data.spans)))
    own = {
        (data.groups[s.group], data.spans[s.period].start, s.start)
        for s in data.given.stretches
        if s.pattern < 0
    }
    columns = "period", "group", "start", "pattern"
    for start, group, since, name in table.select(columns).iter_rows():
        if (group, start, since) in own:
            worked[place[group, name], period[start]] = 1.0
    return worked


def built_lines(data: PlanData, table: pl.DataFrame) -> Bools:
    """Return in which months a line builds any of a model in a plan's table, shape (Q, T)."""
    routes = zip(data.route_model, data.route_line, strict=True)
    place = {(data.models[i], data.lines[n]): q for q, (i, n) in enumerate(routes)}
    period = {span.start: t for t, span in enumerate(data.spans)}
    found, begins = np.zeros((len(place), len(period)), dtype=bool), data.month_begin
    for start, model, line, units in table.select("period", "model", "line", "units").iter_rows():
        found[place[model, line], begins[period[start]]] |= units > 0
    return found[:, begins]


def gains(data: PlanData, program: Program, question: Question) -> Floats:
    """Return what a unit of each column is worth to a question, for breaking ties."""
    grids: dict[str, Floats]
    if question.kind == "contract":
        counted = np.zeros(data.demand.shape)
        for window in (data.windows[w] for w in question.windows):
            counted[np.ix_(window.pairs, window.inside)] = 1.0
        grids = {name: counted for name in program.columns if name.startswith("ship ")}
    else:
        cells = question.cells.astype(np.float64)
        grids = {"late": -cells, "lost": -LOST_WEIGHT * cells}
    worth = np.zeros(len(program.cost))
    for name, grid in grids.items():
        block = program.columns[name]
        worth[block.at] = grid[tuple(block.index.T)]
    return worth


def settle(data: PlanData, found: Linear, question: Question, before: Flows | None) -> Flows:
    """Choose the optimum that is best for a question.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    found : Linear
        An optimum; its solver is used up.
    question : Question
        Whose cars come first where the contribution leaves the choice.
    before : Flows or None
        Late and lost cars that must not grow in any cell where that can be had, the question's
        own included; None: only the question matters.

    Returns
    -------
    Flows
        The flows chosen.
    """
    program = found.program
    grids = {} if before is None else {"late": before.late, "lost": before.lost}
    limits = {name: grid[tuple(program.columns[name].index.T)] for name, grid in grids.items()}
    return flows_of_values(data, program, tie_break(found, gains(data, program, question), limits))


def both_optima(
    data: PlanData, plan: MonthPlan, stop: StopRule, bases: Bases | None = None
) -> tuple[Linear, Linear]:
    """Return the optimum with a plan's patterns and lines, and the one with slightly looser limits.

    Raises
    ------
    Stopped
        When the stop rule came first.
    """
    worked = worked_patterns(data, plan.tables["patterns"])
    program = fixed(build(data), worked, built_lines(data, plan.tables["make_lines"]))
    if bases is not None and len(bases.columns) != len(program.cost):
        bases = None
    first = None if bases is None else bases.basis("optimum")
    linear = optimum(program, start=first, seed=plan.seed, stop=stop)
    second = linear if bases is None else bases.basis("edge")
    return linear, optimum(at_the_edge(program, data), start=second, seed=plan.seed, stop=stop)


def open_case(
    plan: MonthPlan, question: Question, stop: StopRule, bases: Bases | None = None
) -> Case:
    """Solve the linear program behind a plan and gather what the answers are read from.

    Raises
    ------
    Stopped
        When the stop rule came first.
    """
    data = question.input.data
    linear, edge = both_optima(data, plan, stop, bases)
    flows = flows_of_plan(data, dict(plan.tables))
    settled = settle(data, linear, question, flows)
    return Case(plan, question, linear, Margins(data, edge), flows, settled)


@dataclass(frozen=True)
class Limits:
    """What stands in the way of the question's cars.

    Parameters
    ----------
    worth : dict
        For each kind and place of a limit (such as the hours of a shop), its periods with the
        worth of one more unit in currency: an hour, m2, CEU, box, car or part.
    unreached : tuple of (int, int)
        Pairs and periods for which no mode of carriage has a rate.
    """

    worth: dict[tuple[Kind, int], dict[int, float]]
    unreached: tuple[tuple[int, int], ...]

    def periods(self, kind: Kind, place: int) -> list[int]:
        """Return the periods in which a limit binds."""
        return sorted(self.worth.get((kind, place), {}))

    def places(self, kind: Kind) -> list[int]:
        """Return the places at which limits of a kind bind."""
        return sorted(place for found, place in self.worth if found == kind)


def find_limits(case: Case) -> Limits:
    """Follow the chain of every car of the question that is not on time to what limits it."""
    worth: dict[tuple[Kind, int], dict[int, float]] = {}
    unreached = []
    for p, t in np.argwhere(case.short > 0).tolist():
        ways = case.margins.options(p, t, until=t, made=True)
        if not ways:
            unreached.append((p, t))
            continue
        model = int(case.data.pair_model[p])
        for item in (*ways[0].items, *case.margins.every_source(model, t)):
            if item.scarce and item.amount < -1e-6 * max(1.0, abs(ways[0].cash)):
                place = worth.setdefault((item.kind, item.place), {})
                place[item.period] = unit_worth(case, item)
    if case.question.kind in ("month", "shop"):
        _add_everywhere(case, worth)
    return Limits(worth, tuple(unreached))


def _add_everywhere(case: Case, worth: dict[tuple[Kind, int], dict[int, float]]) -> None:
    """Add every capacity with a worth in the periods asked about, whoever it limits."""
    margins, question = case.margins, case.question
    grids: list[tuple[Kind, Floats]] = [("hours", margins.hour_values)]
    if question.kind == "month":
        grids += [(kind, margins.sea_values[kind]) for kind in (*SEA, *LAND)]
        grids.append(("yard", margins.yard_values[None, :]))
    for kind, grid in grids:
        for place, t in np.argwhere(grid > 1e-6).tolist():
            if question.periods[t] and question.shop in (-1, place):
                key = (kind, -1 if kind == "yard" else place)
                worth.setdefault(key, {})[t] = float(grid[place, t])


def unit_worth(case: Case, item: Item) -> float:
    """Return the worth of one more unit of what an item takes; of an hour for shops."""
    if item.kind == "hours":
        return float(case.margins.hour_values[item.place, item.period])
    return -item.amount / abs(item.quantity)


def rivals(case: Case, limits: Limits) -> list[int]:
    """Return the contract windows whose least draws on what limits the question's cars."""
    d, question = case.data, case.question
    found = []
    for w, window in enumerate(d.windows):
        cells = window.pairs[:, None] & window.inside[None, :]
        if case.margins.window_values[w] <= 1e-6 or (question.cells & cells).any():
            continue
        drawn = {
            (item.kind, item.place)
            for p, t in np.argwhere(cells & (case.flows.ship > 1e-6)).tolist()
            for way in case.margins.options(p, t, until=t)[:1]
            for item in way.items
            if item.scarce and item.amount < 0
        }
        if drawn & set(limits.worth):
            found.append(w)
    return found


def requested_of(case: Case, w: int) -> float:
    """Return the cars that a contract window's markets ask for in it, late ones included."""
    d, window = case.data, case.data.windows[w]
    first = int(np.flatnonzero(window.inside)[0])
    before = case.flows.late[window.pairs, first - 1] if first else d.backlog0[window.pairs]
    return float(d.demand[window.pairs][:, window.inside].sum() + before.sum())
