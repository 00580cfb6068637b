"""What slotting works on: orders, days and rules as tables, wherever they come from."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from sinho.slot.params import SlotParams

NO_SHOP = "line"
"""Name of the line where no shop is named."""


@dataclass(frozen=True)
class SlotInput:
    """Orders, days and rules of slotting.

    Parameters
    ----------
    orders : DataFrame
        ``order``, ``brand``, ``model``, ``market``, ``colour``, ``options`` (names joined with
        ``;``), ``wanted`` (date), ``priority`` (1 first), ``fixed`` (date or null) and ``former``
        (date or null).
    days : DataFrame
        Working days in their order: ``date`` and ``capacity`` (car equivalents).
    loads : mapping of str to float
        Car equivalents that one car of a model takes; 1 where it is not named.
    line : str
        Name of the shop whose capacity the days give.
    lanes : mapping of str to str or None
        Trade lane of each market; None where cars leave by road.
    vessels : DataFrame
        ``lane``, ``vessel``, ``cutoff`` and ``etd`` (dates).
    lives : DataFrame
        ``model``, ``sop`` and ``eop`` (dates or null).
    corridor : DataFrame
        ``month`` (its first day), ``model``, ``least`` and ``most`` cars built (hard; null: none).
    limits : DataFrame
        ``kind`` (model, colour, option, part or shop), ``item``, ``date`` and ``most`` (hard).
    uses : DataFrame
        ``model``, ``part`` and ``quantity``: what limits on parts count.
    passes : DataFrame
        ``model``, ``shop`` and ``load``: what limits of shops beside the line count.
    ratios : DataFrame
        ``option``, ``share``, ``cars`` and ``hard``: a rule of the sequence bears this share of a
        day's cars, or so many of them where the share is less; ``hard``: no sequence may break it.
    stations : DataFrame
        ``station``, ``base`` (minutes that every car takes there) and ``takt`` (minutes).
    operations : DataFrame
        ``station``, ``option`` and ``minutes`` that the option adds.
    entitlements : DataFrame
        ``brand``, ``start``, ``end``, ``slots_per_week`` and ``release_days``.
    params : SlotParams
        Weights and zones.
    """

    orders: pl.DataFrame
    days: pl.DataFrame
    loads: dict[str, float] = field(default_factory=dict)
    line: str = NO_SHOP
    lanes: dict[str, str | None] = field(default_factory=dict)
    vessels: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"lane": pl.String, "vessel": pl.String, "cutoff": pl.Date, "etd": pl.Date}
        )
    )
    lives: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"model": pl.String, "sop": pl.Date, "eop": pl.Date}
        )
    )
    corridor: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={
                "month": pl.Date,
                "model": pl.String,
                "least": pl.Float64,
                "most": pl.Float64,
            }
        )
    )
    limits: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"kind": pl.String, "item": pl.String, "date": pl.Date, "most": pl.Float64}
        )
    )
    uses: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"model": pl.String, "part": pl.String, "quantity": pl.Float64}
        )
    )
    passes: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"model": pl.String, "shop": pl.String, "load": pl.Float64}
        )
    )
    ratios: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={
                "option": pl.String,
                "share": pl.Float64,
                "cars": pl.Float64,
                "hard": pl.Boolean,
            }
        )
    )
    stations: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"station": pl.String, "base": pl.Float64, "takt": pl.Float64}
        )
    )
    operations: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"station": pl.String, "option": pl.String, "minutes": pl.Float64}
        )
    )
    entitlements: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={
                "brand": pl.String,
                "start": pl.Date,
                "end": pl.Date,
                "slots_per_week": pl.Float64,
                "release_days": pl.Int64,
            }
        )
    )
    params: SlotParams = field(default_factory=SlotParams)
