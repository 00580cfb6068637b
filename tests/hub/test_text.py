"""Cells are read strictly, and a refused cell is told what was probably meant."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinho.hub.misread import explain
from sinho.hub.schema import Field, Kind
from sinho.hub.text import clean, parse, render


def spec(kind: Kind, unit: str = "-", **more: Any) -> Field:
    return Field("demand", "x", kind, unit, "A field.", **more)


def read(text: object, kind: Kind) -> object:
    return parse(clean(pl.Series("x", [text])), spec(kind))[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        (" 1.5 ", 1.5),
        ("-2", -2.0),
        ("+3", 3.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("0.30000000000000004", 0.30000000000000004),
        ("", None),
        ("   ", None),
        ("\u00a0", None),
    ],
)
def test_numbers_are_taken(text: str, value: float | None) -> None:
    assert read(text, "number") == value


@pytest.mark.parametrize(
    ("text", "unit", "rule", "hint"),
    [
        ("1,5", "cars", "must be a number", "Write 1.5: the decimal sign is a point"),
        ("1,500", "cars", "must be a number", "Write 1500 without thousands separator, or 1.5 if"),
        ("0,500", "cars", "must be a number", "Write 0.500"),
        ("12,345,678", "cars", "must be a number", "Write 12345678 without thousands"),
        ("1,234.5", "cars", "must be a number", "Write 1234.5 without thousands"),
        ("1.234,5", "cars", "must be a number", "Write 1234.5: no thousands separators"),
        ("1.234.567", "cars", "must be a number", "Write 1234567 without thousands"),
        ("15 000", "cars", "must be a number", "Write 15000 without gaps"),
        ("15'000", "cars", "must be a number", "Write 15000 without gaps"),
        ("15\u00a0000", "cars", "must be a number", "Write 15000 without gaps"),
        ("304 cars", "cars", "must be a number", "Write 304 alone; its unit is cars"),
        ("€20", "currency/car", "must be a number", "Write 20 alone; its unit is currency/car"),
        ("lots", "cars", "must be a number, not text", "its unit is cars"),
        ("5%", "1", "must be a number", "Write 0.05: shares are given as 0 to 1"),
        ("25 %", "%", "must be a number", "Write the figure without per cent sign."),
        ("(20)", "cars", "must be a number", "Write -20 for a negative number"),
        ("１２", "cars", "must be a number", "Write 12 with plain digits, 0 to 9"),
        ("inf", "cars", "inf is none", "leave the cell empty"),
        ("NaN", "cars", "NaN is none", "leave the cell empty"),
        ("n/a", "cars", "must be a number", "leave the cell empty"),
        ("-", "cars", "must be a number", "leave the cell empty"),
        ("1e999", "cars", "the number is too large", "Check the digits"),
        ("2026-03-01 00:00:00", "cars", "must be a number", "The cell holds a date"),
        ("#REF!", "cars", "the formula in this cell gives an error", "Mend the formula"),
        ("#DIV/0!", "cars", "the formula in this cell gives an error", "Mend the formula"),
        ("true", "cars", "must be a number, not text", "Write the figure alone"),
    ],
)
def test_a_refused_number_is_told_what_was_meant(
    text: str, unit: str, rule: str, hint: str
) -> None:
    assert read(text, "number") is None
    said = explain(str(clean(pl.Series([text]))[0]), spec("number", unit))
    assert rule in said[0]
    assert hint in said[1]


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("3.0", 3), ("-1", -1), ("1e2", 100)])
def test_integers_are_taken(text: str, value: int) -> None:
    assert read(text, "integer") == value


@pytest.mark.parametrize(
    ("text", "hint"), [("2.5", "Write 2 or 3."), ("-2.5", "Write -3 or -2."), ("1e17", "digits")]
)
def test_refused_integers(text: str, hint: str) -> None:
    assert read(text, "integer") is None
    assert hint in explain(text, spec("integer"))[1]


@pytest.mark.parametrize("text", ["2026-03", "2026-03-01", "2026-03-01 00:00:00"])
def test_months_are_taken(text: str) -> None:
    assert read(text, "month") == dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-03", 1), ("2026-03-01", 1), ("2026-03-16", 16), ("2026-03-16 00:00:00", 16)],
)
def test_days_are_taken_as_dates_or_months(text: str, day: int) -> None:
    assert read(text, "day") == dt.date(2026, 3, day)


@pytest.mark.parametrize(
    ("text", "rule", "hint"),
    [
        ("2026-02-29", "there is no 29 February in 2026", "2026-02-28"),
        ("2026-3", "must be a date YYYY-MM-DD or a month YYYY-MM", "2026-03"),
        ("16.03.2026", "must be a date", "Write the year first"),
        ("soon", "must be a date", "Write it as in 2026-03-31 or 2026-03."),
    ],
)
def test_a_refused_day_is_told_what_was_meant(text: str, rule: str, hint: str) -> None:
    assert read(text, "day") is None
    found = explain(text, spec("day"))
    assert rule in found[0]
    assert hint in found[1]


@pytest.mark.parametrize(
    ("text", "rule", "hint"),
    [
        ("2026-02-29", "there is no 29 February in 2026", "2026-02-28"),
        ("2026-04-31", "2026-04 has no day 31", "the 30th"),
        ("2026-13", "there is no month 13", "01 to 12"),
        ("2026-00", "there is no month 00", "01 to 12"),
        ("2026-03-15", "must be a month", "Write 2026-03: a month is wanted"),
        ("2026-3", "must be a month YYYY-MM", "Write 2026-03."),
        ("2026/03", "must be a month", "Write 2026-03."),
        ("03/2026", "must be a month", "Write 2026-03."),
        ("202603", "must be a month", "Write 2026-03."),
        ("2026년 3월", "must be a month", "Write 2026-03."),
        ("Mar-26", "must be a month", "Write 2026-03."),
        ("March 2026", "must be a month", "Write 2026-03."),
        ("26-Mar", "must be a month", "Write 2026-03."),
        ("46082", "must be a month", "Excel's serial number of 2026-03-01; write 2026-03."),
        ("0206-03", "the year 206 is outside", "digits of the year"),
        ("soon", "must be a month", "Write it as in 2026-03."),
    ],
)
def test_a_refused_month_is_told_what_was_meant(text: str, rule: str, hint: str) -> None:
    assert read(text, "month") is None
    said = explain(text, spec("month"))
    assert rule in said[0]
    assert hint in said[1]


@pytest.mark.parametrize(
    ("text", "rule", "hint"),
    [
        ("2026-02-29", "there is no 29 February in 2026: it is not a leap year", "2026-03-01"),
        ("2100-02-29", "there is no 29 February in 2100", "2100-02-28"),
        ("2026-03", "must be a date YYYY-MM-DD", "Add the day, such as 2026-03-01."),
        ("31.03.2026", "must be a date", "2026-MM-DD"),
        ("03/31/2026", "must be a date", "2026-MM-DD"),
        ("2026. 3. 31.", "must be a date", "Write 2026-03-31."),
        ("2026/3/5", "must be a date", "Write 2026-03-05."),
        ("46112", "must be a date", "Excel's serial number of 2026-03-31; write 2026-03-31."),
        ("2026-03-31 13:00:00", "must be a date", "Write 2026-03-31 without the time of day."),
    ],
)
def test_a_refused_date_is_told_what_was_meant(text: str, rule: str, hint: str) -> None:
    assert read(text, "date") is None
    said = explain(text, spec("date"))
    assert rule in said[0]
    assert hint in said[1]


def test_29_february_of_a_leap_year_is_a_date() -> None:
    assert read("2028-02-29", "date") == dt.date(2028, 2, 29)


@pytest.mark.parametrize(
    ("text", "value"),
    [("2022", "2022"), ("2022-07", "2022-07"), ("2022-07-01 00:00:00", "2022-07")],
)
def test_periods_are_years_or_months(text: str, value: str) -> None:
    assert read(text, "period") == value


@pytest.mark.parametrize("text", ["22", "2022-7", "2022-13", "2022-Q1", "FY22"])
def test_other_periods_are_refused(text: str) -> None:
    assert read(text, "period") is None
    assert explain(text, spec("period"))[0]


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("No", False), ("TRUE", True), ("false", False)]
)
def test_flags(text: str, value: bool) -> None:
    assert read(text, "flag") is value


@pytest.mark.parametrize(
    ("text", "hint"), [("1", "Write yes."), ("n", "Write no."), ("?", "Write yes or no.")]
)
def test_refused_flags(text: str, hint: str) -> None:
    assert read(text, "flag") is None
    assert explain(text, spec("flag")) == ("must be yes or no", hint)


@pytest.mark.parametrize(
    ("text", "value"),
    [("A;B", "A;B"), (" A ; B;", "A;B"), (";", None), ("A", "A"), ("A; ;B", "A;B")],
)
def test_lists_are_written_one_way(text: str, value: str | None) -> None:
    assert read(text, "list") == value


def test_text_is_composed_and_trimmed() -> None:
    assert read("  \u1112\u1161\u11ab  ", "text") == "한"
    assert read("a\r\nb", "text") == "a\nb"


def test_invisible_signs_are_refused() -> None:
    assert read("PS4\u200b", "text") is None
    assert "invisible" in explain("PS4\u200b", spec("text"))[0]


def test_errors_of_formulas_are_no_text() -> None:
    assert read("#REF!", "text") is None
    assert "formula" in explain("#REF!", spec("text"))[0]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_as_it_was_written(number: float) -> None:
    field = spec("number")
    text = render(pl.Series("x", [number + 0.0]), field)
    assert parse(clean(text), field)[0] == number


@given(st.dates(dt.date(1950, 1, 1), dt.date(2199, 12, 31)))
def test_every_date_is_read_as_it_was_written(day: dt.date) -> None:
    field = spec("date")
    assert parse(clean(render(pl.Series("x", [day]), field)), field)[0] == day


@given(
    st.text(),
    st.sampled_from(["number", "integer", "month", "date", "day", "period", "flag", "list"]),
)
def test_whatever_is_refused_is_explained(text: str, kind: Kind) -> None:
    cell = clean(pl.Series("x", [text], dtype=pl.String, strict=False))
    if cell[0] is not None and parse(cell, spec(kind))[0] is None:
        rule, _ = explain(cell[0], spec(kind, "cars"))
        assert rule
