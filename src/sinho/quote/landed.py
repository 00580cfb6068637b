"""What a car costs where it is sold: line by line, each with who pays it, when, and its row."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sinho.hub import Hub
from sinho.hub.currencies import rates_on
from sinho.hub.incoterms import INCOTERMS, Incoterm
from sinho.hub.schema import ALL, LIST_SEPARATOR
from sinho.plan import Levers
from sinho.quote.duty import known_duties
from sinho.quote.programme import DOMESTIC, INSURED, Programme
from sinho.quote.read import Row
from sinho.quote.sold import Sold
from sinho.units import ceu

SCHEMA = {
    "market": pl.String,
    "model": pl.String,
    "month": pl.Date,
    "cars": pl.Float64,
    "incoterm": pl.String,
    "step": pl.String,
    "payer": pl.String,
    "due": pl.Date,
    "own": pl.Float64,
    "currency": pl.String,
    "rate": pl.Float64,
    "percent": pl.Float64,
    "base": pl.Float64,
    "share": pl.Float64,
    "amount": pl.Float64,
    "table": pl.String,
    "row": pl.String,
    "source": pl.String,
    "basis": pl.String,
}
"""Columns of a landed cost: ``amount`` is share x (own x rate + percent / 100 x base), per car."""

DUTIES = ("duty", "refund")
"""Steps that are the duty that holds: what is paid at the border, and what is refunded of it."""

_DUTY = ("own", "currency", "percent")
"""What is the same where two tariffs ask for the same duty."""

MIDDLE = 15
"""Day of a month on which its cars are taken to be handed over."""


class Ledger:
    """The tables of a hub from which costs are read.

    Parameters
    ----------
    hub : Hub
        The hub with the programme.
    programme : Programme
        The programme; its volumes and fee are read from the hub, as a case may change them.
    """

    def __init__(self, hub: Hub, programme: Programme) -> None:
        self.hub, self.programme = hub, programme
        self.own = hub.settings.currency
        self.models = {row["model"]: row for row in hub["models"].to_dicts()}
        self.freight = hub["freight"].sort("start").to_dicts()
        self.tariffs = hub["tariffs"].sort("start").to_dicts()
        own = hub["contracts"].filter(contract=programme.contract).to_dicts()
        self.contract: Row | None = next(iter(own), None)
        demand = hub["demand"].filter(pl.col("model").is_in(programme.models))
        self.volumes: list[Row] = demand.to_dicts()

    def rate(self, currency: str | None, *days: dt.date) -> float:
        """Return the mean rate of a currency over days."""
        return float(rates_on(self.hub, days)(currency).mean())

    def earns(self, model: str, market: str, month: dt.date) -> bool:
        """Whether a car earns the fee of the programme's contract, which a case may change."""
        row = self.contract
        return (
            row is not None
            and row["start"] <= month <= row["end"]
            and all(
                not row[key] or name in row[key].split(LIST_SEPARATOR)
                for key, name in (("models", model), ("markets", market))
            )
        )

    def earned(self, ship: pl.DataFrame) -> float:
        """Return what a unit more of the fee adds: the cars shipped, at their month's rate."""
        cars = ship.filter(pl.col("model").is_in(self.programme.models))
        keys = cars.select("model", "market", "period", "units").iter_rows()
        currency = None if self.contract is None else self.contract["currency"]
        return sum(
            float(units) * self.rate(currency, month)
            for model, market, month, units in keys
            if self.earns(model, market, month)
        )

    def freight_row(self, market: Mapping[str, Any], mode: str, month: dt.date) -> Row | None:
        """Return the row of table ``freight`` that holds for a market, mode and month."""
        lane = DOMESTIC if market["route"] == DOMESTIC else market["lane"]
        for to in (market["market"], market["country"], ALL):
            rows = [
                row
                for row in self.freight
                if (row["lane"], row["mode"], row["to"]) == (lane, mode, to)
                and row["start"] <= month
            ]
            if rows:
                return rows[-1]
        return None

    def modes(self, market: Mapping[str, Any], model: str, month: dt.date) -> list[str]:
        """Return the modes by which a market can be reached in a month, the cheapest first."""
        known = sorted({row["mode"] for row in self.freight})
        rows = [(mode, self.freight_row(market, mode, month)) for mode in known]
        found = [
            (self.per_car(row, model) * self.rate(row["currency"], month), mode)
            for mode, row in rows
            if row is not None
        ]
        return [mode for _, mode in sorted(found)]

    def per_car(self, row: Row, model: str) -> float:
        """Return a freight per car, in its own currency."""
        cost = float(row["cost"])
        if row["per"] == "ceu":
            size = self.models[model]
            return cost * float(ceu(size["length"], size["width"], self.hub.settings.ceu_area))
        return cost / float(row["cars_per_box"]) if row["per"] == "box" else cost

    def lines(self, sold: Sold) -> Iterator[Row]:
        """Yield the lines of a car's landed cost: price, fee, and every step of its way."""
        volume, market, programme = sold.volume, sold.market, self.programme
        terms = programme.terms
        term = INCOTERMS[volume["incoterm"]]
        rate = self.rate(volume["currency"], sold.month)
        price = volume["price"] * rate
        fee = self.contract or {"fee": 0.0, "currency": terms["currency"]}
        earns = float(self.earns(volume["model"], market["market"], sold.month))
        days = self._transit(sold)
        there = _after(sold.month, days)
        handed = there if term.risk == "at the buyer's" else sold.month
        paid = _after(handed, terms["payment_days"])
        volume_row = f"{market['market']} {sold.month:%Y-%m}"
        head = {
            "market": market["market"],
            "model": volume["model"],
            "month": sold.month,
            "cars": sold.cars,
            "incoterm": term.name,
        }
        of_volume = {"table": "[[volume]]", "row": volume_row, **_traced(volume)}
        of_terms = {"table": "[terms]", **_traced(terms)}
        money = self._money(volume["currency"], sold.month)
        yield head | line("price", "buyer", paid, own=volume["price"], **money, **of_volume)
        money = self._money(fee["currency"], sold.month) | {"own": fee["fee"], "share": earns}
        yield head | line("fee", "buyer", paid, **money, **of_terms, row="fee")
        money = self._money(terms["currency"], sold.month)
        way = programme.way(volume, market)
        if programme.delivery_cost(volume, market) != volume["delivery_cost"]:
            # a case that gives what the plant pays says nothing about its parts
            way = {step: cost for step, cost in way.items() if step not in term.seller}
            given = self._money(volume["currency"], sold.month)
            own = volume["delivery_cost"]
            yield head | line("delivery", "seller", sold.month, own=own, **given, **of_volume)
        for step, cost in way.items():
            due = there if step in ("on-carriage", "import clearance") else sold.month
            more: Row = {"own": cost, **money}
            if step == "insurance":
                more = {"percent": terms["insurance"] * INSURED, "base": price}
            key = {"way to the port": "to_port"}.get(step, step.replace(" ", "_").replace("-", "_"))
            yield head | line(step, payer(term, step), due, **more, **of_terms, row=key)
        for mode, share in sold.modes.items():
            row = self.freight_row(market, mode, sold.month)
            if row is not None:
                own = self.per_car(row, volume["model"])
                yield head | line(
                    "freight",
                    payer(term, "freight"),
                    sold.month,
                    own=own,
                    **self._money(row["currency"], sold.month),
                    share=share,
                    table="freight",
                    row=f"{row['lane']}, {mode}, {row['start']:%Y-%m}, {row['to']}",
                    **_traced(row),
                )
        origin = self.hub.settings.country
        yield from (head | one for one in self.duty(origin, sold, term, price, there, days))

    def duty(
        self,
        origin: str,
        sold: Sold,
        term: Incoterm,
        base: float,
        due: dt.date,
        transit: float = 0.0,
    ) -> Iterator[Row]:
        """Yield the duty on a car from an origin, a line for each tariff of the month.

        Of an act that is published after the car enters, the duty known before is paid at the
        border, and refunded when it is published; the lines sum up to the duty that holds.
        """
        there, month = sold.market["country"], sold.month
        if origin == there:
            return
        way = [
            row for row in self.tariffs if (row["origin"], row["destination"]) == (origin, there)
        ]
        days = [
            month + dt.timedelta(days=n)
            for n in range(calendar.monthrange(month.year, month.month)[1])
        ]
        power = self.models[sold.volume["model"]]["powertrain"]
        pays = payer(term, "duty")
        for known, on in known_duties(way, power, days, transit):
            share = len(on) / len(days)
            before = self._of_tariff(known[0][1], f"{origin}-{there}", on)
            yield line("duty", pays, due, base=base, share=share, **before)
            for published, row in known[1:]:
                then = self._of_tariff(row, f"{origin}-{there}", on)
                if any(before[name] != then[name] for name in _DUTY):
                    back = max(due, published)
                    yield line("refund", pays, back, base=base, share=-share, **before)
                    yield line("refund", pays, back, base=base, share=share, **then)
                before = then

    def _of_tariff(self, row: Row | None, way: str, days: list[dt.date]) -> Row:
        """Return what a row of ``tariffs`` adds to a line, at the mean rate of its days."""
        found: Row = row or {"per_unit": 0.0, "currency": "", "percent": 0.0}
        which = "none" if row is None else f"{row['powertrain']}, {row['start']}"
        return {
            "own": found["per_unit"],
            "currency": "" if row is None else row["currency"] or self.own,
            "rate": self.rate(found["currency"] or None, *days),
            "percent": found["percent"],
            "table": "tariffs",
            "row": f"{way}, {which}",
            **_traced(found),
        }

    def elsewhere(self, sold: Sold, other: Mapping[str, Any], within: float = 1.0) -> Iterator[Row]:
        """Yield the lines of the landed cost of the same car from the alternative's origin.

        ``within`` is the share of the cars that enter within its quota.
        """
        money = self._money(other["currency"], sold.month)
        head = {
            "market": sold.market["market"],
            "model": sold.volume["model"],
            "month": sold.month,
            "cars": sold.cars,
            "incoterm": "",
        }
        traced = {"table": "[[alternative]]", "row": other["market"], **_traced(other)}
        yield head | line("price", "buyer", sold.month, own=other["cost"], **money, **traced)
        yield head | line("freight", "buyer", sold.month, own=other["freight"], **money, **traced)
        base, term = other["cost"] * money["rate"], INCOTERMS["EXW"]
        for one in self.duty(other["origin"], sold, term, base, sold.month):
            shares = {name: one[name] * within for name in ("share", "amount")}
            yield head | one | shares
        if within < 1.0 and other["origin"] != sold.market["country"]:
            above = {"percent": other["above_quota"], "base": base, "share": 1.0 - within}
            traced |= {"row": f"{other['market']}, above the quota"}
            yield head | line("duty", "buyer", sold.month, **above, **traced)

    def _money(self, currency: str | None, month: dt.date) -> Row:
        return {"currency": currency or self.own, "rate": self.rate(currency, month)}

    def _transit(self, sold: Sold) -> float:
        """Return the days on the way, of the mode that most cars take."""
        most = max(sold.modes, key=lambda mode: sold.modes[mode], default="")
        row = self.freight_row(sold.market, most, sold.month)
        return float(row["transit"] or 0.0) if row else 0.0


