"""Which hard rules contradict each other: a minimal set, in the planner's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from sinho.plan.arrays import PlanData
from sinho.plan.program import Program, relaxed
from sinho.plan.solve import check, pass_program

INF = float("inf")


@dataclass(frozen=True)
class Rule:
    """A hard rule and the bounds that state it.

    Parameters
    ----------
    text : str
        The rule in words, with its figures.
    columns, rows : ndarray of int
        Columns whose bounds, and rows whose bounds, vanish when the rule is lifted.
    """

    text: str
    columns: NDArray[np.int32]
    rows: NDArray[np.int32]


_NONE = np.zeros(0, dtype=np.int32)


def _places(mask: NDArray[np.bool_], first: int) -> NDArray[np.int32]:
    return (np.flatnonzero(mask) + first).astype(np.int32)


def hard_rules(data: PlanData, program: Program) -> list[Rule]:
    """List the hard rules of a plan that can contradict each other.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program.

    Returns
    -------
    list of Rule
        Contracts first, then demand, launches, stock, shops, sailings, yard, patterns and parts.
    """
    rules: list[Rule] = []
    columns, rows = program.columns, program.rows

    def row_rules(block: str, names: Sequence[str], text: Callable[[str], str]) -> None:
        run = rows[block]
        for n, name in enumerate(names):
            mask = run.index[:, 0] == n
            if mask.any():
                rules.append(Rule(text(name), _NONE, _places(mask, run.start)))

    def column_rules(
        block: str, names: Sequence[str], used: NDArray[np.bool_], text: Callable[[int], str]
    ) -> None:
        run = columns[block]
        for n in range(len(names)):
            mask = (run.index[:, 0] == n) & used
            if mask.any():
                rules.append(Rule(text(n), _places(mask, run.start), _NONE))

    for w, window in enumerate(data.windows):
        row = np.array([rows["contract"].start + w], dtype=np.int32)
        head = f"contract {window.contract} ({window.label})"
        if window.hard and window.least > 0:
            rules.append(Rule(f"{head} must ship at least {window.least:,.0f} cars", _NONE, row))
        elif np.isfinite(window.most):
            rules.append(Rule(f"{head} may ship at most {window.most:,.0f} cars", _NONE, row))
    asked = rows["demand"]
    asked_model = data.pair_model[asked.index[:, 0]]
    for i, model in enumerate(data.models):
        mask = asked_model == i
        if mask.any():
            units = program.row_lower[asked.at][mask].sum()
            text = f"the markets ask for {units:,.0f} cars of model {model} and take no more"
            rules.append(Rule(text, _NONE, _places(mask, asked.start)))
    make = columns["make"]
    for i, model in enumerate(data.models):
        limited = (make.index[:, 0] == i) & np.isfinite(program.upper[make.at])
        if limited.any():
            launched = [s.label for t, s in enumerate(data.spans) if data.make_max[i, t] > 0]
            when = f"{launched[0]} to {launched[-1]}" if launched else "no period"
            most = data.make_max[i][np.isfinite(data.make_max[i])].sum()
            text = (
                f"model {model} can be built in {when} only (SOP, EOP, launch ramp and full rate; "
                f"at most {most:,.0f} cars in the periods so limited)"
            )
            rules.append(Rule(text, _places(limited, make.start), _NONE))
    stock = columns["stock"]
    column_rules(
        "stock",
        data.models,
        (program.lower[stock.at] > 0) | np.isfinite(program.upper[stock.at]),
        lambda i: (
            f"stock of model {data.models[i]} must stay between {data.stock_min[i].max():,.0f} "
            f"and {data.stock_max[i].max():,.0f} cars at every period's end"
        ),
    )
    row_rules("shop", data.shops, lambda name: f"the hours of shop {name} (all periods)")
    for block, word in (("ceu", "CEU"), ("area", "deck area"), ("box", "40 ft boxes")):
        row_rules(
            block,
            data.lanes,
            lambda name, w=word: f"the {w} of sailings on lane {name}",  # type: ignore[misc]
        )
    if len(rows["yard"]):
        run = rows["yard"]
        low = program.row_upper[run.start : run.stop].min()
        rules.append(
            Rule(
                f"the yard holds at most {low:,.0f} cars",
                _NONE,
                np.arange(run.start, run.stop, dtype=np.int32),
            )
        )
    pattern = columns["pattern"]
    group = np.array([p.group for p in data.patterns])[pattern.index[:, 0]]
    free = program.integer[pattern.at]
    for g, name in enumerate(data.groups):
        several = sum(p.group == g for p in data.patterns) > 1
        mask = (group == g) & ~free
        if several and mask.any():
            rules.append(
                Rule(
                    f"the shift patterns of group {name} that are given "
                    "(fixed_patterns, or the opening pattern's smallest stay)",
                    _places(mask, pattern.start),
                    _NONE,
                )
            )
    bought = columns["bought"]
    column_rules(
        "bought",
        data.parts,
        np.isfinite(program.upper[bought.at]),
        lambda j: (
            f"at most {data.buy_max[j].max():,.0f} units of part {data.parts[j]} bought a period"
        ),
    )
    kept = columns["part stock"]
    column_rules(
        "part stock",
        data.parts,
        np.isfinite(program.upper[kept.at]),
        lambda j: f"at most {data.part_stock_max[j]:,.0f} units of part {data.parts[j]} kept",
    )
    return rules


class _Tester:
    """Tests whether the rules of a subset can be kept together."""

    def __init__(self, program: Program, rules: Sequence[Rule]) -> None:
        self._program = program
        self._rules = rules
        self._highs = pass_program(program)
        n = len(program.cost)
        check(
            self._highs.changeColsCost(n, np.arange(n, dtype=np.int32), np.zeros(n)),
            "to drop the objective",
        )

    def __call__(self, active: Sequence[int]) -> bool:
        lower, upper = self._program.lower.copy(), self._program.upper.copy()
        row_lower, row_upper = self._program.row_lower.copy(), self._program.row_upper.copy()
        for n in set(range(len(self._rules))) - set(active):
            rule = self._rules[n]
            whole = self._program.columns["pattern"].at
            lower[rule.columns] = 0.0
            pattern = (rule.columns >= whole.start) & (rule.columns < whole.stop)
            upper[rule.columns] = np.where(pattern, 1.0, INF)
            row_lower[rule.rows], row_upper[rule.rows] = -INF, INF
        highs, n_c, n_r = self._highs, len(lower), len(row_lower)
        check(
            highs.changeColsBounds(n_c, np.arange(n_c, dtype=np.int32), lower, upper), "new bounds"
        )
        check(
            highs.changeRowsBounds(  # type: ignore[attr-defined]
                n_r, np.arange(n_r, dtype=np.int32), row_lower, row_upper
            ),
            "new bounds",
        )
        check(highs.run(), "to run")
        return bool(highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def _quickxplain(
    fits: Callable[[Sequence[int]], bool], background: list[int], changed: bool, rest: list[int]
) -> list[int]:
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


def conflict(data: PlanData, program: Program) -> list[str]:
    """Find a minimal set of hard rules that cannot be kept together.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program, which has no feasible solution.

    Returns
    -------
    list of str
        The rules in words; any one of them lifted, the others can be kept. Empty when the
        rules that are not listed by ``hard_rules`` contradict each other already.

    Notes
    -----
    QuickXplain: U. Junker, "QUICKXPLAIN: preferred explanations and relaxations for
    over-constrained problems", AAAI 2004. Whole-number rules are left out where the linear
    program shows the contradiction already.
    """
    rules = hard_rules(data, program)
    everything = list(range(len(rules)))
    fits = _Tester(relaxed(program), rules)
    if fits(everything):
        fits = _Tester(program, rules)
    if not fits([]):
        return []
    return [rules[n].text for n in sorted(_quickxplain(fits, [], False, everything))]
