"""Published instances, which lie beside the checkout where they may be used."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def roadef() -> Path:
    """The folder of the ROADEF 2005 instances, with ``A``, ``B`` and ``reference.csv``."""
    folder = DATA / "roadef"
    if not folder.is_dir():
        pytest.skip("the instances of the ROADEF 2005 challenge are not on this machine")
    return folder


@pytest.fixture(scope="session")
def csplib() -> Path:
    """The file of the classical CSPLib instances."""
    file = DATA / "csplib" / "data.txt"
    if not file.is_file():
        pytest.skip("the CSPLib instances are not on this machine")
    return file
