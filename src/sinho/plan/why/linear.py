"""The linear program that is left of a plan once its shift patterns are fixed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.errors import Stopped
from sinho.highs import BASIC, INF, LOWER, Basis, Ended, Model, basis_of, by_column, statuses
from sinho.parameters import SEED
from sinho.plan.arrays import Bools, PlanData
from sinho.plan.minimise import NoSolution, model_of
from sinho.plan.program import Block, Program, relaxed
from sinho.stop import StopRule
from sinho.units import Floats

TOLERANCE = 1e-6
EDGE = 1e-3
"""Cars and parts by which every limit is loosened to read its worth."""
GAIN = 0.5
"""What a car gained for the question weighs against one that is taken from another demand."""


@dataclass(frozen=True)
class Linear:
    """An optimum of a linear program.

    Parameters
    ----------
    program : Program
        The program, without whole numbers.
    x, column_dual : ndarray, shape (columns,)
        Values and reduced costs of the columns.
    row_dual : ndarray, shape (rows,)
        Change of the cost per unit by which a row's activity is forced up.
    cost : float
        Its cost, the negative contribution.
    basis : Basis
        The basis, to begin the next program from.
    model : Model
        The solver, holding the program.
    """

    program: Program
    x: Floats
    column_dual: Floats
    row_dual: Floats
    cost: float
    basis: Basis
    model: Model

    @property
    def contribution(self) -> float:
        """The contribution of the optimum."""
        return -self.cost


@dataclass(frozen=True)
class Bases:
    """Where the solver ended in the two linear programs behind a plan; kept to begin from there.

    Parameters
    ----------
    columns, rows : polars.DataFrame
        Status of every column and row, as ``sinho.highs.statuses`` gives them: ``optimum`` of
        the program with the plan's patterns, ``edge`` of the same with limits loosened by a trifle.
    """

    columns: pl.DataFrame
    rows: pl.DataFrame

    @classmethod
    def of(cls, optimum: Linear, edge: Linear) -> Bases:
        """Take the bases of both optima."""
        found = {"optimum": statuses(optimum.basis), "edge": statuses(edge.basis)}
        return cls(
            pl.DataFrame({name: columns for name, (columns, _) in found.items()}),
            pl.DataFrame({name: rows for name, (_, rows) in found.items()}),
        )

    def basis(self, name: str) -> Basis:
        """Return the basis ``optimum`` or ``edge`` as the solver takes it."""
        return basis_of(self.columns[name].to_numpy(), self.rows[name].to_numpy())


def fixed(program: Program, worked: Floats, built: Bools) -> Program:
    """Return the linear program in which the shift patterns are those worked.

    Parameters
    ----------
    program : Program
        The program of a plan.
    worked : ndarray, shape (patterns, T)
        1 where a pattern is worked, 0 elsewhere.
    built : ndarray of bool, shape (Q, T)
        Whether a line builds any of a model.

    Returns
    -------
    Program
        The same columns and rows; patterns fixed, least lots kept where their line builds any,
        smallest stays set aside (the patterns are given), lots of parts divisible.
    """
    lots = built[tuple(program.columns["open"].index.T)].astype(float)
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    row_lower[program.rows["stay"].at] = -INF
    for name in ("lot made", "lot bought"):
        row_lower[program.rows[name].at] = -INF
        row_upper[program.rows[name].at] = INF
    found = relaxed(program).fixed("pattern", worked).fixed("open", lots)
    return replace(found, row_lower=row_lower, row_upper=row_upper)


def at_the_edge(program: Program, data: PlanData) -> Program:
    """Return the program with every limit loosened, and every supply called on, by a trifle.

    Where several duals fit an optimum, because a limit is zero or two limits meet in a point, or
    because nothing is made at all, those of this program say what a little *more* of each thing
    would bring or cost.

    Parameters
    ----------
    program : Program
        A linear program.
    data : PlanData
        Its arrays.

    Returns
    -------
    Program
        ``EDGE`` cars and parts are taken from every model, part and period, four times as many
        may be made, kept and bought, and shops, sailings, yard and contracts have room for them.
    """
    upper = program.upper.copy()
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    for name in ("stock", "part"):
        at = program.rows[name].at
        row_lower[at] += EDGE
        row_upper[at] += EDGE
    cars = np.full(len(data.models), 4 * EDGE)
    parts = 4 * EDGE + data.bom_model @ cars
    started = parts / data.part_yield
    for _ in data.parts:
        started = (4 * EDGE + data.bom_model @ cars + data.bom_part @ started) / data.part_yield
    for name, most in (("bought", started), ("part stock", started)):
        run = program.columns[name]
        upper[run.at] += most[run.index[:, 0]]
    for name in ("make", "stock"):
        upper[program.columns[name].at] += 4 * EDGE
    rows = program.rows
    on_lines = np.full(len(data.route_model), 4 * EDGE)
    row_upper[rows["shop"].at] += (data.load_route @ on_lines + data.load_part @ started)[
        rows["shop"].index[:, 0]
    ]
    for name in ("full rate", "closed"):
        row_upper[rows[name].at] += 4 * EDGE
    row_upper[rows["ceu"].at] += EDGE * float(data.ceu.mean())
    row_upper[rows["area"].at] += EDGE * float(data.area.mean())
    for name in ("box", "road", "rail"):
        row_upper[rows[name].at] += EDGE
    row_upper[rows["yard"].at] += float(cars.sum())
    row_upper[rows["contract"].at] += EDGE
    return replace(program, upper=upper, row_lower=row_lower, row_upper=row_upper)


def _carried(
    status: NDArray[np.int8],
    old: dict[str, Block],
    new: dict[str, Block],
    size: int,
    missing: int,
) -> NDArray[np.int8]:
    """Return the statuses of the same columns (or rows) in another program."""
    result = np.full(size, missing, dtype=np.int8)
    for name, block in new.items():
        before = old.get(name)
        if before is None:
            continue
        if np.array_equal(before.index, block.index):
            result[block.at] = status[before.at]
            continue
        place = {tuple(key): n for n, key in enumerate(before.index.tolist())}
        for n, key in enumerate(block.index.tolist()):
            found = place.get(tuple(key))
            if found is not None:
                result[block.start + n] = status[before.start + found]
    return result


def carry(base: Linear, program: Program) -> Basis:
    """Return the basis of one program as a starting basis of a similar one."""
    old, columns, rows = base.program, program.columns, program.rows
    of_columns, of_rows = statuses(base.basis)
    return basis_of(
        _carried(of_columns, old.columns, columns, len(program.cost), LOWER),
        _carried(of_rows, old.rows, rows, len(program.row_lower), BASIC),
        alien=True,
    )


def optimum(
    program: Program,
    *,
    start: Linear | Basis | None = None,
    seed: int = SEED,
    stop: StopRule | None = None,
    solver: str = "simplex",
) -> Linear:
    """Solve a linear program.

    Parameters
    ----------
    program : Program
        A program without whole numbers.
    start : Linear or Basis, optional
        The optimum of a similar program, or a basis of this one, to begin from.
    seed : int
        Seed of the solver.
    stop : StopRule, optional
        When to give up.
    solver : str
        Method of the first run: ``ipm`` ends in a basis too, and is faster on large programs that
        begin from nothing. Later runs are those of the simplex method.

    Returns
    -------
    Linear
        Its optimum.

    Raises
    ------
    NoSolution
        When there is none.
    Stopped
        When the stop rule came first.
    """
    model = model_of(program, random_seed=seed, threads=1, parallel="off", solver=solver)
    if start is not None:
        model.basis = carry(start, program) if isinstance(start, Linear) else start
    if stop is not None:
        model.watch("", time.monotonic(), stop, None)
        model.limit(max(stop.seconds_left, 0.01))
    status = model.run()
    model.set(solver="simplex")
    if status in (Ended.kTimeLimit, Ended.kInterrupt):
        raise Stopped("stopped before the question was answered")
    if status != Ended.kOptimal:
        raise NoSolution("the program has no feasible solution")
    x = model.x
    return Linear(
        program=program,
        x=x,
        column_dual=model.column_dual,
        row_dual=model.row_dual,
        cost=float((program.cost * x).sum()),
        basis=model.basis,
        model=model,
    )


def tie_break(found: Linear, gain: Floats, limits: Mapping[str, Floats]) -> Floats:
    """Choose among all optima of a linear program the one that is best for a question.

    Columns and rows whose dual is not zero stay where they are, which keeps every choice an
    optimum (complementary slackness). Among them the cars of the question are served best,
    without making any demand worse off than before where that can be had.

    Parameters
    ----------
    found : Linear
        The optimum; its solver is used up.
    gain : ndarray, shape (columns,)
        What a unit of each column is worth to the question; late and lost columns of the
        question carry negative weights.
    limits : mapping of str to ndarray
        Values of runs of columns, such as ``late`` and ``lost``, that must not grow where that can
        be had. Without them only the question matters.

    Returns
    -------
    ndarray, shape (columns,)
        The values chosen.
    """
    program, model = found.program, found.model
    stays = np.abs(found.column_dual) > TOLERANCE
    lower = np.where(stays, found.x, program.lower)
    upper = np.where(stays, found.x, program.upper)
    tight = np.abs(found.row_dual) > TOLERANCE
    activity = program.activity(found.x)
    row_lower = np.where(tight, activity, program.row_lower)
    row_upper = np.where(tight, activity, program.row_upper)
    twins: list[NDArray[np.int64]] = []
    for name, before in limits.items():
        block = program.columns[name]
        places = np.flatnonzero(~stays[block.at]) + block.start
        worse = before[places - block.start]
        # what a demand loses beyond what it had lost before runs in a twin of the column
        upper[places] = np.minimum(upper[places], np.maximum(worse, lower[places]))
        twins.append(places)
    n = len(lower)
    model.set_bounds(lower, upper)
    model.set_row_bounds(row_lower, row_upper)
    model.set_costs(-GAIN * gain)
    if twins:
        _add_twins(model, program, np.concatenate(twins), upper)
    if model.run() != Ended.kOptimal:
        return found.x
    x = model.x
    for place, value in zip(np.concatenate(twins), x[n:], strict=True) if twins else ():
        x[place] += value
    return x[:n]


def _add_twins(model: Model, program: Program, places: NDArray[np.int64], upper: Floats) -> None:
    """Add a second column with the same entries for each place, at a cost of one a unit."""
    if not len(places):
        return
    start, index, value = by_column(len(places), *program.entries(places))
    room = program.upper[places] - upper[places]
    model.add_columns(np.ones(len(places)), np.zeros(len(places)), room, start[:-1], index, value)
