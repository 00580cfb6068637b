"""An order bank: read, made of a plan or gone on with, and its VINs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import polars as pl

from sinho.banks.read import check_orders, orders_and_warnings
from sinho.errors import DataError, Problem
from sinho.orders.data import Input
from sinho.orders.generate import further_orders, generate_orders
from sinho.orders.params import Params
from sinho.orders.summary import by_week, colours_table, count_by, rates_table
from sinho.orders.vin import assign_vins
from sinho.parameters import SEED, check_seed
from sinho.results import Explanation, Orders, Status
from sinho.results.versions import versions
from sinho.stop import Progress, Report, StopRule

Question = Literal["models", "markets", "weeks", "rates", "colours"]


@dataclass(frozen=True)
class Result:
    """An order bank. Nothing is weighed to find it: objective, bound and gap are 0.

    Parameters
    ----------
    input : Input
        What it was made of.
    orders : Orders
        The bank.
    warnings : tuple of Problem
        What is doubtful in orders that were read.
    seconds : float
        Wall time.
    seed : int
        Seed of orders that were made.
    versions : mapping of str to str
        Versions that shape the result.
    """

    input: Input = field(repr=False)
    orders: Orders
    warnings: tuple[Problem, ...] = ()
    seconds: float = 0.0
    seed: int = SEED
    versions: Mapping[str, str] = field(default_factory=dict)
    objective: ClassVar[float] = 0.0
    bound: ClassVar[float] = 0.0
    gap: ClassVar[float] = 0.0

    @property
    def status(self) -> Status:
        """``given`` where all orders were read, ``optimal`` where some were made."""
        return "given" if self.input.cars is None else "optimal"


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Result:
    """Read orders, make them, or go on from an earlier bank.

    Parameters
    ----------
    input : Input
        Where they come from.
    params : sinho.orders.Params, optional
        Whether they get VINs.
    stop : StopRule, optional
        Not asked: a part of a bank is none.
    seed : int
        Seed of orders that are made.
    progress : callable, optional
        Called with `sinho.stop.Progress` at the beginning.

    Returns
    -------
    Result
        The bank.

    Raises
    ------
    DataError
        With every problem of orders that are read or at hand; when the plan's cars name an unknown
        model or market, or VINs cannot be assigned.
    """
    del stop
    check_seed(seed)
    began, params = time.monotonic(), params or Params()
    if progress is not None:
        progress(Progress("orders", 0.0))
    orders, warnings = _bank(input, seed)
    if params.vins:
        orders = assign_vins(
            input.hub, orders, taken=input.taken, model_year_from=params.model_year_from
        )
    seconds = time.monotonic() - began
    return Result(input, orders, warnings, seconds, seed, versions("numpy", "polars"))


def _bank(given: Input, seed: int) -> tuple[Orders, tuple[Problem, ...]]:
    """Return the bank without further VINs, and the warnings of what was read."""
    hub, source, cars = given.hub, given.source, given.cars
    if source is None:
        assert cars is not None
        assert given.first is not None
        assert given.last is not None
        made = generate_orders(
            hub, cars, first=given.first, last=given.last, seed=seed, parts=given.parts
        )
        return made, ()
    if not isinstance(source, Orders):
        return orders_and_warnings(source, hub, capacity=given.room)
    if given.room is not None:
        where = "order bank of the earlier run"
        found = check_orders(hub, source.table, where, capacity=given.room)
        if any(problem.severity == "error" for problem in found):
            raise DataError(found)
    if cars is None:
        return source, ()
    assert given.after is not None
    assert given.last is not None
    assert given.taken is not None
    new = further_orders(
        hub,
        cars,
        after=given.after,
        last=given.last,
        taken=given.taken["order"],
        seed=seed,
        parts=given.parts,
    )
    return replace(source, table=pl.concat([source.table, new.table]), seed=seed), ()


def explain(result: Result, question: Question) -> Explanation:
    """Count the orders of a bank, or set what they have against what was asked for.

    Parameters
    ----------
    result : Result
        The bank.
    question : {"models", "markets", "weeks", "rates", "colours"}
        Orders by model, by market or by week wanted; take rates of options, or colours, asked for
        and made.

    Returns
    -------
    Explanation
        The table is its ``facts``.

    Raises
    ------
    ValueError
        When it is no such question.
    """
    hub, orders = result.input.hub, result.orders
    answers: dict[str, tuple[str, Callable[[], pl.DataFrame]]] = {
        "models": ("Orders by model", lambda: count_by(orders, "brand", "model")),
        "markets": ("Orders by market", lambda: count_by(orders, "market")),
        "weeks": ("Orders by week wanted", lambda: by_week(orders)),
        "rates": ("Take rates, asked for and made", lambda: rates_table(hub, orders)),
        "colours": ("Colours, asked for and made", lambda: colours_table(hub, orders)),
    }
    if question not in answers:
        raise ValueError(f"question must be one of {', '.join(answers)}, not {question!r}")
    title, count = answers[question]
    return Explanation(question, title, (), (), count())
