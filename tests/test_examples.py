"""Every example hub is in order, states its sources, and can be rebuilt and started from."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.hub import Hub, check_hub
from sinho.hub.schema import BASES, HUB_TABLES, NETWORK_TABLES, SHIP_TABLES

EXAMPLES = Path(__file__).parents[1] / "examples"
LEFT_EMPTY = {
    "busan": {
        *("lines", "model_lines", "shifts", "rates", "contracts", "cars", "changeovers"),
        *("car_windows", "orders", "part_stock", "departures", "currencies", "station_times"),
    },
    "graz": {
        *("rates", "opening_backlog", "cars", "changeovers", "car_windows", "orders"),
        *("station_times", "skids"),
        *SHIP_TABLES,
    },
}
"""Tables of which nothing is known or needed in an example."""

NO_NETWORK_ROWS = ("lane_room",)
"""Tables of a network of which the example has no rows."""


@cache
def example(name: str) -> Hub:
    hub, problems = check_hub(EXAMPLES / name)
    assert [str(problem) for problem in problems] == []
    assert hub is not None
    return hub


@pytest.mark.parametrize("name", [*LEFT_EMPTY, "alliances"])
def test_build_reproduces_every_file(name: str, tmp_path: Path) -> None:
    folder = EXAMPLES / name
    command = [sys.executable, str(folder / "build.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(p.name for p in (*folder.glob("*.csv"), *folder.glob("hub.toml")))
    for file in written:
        assert (tmp_path / file).read_bytes() == (folder / file).read_bytes(), file


@pytest.mark.parametrize(
    ("name", "table"),
    [
        *(
            (n, table)
            for n, left in LEFT_EMPTY.items()
            for table in HUB_TABLES
            if table not in left
        ),
        *(("alliances", table) for table in NETWORK_TABLES if table not in NO_NETWORK_ROWS),
    ],
)
def test_every_row_names_its_source_and_basis(name: str, table: str) -> None:
    frame = example(name)[table]
    assert frame.height > 0
    assert frame["source"].null_count() == 0
    assert frame["source"].str.strip_chars().str.len_chars().min() > 0
    assert set(frame["basis"]) <= set(BASES)
    guessed = frame.filter(pl.col("basis") == "assumed")["source"]
    assert guessed.str.contains("assumption|general knowledge").all()


@pytest.mark.parametrize("name", LEFT_EMPTY)
def test_an_example_can_be_started_from(name: str, tmp_path: Path) -> None:
    made = tmp_path / "myplant"
    done = CliRunner().invoke(app, ["new", str(made), "--from", name], prog_name="sinho")
    assert done.exit_code == 0, done.output
    hub, problems = check_hub(made)
    assert not problems
    assert hub is not None
    assert hub.digest == example(name).digest
    given = {path.name for path in (EXAMPLES / name / "scenarios").iterdir()}
    assert {path.name for path in (made / "scenarios").iterdir()} == given
