"""Times: fixed, or drawn from a distribution."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sinho.errors import nearest

KINDS = (
    "fixed",
    "exponential",
    "lognormal",
    "weibull",
    "gamma",
    "uniform",
    "triangular",
    "erlang",
    "geometric",
    "empirical",
)
"""Distributions, in the order of their codes in compiled code."""

NEEDS = {
    "fixed": ("mean",),
    "exponential": ("mean",),
    "lognormal": ("mean", "cv"),
    "weibull": ("mean", "shape"),
    "gamma": ("mean", "cv"),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "erlang": ("mean", "shape"),
    "geometric": ("mean", "step"),
    "empirical": ("values",),
}
"""Figures that each distribution takes; the others must be left out."""

FIGURES = ("mean", "cv", "shape", "low", "mode", "high", "step")


@dataclass(frozen=True)
class Times:
    """A distribution of times in minutes.

    They are checked where a `sinho.simulate.Plant` is made of them, so that all faults are told at
    once. How a time follows from uniform numbers is told in ``sinho.simulate.kernel.draw``.

    Parameters
    ----------
    kind : str
        ``fixed`` and ``exponential`` take a mean; ``lognormal`` and ``gamma`` a mean and a
        coefficient of variation; ``weibull`` a mean and a shape; ``erlang`` a mean and a shape (the
        number of exponential phases); ``uniform`` low and high; ``triangular`` low, mode and high;
        ``geometric`` a mean and a step (it takes step, 2 step, 3 step, ...); ``empirical`` values,
        each as likely as the others.
    mean : float or None
        Mean in minutes.
    cv : float or None
        Standard deviation by mean.
    shape : float or None
        Shape of Weibull's distribution, or phases of Erlang's.
    low, mode, high : float or None
        Least, most likely and greatest time in minutes.
    step : float or None
        Step of a geometric time in minutes.
    values : tuple of float
        Observed times in minutes.
    """

    kind: str = "fixed"
    mean: float | None = None
    cv: float | None = None
    shape: float | None = None
    low: float | None = None
    mode: float | None = None
    high: float | None = None
    step: float | None = None
    values: tuple[float, ...] = ()

    @property
    def average(self) -> float:
        """Mean in minutes."""
        if self.kind == "uniform":
            return (_figure(self.low) + _figure(self.high)) / 2
        if self.kind == "triangular":
            return (_figure(self.low) + _figure(self.mode) + _figure(self.high)) / 3
        if self.kind == "empirical":
            return math.fsum(self.values) / len(self.values)
        return _figure(self.mean)


def _figure(value: float | None) -> float:
    return math.nan if value is None else value


def fixed(minutes: float) -> Times:
    """Return times that are all the same.

    Parameters
    ----------
    minutes : float
        The time.
    """
    return Times("fixed", mean=minutes)


def exponential(mean: float) -> Times:
    """Return exponential times.

    Parameters
    ----------
    mean : float
        Mean in minutes.
    """
    return Times("exponential", mean=mean)


def empirical(values: Sequence[float]) -> Times:
    """Return times drawn from observed ones.

    Parameters
    ----------
    values : sequence of float
        Observed times in minutes.
    """
    return Times("empirical", values=tuple(float(value) for value in values))


def faults(times: Times, *, positive: bool) -> Iterator[tuple[str, object, str, str]]:
    """Yield what is wrong with times: the figure, its value, the rule, and a hint.

    Parameters
    ----------
    times : Times
        The times.
    positive : bool
        Whether a mean of 0 is wrong too.
    """
    if times.kind not in KINDS:
        yield "kind", times.kind, "there is no such distribution", nearest(times.kind, KINDS)
        return
    needs = NEEDS[times.kind]
    for name in (*FIGURES, "values"):
        value = getattr(times, name)
        given = value is not None and value != ()
        if given and name not in needs:
            yield name, value, f"{times.kind} times take no {name}", f"They take {_and(needs)}."
        if not given and name in needs:
            yield name, None, f"{times.kind} times need {name}", f"They take {_and(needs)}."
    wrong = False
    for name in needs:
        value = getattr(times, name)
        for each in value if name == "values" else (value,):
            if each is None:
                wrong = True
            elif not (math.isfinite(each) and each >= 0):
                wrong = True
                yield name, each, "must be a finite number of 0 or more", ""
            elif each == 0 and name in ("shape", "step"):
                wrong = True
                yield name, each, "must be above 0", ""
    if wrong or (times.kind == "empirical" and not times.values):
        return
    if times.kind == "erlang" and times.shape != int(_figure(times.shape)):
        yield "shape", times.shape, "Erlang's shape is a whole number of phases", ""
    if times.kind == "geometric" and _figure(times.mean) < _figure(times.step):
        yield "mean", times.mean, "the mean of geometric times is one step or more", ""
    if times.kind in ("uniform", "triangular"):
        ends = [_figure(getattr(times, name)) for name in needs]
        if ends != sorted(ends):
            yield "high", times.high, f"{_and(needs)} must not fall", ""
    if positive and times.average == 0:
        which = "mean" if "mean" in needs else needs[-1]
        yield which, getattr(times, which), "must be above 0 on average", ""


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
