"""A programme's file: what is wrong with it is told all at once, with line, rule and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sinho import DataError, read_hub
from sinho.cli import app
from sinho.hub import write_hub
from sinho.quote import Input, Programme
from sinho.quote.schema import SECTIONS, fields_of
from tests.quote.small import plant

ROOT = Path(__file__).parents[2]
GOOD = """programme = "P"
model = "P"
[terms]
incoterm = "DDP"
fee = 1
[[volume]]
market = "FR"
month = "2026-02..2026-04"
low = 50
expected = 100
high = 150
price = 25
"""
CASE = '[[case]]\nname = "dear"\n[[case.change]]\n'


def said(text: str, **tables: list[dict[str, object]]) -> list[str]:
    """Return what is said of a programme."""
    with pytest.raises(DataError) as caught:
        Input.from_hub(plant(**tables), Programme.from_text(text))
    return [str(problem) for problem in caught.value.problems]


def test_a_good_programme_is_taken() -> None:
    Input.from_hub(plant(), Programme.from_text(GOOD))


FAULTS = {
    ('"DDP"', '"DPP"'): "row 4, column incoterm: .*DPP.*DDP",
    (
        "[terms]",
        '[terms]\ncurrency = "US"',
    ): "row 4, column currency: has no rate.*'USD'",
    ("[terms]", '["te(rms"]'): r"column te\(rms: there is no such section",
    ("[terms]", "[term]"): "row 3, column term: there is no such section.*'terms'",
    ("fee = 1", "fees = 1"): "row 5, column fees: there is no such key.*'fee'",
    (
        "low = 50",
        "low = 500",
    ): "row 9, column low: low, expected and high must not fall.*500, 100, 150",
    ("low = 50", 'low = "few"'): "row 9, column low: ",
    ('"2026-02..2026-04"', '"2026-04..2026-02"'): "row 8, column month: the range ends before it",
    ("expected = 100", "expected = []"): r"row 10, column expected: the list is empty",
    ("price = 25", "price = -1"): "row 12, column price: must be at least 0",
    ('"FR"', '"FX"'): "row 7, column market: there is no such market.*FR",
    ('model = "P"', 'model = "PS4"'): "row 2, column model: there is no such model",
    ('model = "P"', 'model = "A"'): "the hub has demand for this model already",
    ("2026-04", "2026-05"): "row 8, column month: lies outside the months that are planned",
    ("expected = 100", "expected = [1, 2]"): "must be equally long: month has 3, expected has 2",
    ("expected = 100\n", ""): "column expected: it must be given",
    ("[[volume]]", "[volume]"): r"must be written as \[\[volume\]\]",
    ("[[volume]]", "[[demand]]"): r"Volumes of the programme stand in \[\[volume\]\]",
    ('programme = "P"', ""): "column programme: it must be given",
    ('programme = "P"', 'programme = ""'): "column programme: it must be given",
    ('"FR"', '""'): r"\[\[volume\]\], row 7, column market: it must be given",
    ("fee = 1", "fee = [1, 2]"): r"\[terms\], row 5, column fee: must be one value",
    ("2026-04", "2026-13"): "row 8, column month: must be a month",
}
"""What is typed instead, and what is said."""


@pytest.mark.parametrize(("typed", "rule"), FAULTS.items(), ids=[b for _, b in FAULTS])
def test_a_fault_is_told_with_its_line(typed: tuple[str, str], rule: str) -> None:
    before, instead = typed
    assert before in GOOD
    found = said(GOOD.replace(before, instead, 1))
    assert any(re.search(rule, one) for one in found), found
    assert all(
        one.startswith(("programme.toml, ", "programme.toml [", "programme.toml: "))
        for one in found
    ), found


MORE = {
    '[[corridor]]\nstart = "2026-04"\nend = "2026-02"': "row 16, column end: ends before it starts",
    '[[corridor]]\nstart = "2026-02"\nend = "2026-03"\nleast = 9\nmost = 8': "most is below least",
    '[[payment]]\nwhat = "tools"\nmonth = "2026-02"\namount = 1': "row 15, column what: .*tooling",
    '[[payment]]\nwhat = "tooling"\nmonth = "2025-02"\namount = 1': "lies outside the months",
    '[[alternative]]\nname = "x"\norigin = "JP"\ncost = 1': "there is no tariff from JP to FR",
    '[[uncertain]]\nwhat = "volumes"': "row 15, column what: .*'volume'",
    '[[uncertain]]\nwhat = "freight"': "a triangular distribution needs low",
    '[[uncertain]]\nwhat = "stops"\nitem = "asembly"\nlow=0\nmode=0\nhigh=1': "'assembly'",
    '[[uncertain]]\nwhat = "tariff"\nlow=9\nmode=0\nhigh=1': "low, mode and high must not fall",
    '[[uncertain]]\nwhat = "SOP delay"\nkind = "values"\nvalues = "a;b"': "must be numbers",
    '[[uncertain]]\nwhat = "SOP delay"\nkind = "values"\nvalues = ";"': "list names nothing",
    '[[uncertain]]\nwhat = "SOP delay"\nkind = "values"\nvalues = "1;nan"': "values must be num",
    '[[uncertain]]\nwhat = "SOP delay"\nkind = "values"\nvalues = "0;1.5"': "whole numbers",
    '[[uncertain]]\nwhat = "SOP delay"\nkind = "values"\nvalues = "-1;0"': "at least 0 and at most",
    '[[uncertain]]\nwhat = "SOP delay"\nkind = "values"\nvalues = "1"\nweights = "a"': (
        r"\[\[uncertain\]\], row 18, column weights: weights must be numbers"
    ),
    '[[uncertain]]\nwhat = "stops"\nlow = 0\nmode = 5\nhigh = 15': "15 % of the hours is 0.15",
    '[[uncertain]]\nwhat = "freight"\nkind = "lognormal"\nmean = 0\nspread = 1': "above 0",
    '[[uncertain]]\nwhat = "freight"\nlow = 1\nmode = 1\nhigh = 1\nmean = 3': (
        "a triangular distribution has no mean.*It takes low, mode, high"
    ),
    '[[uncertain]]\nwhat = "tariff"\nitem = "KR"\nlow = 0\nmode = 1\nhigh = 2': (
        "is none that tariff can be of"
    ),
    '[[uncertain]]\nwhat = "volume"\n[[uncertain]]\nwhat = "volume"\nitem = "FR"': (
        "row 18, column item: volume is drawn for all of them together already"
    ),
    f'{CASE}table = "tariffs"\nset = {{ percent = 1 }}'.replace("dear", "as quoted"): (
        "is the programme without any change"
    ),
    '[[uncertain]]\nwhat = "SOP delay"\nkind = "values"\nvalues = "1;2"\nweights = "1"': (
        "2 values and 1 weights"
    ),
    '[[models]]\nmodel = "Q"\nbrand = "B"\npowertrain = "ICE"\nlength = 5000\nwidth = 2000\n'
    'height = 1500\nsop = "2027-01-01"': "row 21, column sop: production starts after the last",
    '[[volume]]\nmarket = "FR"\nmonth = "2026-02"\nexpected = 1': r"\[\[volume\]\] has this twice",
    '[[tariffs]]\norigin = "KR"\ndestination = "FR"\nstart = "2020-01-01"': (
        "row 15, column origin: the same .* stands in row 2 already.*Take it out here"
    ),
    '[[tariffs]]\norigin = "KR"\ndestnation = "FR"\nstart = "2020-01-01"': "'destination'",
    '[[case]]\nname = "dear"': "the case changes nothing",
    f'{CASE}table = "tarifs"\nset = {{ percent = 1 }}': "'tariffs'",
    f'{CASE}table = "tariffs"\nwhere = {{ origin = "XX" }}\nset = {{ percent = 1 }}': (
        "no row of tariffs meets the conditions"
    ),
}


@pytest.mark.parametrize(("added", "rule"), MORE.items(), ids=list(MORE.values()))
def test_a_fault_of_a_further_section_is_told(added: str, rule: str) -> None:
    found = said(f"{GOOD}\n{added}\n")
    assert any(re.search(rule, one) for one in found), found


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace("DDP", "FOP").replace('"FR"', '"FX"').replace("low = 50", "low = 500")
    assert len(said(text)) == 3


def test_a_currency_needs_a_rate_in_the_first_month() -> None:
    text = GOOD.replace("[terms]", '[terms]\ncurrency = "USD"')
    late = [{"currency": "USD", "start": "2026-03-01", "rate": 2}]
    (found,) = said(text, currencies=late)
    assert "has no rate before 2026-03-01, and is needed from 2026-02 on" in found


def test_a_market_that_nobody_may_serve_is_told() -> None:
    other = {"market": "JP", "country": "JP", "region": "Asia", "route": "overseas"}
    market = {**other, "lane": "ASIA", "port": "Yokohama"}
    lines = [f'{key} = "{value}"' for key, value in market.items()]
    text = GOOD.replace('"FR"', '"JP"') + "\n".join(["", "[[markets]]", *lines])
    (found,) = said(text)
    assert (
        "programme.toml [[markets]], row 19, column lane: freight has no row for this lane" in found
    )


def test_terms_by_sea_are_for_markets_overseas() -> None:
    text = GOOD.replace('"FR"', '"KR"').replace("DDP", "FOB")
    (first, *_) = said(text)
    assert first.startswith(
        "programme.toml [[volume]], row 6, column incoterm: is for carriage by sea"
    )


def test_demand_before_sop_is_told_with_the_volumes_line() -> None:
    rows = [
        {"model": "A", "brand": "B", "powertrain": "ICE", "length": 5000, "width": 2000}
        | {"height": 1500},
        {"model": "P", "brand": "B", "powertrain": "ICE", "length": 5000, "width": 2000}
        | {"height": 1500, "sop": "2026-03-01"},
    ]
    found = said(GOOD, models=rows)
    assert found[0].startswith(
        "programme.toml [[volume]], row 8, column month: is before the start"
    )


def test_a_model_comes_with_its_programme() -> None:
    text = (
        GOOD.replace('model = "P"', 'model = "Q"')
        + """
