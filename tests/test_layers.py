"""Imports point downward only, and each heavy library stays where it belongs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "sinho"

LAYERS = (
    ("errors",),
    ("units", "compiled"),
    ("hub",),
    ("results", "stop"),
    ("plan", "orders", "slot", "materials", "sequence", "simulate", "ship", "bts"),
    ("why",),
    ("report",),
    ("run", "store"),
    ("cli", "web"),
    ("__main__",),
)
"""Lowest first. A part of the package imports only from lower layers, and from itself; so stages
never import each other."""

ANYWHERE = {"__init__"}
"""The public names: loads every part when it is first used."""

HOMES = {
    "highspy": ("plan/", "sequence/bounds/", "slot/", "materials/", "ship/", "why.py", "why/"),
    "numba": ("compiled.py", "sequence/kernel/", "slot/kernel/", "simulate/events.py"),
    "altair": ("report/",),
    "vl_convert": ("report/",),
    "typer": ("cli.py", "cli/"),
}
"""Where a library may be imported; every other library, anywhere."""

RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}


def part_of(module: str) -> str:
    """Return the part of the package: ``hub`` for ``sinho.hub.read``; empty for ``sinho``."""
    return module.split(".")[1] if "." in module else ""


def imported(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything imported, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = module.split(".")
                up = up[: len(up) - node.level + int(is_package)]
                base = ".".join([*up, base]) if base else ".".join(up)
            if base == "sinho":
                for alias in node.names:
                    yield node.lineno, f"sinho.{alias.name}"
            else:
                yield node.lineno, base


def offences(source: Path) -> list[str]:
    """List every import that points the wrong way, and every library out of its place."""
    found = []
    for path in sorted(source.rglob("*.py")):
        place = path.relative_to(source).as_posix()
        names = list(path.relative_to(source).with_suffix("").parts)
        is_package = names[-1] == "__init__" and len(names) > 1
        here = names[0]
        module = ".".join(["sinho", *(names[:-1] if names[-1] == "__init__" else names)])
        if here not in RANK and here not in ANYWHERE:
            found.append(f"{place}: {here} has no layer")
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for line, name in imported(tree, module, is_package or names == ["__init__"]):
            top = name.split(".")[0]
            homes = HOMES.get(top)
            if homes and not any(place == home or place.startswith(home) for home in homes):
                found.append(f"{place}:{line}: imports {top}")
            if top != "sinho" or here in ANYWHERE:
                continue
            there = part_of(name)
            if there in ("", "__version__") or there == here:
                continue
            if there not in RANK:
                found.append(f"{place}:{line}: {name} has no layer")
            elif RANK[there] >= RANK[here]:
                found.append(f"{place}:{line}: {here} imports {there}")
    return found


def test_imports_point_downward_and_libraries_stay_in_place() -> None:
    assert offences(SOURCE) == []


def test_every_part_of_the_source_is_seen() -> None:
    seen = {path.stem for path in SOURCE.rglob("*.py")} | {path.name for path in SOURCE.iterdir()}
    assert {"errors", "units", "calendar", "results", "stop", "__init__"} <= seen


@pytest.mark.parametrize(
    ("place", "text", "offence"),
    [
        ("hub/read.py", "import sinho.plan", "hub/read.py:1: hub imports plan"),
        ("hub/read.py", "from sinho import results", "hub/read.py:1: hub imports results"),
        ("hub/read.py", "def f():\n    from ..plan import x", "hub/read.py:2: hub imports plan"),
        ("hub/__init__.py", "from ..plan import x", "hub/__init__.py:1: hub imports plan"),
        ("units.py", "from .hub import schema", "units.py:1: units imports hub"),
        ("plan/a.py", "import sinho.slot.b", "plan/a.py:1: plan imports slot"),
        ("results.py", "from sinho.stop import StopRule", "results.py:1: results imports stop"),
        ("report/kpi.py", "import highspy", "report/kpi.py:1: imports highspy"),
        ("hub/read.py", "if x:\n    import highspy._core", "hub/read.py:2: imports highspy"),
        ("plan/a.py", "from numba import njit", "plan/a.py:1: imports numba"),
        ("simulate/line.py", "import numba", "simulate/line.py:1: imports numba"),
        ("run.py", "import sinho.cli", "run.py:1: run imports cli"),
        ("extra.py", "", "extra.py: extra has no layer"),
        ("run.py", "import sinho.extra", "run.py:1: sinho.extra has no layer"),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, place: str, text: str, offence: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert offences(tmp_path) == [offence]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("hub/read.py", "from . import schema\nfrom .schema import TABLES\nfrom ..errors import X"),
        ("plan/solve.py", "import highspy\nfrom sinho.stop import StopRule"),
        ("ship/deck.py", "import highspy"),
        ("why/linear.py", "import highspy\nfrom sinho.plan import plan_months"),
        ("sequence/kernel/moves.py", "from numba import njit"),
        ("simulate/events.py", "import numba"),
        ("report/page.py", "import altair\nfrom sinho.why import explain"),
        ("cli.py", "from sinho import __version__, run"),
        ("__init__.py", "from sinho.cli import main"),
    ],
)
def test_a_right_import_is_taken(tmp_path: Path, place: str, text: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert offences(tmp_path) == []
