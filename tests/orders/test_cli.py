"""The commands ``sinho orders`` and ``sinho vin``."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from sinho.banks import read_orders
from sinho.cli import app
from sinho.cli.base import DATA, FILES, OK, USAGE
from sinho.hub import write_hub
from tests.hubs import tiny_hub
from tests.orders.plant import ordering_hub

runner = CliRunner()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_hub(ordering_hub(), tmp_path_factory.mktemp("orders") / "hub")


def run(*words: object) -> tuple[int, str, str]:
    result = runner.invoke(app, [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


def test_orders_are_made_of_the_plan_and_written(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "bank.csv"
    code, told, _ = run("orders", path, "--from", "2026-02", "--vins", "--out", out)
    assert code == OK
    bank = read_orders(out, ordering_hub())
    assert bank.table["order"].str.starts_with("2602-").all()
    assert bank.table["vin"].is_unique().all()
    assert f"Tiny: {len(bank):,} orders, generated, seed 1." in told
    for title in ("by model", "by market", "by week wanted", "Take rates", "Colours"):
        assert title in told
    code, _, error = run("orders", path, "--out", out)
    assert code == FILES
    assert "--force" in error


def test_the_same_seed_writes_the_same_file(path: Path, tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        assert run("orders", path, "--seed", 5, "--out", tmp_path / name)[0] == OK
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_the_record_says_what_was_asked_for_and_made(path: Path) -> None:
    code, told, _ = run("orders", path, "--months", 2, "--json")
    assert code == OK
    record = json.loads(told)
    assert record["origin"] == "generated"
    assert record["orders"] == sum(row["orders"] for row in record["models"])
    for row in record["rates"]:
        assert abs(row["made"] - row["asked"]) <= 1


def test_a_bank_is_checked_row_by_row(path: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_text("order,model,market,colour,wanted\n1,A,KR,white,2026-01-15\n")
    code, told, _ = run("orders", path, "--read", good)
    assert code == OK
    assert "1 order, read from" in told
    bad = tmp_path / "bad.csv"
    bad.write_text("order,model,market,colour,wanted\n1,A,KR,blue,2026-01-15\n2,C,KR,white,\n")
    out = tmp_path / "never.csv"
    code, told, error = run("orders", path, "--read", bad, "--out", out)
    assert code == DATA
    assert not out.exists()
    assert "bad.csv, row 2, column colour: A does not come in this colour" in error
    assert "bad.csv, row 3, column model" in error
    assert "bad.csv, row 3, column wanted: must be given" in error
    assert run("orders", path, "--read", tmp_path / "none.csv")[0] == FILES


def test_a_bank_without_orders_is_told_as_such(path: Path, tmp_path: Path) -> None:
    head = tmp_path / "head.csv"
    head.write_text("order,model,market,colour,wanted\n")
    code, told, _ = run("orders", path, "--read", head, "--vins")
    assert code == OK
    assert "0 orders, read from" in told


def test_vins_go_on_behind_those_of_earlier_banks(path: Path, tmp_path: Path) -> None:
    """Otherwise the cars of February would have the VINs of January's."""
    first, second, both = (tmp_path / f"{name}.csv" for name in ("jan", "feb", "both"))
    assert run("orders", path, "--from", "2026-01", "--vins", "--out", first)[0] == OK
    words = ["--vins", "--after", first]
    assert run("orders", path, "--from", "2026-02", *words, "--out", second)[0] == OK
    january, february = (pl.read_csv(file)["vin"] for file in (first, second))
    assert january.str.slice(11).cast(pl.Int64).max() == january.len()
    serials = february.str.slice(11).cast(pl.Int64)
    assert (serials.min(), serials.max()) == (january.len() + 1, january.len() + february.len())
    # The same bank without VINs gets them back, wherever its rows stand.
    pl.read_csv(first).drop("vin", "source", strict=False).reverse().write_csv(both)
    out = tmp_path / "again.csv"
    assert run("orders", path, "--read", both, *words, "--out", out)[0] == OK
    assert pl.read_csv(out).sort("order")["vin"].equals(january)


def test_banks_whose_vins_are_taken_are_checked(path: Path, tmp_path: Path) -> None:
    bank = tmp_path / "bank.csv"
    bank.write_text("order,model,market,colour,wanted\n1,A,KR,red,2026-01-15\n")
    code, _, error = run("orders", path, "--vins", "--after", bank)
    assert code == DATA
    assert "bank.csv, row 1, column vin: the column is missing" in error
    assert run("orders", path, "--vins", "--after", tmp_path / "none.csv")[0] == FILES
    code, _, error = run("orders", path, "--after", bank)
    assert code == USAGE
    assert "add --vins" in " ".join(error.split())


