"""One row of the yard, from its first car to its last.

Cars drive in as far as they can. When one is fetched, those that leave later and stand in its way
are driven out and put back, who leaves last deepest. Each of them is a move. More than have to be
may be driven out with them, and some when a car comes, so that the row is sorted once.
"""

from __future__ import annotations

from sinho.kernels.compile import entry, inlined, inner
from sinho.ship.yard.kernel.data import (
    BACK,
    BEFORE,
    CHANGED,
    FAR,
    IN,
    MIXED,
    MOVE,
    OUT,
    Longs,
    Small,
    State,
    Stays,
)

IMPOSSIBLE = -1
JAMMED = 1 << 50
"""Cost of a row that has no room for its own stays: a car fewer may stand in another's way in."""


@inlined
def note(log: Longs, key: int, x: int, old: int, new: int, what: int) -> None:
    """Write a line of the log, where one is kept; its first number counts the lines."""
    if log.shape[0] > 1:
        at = log[0, 0] + 1
        log[0, 0] = at
        log[at, 0], log[at, 1], log[at, 2], log[at, 3], log[at, 4] = key, x, old, new, what


@inner
def by_leaving(out: Small, begin: int, end: int, leave: Longs) -> None:
    """Sort cars that were driven out: who leaves last comes first; of equals, who was deeper."""
    for i in range(begin + 1, end):
        x = out[i]
        j = i - 1
        while j >= begin and leave[out[j]] < leave[x]:
            out[j + 1] = out[j]
            j -= 1
        out[j + 1] = x


@inner
def cuts(line: Small, places: int, ends: int, due: int, leave: Longs) -> tuple[int, int]:
    """Return the places up to which the front and from which the back is driven out."""
    total = 0
    for p in range(places):
        if line[p] >= 0 and leave[line[p]] != due:
            total += 1
    front, back = -1, places
    least = 1 << 30
    staying, before, last = 0, 0, -1
    for p in range(places):
        x = line[p]
        if x < 0:
            continue
        if leave[x] != due:
            staying += 1
            continue
        # what leaves before here goes by the front, what leaves from here on by the back
        cost = before + total - staying
        if cost < least and (ends == 2 or last < 0):
            least, front, back = cost, last, p
        before, last = staying, p
    if ends == 2 and before <= least:
        front, back = last, places
    return front, back


@inner
def fetch(y: Stays, b: State, line: Small, places: int, ends: int, due: int, log: Longs) -> int:
    """Fetch the cars that leave at a key from a row; return how many are moved.

    ``line`` tells who stands in each of its places.
    """
    out, leave = b.out, y.leave
    front, back = cuts(line, places, ends, due, leave)
    more = 0
    for p in range(places):
        if line[p] >= 0 and leave[line[p]] == due:
            more = max(more, y.beyond[line[p]])
    if back == places and more > 0:
        while front + 1 < places and more > 0:
            front += 1
            more -= line[front] >= 0
    while back - 1 > front and more > 0:
        back -= 1
        more -= line[back] >= 0
    count = 0
    for p in range(front, -1, -1):
        x = line[p]
        if x >= 0:
            note(log, due, x, p, -1, OUT)
            if leave[x] != due:
                out[count] = x
                count += 1
            line[p] = -1
    low, high = back, front
    for p in range(front + 1, back):
        if line[p] >= 0:
            low = min(low, p)
            high = p
    ahead = count
    for p in range(back, places):
        x = line[p]
        if x >= 0:
            note(log, due, x, p, -1, OUT)
            if leave[x] != due:
                out[count] = x
                count += 1
            line[p] = -1
    if low > high:  # none is left: all come back from the first place on
        ahead, high = 0, -1
    by_leaving(out, 0, ahead, leave)
    by_leaving(out, ahead, count, leave)
    for i in range(count):
        x = out[i]
        p = low - 1 - i if i < ahead else high + 1 + i - ahead
        line[p] = x
        note(log, due, x, -1, p, BACK)
        if b.moved[x] == 0:
            b.first[x] = due
        b.moved[x] += 1
    return count


@inner
def shut_in(y: Stays, line: Small, places: int, x: int, front: bool) -> int:
    """Count who leaves before a car and has no way but by the end at which that car comes in."""
    mine = y.leave[x]
    shut, latest = 0, 0
    for p in range(places):
        z = line[p]
        if z < 0:
            continue
        due = y.leave[z]
        if due < mine:
            by_front, by_back = due >= latest, True
            for q in range(p + 1, places):
                if line[q] >= 0 and y.leave[line[q]] > due:
                    by_back = False
                    break
            if by_front != by_back and by_front == front:
                shut += 1
        latest = max(latest, due)
    return shut


@inner
def way_in(y: Stays, line: Small, places: int, ends: int, x: int) -> int:
    """Return the place that a car takes; `IMPOSSIBLE` where a row has none that can be reached.

    Where both ends are free, it comes in as it wishes, else by the end at which it shuts in fewer.
    In a row open at both it may wish to leave places free behind it, for cars by the other end.
    """
    low, high = -1, -1
    for p in range(places):
        if line[p] >= 0:
            if low < 0:
                low = p
            high = p
    wish = int(y.wish[x])
    if high < 0:
        return wish % places if ends == 2 and wish >= 0 else 0
    gap = wish // 2 - places // 2 if ends == 2 else 0
    after = IMPOSSIBLE
    if high + 1 < places:
        after = high + 1 + max(0, min(gap, places - 2 - high))
    if ends == 1 or low == 0:
        return after
    ahead = low - 1 - max(0, min(gap, low - 1))
    if high + 1 == places:
        return ahead
    if wish >= 0:
        return ahead if wish % 2 == 1 else after
    front = shut_in(y, line, places, x, True) < shut_in(y, line, places, x, False)
    return ahead if front else after


