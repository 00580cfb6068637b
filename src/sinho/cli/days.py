"""The commands that check days to be sequenced and make a blank one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import typer

from sinho.cli.base import DATA, INFEASIBLE, make_way, print_json, problem_json
from sinho.cli.progress import wait
from sinho.cli.show import counted, print_frame, print_problems, print_text
from sinho.errors import as_typed
from sinho.report.sequence.lanes import limit_of
from sinho.report.sequence.tables import KINDS, subject
from sinho.sequence.day import Day
from sinho.sequence.formats.checks import CheckedDay, check_days


def new_day(path: Path, *, force: bool) -> tuple[Path, str]:
    """Make a blank day: a folder, or a workbook; return it, and what to say of it."""
    from sinho.sequence.formats.blank import write_blank_day

    is_book = path.suffix.lower() == ".xlsx"
    make_way(path, "sequence_rules.csv", "the day", force=force)
    written = write_blank_day(path, force=force)
    where = "its sheet README" if is_book else "README.md"
    return written, (
        f"headings of the tables of a day; {where} explains them. Fill in cars and "
        f"sequence_rules, then: sinho check {as_typed(written)}"
    )


def check(path: Path, *, as_json: bool) -> None:
    """Check the days of a folder or file; print what they are and every problem."""
    days = wait(lambda _stop, _report: check_days(path), f"checking {path}", all_or_nothing=True)
    problems = list(dict.fromkeys(problem for one in days for problem in one.problems))
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if as_json:
        record = {
            "ok": errors == 0,
            "errors": errors,
            "warnings": warnings,
            "problems": [problem_json(problem) for problem in problems],
            "days": [_json(one) for one in days],
        }
        print_json(record)
    else:
        _print_days(days)
        print_problems(problems)
        verdict = f"{path}: " + ("ok" if not errors else counted(errors, "error"))
        print(verdict + (f", {counted(warnings, 'warning')}" if warnings else ""))
    if any(one.day is None for one in days):
        raise typer.Exit(DATA)
    if errors:
        raise typer.Exit(INFEASIBLE)


def _json(one: CheckedDay) -> dict[str, Any]:
    """Return what a day is, ready for JSON."""
    found: dict[str, Any] = {"day": one.name, "format": one.format, "ok": not one.contradicting}
    if one.day is None:
        return found | {"ok": False}
    return found | {
        "date": one.day.date,
        "cars": one.day.size,
        "before": one.day.previous.height,
        "levels": list(one.day.levels),
        "attributes": list(one.day.attributes),
        "options": list(one.day.options),
        "rules": _rules(one.day).to_dicts(),
    }


def _rules(day: Day) -> pl.DataFrame:
    """Return the rules of a day as a planner reads them."""
    schema = dict.fromkeys(("rule", "kind", "level", "about", "limit"), pl.String)
    rows = [
        (
            rule.name,
            KINDS[type(rule)],
            "hard" if rule.level is None else day.levels[rule.level],
            subject(rule),
            limit_of(rule),
        )
        for rule in day.rules
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _print_days(days: Sequence[CheckedDay]) -> None:
    """Print what one day is with its rules, or a line for each of several."""
    if len(days) == 1:
        (one,) = days
        if one.day is None:
            print_text(f"{one.name}: {one.format}\n")
            return
        day = one.day
        date = f" of {day.date}" if day.date else ""
        before = f", {counted(day.previous.height, 'car')} known before them"
        hard = sum(rule.hard for rule in day.rules)
        print(f"{one.name}: {one.format}")
        print(f"{counted(day.size, 'car')}{date}{before}")
        print(f"Levels, the most important first: {', '.join(day.levels) or 'none'}\n")
        if day.rules:
            title = f"{counted(len(day.rules), 'rule')}, {hard:,} hard"
            print_frame(title, _rules(day), keys=1, as_given=True)
        return
    rows = [
        {
            "day": one.name,
            "format": one.format,
            "cars": one.day.size if one.day else None,
            "before": one.day.previous.height if one.day else None,
            "rules": len(one.day.rules) if one.day else None,
            "hard": sum(rule.hard for rule in one.day.rules) if one.day else None,
            "verdict": _verdict(one),
        }
        for one in days
    ]
    print_frame(f"{len(days):,} days", pl.DataFrame(rows), keys=1, as_given=True)


def _verdict(one: CheckedDay) -> str:
    if one.contradicting:
        return "hard rules contradict each other"
    return "errors" if one.day is None else "ok"
