"""What a quote says: its sentences, key figures and tables."""

from __future__ import annotations

import polars as pl

from sinho.errors import counted
from sinho.report.amounts import amount_text, number_text
from sinho.report.quote.refunds import refunds
from sinho.report.tables import Table
from sinho.report.tiles import Tile
from sinho.results import Quote

TINY = 1e-6
HEADROOM = "Of the programme's months; shares are with it."
PATTERNS = {
    "kept": "Shift patterns stay those of the two plans.",
    "chosen": "Shift patterns are chosen anew each time.",
}
"""What is said of them where things are varied and drawn."""
FEW, MANY = 5, 8
"""Most months or relaxations, and most rows of other tables, that the page shows."""
HIGH, WIDE = 16, 6
"""Most markets, those with most cars, below each other, and side by side with every step."""


def per_car(quote: Quote, amount: float | None, currency: str | None = None) -> str:
    """Write an amount per car."""
    return "–" if amount is None else f"{number_text(amount)} {currency or quote.currency}"


def _shipped(quote: Quote) -> tuple[float, float]:
    """Return the programme's cars shipped and asked for."""
    own = quote.tables["models"].filter("of_programme")
    return float(own["shipped_with"].sum()), float(own["asked_with"].sum())


def headline(quote: Quote) -> list[str]:
    """Say what a quote comes to, a sentence each."""
    shipped, asked = _shipped(quote)
    more = "gains" if quote.objective >= 0 else "loses"
    said = [
        f"{quote.title}: the plant {more} {amount_text(abs(quote.objective), quote.currency)}; its "
        f"contribution is {amount_text(quote.with_.contribution, quote.currency)} with the "
        f"programme and {amount_text(quote.without.contribution, quote.currency)} without it"
        + (
            f", and {amount_text(quote.once, quote.currency)} are paid once." if quote.once else "."
        ),
        _fees(quote),
        f"{number_text(shipped)} of {counted(round(asked), 'car')} asked for are shipped. "
        + _taken(quote),
        _fullest(quote),
        *refunds(quote.tables["landed"], quote.currency),
    ]
    if quote.tables["draws"]["gain"].count():
        draws = quote.tables["draws"]
        gain = quote.tables["quantiles"].filter(figure="gain").row(0, named=True)
        losing = (draws["gain"] < 0).sum() / draws.height
        none = draws["gain"].null_count()
        said.append(
            f"Of {counted(quote.draws, 'draw')} one in ten gains less than "
            f"{amount_text(gain['p10'], quote.currency)}, half more than "
            f"{amount_text(gain['p50'], quote.currency)}, one in ten more than "
            f"{amount_text(gain['p90'], quote.currency)}; {losing:.0%} lose"
            + (f", and {none:,} have no plan that keeps all hard rules." if none else ".")
        )
    return said


def _fees(quote: Quote) -> str:
    money = quote.fee_currency
    text = f"The fee asked for is {per_car(quote, quote.fee, money)} a car. "
    if quote.fee_at_break_even is None:
        stopped = quote.status == "stopped"
        text += "The fee at break-even was not found." if stopped else "No fee breaks even."
    else:
        even = per_car(quote, quote.fee_at_break_even, money)
        below = ", that is a lower price" if quote.fee_at_break_even < 0 else ""
        text += f"The plant breaks even at {even}{below}."
    if quote.fee_elsewhere is not None:
        text += (
            f" Up to {per_car(quote, quote.fee_elsewhere, money)} the customer's cars cost less "
            "here than from the alternative."
        )
        if quote.fee_at_break_even is not None and quote.fee_at_break_even > quote.fee_elsewhere:
            text += " No fee suits both."
    return text


def _taken(quote: Quote) -> str:
    lost = quote.tables["models"].filter(~pl.col("of_programme"))
    gone = float(lost["displaced"].sum())
    days = float((lost["due_days_with"] - lost["due_days_without"]).sum())
    if gone <= TINY and abs(days) <= TINY:
        return "No car of another model is lost or late for it."
    return (
        f"{number_text(gone)} cars of other models are not shipped for it, and they wait "
        f"{number_text(abs(days))} car-days {'longer' if days >= 0 else 'less'}."
    )


