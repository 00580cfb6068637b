"""What the plant builds: brands, models and their launches, parts and the bill of materials."""

from __future__ import annotations

from sinho.hub.schema.field import (
    AMOUNT,
    CARS,
    LEAST,
    UNITS,
    Table,
    date_field,
    integer_field,
    number_field,
    text_field,
)

PART_KINDS = ("engine", "battery", "casting", "other")
POWERTRAINS = ("ICE", "HEV", "PHEV", "BEV")


class Brands(Table):
    """Brands whose cars the plant builds."""

    brand = text_field("Name of the brand.", key=True)
    owner = text_field("Group that owns the brand.")


class Models(Table):
    """Car models, one row for each powertrain that is planned on its own."""

    model = text_field("Name of the model.", key=True)
    family = text_field(
        "Name under which several models are reported together; empty: the model by itself."
    )
    brand = text_field("Brand under which it is sold.", required=True, refers=("brands.brand",))
    segment = text_field("Market segment, such as C-SUV.")
    powertrain = text_field("Kind of powertrain.", required=True, choices=POWERTRAINS)
    length = number_field(
        "Overall length.", "mm", required=True, min_exclusive=0, max=20000, usual=(2000, 13000)
    )
    width = number_field(
        "Overall width without mirrors.",
        "mm",
        required=True,
        min_exclusive=0,
        max=5000,
        usual=(1000, 2600),
    )
    height = number_field(
        "Overall height.", "mm", required=True, min_exclusive=0, max=5000, usual=(900, 4200)
    )
    mass = number_field("Kerb mass.", "kg", min_exclusive=0, max=40000, usual=(300, 20000))
    sop = date_field("Start of production; empty: already in production.")
    eop = date_field("End of production, the last day built; empty: none in sight.")
    full_rate = number_field(
        "Most cars of this model on one working day once launched; empty: as many as its shops "
        "allow in that month, at the month's rates, longest possible pattern and most overtime.",
        "cars/day",
        min=0.001,
        max=100_000,
        usual=(1, 5000),
    )
    material_cost = number_field(
        "Material per car apart from the parts planned in the bom.",
        "currency/car",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    stock_cost = number_field(
        "Cost of keeping one finished car for one month.",
        "currency/car/month",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    stock_max = number_field(
        "Most finished cars kept at a month's end; empty: no limit.", "cars", min=0, max=CARS
    )
    stock_min = number_field(
        "Fewest finished cars kept at every month's end from SOP on (hard).",
        "cars",
        min=0,
        default=0.0,
        max=CARS,
    )


class Ramp(Table):
    """Launch ramps: the share of its full rate in that month that a model reaches after SOP."""

    model = text_field("Model that is launched.", key=True, refers=("models.model",))
    month_after_sop = integer_field(
        "Month counted from SOP; 0 is the month of SOP itself.",
        "months",
        key=True,
        min=0,
        max=120,
        usual=(0, 36),
    )
    share = number_field(
        "Share of what holds in that month as full rate: models.full_rate, else what its shops "
        "allow.",
        "1",
        required=True,
        min=0,
        max=1,
    )


class Parts(Table):
    """Parts that are planned: engines, battery packs, castings."""

    part = text_field("Name of the part or part family.", key=True)
    kind = text_field("Kind of part.", required=True, choices=PART_KINDS)
    unit = text_field("Unit in which it is counted, such as piece or kg.", default="piece")
    supply = text_field(
        "Made in the hub's own shops, bought, or both.",
        required=True,
        choices=("made", "bought", "both"),
    )
    make_cost = number_field(
        "Material per unit started; that of scrap is lost.",
        "currency/unit",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    buy_cost = number_field(
        "Price per unit bought; needed where supply is bought or both.",
        "currency/unit",
        min=0,
        max=AMOUNT,
    )
    buy_max = number_field(
        "Most units bought in a month; empty: no limit.", "units/month", min=0, max=UNITS
    )
    lot_size = number_field(
        "Units are made or bought in whole multiples of this; 0: any quantity.",
        "units",
        min=0,
        default=0.0,
        max=100_000,
    )
    yield_share = number_field(
        "Good units per unit started; the rest is scrap.",
        "1",
        max=1,
        default=1.0,
        min=0.001,
        usual=(0.3, 1),
    )
    stock_cost = number_field(
        "Cost of keeping one unit for one month.",
        "currency/unit/month",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    stock_max = number_field(
        "Most units kept at a month's end; empty: no limit.", "units", min=0, max=UNITS
    )


class Bom(Table):
    """Bill of materials: what goes into a model or a part."""

    parent = text_field(
        "Model or part that is made.", key=True, refers=("models.model", "parts.part")
    )
    part = text_field("Part that goes into it.", key=True, refers=("parts.part",))
    quantity = number_field(
        "Units of the part per piece of the parent started.",
        "units/piece",
        required=True,
        min=LEAST,
        max=1e6,
    )
