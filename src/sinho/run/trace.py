"""The life of one car: from the demand that it serves to the parts that it takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sinho.days.violations import violations
from sinho.errors import DataError, Problem, nearest
from sinho.hub.lines import ONE_LINE
from sinho.results import DeckPlan, LineDay, YardPlan
from sinho.run import stages
from sinho.run.found import DayRun
from sinho.run.past import of_earlier_run
from sinho.run.traced import Trace, on_line

NEAR = "Did you mean"
"""What a hint begins with where a known name is near."""


def trace_order(run: DayRun, name: str) -> Trace:
    """Follow one car through a run.

    Parameters
    ----------
    run : DayRun
        The run.
    name : str
        Number of an order, or a VIN.

    Returns
    -------
    Trace
        Its life.

    Raises
    ------
    DataError
        When the run has no such order: one that an earlier run built is said to be so, else the
        nearest one is named.
    """
    bank = run.orders.table
    found = bank.filter((pl.col("order") == name) | (pl.col("vin") == name))
    if found.is_empty():
        carried = _carried(run, name)
        if carried is not None:
            return carried
        gone = of_earlier_run(run, name)
        if gone is not None:
            raise DataError([gone])
        vins = bank["vin"].drop_nulls().to_list()
        hint = nearest(name, bank["order"].to_list())
        if not hint.startswith(NEAR):
            voyages = [] if run.ship is None else run.ship.voyages["vessel"].to_list()
            close = [
                one for known in (vins, voyages) if (one := nearest(name, known)).startswith(NEAR)
            ]
            hint = close[0] if close else "The orders stand in the run's cars.csv."
            if name in voyages:
                hint = f"It is a voyage: ask `sinho why` about it, or `sinho ship {run.folder}`."
        where = f"run in {run.folder}"
        raise DataError([Problem(where, "there is no such order", None, "order", name, hint)])
    car = found.row(0, named=True)
    order = car.pop("order")
    slot = run.slots.slots.row(by_predicate=pl.col("order") == order, named=True)
    day = run.day_of(order)
    month = _month(run, car["month"], slot["date"])
    due = run.due.filter(
        pl.col("month").eq_missing(pl.lit(month, pl.Date))
        & (pl.col("model") == car["model"])
        & (pl.col("market") == car["market"])
    )

    parts = _parts(run, order)
    return Trace(
        order=order,
        car=car,
        demand=due.row(0, named=True) if due.height else {},
        slot={key: value for key, value in slot.items() if key != "order"}
        | {"route": _route(run, car["market"])},
        why=stages.why_day(run, order),
        place={} if day is None else _place(run, order, day),
        rules=() if day is None else _rules(run, order, day),
        parts=tuple(parts),
        calls=tuple(_calls(run, order, parts)),
        line_off=_line_off(run, order),
        **_sea(run, order),
    )


def _line_off(run: DayRun, order: str) -> dict[str, Any]:
    """Return when a car leaves the simulated line; empty where it does not, or none is."""
    if run.line_off is None or run.simulation is None:
        return {}
    own = run.line_off.filter(order=order)
    return own.row(0, named=True) | {"of": run.simulation.replications} if own.height else {}


def _carried(run: DayRun, name: str) -> Trace | None:
    """Return the way of a car that an earlier run built and that waits for its ship; else None."""
    gone = of_earlier_run(run, name)
    built = run.earlier.filter((pl.col("order") == name) | (pl.col("vin") == name))
    order = name if built.is_empty() else built["order"][-1]
    if run.ship is None or run.ship.cars.filter(car=order, origin="former").is_empty():
        return None
    car: dict[str, Any] = {"vin": None} if built.is_empty() else built.row(-1, named=True)
    own = run.ship.cars.row(by_predicate=pl.col("car") == order, named=True)
    car |= {key: own[key] for key in ("brand", "model", "market", "wanted")} | {"order": order}
    said = "it was counted at the port before" if gone is None else f"{gone.rule}. {gone.hint}"
    return Trace(order, car, {}, {}, (said,), {}, (), (), (), **_sea(run, order))


def _sea(run: DayRun, order: str) -> dict[str, Any]:
    """Return the stays of a car in the yards, its voyage, and its place on board."""
    from sinho.ship import decks, yard

    yards = [one for one in run.yards.values() if _own(one, order).height]
    aboard = next((one for one in run.decks.values() if _own(one, order).height), None)
    return {
        "ship": _ship(run, order),
        "yards": tuple(
            stay for one in yards for stay in _own(one, order).sort("enters").to_dicts()
        ),
        "stands": tuple(text for one in yards for text in yard.explain(one, order)),
        "deck": {}
        if aboard is None
        else _own(aboard, order).row(0, named=True) | {"of": aboard.places.height},
        "stowed": "" if aboard is None else decks.explain(aboard, order),
    }


def _own(plan: YardPlan | DeckPlan, order: str) -> pl.DataFrame:
    """Return the places of a car."""
    return plan.places.filter(pl.col("car") == order)


def _ship(run: DayRun, order: str) -> dict[str, Any]:
    """Return the voyage of a car, and what is said of it."""
    own = None if run.ship is None else run.ship.cars.filter(pl.col("car") == order)
    if run.ship is None or own is None or own.is_empty():
        return {}
    from sinho.ship import explain

    return own.row(0, named=True) | {"text": explain(run.ship, order)}


def _route(run: DayRun, market: str) -> str | None:
    """Return how cars go to a market: domestic or overseas."""
    return dict(run.hub["markets"].select("market", "route").iter_rows()).get(market)


def _month(run: DayRun, month: dt.date | None, date: dt.date | None) -> dt.date | None:
    """Return the period of the plan that an order serves: that of its day if it was read."""
    if month is not None or date is None:
        return month
    period: dt.date = run.days.filter(pl.col("date") == date)["period"][0]
    return period


def _place(run: DayRun, order: str, day: LineDay) -> dict[str, Any]:
    """Return a car's place, and the cars beside it."""
    cars = run.sequences[day].order
    at = cars.index(order)
    return {
        "date": day.date,
        "line": day.line,
        "position": at + 1,
        "cars": len(cars),
        "behind": cars[at - 1] if at else None,
        "before": cars[at + 1] if at + 1 < len(cars) else None,
    }


