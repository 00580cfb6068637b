"""The data dictionary: every table and field of a hub, with its type, unit, bounds and meaning.

The schema classes below are the only place where fields are declared. Reading, checking, error
messages, the Excel template, ``sinho fields`` and the docs page are all made from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, cast

import dataframely as dy
import polars as pl

Kind = Literal["text", "choice", "list", "number", "integer", "month", "date", "flag", "period"]
Default = str | float | int | bool | None

BASES = ("reported", "derived", "assumed")
POWERTRAINS = ("ICE", "HEV", "PHEV", "BEV")
SHOP_KINDS = ("press", "body", "paint", "assembly", "engine", "foundry", "battery")
PART_KINDS = ("engine", "battery", "casting", "other")
CALENDAR_KINDS = ("holiday", "company", "summer", "conversion", "downtime", "strike", "work")
OBJECTIVES = ("contribution", "lexicographic")
RULE_KINDS = (
    "ratio",
    "changes",
    "run",
    "spread",
    "forbidden",
    "changeover",
    "maximum",
    "overload",
    "window",
    "pinned",
    "frozen",
)
OPTION_RULES = ("requires", "excludes")
LIMIT_KINDS = ("model", "colour", "option", "part")
HARD = "hard"
"""What a rule's level says where the rule must be kept whatever it costs."""
ALL = "all"
LIST_SEPARATOR = ";"
FIRST_YEAR, LAST_YEAR = 1950, 2199
"""Years in which dates and months may lie."""

AMOUNT = 1e12
"""Most currency units in a cell: far above any plant, and far below what solvers can add up."""
CARS, UNITS = 1e7, 1e9
"""Most cars and most units of a part in a cell; the world builds fewer than 1e8 cars a year."""
RATE = 1e7
"""Most units per hour of a shop."""
LEAST = 1e-6
"""Least load or quantity per piece; what is less, solvers take for nothing."""
PLACES = 10**9
"""Most places of a day, and most cars of a rule for its sequence: far more than any day has."""
COST, MINUTES = 1e9, 1e5
"""Most cost and most minutes in a rule for a day's sequence or for slotting."""


def plain(number: float) -> str:
    """Write a number as people do, without an exponent."""
    if abs(number) >= 1e5:
        return f"{number:,.0f}"
    return f"{number:.6f}".rstrip("0").rstrip(".") if 0 < abs(number) < 1e-3 else f"{number:g}"


