"""One small run that the tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sinho.hub.write import write_hub
from sinho.run.days import DayRun, run_days
from sinho.run.report import write_run_pages
from tests.budget import LONG
from tests.run.line import line_hub
from tests.run.small import cars_alone, parameters


@pytest.fixture(scope="session")
def hub_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small hub as a folder."""
    path = tmp_path_factory.mktemp("hubs") / "line"
    write_hub(line_hub(), path)
    return path


@pytest.fixture(scope="session")
def made(hub_path: Path, tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    """The small run, finished, with its pages whatever the module that asks for it first does."""
    out = tmp_path_factory.mktemp("runs") / "line"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sinho.run.report.write_run_pages", write_run_pages)
        return run_days(line_hub(), parameters(hub_path), out)


@pytest.fixture(scope="module")
def no_pages() -> Iterator[None]:
    """Draw no pictures and write no page, which takes the better part of a small run."""
    with pytest.MonkeyPatch.context() as patch:
        if not LONG:
            patch.setattr("sinho.run.report.write_run_pages", cars_alone)
        yield


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write them after all, where the module's other tests do without."""
    monkeypatch.setattr("sinho.run.report.write_run_pages", write_run_pages)
