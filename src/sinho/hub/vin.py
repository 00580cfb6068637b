"""Vehicle identification numbers: their characters, check digit and parts (ISO 3779, ISO 3780)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.errors import DataError, Problem

if TYPE_CHECKING:
    from sinho.hub.hub import Hub

LENGTH = 17
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""The letters of a VIN: I, O and Q are left out, as they look like digits."""
ALLOWED = LETTERS + "0123456789"
YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
"""Codes of 30 model years from 1980 and again from 2010 on (49 CFR 565.15)."""
FIRST_YEAR = 1980
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
"""Weights of the 17 positions in the check digit's sum (49 CFR 565.15)."""
VALUES = dict(
    zip(ALLOWED, (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10), *range(10)), strict=True)
)
"""Values of the characters in the check digit's sum (49 CFR 565.15)."""
NO_MAKER = "no maker is named, so that orders and runs cannot be given VINs"
NO_MAKER_HINT = (
    "Write the world manufacturer identifier of the plant's maker as vin_wmi of table slotting, "
    "such as KNM."
)
CHECK_DIGITS = "0123456789X"
REQUIRED_BY = {
    "US": "49 CFR 565.15",
    "CA": "Motor Vehicle Safety Regulations, standard 115",
    "MX": "NOM-001-SSP-2008",
    "CN": "GB 16735",
}
"""Countries that ask for a check digit in position 9, with the rule that does."""
SERIAL_DIGITS = 4
"""How many of the last characters must be digits everywhere (ISO 3779)."""
SMALL = "9"
"""In position 3: a maker of fewer than 1,000 vehicles a year, whose own code stands in positions 12
to 14, before a serial number of three digits (ISO 3780, 49 CFR 565.15 (d))."""
SMALL_DIGITS = 3
_BIG = ALLOWED.replace(SMALL, "")
FORMED = (
    f"^[{ALLOWED}]{{2}}(?:[{_BIG}][{ALLOWED}]{{10}}[0-9]{{{SERIAL_DIGITS}}}"
    f"|{SMALL}[{ALLOWED}]{{11}}[0-9]{{{SMALL_DIGITS}}})$"
)
"""A VIN whose length, characters and digits are right, as a regular expression."""
MAKER = f"^(?:[{ALLOWED}]{{2}}[{_BIG}]|[{ALLOWED}]{{2}}{SMALL}[{ALLOWED}]{{3}})$"
"""A maker: three characters, or six where the third is `SMALL`, as a regular expression."""
MORE_DIGITS = {"US": (5, "49 CFR 565.15 (d), for passenger cars and light trucks")}
"""Countries where more of the last characters must be digits, with how many and the rule."""

_VALUE_OF = np.full(256, -1, dtype=np.int64)
for _letter, _value in VALUES.items():
    _VALUE_OF[ord(_letter)] = _value
_WEIGHT_OF = np.array(WEIGHTS, dtype=np.int64)


@dataclass(frozen=True)
class VinParts:
    """What the positions of a VIN say.

    Parameters
    ----------
    vin : str
        The whole number.
    wmi : str
        World manufacturer identifier, positions 1 to 3.
    descriptor : str
        Vehicle descriptor section without position 9, positions 4 to 8.
    check : str
        Position 9.
    check_wanted : str
        The check digit that the other characters give.
    year_code : str
        Position 10.
    years : tuple of int
        Model years that the code stands for, 30 years apart; empty where it stands for none.
    plant : str
        Position 11.
    maker : str
        Positions 12 to 14 where they are the code of a small maker (9 in position 3), else empty.
    serial : str
        Positions 12 to 17, or 15 to 17 behind a small maker's code.
    """

    vin: str
    wmi: str
    descriptor: str
    check: str
    check_wanted: str
    year_code: str
    years: tuple[int, ...]
    plant: str
    maker: str
    serial: str


