"""The pipeline: from a hub to a monthly plan, and on to dated, sequenced cars and their supply."""

from sinho.run.comparison import (
    COMPARISON_FILE,
    COMPARISON_WORKBOOK,
    compare,
    comparison_record,
    write_comparison,
)
from sinho.run.examples import EXAMPLE_MARKS, example_path
from sinho.run.jsonfile import plain, write_json
from sinho.run.plan import (
    PLAN_FILE,
    Run,
    place_for_plan,
    plan_record,
    write_run,
)
from sinho.run.scenarios import BASE, scenario_names, scenario_of

__all__ = [
    "BASE",
    "COMPARISON_FILE",
    "COMPARISON_WORKBOOK",
    "EXAMPLE_MARKS",
    "PLAN_FILE",
    "Run",
    "compare",
    "comparison_record",
    "example_path",
    "place_for_plan",
    "plain",
    "plan_record",
    "scenario_names",
    "scenario_of",
    "write_comparison",
    "write_json",
    "write_run",
]
