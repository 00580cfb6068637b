"""Rules on decks of ships: ways from the shore, positions, lanes and balance, cars that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sinho.errors import nearest
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, figure, offenders, planned
from sinho.hub.schema import ALL, ship
from sinho.hub.stow import ways_to_decks


def decks_are_reached(t: Tables) -> Iterator[Offence]:
    """Require that every deck is reached from the shore, by ramps as high as it is."""
    decks = t["decks"].drop_nulls(["ship", "deck"])
    low = decks.filter(pl.col("ramp_height") < pl.col("height"), pl.col("area") > 0)
    yield from offenders(
        "decks",
        low,
        "ramp_height",
        lambda r: (
            f"the ramp is lower than the deck ({figure(r['height'])} mm): no car that needs the "
            "deck's height gets there"
        ),
        "Give the ramp's clear height, or lower that of the deck.",
    )
    for (name,), own in decks.group_by("ship", maintain_order=True):
        known = own["deck"].unique(maintain_order=True).to_list()
        strange = own.filter(~pl.col("entered_from").is_in([*known, ship.SHORE]))
        yield from offenders(
            "decks",
            strange,
            "entered_from",
            f"ship {name!r} has no such deck",
            lambda r, k=known: nearest(str(r["entered_from"]), [*k, ship.SHORE]),  # type: ignore[misc]
        )
        if strange.is_empty():
            ways = ways_to_decks(own)
            yield from offenders(
                "decks",
                own.filter(~pl.col("deck").is_in([*ways])),
                "entered_from",
                "the deck is not reached from the shore: its ramps lead round in a circle",
                f"One of the decks must be entered from {ship.SHORE}.",
            )


def balance_is_told(t: Tables) -> Iterator[Offence]:
    """Require what balance is reckoned with where it has to be held, and lanes with a length."""
    decks, ships = t["decks"], t["ships"]
    yield from offenders(
        "decks",
        decks.filter(pl.col("lanes").is_null(), pl.col("lane_length").is_not_null()),
        "lanes",
        "must be given where lane_length is",
        "Give the number of lanes side by side.",
    )
    yield from offenders(
        "ships",
        ships.filter(pl.col("least_trim") > pl.col("largest_trim")),
        "least_trim",
        lambda r: f"must not be above largest_trim ({figure(r['largest_trim'])} m)",
        "Trim by the bow is negative.",
    )
    trimmed = pl.any_horizontal(pl.col("least_trim", "largest_trim").is_not_null())
    held = pl.col("highest_centre").is_not_null()
    for column, where in (
        ("weight", trimmed | held),
        ("midship", trimmed),
        ("buoyancy", trimmed),
        ("trim_moment", trimmed),
        ("above_keel", held),
    ):
        yield from offenders(
            "ships",
            ships.filter(where, pl.col(column).is_null()),
            column,
            "must be given where trim or centre of gravity has bounds",
            "Give it, or leave out the bounds.",
        )
    for column, where in (("midship", trimmed), ("above_keel", held)):
        bound = ships.filter(where)["ship"].implode()
        yield from offenders(
            "decks",
            decks.filter(pl.col("ship").is_in(bound), pl.col(column).is_null(), pl.col("area") > 0),
            column,
            "must be given, as table ships has bounds for the ship's balance",
            "Give it, or leave out the bounds of the ship.",
        )
    known = decks["ship"].drop_nulls().unique().sort().to_list()
    yield from offenders(
        "ships",
        ships.filter(~pl.col("ship").is_in(known)),
        "ship",
        "has no decks in table decks, so the row has no effect",
        lambda r: nearest(str(r["ship"]), known),
        "warning",
    )


def positions_go_together(t: Tables) -> Iterator[Offence]:
    """Require that decks which move together have the same positions."""
    decks = t["decks"].drop_nulls(["ship", "deck", "position"])
    sets = decks.group_by("ship", "deck", maintain_order=True).agg(
        pl.col("position").unique().sort(), pl.col(ROW).first()
    )
    for (_,), own in sets.group_by("ship", maintain_order=True):
        known: dict[str, tuple[str, list[str]]] = {}
        for deck, positions, row in own.select("deck", "position", ROW).iter_rows():
            if ship.FIXED in positions and len(positions) > 1:
                rule = f"deck {deck} is fixed, and has other positions too"
                yield Offence("decks", [row], "position", rule, "Name every position, or none.")
                continue
            if positions == [ship.FIXED]:
                continue
            for position in positions:
                other, theirs = known.setdefault(position, (deck, positions))
                if theirs != positions:
                    rule = (
                        f"decks {other} and {deck} share position {position!r}, but the one has "
                        f"{', '.join(theirs)} and the other {', '.join(positions)}"
                    )
                    hint = "Decks that move together have the same positions."
                    yield Offence("decks", [row], "position", rule, hint)
                    break


def cars_fit_a_deck(t: Tables) -> Iterator[Offence]:
    """Require that a model which is asked for overseas is not higher than every deck.

    Asked of the lanes all of whose voyages have ships with decks, and that no container serves.
    """
    if t["decks"].is_empty() or t.lacks("decks", "vessels", "models", "markets", "demand"):
        return
    highest: dict[str, float] = {}
    for (name,), own in t["decks"].drop_nulls(["ship", "deck", "height"]).group_by("ship"):
        ways = ways_to_decks(own)
        heights = [
            min(height, ways[deck].height)
            for deck, height, area in own.select("deck", "height", "area").iter_rows()
            if deck in ways and area
        ]
        whole = all(deck in ways for deck in own["deck"])
        highest[str(name)] = max(heights, default=0.0) if whole else float("inf")
    lanes: dict[str, float] = {}
    for lane, vessel in t["vessels"].select("lane", "ship").iter_rows():
        lanes[lane] = max(lanes.get(lane, 0.0), highest.get(vessel, float("inf")))
    boxed = set(t["containers"]["lane"].drop_nulls())
    packed = set(t["box_cars"]["model"].drop_nulls())
    requested = (
        planned(t)
        .join(t["markets"].select("market", "lane"), on="market")
        .join(t["models"].select("model", "height"), on="model")
    )
    faults: dict[str, Mapping[str, Any]] = {}
    for row in requested.select("model", "lane", "height").drop_nulls().unique().to_dicts():
        most = lanes.get(row["lane"], float("inf"))
        if row["height"] > most and not (row["model"] in packed and boxed & {ALL, row["lane"]}):
            faults.setdefault(row["model"], {**row, "most": most})
    yield from offenders(
        "models",
        t["models"].filter(pl.col("model").is_in(list(faults))),
        "height",
        lambda r: (
            f"is higher than every deck of the ships of lane {faults[str(r['model'])]['lane']} "
            f"({figure(faults[str(r['model'])]['most'])} mm at most)"
            if faults[str(r["model"])]["most"]
            else f"no deck of the ships of lane {faults[str(r['model'])]['lane']} has any area"
        ),
        "Check the height here and in decks, or give containers for the lane.",
    )


RULES: tuple[Rule, ...] = (
    decks_are_reached,
    balance_is_told,
    positions_go_together,
    cars_fit_a_deck,
)