@dataclass(frozen=True)
class Field:
    """One field of the data dictionary.

    Parameters
    ----------
    table, name : str
        Where the field stands.
    kind : str
        ``text``, ``choice``, ``list`` (names parted by ``;``), ``number``, ``integer``, ``month``
        (YYYY-MM), ``date`` (YYYY-MM-DD), ``flag`` (yes or no) or ``period`` (YYYY or YYYY-MM).
    unit : str
        Unit of measure; ``-`` for names.
    meaning : str
        What the field says.
    key : bool
        Whether it is part of the table's key; rows must differ in their keys.
    required : bool
        Whether a value must be given in every row.
    default : str, float, int, bool or None
        What an empty cell means; ``None``: not set.
    lower, upper : float or None
        Bounds of a number.
    lower_open : bool
        Whether the lower bound itself is refused.
    usual : (float, float) or None
        Range beyond which a figure is doubted: `sinho check` warns of it. Where 0 is allowed, it
        is not doubted.
    choices : tuple of str
        The values taken by a ``choice``.
    refers : tuple of (str, str)
        ``(table, column)`` pairs in one of which the value must occur.
    """

    table: str
    name: str
    kind: Kind
    unit: str
    meaning: str
    key: bool = False
    required: bool = False
    default: Default = None
    lower: float | None = None
    upper: float | None = None
    lower_open: bool = False
    usual: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    refers: tuple[tuple[str, str], ...] = ()

    @property
    def nullable(self) -> bool:
        """Whether a cell may be empty, without a default that fills it."""
        return not self.required and self.default is None

    @property
    def bounds(self) -> str:
        """The bounds with what is usual, or the choices, in words; empty where there are none."""
        if self.choices:
            return " | ".join(self.choices)
        if self.kind in ("month", "date", "period"):
            return f"{FIRST_YEAR} to {LAST_YEAR}"
        low = (
            "" if self.lower is None else f"{'>' if self.lower_open else '>='} {plain(self.lower)}"
        )
        high = "" if self.upper is None else f"<= {plain(self.upper)}"
        bounds = " and ".join(part for part in (low, high) if part)
        if self.usual is None:
            return bounds
        return f"{bounds}; usually {plain(self.usual[0])} to {plain(self.usual[1])}"

    @property
    def heading(self) -> str:
        """The Excel heading: the name, with its unit in brackets where it has one."""
        return self.name if self.unit == "-" else f"{self.name} [{self.unit}]"

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of the column."""
        return _DTYPES[self.kind]


_DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "choice": pl.String(),
    "list": pl.String(),
    "period": pl.String(),
    "number": pl.Float64(),
    "integer": pl.Int64(),
    "month": pl.Date(),
    "date": pl.Date(),
    "flag": pl.Boolean(),
}


def _column(
    make: Callable[..., dy.Column],
    kind: Kind,
    meaning: str,
    *,
    unit: str = "-",
    key: bool = False,
    required: bool = False,
    default: Default = None,
    choices: tuple[str, ...] = (),
    refers: tuple[str, ...] = (),
    usual: tuple[float, float] | None = None,
    **rules: Any,
) -> dy.Column:
    pairs = tuple(cast("tuple[str, str]", tuple(ref.split(".", 1))) for ref in refers)
    required = required or (key and default is None)
    field = {
        "kind": kind,
        "unit": unit,
        "meaning": meaning,
        "key": key,
        "required": required,
        "default": default,
        "choices": choices,
        "refers": pairs,
        "lower": rules.get("min", rules.get("min_exclusive")),
        "upper": rules.get("max"),
        "lower_open": "min_exclusive" in rules,
        "usual": usual,
    }
    if choices:
        rules["check"] = lambda column: column.is_in(list(choices))
    if key:
        rules["primary_key"] = True
    nullable = not required and default is None
    return make(nullable=nullable, metadata=field, **rules)


def _text(meaning: str, **more: Any) -> Any:
    return _column(dy.String, "choice" if more.get("choices") else "text", meaning, **more)


def _list(meaning: str, **more: Any) -> Any:
    return _column(dy.String, "list", meaning, **more)


def _number(meaning: str, unit: str, **more: Any) -> Any:
    return _column(dy.Float64, "number", meaning, unit=unit, **more)


def _integer(meaning: str, unit: str, **more: Any) -> Any:
    return _column(dy.Int64, "integer", meaning, unit=unit, **more)


def _month(meaning: str, **more: Any) -> Any:
    return _column(dy.Date, "month", meaning, unit="YYYY-MM", **more)


def _date(meaning: str, **more: Any) -> Any:
    return _column(dy.Date, "date", meaning, unit="YYYY-MM-DD", **more)


def _flag(meaning: str, **more: Any) -> Any:
    return _column(dy.Bool, "flag", meaning, unit="yes/no", **more)


class Table(dy.Schema):
    """What every table may carry beside its own fields."""

    source = _text("Where the row's figures come from: a document, a web address, a person.")
    basis = _text(
        "How sure the row is: reported by a source, derived from reported figures by a stated "
        "rule, or assumed.",
        choices=BASES,
    )


class Settings(Table):
    """The hub itself: one row (in a folder, the keys of ``hub.toml``)."""

    name = _text("Name of the hub, shown in reports.", required=True)
    country = _text(
        "Country of the plant as ISO 3166 alpha-2 code: public holidays and tariff origin.",
        required=True,
    )
    currency = _text("The currency unit of every amount in the hub.", default="EUR")
    start = _month("First month that is planned.", required=True)
    end = _month("Last month that is planned.", required=True)
    weekend = _list("Days of the week on which the plant rests.", default="sat;sun")
    public_holidays = _flag("Whether the plant rests on public holidays.", default=True)
    ceu_area = _number(
        "Plan area of one car equivalent unit (RT43: 4.125 m x 1.55 m).",
        "m2",
        default=6.39375,
        min=0.1,
        max=1000,
        usual=(4, 12),
    )
    stow_gap = _number(
        "Clearance added to a car's length and width when it is stowed on a vessel deck.",
        "mm",
        min=0,
        max=2000,
        default=0,
        usual=(0, 600),
    )


class Brands(Table):
    """Brands whose cars the plant builds."""

    brand = _text("Name of the brand.", key=True)
    owner = _text("Group that owns the brand.")


class Models(Table):
    """Car models, one row for each powertrain that is planned on its own."""

    model = _text("Name of the model.", key=True)
    family = _text(
        "Name under which several models are reported together; empty: the model by itself."
    )
    brand = _text("Brand under which it is sold.", required=True, refers=("brands.brand",))
    segment = _text("Market segment, such as C-SUV.")
    powertrain = _text("Kind of powertrain.", required=True, choices=POWERTRAINS)
    length = _number(
        "Overall length.", "mm", required=True, min_exclusive=0, max=20000, usual=(2000, 13000)
    )
    width = _number(
        "Overall width without mirrors.",
        "mm",
        required=True,
        min_exclusive=0,
        max=5000,
        usual=(1000, 2600),
    )
    height = _number(
        "Overall height.", "mm", required=True, min_exclusive=0, max=5000, usual=(900, 4200)
    )
    mass = _number("Kerb mass.", "kg", min_exclusive=0, max=40000, usual=(300, 20000))
    sop = _date("Start of production; empty: already in production.")
    eop = _date("End of production, the last day built; empty: none in sight.")
    full_rate = _number(
        "Most cars of this model on one working day once launched; empty: as many as its shops "
        "allow in that month, at the month's rates, longest possible pattern and most overtime.",
        "cars/day",
        min=0.001,
        max=100_000,
        usual=(1, 5000),
    )
    material_cost = _number(
        "Material per car apart from the parts planned in the bom.",
        "currency/car",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    stock_cost = _number(
        "Cost of keeping one finished car for one month.",
        "currency/car/month",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    stock_max = _number(
        "Most finished cars kept at a month's end; empty: no limit.", "cars", min=0, max=CARS
    )
    stock_min = _number(
        "Fewest finished cars kept at every month's end from SOP on (hard).",
        "cars",
        min=0,
        default=0.0,
        max=CARS,
    )


class Ramp(Table):
    """Launch ramps: the share of its full rate in that month that a model reaches after SOP."""

    model = _text("Model that is launched.", key=True, refers=("models.model",))
    month_after_sop = _integer(
        "Month counted from SOP; 0 is the month of SOP itself.",
        "months",
        key=True,
        min=0,
        max=120,
        usual=(0, 36),
    )
    share = _number(
        "Share of what holds in that month as full rate: models.full_rate, else what its shops "
        "allow.",
        "1",
        required=True,
        min=0,
        max=1,
    )


class Parts(Table):
    """Parts that are planned: engines, battery packs, castings."""

    part = _text("Name of the part or part family.", key=True)
    kind = _text("Kind of part.", required=True, choices=PART_KINDS)
    unit = _text("Unit in which it is counted, such as piece or kg.", default="piece")
    supply = _text(
        "Made in the hub's own shops, bought, or both.",
        required=True,
        choices=("made", "bought", "both"),
    )
    make_cost = _number(
        "Material per unit started; that of scrap is lost.",
        "currency/unit",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    buy_cost = _number(
        "Price per unit bought; needed where supply is bought or both.",
        "currency/unit",
        min=0,
        max=AMOUNT,
    )
    buy_max = _number(
        "Most units bought in a month; empty: no limit.", "units/month", min=0, max=UNITS
    )
    lot_size = _number(
        "Units are made or bought in whole multiples of this; 0: any quantity.",
        "units",
        min=0,
        default=0.0,
        max=100_000,
    )
    yield_share = _number(
        "Good units per unit started; the rest is scrap.",
        "1",
        max=1,
        default=1.0,
        min=0.001,
        usual=(0.3, 1),
    )
    stock_cost = _number(
        "Cost of keeping one unit for one month.",
        "currency/unit/month",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    stock_max = _number(
        "Most units kept at a month's end; empty: no limit.", "units", min=0, max=UNITS
    )


class Bom(Table):
    """Bill of materials: what goes into a model or a part."""

    parent = _text("Model or part that is made.", key=True, refers=("models.model", "parts.part"))
    part = _text("Part that goes into it.", key=True, refers=("parts.part",))
    quantity = _number(
        "Units of the part per piece of the parent started.",
        "units/piece",
        required=True,
        min=LEAST,
        max=1e6,
    )


class Groups(Table):
    """Shop groups: shops that work the same shift pattern."""

    group = _text("Name of the shop group.", key=True)
    opening_pattern = _text(
        "Pattern worked before the first month; empty: the first month's choice costs no change.",
        refers=("patterns.pattern",),
    )
    months_kept = _integer(
        "How many months the opening pattern has been kept already.",
        "months",
        min=0,
        default=99,
        max=1200,
    )


class Shops(Table):
    """Shops of the plant and their capacity."""

    shop = _text("Name of the shop.", key=True)
    kind = _text("Kind of shop.", required=True, choices=SHOP_KINDS)
    group = _text(
        "Shop group whose shift pattern it works.", required=True, refers=("groups.group",)
    )
    unit = _text(
        "Unit in which its capacity is counted, such as car, engine or kg; of cars, capacity and "
        "load are car equivalents: cars times their load.",
        required=True,
    )
    installed_rate = _number(
        "Rate that the equipment is capable of.", "units/h", required=True, min=0.001, max=RATE
    )
    manned_rate = _number(
        "Rate at which the shop is manned and run.", "units/h", required=True, min=0.001, max=RATE
    )
    availability = _number(
        "Share of the paid time in which the shop runs at its manned rate: its capacity is hours x "
        "manned rate x availability.",
        "1",
        max=1,
        default=1.0,
        min=0.001,
        usual=(0.3, 1),
    )
    installed_year = _number(
        "Nominal capacity of a calendar year: the basis of installed utilisation; empty: installed "
        "rate x 16 h x 240 days.",
        "units/year",
        min=1,
        max=1e11,
    )


class Rates(Table):
    """Dated rates: from a month on, a shop is manned at another rate than in ``shops``."""

    shop = _text("Shop.", key=True, refers=("shops.shop",))
    month = _month("First month of the rate; it holds until the shop's next row.", key=True)
    manned_rate = _number(
        "Rate at which the shop is manned and run.", "units/h", required=True, min=0, max=RATE
    )


class Loads(Table):
    """What one piece takes of a shop; a pair that is missing does not pass through the shop."""

    item = _text("Model or part.", key=True, refers=("models.model", "parts.part"))
    shop = _text("Shop that it passes through.", key=True, refers=("shops.shop",))
    load = _number(
        "Units of the shop's capacity per piece started; a bigger car may take 1.1.",
        "units/piece",
        default=1.0,
        min=LEAST,
        max=1e6,
    )


class Patterns(Table):
    """Shift patterns from which the plan chooses one for each shop group and month."""

    group = _text("Shop group.", key=True, refers=("groups.group",))
    pattern = _text("Name of the pattern.", key=True)
    shifts = _integer(
        "Shifts per working day; 0: the group rests.", "shifts/day", required=True, min=0, max=4
    )
    hours = _number(
        "Paid working hours of one shift.", "h/shift", required=True, min=0, max=12, usual=(3, 12)
    )
    people = _number(
        "People that the pattern employs; empty: shifts x crews of the group's shops.",
        "people",
        min=0,
        max=1e6,
    )
    cost_per_day = _number(
        "Labour cost of one working day.", "currency/day", min=0, default=0.0, max=AMOUNT
    )
    min_months = _integer(
        "Fewest months for which the pattern is kept once chosen.",
        "months",
        min=1,
        max=120,
        default=1,
        usual=(1, 36),
    )
    change_cost = _number(
        "Cost of changing to this pattern.", "currency", min=0, default=0.0, max=AMOUNT
    )


class FixedPatterns(Table):
    """Months in which a group's pattern is given and not chosen."""

    group = _text("Shop group.", key=True, refers=("groups.group",))
    start = _month("First month.", key=True)
    end = _month("Last month; empty: to the end of the horizon.")
    pattern = _text("Pattern that is worked.", required=True, refers=("patterns.pattern",))


