"""Generated ships: of the size asked for, each place within reach, the same for the same seed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.testing import generate_ship


@given(
    places=st.integers(1, 120),
    ports=st.integers(2, 20),
    fill=st.floats(0, 1),
    seed=st.integers(0, 1000),
    decks=st.integers(1, 6),
)
@settings(max_examples=60, deadline=None)
def test_ships_are_of_the_size_asked_for(
    places: int, ports: int, fill: float, seed: int, decks: int
) -> None:
    ship = generate_ship(places, ports, fill, seed, decks=min(decks, places))
    assert (ship.nodes, ship.ports) == (places + 1, ports)
    assert min(ship.distances[1:]) == 1
    aboard = [sum(one.cars for one in ship.demands if one.aboard(port)) for port in range(ports)]
    assert 0 < max(aboard) <= max(1, int(places * fill))
    assert ship == generate_ship(places, ports, fill, seed, decks=min(decks, places))


def test_other_seeds_give_other_ships() -> None:
    assert generate_ship(seed=1).edges != generate_ship(seed=2).edges


@pytest.mark.parametrize(
    "wrong", [{"places": 0}, {"ports": 1}, {"fill": 1.5}, {"fee": -1}, {"decks": 0}, {"decks": 99}]
)
def test_numbers_that_mean_nothing_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        generate_ship(**wrong)  # type: ignore[arg-type]
