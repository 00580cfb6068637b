"""Runs that are refused, as a user types them: what is said, and what is left of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sinho.hub.write import write_hub
from sinho.results import LineDay
from sinho.run.days import DayRun
from tests.run.line import line_hub
from tests.run.test_commands import asked, typed


def bank(path: Path, rows: list[str]) -> Path:
    """Write an order bank."""
    head = "order,model,market,colour,wanted,fixed,vin"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


LIMITS = [{"kind": "colour", "item": "red", "start": "2026-02-01", "end": "2026-02-28", "most": 1}]


def test_all_but_the_hours_of_fixed_orders_is_said_before_the_plan(tmp_path: Path) -> None:
    # 22 orders on a day of 20, two of them red where one is allowed, and a model that is none.
    hub = write_hub(line_hub(slot_limits=LIMITS), tmp_path / "hub")
    colours = ["red", "red", *["white"] * 20]
    rows = [f"{n},A,KR,{colour},2026-02-05,2026-02-03," for n, colour in enumerate(colours)]
    file = bank(tmp_path / "bank.csv", [*rows, "x,Z,KR,white,2026-02-05,,"])
    out = tmp_path / "out"
    for words in (asked(hub, out, "--orders", file), ["orders", hub, "--read", file]):
        result = typed(*words)
        assert result.exit_code == 3
        said = " ".join(result.output.split())
        assert "2 problems and 1 warning in the input" in said
        assert "row 3, column fixed: cars in red: table slot_limits allows 1" in said
        assert "row 24, column model" in said
        assert "hours suffice for the orders fixed on them is not looked at yet" in said
        assert "the day can build 20" not in said
    # Mended, the plan is made and the hours are judged: of them nothing is left open.
    bank(file, [row.replace("red", "white") for row in rows])
    result = typed(*asked(hub, out, "--orders", file))
    said = " ".join(result.output.split())
    assert "row 22, column fixed: the day can build 20 car equivalents" in said
    assert "not looked at yet" not in said
    # Without a fixed order, hours are nothing to speak of.
    bank(file, ["x,Z,KR,white,2026-02-05,,"])
    result = typed(*asked(hub, out, "--orders", file))
    assert result.exit_code == 3
    assert "not looked at yet" not in result.output


def test_a_vin_of_a_built_car_is_refused_before_the_plan(
    made: DayRun, hub_path: Path, tmp_path: Path
) -> None:
    first = made.sequences[LineDay(made.days["date"][0])].order[0]
    vin = dict(made.orders.table.select("order", "vin").iter_rows())[first]
    file = bank(tmp_path / "bank.csv", [f"new,A,KR,red,2026-02-09,,{vin}"])
    words = ["run", hub_path, "--from", "2026-02-05", "--days", 2, "--former", made.folder]
    seen: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sinho.plan.solve", lambda *_, **__: seen.append("plan"))
        result = typed(*words, "--orders", file, "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert f"order '{first}' of an earlier bank has this VIN already" in result.output
    assert not seen
