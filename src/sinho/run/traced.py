"""The way of one order through a run, and how it reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sinho.errors import counted
from sinho.hub.lines import ONE_LINE

MOMENT = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class Trace:
    """The life of one car.

    Parameters
    ----------
    order : str
        Its order. Of a car that an earlier run built and that still waits for its ship, only
        ``car``, ``why`` (which run built it), ``ship``, ``yards`` and ``deck`` are there.
    car : mapping of str to object
        What is ordered: VIN, brand, model, market, colour, options, wanted day, priority, source.
    demand : mapping of str to object
        The line of the plan that it serves: month, model, market, cars asked and orders made.
    slot : mapping of str to object
        Its day, the day it leaves, by which route and with which vessel, days late and early.
    why : tuple of str
        Why it is built on that day.
    place : mapping of str to object
        Its place in the day's sequence and the cars beside it; empty without a day.
    rules : tuple of str
        Violations of the sequence's rules in which it stands, on its line and at shared shops.
    parts : tuple of mapping
        Each part that it takes: when, and from which campaign, delivery or stock; of a campaign,
        when its shop makes the part and from when on it is in stock.
    calls : tuple of mapping
        Lines of call-offs that bring its parts.
    line_off : mapping of str to object
        When it leaves the line where the run's days are simulated, as `sinho.run.found.DayRun` has
        it, with ``of``, the replications; else empty.
    ship : mapping of str to object
        Its way overseas: the row of the plan of voyages, and ``text``, what it says; empty at home
        and where no voyages are planned.
    yards : tuple of mapping
        Its stays in the yards of plant and port, as `sinho.results.yard.YardPlan.places` has them.
    deck : mapping of str to object
        Its place on board, as `sinho.results.DeckPlan.places` has it, with ``of``, the cars loaded.
    stands : tuple of str
        What is said of its stays in the yards.
    stowed : str
        What is said of its place on board; empty where it has none.
    """

    order: str
    car: Mapping[str, Any]
    demand: Mapping[str, Any]
    slot: Mapping[str, Any]
    why: tuple[str, ...]
    place: Mapping[str, Any]
    rules: tuple[str, ...]
    parts: tuple[Mapping[str, Any], ...] = field(repr=False)
    calls: tuple[Mapping[str, Any], ...] = field(repr=False)
    line_off: Mapping[str, Any] = field(default_factory=dict, repr=False)
    ship: Mapping[str, Any] = field(default_factory=dict, repr=False)
    yards: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    deck: Mapping[str, Any] = field(default_factory=dict, repr=False)
    stands: tuple[str, ...] = ()
    stowed: str = ""

    def record(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return {
            "order": self.order,
            "car": dict(self.car),
            "demand": dict(self.demand),
            "slot": dict(self.slot),
            "why": list(self.why),
            "place": dict(self.place),
            "rules": list(self.rules),
            "parts": [dict(part) for part in self.parts],
            "calls": [dict(call) for call in self.calls],
            **({"line_off": dict(self.line_off)} if self.line_off else {}),
            **({"ship": dict(self.ship)} if self.ship else {}),
            **({"yards": [dict(one) for one in self.yards]} if self.yards else {}),
            **({"deck": dict(self.deck)} if self.deck else {}),
        }

    def lines(self) -> list[tuple[str, str]]:
        """Return the car's life as pairs of a heading and a sentence, in order of time."""
        car, demand, slot, place = self.car, self.demand, self.slot, self.place
        if not slot:
            what = f"{car['brand']} {car['model']} for {car['market']}"
            wanted = f"; wanted {car['wanted']}" if car["wanted"] else ""
            said = [("order", f"{self.order}, VIN {car['vin'] or 'not given'}: {what}{wanted}")]
            said += [("built", text) for text in self.why]
            return [*said, *self._to_the_sea()]
        options = str(car["options"]).replace(";", ", ") or "none"
        said = [
            (
                "order",
                f"{self.order} ({car['source']}), VIN {car['vin'] or 'not given'}: "
                f"{car['brand']} {car['model']} for {car['market']}, {car['colour']}, "
                f"options: {options}; wanted {car['wanted']}, priority {car['priority']}",
            )
        ]
        if demand:
            said.append(
                (
                    "demand",
                    f"{demand['month']:%Y-%m}: the plan asks these days for "
                    f"{demand['asked']:,.1f} {demand['model']} for {demand['market']}"
                    + (
                        f", {demand['orders']:,} orders were made of them"
                        if car["source"] == "generated"
                        else ""
                    ),
                )
            )
        if slot["date"] is None:
            said.append(("day", "it has no day"))
        else:
            said.append(("day", _leaves(slot, car["wanted"])))
        said += [("why that day" if at == 0 else "", text) for at, text in enumerate(self.why)]
        if place:
            beside = " and ".join(
                text
                for text in (
                    f"behind {place['behind']}" if place["behind"] else "first of the day",
                    f"before {place['before']}" if place["before"] else "last of the day",
                )
            )
            said.append(("place", f"{place['position']:,} of {place['cars']:,}, {beside}"))
            said += [
                ("rules" if at == 0 else "", text)
                for at, text in enumerate(self.rules or ("no violated rule has to do with it",))
            ]
        said += [("line-off", text) for text in _line_off(self.line_off)]
        for at, part in enumerate(self.parts):
            source = part["source"] or "nothing in sight"
            text = f"{part['units']:g} x {part['part']} ({part['kind']}) at {part['time']:{MOMENT}}"
            said.append(
                ("parts" if at == 0 else "", f"{text}, from {source}{_campaign(part)}{_wait(part)}")
            )
        for at, call in enumerate(self.calls):
            said.append(("call-off" if at == 0 else "", str(call["text"])))
        return [*said, *self._to_the_sea()]

    def _to_the_sea(self) -> list[tuple[str, str]]:
        """Return its stays in the yards, its voyage and its place on board, as `lines` does."""
        said = [("yard" if at == 0 else "", text) for at, text in enumerate(self.stands)]
        said += [
            ("ship" if at == 0 else "", text) for at, text in enumerate(self.ship.get("text", ()))
        ]
        if self.stowed:
            said.append(("deck", self.stowed))
        return said


