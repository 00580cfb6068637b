"""What is asked: the demand cells, windows, shops and periods that a question is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sinho.errors import DataError, Problem, nearest
from sinho.plan.arrays import Bools, PlanData
from sinho.plan.data import Input
from sinho.plan.words import some

if TYPE_CHECKING:
    from sinho.hub import Hub

Kind = Literal["demand", "contract", "month", "shop"]


@dataclass(frozen=True)
class Question:
    """A question about the plan of an input, in places of its arrays.

    Parameters
    ----------
    input : Input
        What is planned.
    kind : {"demand", "contract", "month", "shop"}
        What is asked about.
    text : str
        The question in words.
    subject : str
        What is asked about, to be used within a sentence.
    pairs : ndarray of bool, shape (P,)
        Pairs of model and market concerned.
    periods : ndarray of bool, shape (T,)
        Periods concerned.
    windows : tuple of int
        Windows of the contract, for a contract.
    shop : int
        The shop, for a shop; -1 otherwise.
    """

    input: Input
    kind: Kind
    text: str
    subject: str
    pairs: Bools
    periods: Bools
    windows: tuple[int, ...] = ()
    shop: int = -1

    @classmethod
    def about(
        cls,
        input: Input,
        *,
        model: str | None = None,
        market: str | None = None,
        month: str | dt.date | None = None,
        contract: str | None = None,
        shop: str | None = None,
    ) -> Question:
        """Turn names into a question.

        Parameters
        ----------
        input : Input
            What is planned.
        model, market : str, optional
            A model or a family of models; a market or a region.
        month : str or datetime.date, optional
            ``YYYY-MM``, or a date in the period meant.
        contract, shop : str, optional
            A contract or a shop; neither goes with the other, with a model or with a market.

        Raises
        ------
        DataError
            When a name is unknown (with the nearest known one), the month is not planned, or the
            parts of the question do not go together.
        """
        hub, data = input.hub, input.data
        named = {
            "model": model,
            "market": market,
            "month": month,
            "contract": contract,
            "shop": shop,
        }
        given = {name: value for name, value in named.items() if value is not None}
        if not given:
            hint = "Name at least one of model, market, month, contract and shop."
            raise DataError([Problem("the question", "nothing is asked about", hint=hint)])
        alone = {"contract", "shop"} & set(given)
        if alone and len(set(given) - {"month"}) > 1:
            name = sorted(alone)[0]
            others = " and ".join(sorted(set(given) - {"month", name}))
            raise _refuse(
                name,
                given[name],
                f"a question about a {name} takes no {others}",
                f"Ask about the {name}, with or without a month, or about {others}.",
            )
        periods = _periods(data, month)
        in_time = "" if month is None else f" in {_time(data, periods, month)}"
        if contract is not None:
            return _contract(input, contract, periods, in_time)
        if shop is not None:
            _known("shop", shop, data.shops, "shop")
            at = data.shops.index(shop)
            return cls(
                input,
                "shop",
                f"Why is shop {shop} used as it is{in_time}?",
                f"shop {shop}{in_time}",
                _passes(data, at)[data.pair_model],
                periods,
                shop=at,
            )
        if model is None and market is None:
            return cls(
                input,
                "month",
                f"Why is the plan{in_time} as it is?",
                f"the plan{in_time}",
                np.ones(len(data.pair_model), dtype=bool),
                periods,
            )
        models = data.models if model is None else _members(hub, "models", "model", "family", model)
        markets = (
            data.markets if market is None else _members(hub, "markets", "market", "region", market)
        )
        pairs = np.isin(data.pair_model, _places(data.models, models)) & np.isin(
            data.pair_market, _places(data.markets, markets)
        )
        what = " ".join(
            part
            for part in (
                "" if model is None else f"of {_named(model, models)}",
                "" if market is None else f"for {_named(market, markets)}",
            )
            if part
        )
        return cls(
            input,
            "demand",
            f"Why is the demand {what}{in_time} met as it is?",
            f"{what}{in_time}",
            pairs,
            periods,
        )

    @property
    def cells(self) -> Bools:
        """The pairs and periods concerned, shape (P, T)."""
        return self.pairs[:, None] & self.periods[None, :]

    @property
    def last(self) -> int:
        """The last period concerned."""
        return int(np.flatnonzero(self.periods)[-1])


def _refuse(column: str, value: object, rule: str, hint: str) -> DataError:
    return DataError(
        [Problem(where="the question", rule=rule, column=column, value=str(value), hint=hint)]
    )


def _known(column: str, value: str, known: Iterable[str], what: str) -> None:
    names = set(known)
    if value not in names:
        raise _refuse(column, value, f"the hub has no {what} of this name", nearest(value, names))


def _members(hub: Hub, table: str, own: str, several: str, name: str) -> tuple[str, ...]:
    """Return the names meant by a name of one row or of several (a family, a region)."""
    frame = hub[table]
    if name in frame[own].to_list():
        return (name,)
    groups = frame[several].fill_null("").to_list()
    _known(
        own,
        name,
        [*frame[own].to_list(), *(group for group in groups if group)],
        f"{own} or {several}",
    )
    return tuple(frame[own].to_numpy()[np.array([group == name for group in groups])].tolist())


def _periods(data: PlanData, month: str | dt.date | None) -> Bools:
    """Return the periods of a month, or the one that holds a date."""
    if month is None:
        return np.ones(len(data.spans), dtype=bool)
    day, whole = month, False
    if isinstance(day, str):
        text = day.strip()
        whole = len(text) == 7
        try:
            day = dt.date.fromisoformat(f"{text}-01" if whole else text)
        except ValueError:
            raise _refuse(
                "month", month, "is neither a month nor a date", "Write 2026-03 or 2026-03-18."
            ) from None
    first, last = data.spans[0], data.spans[-1]
    inside = np.array(
        [span.month == day if whole else span.start <= day <= span.end for span in data.spans]
    )
    if not inside.any():
        raise _refuse(
            "month",
            month,
            "lies outside the months that are planned",
            f"The plan runs from {first.label} to {last.label}.",
        )
    return inside


def _time(data: PlanData, periods: Bools, month: str | dt.date) -> str:
    """Name the time asked about: the one period, or the month as it was given."""
    places = np.flatnonzero(periods)
    return data.spans[places[0]].label if len(places) == 1 else str(month)


def _passes(data: PlanData, shop: int) -> Bools:
    """Return which models take capacity of a shop, themselves or through their parts."""
    part = data.load_part[shop] > 0
    for _ in data.parts:
        part = part | ((data.bom_part.T @ part.astype(float)) > 0)
    through = (data.bom_model.T @ part.astype(float)) > 0
    found: Bools = data.passes[shop] | through
    return found


def _contract(input: Input, contract: str, periods: Bools, in_time: str) -> Question:
    """Return the question about a contract: its windows that hold a period asked about."""
    data = input.data
    _known("contract", contract, input.hub["contracts"]["contract"].to_list(), "contract")
    windows = tuple(
        w
        for w, window in enumerate(data.windows)
        if window.contract == contract and (window.inside & periods).any()
    )
    inside = np.zeros(len(data.spans), dtype=bool)
    pairs = np.zeros(len(data.pair_model), dtype=bool)
    for w in windows:
        inside |= data.windows[w].inside
        pairs |= data.windows[w].pairs
    return Question(
        input,
        "contract",
        f"Why is contract {contract} kept as it is{in_time}?",
        f"contract {contract}{in_time}",
        pairs,
        inside if windows else periods,
        windows=windows,
    )


def _places(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    return [names.index(name) for name in wanted]


def _named(name: str, members: Sequence[str]) -> str:
    """Return a name, with its members where it stands for several."""
    return name if members == (name,) else f"{name} ({some(list(members), 6)})"
