"""Layout of the array of a joint search: several lines, and the booths that their cars share.

Each line, and each booth with the merged order of its lines, is a *view*: a search of its own,
whose array is laid out as in `kernel.pool`, and whose counts say what a move changes there. Lines
come first. The array of the joint search begins as those do (its line are the cars of all lines,
one line's behind the other's; its totals are sums over the views) and goes on as here.
"""

from __future__ import annotations

from sinho.sequence.kernel.pool import HEADER

(
    LINES,  # lines
    VIEWS,  # lines and booths
    MOST_PLACES,  # places of a view, at most
    MOST_PAIRS,  # neighbour rules of a view, at most
    MOST_VALUES,  # values of a neighbour rule, at most
    ADDRESS,  # [view] where its array lies
    OWNER,  # [view, place] line of the car that stands there
    SPOT,  # [view, place] its place on that line
    AT,  # [view, line, place of the line] place in the view; -1 where the line passes elsewhere
    SHIFT,  # [view, line] number of the line's first car in the view
    START,  # [line + 1] where its cars begin on the joint line
    TWIN,  # [view, neighbour rule, line] the line's rule that compares the same attribute
    CODE,  # [view, neighbour rule, line, value] the line's code of a value, or -1
    COUNTED,  # [level + 1] where each level begins in PAIR_LIST
    PAIR_LIST,  # [neighbour rules that count, 2] view and rule
    RATIOS,  # [level] ratio rules and terms of all views
    MOVE,  # [view, 3] kind and places of the move under way
) = range(HEADER, HEADER + 17)
JOINT_HEADER = HEADER + 17

STILL = -1
"""Kind of a move that a view has no part in."""
