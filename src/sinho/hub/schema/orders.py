"""Single orders: what they consist of, the bank, and how they are given their days."""

from __future__ import annotations

from sinho.hub.schema.field import (
    ALL,
    CARS,
    COST,
    UNITS,
    Table,
    date_field,
    integer_field,
    list_field,
    number_field,
    text_field,
)

OPTION_RULES = ("requires", "excludes")
LIMIT_KINDS = ("model", "colour", "option", "part")


class OptionRates(Table):
    """Take rates: the share of a model's cars for a market that have an option.

    For one car the most particular row of an option counts: that of its model and market, else
    that of its model, else that of its market, else that of all.
    """

    model = text_field("Model, or all.", key=True, default=ALL, refers=("models.model",))
    market = text_field("Market, or all.", key=True, default=ALL, refers=("markets.market",))
    option = text_field("Option.", key=True, refers=("options.option",))
    share = number_field("Share of the cars that have it.", "1", required=True, min=0, max=1)


class Colours(Table):
    """Colours in which models can be ordered; a model with rows of its own has those only."""

    model = text_field("Model, or all.", key=True, default=ALL, refers=("models.model",))
    colour = text_field("Name of the colour.", key=True)
    share = number_field(
        "Weight of the colour; the weights of a model's colours are brought to a sum of 1.",
        "1",
        required=True,
        min=0,
        max=1e6,
    )


class OptionRules(Table):
    """Options that need or refuse one another."""

    model = text_field("Model, or all.", key=True, default=ALL, refers=("models.model",))
    option = text_field("Option.", key=True, refers=("options.option",))
    kind = text_field(
        "Whether a car with the option must have the other one too, or must not have it.",
        key=True,
        choices=OPTION_RULES,
    )
    other = text_field("The other option.", key=True, refers=("options.option",))


class OrderBank(Table):
    """Orders of customers and dealers, each for one car."""

    order = text_field("Number of the order.", key=True)
    brand = text_field("Brand; empty: that of the model.", refers=("brands.brand",))
    model = text_field("Model.", required=True, refers=("models.model",))
    market = text_field("Market for which it is built.", required=True, refers=("markets.market",))
    colour = text_field("Colour in which it is painted.", required=True)
    options = list_field("Options that it has.", refers=("options.option",))
    wanted = date_field(
        "Day on which the car is to leave: by the dealer's carrier, or by its vessel (ETD).",
        required=True,
    )
    priority = integer_field("Priority; 1 comes first.", "1", min=1, max=9, default=2)
    fixed = date_field("Day on which it must be built; empty: any.")
    line = text_field(
        "Line on which it must be built; empty: any.", refers=("lines.line",), later=True
    )
    vin = text_field("Vehicle identification number (ISO 3779); empty: not given yet.")
    former = date_field("Day to which it was slotted before; empty: none.")
    former_line = text_field(
        "Line of the former day; empty: none, or the only one.",
        refers=("lines.line",),
        later=True,
    )


class SlotLimits(Table):
    """Most cars with a model, colour, option or part on each day of some days (hard)."""

    kind = text_field("What is limited.", key=True, choices=LIMIT_KINDS)
    item = text_field("Name of the model, colour, option or part.", key=True)
    line = text_field(
        "Line whose cars count, or all: the cars of all lines together.",
        key=True,
        default=ALL,
        refers=("lines.line",),
        later=True,
    )
    start = date_field("First day.", key=True)
    end = date_field("Last day; empty: the first day only.")
    most = number_field(
        "Most units on each of the days.", "units/day", required=True, min=0, max=UNITS
    )


class Entitlements(Table):
    """Contracted slots of brands: each week's are the brand's own until they are released."""

    brand = text_field("Brand.", key=True, refers=("brands.brand",))
    line = text_field(
        "Line of the slots, or all: slots of any line.",
        key=True,
        default=ALL,
        refers=("lines.line",),
        later=True,
    )
    start = date_field("First day.", key=True)
    end = date_field("Last day; empty: until further notice.")
    slots_per_week = number_field(
        "Slots of each week.", "cars/week", required=True, min=0, max=CARS
    )
    release_days = integer_field(
        "Days before the week's Monday on which slots not used are offered to all.",
        "days",
        min=0,
        max=366,
        default=14,
    )


