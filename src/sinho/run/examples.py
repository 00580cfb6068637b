"""The examples that come with the package."""

from __future__ import annotations

from pathlib import Path

EXAMPLE_MARKS = ("hub.toml", "network.csv", "cars.csv", "vehicles.txt")
"""Files of which an example's folder has one."""


def example_path(name: str) -> Path:
    """Return the folder of an example, in a source checkout or an installed package.

    Parameters
    ----------
    name : str
        Name of the example, such as ``busan`` for a hub or ``days/busan`` for a day.

    Returns
    -------
    pathlib.Path
        The folder that ``read_hub`` or ``read_day`` reads.

    Raises
    ------
    FileNotFoundError
        When there is no such example.
    """
    here = Path(__file__).resolve()
    for folder in (here.parents[1] / "examples" / name, here.parents[3] / "examples" / name):
        if any((folder / mark).is_file() for mark in EXAMPLE_MARKS):
            return folder
    raise FileNotFoundError(f"there is no example {name!r}")
