"""Refunds of duty: an act that is published after it begins, by hand for plant and buyer."""

from __future__ import annotations

import datetime as dt
import html
import json
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from sinho import DataError
from sinho.cli import app
from sinho.hub import Hub, write_hub
from sinho.quote import Input, Params, solve
from sinho.quote.duty import known_duties
from sinho.report.quote import write_quote
from sinho.results import Quote
from sinho.source.duties import duty_days
from tests.budget import examples
from tests.plan.small import Rows
from tests.quote.small import USUAL, plant, programme
from tests.quote.test_landed import lines_of
from tests.sheets import Book

WAY = {"origin": "KR", "destination": "FR"}
CUT = {**WAY, "start": "2026-02-15", "percent": 2, "published": "2026-04-06"}


def tariffs(*more: dict[str, object]) -> Rows:
    """Rows of tariffs from Korea to France: 10 %, and others."""
    return [{**WAY, "start": "2020-01-01", "percent": 10}, *more]


def hub(*more: dict[str, object]) -> Hub:
    """The small hub: cars are 40 days on their way to France."""
    return plant(tariffs=tariffs(*more))


def made(term: str, *more: dict[str, object]) -> Quote:
    """A quote of 100 cars a month from February to April at 25."""
    given = Input.from_hub(hub(*more), programme(terms=f'incoterm = "{term}"'))
    return solve(given, Params(draws=0))


def cash(quote: Quote) -> dict[tuple[str, str], float]:
    """Return cash by month and line, of duty alone."""
    rows = quote.tables["cash"].filter(pl.col("line").str.contains("tariffs")).to_dicts()
    return {(f"{row['month']:%Y-%m}", row["line"]): row["amount"] for row in rows}


OLD, NEW = 0.1 * 25, 0.02 * 25
"""Duty of a car before the cut and behind it."""


def test_by_hand_delivered_duty_paid() -> None:
    quote = made("DDP", CUT)
    # 40 days at sea: what leaves from the 25th of February on enters when the cut is known
    unknown = 10 / 28
    lines = quote.tables["landed"].filter(month=dt.date(2026, 2, 1))
    duty = lines.filter(step="duty").select("due", "share", "percent", "amount").rows()
    border = dt.date(2026, 3, 1)
    assert [row[:3] for row in duty] == [
        (border, pytest.approx(14 / 28), 10),
        (border, pytest.approx(10 / 28), 10),
        (border, pytest.approx(4 / 28), 2),
    ]
    back = lines.filter(step="refund").select("payer", "due", "share", "percent").rows()
    april = dt.date(2026, 4, 1)
    assert back == [
        ("seller", april, pytest.approx(-unknown), 10),
        ("seller", april, pytest.approx(unknown), 2),
    ]
    # paid in March, of 100 cars of February; those of March and April enter when it is known
    assert cash(quote) == {
        ("2026-03", "tariffs"): pytest.approx(-100 * ((1 - 4 / 28) * OLD + 4 / 28 * NEW)),
        ("2026-04", "tariffs"): pytest.approx(-100 * NEW),
        ("2026-04", "refunds of tariffs"): pytest.approx(100 * unknown * (OLD - NEW)),
        ("2026-05", "tariffs"): pytest.approx(-100 * NEW),
    }
    (case,) = quote.tables["cases"].to_dicts()
    assert case["refund"] == pytest.approx(100 * unknown * (OLD - NEW))
    # what holds in law is the plan's: half of February at 10 %, all the rest at 2 %
    law = 100 * (0.5 * OLD + 0.5 * NEW + 2 * NEW)
    assert case["tariffs_with"] == pytest.approx(law)
    assert case["duty_on_programme"] == pytest.approx(law)
    assert quote.tables["cash"]["amount"].sum() == pytest.approx(quote.objective)


def test_by_hand_where_the_buyer_pays() -> None:
    quote, known = made("FOB", CUT), made("FOB", {**CUT, "published": None})
    assert cash(quote) == {}, "the refund is the buyer's"
    lines = quote.tables["landed"].filter(month=dt.date(2026, 2, 1), payer="buyer")
    by_step = dict(lines.group_by("step").agg(pl.col("amount").sum()).iter_rows())
    assert by_step["duty"] == pytest.approx(24 / 28 * OLD + 4 / 28 * NEW)
    assert by_step["refund"] == pytest.approx(-10 / 28 * (OLD - NEW))
    law = known.tables["landed"].filter(month=dt.date(2026, 2, 1), step="duty")["amount"].sum()
    assert by_step["duty"] + by_step["refund"] == pytest.approx(law)
    for name in ("landed", "cars"):
        pair = [one.tables["markets"][name].to_list() for one in (quote, known)]
        assert pair[0] == pytest.approx(pair[1])


