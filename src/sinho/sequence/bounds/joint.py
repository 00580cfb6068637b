"""Proven lower bounds of lines that share booths."""

from __future__ import annotations

from sinho.days.joint import JointDay
from sinho.sequence.bounds import Bounds, bounds


def joint_bounds(joint: JointDay) -> Bounds:
    """Return proven lower bounds of the levels: sums of those of the lines and of the booths.

    Parameters
    ----------
    joint : JointDay
        The day.

    Returns
    -------
    Bounds
        In the units of ``JointDay.whole``; the reasons name the lines and booths.
    """
    days = [*joint.lines, *joint.booth_days]
    names = [*(line.line for line in joint.lines), *(booth.shop for booth in joint.booths)]
    found = [bounds(day) for day in days]
    totals = joint.summed([one.totals for one in found])
    levels = range(len(joint.levels))
    return Bounds(
        rules=tuple(rule for one in found for rule in one.rules),
        totals=totals,
        figures=tuple(totals[level] / joint.whole.level_scale(level) for level in levels),
        reasons=tuple(
            "; ".join(
                f"{name}: {one.reasons[level]}"
                for name, one in zip(names, found, strict=True)
                if one.totals[level]
            )
            for level in levels
        ),
        groups=tuple(tuple(g for one in found for g in one.groups[level]) for level in levels),
    )
