"""Days to be sequenced: their cars, and the rules for the order in which these are built."""

from __future__ import annotations

from sinho.hub.schema.field import (
    COST,
    HARD,
    MINUTES,
    PLACES,
    Table,
    date_field,
    flag_field,
    integer_field,
    list_field,
    number_field,
    text_field,
)

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


class Options(Table):
    """Options of cars that the rules of a day's sequence speak of."""

    option = text_field("Name of the option.", key=True)
    meaning = text_field("What it is, such as sunroof.")


class Cars(Table):
    """Cars that are built on a day, and the cars that stand before them."""

    car = text_field("Ident of the car; a car stands once in a day.", required=True)
    date = date_field("Day on which it is built; empty in every row: one day without a date.")
    position = integer_field(
        "Place in the order given, 1 for the day's first car; 0 or less: built already, 0 right "
        "before the first car. Empty: behind the others, in the order of the rows.",
        "place",
        min=-1_000_000,
        max=1_000_000,
    )
    line = text_field(
        "Line on which it is built; needed where the hub has several.",
        refers=("lines.line",),
        later=True,
    )
    brand = text_field("Brand.")
    model = text_field("Model.")
    trim = text_field("Trim line.")
    colour = text_field("Colour in which it is painted.")
    market = text_field("Market for which it is built.")
    further = list_field("Further attributes, each as name=value.")
    options = list_field("Options that the car has.", refers=("options.option",))
    earliest = integer_field(
        "Earliest place in its day (hard); empty: any.", "place", min=1, max=PLACES
    )
    latest = integer_field(
        "Latest place in its day (hard); empty: any.", "place", min=1, max=PLACES
    )
    pinned = integer_field(
        "Place at which it has to stand (hard); empty: any.", "place", min=1, max=PLACES
    )


class SequenceLevels(Table):
    """Priority levels of a sequence's rules, the most important first."""

    level = text_field("Name of the level.", key=True)
    weight = integer_field(
        "Weight in the single-figure score; empty in every row: there is no such figure.",
        "1",
        min=0,
        max=10**12,
    )


class SequenceRules(Table):
    """Rules for the order in which a day's cars are built."""

    rule = text_field("Name of the rule.", key=True)
    kind = text_field(
        "What it counts. ratio: cars with an option in each window above most. changes: neighbours "
        "that differ in an attribute. run: runs of one value that are too short or long. spread: "
        "squared distance of an option from its even spread. forbidden: neighbours named in "
        "changeovers. changeover: cost of changes. maximum: cars with an option above most in each "
        "block. overload: minutes that a station cannot finish. window: places too early or late. "
        "pinned: cars at their places. frozen: the first cars stay.",
        required=True,
        choices=RULE_KINDS,
    )
    level = text_field(
        "Priority level; hard: the rule must be kept.",
        default=HARD,
        refers=("sequence_levels.level",),
    )
    lines = list_field(
        "Lines on which it holds; empty: all, or with shop those that pass it.",
        refers=("lines.line",),
        later=True,
    )
    shop = text_field(
        "Shop in whose order a rule about an attribute counts, such as a paint shop that lines "
        "share: the cars of all lines that pass it, as they enter it. Empty: along each line.",
        refers=("shops.shop",),
        later=True,
    )
    weight = integer_field(
        "What one unit weighs against the other rules of the level.",
        "1",
        min=1,
        default=1,
        max=10**6,
    )
    option = text_field("Option that is counted or spread.", refers=("options.option",))
    attribute = text_field("Attribute that is compared: a column of cars, or a name from further.")
    value = text_field("Value whose runs are meant; empty: all values.")
    least = integer_field("Shortest run; empty: 1.", "cars", min=1, max=PLACES)
    most = integer_field(
        "Most cars in a window or block, or the longest run; empty: no limit.",
        "cars",
        min=0,
        max=PLACES,
    )
    window = integer_field(
        "Places in a row that a ratio looks at, above most.", "cars", min=1, max=PLACES
    )
    whole_windows = flag_field(
        "Whether a ratio counts whole windows only; else those that run past the end of the day "
        "count too, shortened.",
        default=False,
    )
    per = integer_field(
        "Places in a block of a maximum, such as the cars of an hour; empty: the whole day.",
        "cars",
        min=1,
        max=PLACES,
    )
    from_place = integer_field(
        "First place to which a ratio is confined: only windows from it on count; or at which a "
        "station works at half its rate. Empty: none.",
        "place",
        min=1,
        max=PLACES,
    )
    to_place = integer_field(
        "Last place to which a ratio is confined: only windows up to it count; or at which a "
        "station works at half its rate. Empty: none.",
        "place",
        min=1,
        max=PLACES,
    )
    first = integer_field(
        "Cars that stay at the front of the day (frozen).", "cars", min=0, max=PLACES
    )
    cost = number_field(
        "Cost of a change that changeovers does not name; empty: 0.", "cost", min=0, max=COST
    )
    base = number_field("Minutes that every car takes at the station.", "min", min=0, max=MINUTES)
    takt = number_field("Minutes between two cars.", "min", min=0.001, max=MINUTES, usual=(0.2, 60))
    length = number_field(
        "Length of the station in minutes of line travel, at least the takt.",
        "min",
        min=0.001,
        max=MINUTES,
    )


class Changeovers(Table):
    """Changes between neighbours that cost something or are forbidden."""

    rule = text_field(
        "Rule of kind changeover or forbidden.", key=True, refers=("sequence_rules.rule",)
    )
    before = text_field("Value of the attribute in front.", key=True)
    behind = text_field("Value right behind it.", key=True)
    cost = number_field(
        "Cost of the change; has no meaning where it is forbidden.", "cost", min=0, max=COST
    )


class Operations(Table):
    """Minutes that an option takes at a station."""

    rule = text_field("Rule of kind overload.", key=True, refers=("sequence_rules.rule",))
    option = text_field("Option.", key=True, refers=("options.option",))
    minutes = number_field("Minutes that it adds.", "min", required=True, min=0, max=MINUTES)


class CarWindows(Table):
    """Places between which cars have to stand, beside those in cars: for rules with a level."""

    rule = text_field("Rule of kind window or pinned.", key=True, refers=("sequence_rules.rule",))
    car = text_field("Car.", key=True, refers=("cars.car",))
    earliest = integer_field("Earliest place in its day; empty: any.", "place", min=1, max=PLACES)
    latest = integer_field("Latest place in its day; empty: any.", "place", min=1, max=PLACES)
