"""What small changes are worth: which are tried, and that the bottleneck's are worth most."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.cli.base import OK
from sinho.hub import hub_from_tables, write_hub
from sinho.simulate import Input, Params, Plant, Station, fixed, levers, solve
from tests.flow import flow_tables

FIRST = dt.date(2026, 1, 5)


def test_levers_are_what_ifs_of_rows_that_hold_the_plant_up() -> None:
    hub = hub_from_tables(flow_tables())
    line = Input.from_hub(hub, 2, first=FIRST)
    result = solve(line, Params(replications=3))
    found = levers(line, result)
    assert found
    rows = set(line.setting.rows.values()) if line.setting else set()
    for one in found:
        assert one.name in rows
        changed = Input.from_hub(hub, 2, first=FIRST, what_if=[one.change])
        assert changed.plant != line.plant, one.change
    shares = dict(result.stations.select("station", "sole").rows())
    assert found[0].name == max(shares, key=lambda name: shares[name]).split(" #")[0]
    assert len(levers(line, result, most=1)) <= 3


def test_a_plant_without_tables_has_no_levers() -> None:
    line = Input.from_plant(Plant((Station(name="a", cycle=fixed(1.0), to="out"),)), 20)
    with pytest.raises(ValueError, match="rows of a hub's tables"):
        levers(line, solve(line, Params(replications=2)))


def test_the_command_tells_what_small_changes_are_worth(tmp_path: Path) -> None:
    plant = write_hub(hub_from_tables(flow_tables()), tmp_path / "plant")
    words = ["simulate", str(plant), "--sensitivity", "--what-if", "PBS=+3", "--json"]
    words += ["--replications", "4", "--days", "2", "--from", "2026-01-05"]
    result = CliRunner().invoke(app, words, prog_name="sinho")
    assert result.exit_code == OK, result.output
    made = json.loads(result.output[result.output.index("{") :])["what_if"]
    cases = [row["case"] for row in made]
    assert cases[:2] == ["as it is", "PBS=+3"]
    faster = [row for row in made if row["case"].endswith(": 1 % faster")]
    assert faster
    assert max(row["more"] for row in faster) > 0


def test_what_is_worth_most_is_named(tmp_path: Path) -> None:
    plant = write_hub(hub_from_tables(flow_tables()), tmp_path / "plant")
    few = ("--from", "2026-01-05", "--days", "2", "--replications", "4")
    result = CliRunner().invoke(app, ["simulate", str(plant), *few, "--sensitivity"])
    told = " ".join(result.output.split())
    assert "By sensitivity final holds the plant up most: 1 % faster is worth +" in told
    assert "the most of 3 small changes; 1 other makes more for sure." in told
