"""Parameters come from a file, a table or the command line by one way, all problems at once."""

from __future__ import annotations

import ast
import inspect
import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sinho import materials, orders, plan, sequence, ship, simulate, slot, stow, write_hub
from sinho.cli import app, load, plans, runs, sequences, ships
from sinho.cli.sequences.repairs import resequence
from sinho.errors import DataError
from sinho.parameters import LARGEST_SEED, SEED, Parameters, bounded, check_seed
from sinho.run.params import RunParams
from tests.plan.small import small
from tests.test_layers import SOURCE

STAGES = (plan, orders, slot, sequence, materials, ship, simulate, stow)
COMMANDS: dict[Any, type[Parameters]] = {
    plans.plan: plan.Params,
    plans.compare: plan.Params,
    sequences.sequence: sequence.Params,
    resequence: sequence.Params,
    ships.ship: ship.Params,
    load.load: stow.Params,
}
"""Commands that fill parameters with the options of their names."""


@dataclass(frozen=True)
class Cut(Parameters):
    """A parameter of each kind."""

    word: Literal["fine", "rough"] = "fine"
    name: str = ""
    flag: bool = False
    count: int = bounded(3, least=1, most=9)
    open: int | None = bounded(None, least=0)
    share: float = bounded(0.5, above=0, below=1)
    price: float = bounded(1.0, least=0, below=None)


def said(error: pytest.ExceptionInfo[DataError]) -> list[tuple[str | None, str]]:
    """Return what is said of each parameter."""
    return [(one.column, one.rule) for one in error.value.problems]


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("word", "coarse", "it must be one of fine, rough"),
        ("word", ["fine"], "it must be one of fine, rough"),
        ("name", 3, "it must be text"),
        ("flag", 1, "it must be true or false"),
        ("count", 0, "it must be 1 or more and 9 or less"),
        ("count", 10, "it must be 1 or more and 9 or less"),
        ("count", 2.5, "it must be a whole number"),
        ("count", True, "it must be a whole number"),
        ("count", "3", "it must be a whole number"),
        ("open", -1, "it must be 0 or more"),
        ("open", 10**16, "it must be 1,000,000,000,000,000 or less"),
        ("share", 0, "it must be more than 0 and less than 1"),
        ("share", 1.0, "it must be more than 0 and less than 1"),
        ("share", math.nan, "it must be a finite number"),
        ("price", -math.inf, "it must be 0 or more"),
        ("price", math.nan, "it must be a finite number"),
        ("price", {}, "it must be a number"),
    ],
)
def test_what_breaks_a_rule_is_refused_however_it_is_given(
    name: str, value: Any, rule: str
) -> None:
    for make in (lambda: Cut(**{name: value}), lambda: Cut.load({name: value})):
        with pytest.raises(DataError) as refused:
            make()
        assert said(refused) == [(name, rule)]


def test_all_problems_are_said_at_once_with_the_nearest_name() -> None:
    with pytest.raises(DataError) as refused:
        Cut.load({"cuont": 3, "count": 0, "share": 2})
    assert [one.column for one in refused.value.problems] == ["cuont", "count", "share"]
    assert refused.value.problems[0].hint == "Did you mean 'count'?"


def test_a_value_may_be_infinite_where_that_means_something() -> None:
    assert Cut(price=math.inf).price == math.inf
    with pytest.raises(DataError, match="finite"):
        slot.Params(late_cost=math.inf)


@given(
    st.builds(
        Cut,
        word=st.sampled_from(["fine", "rough"]),
        flag=st.booleans(),
        count=st.integers(1, 9),
        share=st.floats(0.01, 0.99),
        price=st.floats(0, 1e12) | st.integers(0, 10**12),
    )
)
def test_what_is_written_is_read_back(cut: Cut) -> None:
    assert Cut.load(vars(cut)) == cut
    assert isinstance(cut.price, float)


