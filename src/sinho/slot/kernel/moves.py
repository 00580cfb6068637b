"""Moving orders between days: the compiled local search.

Every function that is called from here stands in this file: numba renews what it keeps on disk when
the file of a function changes, and only then.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

COSTS, FIRST, LAST, FORMER, BEGIN, END, LOAD, CLASS, NEAR = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""What stands where on an order's card: one line of memory instead of one for each figure."""

CARD = 16

HELD = -2
"""Former day on the card of an order that is fixed or frozen: it does not give up its day."""

WARM = 50.0
"""How much more worsening is allowed to an order without a day: in the end it saves more."""

ROUNDING = 1e-6
"""What sums of loads may be off by."""

DEAR = 0.9
"""One less the share of moves that begin with an order that costs much more than it needs to."""

FEW, STAY = 10, 16_384
"""Days among whose orders the search stays, and for how many moves."""

entry = numba.njit(cache=True, nogil=True)
inner = numba.njit(nogil=True)


@inner
def draw(state: Any) -> Any:
    """Return 64 random bits: SplitMix64 (Steele, Lea and Flood 2014, OOPSLA)."""
    z = state[0] + np.uint64(0x9E3779B97F4A7C15)
    state[0] = z
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inner
def below(state: Any, bound: int) -> int:
    """Return a whole number from 0 to below ``bound``."""
    return np.int64(((draw(state) >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))


@inner
def uniform(state: Any) -> float:
    """Return a number from 0 to below 1."""
    return np.float64(draw(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inner
def curve(cells: Any, c: int, use: float) -> float:
    """Return the cost of a cell at a use."""
    value = 0.0
    if use < cells[c, 2] and not (cells[c, 10] > 0 and use == 0):
        value += cells[c, 6] * (cells[c, 2] - use)
    if use > cells[c, 3]:
        value += cells[c, 7] * (use - cells[c, 3])
    if use > cells[c, 4]:
        value += cells[c, 8] * (use - cells[c, 4])
    if use > cells[c, 5] + ROUNDING:
        value += cells[c, 9] * max(cells[c, 0], use - cells[c, 5])
    if use < cells[c, 1] - ROUNDING:
        value += cells[c, 12] * max(cells[c, 0], cells[c, 1] - use)
    return value


@inner
def weigh(cells: Any, use: Any, c: int, amount: float) -> float:
    """Return the change of a cell's cost when its use changes by an amount; 0 without a cell."""
    if c < 0:
        return 0.0
    return curve(cells, c, use[c] + amount) - curve(cells, c, use[c])


@inner
def refresh(cells: Any, use: Any, c: int, row: int, cell_days: Any, up: Any, down: Any) -> None:
    """Write what one unit more and one less of a cell would change, on each of its days."""
    now = curve(cells, c, use[c])
    more = curve(cells, c, use[c] + 1.0) - now
    less = curve(cells, c, use[c] - 1.0) - now
    for day in range(cell_days[c, 0], cell_days[c, 1] + 1):
        up[day, row] = more
        down[day, row] = less


@entry
def begin(
    day_of: Any,
    alike: Any,
    rows_start: Any,
    rows: Any,
    load: Any,
    cell_of: Any,
    cells: Any,
    cell_days: Any,
    cell_row: Any,
    use: Any,
    up: Any,
    down: Any,
) -> None:
    """Fill the books of a search for the days that orders have."""
    days = cell_of.shape[0]
    use[:] = 0.0
    for i in range(day_of.shape[0]):
        day = day_of[i]
        if 0 <= day < days:
            q = alike[i]
            for row in range(load.shape[1]):
                c = cell_of[day, row]
                if c >= 0:
                    use[c] += load[q, row]
            for at in range(rows_start[q], rows_start[q + 1]):
                c = cell_of[day, rows[at]]
                if c >= 0:
                    use[c] += 1.0
    up[:] = 0.0
    down[:] = 0.0
    for c in range(cells.shape[0]):
        refresh(cells, use, c, cell_row[c], cell_days, up, down)


@entry
def fill(
    turn: Any,
    day_of: Any,
    alike: Any,
    costs: Any,
    cost_class: Any,
    rows_start: Any,
    rows: Any,
    load: Any,
    former: Any,
    moving: Any,
    first: Any,
    last: Any,
    near: Any,
    prices: Any,
    cell_of: Any,
    cells: Any,
    cell_days: Any,
    use: Any,
    up: Any,
    down: Any,
    narrow: bool,
    needed: bool,
) -> int:
    """Give each order of ``turn`` that has no day the cheapest under prices and what binds by now.

    A day on which a hard limit is reached is not taken. Returns how many orders stay without.
    ``narrow``: only the days of ``near`` are looked at. ``needed``: only days on which a rule still
    is below its least.
    """
    days = cell_of.shape[0]
    without = 0
    weighed = load.shape[1]
    for k in range(turn.shape[0]):
        i = turn[k]
        if day_of[i] >= 0:
            continue
        q = alike[i]
        best = costs[cost_class[q], days]
        chosen = -1
        steps = near.shape[1] if narrow else last[q] - first[q] + 1
        for step in range(steps):
            day = np.int64(near[q, step]) if narrow else first[q] + step
            if day < 0:
                break
            value = costs[cost_class[q], day]
            if day != former[q]:
                value += moving[q]
            blocked = False
            for row in range(weighed):
                c = cell_of[day, row]
                if c < 0 or load[q, row] == 0.0:
                    continue
                if use[c] + load[q, row] > cells[c, 5] + ROUNDING:
                    blocked = True
                    break
                value += load[q, row] * prices[row, day]
            if blocked:
                continue
            wanted = not needed
            for at in range(rows_start[q], rows_start[q + 1]):
                row = rows[at]
                c = cell_of[day, row]
                if c < 0:
                    continue
                if use[c] + 1.0 <= cells[c, 1]:
                    wanted = True
                if use[c] + 1.0 > cells[c, 5]:
                    blocked = True
                    break
                if use[c] >= cells[c, 3]:
                    value += max(prices[row, day], up[day, row])
                else:
                    value += prices[row, day]
            if wanted and not blocked and value < best:
                best = value
                chosen = day
        if chosen < 0:
            without += 1
            continue
        day_of[i] = chosen
        put(q, days, chosen, days, rows_start, rows, load, cell_of, cells, cell_days, use, up, down)
    return without


@entry
def relieve(
    turn: Any,
    day_of: Any,
    alike: Any,
    costs: Any,
    cost_class: Any,
    rows_start: Any,
    rows: Any,
    load: Any,
    former: Any,
    moving: Any,
    frozen: Any,
    cell_of: Any,
    cells: Any,
    cell_days: Any,
    use: Any,
    up: Any,
    down: Any,
) -> int:
    """Take orders off their days, in the order of ``turn``, where that lowers the cost.

    Frozen ones stay. Returns how many were taken off.
    """
    days = cell_of.shape[0]
    taken = 0
    for k in range(turn.shape[0]):
        i = turn[k]
        day = day_of[i]
        q = alike[i]
        if day < 0 or day >= days or frozen[q]:
            continue
        value = costs[cost_class[q], days] - own_cost(
            q, day, costs, cost_class, former, moving, days
        )
        for row in range(load.shape[1]):
            if load[q, row] != 0.0:
                value += weigh(cells, use, cell_of[day, row], -load[q, row])
        for at in range(rows_start[q], rows_start[q + 1]):
            value += down[day, rows[at]]
        if value < -ROUNDING:
            day_of[i] = -1
            put(
                q, day, days, days, rows_start, rows, load, cell_of, cells, cell_days, use, up, down
            )
            taken += 1
    return taken


@inner
def own_cost(
    i: int, day: int, costs: Any, cost_class: Any, former: Any, moving: Any, days: int
) -> float:
    """Return an order's own cost on a day, or on none."""
    if day >= days:
        return costs[cost_class[i], days]
    value = np.float64(costs[cost_class[i], day])
    if day != former[i]:
        value += moving[i]
    return value


@inner
def gain(
    card: Any,
    old: int,
    new: int,
    days: int,
    spans: int,
    rows: Any,
    cell_of: Any,
    up: Any,
    down: Any,
) -> float:
    """Return the change of all rows that count alike when an order moves between days."""
    value = 0.0
    for at in range(card[BEGIN], card[END]):
        row = rows[at]
        if row < spans and old < days and new < days and cell_of[old, row] == cell_of[new, row]:
            continue
        if old < days:
            value += down[old, row]
        if new < days:
            value += up[new, row]
    return value


@inner
def swap_gain(
    mine: Any,
    theirs: Any,
    a: int,
    b: int,
    spans: int,
    rows: Any,
    cell_of: Any,
    up: Any,
    down: Any,
) -> float:
    """Return the change of all rows that count alike when orders on two days swap."""
    value = 0.0
    x, y = mine[BEGIN], theirs[BEGIN]
    xend, yend = mine[END], theirs[END]
    far = 1 << 30
    while x < xend or y < yend:
        left = np.int64(rows[x]) if x < xend else far
        right = np.int64(rows[y]) if y < yend else far
        if left == right:
            x += 1
            y += 1
        elif left < right:
            if not (left < spans and cell_of[a, left] == cell_of[b, left]):
                value += down[a, left] + up[b, left]
            x += 1
        else:
            if not (right < spans and cell_of[a, right] == cell_of[b, right]):
                value += down[b, right] + up[a, right]
            y += 1
    return value


@inner
def trade_gain(mine: Any, theirs: Any, day: int, rows: Any, up: Any, down: Any) -> float:
    """Return the change of all rows that count alike when one order takes another's place."""
    value = 0.0
    x, y = mine[BEGIN], theirs[BEGIN]
    xend, yend = mine[END], theirs[END]
    far = 1 << 30
    while x < xend or y < yend:
        left = np.int64(rows[x]) if x < xend else far
        right = np.int64(rows[y]) if y < yend else far
        if left <= right:
            x += 1
        if right <= left:
            y += 1
        if left < right:
            value += up[day, left]
        elif right < left:
            value += down[day, right]
    return value


@inner
def own_change(card: Any, old: int, new: int, days: int, costs: Any, moving: Any) -> float:
    """Return the change of an order's own cost when it moves between days."""
    own = costs[card[COSTS]]
    value = own[min(new, days)] - own[min(old, days)]
    if card[FORMER] >= 0:
        stay = moving[card[CLASS]]
        if new < days and new != card[FORMER]:
            value += stay
        if old < days and old != card[FORMER]:
            value -= stay
    return value


@inner
def put(
    i: int,
    old: int,
    new: int,
    days: int,
    rows_start: Any,
    rows: Any,
    load: Any,
    cell_of: Any,
    cells: Any,
    cell_days: Any,
    use: Any,
    up: Any,
    down: Any,
) -> None:
    """Book an order off one day and on another."""
    for turn in range(2):
        day = old if turn == 0 else new
        step = -1.0 if turn == 0 else 1.0
        if day >= days:
            continue
        for row in range(load.shape[1]):
            c = cell_of[day, row]
            if c >= 0:
                use[c] += step * load[i, row]
        for at in range(rows_start[i], rows_start[i + 1]):
            row = rows[at]
            c = cell_of[day, row]
            if c < 0:
                continue
            use[c] += step
            refresh(cells, use, c, row, cell_days, up, down)


@inner
def rehang(i: int, old: int, new: int, bucket: Any, start: Any, held: Any, place: Any) -> None:
    """Move an order between the lists of days."""
    held[old] -= 1
    end = bucket[start[old] + held[old]]
    bucket[start[old] + place[i]] = end
    place[end] = place[i]
    bucket[start[new] + held[new]] = i
    place[i] = held[new]
    held[new] += 1


@entry
def search(
    moves: int,
    hot: float,
    cold: float,
    reach: float,
    state: Any,
    low: int,
    high: int,
    spare: int,
    dear: Any,
    day_of: Any,
    bucket: Any,
    start: Any,
    held: Any,
    place: Any,
    cards: Any,
    loads: Any,
    costs: Any,
    moving: Any,
    rows_start: Any,
    rows: Any,
    load: Any,
    spans: int,
    cell_of: Any,
    cells: Any,
    cell_days: Any,
    use: Any,
    up: Any,
    down: Any,
) -> float:
    """Move and swap orders between the days ``low`` to ``high``, by simulated annealing.

    An order without a day takes one, or the place of another that is then without.

    Parameters
    ----------
    moves : int
        Moves tried.
    hot, cold : float
        Mean worsening allowed at the begin and at the end.
    reach : float
        No move gains more than this besides the orders' own costs; those that need more are not
        looked at further.
    state : ndarray of uint64, shape (1,)
        Random numbers.
    low, high : int
        Days that are this search's own: no other touches their books meanwhile.
    spare : int
        The list of its orders without a day.
    dear : ndarray of int64, shape (any,)
        Orders on these days that cost much more by themselves than they need to.
    day_of, bucket, start, held, place : ndarray
        The day of each order, and the lists of the days; see ``sinho.slot.search``.
    cards : ndarray of int32, shape (orders, 16)
        What moves ask of an order, and its cheapest days.
    loads : ndarray of float64, shape (kinds, weighed rows)
        What orders take of the weighed rows, by the kind on their cards.

    Returns
    -------
    float
        Change of the cost.
    """
    days = cell_of.shape[0]
    weighed = loads.shape[1]
    total = 0.0
    width = high - low + 1
    shrink = (cold / hot) ** (1.0 / max(1, moves // 1024)) if hot > 0.0 else 1.0
    temperature = hot
    few = min(FEW, width)
    focus = low
    for step in range(moves):
        if step & 1023 == 1023:
            temperature *= shrink
        if step % STAY == 0:
            # A while among the orders of few days, which the processor then has at hand.
            focus = low + below(state, max(1, width - FEW + 1))
        old = focus + below(state, few)
        often = uniform(state)
        if held[spare] > 0 and often < 0.05:
            old = spare
        i = np.int64(-1)
        if dear.shape[0] > 0 and often > DEAR:
            i = dear[below(state, dear.shape[0])]
            old = np.int64(day_of[i])
        if held[old] == 0:
            continue
        if i < 0:
            i = np.int64(bucket[start[old] + below(state, held[old])])
        card = cards[i]
        pick = uniform(state)
        if pick < 0.5:
            new = np.int64(card[NEAR + below(state, CARD - NEAR)])
        elif old < days and pick < 0.9:
            new = old + below(state, 11) - 5
        else:
            new = low + below(state, width)
        if new == old or new < low or new > high or new < card[FIRST] or new > card[LAST]:
            continue
        mine = own_change(card, old, new, days, costs, moving)
        lost = old >= days
        allowed = 0.0
        if temperature > 0.0:
            allowed = -temperature * math.log(1.0 - uniform(state))
            if lost:
                allowed *= WARM
        if mine > allowed + reach:
            continue
        if pick < 0.25 or 0.5 <= pick < 0.6 or (lost and 0.5 <= pick < 0.75):
            value = mine
            for row in range(weighed):
                amount = loads[card[LOAD], row]
                if amount != 0.0:
                    value += weigh(cells, use, cell_of[new, row], amount)
                    if old < days:
                        value += weigh(cells, use, cell_of[old, row], -amount)
            if value > allowed + reach:
                continue
            value += gain(card, old, new, days, spans, rows, cell_of, up, down)
            if value > allowed or held[new] >= start[new + 1] - start[new]:
                continue
            q = card[CLASS]
            put(q, old, new, days, rows_start, rows, load, cell_of, cells, cell_days, use, up, down)
            rehang(i, old, new, bucket, start, held, place)
            day_of[i] = new
            total += value
            continue
        # A swap: of two orders of the other day, the one that loses less by itself.
        if held[new] == 0:
            continue
        j = np.int64(-1)
        theirs = 1e300
        for _ in range(2):
            other = np.int64(bucket[start[new] + below(state, held[new])])
            paper = cards[other]
            if lost:
                if paper[FORMER] == HELD:
                    continue
            elif old < paper[FIRST] or old > paper[LAST]:
                continue
            if paper[CLASS] == card[CLASS]:
                continue
            value = own_change(paper, new, old, days, costs, moving)
            if value < theirs:
                theirs = value
                j = other
        if j < 0:
            continue
        value = mine + theirs
        if value > allowed + reach:
            continue
        paper = cards[j]
        if card[LOAD] != paper[LOAD]:
            for row in range(weighed):
                more = loads[card[LOAD], row] - loads[paper[LOAD], row]
                if more != 0.0:
                    value += weigh(cells, use, cell_of[new, row], more)
                    if not lost:
                        value += weigh(cells, use, cell_of[old, row], -more)
        if lost:
            value += trade_gain(card, paper, new, rows, up, down)
        else:
            value += swap_gain(card, paper, old, new, spans, rows, cell_of, up, down)
        if value > allowed:
            continue
        q, p = card[CLASS], paper[CLASS]
        put(q, old, new, days, rows_start, rows, load, cell_of, cells, cell_days, use, up, down)
        put(p, new, old, days, rows_start, rows, load, cell_of, cells, cell_days, use, up, down)
        x, y = place[i], place[j]
        bucket[start[old] + x] = j
        bucket[start[new] + y] = i
        place[i], place[j] = y, x
        day_of[i], day_of[j] = new, old
        total += value
    return total


@entry
def cost_of(
    day_of: Any,
    alike: Any,
    costs: Any,
    cost_class: Any,
    former: Any,
    moving: Any,
    cells: Any,
    use: Any,
    days: int,
) -> float:
    """Return the whole cost of a state: the orders' own costs and all curves."""
    total = 0.0
    for i in range(day_of.shape[0]):
        day = day_of[i] if day_of[i] >= 0 else days
        total += own_cost(alike[i], day, costs, cost_class, former, moving, days)
    for c in range(cells.shape[0]):
        total += curve(cells, c, use[c])
    return total
