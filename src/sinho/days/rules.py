"""The rules of a day's sequence: what each counts, in which unit, and whether it is hard.

Every rule has a cost, a whole number of its smallest unit (``scale`` of them make one unit of the
figure that people read). A hard rule (``level`` is ``None``) must cost nothing; a soft one adds
``weight`` times its cost to the total of its level.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

THOUSANDTHS = 1000


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What all rules have in common.

    Parameters
    ----------
    name : str
        Name of the rule, unique in the day.
    level : int or None
        Priority level, 0 first; ``None`` makes the rule hard.
    weight : int
        What one unit of cost weighs against the other rules of the level.
    """

    name: str
    level: int | None = None
    weight: int = 1

    @property
    def hard(self) -> bool:
        """Whether the rule must cost nothing."""
        return self.level is None

    @property
    def scale(self) -> int:
        """How many units of the rule's whole-number cost make one unit of the figure."""
        return 1

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "violations"


@dataclass(frozen=True, kw_only=True)
class Ratio(Rule):
    """At most ``most`` cars with an option in any ``window`` consecutive positions.

    Cost: over all windows with a position of the day, the cars above ``most``. Windows that begin
    in the day before count its last cars. Windows that run past the end of the day are shortened,
    ``most`` unchanged (Solnon, Cung, Nguyen and Artigues 2008, European Journal of Operational
    Research 191, 912-927); with ``shortened=False`` only whole windows count (CSPLib prob001).

    Parameters
    ----------
    option : str
        The option counted.
    most : int
        Cars allowed per window, 0 or more.
    window : int
        Consecutive positions, 1 or more; with no more than ``most`` the rule says nothing.
    shortened : bool
        Whether windows that run past the end of the day count.
    first, last : int or None
        Positions to which the rule is confined: only windows that lie between them as a whole
        count. ``None`` for no such border.
    """

    option: str
    most: int
    window: int
    shortened: bool = True
    first: int | None = None
    last: int | None = None

    @property
    def confined(self) -> bool:
        """Whether the rule is about a part of the day."""
        return self.first is not None or self.last is not None

    @property
    def idle(self) -> bool:
        """Whether no order can break the rule."""
        return self.most >= self.window


@dataclass(frozen=True, kw_only=True)
class Changes(Rule):
    """Neighbours that differ in an attribute, such as colours; the last car before the day counts.

    Parameters
    ----------
    attribute : str
        The attribute compared.
    """

    attribute: str = "colour"

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "changes"


@dataclass(frozen=True, kw_only=True)
class RunLength(Rule):
    """Runs of one value of an attribute are neither too short nor too long, within the day.

    Cost: over all runs, the cars above ``most`` or missing to ``least``.

    Parameters
    ----------
    attribute : str
        The attribute.
    least : int
        Shortest run.
    most : int or None
        Longest run; ``None`` for any.
    value : str or None
        The value whose runs are meant; ``None`` for all values.
    """

    attribute: str = "colour"
    least: int = 1
    most: int | None = None
    value: str | None = None

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "cars"


@dataclass(frozen=True, kw_only=True)
class Spread(Rule):
    """An option is spread evenly over the day (heijunka).

    Cost: the squared distance of the cars so far from the straight line, summed over positions
    (Monden 1983, Toyota Production System; Miltenburg 1989, Management Science 35, 192-207). The
    line is taken in thousandths of a car, rounded down, so the cost is in millionths of a
    squared car.

    Parameters
    ----------
    option : str
        The option that is spread.
    """

    option: str

    @property
    def scale(self) -> int:
        """Millionths of a squared car."""
        return THOUSANDTHS * THOUSANDTHS

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "cars²"


@dataclass(frozen=True, kw_only=True)
class Forbidden(Rule):
    """Values of an attribute that may not follow each other; the last car before the day counts.

    Parameters
    ----------
    attribute : str
        The attribute.
    pairs : tuple of (str, str)
        The value in front and the value right behind it, in line direction.
    """

    attribute: str
    pairs: tuple[tuple[str, str], ...]

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "neighbours"


@dataclass(frozen=True, kw_only=True)
class Changeover(Rule):
    """Cost of a change from one value of an attribute to another between neighbours.

    The last car before the day counts. Costs are taken to a thousandth.

    Parameters
    ----------
    attribute : str
        The attribute.
    costs : tuple of (str, str, float)
        Value in front, value right behind it, cost of 0 or more.
    default : float
        Cost of a change between unlike values that ``costs`` does not name.
    """

    attribute: str
    costs: tuple[tuple[str, str, float], ...] = ()
    default: float = 0.0

    @property
    def scale(self) -> int:
        """Thousandths."""
        return THOUSANDTHS

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "cost"


@dataclass(frozen=True, kw_only=True)
class Maximum(Rule):
    """At most so many cars with an option in the day, or in each hour of it.

    Cost: over the blocks of ``per`` positions from the start of the day (the last may be shorter),
    the cars above ``most``.

    Parameters
    ----------
    option : str
        The option counted.
    most : int
        Cars allowed per block.
    per : int or None
        Positions per block, such as the cars per hour; ``None`` for the whole day.
    """

    option: str
    most: int
    per: int | None = None

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "cars"


@dataclass(frozen=True, kw_only=True)
class Overload(Rule):
    """Work that a station cannot finish within its length.

    A worker starts each car where the one before let go, at the earliest at the station's upstream
    border; what would lie beyond the downstream border is overload, done by a utility worker
    (Yano and Rachamadugu 1991, Management Science 37, 572-586). Times are taken to a thousandth of
    a minute. The worker stands at the upstream border when the day begins.

    Parameters
    ----------
    base : float
        Minutes that every car takes.
    times : tuple of (str, float)
        Option and the minutes that it adds.
    takt : float
        Minutes between two cars.
    length : float
        Length of the station in minutes of line travel, at least the takt.
    slow : tuple of (int, int), optional
        First and last position at which all work takes twice its time.
    """

    base: float
    times: tuple[tuple[str, float], ...]
    takt: float
    length: float
    slow: tuple[int, int] | None = None

    @property
    def scale(self) -> int:
        """Thousandths of a minute."""
        return THOUSANDTHS

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "minutes"


@dataclass(frozen=True, kw_only=True)
class Windows(Rule):
    """Cars that have to stand between an earliest and a latest position.

    Cost: positions too early or too late, summed over the cars.

    Parameters
    ----------
    windows : tuple of (str, int, int)
        Car, earliest and latest position; the first position of the day is 1.
    """

    windows: tuple[tuple[str, int, int], ...]

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "positions"


@dataclass(frozen=True, kw_only=True)
class Pinned(Rule):
    """Cars that stand at a given position; always hard.

    Parameters
    ----------
    pins : tuple of (str, int)
        Car and its position; the first position of the day is 1.
    """

    pins: tuple[tuple[str, int], ...]

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "cars"

    @cached_property
    def position_of(self) -> dict[str, int]:
        """Position per car."""
        return dict(self.pins)


@dataclass(frozen=True, kw_only=True)
class Frozen(Rule):
    """The first cars of the day stay in the order in which they are listed; always hard.

    Parameters
    ----------
    first : int
        How many cars stay.
    """

    first: int

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return "cars"
