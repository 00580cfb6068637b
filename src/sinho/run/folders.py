"""The folder of a run: what it writes there, and an earlier run that gives way to it."""

from __future__ import annotations

import shutil
from pathlib import Path

from sinho.run.state import LOG_FILE, RUN_FILE

CARS, ORDERS, WORKBOOK, PAGE = "cars.csv", "orders.csv", "days.xlsx", "report.html"
LINE_OFF, LINE_PAGE, LINE_REPLAY = "line_off.csv", "simulation.html", "replay.html"
PICTURES, SEQUENCES, CALLOFFS = "pictures", "sequences", "calloffs"
LISTS, LOADING, MESSAGES, REPLAYS = "ship.xlsx", "loading", "messages", "replays"
SEA = (LISTS, LOADING, MESSAGES, REPLAYS)
WRITES = (
    CARS,
    ORDERS,
    WORKBOOK,
    PAGE,
    LINE_OFF,
    LINE_PAGE,
    LINE_REPLAY,
    PICTURES,
    SEQUENCES,
    CALLOFFS,
    *SEA,
    RUN_FILE,
)
"""Files and folders that a run writes beside its stages."""


EVERYTHING = (*WRITES, LOG_FILE, "stages")


def in_the_way(folder: Path) -> list[str]:
    """Return what a folder holds that a run would replace."""
    return [name for name in EVERYTHING if (folder / name).exists()]


def removed(folder: Path) -> None:
    """Remove an earlier run from a folder; what else is in it stays."""
    for name in EVERYTHING:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


ASIDE = ".replaced"
"""Where an earlier run waits until the input of the one that replaces it is known to be right."""


def set_aside(folder: Path) -> None:
    """Put an earlier run aside; what else is in the folder stays."""
    dropped(folder)
    there = in_the_way(folder)
    if there:
        (folder / ASIDE).mkdir()
        for name in there:
            (folder / name).rename(folder / ASIDE / name)


def put_back(folder: Path) -> None:
    """Put a run that is set aside in the place of one that is refused."""
    removed(folder)
    if (folder / ASIDE).is_dir():
        for path in (folder / ASIDE).iterdir():
            path.rename(folder / path.name)
        (folder / ASIDE).rmdir()


def dropped(folder: Path) -> None:
    """Remove a run that is set aside."""
    if (folder / ASIDE).is_dir():
        shutil.rmtree(folder / ASIDE)