def _fullest(quote: Quote) -> str:
    head = quote.tables["headroom"].filter(
        (pl.col("basis") == "manned") & (pl.col("load_with") > 0)
    )
    if head.is_empty():
        return "No shop is loaded."
    used = pl.col("load_with") / pl.col("capacity_with")
    row = head.with_columns(used.alias("used")).sort("used", descending=True).row(0, named=True)
    hours = quote.tables["overtime"]
    more = float((hours["hours_with"] - hours["hours_without"]).sum())
    return (
        f"The fullest shop is {row['shop']} in {row['period']:%Y-%m}, at {row['used']:.1%} of what "
        f"it is manned for; over the horizon {number_text(abs(more))} hours of overtime "
        f"{'more' if more >= 0 else 'fewer'} are worked."
    )


def tiles(quote: Quote) -> list[Tile]:
    """Return the key figures of a quote."""
    shipped, asked = _shipped(quote)
    money = quote.fee_currency
    return [
        Tile("Gain", *_parted(amount_text(quote.objective, quote.currency)), "over the horizon"),
        Tile(
            "Fee at break-even",
            *_fee(quote.fee_at_break_even, money),
            f"a car; asked: {number_text(quote.fee)}",
        ),
        Tile("Customer goes elsewhere", *_fee(quote.fee_elsewhere, money), "above this fee a car"),
        Tile("Cars shipped", number_text(shipped), "cars", f"of {asked:,.0f} asked for"),
        *_drawn_tiles(quote),
    ]


def _drawn_tiles(quote: Quote) -> list[Tile]:
    if not quote.tables["draws"]["gain"].count():
        return []
    gain = quote.tables["quantiles"].filter(figure="gain").row(0, named=True)
    low, high = (amount_text(gain[name], quote.currency) for name in ("p10", "p90"))
    middle = _parted(amount_text(gain["p50"], quote.currency))
    return [Tile("Gain, P50", *middle, f"P10 {low}, P90 {high}; {quote.draws:,} draws")]


def _parted(text: str) -> tuple[str, str]:
    value, _, unit = text.partition(" ")
    return value, unit


def _fee(fee: float | None, currency: str) -> tuple[str, str]:
    return ("–", "") if fee is None else (number_text(fee), currency)


def quote_tables(quote: Quote) -> dict[str, Table]:
    """Return the tables of a quote as they are read, by name."""
    money, fees = f"[{quote.currency}]", f"[{quote.fee_currency}/car]"
    each = f"[{quote.currency}/car]"
    back = pl.col("refund").alias(f"paid besides and refunded {money}")
    cases = quote.tables["cases"].select(
        "case",
        pl.col("cars").alias("cars shipped"),
        pl.col("contribution_without").alias(f"without {money}"),
        pl.col("contribution_with").alias(f"with {money}"),
        pl.col("gain").alias(f"gain {money}"),
        pl.col("tariffs_with").alias(f"tariffs paid {money}"),
        *([back] if quote.tables["cases"]["refund"].abs().sum() > TINY else []),
        pl.col("fee_at_break_even").alias(f"break-even fee {fees}"),
        pl.col("fee_elsewhere").alias(f"elsewhere above {fees}"),
    )
    first = quote.tables["cases"]["case"][0]
    markets = (
        quote.tables["markets"]
        .filter(case=first)
        .select(
            "market",
            "cars",
            pl.col("landed").alias(f"landed {each}"),
            pl.col("elsewhere").alias(f"from the alternative {each}"),
            pl.col("less_here").alias(f"less here {each}"),
        )
    )
    lines = quote.tables["lines"].filter(pl.col("change").abs() > TINY)
    return {
        "cases": Table("Cases side by side", cases),
        "markets": Table(
            "Landed cost of the buyer, by market",
            markets.top_k(HIGH, by="cars").sort("market"),
            note=_fewer(markets.height - HIGH, "markets"),
        ),
        "steps": _steps_table(quote, f"Landed cost by step, mean of the cars shipped {each}"),
        "lines": Table(f"Contribution by line that changes {money}", lines),
        "headroom": Table("Headroom by shop, tightest month", _tightest(quote), "", HEADROOM),
        "room": Table(
            "Yard, ships, parts, people: where they change most",
            _room(quote),
            "None of them changes.",
        ),
        "misfits": Table(
            "Months that do not fit",
            _misfits(quote),
            "All cars fit: none is lost for it, or late at a month's end.",
        ),
        "lifts": Table(
            "Single changes that would make it fit",
            _lifts(quote),
            "Nothing has to be lifted." if not quote.explanations else "No single change does.",
            "Each is solved by itself, and none is applied. The cars are those shipped on time "
            "besides.",
        ),
        "brands": Table("What it takes from each brand", _brands(quote)),
        "quantiles": Table(
            "Draws", _quantiles(quote), "Nothing was drawn.", PATTERNS[quote.patterns]
        ),
        "levers": Table(
            "What moves the gain, and the buyer's landed cost",
            _levers(quote),
            note=PATTERNS[quote.patterns],
        ),
        "two way": Table(f"Gain by volume and points of tariff {money}", _two_way(quote)),
    }


