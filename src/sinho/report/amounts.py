"""Amounts of money in the unit that a manager reads: thousands, millions, billions."""

from __future__ import annotations

import re

_STEPS = ((1e9, "bn"), (1e6, "M"), (1e4, "k"))
"""From which size on an amount is written in which unit."""

_FACTORS = {"k": 1e3, "M": 1e6, "bn": 1e9}
_WORDS = {
    "k": r"k|K|T|thousand|1000|1,000",
    "M": r"M|m|mn|Mn|mio|Mio|million|millions|1000000|1,000,000",
    "bn": r"bn|Bn|B|mrd|Mrd|billion|billions",
}
_CODE = r"[A-Z]{3}|[€$£¥₩]"


def unit_of(currency: str) -> tuple[float, str]:
    """Read the unit in which a hub gives its amounts, such as ``M KRW`` or ``EUR 1000``.

    Parameters
    ----------
    currency : str
        The hub's currency unit.

    Returns
    -------
    factor : float
        How many of the plain currency one unit is: 1e6 for ``M KRW``.
    code : str
        The plain currency: ``KRW``. A unit that is not understood stands for itself.
    """
    for name, words in _WORDS.items():
        for pattern in (rf"(?:{words})\s*({_CODE})", rf"({_CODE})\s*(?:{words})"):
            found = re.fullmatch(pattern, currency.strip())
            if found:
                return _FACTORS[name], found[1]
    return 1.0, currency.strip()


def scale_of(largest: float, currency: str) -> tuple[float, str]:
    """Choose the unit in which amounts are read at a glance.

    Parameters
    ----------
    largest : float
        The largest of the amounts, in the hub's currency unit.
    currency : str
        The hub's currency unit.

    Returns
    -------
    factor : float
        What an amount in the hub's unit is multiplied by.
    unit : str
        The unit of the product: ``bn KRW``.
    """
    factor, code = unit_of(currency)
    for least, name in _STEPS:
        if abs(largest) * factor >= least:
            return factor / _FACTORS[name], f"{name} {code}"
    return factor, code


def number_text(value: float) -> str:
    """Write a number with three or four digits, more only in front of the decimal point."""
    size = abs(value)
    decimals = 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2
    text = f"{size:,.{decimals}f}"
    return f"−{text}" if value < 0 and text.strip("0.,") else text


def amount_text(amount: float, currency: str) -> str:
    """Write an amount in the unit that a manager reads, such as ``2,227 bn KRW``.

    Parameters
    ----------
    amount : float
        In the hub's currency unit.
    currency : str
        The hub's currency unit.
    """
    factor, unit = scale_of(amount, currency)
    return f"{number_text(amount * factor)} {unit}"