class Overtime(Table):
    """Overtime that a shop group may work on top of its pattern."""

    group = _text("Shop group.", key=True, refers=("groups.group",))
    start = _month("First month of the rule; it holds until the group's next row.", key=True)
    hours_per_day = _number(
        "Most overtime on one working day.", "h/day", required=True, min=0, max=24, usual=(0.1, 10)
    )
    cost_per_hour = _number(
        "Cost of one hour of overtime of the whole group.",
        "currency/h",
        min=0,
        default=0.0,
        max=AMOUNT,
    )


class Crews(Table):
    """People that a shop needs on one shift."""

    shop = _text("Shop.", key=True, refers=("shops.shop",))
    people = _number(
        "People on one shift.", "people/shift", required=True, min=0, max=1e6, usual=(1, 10000)
    )


class Calendar(Table):
    """Days that differ from weekdays without public holidays; a later row overrides."""

    start = _date("First day.", key=True)
    end = _date("Last day; empty: the first day only.")
    group = _text("Shop group concerned, or all.", key=True, default=ALL, refers=("groups.group",))
    kind = _text("Why the days differ.", required=True, choices=CALENDAR_KINDS)
    share = _number(
        "Share of each day that is worked; empty: 0, or 1 for kind work. Stops apply to days that "
        "would be worked; kind work also turns rest days into working days.",
        "1",
        min=0,
        max=1,
    )
    note = _text("What the days are for.")


