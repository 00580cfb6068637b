"""Reading a programme's file: every value against its field, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sinho.errors import Problem, nearest
from sinho.hub.scenario import Scenario, insert_values, is_column, no_column
from sinho.hub.schema import Field, plain
from sinho.hub.select import typed_value
from sinho.hub.toml import key_line, read_toml, section_line, toml_value
from sinho.quote.schema import NOT_HERE, ONCE, SECTIONS, TABLES_TAKEN, fields_of

Row = dict[str, Any]


@dataclass
class Read:
    """What a programme's file says: rows by section, typed; and what is wrong with it.

    Parameters
    ----------
    text, where : str
        The text, and what problems call the file.
    rows : dict of str to list of dict
        Rows by section; ``""`` is the head. Rows over several months are parted.
    lines : dict of (str, int) to callable
        For each row of a section what tells the line of its entry, or of a ``key`` in it.
    changes : dict of str to Scenario
        What each case changes.
    problems : list of Problem
        All that is wrong.
    """

    text: str
    where: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    lines: dict[tuple[str, int], Callable[..., int | None]] = field(default_factory=dict)
    changes: dict[str, Scenario] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, section: str) -> str:
        """Return what problems call a section of the file."""
        if not section:
            return self.where
        return f"{self.where} [{section}]" if section in ONCE else f"{self.where} [[{section}]]"

    def line(self, section: str, at: int, key: str | None = None) -> int | None:
        """Return the line of a row of a section, or of a key of it."""
        found = self.lines.get((section, at))
        return None if found is None else found(key=key)

    def report(
        self, section: str, at: int, key: str | None, value: object, rule: str, hint: str = ""
    ) -> None:
        """Take note of a fault of a row, as it stands among the rows of its section."""
        shown = None if value is None else str(value)
        line = self.line(section, at, key)
        self.problems.append(Problem(self.place(section), rule, line, key, shown, hint))


def read_text_of(text: str, where: str) -> Read:
    """Read the text of a programme.

    Parameters
    ----------
    text : str
        TOML.
    where : str
        Name of the file, for problems.
    """
    data, problems = read_toml(text, where)
    found = Read(text, where, problems=list(problems))
    head = {key: value for key, value in data.items() if not _is_section(value)}
    if not problems:
        found.lines["", 0] = partial(key_line, text)
        found.rows[""] = [_row(found, "", head, partial(key_line, text))[0]]
    for section, given in data.items():
        if section in head:
            continue
        if section not in SECTIONS and section not in TABLES_TAKEN:
            hint = NOT_HERE.get(section) or nearest(section, [*SECTIONS, *TABLES_TAKEN])
            line = section_line(text, section, 1)
            found.problems.append(
                Problem(where, "there is no such section", line, section, None, hint)
            )
            continue
        found.rows[section] = list(_section(found, section, given))
    return found


def _is_section(value: object) -> bool:
    many = isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
    return isinstance(value, dict) or many


def _section(found: Read, section: str, given: Any) -> Iterator[Row]:
    """Yield the rows of a section, a row for each month."""
    text, count = found.text, 0
    once = section in ONCE
    if once != isinstance(given, dict):
        wanted = f"[{section}]" if once else f"[[{section}]]"
        line = section_line(text, section, 1)
        rule = f"the section must be written as {wanted}"
        found.problems.append(Problem(found.where, rule, line, section))
        return
    for number, entry in enumerate([given] if once else given, 1):
        line_of = partial(section_line, text, section, number)
        entry = dict(entry)
        changes = entry.pop("change", None) if section == "case" else None
        rows = _row(found, section, entry, line_of)
        if section == "case" and rows[0].get("name"):
            name = rows[0]["name"]
            _case(found, name, changes, line_of(key=None))
        for row in rows:
            found.lines[section, count] = line_of
            count += 1
            yield row


def _row(found: Read, section: str, entry: Mapping[str, Any], line_of: Any) -> list[Row]:
    """Return the rows of an entry: values against fields, ranges of months and lists parted."""
    specs = fields_of(section)

    def report(rule: str, key: str, value: object = None, hint: str = "") -> None:
        shown = None if value is None else value if isinstance(value, str) else toml_value(value)
        line = line_of(key=key)
        found.problems.append(Problem(found.place(section), rule, line, key, shown, hint))

    columns: dict[str, list[Any]] = {}
    broad = {}
    for key, value in entry.items():
        if key not in specs:
            report("there is no such key", key, None, nearest(key, specs))
            continue
        spec = specs[key]
        many = section not in ("", *ONCE)
        wrong = no_column(spec, value) if many else None
        items = insert_values(spec, value) if many and not wrong else [value]
        whole = wrong or (isinstance(value, str) and items == [value])
        if many and is_column(spec, value) and not whole:
            broad[key] = len(items)
        columns[key] = []
        for item in items:
            typed, issue = (None, wrong) if wrong else typed_value(spec, item)
            issue = issue or _out_of_bounds(spec, typed)
            if issue:
                report(issue[0], key, item, issue[1])
            columns[key].append(None if issue else typed)
    for key, spec in specs.items():
        if spec.required and entry.get(key, "") == "":
            report("it must be given", key, None, spec.meaning)
    if len(set(broad.values())) > 1:
        said = ", ".join(f"{key} has {count}" for key, count in broad.items())
        key = next(iter(broad))
        hint = "Give one value for each month."
        report(f"lists and ranges of months must be equally long: {said}", key, None, hint)
        broad = {}
    height = max(broad.values(), default=1)
    usual = {key: spec.default for key, spec in specs.items()}
    return [
        usual | {key: values[at] if key in broad else values[0] for key, values in columns.items()}
        for at in range(height)
    ]


def _out_of_bounds(spec: Field, value: Any) -> tuple[str, str] | None:
    """Return rule and hint where a number is out of its bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low, high = spec.lower, spec.upper
    fits = (low is None or value > low or (value == low and not spec.lower_open)) and (
        high is None or value <= high
    )
    if fits:
        return None
    least = "" if low is None else f"{'more than' if spec.lower_open else 'at least'} {plain(low)}"
    most = "" if high is None else f"at most {plain(high)}"
    return f"must be {' and '.join(part for part in (least, most) if part)}", spec.meaning


def _case(found: Read, name: str, changes: Any, line: int | None) -> None:
    """Read the changes of a case as those of a scenario."""
    entries = changes if isinstance(changes, list) else []
    if not entries:
        rule, hint = "the case changes nothing", "Write [[case.change]] below it, as in a scenario."
        found.problems.append(Problem(found.where, rule, line, "case", name, hint))
        return
    lines = []
    for entry in entries:
        lines += ["[[change]]", *(f"{key} = {toml_value(value)}" for key, value in entry.items())]
    where = f"{found.where}, case {name!r}"
    scenario, problems = Scenario.from_toml("\n".join(lines), "case", where)
    found.changes[name] = Scenario("case", name, scenario.changes)
    found.problems += [
        Problem(one.where, one.rule, line, one.column, one.value, one.hint) for one in problems
    ]
