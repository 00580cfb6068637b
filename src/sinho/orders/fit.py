"""Gives options to the cars of a group: as many as asked for, never against the option rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class OptionRules:
    """The option rules that hold for a model.

    Parameters
    ----------
    needs : mapping of str to set of str
        Options that each option requires, over others too; never itself.
    clashes : mapping of str to set of str
        Options that each option excludes, in both directions.
    """

    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    clashes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str]]) -> OptionRules:
        """Make rules of rows (option, ``requires`` or ``excludes``, other option)."""
        direct: dict[str, set[str]] = {}
        clashes: dict[str, set[str]] = {}
        for option, kind, other in rows:
            if kind == "requires":
                direct.setdefault(option, set()).add(other)
            else:
                clashes.setdefault(option, set()).add(other)
                clashes.setdefault(other, set()).add(option)
        needs: dict[str, frozenset[str]] = {}
        for option in direct:
            held, queue = {option}, [option]
            for item in queue:
                for other in sorted(direct.get(item, set()) - held):
                    held.add(other)
                    queue.append(other)
            needs[option] = frozenset(held - {option})
        return cls(needs, {name: frozenset(others) for name, others in clashes.items()})

    def broken_by(self, options: Iterable[str]) -> list[str]:
        """Return the rules that a set of options breaks, in words."""
        held = set(options)
        said = [
            f"{option} requires {other}"
            for option in sorted(held)
            for other in sorted(self.needs.get(option, frozenset()) - held)
        ]
        return said + [
            f"{option} excludes {other}"
            for option in sorted(held)
            for other in sorted(self.clashes.get(option, frozenset()) & held)
            if option < other
        ]


def fit_options(
    cars: int, quotas: Mapping[str, int], rules: OptionRules, chance: np.random.Generator
) -> dict[str, Bools]:
    """Choose which cars of a group have which options.

    Options that others require are given out first; among the rest, those with the most
    exclusions. Each is drawn without replacement among the cars that may have it: that have all
    it requires and nothing it excludes. Where these are too few, a blocking option is moved to
    another car, or a missing one is fetched from another car; then the draw goes on. Rules are
    never broken: where they leave no way, fewer cars have the option than asked for. An option
    that others require is given to at least as many cars as any of them.

    Parameters
    ----------
    cars : int
        Cars n of the group.
    quotas : mapping of str to int
        How many cars are to have each option.
    rules : OptionRules
        The rules.
    chance : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    dict of str to ndarray of bool, shape (n,)
        Cars that have each option; options that no car has are left out.
    """
    wanted = {name: min(count, cars) for name, count in quotas.items() if count > 0}
    for name in list(wanted):
        for base in rules.needs.get(name, frozenset()):
            wanted[base] = max(wanted.get(base, 0), wanted[name])
    has: dict[str, Bools] = {name: np.zeros(cars, dtype=np.bool_) for name in wanted}
    group = _Group(has, rules)
    done: set[str] = set()
    order = sorted(
        wanted,
        key=lambda o: (
            len(rules.needs.get(o, ())),
            -len(rules.clashes.get(o, ())),
            -wanted[o],
            o,
        ),
    )
    for name in order:
        if name in done:
            continue
        twins = [
            o
            for o in rules.needs.get(name, frozenset())
            if name in rules.needs.get(o, frozenset()) and o in wanted
        ]
        together = [name, *twins]
        done.update(together)
        group.give(together, max(wanted[o] for o in together), chance)
    return {name: held for name, held in has.items() if held.any()}


class _Group:
    """The cars of a group while options are given to them."""

    def __init__(self, has: dict[str, Bools], rules: OptionRules) -> None:
        self.has = has
        self.rules = rules

    def free(self, together: list[str]) -> Bools:
        """Return the cars that may have some options which only come together."""
        free = ~self.has[together[0]]
        for name in together:
            for base in self.rules.needs.get(name, frozenset()) - {*together}:
                free = free & self.has[base]
            for other in self.rules.clashes.get(name, frozenset()):
                if other in self.has:
                    free = free & ~self.has[other]
        return free

    def loose(self, name: str) -> Bools:
        """Return the cars that have an option which no other of their options requires."""
        loose = self.has[name].copy()
        for other, held in self.has.items():
            if name in self.rules.needs.get(other, frozenset()):
                loose &= ~held
        return loose

    def give(self, together: list[str], count: int, chance: np.random.Generator) -> None:
        """Give options that only come together to some cars."""
        free = np.flatnonzero(self.free(together))
        chosen = chance.permutation(free)[:count]
        for name in together:
            self.has[name][chosen] = True
        short = count - chosen.size
        if short <= 0:
            return
        for car in chance.permutation(np.flatnonzero(~self.has[together[0]])):
            if self._make_room(together, int(car), chance):
                for name in together:
                    self.has[name][car] = True
                short -= 1
                if not short:
                    return

    def _make_room(self, together: list[str], car: int, chance: np.random.Generator) -> bool:
        """Let a car take an option by moving one other option; return whether it can now."""
        blocking, missing = set(), set()
        for name in together:
            others = self.rules.clashes.get(name, frozenset())
            blocking |= {o for o in others if o in self.has and self.has[o][car]}
            bases = self.rules.needs.get(name, frozenset()) - {*together}
            missing |= {o for o in bases if not self.has[o][car]}
        if len(blocking) + len(missing) != 1:
            return False
        if blocking:
            (name,) = blocking
            takers = self.free([name])
            takers[car] = False
            if not self.loose(name)[car] or not takers.any() or self._has_twin(name):
                return False
            other = int(chance.choice(np.flatnonzero(takers)))
            self.has[name][car], self.has[name][other] = False, True
            return True
        (name,) = missing
        givers = self.loose(name)
        if not self.free([name])[car] or not givers.any() or self._has_twin(name):
            return False
        other = int(chance.choice(np.flatnonzero(givers)))
        self.has[name][car], self.has[name][other] = True, False
        return True

    def _has_twin(self, name: str) -> bool:
        return any(
            name in self.rules.needs.get(other, frozenset())
            for other in self.rules.needs.get(name, frozenset())
        )
