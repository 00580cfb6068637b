"""The workbook of a quote: landed cost in live formulas, and every table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from sinho.hub.sheets import OPEN, Exact, add_tables, headed_sheet, save_workbook
from sinho.results import Quote

README = (
    "Landed cost of the programme's cars, line by line. Change a blue cell of the sheets inputs "
    "and rates (a tariff, a freight, a price, a rate of exchange): the sheets landed, landed lines "
    "and elsewhere lines follow.",
    "amount = share x (own x rate + percent / 100 x base), per car. The buyer's landed cost is the "
    "sum of the lines that the buyer pays; the plant's part is in the contribution of its plan.",
    "What the plan would build at other figures is not here: quote the programme again.",
)
INPUT, RATE = "inputs", "rates"
LINES = {"landed": "landed lines", "elsewhere": "elsewhere lines"}
COLUMNS = (
    *("market", "model", "month", "cars", "incoterm", "step", "payer", "due"),
    *("own", "currency", "rate", "percent", "base", "share", "amount"),
    *("table", "row", "source", "basis"),
)
AT = {name: place for place, name in enumerate(COLUMNS)}
OTHERS = (
    *("cases", "markets", "lines", "cash", "headroom", "patterns", "people", "overtime", "parts"),
    *("sailing", "yard", "misfits", "models", "brands", "tornado", "two_way", "quantiles", "draws"),
)


def write_quote_workbook(quote: Quote, path: Path, *, force: bool = False) -> Path:
    """Write the workbook of a quote.

    Parameters
    ----------
    quote : Quote
        The quote.
    path : pathlib.Path
        The workbook to write, ending in ``.xlsx``.
    force : bool
        Whether an existing workbook is replaced.

    Returns
    -------
    pathlib.Path
        The workbook written.

    Raises
    ------
    FileExistsError
        When the workbook exists and ``force`` is false.
    """

    def fill(book: Any) -> None:
        _readme(book, quote)
        units = _units(quote)
        add_tables(book, {"cases": _headed(quote.tables["cases"])}, units=units)
        _Landed(book, quote).write()
        add_tables(
            book,
            {
                name.replace("_", " "): _headed(quote.tables[name])
                for name in OTHERS
                if name != "cases" and quote.tables[name].width
            },
            units=units,
        )

    return save_workbook(path, fill, force)


def _headed(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table with words for headings."""
    return table.rename({name: name.replace("_", " ") for name in table.columns})


def _units(quote: Quote) -> dict[str, str]:
    """Return the units of columns by heading, and by sheet and heading where a word has two."""
    money, fee, each = quote.currency, f"{quote.fee_currency}/car", f"{quote.currency}/car"
    sums = ("contribution without", "contribution with", "once", "gain", "gain low", "gain high")
    paid = ("tariffs with", "duty on programme", "refund", "amount")
    landed = ("landed", "landed low", "landed high", "elsewhere", "less here")
    people = ("people without", "people with")
    return {
        **dict.fromkeys((*sums, *paid), money),
        **dict.fromkeys(("fee at break even", "fee elsewhere"), fee),
        **dict.fromkeys(landed, each),
        **dict.fromkeys(people, "people"),
        **dict.fromkeys(("hours without", "hours with"), "h"),
        **dict.fromkeys(("due days", "due days without", "due days with"), "car-days"),
        **dict.fromkeys(("cars", "cars without", "cars with", "displaced", "entitled"), "cars"),
        **{f"lines.{name}": money for name in ("without", "with", "change")},
        "fulfilment": "share of the cars asked for",
    }


def _readme(book: Any, quote: Quote) -> None:
    sheet = book.add_worksheet("README")
    bold = book.add_format({"bold": True, "font_size": 14})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, f"{quote.name}: quote", bold)
    for row, line in enumerate(README, 1):
        sheet.merge_range(row, 0, row, 1, line, wrapped)
        sheet.set_row(row, 46)
    for row, (name, value) in enumerate(quote.summary().items(), len(README) + 2):
        sheet.write_string(row, 0, name.replace("_", " "))
        if isinstance(value, int | float):
            sheet.write_number(row, 1, Exact(value), wrapped)
        else:
            sheet.write_string(row, 1, "" if value is None else str(value), wrapped)


