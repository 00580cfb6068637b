"""The hub itself, its shops and their groups: what the plant can do and when it works."""

from __future__ import annotations

from sinho.hub.schema.field import (
    ALL,
    AMOUNT,
    CARS,
    LEAST,
    RATE,
    Table,
    date_field,
    day_field,
    flag_field,
    integer_field,
    list_field,
    month_field,
    number_field,
    text_field,
)

SHOP_KINDS = ("press", "body", "paint", "assembly", "engine", "foundry", "battery")
CALENDAR_KINDS = ("holiday", "company", "summer", "conversion", "downtime", "strike", "work")


class Settings(Table):
    """The hub itself: one row (in a folder, the keys of ``hub.toml``)."""

    name = text_field("Name of the hub, shown in reports.", required=True)
    country = text_field(
        "Country of the plant as ISO 3166 alpha-2 code: public holidays and tariff origin.",
        required=True,
    )
    currency = text_field("The currency unit of every amount in the hub.", default="EUR")
    start = month_field("First month that is planned.", required=True)
    end = month_field("Last month that is planned.", required=True)
    weekend = list_field("Days of the week on which the plant rests.", default="sat;sun")
    public_holidays = flag_field("Whether the plant rests on public holidays.", default=True)
    ceu_area = number_field(
        "Plan area of one car equivalent unit (RT43: 4.125 m x 1.55 m).",
        "m2",
        default=6.39375,
        min=0.1,
        max=1000,
        usual=(4, 12),
    )
    stow_gap = number_field(
        "Clearance added to a car's length and width when it is stowed on a vessel deck.",
        "mm",
        min=0,
        max=2000,
        default=0,
        usual=(0, 600),
    )


class Groups(Table):
    """Shop groups: shops that work the same shift pattern."""

    group = text_field("Name of the shop group.", key=True)
    opening_pattern = text_field(
        "Pattern worked before the first month; empty: the first month's choice costs no change.",
        refers=("patterns.pattern",),
    )
    months_kept = integer_field(
        "How many months the opening pattern has been kept already.",
        "months",
        min=0,
        default=99,
        max=1200,
    )


class Shops(Table):
    """Shops of the plant and their capacity."""

    shop = text_field("Name of the shop.", key=True)
    kind = text_field("Kind of shop.", required=True, choices=SHOP_KINDS)
    group = text_field(
        "Shop group whose shift pattern it works.", required=True, refers=("groups.group",)
    )
    unit = text_field(
        "Unit in which its capacity is counted, such as car, engine or kg; of cars, capacity and "
        "load are car equivalents: cars times their load.",
        required=True,
    )
    installed_rate = number_field(
        "Rate that the equipment is capable of.", "units/h", required=True, min=0.001, max=RATE
    )
    manned_rate = number_field(
        "Rate at which the shop is manned and run.", "units/h", required=True, min=0.001, max=RATE
    )
    availability = number_field(
        "Share of the paid time in which the shop runs at its manned rate: its capacity is hours x "
        "manned rate x availability.",
        "1",
        max=1,
        default=1.0,
        min=0.001,
        usual=(0.3, 1),
    )
    installed_year = number_field(
        "Nominal capacity of a calendar year: the basis of installed utilisation; empty: installed "
        "rate x 16 h x 240 days.",
        "units/year",
        min=1,
        max=1e11,
    )


class Rates(Table):
    """Dated rates: from a month on, a shop is manned at another rate than in ``shops``."""

    shop = text_field("Shop.", key=True, refers=("shops.shop",))
    month = month_field("First month of the rate; it holds until the shop's next row.", key=True)
    manned_rate = number_field(
        "Rate at which the shop is manned and run.", "units/h", required=True, min=0, max=RATE
    )


class Loads(Table):
    """What one piece takes of a shop; a pair that is missing does not pass through the shop."""

    item = text_field("Model or part.", key=True, refers=("models.model", "parts.part"))
    shop = text_field("Shop that it passes through.", key=True, refers=("shops.shop",))
    load = number_field(
        "Units of the shop's capacity per piece started; a bigger car may take 1.1.",
        "units/piece",
        default=1.0,
        min=LEAST,
        max=1e6,
    )


class Lines(Table):
    """Lines of the plant: each has its own sequence of cars; without rows there is one line.

    The shops that cars pass through belong to one line, or are shared by several.
    """

    line = text_field("Name of the line.", key=True)
    shops = list_field(
        "Shops in the order in which its cars pass through them.",
        required=True,
        refers=("shops.shop",),
    )
    shared = list_field(
        "Those of its shops that cars of other lines pass through too; empty: none.",
        refers=("shops.shop",),
    )
    point = text_field(
        "Shop of its own by whose rate and hours its days are filled, and whose sequence is made; "
        "empty: its last own shop of kind assembly, or else its last own shop.",
        refers=("shops.shop",),
    )
    group = text_field(
        "Shop group whose days it works; empty: that of its point.", refers=("groups.group",)
    )