class Markets(Table):
    """Markets to which cars are sold."""

    market = _text("Name of the market.", key=True)
    name = _text("Full name.")
    country = _text("Destination as ISO 3166 alpha-2 code, for tariffs.", required=True)
    region = _text("Region under which it is reported.", required=True)
    route = _text(
        "Reached by road from the plant, or by sea.",
        required=True,
        choices=("domestic", "overseas"),
    )
    lane = _text("Trade lane of an overseas market; sailings and freight are given per lane.")
    port = _text("Port of discharge of an overseas market.")


class Demand(Table):
    """What the markets ask for."""

    model = _text("Model.", key=True, refers=("models.model",))
    market = _text("Market.", key=True, refers=("markets.market",))
    month = _month("Month in which the cars are to leave the plant's yard.", key=True)
    units = _number("Cars asked for.", "cars", required=True, min=0, max=CARS)
    price = _number("Net price per car.", "currency/car", min=0, default=0.0, max=AMOUNT)
    lost_penalty = _number(
        "Penalty for a car that is never delivered.", "currency/car", min=0, default=0.0, max=AMOUNT
    )
    late_penalty = _number(
        "Penalty for a car that is late, for each month.",
        "currency/car/month",
        min=0,
        default=0.0,
        max=AMOUNT,
    )


