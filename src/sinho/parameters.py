"""Parameters: their bounds, and one way in: from a file, a table or the command line."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache, partial
from math import inf
from numbers import Integral, Real
from pathlib import Path
from types import NoneType
from typing import Any, ClassVar, Literal, Self, get_args, get_origin, get_type_hints

from sinho.errors import DataError, Problem, nearest

LARGEST = 10**15
"""The largest number: products of it with threads or cars can still be held."""

SEED = 1
"""Seed of random numbers where no other is asked for."""

LARGEST_SEED = 2**31 - 1
"""The largest seed that the solver takes."""

BOUNDS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "least": (operator.ge, "{} or more"),
    "above": (operator.gt, "more than {}"),
    "most": (operator.le, "{} or less"),
    "below": (operator.lt, "less than {}"),
}
"""Kinds of bounds: when they are kept, and in words."""


def bounded(
    default: float | None,
    *,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
    below: float | None = inf,
) -> Any:
    """Declare a number with its bounds, as a field of `Parameters`.

    Parameters
    ----------
    default : float or None
        Its usual value; None: it may be left open.
    least, above, most, below : float or None
        Bounds: at least, more than, at most, less than. Without ``below`` it may be infinite.
    """
    given = {"least": least, "above": above, "most": most, "below": below}
    bounds = {name: limit for name, limit in given.items() if limit is not None}
    return field(default=default, metadata={"bounds": bounds})


def check_seed(seed: int) -> None:
    """Refuse a seed that is none.

    Raises
    ------
    ValueError
        When it is negative, or larger than solvers take.
    """
    given: Any = seed
    if not isinstance(given, Integral) or not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"the seed must be 0 to {LARGEST_SEED:,}, not {seed}")


@dataclass(frozen=True)
class Parameters:
    """Base of parameters: each is checked, and all problems are said at once.

    A field is a flag, text, one of several words or a number (`bounded`); or of a kind of its own,
    with a function ``read`` in its metadata that makes the value of what is given, or raises
    ValueError with the rule that is broken.

    Raises
    ------
    DataError
        With every value that is none, or is out of its bounds.
    """

    where: ClassVar[str]
    """What problems say that they are of."""

    def __new__(cls, *_: Any, **given: Any) -> Self:
        """Refuse unknown names with the nearest known one, as `load`."""
        if given.keys() - {one.name for one in fields(cls)}:
            cls.load(given)
        return super().__new__(cls)

    def __init_subclass__(cls) -> None:
        cls.where = " ".join(cls.__module__.split(".")[1:-1]) or "parameters"

    def __post_init__(self) -> None:
        values, problems = self._read(vars(self))
        for name, value in values.items():
            object.__setattr__(self, name, value)
        if not problems:
            problems = [
                Problem(self.where, rule, None, name, str(values[name]))
                for name, rule in self._at_odds()
            ]
        if problems:
            raise DataError(problems)

    def _at_odds(self) -> Iterator[tuple[str, str]]:
        """Yield the names of values that do not go with others, each with the rule."""
        yield from ()

    @classmethod
    def load(cls, values: Mapping[str, Any]) -> Self:
        """Return the parameters given by name.

        Parameters
        ----------
        values : mapping of str to object
            Values; None, and what is left out, is the default.

        Raises
        ------
        DataError
            For unknown names, values that are none or out of bounds, and those that are missing.
        """
        given = {name: value for name, value in values.items() if value is not None}
        known = {one.name: one.default is MISSING for one in fields(cls)}
        unknown, where = given.keys() - known.keys(), cls.where
        problems = [
            Problem(where, "there is no such parameter", None, name, None, nearest(name, known))
            for name in given
            if name in unknown
        ]
        found, wrong = cls._read({name: given[name] for name in given if name not in unknown})
        problems += wrong
        problems += [
            Problem(where, "it is missing", None, name)
            for name, needed in known.items()
            if needed and name not in given
        ]
        if problems:
            raise DataError(problems)
        return cls(**found)

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        other: Mapping[str, Any] | None = None,
        usual: Mapping[str, Any] | None = None,
    ) -> Self:
        """Return the parameters that a TOML file gives, ``name = value`` on each line.

        Parameters
        ----------
        path : str or pathlib.Path
            The file.
        other, usual : mapping of str to object, optional
            Values that go before those of the file, and those that stand behind them.

        Raises
        ------
        DataError
            When the file is no TOML; for unknown names, and values that are none or out of bounds.
        OSError
            When it cannot be read.
        """
        # these load what reads tables
        from sinho.hub.csvfile import read_text
        from sinho.hub.toml import key_line, read_toml

        path, other = Path(path), other or {}
        text, problems = read_text(path)
        values, faults = read_toml(text, path.name)
        if problems or faults:
            raise DataError([*problems, *faults])
        try:
            return cls.load({**(usual or {}), **values, **other})
        except DataError as error:
            own = values.keys() - other.keys()
            raise DataError(
                [
                    replace(one, where=path.name, row=key_line(text, one.column))
                    if one.column is not None and one.column in own
                    else one
                    for one in error.problems
                ]
            ) from None

    @classmethod
    def value_of(cls, name: str, given: Any) -> Any:
        """Return the value that is given for a parameter; None where it may be left open.

        Raises
        ------
        ValueError
            With the rule that it breaks.
        """
        kind: Any = cls
        one = _declared(kind)[name]
        if given is None and one.open:
            return None
        return one.read(given)

    @classmethod
    def _read(cls, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """Return the values of parameters, and what is wrong with them."""
        found: dict[str, Any] = {}
        problems = []
        for name, value in given.items():
            try:
                found[name] = cls.value_of(name, value)
            except ValueError as error:
                problems.append(Problem(cls.where, str(error), None, name, str(value)))
        return found, problems


@dataclass(frozen=True)
class _Declared:
    """How the value of a parameter is read, and whether it may be left open (None)."""

    read: Callable[[Any], Any]
    open: bool


@cache
def _declared(kind: Any) -> dict[str, _Declared]:
    """Return how each parameter of a kind is read."""
    found = {}
    hints = get_type_hints(kind)
    for one in fields(kind):
        parts = get_args(hints[one.name])
        optional = NoneType in parts
        known = parts[0] if optional else hints[one.name]
        read = one.metadata.get("read") or _reader(known, one.metadata.get("bounds", {}))
        found[one.name] = _Declared(read, optional)
    return found


def _reader(kind: Any, bounds: Mapping[str, float]) -> Callable[[Any], Any]:
    """Return how a value of a kind is read: one of several words, a flag, text or a number."""
    choices = get_args(kind) if get_origin(kind) is Literal else ()
    if choices:
        return partial(_chosen, choices)
    if kind in (bool, str):
        return partial(_is, kind)
    return partial(_number, kind, bounds)


def _chosen(choices: tuple[str, ...], value: Any) -> Any:
    if value not in choices:
        raise ValueError(f"it must be one of {', '.join(choices)}")
    return value


def _is(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise ValueError("it must be true or false" if kind is bool else "it must be text")
    return value


def _number(kind: Any, bounds: Mapping[str, float], value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, Integral if kind is int else Real):
        raise ValueError("it must be a whole number" if kind is int else "it must be a number")
    number: Any = value
    if number != number or (abs(number) == inf and "below" in bounds):
        raise ValueError("it must be a finite number")
    if not all(BOUNDS[name][0](number, limit) for name, limit in bounds.items()):
        words = (
            BOUNDS[name][1].format(f"{limit:,}") for name, limit in bounds.items() if limit < inf
        )
        raise ValueError(f"it must be {' and '.join(words)}")
    if LARGEST < abs(number) < inf:
        raise ValueError(f"it must be {LARGEST:,} or less")
    return kind(number)