class _Landed:
    """The sheets of the landed cost, whose cells refer to each other."""

    def __init__(self, book: Any, quote: Quote) -> None:
        self.book, self.quote = book, quote
        self.open = book.add_format(OPEN)
        self.date = book.add_format({"num_format": "yyyy-mm"})
        self.money = book.add_format({"num_format": "#,##0.000"})
        self.lines = {name: quote.tables[name] for name in LINES}
        self.own: dict[tuple[str, str, str, str], int] = {}
        self.rates: dict[tuple[str, Any], int] = {}

    def write(self) -> None:
        """Add the sheets: what may be changed first."""
        result = headed_sheet(self.book, "landed", self._columns())
        self._inputs()
        self._rates()
        for name in LINES:
            self._lines(name)
        self._result(result)

    def _columns(self) -> tuple[str, ...]:
        unit = f"[{self.quote.currency}/car]"
        amounts = ("landed", "paid by the plant", "from the alternative", "less here")
        return "market", "model", "month", "cars", *(f"{name} {unit}" for name in amounts)

    def _every(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, frame in self.lines.items():
            for row in frame.to_dicts():
                yield name, row

    def _key(self, name: str, row: dict[str, Any]) -> tuple[str, str, str, str]:
        # a refund is of the duties that are paid, and follows them
        return name, row["table"], row["row"], {"refund": "duty"}.get(row["step"], row["step"])

    def _inputs(self) -> None:
        columns = ("table", "row", "step", "own", "currency", "percent", "source", "basis")
        sheet = headed_sheet(self.book, INPUT, columns)
        sheet.set_column(1, 1, 34)
        for name, row in self._every():
            key = self._key(name, row)
            if key in self.own:
                continue
            at = self.own[key] = len(self.own) + 1
            for place, column in enumerate(columns):
                value = key[-1] if column == "step" else row[column]
                if column in ("own", "percent"):
                    sheet.write_number(at, place, Exact(value), self.open)
                else:
                    sheet.write_string(at, place, "" if value is None else str(value))

    def _rates(self) -> None:
        sheet = headed_sheet(self.book, RATE, ("currency", "month", "rate"))
        for _, row in self._every():
            key = self._rate_key(row)
            if key in self.rates:
                continue
            at = self.rates[key] = len(self.rates) + 1
            sheet.write_string(at, 0, row["currency"])
            sheet.write_datetime(at, 1, row["month"], self.date)
            sheet.write_number(at, 2, Exact(row["rate"]), self.open)

    def _rate_key(self, row: dict[str, Any]) -> tuple[Any, ...]:
        # a duty per car takes the mean rate of the days on which it holds
        return row["currency"], row["month"], row["rate"]

    def _lines(self, name: str) -> None:
        sheet = headed_sheet(self.book, LINES[name], COLUMNS)
        price: dict[tuple[Any, ...], str] = {}
        for at, row in enumerate(self.lines[name].to_dicts(), 1):
            place = (row["market"], row["model"], row["month"])
            if row["step"] == "price":
                price[place] = xl_rowcol_to_cell(at, AT["amount"])
            for column in COLUMNS:
                value, where = row[column], (at, AT[column])
                if column in ("month", "due"):
                    sheet.write_datetime(*where, value, self.date)
                elif column in ("own", "percent"):
                    cell = xl_rowcol_to_cell(
                        self.own[self._key(name, row)], 3 if column == "own" else 5
                    )
                    sheet.write_formula(*where, f"={INPUT}!{cell}", None, value)
                elif column == "rate":
                    cell = xl_rowcol_to_cell(self.rates[self._rate_key(row)], 2)
                    sheet.write_formula(*where, f"={RATE}!{cell}", None, value)
                elif column == "base" and row["step"] in ("duty", "refund", "insurance"):
                    sheet.write_formula(*where, f"={price[place]}", None, value)
                elif column == "amount":
                    own, rate, percent, base, share = (
                        xl_rowcol_to_cell(at, AT[part])
                        for part in ("own", "rate", "percent", "base", "share")
                    )
                    formula = f"={share}*({own}*{rate}+{percent}/100*{base})"
                    sheet.write_formula(*where, formula, self.money, value)
                elif isinstance(value, float):
                    sheet.write_number(*where, Exact(value))
                elif value is not None:
                    sheet.write_string(*where, str(value))
        last = max(self.lines[name].height, 1)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)

    def _result(self, sheet: Any) -> None:
        """Add the landed cost by market and month, and by market, from the lines."""
        keys = self.lines["landed"].select("market", "model", "month", "cars")
        keys = keys.unique(maintain_order=True)
        values = self._sums()
        for at, row in enumerate(keys.iter_rows(), 1):
            market, model, month, cars = row
            sheet.write_string(at, 0, market)
            sheet.write_string(at, 1, model)
            sheet.write_datetime(at, 2, month, self.date)
            sheet.write_number(at, 3, Exact(cars))
            there = values["elsewhere", "buyer"].get(row[:3])
            here = values["landed", "buyer"].get(row[:3], 0.0)
            seller = values["landed", "seller"].get(row[:3], 0.0)
            sheet.write_formula(at, 4, self._sum("landed", "buyer", at), self.money, here)
            sheet.write_formula(at, 5, self._sum("landed", "seller", at), self.money, seller)
            if there is not None:
                sheet.write_formula(at, 6, self._sum("elsewhere", "buyer", at), self.money, there)
                sheet.write_formula(at, 7, f"=G{at + 1}-E{at + 1}", self.money, there - here)

    def _sums(self) -> dict[tuple[str, str], dict[tuple[Any, ...], float]]:
        found: dict[tuple[str, str], dict[tuple[Any, ...], float]] = {}
        for name, frame in self.lines.items():
            for payer in ("buyer", "seller"):
                own = frame.filter(payer=payer).group_by("market", "model", "month")
                rows = own.agg(pl.col("amount").sum()).rows()
                found[name, payer] = {row[:3]: row[3] for row in rows}
        return found

    def _sum(self, name: str, payer: str, at: int) -> str:
        """Return the formula that sums what a payer pays for the car of a row."""
        last = max(self.lines[name].height, 1)

        def column(which: str) -> str:
            first, end = (xl_rowcol_to_cell(n, AT[which], True, True) for n in (1, last))
            return f"'{LINES[name]}'!{first}:{end}"

        row = at + 1
        return (
            f"=SUMIFS({column('amount')},{column('market')},A{row},{column('model')},B{row},"
            f'{column("month")},C{row},{column("payer")},"{payer}")'
        )
