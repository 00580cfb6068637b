"""What the small runs of the tests are asked for."""

from __future__ import annotations

from pathlib import Path

from sinho.hub.csvfile import no_formulas
from sinho.hub.files import write_text
from sinho.run.days import DayRun
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


def cars_alone(run: DayRun, folder: Path) -> dict[str, Path]:
    """Write the list of cars where a run would write its pages."""
    text = no_formulas(run.cars).write_csv()
    return {"cars": write_text(folder / "cars.csv", text, force=True)}
