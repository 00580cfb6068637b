"""A relaxation to try, and what its makers share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sinho.plan.arrays import Bools, PlanData
from sinho.plan.why.case import Case
from sinho.units import Floats

MORE_ROOM = 1.1
"""Factor on sailings whose calls are not given, on a full rate and on a contract's demand."""


@dataclass(frozen=True)
class Candidate:
    """One relaxation to try.

    Parameters
    ----------
    name : str
        What is loosened, in words.
    data : PlanData
        The arrays with the rule loosened.
    worked : ndarray, shape (patterns, T)
        The shift patterns.
    """

    name: str
    data: PlanData
    worked: Floats


def loosened(case: Case, name: str, **arrays: Any) -> Candidate:
    """Return the relaxation in which some arrays of the plan are others."""
    return Candidate(name, replace(case.data, **arrays), case.worked)


def put(array: Floats, places: Any, value: Any) -> Floats:
    """Return a copy of an array with some places changed."""
    copy = array.copy()
    copy[places] = value
    return copy


def concerned(case: Case, found: list[int]) -> list[int]:
    """Return the periods where a limit binds, else those in which cars are not on time."""
    if found:
        return found
    short = np.flatnonzero((case.short > 0).any(axis=0)).tolist()
    return short or np.flatnonzero(case.question.periods).tolist()


def needed_parts(case: Case) -> Bools:
    """Return which parts go into the question's models, through other parts too, shape (J,)."""
    d = case.data
    needed: Bools = (d.bom_model @ case.models.astype(float)) > 0
    for _ in d.parts:
        needed = needed | ((d.bom_part @ needed.astype(float)) > 0)
    return needed
