"""Imports point downward only, in no circle, and through the doors of the stages.

Each heavy library stays where it belongs, and no module grows beyond what one reads at a sitting.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "sinho"

LAYERS = (
    ("errors",),
    ("units", "kernels"),
    ("hub",),
    ("results", "stop", "parameters"),
    ("executors",),
    ("banks", "days", "graphs", "calloffs"),
    ("highs",),
    ("stow",),
    ("plan", "orders", "slot", "materials", "sequence", "ship", "simulate", "bts"),
    ("quote", "source"),
    ("report", "testing"),
    ("run",),
    ("cli",),
    ("__main__",),
)
"""Lowest first. A part of the package imports only from lower layers, and from itself; so stages
never import each other. What plans hubs again and again stands above them."""

ANYWHERE = {"__init__"}
"""The public names: loads every part when it is first used."""

HOMES = {
    "highspy": ("highs.py",),
    "numba": ("kernels/",),
    "llvmlite": ("kernels/",),
    "altair": ("report/", "run/report/"),
    "vl_convert": ("report/",),
    "typer": ("cli/",),
}
"""Where a library may be imported; every other library, anywhere."""

STAGES = (
    *("plan", "orders", "slot", "materials", "sequence", "stow", "ship", "simulate"),
    *("quote", "source"),
    *("ship.yard", "ship.decks"),
)
"""Packages with a door: from outside, only what their ``__init__`` shows is imported."""

PAST_THE_DOOR = """
"""
"""What still goes past a door: who imports what. Lines may be taken out, and none put in."""

MOST_LINES = 400
LONGER = {}
"""Modules above it, with the lines that they may have: entries may shrink, and none be added."""

RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}


def part_of(module: str) -> str:
    """Return the part of the package: ``hub`` for ``sinho.hub.read``; empty for ``sinho``."""
    return module.split(".")[1] if "." in module else ""


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every node of a file that is run: what type checkers alone see is left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for other in node.orelse:
                yield other
                yield from nodes(other)
        else:
            yield node
            yield from nodes(node)


def base_of(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """Return the full name of the module from which something is imported."""
    if not node.level:
        return node.module or ""
    up = module.split(".")
    up = up[: len(up) - node.level + int(is_package)]
    return ".".join([*up, node.module] if node.module else up)


def imported(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything imported, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = base_of(node, module, is_package)
            if base == "sinho":
                for alias in node.names:
                    yield node.lineno, f"sinho.{alias.name}"
            else:
                yield node.lineno, base


def modules_of(source: Path) -> dict[str, Path]:
    """Return the file of every module, by its full name."""
    names = {}
    for path in sorted(source.rglob("*.py")):
        parts = ["sinho", *path.relative_to(source).with_suffix("").parts]
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def graph_of(source: Path) -> dict[str, set[str]]:
    """Return the modules that each one imports, inside functions as well."""
    modules = modules_of(source)
    graph: dict[str, set[str]] = {}
    for module, path in modules.items():
        found: set[str] = set()
        for node in nodes(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = base_of(node, module, path.name == "__init__.py")
                inner = {f"{base}.{alias.name}" for alias in node.names}
                found |= (inner & modules.keys()) or {base}
        graph[module] = found & modules.keys() - {module, "sinho"}
    return graph


def door_of(module: str) -> str:
    """Return the innermost package with a door in which a module is; empty where in none."""
    doors = (f"sinho.{stage}" for stage in STAGES)
    return max((door for door in doors if f"{module}.".startswith(f"{door}.")), key=len, default="")


def past_the_door(source: Path) -> list[str]:
    """List who imports a module of a stage from outside it, and which."""
    modules = modules_of(source)
    shown = {
        name: {
            alias.asname or alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for name, path in modules.items()
        if door_of(name) == name
    }
    found = set()
    for module, path in modules.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = base_of(node, module, path.name == "__init__.py")
                inner = {alias.name for alias in node.names} - shown.get(base, set())
                names = [base, *(f"{base}.{name}" for name in inner)]
            for name in names:
                door = door_of(name) if name in modules else ""
                if door not in ("", name) and not f"{module}.".startswith(f"{door}."):
                    found.add(f"{module} {name}")
    return sorted(found)


def circles(source: Path) -> list[str]:
    """List, for every module from which imports lead back to it, the shortest way round."""
    graph = graph_of(source)
    found = {}
    for start in graph:
        ways = [[start]]
        seen: set[str] = set()
        while ways and start not in seen:
            way = ways.pop(0)
            for following in sorted(graph[way[-1]] - seen):
                seen.add(following)
                ways.append([*way, following])
                if following == start:
                    found.setdefault(frozenset(way), " -> ".join(ways[-1]))
                    break
    return sorted(found.values())


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


def test_no_imports_go_in_a_circle() -> None:
    assert circles(SOURCE) == []


def test_stages_are_entered_by_their_doors() -> None:
    found, known = set(past_the_door(SOURCE)), set(PAST_THE_DOOR.split("\n")[1:-1])
    assert found - known == set(), "take it from the stage's __init__"
    assert known - found == set(), "take these lines out of PAST_THE_DOOR"


def too_long(source: Path) -> list[str]:
    """List the modules above the lines that they may have, and needless entries of LONGER."""
    found = []
    for path in sorted(source.rglob("*.py")):
        place = path.relative_to(source).as_posix()
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGER.get(place, MOST_LINES):
            found.append(f"{place} has {lines} lines: part it by subject")
        elif place in LONGER and lines <= MOST_LINES:
            found.append(f"{place} is short enough: take it out of LONGER")
    return found


def test_no_module_is_too_long() -> None:
    assert too_long(SOURCE) == []
    assert [place for place in LONGER if not (SOURCE / place).exists()] == []


def test_a_module_that_is_too_long_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n" * MOST_LINES, encoding="utf-8")
    assert too_long(tmp_path) == []
    (tmp_path / "b.py").write_text("x = 1\n" * (MOST_LINES + 1), encoding="utf-8")
    assert too_long(tmp_path) == [f"b.py has {MOST_LINES + 1} lines: part it by subject"]


def test_the_layers_are_the_parts_of_the_source() -> None:
    parts = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert parts - {"__pycache__", "py.typed"} == RANK.keys() | ANYWHERE
    places = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*")}
    assert {home.rstrip("/") for homes in HOMES.values() for home in homes} <= places


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
        ("plan/solve.py", "import highspy", "plan/solve.py:1: imports highspy"),
        ("hub/read.py", "if x:\n    import highspy._core", "hub/read.py:2: imports highspy"),
        ("plan/a.py", "from numba import njit", "plan/a.py:1: imports numba"),
        ("sequence/walk.py", "import numba", "sequence/walk.py:1: imports numba"),
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
        ("highs.py", "import highspy\nfrom sinho.stop import StopRule"),
        ("plan/why/linear.py", "from sinho.highs import Model\nfrom sinho.plan.build import build"),
        ("kernels/compile.py", "from numba import njit"),
        ("report/page.py", "import altair\nfrom sinho.plan import explain"),
        ("cli/base.py", "from sinho import __version__, run"),
        ("__init__.py", "from sinho.cli import main"),
    ],
)
def test_a_right_import_is_taken(tmp_path: Path, place: str, text: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert offences(tmp_path) == []


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"a.py": "import sinho.b", "b.py": "import sinho.a"}, ["sinho.a -> sinho.b -> sinho.a"]),
        ({"a.py": "def f():\n    from . import b", "b.py": "from .a import f"}, 1),
        ({"a.py": "from .p import x", "p/__init__.py": "from .x import x", "p/x.py": ""}, []),
        ({"p/__init__.py": "from .x import x", "p/x.py": "from sinho.p import y"}, 1),
        ({"p/__init__.py": "", "p/x.py": "from . import y", "p/y.py": "from . import x"}, 1),
        (
            {"a.py": "import sinho.b", "b.py": "import sinho.c", "c.py": "from sinho import a"},
            ["sinho.a -> sinho.b -> sinho.c -> sinho.a"],
        ),
        ({"a.py": "import sinho.b", "b.py": "if TYPE_CHECKING:\n    import sinho.a"}, []),
        ({"a.py": "import sinho.b", "b.py": "if t.TYPE_CHECKING: pass\nelse: import sinho.a"}, 1),
        ({"__init__.py": "import sinho.a", "a.py": "from sinho import __version__"}, []),
    ],
)
def test_a_circle_of_imports_is_found(
    tmp_path: Path, files: dict[str, str], found: list[str] | int
) -> None:
    for place, text in files.items():
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    seen = circles(tmp_path)
    assert (len(seen) if isinstance(found, int) else seen) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from sinho.slot import solve", []),
        ("from sinho.slot import Input, solve", []),
        ("import sinho.slot", []),
        ("from sinho.slot.solve import solve", ["sinho.run.a sinho.slot.solve"]),
        ("from sinho.slot import hub", ["sinho.run.a sinho.slot.hub"]),
        ("import sinho.slot.hub", ["sinho.run.a sinho.slot.hub"]),
        ("from ..slot import hub", ["sinho.run.a sinho.slot.hub"]),
        ("def f():\n    from sinho.slot.hub import x", ["sinho.run.a sinho.slot.hub"]),
        ("if TYPE_CHECKING:\n    import sinho.slot.hub", ["sinho.run.a sinho.slot.hub"]),
    ],
)
def test_an_import_past_a_door_is_found(tmp_path: Path, text: str, found: list[str]) -> None:
    files = {
        "run/__init__.py": "",
        "run/a.py": text,
        "slot/__init__.py": "from sinho.slot.hub import Input\nfrom sinho.slot.solve import solve",
        "slot/hub.py": "",
        "slot/solve.py": "from sinho.slot.hub import Input",
    }
    for place, content in files.items():
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert past_the_door(tmp_path) == found