def test_an_act_that_raises_a_duty_is_charged_later() -> None:
    quote = made("DDP", {**CUT, "percent": 12})
    assert quote.tables["cases"]["refund"].item() == pytest.approx(-100 * 10 / 28 * 0.02 * 25)
    assert cash(quote)["2026-04", "refunds of tariffs"] == pytest.approx(-100 * 10 / 28 * 0.5)


def test_acts_published_one_after_the_other_are_refunded_one_after_the_other() -> None:
    days = [dt.date(2026, 2, 20)]
    acts = [
        ("all", "2020-01-01", None),
        ("all", "2026-02-01", "2026-05-01"),
        ("BEV", "2026-02-02", "2026-04-01"),
        ("all", "2026-02-03", "2026-06-01"),
        ("all", "2026-03-01", None),
    ]
    rows = [
        {
            **{"powertrain": power, "n": n, "start": dt.date.fromisoformat(start)},
            "published": late and dt.date.fromisoformat(late),
        }
        for n, (power, start, late) in enumerate(acts)
    ]

    def told(powertrain: str, transit: float = 0) -> list[tuple[int, int]]:
        ((known, on),) = known_duties(rows, powertrain, days, transit)
        assert on == days
        return [(0 if n == 0 else at.month, row["n"]) for n, (at, row) in enumerate(known) if row]

    assert told("ICE") == [(0, 0), (5, 1), (6, 3)]
    assert told("BEV") == [(0, 0), (4, 2)], "its own row goes before that of all"
    assert told("ICE", 100) == [(0, 1), (6, 3)], "the 31st of May"
    assert told("ICE", 101) == [(0, 3)], "known on the day of publication"
    assert known_duties(rows[1:2], "ICE", days, 0)[0][0][0][1] is None


@settings(max_examples=examples(60), deadline=None)
@given(
    acts=st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 40), st.none() | st.integers(-30, 90)),
        min_size=1,
        max_size=4,
        unique_by=lambda act: act[0],
    )
)
def test_what_is_paid_and_what_holds_are_those_of_a_network(
    acts: list[tuple[int, int, int | None]],
) -> None:
    """The same rule as ``sinho source`` for cars that enter on the day on which they leave."""
    first, size = dt.date(2026, 2, 1), 60
    rows = [
        {
            **{"powertrain": "all", "plant": "all", "agreement": "", "kind": "base", "act": "x"},
            **{"start": first + dt.timedelta(start), "end": None, "percent": float(percent)},
            "published": None if late is None else first + dt.timedelta(start + late),
        }
        for start, percent, late in sorted(acts)
    ]
    days = [first + dt.timedelta(n) for n in range(size)]
    paid, law = np.zeros(size), np.zeros(size)
    for known, on in known_duties(rows, "BEV", days, 0):
        for day in on:
            at = (day - first).days
            paid[at] = (known[0][1] or {"percent": 0.0})["percent"]
            law[at] = (known[-1][1] or {"percent": 0.0})["percent"]
    for values, is_known in ((paid, True), (law, False)):
        there = duty_days(rows, first, size, (), known=is_known).rate
        assert values / 100 == pytest.approx(there)


@settings(max_examples=examples(20), deadline=None)
@given(
    published=st.dates(dt.date(2025, 12, 1), dt.date(2026, 8, 1)),
    start=st.dates(dt.date(2026, 1, 15), dt.date(2026, 4, 20)),
    percent=st.integers(0, 30),
    per_unit=st.sampled_from([0, 1.5]),
    term=st.sampled_from(["DDP", "CIF"]),
)
def test_a_day_of_publication_never_changes_the_contribution(
    published: dt.date, start: dt.date, percent: int, per_unit: float, term: str
) -> None:
    row = {**WAY, "start": str(start), "percent": percent, "per_unit": per_unit}
    row["currency"] = "USD" if per_unit else None
    found = []
    for when in (None, str(published)):
        own = hub({**row, "published": when})
        lines, _, (_, whole) = lines_of(own, programme(terms=f'incoterm = "{term}"'))
        paid = lines.group_by("market", "month", "payer").agg(pl.col("amount").sum())
        found.append((whole.contribution, paid.sort("month", "payer")["amount"].to_list()))
    assert found[0][0] == found[1][0]
    assert found[0][1] == pytest.approx(found[1][1])


