"""What would let cars that miss a ship sail, each change found by solving again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from sinho.hub.schema import ALL
from sinho.parameters import SEED
from sinho.results import ShipPlan
from sinho.ship.data import Input
from sinho.ship.params import Params
from sinho.ship.solve import solve
from sinho.stop import Headed, NoLimit, Report, StopRule

LIFTS = {
    "change": pl.String(),
    "vessel": pl.String(),
    "lane": pl.String(),
    "cause": pl.String(),
    "saved": pl.Int64(),
    "days": pl.Int64(),
    "cost": pl.Float64(),
}
"""Columns of `lifts`."""

LINE_OFF = ("late line-off", "way to the port", "order too late", "readiness")
"""Causes that another day of cut-off may lift."""

OWN = "lifted"
"""What is added to the name of a ship that is changed for one voyage."""


@dataclass(frozen=True)
class Change:
    """A change of the input that is tried.

    Parameters
    ----------
    text, vessel, lane, cause : str
        What it is, of which voyage and lane, and which cause it may lift; ``vessel`` is empty for
        one that is of no voyage.
    data : Input
        The input with it.
    """

    text: str
    vessel: str
    lane: str
    cause: str
    data: Input


def lifts(
    input: Input,
    plan: ShipPlan,
    params: Params | None = None,
    *,
    most: int = 2,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> pl.DataFrame:
    """Try what may let more cars sail in time; nothing of it is applied.

    For each cause, the voyages that most cars miss by it: another day of cut-off, a deck at
    another height, space of brands released, room for a car more; and for each lane a box more a
    day.

    Parameters
    ----------
    input : Input
        What the plan was made of.
    plan : ShipPlan
        The plan.
    params : sinho.ship.Params, optional
        As it was made.
    most : int
        Voyages for each cause.
    stop : StopRule, optional
        When to end; what is tried by then is returned.
    seed : int
        Seed of the solver.
    progress : callable, optional
        Called with `sinho.stop.Progress` now and then.

    Returns
    -------
    DataFrame
        ``change`` in words, its ``vessel`` (null: none) and ``lane``, the ``cause`` that it lifts,
        ``saved`` (fewer cars that miss a ship), ``days`` (fewer days late) and ``cost`` (more, in
        the hub's currency); what lifts most comes first. Changes that lift nothing are listed too.
    """
    stop = stop or NoLimit()
    changes = list(_changes(input, plan, most))
    rows = []
    for at, change in enumerate(changes):
        if stop():
            break
        report = progress and Headed(progress, f"{at + 1}/{len(changes)} {change.text}: ")
        again = solve(
            change.data.of_lanes([change.lane]), params, stop=stop, seed=seed, progress=report
        ).cars
        if stop():  # it was not solved to the end
            break
        before = plan.cars.filter(pl.col("lane") == change.lane)
        rows.append(
            (
                change.text,
                change.vessel or None,
                change.lane,
                change.cause,
                before["cause"].count() - again["cause"].count(),
                int(before["late_days"].sum()) - int(again["late_days"].sum()),
                float(again["cost"].sum()) - float(before["cost"].sum()),
            )
        )
    found = pl.DataFrame(rows, schema=LIFTS, orient="row")
    return found.sort("saved", "days", "cost", descending=[True, True, False], maintain_order=True)


def _changes(data: Input, plan: ShipPlan, most: int) -> Iterator[Change]:
    """Yield the changes that may lift the causes of a plan."""
    missing = plan.cars.drop_nulls("cause")
    listed = plan.voyages["vessel"].to_list()
    for causes, change in (
        (LINE_OFF, _cutoff),
        (("deck height",), _deck),
        (("entitlement",), _released),
        (("no room", "deck height", "entitlement"), _slot),
    ):
        own = missing.filter(pl.col("cause").is_in(causes), pl.col("missed").is_in(listed))
        voyages = own.group_by("missed", "lane").agg(
            pl.len(), pl.col("cause").mode().sort().first(), pl.col("model").mode().sort().first()
        )
        voyages = voyages.sort("len", "missed", descending=[True, False]).head(most)
        for vessel, lane, _, cause, model in voyages.iter_rows():
            made = change(data, vessel, model)
            if made is not None:
                yield Change(made[0], vessel, lane, cause, made[1])
    for lane, rows in missing.group_by("lane", maintain_order=True):
        made = _box(data, str(lane[0]), rows)
        if made is not None:
            yield Change(made[0], "", str(lane[0]), str(rows["cause"].mode().sort()[0]), made[1])


Made = tuple[str, Input] | None


def _cutoff(data: Input, vessel: str, _model: str) -> Made:
    """Return the input with another day of cut-off, if need be departing a day later."""
    own = pl.col("vessel") == vessel
    day = pl.duration(days=1)
    later = pl.when(own).then(pl.col("cutoff") + day).otherwise(pl.col("cutoff"))
    row = data.voyages.row(by_predicate=own, named=True)
    if row["cutoff"] == row["etd"]:
        return f"{vessel}: a day later", data.late(vessel, 1)
    return (
        f"{vessel}: another day of cut-off",
        replace(data, voyages=data.voyages.with_columns(later.alias("cutoff"))),
    )


def _of_its_own(data: Input, vessel: str, decks: pl.DataFrame) -> Input:
    """Return the input where a voyage has a ship of its own, with these decks."""
    ship = pl.when(pl.col("vessel") == vessel).then(pl.lit(f"{vessel} {OWN}"))
    return replace(
        data,
        voyages=data.voyages.with_columns(ship.otherwise(pl.col("ship")).alias("ship")),
        decks=pl.concat([data.decks, decks.with_columns(ship=pl.lit(f"{vessel} {OWN}"))]),
    )


def _decks(data: Input, vessel: str) -> pl.DataFrame:
    ship = data.voyages.row(by_predicate=pl.col("vessel") == vessel, named=True)["ship"]
    return data.decks.filter(pl.col("ship") == (ship or ""))


def _deck(data: Input, vessel: str, model: str) -> Made:
    """Return the input where the largest deck that is too low for a model is high enough."""
    decks = _decks(data, vessel)
    size = data.hub["models"].row(by_predicate=pl.col("model") == model, named=True)
    low = decks.filter(pl.col("height") < size["height"], pl.col("area") > 0)
    if low.is_empty():
        return None
    place = low.sort("area", "height", descending=[True, True]).row(0, named=True)
    height = pl.max_horizontal("height", pl.lit(float(size["height"])))
    own = pl.col("deck") == place["deck"]
    raised = decks.with_columns(
        pl.when(own).then(height).otherwise(pl.col("height")).alias("height"),
        pl.max_horizontal("ramp_height", height).alias("ramp_height")
        if decks["ramp_height"].count()
        else pl.col("ramp_height"),
    )
    text = f"{vessel}: deck {place['deck']} at {size['height']:,.0f} mm"
    return text, _of_its_own(data, vessel, raised)


def _released(data: Input, vessel: str, _model: str) -> Made:
    """Return the input with the space of brands on a voyage offered to all."""
    text = f"{vessel}: the brands' space is offered to all now"
    return text, replace(data, released=data.released | {vessel})


def _slot(data: Input, vessel: str, model: str) -> Made:
    """Return the input with room for a car more on a voyage."""
    size = data.hub["models"].row(by_predicate=pl.col("model") == model, named=True)
    settings = data.hub.settings
    own = pl.col("vessel") == vessel
    ceu = size["length"] * size["width"] / 1e6 / settings.ceu_area
    more = replace(
        data,
        voyages=data.voyages.with_columns(
            (pl.col("ceu") + pl.when(own).then(ceu).otherwise(0.0)).alias("ceu"),
            (pl.col("booked_most") + own.cast(pl.Float64)).alias("booked_most"),
        ),
    )
    decks = _decks(data, vessel)
    fit = decks.filter(pl.col("height") >= size["height"], pl.col("area") > 0)
    if fit.height:
        share = data.voyages.row(by_predicate=own, named=True)["deck_share"]
        gap = settings.stow_gap
        area = (size["length"] + gap) * (size["width"] + gap) / 1e6 / share
        place = pl.col("deck") == fit["deck"][0]
        mass = (size["mass"] or 0.0) / share
        more = _of_its_own(
            more,
            vessel,
            decks.with_columns(
                (pl.col("area") + pl.when(place & (pl.col("area") > 0)).then(area).otherwise(0.0)),
                (pl.col("load") + pl.when(place).then(mass).otherwise(0.0)),
            ),
        )
    return f"{vessel}: a slot more for {model}", more


def _box(data: Input, lane: str, missing: pl.DataFrame) -> Made:
    """Return the input with a box more a day on a lane, where its containers have a price."""
    known = data.hub["box_cars"]["model"].implode()
    if missing.filter(pl.col("model").is_in(known)).is_empty():
        return None
    lanes = data.containers["lane"].to_list()
    own = lane if lane in lanes else ALL
    if own not in lanes:
        return None
    mine = pl.col("lane") == own
    boxes = (pl.col("boxes") + mine.cast(pl.Int64)).alias("boxes")
    text = f"{lane}: a box more a day"
    return text, replace(data, containers=data.containers.with_columns(boxes))
