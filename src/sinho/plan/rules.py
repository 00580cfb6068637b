"""The hard rules of a plan in the planner's words, each with the bounds that state it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sinho.plan.arrays import PlanData
from sinho.plan.program import Block, Program
from sinho.plan.words import runs

Places = NDArray[np.int32]
Text = Callable[[Sequence[int]], str]

NONE: Places = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True)
class Piece:
    """What a rule says of one period.

    Parameters
    ----------
    period : int
        The period; -1 where the rule has none.
    column_lower, column_upper, row_lower, row_upper : ndarray of int
        Columns and rows whose lower or upper bound vanishes when the piece is lifted.
    """

    period: int
    column_lower: Places = field(default_factory=lambda: NONE)
    column_upper: Places = field(default_factory=lambda: NONE)
    row_lower: Places = field(default_factory=lambda: NONE)
    row_upper: Places = field(default_factory=lambda: NONE)


@dataclass(frozen=True)
class Rule:
    """A hard rule.

    Parameters
    ----------
    text : callable
        Writes the rule in words for some of its periods.
    pieces : tuple of Piece
        What it says of each period.
    """

    text: Text
    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return self.text([piece.period for piece in self.pieces])


def when(data: PlanData, periods: Sequence[int]) -> str:
    """Write periods as runs, such as ``2026-01 to 2026-03, 2026-07``."""
    return ", ".join(runs(data.spans, periods))


@dataclass(frozen=True)
class _Maker:
    """Makes the rules of one plan."""

    data: PlanData
    program: Program

    def column_rule(
        self,
        block: str,
        mask: NDArray[np.bool_],
        text: Text,
        *,
        lower: bool = True,
        upper: bool = True,
    ) -> Iterator[Rule]:
        """Yield the rule that the bounds of some columns of a run state."""
        yield from self._rule("column", self.program.columns[block], mask, text, lower, upper)

    def row_rule(
        self,
        block: str,
        mask: NDArray[np.bool_],
        text: Text,
        *,
        lower: bool = True,
        upper: bool = True,
    ) -> Iterator[Rule]:
        """Yield the rule that the bounds of some rows of a run state."""
        yield from self._rule("row", self.program.rows[block], mask, text, lower, upper)

    def _rule(
        self, side: str, run: Block, mask: NDArray[np.bool_], text: Text, lower: bool, upper: bool
    ) -> Iterator[Rule]:
        """Yield a rule with one piece a period, where there are any."""
        periods, places = run.index[mask, -1], np.flatnonzero(mask) + run.start
        pieces = []
        for t in sorted(set(periods.tolist())):
            own = places[periods == t].astype(np.int32)
            bounds = {
                f"{side}_lower": own if lower else NONE,
                f"{side}_upper": own if upper else NONE,
            }
            pieces.append(Piece(t, **bounds))
        if pieces:
            yield Rule(text, tuple(pieces))

    def contracts(self) -> Iterator[Rule]:
        """Yield the least of hard contracts and the most of all."""
        for w, window in enumerate(self.data.windows):
            row = np.array([self.program.rows["contract"].start + w], dtype=np.int32)
            head = f"contract {window.contract} ({window.label})"
            if window.hard and window.least > 0:
                text = f"{head} must ship at least {window.least:,.0f} cars{self._unserved(w)}"
                yield Rule(lambda _, text=text: text, (Piece(-1, row_lower=row),))  # type: ignore[misc]
            if np.isfinite(window.most):
                text = f"{head} may ship at most {window.most:,.0f} cars"
                yield Rule(lambda _, text=text: text, (Piece(-1, row_upper=row),))  # type: ignore[misc]

    def _unserved(self, w: int) -> str:
        """Say why nothing can be shipped for a contract, where that is so."""
        window = self.data.windows[w]
        cells = self.program.rows["demand"].index
        requested = window.pairs[cells[:, 0]] & window.inside[cells[:, 1]]
        if not requested.any():
            return ", but no market asks for its models in its months"
        served = any(
            (window.pairs[block.index[:, 0]] & window.inside[block.index[:, 1]]).any()
            for name, block in self.program.columns.items()
            if name.startswith("ship ")
        )
        return "" if served else ", but no freight rate serves its markets in its months"

    def demand(self) -> Iterator[Rule]:
        """Yield what the markets ask for, by model and by the hard contracts it counts for."""
        d, run = self.data, self.program.rows["demand"]
        requested = self.program.row_lower[run.at]
        hard: dict[str, NDArray[np.bool_]] = {}
        for window in d.windows:
            if window.hard and window.least > 0:
                hard[window.contract] = hard.get(window.contract, False) | window.pairs
        counts = [
            tuple(name for name, pairs in hard.items() if pairs[p])
            for p in range(len(d.pair_model))
        ]
        for i, contracts in sorted(set(zip(d.pair_model.tolist(), counts, strict=True))):
            own = (d.pair_model == i) & np.array([found == contracts for found in counts])
            mask = own[run.index[:, 0]]
            whose = f"the markets of contract {' and '.join(contracts)}" if contracts else "markets"

            def text(
                periods: Sequence[int],
                mask: NDArray[np.bool_] = mask,
                name: str = d.models[i],
                whose: str = whose,
            ) -> str:
                units = requested[mask & np.isin(run.index[:, 1], periods)].sum()
                return (
                    f"{whose} ask for {units:,.0f} cars of model {name} in "
                    f"{when(d, periods)} and take no more"
                )

            yield from self.row_rule("demand", mask, text)

    def launches(self) -> Iterator[Rule]:
        """Yield the most cars by SOP, EOP, launch ramp and full rate."""
        d, make = self.data, self.program.columns["make"]
        limit, lines = d.make_max, np.bincount(d.route_model, minlength=len(d.models))
        for q, i in enumerate(d.route_model):
            where = f" on line {d.lines[d.route_line[q]]}" if lines[i] > 1 else ""

            def text(periods: Sequence[int], q: int = q, i: int = i, where: str = where) -> str:
                most = limit[q, list(periods)].sum()
                cause = "SOP, EOP, launch ramp, full rate"
                return (
                    f"at most {most:,.0f} cars of model {d.models[i]} can be built{where} in "
                    f"{when(d, periods)} ({f'start on the line, {cause}' if where else cause})"
                )

            mask = (make.index[:, 0] == q) & np.isfinite(self.program.upper[make.at])
            yield from self.column_rule("make", mask, text, lower=False)
        run = self.program.rows["full rate"]
        for i in sorted(set(run.index[:, 0].tolist())):

            def both(periods: Sequence[int], i: int = i) -> str:
                most = d.model_max[i, list(periods)].sum()
                return (
                    f"at most {most:,.0f} cars of model {d.models[i]} can be built over all lines "
                    f"in {when(d, periods)} (launch ramp, full rate)"
                )

            yield from self.row_rule("full rate", run.index[:, 0] == i, both, lower=False)

    def lots(self) -> Iterator[Rule]:
        """Yield the least lots of models on lines."""
        d, run = self.data, self.program.rows["least lot"]
        for q in sorted(set(run.index[:, 0].tolist())):
            text = (
                f"line {d.lines[d.route_line[q]]} builds at least {d.least_lot[q]:,.0f} cars of "
                f"model {d.models[d.route_model[q]]} in a month or none, in "
            )

            def said(periods: Sequence[int], text: str = text) -> str:
                return text + when(d, periods)

            yield from self.row_rule("least lot", run.index[:, 0] == q, said, upper=False)

    def stock(self) -> Iterator[Rule]:
        """Yield opening stock, smallest and largest stock of models, and the yard."""
        d, stock = self.data, self.program.columns["stock"]
        for i, name in enumerate(d.models):
            own = stock.index[:, 0] == i
            if d.stock0[i] > 0:
                # lifted, cars may be scrapped: the balance's upper bound vanishes
                text = f"{d.stock0[i]:,.0f} cars of model {name} are in stock before the plan"
                first = own & (stock.index[:, 1] == 0)
                yield from self.row_rule("stock", first, lambda _, s=text: s, lower=False)  # type: ignore[misc]

            def least(periods: Sequence[int], i: int = i, name: str = name) -> str:
                return (
                    f"at least {d.stock_min[i].max():,.0f} cars of model {name} are kept at the "
                    f"end of {when(d, periods)}"
                )

            def most(periods: Sequence[int], i: int = i, name: str = name) -> str:
                return (
                    f"at most {d.stock_max[i].min():,.0f} cars of model {name} are kept at the "
                    f"end of {when(d, periods)}"
                )

            low = own & (self.program.lower[stock.at] > 0)
            yield from self.column_rule("stock", low, least, upper=False)
            high = own & np.isfinite(self.program.upper[stock.at])
            yield from self.column_rule("stock", high, most, lower=False)

        def yard(periods: Sequence[int]) -> str:
            low = d.yard_cap[list(periods)].min()
            return f"the yard holds at most {low:,.0f} cars at the end of {when(d, periods)}"

        every = np.ones(len(self.program.rows["yard"]), dtype=bool)
        yield from self.row_rule("yard", every, yard, lower=False)

    def shops(self) -> Iterator[Rule]:
        """Yield the hours of every shop."""
        d = self.data
        for s, name in enumerate(d.shops):

            def text(
                periods: Sequence[int],
                name: str = name,
                most: NDArray[np.float64] = d.most_units[s],
            ) -> str:
                return (
                    f"shop {name} has hours for at most {most[list(periods)].sum():,.0f} units in "
                    f"{when(d, periods)}"
                )

            mask = self.program.rows["shop"].index[:, 0] == s
            yield from self.row_rule("shop", mask, text, lower=False)

    def sailings(self) -> Iterator[Rule]:
        """Yield the capacities of every lane."""
        d = self.data
        for block, noun, cap in (
            ("ceu", "CEU", d.ceu_cap),
            ("area", "m2", d.area_cap),
            ("box", "40 ft boxes", d.box_cap),
            ("road", "cars by road", d.road_cap),
            ("rail", "cars by rail", d.rail_cap),
        ):
            for r, name in enumerate(d.lanes):

                def text(
                    periods: Sequence[int],
                    name: str = name,
                    noun: str = noun,
                    own: NDArray[np.float64] = cap[r],
                ) -> str:
                    return (
                        f"lane {name} carries at most {own[list(periods)].sum():,.0f} {noun} in "
                        f"{when(d, periods)}"
                    )

                mask = self.program.rows[block].index[:, 0] == r
                yield from self.row_rule(block, mask, text, lower=False)

    def patterns(self) -> Iterator[Rule]:
        """Yield given patterns, the opening pattern's stay and the smallest stays."""
        d, run = self.data, self.program.columns["pattern"]
        group = d.pattern_group
        own, t = group[run.index[:, 0]], run.index[:, 1]
        given = d.fixed[own, t] >= 0
        opening = np.array([p.opening for p in d.patterns])[run.index[:, 0]]
        held = opening & ~given & (self.program.lower[run.at] > 0)
        staying = np.zeros((len(d.groups), len(d.spans)), dtype=bool)
        staying[own[held], t[held]] = True
        stay = self.program.rows["stay"]
        for g, name in enumerate(d.groups):
            if np.count_nonzero(group == g) < 2:
                continue
            for mask, words in (
                (given, "the pattern of group {} is given by fixed_patterns in {}"),
                (
                    staying[own, t],
                    "group {} is bound by the smallest stay of its opening pattern in {}",
                ),
            ):

                def text(periods: Sequence[int], words: str = words, name: str = name) -> str:
                    return words.format(name, when(d, periods))

                yield from self.column_rule("pattern", mask & (own == g), text)

            def kept_on(periods: Sequence[int], name: str = name) -> str:
                return (
                    f"patterns of group {name} are kept for their smallest stay up to "
                    f"{when(d, periods)}"
                )

            mask = group[stay.index[:, 0]] == g if len(stay) else np.zeros(0, dtype=bool)
            yield from self.row_rule("stay", mask, kept_on, upper=False)

    def parts(self) -> Iterator[Rule]:
        """Yield opening stock, largest stock and most bought of every part."""
        d, program = self.data, self.program
        bought, kept = program.columns["bought"], program.columns["part stock"]
        for j, name in enumerate(d.parts):

            def buy(periods: Sequence[int], j: int = j, name: str = name) -> str:
                units = d.buy_max[j, list(periods)].sum()
                return f"at most {units:,.0f} units of part {name} are bought in {when(d, periods)}"

            def keep(periods: Sequence[int], j: int = j, name: str = name) -> str:
                return (
                    f"at most {d.part_stock_max[j]:,.0f} units of part {name} are kept at the end "
                    f"of {when(d, periods)}"
                )

            mask = (bought.index[:, 0] == j) & np.isfinite(program.upper[bought.at])
            yield from self.column_rule("bought", mask, buy, lower=False)
            own = kept.index[:, 0] == j
            if d.part_stock0[j] > 0:
                text = f"{d.part_stock0[j]:,.0f} units of part {name} are in stock before the plan"
                first = own & (kept.index[:, 1] == 0)
                yield from self.row_rule("part", first, lambda _, s=text: s, lower=False)  # type: ignore[misc]
            high = own & np.isfinite(program.upper[kept.at])
            yield from self.column_rule("part stock", high, keep, lower=False)


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
        Contracts first, then demand, launches, least lots, stock, shops, sailings, patterns and
        parts.
    """
    make = _Maker(data, program)
    return [
        *make.contracts(),
        *make.demand(),
        *make.launches(),
        *make.lots(),
        *make.stock(),
        *make.shops(),
        *make.sailings(),
        *make.patterns(),
        *make.parts(),
    ]