def _steps_table(quote: Quote, title: str) -> Table:
    """Return the mean of every step by market, for those with most cars."""
    wide = _steps(quote)
    return Table(title, wide[:, : WIDE + 2], note=_fewer(wide.width - 2 - WIDE, "landed"))


def _fewer(more: int, sheet: str) -> str:
    """Say where the markets with fewer cars are that the page has no room for."""
    said = f"{counted(more, 'market')} with fewer cars: see sheet {sheet} of the workbook."
    return said if more > 0 else ""


def _steps(quote: Quote) -> pl.DataFrame:
    """Return the mean of every step by market, those with most cars first, and who pays it."""
    lines = quote.tables["landed"].filter(pl.col("cars") > 0)
    cars = lines.select("market", "model", "month", "cars").unique(maintain_order=True)
    total = cars.group_by("market").agg(pl.col("cars").sum())
    weight = (pl.col("cars") * pl.col("amount")).sum()
    found = lines.group_by("market", "step", "payer", maintain_order=True).agg(weight.alias("sum"))
    found = found.filter(pl.col("sum").abs() > TINY).join(
        total, on="market", how="left", maintain_order="left"
    )
    order = found["step"].unique(maintain_order=True)
    wide = found.with_columns(mean=pl.col("sum") / pl.col("cars")).pivot(
        on="market", index=["step", "payer"], values="mean", maintain_order=True
    )
    at = pl.col("step").replace_strict(order, range(len(order)), return_dtype=pl.Int64)
    most = total.sort("cars", "market", descending=[True, False])["market"]
    names = [name for name in most if name in wide.columns]
    return wide.sort(at, maintain_order=True).select("step", "payer", *names)


def _tightest(quote: Quote) -> pl.DataFrame:
    """Return for each shop what is left in its tightest month, on each basis."""
    months = quote.tables["landed"]["month"].unique()
    head = quote.tables["headroom"].filter(
        (pl.col("load_with") > 0) & pl.col("period").is_in(months.implode())
    )
    share = 100 * pl.col("left_with") / pl.col("capacity_with")
    tight = head.with_columns(share.alias("share")).sort("share")
    found = head.select("shop").unique(maintain_order=True)
    for (basis,), rows in tight.group_by("basis", maintain_order=True):
        worst = rows.unique("shop", keep="first", maintain_order=True)
        month = pl.col("period").dt.strftime("%Y-%m").alias(f"{basis}: month")
        left = [
            pl.col(f"left_{side}").alias(
                f"{side} [units]" if basis == "manned" else f"{basis} {side}"
            )
            for side in ("without", "with")
        ]
        kept = [month, *left] if basis == "manned" else []
        shown = worst.select("shop", *kept, pl.col("share").alias(f"{basis} [%]"))
        found = found.join(shown, on="shop", how="left")
    return found.sort("shop")


