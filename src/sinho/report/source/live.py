"""Sheets of the network's workbook that follow what a reader changes: landed cost by flow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from sinho.hub.currencies import rates_on
from sinho.hub.schema import ALL
from sinho.hub.sheets import OPEN, Exact, headed_sheet, sheet_names
from sinho.results import Sourcing
from sinho.results.sourcing import LINES
from sinho.source import Input

MOST_FLOWS = 20_000
"""Flows with formulas, those of the most cars; the others stand in one sum."""

README = (
    "Landed cost of the plan's cars, flow by flow. Change a blue cell of the sheets inputs, rates "
    "and duties (a price, a freight, a rate of exchange, a duty): the sheets flows live and totals "
    "follow.",
    "tariff = duty of the customs value (a share of the net price; without one, the cost ex "
    "works), the cars within the quota at its duty. Stock = capital on the way.",
    "What the plan would build at other figures is not here: change the tables, and plan again.",
)


def add_live(book: Any, plans: Mapping[str, Sourcing], given: Mapping[str, Input]) -> None:
    """Add what may be changed, and the landed cost of each plan in formulas.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        The open workbook.
    plans : mapping of str to Sourcing
        Plans by name.
    given : mapping of str to Input
        What each was made from.
    """
    sheet = headed_sheet(book, "README", ("how to read this workbook",))
    sheet.set_column(0, 0, 110)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for row, line in enumerate(README, 1):
        sheet.write_string(row, 0, line, wrapped)
    for name, plan in plans.items():
        _Live(book, plan, given[name], f" {name}" if len(plans) > 1 else "").write()


class _Cells:
    """A sheet of figures that may be changed, each written once and referred to by its key."""

    def __init__(self, book: Any, name: str, columns: tuple[str, ...]) -> None:
        self.sheet, self.name = headed_sheet(book, name, columns), name
        self.open = book.add_format(OPEN)
        self.month = book.add_format({"num_format": "yyyy-mm"})
        self.at: dict[tuple[Any, ...], int] = {}

    def row(self, key: tuple[Any, ...], values: tuple[Any, ...]) -> int:
        """Return the row of a key, and write it where it is new; numbers may be changed."""
        if key not in self.at:
            at = self.at[key] = len(self.at) + 1
            for place, value in enumerate(values):
                if isinstance(value, dt.date):
                    self.sheet.write_datetime(at, place, value, self.month)
                elif isinstance(value, float):
                    self.sheet.write_number(at, place, Exact(value), self.open)
                elif value is not None:
                    self.sheet.write_string(at, place, str(value))
        return self.at[key]

    def cell(self, row: int, place: int) -> str:
        """Return a cell as formulas of other sheets name it."""
        return f"'{self.name}'!{xl_rowcol_to_cell(row, place, True, True)}"


class _Live:
    """The sheets of one plan."""

    def __init__(self, book: Any, plan: Sourcing, given: Input, suffix: str) -> None:
        self.book, self.plan, self.given = book, plan, given
        wanted = [f"{name}{suffix}" for name in ("totals", "flows live", "inputs", "rates")]
        names = list(sheet_names([*wanted, f"duties{suffix}"]).values())
        self.flows_name = names[1]
        unit = f"[{given.currency}/car]"
        self.totals = headed_sheet(
            book, names[0], ("line", *(f"{n} [{given.currency}]" for n in ("plan", "now", "more")))
        )
        self.flows = headed_sheet(
            book,
            names[1],
            (
                *("plant", "model", "market", "month", "cars", "in quota"),
                *(f"customs value {unit}", *(f"{line} {unit}" for line in LINES)),
                f"landed {unit}",
            ),
        )
        self.inputs = _Cells(book, names[2], ("table", "row", "column", "value", "currency"))
        self.rates = _Cells(book, names[3], ("currency", "from", "to", "rate"))
        columns = ("plant", "market", "powertrain", "from", "to", "duty [%]", "in quota [%]")
        self.duties = _Cells(book, names[4], columns)
        self.money = book.add_format({"num_format": "#,##0.000"})
        self.month = book.add_format({"num_format": "yyyy-mm"})
        self._rows()

    def _rows(self) -> None:
        """Look up rows of the tables by what flows are."""
        network = self.given.network
        self.rate_of = rates_on(network, self.given.months)
        settings = network["network"].row(0, named=True)
        self.settings = {name: float(settings[name]) for name in ("customs_share", "interest")}
        self.content: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in network["content"].to_dicts():
            self.content.setdefault((row["model"], row["plant"]), []).append(row)
        self.built = {(r["model"], r["plant"]): r for r in network["allocations"].to_dicts()}
        self.lanes: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in network["lanes"].sort("start").to_dicts():
            self.lanes.setdefault((row["plant"], row["market"]), []).append(row)
        self.carbon: dict[str, list[dict[str, Any]]] = {}
        for row in network["carbon"].sort("start").to_dicts():
            self.carbon.setdefault(row["destination"], []).append(row)

    def write(self) -> None:
        """Write flows with all that they refer to, and the totals."""
        flows = self.plan.flows.sort("cars", descending=True, maintain_order=True)
        shown = flows.head(MOST_FLOWS).sort("month", "market", "model", "plant")
        given = self.given
        self.prices = {
            (r["model"], r["market"], r["month"]): r
            for r in given.network["network_demand"]
            .join(
                shown.select("model", "market", "month").unique(), on=["model", "market", "month"]
            )
            .to_dicts()
        }
        cells = zip(*(part.tolist() for part in given.cells_of(shown)), strict=True)
        for at, (row, cell) in enumerate(zip(shown.to_dicts(), cells, strict=True), 1):
            self._flow(at, row, *cell)
        rest = flows.tail(max(flows.height - MOST_FLOWS, 0))
        last = max(shown.height, 1)

        def column(place: int) -> str:
            first, end = (xl_rowcol_to_cell(n, place, True, True) for n in (1, last))
            return f"'{self.flows_name}'!{first}:{end}"

        for at, line in enumerate(LINES, 1):
            planned = float(flows[line].sum())
            self.totals.write_string(at, 0, line)
            self.totals.write_number(at, 1, Exact(planned), self.money)
            formula = f"=SUMPRODUCT({column(4)},{column(7 + LINES.index(line))})"
            if rest.height:
                formula += f"+{float(rest[line].sum())!r}"
            self.totals.write_formula(at, 2, formula, self.money, planned)
            self.totals.write_formula(at, 3, f"=C{at + 1}-B{at + 1}", self.money, 0.0)
        end = len(LINES) + 1
        self.totals.write_string(end, 0, "landed")
        total = float(flows.select(LINES).sum_horizontal().sum())
        for place, value in ((1, total), (2, total), (3, 0.0)):
            letter = "ABCD"[place]
            self.totals.write_formula(
                end, place, f"=SUM({letter}2:{letter}{end})", self.money, value
            )

    def _amount(self, what: tuple[Any, ...], value: float, currency: str | None, t: int) -> str:
        """Return the formula of an amount at the rate of a month."""
        text = self.inputs.cell(
            self.inputs.row(what, (*what, value, currency or self.given.currency)), 3
        )
        if currency is None or currency == self.given.currency:
            return text
        return f"{text}*{self._rate(currency, t)}"

    def _rate(self, currency: str, t: int) -> str:
        rates, months = self.rate_of(currency), self.given.months
        first, end = _span(rates, t)
        row = (currency, months[first], months[end], float(rates[t]))
        return self.rates.cell(self.rates.row((currency, first), row), 3)

    def _duty(self, a: int, k: int, t: int) -> tuple[str, str, str]:
        """Return the cells of the duty in full and within the quota; what least prices add."""
        given = self.given
        g, duties = given.group[a], given.duties
        both = duties.rate[g, k] + 1j * duties.within[g, k]
        first, end = _span(both, t)
        quota = duties.quota[g, k, t] >= 0
        row = self.duties.row(
            (int(g), k, first),
            (
                given.plants[given.plant[a]].name,
                given.markets[k],
                given.powertrains[given.model[a]],
                given.months[first],
                given.months[end],
                float(duties.rate[g, k, t] * 100),
                float(duties.within[g, k, t] * 100) if quota else None,
            ),
        )
        least = [
            (float(price), float(part))
            for price, part in zip(duties.least[:, g, k, t], duties.part[:, g, k, t], strict=True)
            if part > 0
        ]
        full, within = (self.duties.cell(row, place) for place in (5, 6))
        more = "".join(f"+{part!r}*MAX(0,{price!r}-VALUE)" for price, part in least)
        return full, within if quota else full, more

    def _flow(self, at: int, row: dict[str, Any], a: int, k: int, t: int) -> None:
        """Write the formulas of a flow."""
        given = self.given
        plant, model, market, month = (row[n] for n in ("plant", "model", "market", "month"))
        p = int(given.plant[a])
        parts = self.content.get((model, plant)) or self.content.get((model, ALL), [])
        built = self.built[model, plant]
        lane = [r for r in self.lanes[plant, market] if r["start"] <= month][-1]
        price = self.prices[model, market, month]
        carbon = [r for r in self.carbon.get(given.countries[k], []) if r["start"] <= month][-1:]
        cars, inside, value, *lines = (xl_rowcol_to_cell(at, 4 + n) for n in range(9))
        works = f"({lines[0]}+{lines[1]})"
        full, within, more = self._duty(a, k, t)
        tariff = f"{full}/100*{value}{more.replace('VALUE', value)}"
        if row["in_quota"] > 0:
            tariff += f"-({full}-{within})/100*{value}*{inside}/{cars}"
        share, interest = (
            self.inputs.cell(
                self.inputs.row((name,), ("network", given.name, name, self.settings[name], None)),
                3,
            )
            for name in ("customs_share", "interest")
        )
        sold = float(given.price[given.model[a], k, t]) > 0
        what = ("network_demand", f"{model} {market} {month:%Y-%m}", "price")
        formulas = {
            "value": f"{self._amount(what, float(price['price']), price['currency'], t)}*{share}"
            if sold
            else works,
            "parts": "+".join(
                self._amount(
                    ("content", f"{model} {r['plant']} {r['origin']}", "value"),
                    float(r["value"]),
                    r["currency"],
                    t,
                )
                for r in parts
            )
            or "0",
            "building": self._amount(
                ("allocations", f"{model} {plant}", "cost"),
                float(built["cost"]),
                built["currency"],
                t,
            ),
            "freight": self._amount(
                ("lanes", f"{plant} {market} {lane['start']:%Y-%m}", "freight"),
                float(lane["freight"]),
                lane["currency"],
                t,
            ),
            "tariff": tariff,
            "carbon": "+".join(
                self._amount(
                    ("carbon", f"{r['destination']} {r['start']:%Y-%m}", "price"),
                    float(r["price"]),
                    r["currency"],
                    t,
                )
                + f"*{float(given.co2[given.model[a]])!r}"
                for r in carbon
            )
            or "0",
            "stock": f"{works}*{interest}/100*{float(given.transit[p, k, t])!r}/365",
            "landed": f"SUM({lines[0]}:{lines[5]})",
        }
        for place, text in enumerate((plant, model, market)):
            self.flows.write_string(at, place, text)
        self.flows.write_datetime(at, 3, month, self.month)
        self.flows.write_number(at, 4, Exact(row["cars"]))
        self.flows.write_number(at, 5, Exact(row["in_quota"]))
        known = {line: row[line] / row["cars"] for line in LINES}
        known["landed"] = sum(known.values())
        one = (np.array([a]), np.array([k]), np.array([t]))
        known["value"] = float(given.value(*one)[0])
        for place, (name, formula) in enumerate(formulas.items(), 6):
            self.flows.write_formula(at, place, f"={formula}", self.money, known[name])


def _span(values: Any, t: int) -> tuple[int, int]:
    """Return the first and last month in a row with the value of a month."""
    other = np.flatnonzero(values != values[t])
    at = int(np.searchsorted(other, t))
    first = int(other[at - 1]) + 1 if at else 0
    return first, int(other[at]) - 1 if at < len(other) else len(values) - 1
