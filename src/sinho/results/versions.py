"""Versions that shape a result."""

from __future__ import annotations

import platform
from importlib.metadata import version

from sinho import __version__


def versions(*libraries: str) -> dict[str, str]:
    """Return the versions of sinho, of libraries and of Python, by name.

    Parameters
    ----------
    *libraries : str
        Names of the libraries that a stage uses.
    """
    found = {"sinho": __version__, **{name: version(name) for name in libraries}}
    return found | {"python": platform.python_version()}
