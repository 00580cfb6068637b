"""The frozen result of a quote: what a programme earns, costs, and takes from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.results.plan import Explanation, MonthPlan
from sinho.results.status import Status


@dataclass(frozen=True)
class Quote:
    """A programme against the plan of a hub without it.

    Parameters
    ----------
    name, title, hub_name, currency : str
        The programme, the hub, and the currency unit of all amounts that name no other.
    fee_currency : str
        Currency of fees.
    without, with_ : MonthPlan
        The plans of the hub without the programme and with it.
    once : float
        What it costs once: tooling and launch.
    fee : float
        Fee asked for, per car shipped, in ``fee_currency``.
    fee_at_break_even : float or None
        Fee at which the programme leaves the contribution as it is without it; None: no fee does,
        or it was not sought for as the quote was stopped.
    fee_elsewhere : float or None
        Fee above which the customer's cars cost less from the alternative; None: none is named, or
        no car is shipped.
    tables : mapping of str to polars.DataFrame
        ``cases``, ``volumes``, ``headroom``, ``patterns``, ``people``, ``overtime``, ``parts``,
        ``sailing``, ``yard``, ``misfits``, ``landed``, ``elsewhere``, ``markets``, ``lines``,
        ``cash``, ``models``, ``brands``, ``tornado``, ``two_way``, ``draws``, ``quantiles``.
    explanations : tuple of Explanation
        What binds where the programme does not fit, and which single changes would make it.
    draws : int
        Draws of the Monte-Carlo.
    patterns : str
        Whether shift patterns are ``kept`` or ``chosen`` anew where things are varied and drawn.
    status : str
        The poorer of the two plans' (`MonthPlan`); ``stopped`` too where something was left out.
    bound, gap : float
        No plan with the programme gains more than ``bound`` over the plan without it; and the
        relative gap of the gain to it.
    seconds : float
        Wall time.
    seed : int
        Seed of solver and draws.
    versions : mapping of str to str
        Versions of sinho, the solver and the libraries that shape the result.
    """

    name: str
    title: str
    hub_name: str
    currency: str
    fee_currency: str
    without: MonthPlan
    with_: MonthPlan
    once: float
    fee: float
    fee_at_break_even: float | None
    fee_elsewhere: float | None
    tables: Mapping[str, pl.DataFrame] = field(repr=False)
    explanations: tuple[Explanation, ...] = field(repr=False)
    draws: int
    patterns: str
    status: Status
    bound: float
    gap: float
    seconds: float
    seed: int
    versions: Mapping[str, str]

    @property
    def objective(self) -> float:
        """What it gains: contribution with it less that without it and less what it costs once."""
        return self.with_.contribution - self.without.contribution - self.once

    def summary(self) -> dict[str, Any]:
        """Return the key figures, ready for JSON."""
        return {
            "programme": self.name,
            "title": self.title,
            "hub": self.hub_name,
            "currency": self.currency,
            "contribution_without": self.without.contribution,
            "contribution_with": self.with_.contribution,
            "once": self.once,
            "gain": self.objective,
            "fee": self.fee,
            "fee_currency": self.fee_currency,
            "fee_at_break_even": self.fee_at_break_even,
            "fee_elsewhere": self.fee_elsewhere,
            "draws": self.draws,
            "patterns": self.patterns,
            "status": self.status,
            "bound": self.bound,
            "gap": self.gap,
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "versions": dict(self.versions),
            "input_hash": self.with_.input_hash,
            "input_hash_without": self.without.input_hash,
        }

    def record(self) -> dict[str, Any]:
        """Return the quote as it is written into ``quote.json``."""
        return {
            "summary": self.summary(),
            "explanations": [
                {
                    "question": one.question,
                    "answer": one.answer,
                    "reasons": list(one.reasons),
                    "relaxations": [vars(relaxation) for relaxation in one.relaxations],
                }
                for one in self.explanations
            ],
            "tables": {name: frame.to_dicts() for name, frame in self.tables.items()},
        }
