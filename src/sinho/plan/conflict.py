"""Which hard rules contradict each other: a minimal set, in the planner's words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from sinho.errors import SinhoError
from sinho.highs import INF, NONE, Ended, SolverError
from sinho.plan.arrays import PlanData
from sinho.plan.minimise import model_of
from sinho.plan.program import Program, relaxed
from sinho.plan.rules import Piece, Rule, hard_rules
from sinho.stop import NoLimit, Report, StopRule

STOPPED = (
    "hard rules contradict each other, and the time was over before those that do were found; plan "
    "again with more time or without a limit to hear them"
)
Fits = Callable[[Sequence[int]], bool]


class _Tester:
    """Tests whether some pieces of hard rules can be kept together, all others being lifted.

    Parameters
    ----------
    program : Program
        The program that states the rules.
    rules : sequence of Rule
        All hard rules; what they state is lifted unless it is among ``groups``.
    groups : sequence of sequence of Piece
        What is kept or lifted together.
    stop : StopRule
        Interrupts a test; ``SinhoError`` is raised then.
    report : callable or None
        Called with ``Progress``.
    """

    def __init__(
        self,
        program: Program,
        rules: Sequence[Rule],
        groups: Sequence[Sequence[Piece]],
        stop: StopRule,
        report: Report | None,
    ) -> None:
        self._program = program
        self._stop = stop
        self._groups = groups
        lower, upper = program.lower.copy(), program.upper.copy()
        row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
        pattern = program.columns["pattern"].at
        most = np.full(len(upper), INF)
        most[pattern] = 1.0
        for piece in (piece for rule in rules for piece in rule.pieces):
            lower[piece.column_lower] = 0.0
            upper[piece.column_upper] = most[piece.column_upper]
            row_lower[piece.row_lower] = -INF
            row_upper[piece.row_upper] = INF
        self._free = lower, upper, row_lower, row_upper
        self._model = model_of(program)
        self._model.watch("looking for contradicting rules", time.monotonic(), stop, report)
        self._model.set_costs(np.zeros(len(program.cost)))

    def __call__(self, active: Sequence[int]) -> bool:
        if self._stop():
            raise SinhoError(STOPPED)
        lower, upper, row_lower, row_upper = (bounds.copy() for bounds in self._free)
        program = self._program
        for piece in (piece for n in active for piece in self._groups[n]):
            lower[piece.column_lower] = program.lower[piece.column_lower]
            upper[piece.column_upper] = program.upper[piece.column_upper]
            row_lower[piece.row_lower] = program.row_lower[piece.row_lower]
            row_upper[piece.row_upper] = program.row_upper[piece.row_upper]
        self._model.set_bounds(lower, upper)
        self._model.set_row_bounds(row_lower, row_upper)
        status = self._model.settle()
        if status == Ended.kOptimal:
            return True
        if status in NONE:
            return False
        if self._stop():
            raise SinhoError(STOPPED)
        raise SolverError(f"the solver could not tell whether rules contradict: {status}")


def _quickxplain(fits: Fits, background: list[int], changed: bool, rest: list[int]) -> list[int]:
    """Return a minimal subset of ``rest`` that contradicts ``background`` (Junker 2004)."""
    if changed and not fits(background):
        return []
    if len(rest) == 1:
        return rest
    half = len(rest) // 2
    left, right = rest[:half], rest[half:]
    from_right = _quickxplain(fits, background + left, bool(left), right)
    from_left = _quickxplain(fits, background + from_right, bool(from_right), left)
    return from_left + from_right


def _minimal(fits: Fits, count: int) -> list[int]:
    """Return a minimal contradicting subset of so many groups; empty where there is none."""
    everything = list(range(count))
    if not fits([]) or fits(everything):
        return []
    return sorted(_quickxplain(fits, [], False, everything))


def conflicting(
    data: PlanData,
    program: Program,
    *,
    stop: StopRule | None = None,
    report: Report | None = None,
) -> list[Rule]:
    """Find a minimal set of hard rules that cannot be kept together, cut to their periods.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program, which has no feasible solution.
    stop : StopRule, optional
        When to give up.
    report : callable, optional
        Called with ``Progress``.

    Returns
    -------
    list of Rule
        Rules with those of their periods that matter. Any one of them lifted, even in one of
        these periods, the others can be kept. Empty when rules that are not listed by
        ``hard_rules`` contradict each other already.

    Raises
    ------
    SinhoError
        When the stop rule came before they were found.

    Notes
    -----
    QuickXplain: U. Junker, "QUICKXPLAIN: preferred explanations and relaxations for
    over-constrained problems", AAAI 2004. It runs twice: over whole rules, then over the periods
    of those found. Whole-number rules are left out where the linear program shows the
    contradiction already.
    """
    stop = stop or NoLimit()
    rules = hard_rules(data, program)
    whole = [rule.pieces for rule in rules]
    used = relaxed(program)
    if _Tester(used, rules, whole, stop, report)(range(len(rules))):
        # only whole numbers contradict: patterns that are lifted stay whole numbers
        integer = program.integer.copy()
        integer[program.columns["pattern"].at] = True
        used = replace(program, integer=integer)
    found = [rules[n] for n in _minimal(_Tester(used, rules, whole, stop, report), len(rules))]
    pieces = [(rule, piece) for rule in found for piece in rule.pieces]
    each = [(piece,) for _, piece in pieces]
    kept = _minimal(_Tester(used, rules, each, stop, report), len(pieces))
    if not kept:
        return found
    return [
        replace(rule, pieces=tuple(pieces[n][1] for n in kept if pieces[n][0] is rule))
        for rule in found
    ]
