"""The page on the architecture is true: its counts are measured, and its examples run."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import pkgutil
import re
import sys
import threading
import types
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from numba.core.dispatcher import Dispatcher
from typer.testing import CliRunner

import sinho
from sinho.cli import app
from sinho.errors import DataError
from sinho.highs import Model
from sinho.hub import check as checks
from sinho.hub import hub as hubs
from sinho.hub.schema import TABLES
from tests.hubs import tiny_hub
from tests.run.line import line_hub
from tests.run.small import cars_alone
from tests.test_layers import STAGES

SOURCE = Path(sinho.__file__).parent
PAGE = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
SOLVERS = ("plan", "slot", "sequence", "materials", "ship")
Chain = tuple[str, ...]


def code(heading: str) -> dict[str, Any]:
    """Run the Python blocks of a section of the page as one module; return its names."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```python\n(.*?)^```", section, flags=re.M | re.S)
    assert blocks
    module = types.ModuleType("example")
    sys.modules["example"] = module
    exec("\n".join(blocks), module.__dict__)
    return module.__dict__


class Here(threading.Thread):
    """A thread whose work is done where it is started, so that its calls stand on one stack."""

    def start(self) -> None:
        self.run()

    def is_alive(self) -> bool:
        return False


def at_once(
    _pool: ThreadPoolExecutor, work: Callable[..., Any], /, *given: Any, **named: Any
) -> Future[Any]:
    """Do the work of a pool where it is handed in."""
    done: Future[Any] = Future()
    done.set_result(work(*given, **named))
    return done


