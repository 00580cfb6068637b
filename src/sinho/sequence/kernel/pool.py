"""Layout of the one array of whole numbers that a search works on.

All that the kernel reads and writes lies in one array, so that a call hands over one array only
and a search can be copied, stopped and resumed as one piece. The first ``HEADER`` entries hold
sizes and the places where the parts begin.
"""

from __future__ import annotations

(
    SIZE,  # cars of the day
    HEAD,  # places before the first position
    PLACES,  # places in all
    CARS,  # cars, the one that stands for no car included
    WORDS,  # 64-bit words of an option mask
    RULES,  # ratio rules
    LEVELS,  # levels, hard rules (0) first
    PAIRS,  # neighbour rules
    TERMS,  # terms evaluated locally
    ROW,  # words of a bit set over places
    VALUES,  # values of a neighbour rule's attribute, at most, and one for no car
    ENTRIES,  # entries of a term's table
    FREE_COUNT,  # places that are not pinned
    ACTIVE,  # levels looked at: those from here on are neither evaluated nor kept in the counts
    TRADE,  # 1 where the last active level may pay for the one above it, at their prices
) = range(15)

(
    MASK,  # [car, word] options, one bit per ratio rule
    RULE,  # [ratio rule, 8] most, window, weight, first and last window that counts, level
    RATIO_START,  # [level + 1] where each level's ratio rules begin
    PAIR_START,
    TERM_START,
    LEVEL_MASK,  # [level, word] bits of the level's ratio rules
    ACTIVE_MASK,  # [word] bits of the active levels' ratio rules
    PAIR_VALUE,  # [neighbour rule, car] value of the attribute
    PAIR_COST,  # [neighbour rule, value in front, value behind] weighted cost
    PAIR_EVEN,  # [neighbour rule] whether the cost is the same both ways
    TERM,  # [term, 4] kind, level, weight
    TERM_VALUE,  # [term, car] value, 0 or 1 for an option, or work
    TERM_TABLE,  # [term, 2, entry] parameters
    PINNED,  # [place + 1] pinned places before each place
    FREE,  # [free place] places that are not pinned
    GROUP,  # [level + 1, car] group of cars alike in all that the levels above look at
    GROUP_START,  # [level, group + 1] where each group begins in GROUP_CARS
    GROUP_CARS,  # [level, car] cars by group
    FIT_START,  # [neighbour rule, group of its level, value] where these begin in FIT_CARS
    FIT_CARS,  # [neighbour rule, car] cars by group of the rule's level and value
    LIKE_START,  # [neighbour rule, value + 1] where each value begins in LIKE_CARS
    LIKE_CARS,  # [neighbour rule, car] cars by value
    LINE,  # [place] car at each place
    PLACE,  # [car] place of each car
    COUNTS,  # [ratio rule, place] cars with the option in the window that begins there
    BITS,  # [ratio rule, 3, word] windows above the limit, at or above it; places with the option
    RULE_COST,  # [ratio rule] cost
    TOTAL,  # [level] total
    CUMULATIVE,  # [term, place] cars so far, or where the worker stands
    KNOWN,  # [term, place] overload so far
    BUFFER,  # [place] cars of a move under way
    PRICE,  # [level] what a unit counts when worse orders are allowed
    AIM,  # [level] running sums of the chance that a move aims at the level, of 2**32
    BEST,  # [place] best order seen
    BEST_TOTAL,  # [level] its totals
    RANDOM,  # [1] state of the random numbers
    TALLY,  # [1] moves tried
) = range(15, 52)
HEADER = 52

OVER, TIGHT, HAS = 0, 1, 2
"""Bit sets of a ratio rule. Windows that do not count have neither of the first two."""

RUNS, SPREAD, BLOCKS, OVERLOAD, WINDOWS, STRETCH = 0, 1, 2, 3, 4, 5
"""Kinds of the terms that are evaluated locally."""

SWAP, LEFT, RIGHT, REFLECT, REARRANGE = 0, 1, 2, 3, 4
"""Moves: swap two cars; the first car of an interval to its end; the last to its front; reverse;
what stands in the buffer."""