def test_a_file_is_read_with_the_lines_of_its_problems(tmp_path: Path) -> None:
    file = tmp_path / "cut.toml"
    file.write_text('# how\nword = "rough"\ncount = 12\n\nshape = 1\n', encoding="utf-8")
    with pytest.raises(DataError) as refused:
        Cut.from_file(file)
    assert sorted((one.where, one.row, one.column) for one in refused.value.problems) == [
        ("cut.toml", 3, "count"),
        ("cut.toml", 5, "shape"),
    ]
    file.write_text('word = "rough"\ncount = 2\n', encoding="utf-8")
    assert Cut.from_file(file) == Cut(word="rough", count=2)
    assert Cut.from_file(file, {"count": 4}, {"word": "fine", "flag": True}) == Cut(
        word="rough", count=4, flag=True
    )
    file.write_text("word = rough", encoding="utf-8")
    with pytest.raises(DataError, match=r"cut.toml, row 1: the file is not valid TOML"):
        Cut.from_file(file)


@pytest.mark.parametrize("door", STAGES, ids=lambda door: door.__name__)
def test_every_stage_loads_its_parameters_that_way(door: Any, tmp_path: Path) -> None:
    assert issubclass(door.Params, Parameters)
    assert door.Params.load(vars(door.Params())) == door.Params()
    file = tmp_path / "none.toml"
    file.write_text("nothing_of_the_kind = 1\n", encoding="utf-8")
    with pytest.raises(DataError, match="row 1, column nothing_of_the_kind: there is no such"):
        door.Params.from_file(file)


def test_a_table_of_the_hub_gives_the_parameters_of_slotting() -> None:
    hub = small(slotting=[{"frozen_days": 1, "late_cost": 7}])
    assert slot.Params.from_hub(hub) == slot.Params(frozen_days=1, late_cost=7)
    assert materials.Params.from_hub(hub) == materials.Params()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.__name__)
def test_options_have_the_defaults_of_the_parameters(command: Any) -> None:
    """What is shown in the help is what holds where nothing is typed."""
    usual = {one.name: one.default for one in fields(COMMANDS[command])}
    shown = {n: p.default for n, p in inspect.signature(command).parameters.items()}
    shared = usual.keys() & shown.keys()
    assert shared
    assert {name: shown[name] for name in shared} == {name: usual[name] for name in shared}


def test_options_of_runs_have_the_defaults_of_their_parameters() -> None:
    shown = inspect.signature(runs.run).parameters
    for name in ("days", "seed", "threads", "day_seconds", "slot_iterations", "former", "orders"):
        assert shown[name].default == RunParams.__dataclass_fields__[name].default


def test_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    write_hub(small(), tmp_path / "hub")
    file = tmp_path / "how.toml"
    file.write_text('objective = "lexicographic"\nmethod = "priced"\n', encoding="utf-8")
    typed = ["plan", str(tmp_path / "hub"), "--params", str(file)]
    refused = CliRunner().invoke(app, typed)
    assert "priced plans for contribution" in refused.output
    made = CliRunner().invoke(app, [*typed, "--method", "exact"])
    assert made.exit_code == 0, made.output
    file.write_text("objektive = 1\nthreads = 0\n", encoding="utf-8")
    wrong = CliRunner().invoke(app, typed)
    assert wrong.exit_code == 3
    assert "how.toml, row 1, column objektive" in wrong.output
    assert "Did you mean 'objective'?" in wrong.output
    assert "how.toml, row 2, column threads: it must be 1 or more" in wrong.output


@pytest.mark.parametrize("seed", [-1, LARGEST_SEED + 1])
def test_a_seed_is_a_number_that_solvers_take(seed: int) -> None:
    with pytest.raises(ValueError, match="the seed must be 0 to 2,147,483,647"):
        check_seed(seed)
    check_seed(SEED)


def test_seeds_have_one_default_everywhere() -> None:
    """Read from the source: of functions, and of fields of results and options."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                own = node.args
                given = own.posonlyargs + own.args
                pairs = [*zip(reversed(given), reversed(own.defaults), strict=False)]
                pairs += zip(own.kwonlyargs, own.kw_defaults, strict=True)
                found |= {ast.unparse(usual) for arg, usual in pairs if usual and arg.arg == "seed"}
            elif isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "seed":
                found |= {ast.unparse(node.value)} if node.value else set()
    # none: what was read and not drawn
    assert found == {"SEED", "bounded(SEED, least=0, most=LARGEST_SEED)", "None"}
