"""A day as arrays for the kernel: what is fixed, and the counts that a search keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sinho.days.day import Day
from sinho.days.rules import (
    Ratio,
)
from sinho.sequence.day_parts import WORD, DayParts, Ints
from sinho.sequence.kernel import pool


@dataclass(frozen=True)
class PackedDay:
    """A day made ready for the kernel.

    Parameters
    ----------
    day : Day
        The day.
    packed : ndarray of int64
        All that the kernel needs, laid out as ``kernel.pool`` says; the counts are empty.
    constant : tuple of int
        What every order costs per level, hard first: rules that no order can change.
    ratios : tuple of Ratio
        The ratio rules in the order of the arrays.
    """

    day: Day
    packed: Ints
    constant: tuple[int, ...]
    ratios: tuple[Ratio, ...]


def _sizes(parts: dict[str, Any]) -> dict[int, int]:
    """Return the sizes of the parts that no order changes and of the counts."""
    places, rules = len(parts["pinned"]) - 1, len(parts["rule"])
    terms, levels = len(parts["term"]), len(parts["ratio_start"]) - 1
    return {
        pool.ACTIVE_MASK: parts["mask"].shape[1],
        pool.LINE: places,
        pool.PLACE: len(parts["mask"]),
        pool.COUNTS: rules * places,
        pool.BITS: rules * 3 * (places // WORD + 3),
        pool.RULE_COST: rules,
        pool.TOTAL: levels,
        pool.CUMULATIVE: terms * places,
        pool.KNOWN: terms * places,
        pool.BUFFER: places,
        pool.PRICE: levels,
        pool.AIM: levels,
        pool.BEST: places,
        pool.BEST_TOTAL: levels,
        pool.RANDOM: 1,
        pool.TALLY: 1,
    }


def _pack(day: Day, head: int, parts: dict[str, Any]) -> Ints:
    """Lay all parts out in one array."""
    places = len(parts["pinned"]) - 1
    header = np.zeros(pool.HEADER, dtype=np.int64)
    header[pool.SIZE], header[pool.HEAD], header[pool.PLACES] = day.size, head, places
    header[pool.CARS], header[pool.WORDS] = parts["mask"].shape
    header[pool.RULES], header[pool.LEVELS] = len(parts["rule"]), len(parts["level_mask"])
    header[pool.PAIRS], header[pool.TERMS] = len(parts["pair_value"]), len(parts["term"])
    header[pool.ROW], header[pool.VALUES] = places // WORD + 3, parts["pair_cost"].shape[-1]
    header[pool.ENTRIES] = parts["term_table"].shape[-1]
    header[pool.FREE_COUNT] = len(parts["free"])
    header[pool.ACTIVE] = header[pool.LEVELS]
    pieces, at = [header], len(header)
    for name, values in parts.items():
        header[getattr(pool, name.upper())] = at
        pieces.append(values.reshape(-1).astype(np.int64))
        at += values.size
    for field, size in _sizes(parts).items():
        header[field] = at
        pieces.append(np.zeros(size, dtype=np.int64))
        at += size
    return np.concatenate(pieces)


def prepare(day: Day, like: Day | None = None) -> PackedDay:
    """Make a day ready for the kernel.

    Parameters
    ----------
    day : Day
        A checked day.
    like : Day, optional
        A day with these rules and further ones, in whose units the levels' totals are counted.

    Returns
    -------
    PackedDay
        Its arrays.
    """
    builder = DayParts(day, like or day)
    parts = builder.ratio_parts() | builder.pair_parts() | builder.term_parts()
    parts |= builder.group_parts(parts) | builder.pinned_parts()
    packed = _pack(day, builder.head, parts)
    return PackedDay(day, packed, tuple(builder.constant), tuple(builder.ratios))


def new_search(problem: PackedDay, order: Ints, seed: int) -> Ints:
    """Return a search that starts from an order; the kernel's ``begin`` fills in its counts.

    Parameters
    ----------
    problem : PackedDay
        The day.
    order : ndarray of int64, shape (cars of the day,)
        Cars by position, numbered as the day lists them.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ndarray of int64
        The one array that the kernel works on.
    """
    m = problem.packed.copy()
    size, head, none = m[pool.SIZE], m[pool.HEAD], m[pool.CARS] - 1
    line = m[m[pool.LINE] : m[pool.LINE] + m[pool.PLACES]]
    line[:] = none
    line[head - (none - size) : head] = np.arange(size, none)
    line[head : head + size] = order
    levels = m[pool.LEVELS]
    m[m[pool.PRICE] : m[pool.PRICE] + levels] = 1
    m[m[pool.BEST_TOTAL] : m[pool.BEST_TOTAL] + levels] = np.iinfo(np.int64).max
    m[m[pool.RANDOM]] = seed * 2 + 1
    return m
