"""Folders with faults, and how problems are looked up."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from sinho.errors import Problem
from sinho.hub import check_hub, hub_from_tables, write_hub
from sinho.hub.schema import HUB_TABLES
from tests.hubs import Tables, tiny_hub

Edit = Callable[[str], str]


@cache
def files(make: Callable[..., Tables]) -> dict[str, bytes]:
    """Return the files of a hub."""
    with tempfile.TemporaryDirectory() as place:
        folder = write_hub(hub_from_tables(make()), Path(place) / "hub")
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def laid(place: Path, make: Callable[..., Tables] = tiny_hub) -> Path:
    """Lay down a hub as a folder, over what is there."""
    place.mkdir(exist_ok=True)
    for name, content in files(make).items():
        (place / name).write_bytes(content)
    return place


def folder(tmp_path: Path, **tables: Any) -> Path:
    """Write the tiny hub, with some tables changed, as a folder."""
    if not tables:
        return laid(tmp_path / "hub")
    return write_hub(hub_from_tables(tiny_hub(**tables)), tmp_path / "hub")


def slim(**tables: Any) -> bytes:
    """Return the tiny hub as a workbook, a planner having deleted the sheets that are empty."""
    given = tiny_hub(**tables)
    with tempfile.TemporaryDirectory() as place:
        path = write_hub(hub_from_tables(given), Path(place) / "hub.xlsx")
        book = openpyxl.load_workbook(path)
        for name in set(HUB_TABLES) - given.keys():
            del book[name]
        book.save(path)
        return path.read_bytes()


def edit(path: Path, old: str, new: str, count: int = 1) -> None:
    """Replace text in a file; it must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def problems(path: Path) -> tuple[Problem, ...]:
    """Check a hub and return what was found."""
    return check_hub(path)[1]


def only(found: Iterable[Problem], **wanted: Any) -> Problem:
    """Return the one problem with these attributes; ``rule`` and ``hint`` may be parts of texts."""
    items = list(found)

    def matches(problem: Problem) -> bool:
        return all(
            value in getattr(problem, name)
            if name in ("rule", "hint")
            else getattr(problem, name) == value
            for name, value in wanted.items()
        )

    hits = [problem for problem in items if matches(problem)]
    told = "\n".join(str(problem) for problem in items)
    assert len(hits) == 1, f"{len(hits)} problems with {wanted} among:\n{told}"
    return hits[0]


def errors(found: Iterable[Problem]) -> list[Problem]:
    """Return the errors, without warnings."""
    return [problem for problem in found if problem.severity == "error"]


def with_row(table: str, row: int, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a table of the tiny hub with some values of one row changed."""
    rows = [dict(entry) for entry in tiny_hub()[table]]
    rows[row] |= values
    return rows
