"""One small run that the tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from sinho.hub.write import write_hub
from sinho.run.days import DayRun, run_days
from tests.run.asked import parameters
from tests.run.line import line_hub


@pytest.fixture(scope="session")
def hub_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small hub as a folder."""
    path = tmp_path_factory.mktemp("hubs") / "line"
    write_hub(line_hub(), path)
    return path


@pytest.fixture(scope="session")
def made(hub_path: Path, tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    """The small run, finished."""
    out = tmp_path_factory.mktemp("runs") / "line"
    return run_days(line_hub(), parameters(hub_path), out)