class ModelLines(Table):
    """Which models are built on which lines.

    A model without rows can be built on every line whose point it loads.
    """

    model = text_field("Model.", key=True, refers=("models.model",))
    line = text_field("Line on which it can be built.", key=True, refers=("lines.line",))
    load = number_field(
        "Car equivalents that a car takes of each shop of the line's own for which loads has no "
        "row of the model.",
        "units/piece",
        default=1.0,
        min=LEAST,
        max=1e6,
        usual=(0.2, 5),
    )
    preferred = flag_field(
        "Whether it is rather built here: by the plan where that earns as much, by the days at "
        "line_cost of table slotting. Where a model prefers no line, all are alike.",
        default=False,
    )
    extra_cost = number_field(
        "Cost of a car on top, where it is built on this line.",
        "currency/car",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    start = date_field("First day on which it can be built here; empty: from its SOP on.")
    least_lot = number_field(
        "Fewest cars in a month on this line, where it builds any; empty: no least.",
        "cars/month",
        min=0,
        max=CARS,
    )


class Patterns(Table):
    """Shift patterns from which the plan chooses one for each shop group and month."""

    group = text_field("Shop group.", key=True, refers=("groups.group",))
    pattern = text_field("Name of the pattern.", key=True)
    shifts = integer_field(
        "Shifts per working day; 0: the group rests.", "shifts/day", required=True, min=0, max=4
    )
    hours = number_field(
        "Paid working hours of one shift.", "h/shift", required=True, min=0, max=12, usual=(3, 12)
    )
    people = number_field(
        "People that the pattern employs; empty: shifts x crews of the group's shops.",
        "people",
        min=0,
        max=1e6,
    )
    cost_per_day = number_field(
        "Labour cost of one working day.", "currency/day", min=0, default=0.0, max=AMOUNT
    )
    min_months = integer_field(
        "Fewest months for which the pattern is kept once chosen.",
        "months",
        min=1,
        max=120,
        default=1,
        usual=(1, 36),
    )
    change_cost = number_field(
        "Cost of changing to this pattern.", "currency", min=0, default=0.0, max=AMOUNT
    )


class Shifts(Table):
    """When shifts begin, and their breaks; else a day begins at 07:00 and runs without a gap."""

    group = text_field("Shop group.", key=True, refers=("groups.group",))
    pattern = text_field("Its pattern.", key=True, refers=("patterns.pattern",))
    shift = integer_field(
        "Which shift of the day, from 1 on; every shift of the pattern has a row.",
        "-",
        key=True,
        min=1,
        max=4,
    )
    begin = text_field(
        "Time of day at which it begins (HH:MM); a later shift that begins earlier does so on the "
        "next date.",
        required=True,
    )
    breaks = list_field(
        "Its breaks in order, as 09:00-09:15;12:00-12:40; they are not working hours."
    )


class FixedPatterns(Table):
    """Months, or days, on which a group's pattern is given and not chosen."""

    group = text_field("Shop group.", key=True, refers=("groups.group",))
    start = day_field("First day, or month.", key=True)
    end = day_field(
        "Last day, or month; the first of a month is the whole month. Empty: to the end of the "
        "horizon."
    )
    pattern = text_field("Pattern that is worked.", required=True, refers=("patterns.pattern",))


class Overtime(Table):
    """Overtime that a shop group may work on top of its pattern."""

    group = text_field("Shop group.", key=True, refers=("groups.group",))
    start = month_field("First month of the rule; it holds until the group's next row.", key=True)
    hours_per_day = number_field(
        "Most overtime on one working day.", "h/day", required=True, min=0, max=24, usual=(0.1, 10)
    )
    cost_per_hour = number_field(
        "Cost of one hour of overtime of the whole group.",
        "currency/h",
        min=0,
        default=0.0,
        max=AMOUNT,
    )


class Crews(Table):
    """People that a shop needs on one shift."""

    shop = text_field("Shop.", key=True, refers=("shops.shop",))
    people = number_field(
        "People on one shift.", "people/shift", required=True, min=0, max=1e6, usual=(1, 10000)
    )


class Calendar(Table):
    """Days that differ from weekdays without public holidays; a later row overrides."""

    start = date_field("First day.", key=True)
    end = date_field("Last day; empty: the first day only.")
    group = text_field(
        "Shop group concerned, or all.", key=True, default=ALL, refers=("groups.group",)
    )
    kind = text_field("Why the days differ.", required=True, choices=CALENDAR_KINDS)
    share = number_field(
        "Share of each day that is worked; empty: 0, or 1 for kind work. Stops apply to days that "
        "would be worked; kind work also turns rest days into working days.",
        "1",
        min=0,
        max=1,
    )
    note = text_field("What the days are for.")
