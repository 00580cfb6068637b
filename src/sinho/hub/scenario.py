"""Scenarios: small TOML files of changes over a hub."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sinho.errors import Problem, nearest
from sinho.hub.schema import BASES, TABLES, Field, fields
from sinho.hub.select import condition, typed_value
from sinho.hub.text import FILE_NAME
from sinho.hub.toml import key_line, read_toml, section_line, toml_value

_ACTIONS = ("set", "multiply", "add", "insert", "delete")
_CHANGE_KEYS = ("table", "where", *_ACTIONS, "why", "source", "basis")
_KEYS = ("title", "extends", "change")


@dataclass(frozen=True)
class Change:
    """One change of a scenario.

    Parameters
    ----------
    table : str
        Table that is changed; ``hub`` for the settings.
    where : mapping
        Which rows: for each field a value, a list of values, a range ``a..b``, ``>=x``, ``<=x``
        or ``!=x``; empty: all rows.
    set, multiply, add : mapping
        New values, factors, or amounts to add, by field.
    insert : sequence of mapping
        Rows to append. A month range ``a..b`` makes one row for each month; lists then hold one
        value per row.
    delete : bool
        Whether the rows are taken out.
    why, source, basis : str
        What the change rests on; ``source`` and ``basis`` are written into the rows it touches.
    """

    table: str
    where: Mapping[str, Any] = field(default_factory=dict)
    set: Mapping[str, Any] = field(default_factory=dict)
    multiply: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, Any] = field(default_factory=dict)
    insert: Sequence[Mapping[str, Any]] = ()
    delete: bool = False
    why: str = ""
    source: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Scenario:
    """A named set of changes over a hub.

    Parameters
    ----------
    name : str
        Short name, as in ``--scenario``.
    title : str
        One line for reports.
    changes : tuple of Change
        Applied in order.
    extends : str
        Scenario whose changes are applied first; empty: none.
    text : str
        The TOML text that it was read from, comments included.
    """

    name: str
    title: str = ""
    changes: tuple[Change, ...] = ()
    extends: str = ""
    text: str = field(default="", compare=False, repr=False)

    @property
    def where(self) -> str:
        """The file in which the scenario stands, or would stand."""
        return f"scenarios/{self.name}.toml"

    @staticmethod
    def from_toml(text: str, name: str, where: str | None = None) -> tuple[Scenario, list[Problem]]:
        """Read a scenario from TOML and check its tables, fields and values.

        Parameters
        ----------
        text : str
            Content of the file.
        name : str
            Name of the scenario.
        where : str, optional
            File or sheet for problems; by default ``scenarios/NAME.toml``.

        Returns
        -------
        scenario : Scenario
            What could be read of it.
        problems : list of Problem
            Every unknown key, table, field and wrong value.
        """
        where = where or f"scenarios/{name}.toml"
        data, problems = read_toml(text, where)
        if problems:
            return Scenario(name, text=text), problems
        for key in data:
            if key not in _KEYS:
                hint = nearest(key, _KEYS)
                problems.append(
                    Problem(where, "there is no such key", key_line(text, key), key, None, hint)
                )
        title, extends = data.get("title", ""), data.get("extends", "")
        for key, value in (("title", title), ("extends", extends)):
            if not isinstance(value, str):
                line = key_line(text, key)
                problems.append(Problem(where, "must be text", line, key, str(value)))
        changes: list[tuple[int, Change]] = []
        entries = data.get("change", [])
        if not isinstance(entries, list):
            rule = "changes must be written as [[change]]"
            hint = "Write [[change]] with double brackets above each change."
            problems.append(Problem(where, rule, key_line(text, "change"), "change", None, hint))
            entries = []
        for number, entry in enumerate(entries, 1):
            change, found = _change(entry, text, where, number)
            problems += found
            if change is not None:
                changes.append((number, change))
        problems += _name_problems(name, where)
        kept = tuple(change for _, change in changes)
        scenario = Scenario(name, str(title), kept, str(extends), text)
        for number, change in changes:
            problems += _change_problems(place_of(scenario, number, where), number, change)
        problems.sort(key=lambda problem: problem.row or 0)
        return scenario, problems

    def to_toml(self) -> str:
        """Return the scenario as TOML: the text it was read from, or one written anew."""
        if self.text:
            return self.text
        lines = [f"title = {toml_value(self.title)}"]
        if self.extends:
            lines.append(f"extends = {toml_value(self.extends)}")
        for change in self.changes:
            lines += ["", "[[change]]", f"table = {toml_value(change.table)}"]
            for key in ("where", *_ACTIONS, "why", "source", "basis"):
                value = getattr(change, key)
                if value:
                    lines.append(f"{key} = {toml_value(value)}")
        return "\n".join(lines) + "\n"


def _change(
    entry: object, text: str, where: str, number: int
) -> tuple[Change | None, list[Problem]]:
    """Read one ``[[change]]``."""
    problems: list[Problem] = []

    def report(rule: str, key: str | None, value: str | None, hint: str) -> None:
        line = section_line(text, "change", number, key)
        problems.append(Problem(where, rule, line, key, value, hint))

    if not isinstance(entry, dict):
        report("a change must be a table of keys", None, str(entry), "Write [[change]] above it.")
        return None, problems
    for key in entry:
        if key not in _CHANGE_KEYS:
            report(f"change {number} has an unknown key", key, None, nearest(key, _CHANGE_KEYS))
    if not isinstance(entry.get("table"), str):
        report(f"change {number} must name its table", "table", None, 'Such as table = "demand".')
        return None, problems
    inserts = entry.get("insert", ())
    inserts = tuple(inserts) if isinstance(inserts, list) else (inserts,) if inserts else ()
    for key, value in [(k, entry.get(k, {})) for k in ("where", "set", "multiply", "add")] + [
        ("insert", row) for row in inserts
    ]:
        if not isinstance(value, dict):
            report("must be given by field", key, str(value), f"Such as {key} = {{ units = 0 }}.")
    for key in ("why", "source", "basis"):
        if not isinstance(entry.get(key, ""), str):
            report("must be text", key, str(entry[key]), "Put it into double quotes.")
    if not isinstance(entry.get("delete", False), bool):
        report("must be true or false", "delete", str(entry["delete"]), "Write delete = true.")
    if problems:
        return None, problems
    known = {key: value for key, value in entry.items() if key in _CHANGE_KEYS}
    return Change(**(known | {"insert": inserts})), problems


def scenario_problems(scenario: Scenario, where: str | None = None) -> list[Problem]:
    """Check a scenario's tables, fields and values against the data dictionary.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    where : str, optional
        File or sheet for the problems.

    Returns
    -------
    list of Problem
        All that is wrong with it; rows are lines of its text.
    """
    return _name_problems(scenario.name, where or scenario.where) + [
        problem
        for number, change in enumerate(scenario.changes, 1)
        for problem in _change_problems(place_of(scenario, number, where), number, change)
    ]


def _name_problems(name: str, where: str) -> list[Problem]:
    """Refuse names that cannot be those of a file."""
    if re.fullmatch(FILE_NAME, name):
        return []
    hint = "Use letters, digits, '-' and '_', such as two-shifts."
    return [Problem(where, "a scenario cannot have this name", None, "scenario", name, hint)]


def _change_problems(at: Any, number: int, change: Change) -> list[Problem]:
    """Check one change against the data dictionary."""
    if change.table not in TABLES:
        rule = f"change {number}: there is no such table"
        return [at(rule, "table", change.table, nearest(change.table, TABLES))]
    problems: list[Problem] = []
    specs = fields(change.table)
    given = [key for key in _ACTIONS if getattr(change, key)]
    values = [key for key in given if key in ("set", "multiply", "add")]
    if not given:
        rule = f"change {number} changes nothing"
        problems.append(at(rule, None, None, f"Give one of: {', '.join(_ACTIONS)}."))
    if len(given) > 1 and len(values) < len(given):
        rule = f"change {number} mixes {' and '.join(given)}"
        problems.append(at(rule, given[-1], None, "Write a [[change]] for each."))
    if change.insert and change.where:
        hint = "Rows are inserted as they are given; take 'where' out."
        problems.append(at(f"change {number}: insert takes no where", "where", None, hint))
    if change.basis and change.basis not in BASES:
        rule = f"must be one of: {', '.join(BASES)}"
        problems.append(at(rule, "basis", change.basis, nearest(change.basis, BASES)))
    twice = [n for n in specs if sum(n in getattr(change, key) for key in values) > 1]
    for name in twice:
        rule = f"change {number} changes {name} twice"
        problems.append(at(rule, values[-1], None, "Write a [[change]] for each."))
    for key in ("where", "set", "multiply", "add"):
        for name, value in getattr(change, key).items():
            problems += _field_problems(at, number, key, specs, name, value)
    for row in change.insert:
        problems += _insert_problems(at, number, specs, row)
    return problems


def place_of(scenario: Scenario, number: int, where: str | None = None) -> Any:
    """Return a maker of problems that stand in one change of a scenario."""

    def make(rule: str, key: str | None, value: str | None, hint: str) -> Problem:
        line = section_line(scenario.text, "change", number, key.split(".")[0] if key else None)
        return Problem(where or scenario.where, rule, line, key, value, hint)

    return make


def _field_problems(
    at: Any, number: int, key: str, specs: Mapping[str, Field], name: str, value: object
) -> list[Problem]:
    """Check one field of where, set, multiply or add."""
    if name not in specs:
        rule = f"change {number}: table {next(iter(specs.values())).table} has no such field"
        return [at(rule, f"{key}.{name}", None, nearest(name, specs))]
    spec = specs[name]
    issue: tuple[str, str] | None
    if key == "where":
        issue = condition(spec, value)[1]
    elif key == "set":
        issue = typed_value(spec, value)[1]
    elif spec.kind not in ("number", "integer"):
        hint = "Use set for it." if spec.kind != "month" else "Use set, with the new month."
        issue = (f"{name} is no number; it cannot be changed by {key}", hint)
    elif isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        issue = (f"{key} takes a plain number", "Such as 1.1 to multiply, or 250 to add.")
    else:
        issue = None
    return [at(issue[0], f"{key}.{name}", _shown(value), issue[1])] if issue else []


def _insert_problems(
    at: Any, number: int, specs: Mapping[str, Field], row: Mapping[str, Any]
) -> list[Problem]:
    """Check one row to insert."""
    problems = []
    for name, value in row.items():
        if name not in specs:
            problems += _field_problems(at, number, "insert", specs, name, value)
            continue
        spec = specs[name]
        wrong = no_column(spec, value)
        for item in [value] if wrong else insert_values(spec, value):
            issue = wrong or typed_value(spec, item)[1]
            if issue:
                problems.append(at(issue[0], f"insert.{name}", _shown(item), issue[1]))
    for name, spec in specs.items():
        if spec.required and name not in row:
            rule = f"change {number}: the inserted row needs {name}"
            problems.append(at(rule, f"insert.{name}", None, spec.meaning))
    lengths = {
        name: len(insert_values(specs[name], value))
        for name, value in row.items()
        if name in specs and is_column(specs[name], value)
    }
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} has {count}" for name, count in lengths.items())
        rule = f"change {number}: lists and month ranges must be equally long: {said}"
        problems.append(at(rule, "insert", None, "Give one value for each month."))
    return problems


def is_column(spec: Field, value: object) -> bool:
    """Return whether an inserted value stands for several rows: a list or a range of months."""
    if isinstance(value, str):
        return spec.kind in ("month", "day") and ".." in value
    return isinstance(value, list | tuple) and spec.kind != "list"


def no_column(spec: Field, value: Any) -> tuple[str, str] | None:
    """Return rule and hint where an inserted value stands for no row at all."""
    if not is_column(spec, value):
        return None
    if not isinstance(value, str):
        return None if value else ("the list is empty", "Give a value for each month, or one.")
    first, last = (typed_value(spec, end)[0] for end in value.split("..", 1))
    if first is None or last is None or first <= last:
        return None
    return "the range ends before it begins", "Write the first month before the last one."


def insert_values(spec: Field, value: Any) -> list[Any]:
    """Return the values that an inserted field takes, row by row."""
    if not is_column(spec, value):
        return [value]
    if not isinstance(value, str):
        return list(value)
    first, _, last = value.partition("..")
    low, high = typed_value(spec, first)[0], typed_value(spec, last)[0]
    if low is None or high is None or low > high:
        return [value]
    count = (high.year - low.year) * 12 + high.month - low.month + 1
    months = [divmod(low.year * 12 + low.month - 1 + n, 12) for n in range(count)]
    return [low.replace(year=year, month=month + 1) for year, month in months]


def _shown(value: object) -> str:
    return value if isinstance(value, str) else toml_value(value)