def _room(quote: Quote) -> pl.DataFrame:
    """Return yard, lanes, parts and people that change, in the month in which they change most."""
    rows = []

    def add(what: str, frame: pl.DataFrame, value: str, limit: str | None, unit: str) -> None:
        of = frame.filter(pl.col(f"{value}_with").is_not_null())
        if of.is_empty():
            return
        more = (pl.col(f"{value}_with") - pl.col(f"{value}_without")).abs()
        row = of.sort(more, pl.col(f"{value}_with"), descending=True).row(0, named=True)
        if abs(row[f"{value}_with"] - row[f"{value}_without"]) <= TINY:
            return
        rows.append(
            {
                "what": what,
                "month": f"{row['period']:%Y-%m}",
                "without": row[f"{value}_without"],
                "with": row[f"{value}_with"],
                "limit": row[f"{limit}_with"] if limit else None,
                "unit": unit,
            }
        )

    tables = quote.tables
    add("yard", tables["yard"], "cars", "capacity", "cars")
    for (lane,), frame in tables["sailing"].group_by("lane", maintain_order=True):
        add(f"ships {lane}", frame, "area", "area_capacity", "m2")
    for (part,), frame in tables["parts"].group_by("part", maintain_order=True):
        add(f"{part}", frame, "used", None, "units/month")
    people = tables["people"].group_by("period").agg(pl.selectors.starts_with("people").sum())
    add("people", people, "people", None, "people")
    hours = tables["overtime"].group_by("period").agg(pl.selectors.starts_with("hours").sum())
    add("overtime", hours, "hours", None, "h/month")
    rows.sort(key=lambda row: -abs(row["with"] - row["without"]) / max(row["with"], row["without"]))
    return pl.DataFrame(rows[:MANY], infer_schema_length=None)


def _misfits(quote: Quote) -> pl.DataFrame:
    return (
        quote.tables["misfits"]
        .sort(pl.col("of_programme"), pl.col("late") + pl.col("lost"), descending=True)
        .head(FEW)
        .select(
            pl.col("period").dt.strftime("%Y-%m").alias("month"),
            "model",
            "market",
            pl.col("late").alias("late [cars]"),
            pl.col("lost").alias("lost [cars]"),
            (pl.col("late_without") + pl.col("lost_without")).alias("without [cars]"),
        )
    )


def _lifts(quote: Quote) -> pl.DataFrame:
    rows = [
        {
            "change": one.name,
            "cars more": one.cars,
            "cars in all": one.cars_total,
            f"contribution [{quote.currency}]": one.contribution,
        }
        for said in quote.explanations
        for one in said.relaxations[:FEW]
        if one.cars > TINY
    ]
    return pl.DataFrame(rows)


def _brands(quote: Quote) -> pl.DataFrame:
    return quote.tables["brands"].select(
        "brand",
        pl.col("displaced").alias("cars not shipped"),
        pl.col("due_days").alias("car-days late more"),
        pl.col("entitled").alias("entitled to [cars]"),
        pl.col("built_without").alias("built without [cars]"),
        pl.col("built_with").alias("built with [cars]"),
    )


def _quantiles(quote: Quote) -> pl.DataFrame:
    if not quote.tables["draws"]["gain"].count():
        return pl.DataFrame()
    names = {
        "gain": ("gain", quote.currency),
        "fee_at_break_even": ("break-even fee", f"{quote.fee_currency}/car"),
        "fulfilment": ("cars shipped of those asked for", "%"),
        "contribution_with": ("contribution with", quote.currency),
        "contribution_without": ("contribution without", quote.currency),
    }
    found = quote.tables["quantiles"]
    times = pl.when(pl.col("figure") == "fulfilment").then(100.0).otherwise(1.0)
    marks = ("p10", "p50", "p90", "mean")
    return found.select(
        pl.col("figure").replace_strict({name: text for name, (text, _) in names.items()}),
        pl.col("figure")
        .replace_strict({name: unit for name, (_, unit) in names.items()})
        .alias("unit"),
        *((pl.col(name) * times).alias(name.replace("p", "P")) for name in marks),
    )


def _levers(quote: Quote) -> pl.DataFrame:
    money = quote.currency
    return quote.tables["tornado"].select(
        "lever",
        "low",
        "high",
        pl.col("gain_low").alias(f"gain, low [{money}]"),
        pl.col("gain_high").alias(f"gain, high [{money}]"),
        pl.col("landed_low").alias(f"landed, low [{money}/car]"),
        pl.col("landed_high").alias(f"landed, high [{money}/car]"),
    )


def _two_way(quote: Quote) -> pl.DataFrame:
    both = quote.tables["two_way"]
    share = pl.col("volume").map_elements(lambda x: f"{x:+.0%}", return_dtype=pl.String)
    points = pl.col("tariff").map_elements(lambda x: f"{x:+g} points", return_dtype=pl.String)
    return both.with_columns(share, points).pivot(
        on="tariff", index="volume", values="gain", maintain_order=True
    )