def _rules(run: DayRun, order: str, day: LineDay) -> tuple[str, ...]:
    """Return the violations in which a car stands, on its line and at shops that lines share."""
    found = [("", violations(run.line_of(day), run.sequences[day].order))]
    if day.line != ONE_LINE:
        from sinho.run.shared import passages  # loads the stage of sequences

        for one in passages(run, day.date):
            if day.line in one.lines:
                found.append((f" at {one.shop}", violations(one.day, one.order)))
    return tuple(
        f"{row['rule']} ({row['level'] or 'hard'}), places {row['first']} to {row['last']}{where}: "
        f"{row['text']}"
        for where, listed in found
        for row in listed.filter(pl.col("cars").list.contains(order)).iter_rows(named=True)
    )


def _parts(run: DayRun, order: str) -> list[dict[str, Any]]:
    """Return the parts that a car takes, and where they come from: first made, first used."""
    kinds = dict(run.hub["parts"].select("part", "kind").iter_rows())
    shops = {row["campaign"]: row for row in run.supply.campaigns.iter_rows(named=True)}
    waits = {
        row["part"]: row["available"]
        for row in run.supply.hits.filter(pl.col("order") == order).iter_rows(named=True)
    }
    found = []
    for use in run.needs.uses.filter(pl.col("order") == order).iter_rows(named=True):
        source, available = _source(run, use)
        made = shops.get(source or "", {})
        lot = _lot(run, source, available)
        found.append(
            {
                "part": use["part"],
                "kind": kinds.get(use["part"], "part"),
                "units": use["units"],
                "time": use["time"],
                "source": source,
                "shop": made.get("shop"),
                "start": made.get("start"),
                "end": made.get("end"),
                "made_from": lot.get("ready"),
                "made_to": lot.get("end"),
                "stocked": lot.get("available"),
                "late": use["part"] in waits,
                "available": waits.get(use["part"]),
            }
        )
    return found


def _lot(run: DayRun, source: str | None, available: dt.datetime | None) -> Mapping[str, Any]:
    """Return the slot of a campaign whose units come at a time; empty where none does."""
    own = run.supply.lots.filter(
        (pl.col("campaign") == source) & (pl.col("available") == available) & (pl.col("units") > 0)
    )
    return own.row(0, named=True) if own.height else {}


def _source(run: DayRun, use: Mapping[str, Any]) -> tuple[str | None, dt.datetime | None]:
    """Return the receipt from which a car's part is taken, and when it comes; oldest first."""
    own = run.needs.uses.filter(pl.col("part") == use["part"]).sort(
        "time", "position", "order", nulls_last=True
    )
    at = own["order"].to_list().index(use["order"])
    needed = float(own["units"].head(at + 1).sum())
    came = 0.0
    receipts = run.supply.receipts.filter(pl.col("part") == use["part"]).sort("available")
    for source, when, units in receipts.select("source", "available", "units").iter_rows():
        came += units
        if came >= needed - 1e-6:
            return str(source), when
    return None, None


def _calls(run: DayRun, order: str, parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of call-offs that bring a car's parts."""
    found: list[dict[str, Any]] = []
    takts = run.calls.takts.filter((pl.col("order") == order) & (pl.col("units") > 0))
    for row in takts.iter_rows(named=True):
        found.append(
            row
            | {
                "text": f"by takt: {row['units']:g} x {row['part']} from {row['supplier']} for "
                f"place {row['position']} of {row['date']}{on_line(row)}, {row['time']:%H:%M}"
            }
        )
    for part in parts:
        own = run.calls.days.filter(pl.col("part") == part["part"]).sort("date")
        brought = str(part["source"]).removeprefix("delivery ")
        due = own.filter((pl.col("date").cast(pl.String) == brought) & (pl.col("units") > 0))
        for row in due.iter_rows(named=True):
            found.append(
                row
                | {
                    "text": f"by day: {row['units']:g} x {row['part']} from {row['supplier']} on "
                    f"{row['date']}, cumulative {row['cumulative']:,g}"
                }
            )
    return found