class Contracts(Table):
    """Contracts to build for a brand: a corridor of volumes, a fee and a penalty."""

    contract = _text("Name of the contract.", key=True)
    brand = _text("Brand that ordered.", required=True, refers=("brands.brand",))
    models = _list("Models that count; empty: all of the brand.", refers=("models.model",))
    markets = _list("Markets that count; empty: all.", refers=("markets.market",))
    start = _month("First month of the contract.", required=True)
    end = _month("Last month of the contract.", required=True)
    per = _text(
        "Whether least and most hold for each month, quarter or year, or in total.",
        choices=("month", "quarter", "year", "total"),
        default="total",
    )
    least = _number("Fewest cars shipped in each window.", "cars", min=0, default=0.0, max=CARS)
    most = _number(
        "Most cars shipped in each window (hard); empty: no limit.", "cars", min=0, max=CARS
    )
    fee = _number(
        "Fee earned per car shipped, on top of its net price.",
        "currency/car",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    short_penalty = _number(
        "Penalty per car short of the least.", "currency/car", min=0, default=0.0, max=AMOUNT
    )
    hard = _flag("Whether the least must be met whatever it costs.", default=False)


class Tariffs(Table):
    """Import duties, dated."""

    origin = _text("Country of origin as ISO 3166 alpha-2 code.", key=True)
    destination = _text("Country of destination as ISO 3166 alpha-2 code.", key=True)
    powertrain = _text(
        "Powertrain concerned, or all; a row for one powertrain overrides.",
        key=True,
        default=ALL,
        choices=(*POWERTRAINS, ALL),
    )
    start = _date("First day; the duty holds until the next row of the same three keys.", key=True)
    percent = _number(
        "Duty as a share of the net price.", "%", min=0, max=1000, default=0.0, usual=(0, 200)
    )
    per_unit = _number("Duty per car.", "currency/car", min=0, default=0.0, max=AMOUNT)


class Freight(Table):
    """Cost of carrying a car, dated; an overseas mode without a row cannot be used."""

    lane = _text("Trade lane, or domestic for domestic markets.", key=True)
    mode = _text("Vessel, container or road.", key=True, choices=("vessel", "container", "road"))
    start = _month(
        "First month of the rate; it holds until the next row of lane and mode.", key=True
    )
    cost = _number("Freight.", "currency/per", required=True, min=0, max=AMOUNT)
    per = _text(
        "What the freight is paid for: a car, a CEU or a 40 ft box.",
        choices=("car", "ceu", "box"),
        default="car",
    )
    cars_per_box = _number(
        "Cars in one 40 ft box; needed for containers.", "cars/box", max=10, min=0.1, usual=(1, 6)
    )
    transit = _number("Days at sea.", "days", min=0, max=365, usual=(1, 120))


class Sailings(Table):
    """Carrying capacity of each trade lane and month; a month without a row has none."""

    lane = _text("Trade lane.", key=True)
    month = _month("Month.", key=True)
    calls = _number("Vessel calls.", "calls/month", min=0, max=10_000, usual=(0.1, 200))
    ceu = _number(
        "Vessel capacity in car equivalent units; empty: no limit by CEU.",
        "CEU/month",
        min=0,
        max=CARS,
    )
    area = _number(
        "Vessel deck area for the hub's cars; empty: no limit by area.", "m2/month", min=0, max=1e8
    )
    boxes = _number("40 ft boxes available.", "boxes/month", min=0, default=0.0, max=CARS)


class Yard(Table):
    """Room for finished cars at a month's end."""

    yard = _text("Name of the yard.", key=True)
    start = _month("First month of the figure; it holds until the yard's next row.", key=True)
    capacity = _number("Cars that it holds.", "cars", required=True, min=0, max=CARS)


class OpeningStock(Table):
    """Cars and parts in stock before the first month."""

    item = _text("Model or part.", key=True, refers=("models.model", "parts.part"))
    units = _number("Units in stock.", "units", required=True, min=0, max=UNITS)


class OpeningBacklog(Table):
    """Cars late before the first month, at the prices of their model and market's first demand."""

    model = _text("Model.", key=True, refers=("models.model",))
    market = _text("Market.", key=True, refers=("markets.market",))
    units = _number("Cars late.", "cars", required=True, min=0, max=CARS)


class Actuals(Table):
    """What was really built, sold or shipped."""

    period = _column(dy.String, "period", "Year or month.", unit="YYYY or YYYY-MM", key=True)
    item = _text("Model, family of models, part, kind of part, or all (all cars).", key=True)
    market = _text("Market, region, overseas, domestic, or all.", key=True, default=ALL)
    measure = _text("What was counted.", key=True, choices=("made", "sold", "shipped"))
    units = _number("Units counted.", "units", required=True, min=0, max=UNITS)
    unit = _text("Unit in which it was counted.", default="piece")


class Options(Table):
    """Options of cars that the rules of a day's sequence speak of."""

    option = _text("Name of the option.", key=True)
    meaning = _text("What it is, such as sunroof.")


class Cars(Table):
    """Cars that are built on a day, and the cars that stand before them."""

    car = _text("Ident of the car; a car stands once in a day.", required=True)
    date = _date("Day on which it is built; empty in every row: one day without a date.")
    position = _integer(
        "Place in the order given, 1 for the day's first car; 0 or less: built already, 0 right "
        "before the first car. Empty: behind the others, in the order of the rows.",
        "place",
        min=-1_000_000,
        max=1_000_000,
    )
    brand = _text("Brand.")
    model = _text("Model.")
    trim = _text("Trim line.")
    colour = _text("Colour in which it is painted.")
    market = _text("Market for which it is built.")
    further = _list("Further attributes, each as name=value.")
    options = _list("Options that the car has.", refers=("options.option",))
    earliest = _integer("Earliest place in its day (hard); empty: any.", "place", min=1, max=PLACES)
    latest = _integer("Latest place in its day (hard); empty: any.", "place", min=1, max=PLACES)
    pinned = _integer(
        "Place at which it has to stand (hard); empty: any.", "place", min=1, max=PLACES
    )


class SequenceLevels(Table):
    """Priority levels of a sequence's rules, the most important first."""

    level = _text("Name of the level.", key=True)
    weight = _integer(
        "Weight in the single-figure score; empty in every row: there is no such figure.",
        "1",
        min=0,
        max=10**12,
    )


class SequenceRules(Table):
    """Rules for the order in which a day's cars are built."""

    rule = _text("Name of the rule.", key=True)
    kind = _text(
        "What it counts. ratio: cars with an option in each window above most. changes: neighbours "
        "that differ in an attribute. run: runs of one value that are too short or long. spread: "
        "squared distance of an option from its even spread. forbidden: neighbours named in "
        "changeovers. changeover: cost of changes. maximum: cars with an option above most in each "
        "block. overload: minutes that a station cannot finish. window: places too early or late. "
        "pinned: cars at their places. frozen: the first cars stay.",
        required=True,
        choices=RULE_KINDS,
    )
    level = _text(
        "Priority level; hard: the rule must be kept.",
        default=HARD,
        refers=("sequence_levels.level",),
    )
    weight = _integer(
        "What one unit weighs against the other rules of the level.",
        "1",
        min=1,
        default=1,
        max=10**6,
    )
    option = _text("Option that is counted or spread.", refers=("options.option",))
    attribute = _text("Attribute that is compared: a column of cars, or a name from further.")
    value = _text("Value whose runs are meant; empty: all values.")
    least = _integer("Shortest run; empty: 1.", "cars", min=1, max=PLACES)
    most = _integer(
        "Most cars in a window or block, or the longest run; empty: no limit.",
        "cars",
        min=0,
        max=PLACES,
    )
    window = _integer(
        "Places in a row that a ratio looks at, above most.", "cars", min=1, max=PLACES
    )
    whole_windows = _flag(
        "Whether a ratio counts whole windows only; else those that run past the end of the day "
        "count too, shortened.",
        default=False,
    )
    per = _integer(
        "Places in a block of a maximum, such as the cars of an hour; empty: the whole day.",
        "cars",
        min=1,
        max=PLACES,
    )
    from_place = _integer(
        "First place to which a ratio is confined: only windows from it on count; or at which a "
        "station works at half its rate. Empty: none.",
        "place",
        min=1,
        max=PLACES,
    )
    to_place = _integer(
        "Last place to which a ratio is confined: only windows up to it count; or at which a "
        "station works at half its rate. Empty: none.",
        "place",
        min=1,
        max=PLACES,
    )
    first = _integer("Cars that stay at the front of the day (frozen).", "cars", min=0, max=PLACES)
    cost = _number(
        "Cost of a change that changeovers does not name; empty: 0.", "cost", min=0, max=COST
    )
    base = _number("Minutes that every car takes at the station.", "min", min=0, max=MINUTES)
    takt = _number("Minutes between two cars.", "min", min=0.001, max=MINUTES, usual=(0.2, 60))
    length = _number(
        "Length of the station in minutes of line travel, at least the takt.",
        "min",
        min=0.001,
        max=MINUTES,
    )


class Changeovers(Table):
    """Changes between neighbours that cost something or are forbidden."""

    rule = _text("Rule of kind changeover or forbidden.", key=True, refers=("sequence_rules.rule",))
    before = _text("Value of the attribute in front.", key=True)
    behind = _text("Value right behind it.", key=True)
    cost = _number(
        "Cost of the change; has no meaning where it is forbidden.", "cost", min=0, max=COST
    )


class Operations(Table):
    """Minutes that an option takes at a station."""

    rule = _text("Rule of kind overload.", key=True, refers=("sequence_rules.rule",))
    option = _text("Option.", key=True, refers=("options.option",))
    minutes = _number("Minutes that it adds.", "min", required=True, min=0, max=MINUTES)


class CarWindows(Table):
    """Places between which cars have to stand, beside those in cars: for rules with a level."""

    rule = _text("Rule of kind window or pinned.", key=True, refers=("sequence_rules.rule",))
    car = _text("Car.", key=True, refers=("cars.car",))
    earliest = _integer("Earliest place in its day; empty: any.", "place", min=1, max=PLACES)
    latest = _integer("Latest place in its day; empty: any.", "place", min=1, max=PLACES)


class OptionRates(Table):
    """Take rates: the share of a model's cars for a market that have an option.

    For one car the most particular row of an option counts: that of its model and market, else
    that of its model, else that of its market, else that of all.
    """

    model = _text("Model, or all.", key=True, default=ALL, refers=("models.model",))
    market = _text("Market, or all.", key=True, default=ALL, refers=("markets.market",))
    option = _text("Option.", key=True, refers=("options.option",))
    share = _number("Share of the cars that have it.", "1", required=True, min=0, max=1)


class Colours(Table):
    """Colours in which models can be ordered; a model with rows of its own has those only."""

    model = _text("Model, or all.", key=True, default=ALL, refers=("models.model",))
    colour = _text("Name of the colour.", key=True)
    share = _number(
        "Weight of the colour; the weights of a model's colours are brought to a sum of 1.",
        "1",
        required=True,
        min=0,
        max=1e6,
    )


class OptionRules(Table):
    """Options that need or refuse one another."""

    model = _text("Model, or all.", key=True, default=ALL, refers=("models.model",))
    option = _text("Option.", key=True, refers=("options.option",))
    kind = _text(
        "Whether a car with the option must have the other one too, or must not have it.",
        key=True,
        choices=OPTION_RULES,
    )
    other = _text("The other option.", key=True, refers=("options.option",))


class Vessels(Table):
    """Vessels by date: until when cars are handed over at the port, and when they sail."""

    vessel = _text("Name of the vessel's voyage.", key=True)
    lane = _text("Trade lane that it sails.", required=True)
    cutoff = _date("Last day on which a car may be handed over at the port.", required=True)
    etd = _date("Estimated day of departure.", required=True)
    ceu = _number(
        "Room in car equivalent units; empty: no limit.", "CEU", min=0, max=CARS, usual=(10, 12000)
    )


class OrderBank(Table):
    """Orders of customers and dealers, each for one car."""

    order = _text("Number of the order.", key=True)
    brand = _text("Brand; empty: that of the model.", refers=("brands.brand",))
    model = _text("Model.", required=True, refers=("models.model",))
    market = _text("Market for which it is built.", required=True, refers=("markets.market",))
    colour = _text("Colour in which it is painted.", required=True)
    options = _list("Options that it has.", refers=("options.option",))
    wanted = _date(
        "Day on which the car is to leave: by the dealer's carrier, or by its vessel (ETD).",
        required=True,
    )
    priority = _integer("Priority; 1 comes first.", "1", min=1, max=9, default=2)
    fixed = _date("Day on which it must be built; empty: any.")
    vin = _text("Vehicle identification number (ISO 3779); empty: not given yet.")
    former = _date("Day to which it was slotted before; empty: none.")


class SlotLimits(Table):
    """Most cars with a model, colour, option or part on each day of some days (hard)."""

    kind = _text("What is limited.", key=True, choices=LIMIT_KINDS)
    item = _text("Name of the model, colour, option or part.", key=True)
    start = _date("First day.", key=True)
    end = _date("Last day; empty: the first day only.")
    most = _number("Most units on each of the days.", "units/day", required=True, min=0, max=UNITS)


class Entitlements(Table):
    """Contracted slots of brands: each week's are the brand's own until they are released."""

    brand = _text("Brand.", key=True, refers=("brands.brand",))
    start = _date("First day.", key=True)
    end = _date("Last day; empty: until further notice.")
    slots_per_week = _number("Slots of each week.", "cars/week", required=True, min=0, max=CARS)
    release_days = _integer(
        "Days before the week's Monday on which slots not used are offered to all.",
        "days",
        min=0,
        max=366,
        default=14,
    )


class Slotting(Table):
    """Parameters by which orders are given their days: one row, or none for the defaults."""

    lead_days = _integer(
        "Calendar days from the day built to hand-over at the port or to the dealer's carrier.",
        "days",
        min=0,
        max=366,
        default=2,
        usual=(0, 60),
    )
    ahead_days = _integer(
        "Calendar days after the last day's cars are ready up to which an order may be wanted; one "
        "wanted later waits for a later run, unless it has a day already.",
        "days",
        min=0,
        max=3660,
        default=30,
    )
    frozen_days = _integer(
        "Working days from the first on that do not change.", "days", min=0, max=366, default=3
    )
    firm_days = _integer(
        "Working days from the first on in which changes cost firm_cost.",
        "days",
        min=0,
        max=366,
        default=10,
    )
    late_cost = _number("A car late by one day.", "cost/car/day", min=0, default=10.0, max=COST)
    early_cost = _number("A car early by one day.", "cost/car/day", min=0, default=1.0, max=COST)
    moved_cost = _number(
        "A car moved from its former day.", "cost/car", min=0, default=5.0, max=COST
    )
    firm_cost = _number(
        "A car moved from its former day in the firm zone, on top of moved_cost.",
        "cost/car",
        min=0,
        default=20.0,
        max=COST,
    )
    level_cost = _number(
        "A car with an option above or below the option's even share of a day.",
        "cost/car",
        min=0,
        default=2.0,
        max=COST,
    )
    limit_cost = _number(
        "A car with an option beyond what the option's ratio rule lets a day sequence.",
        "cost/car",
        min=0,
        default=20.0,
        max=COST,
    )
    volume_cost = _number(
        "A car above or below a day's even number of cars.",
        "cost/car",
        min=0,
        default=20.0,
        max=COST,
    )
    mix_cost = _number(
        "A car above or below a model's even share of a day.",
        "cost/car",
        min=0,
        default=1.0,
        max=COST,
    )
    colour_cost = _number(
        "A car short of a colour's smallest batch on a day that paints the colour.",
        "cost/car",
        min=0,
        default=1.0,
        max=COST,
    )
    unslotted_cost = _number(
        "A car that finds no day in the horizon.", "cost/car", min=0, default=1000.0, max=COST
    )
    band = _number(
        "How far the cars of a day with an option, or of a model, may lie from the even share "
        "without cost, as a share of it; a fifth of that for the number of all cars.",
        "1",
        min=0,
        max=1,
        default=0.1,
        usual=(0, 0.5),
    )
    batch = _integer(
        "Cars of a colour on a day from which on the paint shop's batches are full.",
        "cars",
        min=0,
        max=10_000,
        default=6,
    )
    fill = _number(
        "Share of what an option's ratio rule bears up to which a day is filled without cost.",
        "1",
        max=1,
        default=0.95,
        min=0.001,
    )
    vin_wmi = _text(
        "World manufacturer identifier, the first three characters of a VIN, such as KNM; of a "
        "maker of fewer than 1,000 vehicles a year, whose third is 9, also positions 12 to 14, "
        "such as KN9123. Needed where VINs are assigned."
    )
    vin_plant = _text("Plant: the eleventh character of a VIN.", default="B")


class Suppliers(Table):
    """Suppliers of parts, and how parts are called off."""

    part = _text("Part.", key=True, refers=("parts.part",))
    supplier = _text("Number or short name of the supplier.", required=True)
    name = _text("Full name of the supplier.")
    delivery = _text(
        "Called off by day, or in the order of the cars by takt (JIS); a part that is made too, by "
        "day alone.",
        choices=("day", "takt"),
        default="day",
    )
    pack = _number(
        "Units in a pack; call-offs by day are whole packs.",
        "units/pack",
        default=1.0,
        min=0.001,
        max=1e6,
        usual=(0.1, 10000),
    )
    lead_days = _integer(
        "Working days from delivery to the day of the need.",
        "days",
        min=0,
        max=366,
        default=0,
        usual=(0, 60),
    )
    opening_cumulative = _number(
        "Cumulative quantity delivered before the first day.", "units", min=0, default=0.0, max=1e11
    )


class PartStock(Table):
    """Parts in stock as they were counted: what single days begin with."""

    part = _text("Part.", key=True, refers=("parts.part",))
    date = _date(
        "Day at whose beginning it was counted; it holds for days that begin with this one or with "
        "the working day next to it.",
        key=True,
    )
    units = _number("Good units in stock.", "units", required=True, min=0, max=UNITS)


class Campaigns(Table):
    """Parts that the plant makes in campaigns."""

    part = _text("Part.", key=True, refers=("parts.part",))
    shop = _text("Shop that makes it.", required=True, refers=("shops.shop",))
    least_lot = _number(
        "Smallest lot: units of a campaign, from one changeover to the next.",
        "units",
        min=0,
        default=0.0,
        max=UNITS,
    )
    safety_hours = _number(
        "Hours of the line's need that the stock is to cover at any time.",
        "h",
        min=0,
        default=0.0,
        max=MINUTES,
        usual=(0.1, 240),
    )
    rate = _number(
        "Good units per hour of running; empty: the shop's manned rate by the part's load.",
        "units/h",
        min=0.001,
        max=RATE,
    )


class Setups(Table):
    """Changeover times of a shop between parts.

    The most particular row counts: that of both parts, else that of the part behind, else that of
    the part before, else that of all.
    """

    shop = _text("Shop.", key=True, refers=("shops.shop",))
    before = _text("Part that was made, or all.", key=True, default=ALL, refers=("parts.part",))
    behind = _text("Part made next, or all.", key=True, default=ALL, refers=("parts.part",))
    minutes = _number(
        "Minutes of the changeover.", "min", required=True, min=0, max=MINUTES, usual=(0.5, 720)
    )


TABLES: dict[str, type[Table]] = {
    "hub": Settings,
    "brands": Brands,
    "models": Models,
    "ramp": Ramp,
    "parts": Parts,
    "bom": Bom,
    "groups": Groups,
    "shops": Shops,
    "rates": Rates,
    "loads": Loads,
    "patterns": Patterns,
    "fixed_patterns": FixedPatterns,
    "overtime": Overtime,
    "crews": Crews,
    "calendar": Calendar,
    "markets": Markets,
    "demand": Demand,
    "contracts": Contracts,
    "tariffs": Tariffs,
    "freight": Freight,
    "sailings": Sailings,
    "yard": Yard,
    "opening_stock": OpeningStock,
    "opening_backlog": OpeningBacklog,
    "actuals": Actuals,
    "options": Options,
    "cars": Cars,
    "sequence_levels": SequenceLevels,
    "sequence_rules": SequenceRules,
    "changeovers": Changeovers,
    "operations": Operations,
    "car_windows": CarWindows,
    "option_rates": OptionRates,
    "colours": Colours,
    "option_rules": OptionRules,
    "vessels": Vessels,
    "orders": OrderBank,
    "slot_limits": SlotLimits,
    "entitlements": Entitlements,
    "slotting": Slotting,
    "suppliers": Suppliers,
    "part_stock": PartStock,
    "campaigns": Campaigns,
    "setups": Setups,
}
"""Every table by name, in the order in which a planner fills them."""

REQUIRED = ("hub", "brands", "models", "groups", "shops", "loads", "patterns", "markets", "demand")
"""Tables without which nothing can be planned; the others may be missing or empty."""

SEQUENCE = (
    "options",
    "cars",
    "sequence_levels",
    "sequence_rules",
    "changeovers",
    "operations",
    "car_windows",
)
"""Tables of days to be sequenced; they may also stand alone, without a hub."""

ORDER_TABLES = (
    "option_rates",
    "colours",
    "option_rules",
    "vessels",
    "orders",
    "slot_limits",
    "entitlements",
    "slotting",
    "suppliers",
    "part_stock",
    "campaigns",
    "setups",
)
"""Tables of single orders, their days and their supply; the monthly plan reads none of them."""


@cache
def fields(table: str) -> Mapping[str, Field]:
    """Return the fields of a table by name, keys and values first, ``source`` and ``basis`` last.

    Parameters
    ----------
    table : str
        Name of a table in ``TABLES``.

    Returns
    -------
    mapping of str to Field
        In column order.
    """
    columns = TABLES[table].columns()
    own = [name for name in columns if name not in ("source", "basis")]
    return MappingProxyType(
        {
            name: Field(table=table, name=name, **(columns[name].metadata or {}))
            for name in (*own, "source", "basis")
        }
    )


def meaning(table: str) -> str:
    """Return what a table is for, in one sentence."""
    return " ".join((TABLES[table].__doc__ or "").split("\n\n")[0].split())


def empty(table: str) -> pl.DataFrame:
    """Return a table without rows, with the right columns and types."""
    return pl.DataFrame(schema={name: field.dtype for name, field in fields(table).items()})


def first_of_month(day: dt.date) -> dt.date:
    """Return the first day of a date's month."""
    return day.replace(day=1)
