"""Sequencing: an anytime search, fixed by seed and number of moves."""

from __future__ import annotations

from collections.abc import Sequence

from sinho import results
from sinho.days.changes import Change
from sinho.days.check import check_day
from sinho.days.day import Day
from sinho.days.joint import JointDay
from sinho.errors import Infeasible
from sinho.parameters import SEED, check_seed
from sinho.sequence.data import Input, Orders, Result, result_of, unsearched
from sinho.sequence.explain import explain
from sinho.sequence.params import Params
from sinho.stop import Both, NoLimit, Report, StopRule, TimeLimit

DEFAULT_SECONDS = 20.0
"""Time of a search that nothing else ends."""

ALONE = 0.3
"""Share of the moves, or of the time, in which each of several lines is first sequenced alone."""

ROUND = 400
"""Moves that going through the stages of a search once is worth, for each pair of cars."""

SHORTEST = 0.05
"""Seconds in which a line is sequenced alone, at least."""


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Result:
    """Find the order in which a day's cars are built, or repair the one that stands.

    Local search with swaps, insertions, reflections and shuffles, and moves that merge and move
    batches, evaluated by bit counts; one level after the other by simulated annealing, which never
    gives up what a level above has won (after Estellon, Gardi and Nouioua 2008, and Briant, Naddef
    and Mounie 2008, both European Journal of Operational Research 191). Several threads search from
    their own seeds and go on from the best of them after each stage.

    Lines that share booths are each sequenced alone first, the rules of their booths counted along
    them; then all are searched together, in the same stages: moves on one line, and turns of
    batches over all lines of a booth, each counted on the lines and on the merged orders of the
    booths.

    An order to which changes come is repaired, moving a car only where that pays. A car counts as
    moved when it is not in a longest common subsequence of the old and the new order: cars that
    only shift because one was taken out before them have not moved. Hard rules are repaired at any
    price. Then each level in turn is brought back to what it was before the change: cars around the
    disturbance are swapped, put in elsewhere or turned round as long as that lowers the level by at
    least ``Params.keep`` for each car moved and raises none before it. In the end cars are put back
    that need not have moved.

    Parameters
    ----------
    input : Input
        The day; the order to go on from, where one stands; changes.
    params : Params, optional
        How hard to search.
    stop : StopRule, optional
        When to stop and hand back the best order so far.
    seed : int
        Seed of the random numbers.
    progress : callable, optional
        Called with `sinho.stop.Progress` about ten times a second.

    Returns
    -------
    Result
        The order or orders, their score, bounds, how they were found, and what a repair moved.

    Raises
    ------
    DataError
        When the day, the order to start from or a change cannot be meant.
    Infeasible
        When hard rules, those of the changes included, contradict each other.
    ValueError
        When the seed is negative.
    """
    params = params or Params()
    check_seed(seed)
    for day in input.days:
        check_day(day)
    if input.changes:
        from sinho.sequence.resequence import repaired
        from sinho.sequence.warm import warm_repair

        warm_repair()
        return repaired(input, params, _ends(params, stop), seed, progress)
    if params.iterations == 0:
        least = explain(input, "bounds")
        given = unsearched(input.day, "given", seed) | {"threads": 0}
        return result_of(input, params, input.orders, least, given)
    # these load the compiled search and a solver
    from sinho.sequence.annealing import search_levels
    from sinho.sequence.contradictions import claimed_twice, contradictions
    from sinho.sequence.joint_arrays import joint_walkers
    from sinho.sequence.start import day_walkers
    from sinho.sequence.walk import RoundClock, Walker
    from sinho.sequence.warm import warm_joint, warm_search

    check = contradictions if params.strict else claimed_twice
    clashes = [text for day in input.days for text in check(day)]
    if clashes:
        raise Infeasible(clashes)
    (warm_search if input.joint is None else warm_joint)()
    rule, moves, start = _ends(params, stop), params.iterations, input.start
    if rule is None:
        rule = NoLimit() if moves else TimeLimit(DEFAULT_SECONDS)
    walkers: Sequence[Walker]
    if input.joint is None:
        first = None if start is None else input.order
        walkers, constant = day_walkers(input.day, first, seed, params.threads)
    else:
        if start is None:
            apart = max(1, int(moves * ALONE)) if moves else 0
            moves = max(1, moves - apart) if moves else None
            start = _each_alone(input.joint, rule, apart, seed, progress)
        walkers, constant = joint_walkers(input.joint, start, seed, params.threads)
    clock = RoundClock(rule, moves, typical=ROUND * input.day.size**2)
    found, least, how = search_levels(input, walkers, constant, clock, start is not None, progress)
    at, orders = 0, dict[str, tuple[str, ...]]()
    for line in input.lines:
        orders[line.line] = found[at : at + line.size]
        at += line.size
    return result_of(input, params, orders, least, how | {"seed": seed})


