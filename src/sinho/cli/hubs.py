"""The commands about hubs: make one, check one; and reading one for the other commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from sinho.cli.base import DATA, make_way, print_json, problem_json
from sinho.cli.inputs import there
from sinho.cli.progress import wait
from sinho.cli.show import counted, print_frame, print_problems, print_text
from sinho.errors import Problem, as_typed
from sinho.hub import Hub, check_hub, read_hub
from sinho.hub.folder import SETTINGS

SHOWN_ROWS = 12
"""Rows of each table of the summary, so that it stays on one screen or two."""


def new(path: Path, source: str, *, excel: bool, force: bool, as_json: bool) -> None:
    """Make a hub, or a blank day: a folder, or a workbook; say where and what."""
    from sinho.hub.write import write_blank, write_hub
    from sinho.run import example_path

    if excel and path.suffix.lower() != ".xlsx":
        path = path.with_name(f"{path.name}.xlsx")
    if source == "blank-day":
        from sinho.cli import days

        written, told = days.new_day(path, force=force)
        _print_new(written, source, told, as_json=as_json)
        return
    make_way(path, "hub.toml", "the hub in it", force=force)
    if source == "blank":
        written = write_blank(path, force=force)
        told = "headings of every table. Fill them in; `sinho fields` explains them."
    else:
        written = write_hub(read_hub(example_path(source)), path, force=force)
        told = f"the example {source}. Next: sinho check {as_typed(written)}"
    _print_new(written, source, told, as_json=as_json)


def _print_new(written: Path, source: str, told: str, *, as_json: bool) -> None:
    """Say what was made, and where."""
    if as_json:
        print_json({"path": written, "from": source, "excel": written.suffix == ".xlsx"})
        return
    print(f"{written}: {told}")


def check(path: Path, *, as_json: bool) -> None:
    """Check a hub and its scenarios, or days to be sequenced."""
    there(path)
    hub: Hub | None = None
    result = None
    if not (path / SETTINGS).is_file():
        from sinho.cli.made import made_by_sinho
        from sinho.sequence.formats.checks import holds_days

        result = made_by_sinho(path)
        if result is None and holds_days(path):
            from sinho.cli import days

            days.check(path, as_json=as_json)
            return
    if result is not None:
        problems: Sequence[Problem] = [result]
    else:
        hub, problems = wait(
            lambda _stop, _report: check_hub(path), f"checking {path}", all_or_nothing=True
        )
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if as_json:
        record: dict[str, Any] = {
            "ok": errors == 0,
            "errors": errors,
            "warnings": warnings,
            "problems": [problem_json(problem) for problem in problems],
        }
        if hub is not None:
            from sinho.cli import summary

            frames = {name: frame for name, (_, frame) in summary.tables(hub).items()}
            record["hub"] = {**summary.head(hub), **frames}
        print_json(record)
    else:
        if hub is not None:
            print_summary(hub)
        print_problems(problems)
        verdict = f"{path}: " + ("ok" if not errors else counted(errors, "error"))
        print(verdict + (f", {counted(warnings, 'warning')}" if warnings else ""))
    if errors:
        raise typer.Exit(DATA)


def print_summary(hub: Hub) -> None:
    """Print the summary of a hub."""
    from sinho.cli import summary

    facts = summary.head(hub)
    print(f"{facts['name']}, {facts['country']}; amounts in {facts['currency']}")
    print(f"{facts['start']} to {facts['end']}, {facts['months']} months", end="")
    print(f"; input hash {str(facts['input_hash'])[:12]}\n")
    tables = summary.tables(hub)
    title, basis = tables.pop("basis")
    for heading, frame in tables.values():
        if frame.height:
            print_frame(heading, frame, most=SHOWN_ROWS, as_given=True)
    shares = [f"{rows:,} {name} ({share:.1f} %)" for name, rows, share in basis.iter_rows()]
    print_text(f"{title}, rows: {', '.join(shares)}")
    print()
