"""Incoterms 2020 (ICC publication 723): who pays for what on a car's way to its buyer.

The named place of FCA is the plant, that of DAP and DDP the buyer's. Where the seller bears the
risk up to there, he insures his own cars.
"""

from __future__ import annotations

from dataclasses import dataclass

STEPS = (
    "export clearance",
    "way to the port",
    "loading",
    "freight",
    "insurance",
    "on-carriage",
    "import clearance",
    "duty",
)
"""What a car's way costs beside its price, in the order of the way."""


@dataclass(frozen=True)
class Incoterm:
    """One of the terms of delivery.

    Parameters
    ----------
    name, meaning : str
        Three letters, and what they say: where the car is handed over, and who pays.
    seller : tuple of str
        The ``STEPS`` that the seller pays; the buyer pays the others.
    risk : str
        Where the risk passes from seller to buyer, which is when the price is due.
    sea : bool
        Whether it is for carriage by sea alone.
    """

    name: str
    meaning: str
    seller: tuple[str, ...]
    risk: str
    sea: bool = False


def _to(last: str, *without: str) -> tuple[str, ...]:
    return tuple(step for step in STEPS[: STEPS.index(last) + 1] if step not in without)


INCOTERMS: dict[str, Incoterm] = {
    one.name: one
    for one in (
        Incoterm("EXW", "Ex Works: the buyer fetches the car and pays all", (), "at the plant"),
        Incoterm(
            "FCA",
            "Free Carrier: handed to the buyer's carrier at the plant, cleared for export",
            _to("export clearance"),
            "at the plant",
        ),
        Incoterm(
            "FAS",
            "Free Alongside Ship: brought to the quay, cleared for export",
            _to("way to the port"),
            "alongside the ship",
            sea=True,
        ),
        Incoterm(
            "FOB",
            "Free On Board: loaded onto the buyer's ship",
            _to("loading"),
            "on board",
            sea=True,
        ),
        Incoterm(
            "CFR",
            "Cost and Freight: the seller pays the freight, the buyer bears its risk",
            _to("freight"),
            "on board",
            sea=True,
        ),
        Incoterm(
            "CIF",
            "Cost, Insurance and Freight: as CFR, insured by the seller for 110 % of the price",
            _to("insurance"),
            "on board",
            sea=True,
        ),
        Incoterm(
            "DAP",
            "Delivered At Place: brought to the buyer, who clears it and pays the duty",
            _to("on-carriage"),
            "at the buyer's",
        ),
        Incoterm(
            "DDP", "Delivered Duty Paid: the seller pays all, duty too", STEPS, "at the buyer's"
        ),
    )
}
"""The terms by name, from the least that the seller does to the most."""

USUAL = "DDP"
"""Terms of demand that names none: the plant pays freight and duty."""
