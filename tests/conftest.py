"""What all tests share: hypothesis profiles, required helpers, accepted outputs."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.testing
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# What is printed must not depend on the terminal at the desk, nor on the one of 80 columns that a
# worker of pytest-xdist claims to have.
for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR"):
    os.environ.pop(name, None)

# A worker of pytest-xdist has one core: a second thread of Polars would wait for the first one.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")

# A session that was started in the background is deaf to Ctrl-C; what the tests send must be heard.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# In CI every run draws the same examples; at a desk new ones are tried, and time is never judged.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") or os.environ.get("SINHO_CI") else "desk")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that accepts what is printed now: look at the difference before committing."""
    parser.addoption(
        "--accept", action="store_true", help="write tests/golden and the tutorial anew"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that have slow tests, so that no worker is left with them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Look for garbage only in what the tests make: what was imported stays."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the accepted one in tests/golden; ``--accept`` writes it anew."""

    def compare(name: str, text: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--accept"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"no accepted output {path.name}; pytest --accept writes it"
        assert text == path.read_text(encoding="utf-8"), "pytest --accept takes the new output"

    return compare


def required() -> set[str]:
    """Return the markers whose tests must run here: SINHO_REQUIRE, parted by commas."""
    return {name.strip() for name in os.environ.get("SINHO_REQUIRE", "").split(",") if name.strip()}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Turn a skip into a failure where the environment says that such a test must run."""
    report = yield
    missing = sorted(name for name in required() if item.get_closest_marker(name))
    if report.skipped and missing:
        report.outcome = "failed"
        report.longrepr = f"skipped, yet SINHO_REQUIRE={','.join(missing)}: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def drawn_once() -> Iterator[None]:
    """Draw what is asked for again but once: the same specification gives the same picture."""
    from sinho.report import pictures

    svg, png = pictures.svg, pictures.Picture.png

    @cache
    def drawing(specification: str, name: str) -> str:
        return svg(json.loads(specification), name)

    @cache
    def dots(svg: str) -> bytes:
        return png(pictures.Picture(None, svg))  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        if "long" not in required():
            patch.setattr(pictures, "svg", lambda spec, name: drawing(json.dumps(spec), name))
            patch.setattr(pictures.Picture, "png", lambda picture: dots(picture.svg))
        yield


@pytest.fixture(scope="session", autouse=True)
def built_once() -> Iterator[None]:
    """Build the commands once, as a process at the desk does, and not for each that is typed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.testing, "_get_command", cache(typer.testing._get_command))
        yield


@pytest.fixture(scope="session", autouse=True)
def not_settled() -> Iterator[None]:
    """Leave to the system when files reach the disk: no test cuts the power."""
    with pytest.MonkeyPatch.context() as patch:
        if "long" not in required():
            patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that can open a page; tests that use it carry the mark ``browser``."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    pytest.skip("no Chromium on this machine")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Executor]:
    """The executor of a local cluster of two workers."""
    distributed = pytest.importorskip("distributed", reason="pip install sinho[cluster]")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            local_directory=str(tmp_path),
        ) as local,
        distributed.Client(local) as client,
    ):
        yield client.get_executor()