def payer(term: Incoterm, step: str) -> str:
    """Return who pays for a step: ``seller`` or ``buyer``."""
    return "seller" if step in term.seller else "buyer"


def line(
    step: str,
    pays: str,
    due: dt.date,
    *,
    own: float = 0.0,
    currency: str = "",
    rate: float = 1.0,
    percent: float = 0.0,
    base: float = 0.0,
    share: float = 1.0,
    **trace: Any,
) -> Row:
    """Return one line of a landed cost; its amount is share x (own x rate + percent x base)."""
    return {
        "step": step,
        "payer": pays,
        "due": due.replace(day=1),
        "own": own,
        "currency": currency,
        "rate": rate,
        "percent": percent,
        "base": base,
        "share": share,
        "amount": share * (own * rate + percent / 100 * base),
        **trace,
    }


def _traced(row: Mapping[str, Any]) -> Row:
    return {"source": row.get("source"), "basis": row.get("basis")}


def _after(month: dt.date, days: float) -> dt.date:
    """Return the day that lies some days after the middle of a month, or after a day."""
    start = month.replace(day=MIDDLE) if month.day == 1 else month
    return start + dt.timedelta(days=round(days))


def landed_costs(ledger: Ledger, sold: list[Sold]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines of the landed cost of all cars, and those of the alternative.

    Returns
    -------
    tuple of (polars.DataFrame, polars.DataFrame)
        Columns of ``SCHEMA``; amounts per car in the hub's currency. The second has no rows for
        markets without an alternative.
    """
    others = {row["market"]: row for row in ledger.programme.rows("alternative")}
    own = [row for one in sold for row in ledger.lines(one)]
    within = _within_quota(sold, others)
    there = [
        row
        for at, one in enumerate(sold)
        for other in [others.get(one.market["market"], others.get(ALL))]
        if other is not None
        for row in ledger.elsewhere(one, other, within[at])
    ]
    return pl.DataFrame(own, schema=SCHEMA), pl.DataFrame(there, schema=SCHEMA)


def _within_quota(sold: list[Sold], others: Mapping[str, Row]) -> list[float]:
    """Return the share of cars that would enter within the alternative's quota of their year."""
    within = [1.0] * len(sold)
    left: dict[tuple[str, str, int], float] = {}
    for at in sorted(range(len(sold)), key=lambda at: sold[at].month):
        one = sold[at]
        other = others.get(one.market["market"], others.get(ALL))
        if other is None or other["quota"] is None:
            continue
        key = other["market"], one.market["country"], one.month.year
        room = left.get(key, float(other["quota"]))
        if one.cars > 0:
            within[at] = min(room / one.cars, 1.0)
        left[key] = max(room - one.cars, 0.0)
    return within


def per_car(lines: pl.DataFrame, levers: Levers, currency: str | None) -> float | None:
    """Return the buyer's landed cost per car, mean of the cars shipped, under levers.

    Parameters
    ----------
    lines : polars.DataFrame
        Lines of the landed cost.
    levers : Levers
        Of which tariffs, freight and rates count.
    currency : str or None
        Currency of the prices, on which duties and insurance are.
    """
    rates = pl.col("currency").replace_strict(
        dict(levers.rates) or {"": 1.0}, default=1.0, return_dtype=pl.Float64
    )
    freight = pl.when(step="freight").then(levers.freight).otherwise(1.0)
    points = pl.col("market").replace_strict(
        dict(levers.tariff) or {"": 0.0}, default=0.0, return_dtype=pl.Float64
    )
    duty = pl.max_horizontal(pl.col("percent") + points, pl.lit(0.0))
    percent = pl.when(pl.col("step").is_in(DUTIES)).then(duty).otherwise("percent")
    base = pl.col("base") * levers.rates.get(currency or "", 1.0)
    own = pl.col("own") * pl.col("rate") * rates * freight
    amount = pl.col("share") * (own + percent / 100 * base)
    paid = lines.filter(payer="buyer").select((pl.col("cars") * amount).sum()).item()
    cars = (
        lines.select("market", "model", "month", "cars").unique(maintain_order=True)["cars"].sum()
    )
    return float(paid) / float(cars) if cars else None