def test_a_column_that_is_empty_changes_no_hub() -> None:
    with_none = plant(tariffs=[{**row, "published": None} for row in tariffs()])
    assert with_none.digest == hub().digest


def test_an_alternative_is_refunded_too(tmp_path: Path) -> None:
    other = '[[alternative]]\nname = "China"\norigin = "CN"\ncost = 18\nfreight = 4'
    late = (
        '[[tariffs]]\norigin = "CN"\ndestination = "FR"\nstart = 2026-03-01\npercent = 5\n'
        "published = 2026-04-11"
    )
    base = '[[tariffs]]\norigin = "CN"\ndestination = "FR"\nstart = 2020-01-01\npercent = 30'
    asked = programme(other, base, late)
    _, there, _ = lines_of(hub(), asked)
    rows = there.filter(step="refund").select("month", "due", "share", "percent").rows()
    march, april = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
    part = pytest.approx(10 / 30)
    assert rows[:2] == [(march, april, -1, 30), (march, april, 1, 5)]
    assert rows[2:] == [(april, april, -10 / 30, 30), (april, april, part, 5)]
    law = there.filter(month=march, table="tariffs")["amount"].sum()
    assert law == pytest.approx(0.05 * 18)
    quote = solve(Input.from_hub(hub(CUT), asked), Params(draws=0))
    path = write_quote(quote, tmp_path)["workbook"]
    book, shown = Book(path), openpyxl.load_workbook(path, data_only=True)
    for name in ("landed", "landed lines", "elsewhere lines"):
        cells = [cell for row in book.sheets[name].iter_rows(min_row=2) for cell in row]
        live = [cell for cell in cells if str(cell.value).startswith("=")]
        assert len(live) > 5
        for cell in live:
            value = shown[name][cell.coordinate].value
            assert book.value(name, cell.coordinate) == pytest.approx(value), cell


def test_page_workbook_and_questions_tell_refunds(tmp_path: Path) -> None:
    quote = made("FOB", CUT)
    files = write_quote(quote, tmp_path / "out")
    said = "FR: the buyer pays 71.4 EUR of duty besides at the border, refunded in 2026-04"
    page = files["report"].read_text("utf-8")
    assert html.escape(said) in page
    assert "paid besides and refunded" in page
    record = json.loads(files["quote"].read_text("utf-8"))
    assert record["tables"]["cases"][0]["refund"] == pytest.approx(100 * 10 / 28 * (OLD - NEW))
    book = Book(files["workbook"])
    here = 25 + 1 + 2 + 0.5 * OLD + 0.5 * NEW
    assert book.value("landed", "E2") == pytest.approx(here)
    # a duty that is changed is changed where it is paid and where it is refunded
    old, new = (
        next(
            ("inputs", f"F{row[0].row}")
            for row in book.sheets["inputs"].iter_rows(min_row=2)
            if (row[2].value, row[5].value) == ("duty", percent)
        )
        for percent in (10, 2)
    )
    assert Book(files["workbook"], {old: 20.0}).value("landed", "E2") == pytest.approx(here + 1.25)
    assert Book(files["workbook"], {new: 4.0}).value("landed", "E2") == pytest.approx(here + 0.25)


def test_why_tells_refunds_of_a_quote_that_is_kept(tmp_path: Path) -> None:
    write_hub(hub(CUT), tmp_path / "hub")
    text = f'programme = "P"\nmodel = "P"\n[terms]\nfee = 1\n[[volume]]\n{USUAL}'
    (tmp_path / "p.toml").write_text(text, "utf-8")
    out = tmp_path / "out"
    words = ["quote", tmp_path / "hub", tmp_path / "p.toml", "--draws", "0", "--out", out]
    for typed in ([*words, "--no-report"], ["why", out, "--fee"]):
        shown = CliRunner().invoke(app, [str(word) for word in typed])
        assert shown.exit_code == 0, shown.output
        told = " ".join(shown.output.split())
        assert "FR: the plant pays 71.4 EUR of duty besides at the border, refunded in" in told


def test_a_day_of_publication_that_is_none_is_told_by_row() -> None:
    text = USUAL + "[[tariffs]]\n" + 'origin = "CN"\ndestination = "FR"\nstart = 2026-03-01\n'
    with pytest.raises(DataError, match="published") as error:
        Input.from_hub(hub(), programme(volume=text + 'published = "in May"\npercent = 5'))
    (problem,) = error.value.problems
    assert problem.row is not None
