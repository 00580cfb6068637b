"""The public names of the package."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import sinho

PAGE = (Path(__file__).parents[1] / "docs" / "api.md").read_text(encoding="utf-8")

INSIDE = {
    "sinho.hub.hub.Checked",
    "sinho.hub.clock.Axis",
    "sinho.plan.arrays.PlanData",
    "sinho.plan.why.linear.Linear",
    "sinho.sequence.bounds.groups.Group",
    "sinho.sequence.bounds.rules.RuleBound",
    "sinho.ship.yard.replay.Broken",
}
"""Members of public classes that stages use among themselves; the set can only shrink."""

HEAVY = (
    "altair",
    "dataframely",
    "highspy",
    "holidays",
    "numba",
    "numpy",
    "polars",
    "rich",
    "typer",
    "vl_convert",
    "xlsxwriter",
)


def loaded_by(statement: str) -> set[str]:
    """Return the top names of all modules that a fresh interpreter loads for a statement."""
    code = f"{statement}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_importing_sinho_loads_no_heavy_library() -> None:
    assert loaded_by("import sinho") & set(HEAVY) == set()


def test_reading_a_hub_needs_no_solver_no_charts_and_no_command_line() -> None:
    loaded = loaded_by("import sinho; sinho.read_hub; sinho.Hub; sinho.MonthPlan")
    assert loaded & {"highspy", "altair", "vl_convert", "typer", "rich"} == set()


def test_checking_a_hub_loads_only_what_reads_and_checks_it() -> None:
    folder = Path(__file__).parents[1] / "examples" / "busan"
    check = f"main.app(['check', {str(folder)!r}], standalone_mode=False)"
    quiet = "with contextlib.redirect_stdout(io.StringIO()):"
    loaded = loaded_by(f"import contextlib, io\nfrom sinho import cli as main\n{quiet} {check}")
    assert "polars" in loaded
    assert loaded & {"highspy", "altair", "vl_convert", "numba", "xlsxwriter", "fastexcel"} == set()


@pytest.mark.parametrize("name", sinho.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    thing = getattr(sinho, name)
    assert name in dir(sinho)
    if name == "__version__":
        assert thing.split(".")[0].isdigit()
        return
    assert inspect.isclass(thing) or inspect.isfunction(thing)
    assert thing.__module__.startswith("sinho.")
    own = thing.__doc__
    assert own
    assert len(own.split()) >= 4
    generated = inspect.isclass(thing) and own.startswith(f"{name}(")
    assert not generated, "a dataclass without a docstring of its own"


def on_the_page() -> dict[str, Any]:
    """Return what the page of the interface documents, by full name."""
    names = re.findall(r"auto(?:function|class|exception):: (sinho\.[\w.]+)", PAGE)
    homes = {name: name.rpartition(".") for name in names}
    return {
        name: getattr(importlib.import_module(module), last)
        for name, (module, _, last) in homes.items()
    }


def seen_by_type_checkers(module: ModuleType) -> dict[str, Any]:
    """Return the names that a module imports only for type checkers."""
    found = {}
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    for guard in [node for node in tree.body if isinstance(node, ast.If)]:
        for node in guard.body:
            if isinstance(node, ast.ImportFrom):
                home = importlib.import_module(str(node.module))
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    known = hasattr(home, alias.name)
                    found[alias.asname or alias.name] = (
                        getattr(home, alias.name) if known else importlib.import_module(inner)
                    )
    return found


def types_of(thing: Any) -> Iterator[Any]:
    """Yield the types that a function takes and returns, or that a class shows."""
    if inspect.isfunction(thing) or dataclasses.is_dataclass(thing):
        home = importlib.import_module(thing.__module__)
        known = {**vars(home), **seen_by_type_checkers(home)}
        hints = get_type_hints(thing, localns=known)
        yield from (hint for name, hint in hints.items() if not name.startswith("_"))
    if inspect.isclass(thing) and thing.__module__.startswith("sinho."):
        for name, member in vars(thing).items():
            for inner in ("fget", "func", "__func__"):
                member = getattr(member, inner, None) or member
            if inspect.isfunction(member) and not name.startswith("_"):
                yield from types_of(member)


def classes_in(hint: Any) -> Iterator[type]:
    """Yield the classes of sinho that a type is made of."""
    if isinstance(hint, list | tuple):
        for one in hint:
            yield from classes_in(one)
        return
    yield from classes_in(list(get_args(hint)))
    whole = get_origin(hint) or hint
    if inspect.isclass(whole) and whole.__module__.startswith("sinho."):
        yield whole


def test_what_public_functions_take_and_return_is_public() -> None:
    known = {id(thing) for thing in on_the_page().values()}
    lacking = {
        f"{name} {one.__module__}.{one.__qualname__}"
        for name, thing in on_the_page().items()
        for hint in types_of(thing)
        for one in classes_in(hint)
        if id(one) not in known
    }
    assert {line.split()[1] for line in lacking} <= INSIDE, "put them into docs/api.md"
    assert {line.split()[1] for line in lacking} == INSIDE, "take them out of INSIDE"


def test_a_type_that_is_not_public_is_found() -> None:
    def takes(hubs: dict[str, sinho.Hub | None]) -> list[sinho.MonthPlan]:
        raise NotImplementedError

    takes.__annotations__ = {"hubs": dict[str, sinho.Hub | None], "return": list[sinho.MonthPlan]}
    found = [one for hint in types_of(takes) for one in classes_in(hint)]
    assert found == [sinho.Hub, sinho.MonthPlan]


def test_public_names_are_sorted_and_each_stands_once() -> None:
    assert sorted(sinho.__all__) == list(sinho.__all__)
    assert len(set(sinho.__all__)) == len(sinho.__all__)


def test_type_checkers_see_the_names_that_are_loaded_lazily() -> None:
    tree = ast.parse(Path(sinho.__file__).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == sinho._HOME_OF
    assert {*seen, "__version__"} == set(sinho.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'plan_month'"):
        sinho.plan_month  # noqa: B018


def test_one_version_everywhere() -> None:
    from importlib.metadata import version

    assert version("sinho") == sinho.__version__
