"""The public names of the package."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import sinho

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


def test_there_are_few_public_names_in_sorted_order() -> None:
    assert len(sinho.__all__) <= 36
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
