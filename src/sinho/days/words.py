"""What a rule demands, and what it costs, in words."""

from __future__ import annotations

from sinho.days.rules import (
    Changeover,
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    Rule,
    RunLength,
    Spread,
    Windows,
)


def amount(rule: Rule, figure: float) -> str:
    """Return a cost of a rule with its unit.

    Parameters
    ----------
    rule : Rule
        The rule.
    figure : float
        Cost in the rule's unit.

    Returns
    -------
    str
        Such as ``1 violation`` or ``2.5 minutes``.
    """
    unit = rule.unit.removesuffix("s") if figure == 1 else rule.unit
    return f"{figure:,.{0 if figure == round(figure) else 3}f} {unit}"


def say(rule: Rule) -> str:
    """Return what a rule demands, in words.

    Parameters
    ----------
    rule : Rule
        A rule.

    Returns
    -------
    str
        Its name and its figures.
    """
    match rule:
        case Ratio():
            what = f"at most {rule.most} of {rule.window} cars in a row with {rule.option}"
            if rule.confined:
                what += f", from position {rule.first or 1} to {rule.last or 'the end'}"
        case Changes():
            what = f"no change of {rule.attribute}"
        case RunLength():
            whose = rule.attribute if rule.value is None else f"{rule.attribute} {rule.value}"
            most = f"{rule.least} or more" if rule.most is None else f"{rule.least} to {rule.most}"
            what = f"runs of {most} cars of one {whose}"
        case Spread():
            what = f"{rule.option} exactly on the straight line"
        case Forbidden():
            pairs = [f"{front} before {behind}" for front, behind in rule.pairs]
            what = f"no {rule.attribute} " + ", ".join(pairs[:4]) + (", …" if pairs[4:] else "")
        case Changeover():
            what = f"no change of {rule.attribute} that costs anything"
        case Maximum():
            per = "the day" if rule.per is None else f"{rule.per} positions"
            what = f"at most {rule.most} cars with {rule.option} in {per}"
        case Overload():
            what = (
                f"all work done at a takt of {rule.takt:g} in a station of {rule.length:g} minutes"
            )
            if rule.slow is not None:
                what += f", at half rate from position {rule.slow[0]} to {rule.slow[1]}"
        case Windows():
            one = len(rule.windows) == 1
            what = "1 car within its" if one else f"{len(rule.windows)} cars within their"
            what += " positions"
        case Pinned():
            one = len(rule.pins) == 1
            what = "1 car pinned to its" if one else f"{len(rule.pins)} cars pinned to their"
            what += " position" if one else " positions"
        case Frozen():
            what = "the first car stays" if rule.first == 1 else f"the first {rule.first} cars stay"
        case _:
            raise TypeError(f"rule {rule.name!r} is of an unknown kind, {type(rule).__name__}")
    return f"{rule.name}: {what}"
