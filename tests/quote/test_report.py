"""What is written of a quote: page, workbook with live formulas, JSON; and the command."""

from __future__ import annotations

import html
import json
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.hub import read_hub, write_hub
from sinho.quote import Input, Params, Programme, solve
from sinho.report.quote import FILES, headline, quote_tables, write_quote
from sinho.results import Quote
from tests.conftest import ROOT
from tests.quote.small import USUAL, plant, programme
from tests.report.test_pages import FLAGS
from tests.sheets import Book

OTHER = '[[alternative]]\nname = "China"\norigin = "CN"\ncost = 18\nfreight = 4'
TERMS = 'incoterm = "CIF"\nloading = 0.3\ninsurance = 1\non_carriage = 0.5\ncurrency = "USD"'
UNCERTAIN = '[[uncertain]]\nwhat = "volume"\nkind = "uniform"\nlow = 0.5\nhigh = 1.5'


@cache
def made() -> Quote:
    """A quote in dollars with an alternative and some draws."""
    given = Input.from_hub(plant(), programme(OTHER, UNCERTAIN, terms=TERMS))
    return solve(given, Params(draws=10))


def input_cell(book: Book, step: str, table: str, letter: str) -> tuple[str, str]:
    """Return the cell of sheet inputs that holds a figure of a step."""
    for row in book.sheets["inputs"].iter_rows(min_row=2):
        if (row[0].value, row[2].value) == (table, step):
            return "inputs", f"{letter}{row[0].row}"
    raise AssertionError(step)


def test_the_workbook_says_what_the_quote_says(tmp_path: Path) -> None:
    files = write_quote(made(), tmp_path)
    book = Book(files["workbook"])
    lines = made().tables["landed"]
    first = lines.filter((pl.col("month") == lines["month"].min()) & (pl.col("payer") == "buyer"))
    assert book.value("landed", "E2") == pytest.approx(float(first["amount"].sum()))
    # 25 and a fee of 1 at 2, on-carriage 0.5 at 2, duty of 10 % of 50
    assert book.value("landed", "E2") == pytest.approx(52 + 1 + 5)
    assert book.value("landed", "G2") == pytest.approx(18 + 4 + 5.4)
    assert book.value("landed", "H2") == pytest.approx(27.4 - 58)


def test_the_landed_cost_follows_a_tariff_and_a_rate_that_are_changed(tmp_path: Path) -> None:
    path = write_quote(made(), tmp_path)["workbook"]
    tariff = input_cell(Book(path), "duty", "tariffs", "F")
    assert Book(path, {tariff: 25.0}).value("landed", "E2") == pytest.approx(53 + 12.5)
    book = Book(path)
    rate = next(
        ("rates", f"C{row[0].row}")
        for row in book.sheets["rates"].iter_rows(min_row=2)
        if row[0].value == "USD" and row[1].value.month == 2
    )
    assert Book(path, {rate: 3.0}).value("landed", "E2") == pytest.approx(26.5 * 3 + 7.5)


def test_every_formula_has_its_value_beside_it(tmp_path: Path) -> None:
    path = write_quote(made(), tmp_path)["workbook"]
    book, shown = Book(path), openpyxl.load_workbook(path, data_only=True)
    count = 0
    for name in ("landed", "landed lines", "elsewhere lines"):
        for row in book.sheets[name].iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    count += 1
                    value = shown[name][cell.coordinate].value
                    assert book.value(name, cell.coordinate) == pytest.approx(value), cell
    assert count > 100


def test_json_page_and_tables_agree(tmp_path: Path) -> None:
    files = write_quote(made(), tmp_path)
    record = json.loads(files["quote"].read_text("utf-8"))
    assert record["summary"]["gain"] == made().objective
    assert record["summary"]["fee_currency"] == "USD"
    assert len(record["tables"]["landed"]) == made().tables["landed"].height
    page = files["report"].read_text("utf-8")
    for sentence in headline(made()):
        assert html.escape(sentence) in page
    for name in ("cases", "markets", "headroom", "lines"):
        assert html.escape(quote_tables(made())[name].title) in page
    assert not re.search(r"<(?:script|link|img)[^>]*(?:src|href)=.http", page), "needs no network"


