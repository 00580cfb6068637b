"""Terms of a network: its plants, and the duties that its cars pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.source.duties import Ints
from sinho.units import Floats

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Duties:
    """Duty by group of cars that are alike, market and month of leaving; shapes (G, K, T).

    Of one kind of car on one way it is of shapes (T,) and (prices, T).

    Parameters
    ----------
    rate, within : ndarray
        Share of the customs value: mean over the days of entry, in full and within the quota.
    quota : ndarray of int
        Place of the quota on the middle day; -1: none.
    least, part : ndarray, shape (prices, G, K, T)
        Least prices, and the share of the days on which each holds.
    closed : ndarray of bool
        Whether no car may enter on the middle day.
    """

    rate: Floats
    within: Floats
    quota: Ints
    least: Floats
    part: Floats
    closed: Flags


@dataclass(frozen=True)
class Plant:
    """A plant: its country, shift steps and costs; amounts in the network's currency.

    Parameters
    ----------
    name, country : str
        Its name, and ISO 3166 code of its country.
    steps : tuple of str
        Shift steps, the lowest first.
    capacity, labour : ndarray, shape (steps, months)
        Cars, and cost of labour.
    ready : ndarray of bool, shape (steps, months)
        Whether the step has begun.
    opening : int
        Step before the first month; -1: it is not known.
    open, may_change : bool
        Whether it is open before the first month, and whether it may be opened and closed.
    fixed_open, fixed_closed : ndarray, shape (months,)
        Fixed cost.
    open_cost, close_cost, step_cost : ndarray, shape (months,)
        Cost of a change.
    """

    name: str
    country: str
    steps: tuple[str, ...]
    capacity: Floats
    labour: Floats
    ready: Flags
    opening: int
    open: bool
    may_change: bool
    fixed_open: Floats
    fixed_closed: Floats
    open_cost: Floats
    close_cost: Floats
    step_cost: Floats