def _leaves(slot: Mapping[str, Any], wanted: dt.date) -> str:
    """Return when a car is built, when and how it leaves, and how far from the day wanted."""
    road = slot["route"] != "overseas"
    way = "by road" if road else f"with {slot['vessel'] or 'a vessel that is not listed'}"
    waits, off = (slot["departs"] - slot["ready"]).days, (slot["departs"] - wanted).days
    port = f", after {counted(waits, 'day')} at the port" if waits else ""
    when = f"{counted(abs(off), 'day')} {'late' if off > 0 else 'before the day wanted'}"
    return (
        f"{slot['date']}{on_line(slot)} ({slot['zone']}), ready {slot['ready']}, leaves {way} on "
        f"{slot['departs']}{port}: {when if off else 'on the day wanted'}"
    )


def _line_off(times: Mapping[str, Any]) -> list[str]:
    """Say when a car leaves the line, and how likely in time; nothing where it is not known."""
    if not times:
        return []
    ends = ((10, times["off_10"]), (50, times["off_50"]), (90, times["off_90"]))
    off = ", ".join(
        f"{share} % {'later than the days' if end is None else f'by {end:{MOMENT}}'}"
        for share, end in ends
    )
    chances = "; ".join(
        f"in time {what} ({end:{MOMENT}}) with {chance:.1%}"
        for what, end, chance in (
            ("for the day wanted", times["due"], times["p_due"]),
            ("for its vessel's cut-off", times["cutoff"], times["p_cutoff"]),
        )
        if chance is not None
    )
    said = f"simulated {times['of']:,} times: {off}"
    return [f"{said}; {chances}" if chances else said]


def on_line(row: Mapping[str, Any]) -> str:
    """Return the line of a day or place, where there are several."""
    return "" if row["line"] == ONE_LINE else f" on line {row['line']}"


def _campaign(part: Mapping[str, Any]) -> str:
    """Return when a shop makes a part, in brackets: the hours of its lot, and the campaign's."""
    if part["start"] is None:
        return ""
    whole = f"{part['start']:{MOMENT}} to {part['end']:{MOMENT}}"
    if part["stocked"] is None:
        return f" ({part['shop']}, {whole})"
    made = f"{part['made_from']:{MOMENT}} to {part['made_to']:%H:%M}"
    stocked = part["stocked"]
    same = stocked.date() == part["made_from"].date()
    there = f"{stocked:%H:%M}" if same else f"{stocked:{MOMENT}}"
    return f" ({part['shop']}, made {made}, in stock from {there}; the campaign runs {whole})"


def _wait(part: Mapping[str, Any]) -> str:
    """Return until when the car waits for a part."""
    if not part["late"]:
        return ""
    until = part["available"]
    return "; none comes in time" if until is None else f"; it waits for it until {until:{MOMENT}}"
