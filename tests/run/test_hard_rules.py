"""Days whose cars no order keeps within the hard rules of the sequence."""

from __future__ import annotations

import json
from pathlib import Path

from sinho.hub.write import write_hub
from tests.run.line import line_hub
from tests.run.test_commands import asked, typed

WHITE = [{"colour": "white", "share": 1}]
"""Colours of which no batch of six cars at most can be parted from the next."""


def test_a_run_says_which_days_break_hard_rules_and_goes_on(tmp_path: Path) -> None:
    hub = write_hub(line_hub(colours=WHITE), tmp_path / "hub")
    result = typed(*asked(hub, tmp_path / "out", "--iterations", 1000))
    assert result.exit_code == 0
    said = " ".join(result.output.split())
    assert "warning: the sequence of 2026-02-02 breaks hard rules (batch)" in said
    assert "no order of its cars keeps: batch: runs of 1 to 6 cars of one colour" in said
    assert "Every sequence keeps its hard rules" not in said
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert run["status"] == "done"
    assert run["stages"]["sequence"]["hard"] > 0


def test_a_run_whose_days_can_be_sequenced_says_nothing_of_hard_rules(tmp_path: Path) -> None:
    hub = write_hub(line_hub(), tmp_path / "hub")
    result = typed(*asked(hub, tmp_path / "out", "--iterations", 1000))
    assert "Every sequence keeps its hard rules." in result.output
    assert "breaks hard rules" not in result.output