def _ends(params: Params, stop: StopRule | None) -> StopRule | None:
    """Return when to stop, by a rule and by the time of the parameters."""
    if params.seconds is None:
        return stop
    limit = TimeLimit(params.seconds)
    return limit if stop is None else Both(stop, limit)


def _each_alone(
    joint: JointDay, stop: StopRule, moves: int, seed: int, progress: Report | None
) -> Orders:
    """Sequence each line alone, in its share of the moves, or else of the time."""
    found = {}
    left = stop.seconds_left
    for at, line in enumerate(joint.lines):
        share = line.size / joint.whole.size
        own, seconds = max(1, int(moves * share)) if moves else None, None
        if own is None and left == float("inf"):
            own = ROUND * line.size**2
        elif own is None:
            seconds = max(SHORTEST, left * ALONE * share)
        found[line.line] = solve(
            Input.from_day(joint.alone(at)),
            Params(iterations=own, seconds=seconds, strict=False),
            stop=stop,
            seed=seed + at,
            progress=progress,
        ).sequence.order
    return found


def resequence_day(
    day: Day,
    order: Sequence[str],
    changes: Change | Sequence[Change],
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Result:
    """Repair the order of a day's cars when something has come in between.

    Parameters
    ----------
    day : Day
        The cars and the rules.
    order : sequence of str
        Idents in the order that stands.
    changes : change or sequence of changes
        What has come in between, of `sinho.days.changes`.
    params : sinho.sequence.Params, optional
        How hard to try, and what a moved car weighs (``keep``).
    stop, seed, progress
        As of `solve`.

    Returns
    -------
    Result
        The repaired sequence, and in ``repair`` what has moved, and why.

    Raises
    ------
    DataError
        When the day, the order or a change breaks the rules.
    """
    given = Input.from_day(day, start=order, changes=changes)
    return solve(given, params, stop=stop, seed=seed, progress=progress)


def sequence_day(
    day: Day,
    *,
    start: Sequence[str] | None = None,
    stop: StopRule | None = None,
    iterations: int | None = None,
    seed: int = SEED,
    threads: int = 1,
    progress: Report | None = None,
    strict: bool = True,
) -> results.Sequence:
    """Find the order in which a day's cars are built.

    Parameters
    ----------
    day : Day
        The cars and the rules.
    start : sequence of str, optional
        Idents in the order to go on from; without one, the search builds its own.
    stop : StopRule, optional
        When to stop and hand back the best order so far; 20 seconds where neither this nor a number
        of iterations is given.
    iterations : int, optional
        Moves per thread. With it, the result depends on the day, the start, the seed and the
        number of threads alone, unless the stop rule ends the search before.
    seed : int
        Seed of the random numbers.
    threads : int
        Searches side by side.
    progress : callable, optional
        Called with the best figures about ten times a second.
    strict : bool
        Whether to refuse a day whose hard rules contradict each other. Else its order breaks them
        as little as the search finds; only cars that cannot all have the positions that they need
        are refused.

    Returns
    -------
    Sequence
        The order, its score, its bounds and how it was found.

    Raises
    ------
    DataError
        When the day, or the order to start from, breaks its rules, or a parameter its bounds.
    Infeasible
        When hard rules contradict each other.
    ValueError
        When the seed is negative.
    """
    params = Params(iterations=iterations, threads=threads, strict=strict)
    made = solve(Input.from_day(day, start=start), params, stop=stop, seed=seed, progress=progress)
    return made.sequence