[[models]]
model = "Q"
brand = "Q"
powertrain = "BEV"
length = 4800
width = 2000
height = 1500
material_cost = 9
[[brands]]
brand = "Q"
owner = "Q Holding"
[[loads]]
item = "Q"
shop = "assembly"
load = 1.2
[[parts]]
part = "pack"
kind = "battery"
supply = "bought"
buy_cost = 3
[[bom]]
parent = "Q"
part = "pack"
quantity = 1
"""
    )
    given = Input.from_hub(plant(), Programme.from_text(text))
    whole = given.cases["as quoted"][1]
    assert whole["contracts"]["brand"].to_list() == ["Q"]
    assert given.hub["models"].height == 2


def test_the_command_tells_faults_and_writes_nothing(tmp_path: Path) -> None:
    write_hub(plant(), tmp_path / "hub")
    (tmp_path / "p.toml").write_text(GOOD.replace("DDP", "DPP"), "utf-8")
    words = [
        "quote",
        str(tmp_path / "hub"),
        str(tmp_path / "p.toml"),
        "--out",
        str(tmp_path / "out"),
    ]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 3
    assert "p.toml [terms], row 4, column incoterm" in " ".join(result.output.split())
    assert not (tmp_path / "out").exists()
    words[2] += "x"
    missing = CliRunner().invoke(app, words)
    assert missing.exit_code == 5
    assert "Did you mean 'p.toml'?" in " ".join(missing.output.split())


def test_the_examples_are_programmes_for_busan() -> None:
    hub = read_hub(ROOT / "examples" / "busan")
    for path in sorted((ROOT / "examples" / "busan" / "programmes").glob("*.toml")):
        given = Input.from_hub(hub, path)
        for row in given.programme.volumes:
            assert row["source"], path
            assert row["basis"], path


def typed(*words: str) -> str:
    made = CliRunner().invoke(app, [*words])
    assert made.exit_code == 0, made.output
    return " ".join(made.output.split())


def test_a_new_hub_brings_programmes_that_can_be_quoted_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = typed("new", "myplant", "--from", "busan")
    file = "myplant/programmes/polestar4-fob.toml"
    assert f"sinho quote myplant {file}" in said
    assert "The plant breaks even at" in typed("quote", "myplant", file, "--draws", "0")
    lost = CliRunner().invoke(app, ["quote", "myplant", "polestar4.toml"])
    assert lost.exit_code == 5
    assert "myplant/programmes/polestar4.toml" in lost.output.replace("\n", " ")


def test_programmes_stand_beside_a_new_workbook_and_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "b-programmes/polestar4.toml" in typed("new", "b.xlsx")
    kept = Path("b-programmes/polestar4.toml")
    Path("b.xlsx").unlink()
    kept.write_text("mine", "utf-8")
    refused = CliRunner().invoke(app, ["new", "b.xlsx"])
    assert refused.exit_code != 0
    assert not Path("b.xlsx").exists()
    assert kept.read_text("utf-8") == "mine"
    typed("new", "b.xlsx", "--force")
    assert kept.read_text("utf-8") != "mine"


def test_every_field_says_what_it_means() -> None:
    for section in ("", *SECTIONS):
        for name, spec in fields_of(section).items():
            assert spec.meaning.endswith("."), (section, name)


def test_a_model_that_is_built_already_cannot_be_late() -> None:
    late = '[[uncertain]]\nwhat = "SOP delay"\nkind = "values"\nvalues = "0;1"'
    rows = [
        {"model": name, "brand": "B", "powertrain": "ICE"}
        | {"length": 5000, "width": 2000, "height": 1500}
        for name in ("A", "P")
    ]
    (found,) = said(f"{GOOD}\n{late}", models=rows)
    assert "row 15, column what: no model of the programme has an SOP" in found


def test_a_folder_is_no_programme(tmp_path: Path) -> None:
    write_hub(plant(), tmp_path / "hub")
    result = CliRunner().invoke(app, ["quote", str(tmp_path / "hub"), str(tmp_path)])
    assert result.exit_code == 5
    assert "is a folder" in " ".join(result.output.split())


def test_the_help_names_sections_in_their_brackets() -> None:
    assert "[[uncertain]]" in typed("quote", "--help").replace(" │ │ ", "")


def test_the_rate_of_an_alternative_is_needed_from_its_cars_on() -> None:
    yen = '[[currencies]]\ncurrency = "JPY"\nstart = "2026-03-01"\nrate = 0.01\n'
    paid = '[[payment]]\nwhat = "launch"\nmonth = "2026-02"\namount = 5\n'
    other = '[[alternative]]\nname = "China"\norigin = "CN"\ncost = 1800\ncurrency = "JPY"\n'
    later = GOOD.replace("2026-02..2026-04", "2026-03..2026-04")
    Input.from_hub(plant(), Programme.from_text(later + yen + paid + other))
    assert any("has no rate before" in one for one in said(GOOD + yen + paid + other))


def test_a_model_that_nobody_has_or_that_the_hub_has_already_is_told_by_its_row() -> None:
    text = GOOD.replace('model = "P"', 'model = "Q"')
    (found,) = said(text)
    assert "row 2, column model: there is no such model (found 'Q')" in found
    found, other = said(text.replace("market =", 'model = "R"\nmarket ='))
    assert "row 2, column model: there is no such model (found 'Q')" in found
    assert "row 7, column model: there is no such model (found 'R')" in other
    twice = (
        '[[models]]\nmodel = "P"\nbrand = "B"\npowertrain = "ICE"\nlength = 5000\n'
        'width = 2000\nheight = 1500\n[[uncertain]]\nwhat = "SOP delay"\nkind = "values"\n'
        'values = "0;1"'
    )
    (found,) = said(f"{GOOD}\n{twice}")
    assert "[[models]], row 15, column model: table models of the hub has this model" in found


def test_a_row_of_unknown_names_is_told_without_the_names_of_scenarios() -> None:
    models = (
        '[[models]]\nmodel = "N"\nbrand = "B"\npowertrain = "ICE"\nlength = 5000\n'
        'width = 2000\nheight = 1500\n[[loads]]\nitem = "M"\nshop = "assembly"'
    )
    found = next(one for one in said(f"{GOOD}\n{models}") if "[[loads]]" in one)
    assert "is not in table models or table parts (found 'M')" in found
    assert "scenarios/" not in found