def own_calls() -> Chain:
    """Return the package's functions on the stack, from the command's own on."""
    frame, names = inspect.currentframe(), []
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(SOURCE):
            parts = path.relative_to(SOURCE).with_suffix("").parts
            names.append(".".join([*parts, frame.f_code.co_qualname]))
        frame = frame.f_back
    names.reverse()
    return tuple(names[names.index("cli.runs.run") :])


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[Chain]]:
    """Return, for each stage of a run, the calls that lead to HiGHS or to a compiled function."""
    folder = tmp_path_factory.mktemp("architecture")
    sinho.write_hub(line_hub(), folder / "hub")
    found: dict[str, set[Chain]] = {stage: set() for stage in SOLVERS}

    def seen(call: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(*given: Any, **named: Any) -> Any:
            calls = own_calls()
            stage = next(part for name in calls if (part := name.split(".")[0]) in STAGES)
            found[stage].add(calls)
            return call(*given, **named)

        return recorded

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sinho.run.report.write_run_pages", cars_alone)
        patch.setattr("sinho.cli.progress.threading.Thread", Here)
        patch.setattr(ThreadPoolExecutor, "submit", at_once)
        patch.setattr(Model, "run", seen(Model.run))
        for stage in SOLVERS:
            package = importlib.import_module(f"sinho.{stage}")
            for info in pkgutil.walk_packages(package.__path__, f"sinho.{stage}."):
                if ".kernel" in info.name:
                    continue
                module = importlib.import_module(info.name)
                for name, value in list(vars(module).items()):
                    if isinstance(value, Dispatcher):
                        patch.setattr(module, name, seen(value))
        typed = ["run", str(folder / "hub"), "--from", "2026-02", "--days", "2"]
        typed += ["--iterations", "300", "--slot-iterations", "500", "--threads", "1"]
        result = CliRunner().invoke(app, [*typed, "--out", str(folder / "out")])
    assert result.exit_code == 0, result.output
    return found


def counted(calls: Chain, stage: str) -> tuple[int, int]:
    """Return how many calls lead to the door of a stage, and how many from it to the solver."""
    before = next(n for n, name in enumerate(calls) if name.startswith(f"{stage}."))
    return before, len(calls) - before


@pytest.mark.parametrize("stage", SOLVERS)
def test_no_more_calls_lead_to_the_solver_than_the_page_says(
    chains: dict[str, set[Chain]], stage: str
) -> None:
    row = re.search(rf"^\| `{stage}` \| (\d+) \| (\d+) to (\d+) \|", PAGE, flags=re.M)
    assert row, "the page has no row of the stage"
    door, fewest, most = map(int, row.groups())
    ways = [counted(calls, stage) for calls in chains[stage]]
    assert ways
    counts = max(w[0] for w in ways), min(w[1] for w in ways), max(w[1] for w in ways)
    assert all(now <= said for now, said in zip(counts, (door, fewest, most), strict=True)), (
        f"{counts} now: make it shorter, or say so in docs/architecture.md"
    )


def test_the_rule_and_the_table_of_the_page_are_all_that_check_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sinho.hub_from_tables(tiny_hub()).digest
    dealers = code("A new table of the hub")["Dealers"]
    rule = code("A new rule of check")["dealers_share_a_market"]
    assert '"dealers": market.Dealers,' in PAGE
    monkeypatch.setitem(TABLES, "dealers", dealers)
    monkeypatch.setattr(hubs, "LATER_TABLES", (*hubs.LATER_TABLES, "dealers"))
    monkeypatch.setattr(checks, "RULES", (*checks.RULES, rule))
    monkeypatch.setattr(checks, "_without_rows", cache(checks._without_rows.__wrapped__))
    market = tiny_hub()["markets"][0]["market"]

    def rows(*shares: float) -> list[dict[str, object]]:
        return [
            {"dealer": f"D{n}", "market": market, "share": share} for n, share in enumerate(shares)
        ]

    assert sinho.hub_from_tables(tiny_hub()).digest == before
    good = sinho.hub_from_tables(tiny_hub(dealers=rows(0.5, 0.5)))
    assert good["dealers"]["share"].to_list() == [0.5, 0.5]
    assert good.digest != before
    sinho.write_hub(good, tmp_path / "hub")
    assert CliRunner().invoke(app, ["check", str(tmp_path / "hub")]).exit_code == 0
    table = tmp_path / "hub" / "dealers.csv"
    table.write_text(table.read_text().replace("0.5", "0.75"), encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "hub")])
    assert result.exit_code != 0
    said = " ".join(result.output.split())
    assert "dealers.csv" in said
    assert f"the dealers of {market} have 150% of it" in said
    table.write_text(f"dealer,market,share\nD0,{market}x,0.5\nD0,{market},2\n", encoding="utf-8")
    said = " ".join(CliRunner().invoke(app, ["check", str(tmp_path / "hub")]).output.split())
    assert f"Did you mean {market!r}?" in said or f"{market}x" in said
    assert "share" in said
    shown = CliRunner().invoke(app, ["fields", "dealers"])
    assert shown.exit_code == 0
    assert "Share of the market's cars." in " ".join(shown.output.split())


def test_the_stage_of_the_page_has_the_four_names_and_answers() -> None:
    names = code("A new stage")
    hub = sinho.hub_from_tables(tiny_hub())
    day = dt.date(2026, 1, 5)
    orders = pl.DataFrame({"order": list("abcd"), "model": ["A", "B", "B", "B"]})
    slots = pl.DataFrame({"order": list("abcd"), "date": [day, day, day, None]})
    given = names["Input"].from_run(
        hub, types.SimpleNamespace(table=orders), types.SimpleNamespace(slots=slots)
    )
    assert given.cars.height == 3
    result = names["solve"](given, names["Params"](each=1))
    plugs = hub["models"].filter(pl.col("powertrain").is_in(["BEV", "PHEV"]))["model"].to_list()
    wanted = sum(model in plugs for model in ("A", "B", "B"))
    assert result.objective == result.bound == wanted
    assert names["explain"](result, day).startswith(f"{day}: {wanted} cars to charge need")
    with pytest.raises(DataError, match="each: it must be 1 or more"):
        names["Params"](each=0)