def check_digit(vin: str) -> str:
    """Return the check digit of a VIN: its weighted sum modulo 11, ``X`` for 10.

    Parameters
    ----------
    vin : str
        17 allowed characters; the one in position 9 has weight 0.

    Returns
    -------
    str
        ``0`` to ``9`` or ``X`` (49 CFR 565.15 (c); ISO 3779 leaves it to the country).
    """
    total = sum(VALUES[letter] * weight for letter, weight in zip(vin, WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11]


def check_digits(vins: pl.Series) -> pl.Series:
    """Return the check digits of many well-formed VINs at once; see `check_digit`."""
    if vins.is_empty():
        return pl.Series(vins.name, [], dtype=pl.String)
    letters = np.frombuffer("".join(vins.to_list()).encode("ascii"), dtype=np.uint8)
    sums: NDArray[np.int64] = _VALUE_OF[letters.reshape(-1, LENGTH)] @ _WEIGHT_OF
    return pl.Series(vins.name, list(CHECK_DIGITS)).gather(sums % 11)


def year_code(year: int) -> str:
    """Return the code of a model year, which comes again after 30 years."""
    return YEAR_CODES[(year - FIRST_YEAR) % len(YEAR_CODES)]


def years_of(code: str) -> tuple[int, ...]:
    """Return the model years from 1980 to 2039 for which a code stands, 30 years apart."""
    if code not in YEAR_CODES:
        return ()
    first = FIRST_YEAR + YEAR_CODES.index(code)
    return (first, first + len(YEAR_CODES))


def check_vin(vin: str, country: str = "") -> str | None:
    """Say why a VIN cannot be right, or None where nothing speaks against it.

    Parameters
    ----------
    vin : str
        The number as written.
    country : str
        Destination as ISO 3166 alpha-2 code: some ask for the check digit and the model year.

    Returns
    -------
    str or None
        The reason in words.
    """
    if len(vin) != LENGTH:
        return f"a VIN has {LENGTH} characters, this one has {len(vin)}"
    for place, letter in enumerate(vin, 1):
        if letter in VALUES:
            continue
        if letter.upper() in VALUES:
            return f"{letter!r} in position {place} must be a capital letter"
        if letter in "IOQ":
            return f"{letter!r} in position {place} is not used in VINs: it looks like a digit"
        return f"{letter!r} in position {place} is no letter or digit of a VIN"
    small = vin[2] == SMALL
    digits = SMALL_DIGITS if small else SERIAL_DIGITS
    if not vin[-digits:].isdigit():
        return f"the last {digits} characters must be digits, not {vin[-digits:]!r}"
    digits, rule = MORE_DIGITS.get(country, (digits, ""))
    if not small and not vin[-digits:].isdigit():
        found = vin[-digits:]
        return f"the last {digits} characters must be digits, not {found!r} ({country}: {rule})"
    if country not in REQUIRED_BY:
        return None
    wanted = check_digit(vin)
    if vin[8] != wanted:
        return (
            f"the check digit in position 9 is {vin[8]!r}, but the other characters give "
            f"{wanted!r} ({country}: {REQUIRED_BY[country]})"
        )
    if vin[9] not in YEAR_CODES:
        return f"{vin[9]!r} in position 10 is the code of no model year"
    return None


def hint_for(vin: str, country: str = "") -> str:
    """Return what to do about a VIN that cannot be right."""
    if len(vin) == LENGTH and all(letter in VALUES for letter in vin) and country in REQUIRED_BY:
        return "Compare it with the car's papers: a character is wrong, or two have changed places."
    return "Compare it with the car's papers, or leave the cell empty: one can be assigned."


def decode_vin(vin: str) -> VinParts:
    """Part a well-formed VIN into what its positions say.

    Parameters
    ----------
    vin : str
        17 allowed characters, as `check_vin` finds them.

    Returns
    -------
    VinParts
        The parts.

    Raises
    ------
    ValueError
        With the reason where the VIN is not well formed.
    """
    reason = check_vin(vin)
    if reason is not None:
        raise ValueError(reason)
    return VinParts(
        vin=vin,
        wmi=vin[:3],
        descriptor=vin[3:8],
        check=vin[8],
        check_wanted=check_digit(vin),
        year_code=vin[9],
        years=years_of(vin[9]),
        plant=vin[10],
        maker=vin[11:14] if vin[2] == SMALL else "",
        serial=vin[14:] if vin[2] == SMALL else vin[11:],
    )


def wrong_vins(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a table whose VIN cannot be right, with the reason.

    Parameters
    ----------
    table : polars.DataFrame
        With ``vin`` (text, not null) and ``country`` (text or null).

    Returns
    -------
    polars.DataFrame
        The rows, with ``reason`` and ``hint``.
    """
    formed = pl.col("vin").str.contains(FORMED)
    requested = pl.col("country").is_in(list(REQUIRED_BY)).fill_null(False)
    table = table.with_columns(formed.alias("formed_"), requested.alias("asked_"))
    well = table.filter(pl.col("formed_") & pl.col("asked_"))
    digits = check_digits(well["vin"])
    wrong = (well["vin"].str.slice(8, 1) != digits) | ~well["vin"].str.slice(9, 1).is_in(
        list(YEAR_CODES)
    )
    for country, (number, _) in MORE_DIGITS.items():
        tail = well["vin"].str.slice(LENGTH - number).str.contains("^[0-9]*$")
        small = well["vin"].str.slice(2, 1) == SMALL
        wrong |= (well["country"] == country) & ~tail & ~small
    rows = pl.concat([table.filter(~pl.col("formed_")), well.filter(wrong)])
    said = [(v, c or "") for v, c in rows.select("vin", "country").iter_rows()]
    return rows.drop("formed_", "asked_").with_columns(
        pl.Series("reason", [check_vin(*pair) for pair in said], dtype=pl.String),
        pl.Series("hint", [hint_for(*pair) for pair in said], dtype=pl.String),
    )


def needs_maker(hub: Hub, orders: pl.DataFrame | None = None) -> None:
    """Refuse to assign VINs for a hub that does not say whose they are.

    Parameters
    ----------
    hub : Hub
        The hub.
    orders : polars.DataFrame, optional
        The orders, where they are known: with ``vin``.

    Raises
    ------
    DataError
        When ``vin_wmi`` is empty, unless every order has a VIN.
    """
    if hub.slotting["vin_wmi"] or (orders is not None and not orders["vin"].null_count()):
        return
    raise DataError([Problem("table slotting", NO_MAKER, column="vin_wmi", hint=NO_MAKER_HINT)])
