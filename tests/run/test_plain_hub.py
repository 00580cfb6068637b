"""Runs of hubs that give no more than a plan needs, and whose cars they build."""

from __future__ import annotations

import json
from pathlib import Path

from sinho.hub.write import write_hub
from sinho.testing.hubs import Size, generate_hub
from tests.run.test_commands import typed


def test_hubs_of_the_plans_generator_run_whole(tmp_path: Path) -> None:
    # Nothing but plan tables: no options, colours, rules or vessels; models load a foundry by kg.
    hub = write_hub(generate_hub(Size(months=2, models=4, markets=3), seed=3), tmp_path / "hub")
    assert typed("check", hub).exit_code == 0
    out = tmp_path / "out"
    refused = typed("run", hub, "--days", 8, "--out", out)
    assert refused.exit_code == 3
    assert "table slotting, column vin_wmi: no maker is named" in " ".join(refused.output.split())
    assert not out.exists()
    (hub / "slotting.csv").write_text("vin_wmi\nKNM\n", encoding="utf-8")
    result = typed("run", hub, "--days", 8, "--iterations", 500, "--out", out)
    assert result.exit_code == 0, result.output
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    slot = run["stages"]["slot"]
    assert slot["orders"] > 0
    assert slot["unslotted"] == slot["broken"] == 0
