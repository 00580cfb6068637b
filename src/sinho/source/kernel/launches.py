"""Launches of one model at prices: what tooling its cars can bear, and which launches pay.

Ways are of shape (allocations, cells). A model at given prices is a location problem without
capacity; the first function is the dual ascent of Erlenkotter (1978, Operations Research 26).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import entry

FULL = 0.98
"""Share of the cars of a model in a year that least volumes may take up."""


@entry
def bear_tooling(cost: Any, cars: Any, top: Any, tooling: Any, out: Any) -> None:
    """Part the tooling of each allocation among the cars that gain most by it.

    Parameters
    ----------
    cost : ndarray, shape (J, C)
        Cost and prices of each way.
    cars, top : ndarray, shape (C,)
        Cars of each cell, and what is lost at most with one of them.
    tooling : ndarray, shape (J,)
        Cost of a launch; 0 where it is built already.
    out : ndarray, shape (J, C)
        What a car of each way bears; over all cells no more than the tooling.
    """
    ways, cells = cost.shape
    left = tooling.copy()
    value = np.empty(cells)
    for c in range(cells):
        least = top[c]
        for j in range(ways):
            least = min(least, cost[j, c])
        value[c] = least
    moved = True
    rounds = 0
    while moved and rounds < 3 * ways:
        moved = False
        rounds += 1
        for c in range(cells):
            if cars[c] <= 0.0 or value[c] >= top[c]:
                continue
            at = value[c]
            level = top[c]
            room = np.inf
            for j in range(ways):
                if cost[j, c] <= at + 1e-9:
                    room = min(room, left[j])
                else:
                    level = min(level, cost[j, c])
            rise = min(level - at, max(room, 0.0) / cars[c])
            if rise <= 1e-9:
                continue
            for j in range(ways):
                if cost[j, c] <= at + 1e-9:
                    left[j] -= rise * cars[c]
            value[c] = at + rise
            moved = True
    for j in range(ways):
        borne = 0.0
        for c in range(cells):
            out[j, c] = max(value[c] - cost[j, c], 0.0) if tooling[j] > 0.0 else 0.0
            borne += out[j, c] * cars[c]
        if borne > tooling[j] and borne > 0.0:
            for c in range(cells):
                out[j, c] *= tooling[j] / borne


@entry
def choose_launches(
    cost: Any,
    cars: Any,
    top: Any,
    tooling: Any,
    least: Any,
    asked: Any,
    short: Any,
    fixed: Any,
    on: Any,
) -> None:
    """Drop launches that save less than they cost, and add those that save more, one by one.

    Parameters
    ----------
    cost, cars, top, tooling
        As `bear_tooling`.
    least : ndarray, shape (J, Y)
        Least volumes of years.
    asked : ndarray, shape (Y,)
        Cars of the model in years.
    short : ndarray, shape (J,)
        What a car costs that is moved there for a least volume.
    fixed, on : ndarray of bool, shape (J,)
        Which are built already, and which are launched; the second is changed.
    """
    ways, cells = cost.shape
    saved, built = np.empty(ways), np.empty(ways)
    for _ in range(4 * ways):
        saved[:] = -tooling
        built[:] = 0.0
        for c in range(cells):
            best, first, second = -1, top[c], top[c]
            for j in range(ways):
                if on[j]:
                    if cost[j, c] < first:
                        best, second, first = j, first, cost[j, c]
                    elif cost[j, c] < second:
                        second = cost[j, c]
            if best >= 0:
                saved[best] += cars[c] * (second - first)
                built[best] += cars[c]
            for j in range(ways):
                if not on[j] and cost[j, c] < first:
                    saved[j] += cars[c] * (first - cost[j, c])
                    built[j] += cars[c]
        due = np.zeros(len(asked))
        for j in range(ways):
            if on[j]:
                due += least[j]
        crowded = (due > FULL * asked).any()
        change, most = -1, 1e-9
        for j in range(ways):
            if fixed[j]:
                continue
            net = saved[j] - short[j] * max(least[j].sum() - built[j], 0.0)
            gain = -net if on[j] else net
            # least volumes that the cars of the model cannot fill are not taken on
            if on[j] and crowded and least[j].any():
                gain = 1e15 - saved[j]
            elif not on[j] and least[j].any() and (due + least[j] > FULL * asked).any():
                gain = 0.0
            if gain > most:
                change, most = j, gain
        if change < 0:
            return
        on[change] = not on[change]


@entry
def share_cars(
    cost: Any, shares: Any, place: Any, worth: Any, width: Any, value: Any, taken: Any
) -> None:
    """Let cars take their cheapest ways, of each no more than the share of it that is launched.

    Parameters
    ----------
    cost : ndarray, shape (J, C)
        Cost and prices of each way.
    shares : ndarray, shape (J,)
        Share of each allocation that is launched, 0 to 1.
    place, worth, width : ndarray, shape (n,)
        For each part of what is asked for, its cell, what is lost with a car of it, and its cars;
        parts of a cell stand together.
    value : ndarray, shape (n,)
        What a car more would cost; it is written.
    taken : ndarray, shape (J, C)
        Cars of each way; they are added to it.
    """
    ways = len(cost)
    order, paid = np.empty(ways, dtype=np.int64), np.empty(ways)
    last, count = -1, 0
    for n in range(len(place)):
        c = place[n]
        if c != last:
            last, count = c, 0
            sure = np.inf
            for j in range(ways):
                if shares[j] > 1.0 - 1e-9 and cost[j, c] < sure:
                    sure = cost[j, c]
            for j in range(ways):
                own = cost[j, c]
                if shares[j] > 1e-9 and own <= sure:
                    at = count
                    while at > 0 and paid[at - 1] > own:
                        order[at], paid[at] = order[at - 1], paid[at - 1]
                        at -= 1
                    order[at], paid[at] = j, own
                    count += 1
        left = 1.0
        value[n] = worth[n]
        for at in range(count):
            if paid[at] >= worth[n]:
                break
            j = order[at]
            share = min(shares[j], left)
            taken[j, c] += share * width[n]
            left -= share
            if left <= 1e-9:
                value[n] = paid[at]
                break


@entry
def gain_by_launch(cost: Any, place: Any, width: Any, value: Any, gains: Any) -> None:
    """Add what each launch would save of the cost of each month at some values of cars.

    Parameters
    ----------
    cost, place, width, value
        As `share_cars`.
    gains : ndarray, shape (J, T)
        What is saved; it is added to it. A cell's month is the rest of its number by months.
    """
    ways, months = gains.shape
    for n in range(len(place)):
        c = place[n]
        t = c % months
        for j in range(ways):
            if cost[j, c] < value[n]:
                gains[j, t] += width[n] * (value[n] - cost[j, c])
