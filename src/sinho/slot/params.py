"""What slotting is asked to weigh: one frozen set of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

from sinho.hub import Hub
from sinho.parameters import Parameters, bounded

EFFORT = ("iterations", "threads")
"""Parameters that settle how hard to try, not what costs what."""


@dataclass(frozen=True)
class Params(Parameters):
    """Weights and zones of slotting; costs are in cost units, as table ``slotting`` gives them.

    Parameters
    ----------
    lead_days : int
        Calendar days from the day built to the hand-over at the port, or to the dealer's carrier.
    ahead_days : int
        Calendar days after the last day's cars are ready up to which an order may be wanted; one
        wanted later waits for a later run, unless it has a day already.
    frozen_days : int
        Working days from the first one on whose former slots do not change.
    firm_days : int
        Working days from the first one on, the frozen ones included, whose former slots cost
        ``firm_cost`` more to change.
    late_cost : float
        Cost of a car and day of leaving after the wanted date, at priority 2; halved with each
        priority after it, doubled before.
    early_cost : float
        Cost of a car and day in stock, from the day it is ready to the day wanted.
    moved_cost : float
        Cost of a car whose former slot changes.
    firm_cost : float
        The same inside the firm zone, on top of ``moved_cost``.
    line_cost : float
        Cost of a car on a line that is not preferred for its model.
    split_cost : float
        Cost of a car by which a line builds more or less of a model in a month than about what
        the plan builds there (see ``Input.splits``).
    level_cost : float
        Cost of a car with an option above or below the band round the option's even share of a day.
    limit_cost : float
        Cost of a car with an option above what the ratio rules of the sequence can bear.
    volume_cost : float
        Cost of a car above or below the (narrow) band round a day's even number of cars.
    mix_cost : float
        The same as ``level_cost``, for models.
    colour_cost : float
        Cost of a car that a colour's batch is short of ``batch`` on a day that has the colour.
    unslotted_cost : float
        Cost of an order that gets no day, on top of what it is late by when it is built after the
        last one.
    band : float
        Half the width of the band round an even share, as a share of it.
    batch : int
        Cars of one colour on a day from which on they make full batches.
    fill : float
        Share of a ratio rule's capacity up to which a day is filled without cost.
    iterations : int or None
        Moves per thread; None: as many as the time allows, and without a time 400 for each order
        and at least 200,000 of all threads together.
    threads : int
        Threads used.
    """

    lead_days: int = bounded(2, least=0)
    ahead_days: int = bounded(30, least=0)
    frozen_days: int = bounded(3, least=0)
    firm_days: int = bounded(10, least=0)
    late_cost: float = bounded(10.0, least=0)
    early_cost: float = bounded(1.0, least=0)
    moved_cost: float = bounded(5.0, least=0)
    firm_cost: float = bounded(20.0, least=0)
    line_cost: float = bounded(5.0, least=0)
    split_cost: float = bounded(10.0, least=0)
    level_cost: float = bounded(2.0, least=0)
    limit_cost: float = bounded(20.0, least=0)
    volume_cost: float = bounded(20.0, least=0)
    mix_cost: float = bounded(1.0, least=0)
    colour_cost: float = bounded(1.0, least=0)
    unslotted_cost: float = bounded(1000.0, least=0)
    band: float = bounded(0.1, least=0, most=1)
    batch: int = bounded(6, least=0)
    fill: float = bounded(0.95, above=0, most=1)
    iterations: int | None = bounded(None, least=1)
    threads: int = bounded(1, least=1)

    @property
    def weights(self) -> dict[str, float]:
        """What weighs what, by name: all but the effort."""
        return {name: value for name, value in asdict(self).items() if name not in EFFORT}

    @classmethod
    def from_hub(cls, hub: Hub) -> Params:
        """Return the parameters that table ``slotting`` of a hub gives."""
        given = hub.slotting
        return cls.load({one.name: given.get(one.name) for one in fields(cls)})

    def _at_odds(self) -> Iterator[tuple[str, str]]:
        if self.firm_days < self.frozen_days:
            yield "firm_days", "it counts the frozen days too, so it must be frozen_days or more"