def test_the_command_quotes_and_writes(tmp_path: Path) -> None:
    write_hub(plant(), tmp_path / "hub")
    text = f'programme = "P"\nmodel = "P"\n[terms]\nfee = 1\n[[volume]]\n{USUAL}'
    (tmp_path / "p.toml").write_text(text, "utf-8")
    words = ["quote", str(tmp_path / "hub"), str(tmp_path / "p.toml"), "--draws", "5"]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 0, shown.output
    assert "The plant breaks even at −10.5 EUR" in " ".join(shown.output.split())
    told = CliRunner().invoke(app, [*words, "--json", "--no-report", "--out", str(tmp_path / "o")])
    assert json.loads(told.stdout)["summary"]["fee_at_break_even"] == pytest.approx(-10.5)
    assert {path.name for path in (tmp_path / "o").iterdir()} == {"quote.json", "kept"}


def test_a_quote_without_report_leaves_no_page_of_an_earlier_one(tmp_path: Path) -> None:
    write_quote(made(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*FILES.values()}
    (tmp_path / "notes.html").write_text("mine", "utf-8")
    write_quote(made(), tmp_path, report=False)
    assert {path.name for path in tmp_path.iterdir()} == {"quote.json", "notes.html"}
    (tmp_path / "quote.json").unlink()
    (tmp_path / "quote.html").write_text("another's", "utf-8")
    write_quote(made(), tmp_path, report=False)
    assert (tmp_path / "quote.html").is_file(), "nothing says that it is of a quote"


def pages(chromium: str, page: Path) -> int:
    """Print a page in Chromium; return how many sides of A4 it fills."""
    out = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                *(chromium, *FLAGS, f"--user-data-dir={profile}", "--no-pdf-header-footer"),
                *(f"--print-to-pdf={out}", page.as_uri()),
            ],
            capture_output=True,
            timeout=300,
            check=True,
        )
    return len(re.findall(rb"/Type\s*/Page\b", out.read_bytes()))


@pytest.mark.browser
@pytest.mark.parametrize(
    "name", [pytest.param("polestar4", marks=pytest.mark.slow), "polestar4-fob"]
)
def test_the_page_prints_on_two_sides(chromium: str, tmp_path: Path, name: str) -> None:
    hub = read_hub(ROOT / "examples" / "busan")
    given = Input.from_hub(hub, ROOT / "examples" / "busan" / "programmes" / f"{name}.toml")
    write_quote(solve(given, Params(draws=4)), tmp_path)
    assert pages(chromium, tmp_path / "quote.html") == 2


@pytest.mark.browser
def test_a_small_page_prints_on_two_sides_at_most(chromium: str, tmp_path: Path) -> None:
    write_quote(made(), tmp_path)
    assert pages(chromium, tmp_path / "quote.html") <= 2


@pytest.mark.browser
def test_a_page_of_six_markets_with_long_names_prints_on_two_sides(
    chromium: str, tmp_path: Path
) -> None:
    lines = [
        'programme = "대형 전기 SUV 위탁생산 계약 2단계 (Very Long Programme Name Holdings)"',
        'title = "여섯 시장을 위한 위탁생산, a title that takes more than a line of the page"',
        'model = "PS4"\n[terms]\nfee = 2\nexport_clearance = 0.1\nto_port = 0.1\ninsurance = 1',
    ]
    for market in ("KR", "CA", "US", "FR", "GB", "DE"):
        term = "DDP" if market == "KR" else "FOB" if market == "CA" else "CIF"
        lines.append(
            f'[[volume]]\nmarket = "{market}"\nmonth = "2025-11..2026-12"\nexpected = 200\n'
            f'price = 60\nlost_penalty = 3\nlate_penalty = 1.5\nincoterm = "{term}"'
        )
    for market in ("CA", "US", "FR", "GB"):
        lines.append(
            f'[[case]]\nname = "{market} closed by an act with a name that is rather long"\n'
            f'[[case.change]]\ntable = "demand"\nwhere = {{ model = "PS4", market = "{market}" }}\n'
            "set = { units = 0 }"
        )
    lines.append('[[uncertain]]\nwhat = "freight"\nkind = "uniform"\nlow = 0.8\nhigh = 1.3')
    given = Input.from_hub(
        read_hub(ROOT / "examples" / "busan"), Programme.from_text("\n".join(lines))
    )
    result = solve(given, Params(draws=2))
    assert result.explanations
    write_quote(result, tmp_path)
    assert pages(chromium, tmp_path / "quote.html") == 2