def test_fixed_orders_are_checked_against_what_their_day_can_build(
    path: Path, tmp_path: Path
) -> None:
    limits = [{"kind": "option", "item": "roof", "start": "2026-01-15", "most": 1}]
    hub = write_hub(ordering_hub(slot_limits=limits), tmp_path / "hub")
    row = "{},A,KR,white,2026-01-20,2026-01-15,{}\n"
    bank = tmp_path / "bank.csv"

    def judged(*options: str) -> tuple[int, str, str]:
        rows = [row.format(n, option) for n, option in enumerate(options)]
        bank.write_text("order,model,market,colour,wanted,fixed,options\n" + "".join(rows))
        return run("orders", hub, "--read", bank)

    assert judged("roof", "", "")[0] == OK
    code, _, error = judged("roof", "", "roof")
    assert code == DATA
    assert "row 4, column fixed: cars with option roof: table slot_limits allows 1" in error
    code, _, error = judged(*[""] * 3000)
    assert code == DATA
    assert "car equivalents, and the first" in error


def test_fixed_orders_beyond_the_horizon_are_not_judged_but_told(
    path: Path, tmp_path: Path
) -> None:
    bank = tmp_path / "bank.csv"
    bank.write_text("order,model,market,colour,wanted,fixed\n1,A,KR,white,2026-03-20,2026-04-14\n")
    code, told, _ = run("orders", path, "--read", bank)
    assert code == OK
    assert "whose capacity is not known: 1 day from 2026-04-14" in " ".join(told.split())


def test_warnings_of_a_bank_are_shown(tmp_path: Path) -> None:
    models = [dict(row) for row in tiny_hub()["models"]]
    models[0] |= {"eop": "2026-03-31"}
    hub = write_hub(ordering_hub(models=models), tmp_path / "hub")
    bank = tmp_path / "bank.csv"
    bank.write_text("order,model,market,colour,wanted\n1,A,KR,red,2026-04-01\n")
    code, told, _ = run("orders", hub, "--read", bank)
    assert code == OK
    assert "warning: bank.csv, row 2, column wanted: is after the end of production of A" in told
    (warning,) = json.loads(run("orders", hub, "--read", bank, "--json")[1])["warnings"]
    assert (warning["row"], warning["severity"]) == (2, "warning")


def test_a_hubs_own_orders_are_taken_unless_months_are_named(tmp_path: Path) -> None:
    row = {"order": "1", "model": "A", "market": "KR", "colour": "red", "wanted": "2026-01-15"}
    own = write_hub(ordering_hub(orders=[row]), tmp_path / "own")
    assert "1 order, read from the hub" in run("orders", own)[1]
    assert "generated, seed 1" in run("orders", own, "--from", "2026-01")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--from", "March"], "is no month"),
        (["--from", "2027-01"], "outside the horizon, 2026-01 to 2026-03"),
        (["--from", "2026-03", "--months", "2"], "the horizon has only 1 month from 2026-03 on"),
        (["--scenario", "none"], "there is no scenario 'none'"),
        (["--out", "bank.txt"], "ends in none of .csv, .xlsx, .parquet"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(path: Path, words: list[str], told: str) -> None:
    code, _, error = run("orders", path, *words)
    assert code == USAGE
    assert told in " ".join(error.split())


def test_a_vin_is_parted() -> None:
    code, told, _ = run("vin", "1M8GDM9AXKP042788", "--market", "US")
    assert code == OK
    assert "model year 1989 or 2019" in told
    record = json.loads(run("vin", "1M8GDM9AXKP042788", "--json")[1])
    assert (record["wmi"], record["serial"], record["check_holds"]) == ("1M8", "042788", True)


def test_a_wrong_vin_is_refused_where_its_market_asks() -> None:
    code, _, error = run("vin", "1M8GDM9AXKP042789", "--market", "us")
    assert code == DATA
    assert "the other characters give '1' (US: 49 CFR 565.15)" in error
    code, told, _ = run("vin", "1M8GDM9AXKP042789", "--market", "KR")
    assert code == OK
    assert "no check digit, which would be 1" in told
    assert run("vin", "1M8GDM9AXKP042789", "--market", "USA")[0] == USAGE


def test_the_order_bank_of_the_command_is_a_table_for_polars(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "bank.parquet"
    assert run("orders", path, "--out", out)[0] == OK
    table = pl.read_parquet(out)
    assert table.columns[:5] == ["order", "brand", "model", "market", "colour"]
    assert table["wanted"].dtype == pl.Date


def test_warnings_beside_faults_are_told_apart(path: Path, tmp_path: Path) -> None:
    bank = tmp_path / "bank.csv"
    head = "order,model,market,colour,wanted,fixed"
    bank.write_text(f"{head}\n1,A,FR,red,2026-02-30,2026-02-02\n", encoding="utf-8")
    code, _, error = run("orders", path, "--read", bank)
    assert code == DATA
    told = error.splitlines()
    assert told[0].endswith("1 problem and 1 warning in the input:")
    assert told[1].startswith("  bank.csv, row 2, column wanted: ")
    assert told[2].startswith("  warning: bank.csv, column fixed: ")


def test_a_folder_is_no_order_bank(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bank.csv"
    folder.mkdir()
    for words in (("orders", path, "--read", folder), ("run", path, "--orders", folder)):
        out = ("--out", tmp_path / "out") if words[0] == "run" else ()
        code, _, error = run(*words, *out)
        assert code == FILES
        assert "bank.csv is a folder; give the file of the order bank" in error
    assert not (tmp_path / "out").exists()
