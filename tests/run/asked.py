"""What the small runs of the tests are asked for."""

from __future__ import annotations

from pathlib import Path

from sinho.run.params import RunParams


def parameters(hub: Path | str = "", **more: object) -> RunParams:
    """Six days of February 2026, quick to run."""
    given: dict[str, object] = {
        "hub": str(hub),
        "scenario": "",
        "first": "2026-02-02",
        "days": 6,
        "orders": "",
        "seed": 1,
        "threads": 2,
        "iterations": 20_000,
        "day_seconds": None,
        "slot_iterations": 50_000,
    }
    return RunParams.load({**given, **more})