class Slotting(Table):
    """Parameters by which orders are given their days: one row, or none for the defaults."""

    lead_days = integer_field(
        "Calendar days from the day built to hand-over at the port or to the dealer's carrier.",
        "days",
        min=0,
        max=366,
        default=2,
        usual=(0, 60),
    )
    ahead_days = integer_field(
        "Calendar days after the last day's cars are ready up to which an order may be wanted; one "
        "wanted later waits for a later run, unless it has a day already.",
        "days",
        min=0,
        max=3660,
        default=30,
    )
    frozen_days = integer_field(
        "Working days from the first on that do not change.", "days", min=0, max=366, default=3
    )
    firm_days = integer_field(
        "Working days from the first on in which changes cost firm_cost.",
        "days",
        min=0,
        max=366,
        default=10,
    )
    late_cost = number_field(
        "A car late by one day.", "cost/car/day", min=0, default=10.0, max=COST
    )
    early_cost = number_field(
        "A car early by one day.", "cost/car/day", min=0, default=1.0, max=COST
    )
    moved_cost = number_field(
        "A car moved from its former day.", "cost/car", min=0, default=5.0, max=COST
    )
    firm_cost = number_field(
        "A car moved from its former day in the firm zone, on top of moved_cost.",
        "cost/car",
        min=0,
        default=20.0,
        max=COST,
    )
    line_cost = number_field(
        "A car built on a line that its model does not prefer.",
        "cost/car",
        min=0,
        default=5.0,
        max=COST,
        later=True,
    )
    split_cost = number_field(
        "A car by which a line builds more or less of a model in a month than about the plan's.",
        "cost/car",
        min=0,
        default=10.0,
        max=COST,
        later=True,
    )
    level_cost = number_field(
        "A car with an option above or below the option's even share of a day.",
        "cost/car",
        min=0,
        default=2.0,
        max=COST,
    )
    limit_cost = number_field(
        "A car with an option beyond what the option's ratio rule lets a day sequence.",
        "cost/car",
        min=0,
        default=20.0,
        max=COST,
    )
    volume_cost = number_field(
        "A car above or below a day's even number of cars.",
        "cost/car",
        min=0,
        default=20.0,
        max=COST,
    )
    mix_cost = number_field(
        "A car above or below a model's even share of a day.",
        "cost/car",
        min=0,
        default=1.0,
        max=COST,
    )
    colour_cost = number_field(
        "A car short of a colour's smallest batch on a day that paints the colour.",
        "cost/car",
        min=0,
        default=1.0,
        max=COST,
    )
    unslotted_cost = number_field(
        "A car that finds no day in the horizon.", "cost/car", min=0, default=1000.0, max=COST
    )
    band = number_field(
        "How far the cars of a day with an option, or of a model, may lie from the even share "
        "without cost, as a share of it; a fifth of that for the number of all cars.",
        "1",
        min=0,
        max=1,
        default=0.1,
        usual=(0, 0.5),
    )
    batch = integer_field(
        "Cars of a colour on a day from which on the paint shop's batches are full.",
        "cars",
        min=0,
        max=10_000,
        default=6,
    )
    fill = number_field(
        "Share of what an option's ratio rule bears up to which a day is filled without cost.",
        "1",
        max=1,
        default=0.95,
        min=0.001,
    )
    vin_wmi = text_field(
        "World manufacturer identifier, the first three characters of a VIN, such as KNM; of a "
        "maker of fewer than 1,000 vehicles a year, whose third is 9, also positions 12 to 14, "
        "such as KN9123. Needed where VINs are assigned."
    )
    vin_plant = text_field("Plant: the eleventh character of a VIN.", default="B")
