"""The pieces of what one more car costs, earns and takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "price", "fee", "material", "line cost", "parts", "car stock", "part stock", "freight",
    "tariff", "late", "hours", "launch", "least lot", "stock limit", "yard", "buy limit",
    "part stock limit", "part source", "ceu", "area", "box", "road", "rail", "contract",
    "other demand",
    "earlier order",
]  # fmt: skip

MONEY: tuple[Kind, ...] = (
    "price",
    "fee",
    "material",
    "line cost",
    "parts",
    "car stock",
    "part stock",
    "freight",
    "tariff",
    "late",
)
"""Kinds that are paid or earned; the others are the worth of something scarce to other cars."""


@dataclass(frozen=True)
class Item:
    """One piece of a car's marginal contribution.

    Parameters
    ----------
    kind : str
        What it is for.
    place : int
        Which shop, model, route, part, lane or window; -1 where there is no choice.
    period : int
        When; -1 for windows.
    amount : float
        Contribution in currency per car: income positive, cost negative.
    quantity : float
        How much is taken for the car, in units of the shop, CEU, m2, boxes or pieces.
    """

    kind: Kind
    place: int
    period: int
    amount: float
    quantity: float = 1.0

    @property
    def scarce(self) -> bool:
        """Whether it is the worth of something scarce, not money paid."""
        return self.kind not in MONEY

    def times(self, factor: float) -> Item:
        """Return the item for several pieces."""
        return Item(
            self.kind, self.place, self.period, self.amount * factor, self.quantity * factor
        )


@dataclass(frozen=True)
class Option:
    """One way to serve one more car of a demand.

    Parameters
    ----------
    mode : str
        Road, vessel or container.
    period : int
        Period in which it is shipped.
    items : tuple of Item
        Everything it earns, costs and takes.
    """

    mode: str
    period: int
    items: tuple[Item, ...]

    @property
    def worth(self) -> float:
        """Change of the plan's contribution per car, in currency."""
        return sum(item.amount for item in self.items)

    @property
    def cash(self) -> float:
        """What the car itself earns before the worth of anything scarce, in currency."""
        return sum(item.amount for item in self.items if not item.scarce)