@inner
def come_under(y: Stays, b: State, line: Small, places: int, ends: int, x: int, log: Longs) -> int:
    """Let a car come in with some that are driven out for it; return how many these are.

    `IMPOSSIBLE` where they have no room together.
    """
    out, key = b.out, y.enter[x]
    front = ends == 2 and y.wish[x] > 0 and y.wish[x] % 2 == 1
    p, step = (0, 1) if front else (places - 1, -1)
    count = 0
    while 0 <= p < places and count < y.under[x]:
        z = line[p]
        if z >= 0:
            note(log, key, z, p, -1, OUT)
            line[p] = -1
            out[count] = z
            count += 1
        p += step
    while 0 <= p < places and line[p] < 0:
        p += step
    if p < 0 or p >= places:  # none is left: all come in from the first place on
        p, step = -1, -1
    if count == places or not 0 <= p - step * (count + 1) < places:
        return IMPOSSIBLE
    moved = count
    out[count] = x
    by_leaving(out, 0, count + 1, y.leave)
    for i in range(count + 1):
        z = out[i]
        p -= step
        line[p] = z
        if z == x:
            note(log, key, x, -1, p, IN)
            continue
        note(log, key, z, -1, p, BACK)
        if b.moved[z] == 0:
            b.first[z] = before_coming(y, x)
        b.moved[z] += 1
    return moved


@inlined
def due_of(line: Small, places: int, leave: Longs) -> int:
    """Return the key at which the next cars of a row leave."""
    due = FAR
    for p in range(places):
        if line[p] >= 0 and leave[line[p]] < due:
            due = int(leave[line[p]])
    return due


@inner
def ran(y: Stays, b: State, r: int, count: int, most: int, own: bool, log: Longs) -> int:
    """Return the cost of a row with the stays of ``list``; `IMPOSSIBLE` without room for them.

    It is looked at no further once it costs more than ``most``. Where they are its ``own``, all of
    them, what it has cost before each is kept.
    """
    line, leave = b.line, y.leave
    places, ends = int(y.places[r]), int(y.ends[r])
    for p in range(places):
        line[p] = -1
    cost, due = 0, FAR
    top = 0  # the next free place of a row open at one end
    for a in range(count):
        x = b.list[a]
        b.moved[x] = 0
        if due < y.enter[x]:
            while due < y.enter[x]:
                cost += int(y.cost[MOVE]) * fetch(y, b, line, places, ends, due, log)
                due = due_of(line, places, leave)
            if cost > most:
                return cost
            top = places
            while top > 0 and line[top - 1] < 0:
                top -= 1
        if own:
            b.spent[r, a] = cost
        if y.seat[x] >= 0 and y.enter[x] < 0:
            p = int(y.seat[x])
            line[p] = x
            note(log, y.enter[x], x, -1, p, IN)
        elif y.under[x] > 0:
            moved = come_under(y, b, line, places, ends, x, log)
            if moved == IMPOSSIBLE:
                return IMPOSSIBLE
            cost += int(y.cost[MOVE]) * moved
            p = places - 1
            while line[p] < 0:
                p -= 1
        else:
            if ends == 2:
                p = way_in(y, line, places, ends, x)
            else:
                p = top if top < places else IMPOSSIBLE
            if p == IMPOSSIBLE:
                return IMPOSSIBLE
            for q in range(max(0, p - 1), min(places, p + 2)):
                if line[q] >= 0 and y.lot[line[q]] != y.lot[x]:
                    cost += int(y.cost[MIXED])
            line[p] = x
            note(log, y.enter[x], x, -1, p, IN)
        top = p + 1
        if own:
            b.depth[r, a] = top
        if y.former[x] >= 0 and y.former[x] != r:
            cost += int(y.cost[CHANGED])
        due = min(due, int(leave[x]))
    while due < FAR and cost <= most:
        cost += int(y.cost[MOVE]) * fetch(y, b, line, places, ends, due, log)
        due = due_of(line, places, leave)
    return cost


@inner
def counted(y: Stays, b: State, r: int, log: Longs) -> int:
    """Return the cost of a row with its own stays; `JAMMED` where it has no room for them."""
    reach, head = -FAR, 0
    for a in range(b.sizes[r]):
        x = b.member[r, a]
        if reach < y.enter[x]:
            head = a
        reach = max(reach, y.leave[x])
        b.list[a], b.reach[r, a], b.head[r, a] = x, reach, head
        b.comes[r, a], b.goes[r, a] = y.enter[x], y.leave[x]
    cost = ran(y, b, r, b.sizes[r], JAMMED, True, log)
    return JAMMED if cost == IMPOSSIBLE else cost


@inlined
def before_coming(y: Stays, x: int) -> int:
    """Return the key at which cars are driven out when a stay begins.

    A stay behind a move begins one key behind that move's, at which its car is driven out itself.
    """
    return int(y.enter[x] - (BEFORE if y.enter[x] % 2 == 0 else 1))


@entry
def recorded(y: Stays, b: State, log: Longs) -> int:
    """Count all rows anew and log what happens; return how many lines the log has.

    Parameters
    ----------
    y, b : Stays, State
        Stays and state; ``price`` is written.
    log : ndarray of int64, shape (lines + 1, 5)
        From its second line on: key, stay, place left, place taken (-1: none), what. One line
        alone: nothing is logged.
    """
    log[0, 0] = 0
    for r in range(b.sizes.shape[0]):
        b.price[r] = counted(y, b, r, log)
    return int(log[0, 0])
