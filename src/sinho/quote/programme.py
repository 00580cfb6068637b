"""A programme: what its file says, checked against a hub, as changes over that hub."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sinho.hub import Change, Hub, Scenario
from sinho.hub.csvfile import read_text
from sinho.hub.incoterms import INCOTERMS
from sinho.quote.read import Read, Row, read_text_of
from sinho.quote.schema import TABLES_TAKEN, fields_of

ITSELF = "as quoted"
"""The case of a programme without any change."""

DOMESTIC, OVERSEAS = "domestic", "overseas"
INSURED = 1.1
"""What is insured, of the price: the least by Incoterms 2020, CIF A5."""

AT_SEA = ("way to the port", "loading", "on-carriage")


_PRICES = ("price", "lost_penalty", "late_penalty")


@dataclass(frozen=True)
class Programme:
    """A new model or contract for a hub, as its file gives it.

    Parameters
    ----------
    read : Read
        The rows of the file by section, with what is wrong with them.
    """

    read: Read = field(repr=False)

    @classmethod
    def from_file(cls, path: str | Path) -> Programme:
        """Read a programme's file; what is wrong with it is told with the hub's own problems."""
        text, problems = read_text(Path(path))
        found = read_text_of(text, Path(path).name)
        found.problems[:0] = problems
        return cls(found)

    @classmethod
    def from_text(cls, text: str, where: str = "programme.toml") -> Programme:
        """Read a programme from TOML."""
        return cls(read_text_of(text, where))

    def rows(self, section: str) -> list[Row]:
        """Return the rows of a section, or of a table of the hub that the programme brings."""
        return self.read.rows.get(section, [])

    @property
    def name(self) -> str:
        """Short name, also of its contract."""
        return str(self._head.get("programme") or "programme")

    @property
    def title(self) -> str:
        """One line for reports."""
        return str(self._head.get("title") or self.name)

    @property
    def _head(self) -> Row:
        return next(iter(self.rows("")), {})

    @property
    def terms(self) -> Row:
        """The values of ``[terms]``."""
        usual = {name: spec.default for name, spec in fields_of("terms").items()}
        return next(iter(self.rows("terms")), usual)

    @property
    def volumes(self) -> list[Row]:
        """Volumes by month, each with its model and terms."""
        return [
            row
            | {
                "model": row["model"] or self._head.get("model"),
                "incoterm": row["incoterm"] or self.terms["incoterm"],
                "low": row["expected"] if row["low"] is None else row["low"],
                "high": row["expected"] if row["high"] is None else row["high"],
            }
            for row in self.rows("volume")
        ]

    @property
    def models(self) -> list[str]:
        """Models that it builds."""
        return sorted({row["model"] for row in self.volumes if row["model"]})

    @property
    def contract(self) -> str:
        """Name of the contract by which its fee is paid."""
        return self.name

    @property
    def corridors(self) -> list[tuple[str, Row]]:
        """Its corridors, each with the name of its contract."""
        return [
            (f"{self.name}, {row['per']} from {row['start']:%Y-%m}", row)
            for row in self.rows("corridor")
        ]

    def known(self, hub: Hub, table: str, column: str) -> list[str]:
        """Return the names of a table's column, in the hub and in the programme."""
        own = [row[column] for row in self.rows(table) if row.get(column)]
        return list(dict.fromkeys([*hub[table][column].to_list(), *own]))

    def market_rows(self, hub: Hub) -> dict[str, Row]:
        """Return the markets of hub and programme by name."""
        rows = [*hub["markets"].to_dicts(), *self.rows("markets")]
        return {row["market"]: row for row in rows if row.get("market")}

    def scenario(self, hub: Hub) -> Scenario:
        """Return the programme as changes over a hub without it, one for each row of its file."""
        changes = tuple(change for _, _, change in self.inserted(hub))
        return Scenario("programme", self.title, changes)

    def inserted(self, hub: Hub) -> list[tuple[str, int, Change]]:
        """Return what the programme inserts into a hub: section and row that it is from, change."""
        terms, markets = self.terms, self.market_rows(hub)
        rows: list[tuple[str, int, str, Row]] = [
            (table, at, table, row)
            for table in TABLES_TAKEN
            for at, row in enumerate(self.rows(table))
        ]
        for at, row in enumerate(self.volumes):
            own = {
                **{key: row[key] for key in ("model", "market", "month", "incoterm", *_PRICES)},
                "units": row["expected"],
                "currency": terms["currency"],
                "delivery_cost": self.delivery_cost(row, markets[row["market"]]),
            }
            rows.append(("volume", at, "demand", own | _trace(row)))
        brands = {row["model"]: row["brand"] for row in self.rows("models")}
        brands |= dict(hub["models"].select("model", "brand").iter_rows())
        shared = {
            "brand": brands[self.models[0]],
            "models": ";".join(self.models),
            "currency": terms["currency"],
        }
        fee = {
            "contract": self.contract,
            "start": min(row["month"] for row in self.volumes),
            "end": hub.settings.end,
            "fee": terms["fee"],
        }
        rows.append(("terms", 0, "contracts", shared | fee | _trace(terms)))
        for at, (name, row) in enumerate(self.corridors):
            rows.append(("corridor", at, "contracts", shared | {"contract": name} | row))
        return [
            (section, at, Change(table, insert=[_given(row)])) for section, at, table, row in rows
        ]

    def delivery_cost(self, row: Mapping[str, Any], market: Mapping[str, Any]) -> float:
        """Return what the plant pays of a car's way by its terms, beside freight and duty."""
        paid = INCOTERMS[row["incoterm"]].seller
        return float(sum(cost for step, cost in self.way(row, market).items() if step in paid))

    def way(self, row: Mapping[str, Any], market: Mapping[str, Any]) -> dict[str, float]:
        """Return what a car's way costs by step, beside freight and duty, in its currency.

        Parameters
        ----------
        row : mapping
            A volume.
        market : mapping
            Its market.
        """
        terms = self.terms
        if market["route"] == DOMESTIC:
            return {}
        costs = {
            "export clearance": terms["export_clearance"],
            "way to the port": terms["to_port"],
            "loading": terms["loading"],
            "insurance": terms["insurance"] / 100 * INSURED * row["price"],
            "on-carriage": terms["on_carriage"],
            "import clearance": terms["import_clearance"],
        }
        overseas = market["route"] == OVERSEAS
        return {step: cost for step, cost in costs.items() if overseas or step not in AT_SEA}


def _trace(row: Mapping[str, Any]) -> Row:
    return {key: row[key] for key in ("source", "basis")}


def _given(row: Mapping[str, Any]) -> Row:
    """Return a row without its empty cells, dates as they are typed."""
    return {
        key: value.isoformat() if isinstance(value, dt.date) else value
        for key, value in row.items()
        if value is not None
    }
