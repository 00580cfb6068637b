"""Questions about a quote that a folder keeps: its fees, what does not fit, what others lose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.hub import write_hub
from tests.quote.small import plant

VOLUME = '[[volume]]\nmarket = "FR"\nmonth = "2026-02"\nexpected = 800\nprice = 60\n'
HEAD = 'programme = "P"\nmodel = "P"\n[terms]\nfee = 1\n'
OTHER = '[[alternative]]\nname = "China"\norigin = "CN"\ncost = 50\nfreight = 4\n'
PAID = '[[payment]]\nwhat = "tooling"\nmonth = "2026-02"\namount = 500\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quote of 800 cars for February, of 1,600 that can be built and 1,000 that others want."""
    place = tmp_path_factory.mktemp("quote")
    write_hub(plant(1000), place / "hub")
    text = HEAD + VOLUME + "late_penalty = 5\n" + OTHER + PAID
    (place / "p.toml").write_text(text, "utf-8")
    words = ["quote", place / "hub", place / "p.toml", "--draws", "0", "--no-report"]
    typed(*words, "--out", place / "out")
    return place


def typed(*words: object, code: int = 0) -> str:
    made = CliRunner().invoke(app, [str(word) for word in words])
    assert made.exit_code == code, made.output
    return " ".join(made.output.split())


def test_a_fee_is_explained_by_the_lines_that_the_programme_changes(folder: Path) -> None:
    said = json.loads(typed("why", folder / "out", "--fee", "--json"))
    record = json.loads((folder / "out" / "quote.json").read_text("utf-8"))["summary"]
    changes = [row["change"] for row in said["facts"]]
    assert sum(changes) == pytest.approx(record["gain"])
    lines = {row["line"]: row["change"] for row in said["facts"]}
    assert lines["revenue"] == pytest.approx(800 * 60)
    assert lines["contract fees"] == pytest.approx(800)
    assert lines["tooling and launch"] == -500
    assert "800 cars earn the fee" in said["answer"]
    # 60 + 1 at the plant's risk with duty paid; 50 + 4 and 30 % of 50 from China
    (france, both) = said["reasons"]
    assert "61 EUR (price 60, fee 1)" in france
    assert "duty 15" in france
    assert "at a fee of 9" in both
    assert record["fee_elsewhere"] == pytest.approx(9)


def test_a_fee_that_no_car_earns_is_explained_too(folder: Path) -> None:
    file = folder / "none.toml"
    file.write_text(HEAD + VOLUME.replace("price = 60", "price = 1"), "utf-8")
    out = folder / "none"
    typed("quote", folder / "hub", file, "--draws", "0", "--no-report", "--out", out)
    said = typed("why", out, "--fee")
    assert "No car is shipped that would earn a fee." in said
    assert "No alternative is named" in said


def test_a_model_that_waits_is_told_what_the_programme_fills(folder: Path) -> None:
    said = typed("why", folder / "out", "--model", "A", "--month", "2026-02")
    assert "200 more cars of A are late at the end of 2026-02 and 0 more lost" in said
    assert "it fills shop assembly, which has room for 600 more without it" in said
    march = typed("why", folder / "out", "--model", "A", "--month", "2026-04")
    assert "The programme takes none of these cars" in march
    own = typed("why", folder / "out", "--model", "P", "--month", "2026-02")
    assert "all 800 cars asked for are shipped on time" in own
    assert "without the programme" not in own
    assert "200 more cars of A" in typed("why", folder / "out", "--month", "2026-02")


def test_a_hub_that_has_changed_since_is_told(folder: Path) -> None:
    asked = ["why", folder / "out", "--fee"]
    assert "has changed since" not in typed(*asked)
    file = folder / "hub" / "freight.csv"
    before = file.read_text("utf-8")
    file.write_text(before.replace(",2,", ",2.5,", 1), "utf-8")
    assert file.read_text("utf-8") != before
    assert "since this quote was made" in typed(*asked)
    file.write_text(before, "utf-8")


def test_fees_are_of_quotes_and_folders_of_plans_are_not_written_over(folder: Path) -> None:
    assert "no folder of a quote" in typed("why", folder / "hub", "--fee", code=2)
    both = typed("why", folder / "out", "--fee", "--shop", "assembly", code=2)
    assert "two questions" in both
    assert "or --fee, of a quote" in typed("why", folder / "out", code=2)
    typed("plan", folder / "hub", "--no-report", "--out", folder / "plan")
    words = ["quote", folder / "hub", folder / "p.toml", "--draws", "0", "--out", folder / "plan"]
    assert "holds a plan" in typed(*words, code=5)
    assert "this is the folder of a quote" in typed("plan", folder / "out", code=3)