@pytest.mark.browser
def test_a_page_of_many_markets_has_those_with_most_cars_and_no_more_sides(
    chromium: str, tmp_path: Path
) -> None:
    names = [f"M{at:02}" for at in range(20)]
    markets = [f'[[markets]]\nmarket = "{name}"\ncountry = "FR"\nregion = "R"' for name in names]
    markets = [f'{one}\nroute = "overseas"\nlane = "EU"\nport = "P"' for one in markets]
    volumes = [
        f'[[volume]]\nmarket = "{name}"\nmonth = "2026-03"\nexpected = {at + 1}\nprice = 12345'
        for at, name in enumerate(names)
    ]
    luck = '[[uncertain]]\nwhat = "freight"\nkind = "uniform"\nlow = 0.8\nhigh = 1.3'
    given = Input.from_hub(plant(), programme(*markets, *volumes, luck))
    quote = solve(given, Params(draws=2))
    tables = quote_tables(quote)
    assert tables["markets"].frame["market"].to_list() == ["FR", *names[5:]]
    assert tables["markets"].note == "5 markets with fewer cars: see sheet markets of the workbook."
    steps = ["step", "payer", "FR", *reversed(names[15:])]
    assert tables["steps"].frame.columns == steps
    assert tables["steps"].note.startswith("15 markets with fewer cars")
    write_quote(quote, tmp_path)
    assert pages(chromium, tmp_path / "quote.html") == 2


OWN = """
[[shops]]
shop = "packs"
kind = "battery"
group = "v"
unit = "pack"
installed_rate = 2
manned_rate = 2
[[crews]]
shop = "packs"
people = 9
[[parts]]
part = "pack"
kind = "battery"
unit = "piece"
supply = "made"
make_cost = 2
[[loads]]
item = "pack"
shop = "packs"
[[bom]]
parent = "P"
part = "pack"
quantity = 1
[[markets]]
market = "ZA"
country = "ZA"
region = "Africa"
route = "overseas"
lane = "AFRICA"
port = "Durban"
source = "assumption"
[[freight]]
lane = "AFRICA"
mode = "vessel"
start = "2026-02"
cost = 1
per = "car"
transit = 20
[[sailings]]
lane = "AFRICA"
month = "2026-02..2026-04"
calls = 1
area = 2000
[[tariffs]]
origin = "KR"
destination = "ZA"
start = "2020-01-01"
percent = 5
"""


def test_what_a_programme_brings_is_not_there_without_it(tmp_path: Path) -> None:
    own = USUAL.replace("FR", "ZA")
    found = solve(Input.from_hub(plant(), programme(OWN, volume=own)), Params(draws=0))
    parts, lane = found.tables["parts"], found.tables["sailing"].filter(lane="AFRICA")
    assert parts.select("used_without", "used_with").sum().row(0) == (0.0, pytest.approx(300))
    assert lane["area_without"].sum() == 0 < lane["area_with"].sum()
    rows = {row["what"]: row for row in quote_tables(found)["room"].frame.to_dicts()}
    assert (rows["pack"]["without"], rows["ships AFRICA"]["without"]) == (0.0, 0.0)
    assert {file.suffix for file in write_quote(found, tmp_path).values()} >= {".html", ".xlsx"}
