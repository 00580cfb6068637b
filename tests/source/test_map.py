"""The map of flows: all places within it, the short way round, names beside each other."""

from __future__ import annotations

import itertools
import re
from typing import Any

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sinho.report.drawing import text_width
from sinho.report.source.map import WIDTH, flow_map, view_of
from sinho.results import Sourcing
from sinho.results.sourcing import FLOWS

Places = dict[tuple[str, str], tuple[float, float]]


def plan_of(flows: list[tuple[str, str, float]]) -> Sourcing:
    """Return a plan of which nothing but its flows is known."""
    rows = [{"plant": p, "market": m, "cars": cars} for p, m, cars in flows]
    frame = pl.DataFrame(rows, schema={name: FLOWS[name] for name in ("plant", "market", "cars")})
    plan: Any = type("Plan", (), {"flows": frame})()
    made: Sourcing = plan
    return made


def names_of(svg: str) -> dict[str, tuple[float, float, float, float]]:
    """Return the boxes of names."""
    found = re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)"[^>]*>([^<]*)</text>', svg)
    return {
        f"{n} {text}": (
            float(x) - text_width(text, 11) / 2,
            float(y) - 8,
            float(x) + text_width(text, 11) / 2,
            float(y) + 2,
        )
        for n, (x, y, text) in enumerate(found)
    }


def apart(svg: str) -> bool:
    boxes = names_of(svg).values()
    return not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for a, b in itertools.combinations(boxes, 2)
    )


def test_names_of_close_places_stand_beside_each_other() -> None:
    places: Places = {
        ("plant", "Busan"): (128.9, 35.1),
        ("plant", "Kyushu"): (131.0, 33.8),
        ("plant", "부산 제2공장"): (129.0, 35.2),
        ("market", "KR"): (127.0, 37.5),
        ("market", "US"): (-118.2, 34.1),
    }
    plants = [name for kind, name in places if kind == "plant"]
    svg = flow_map(plan_of([(p, m, 9.0) for p in plants for m in ("KR", "US")]), places, "map")
    assert len(names_of(svg)) == len(places)
    assert apart(svg)


def test_a_plant_and_a_market_of_one_name_are_two_places() -> None:
    places: Places = {("plant", "EU"): (4.0, 51.0), ("market", "EU"): (12.0, 42.0)}
    svg = flow_map(plan_of([("EU", "EU", 9.0)]), places, "map")
    assert len(names_of(svg)) == 2


def test_places_without_coordinates_are_named() -> None:
    places: Places = {("plant", "Busan"): (128.9, 35.1), ("market", "KR"): (127.0, 37.5)}
    flows = [("Busan", "KR", 5.0), ("Busan", "미국 & 캐나다", 9.0)]
    svg = flow_map(plan_of(flows), places, "map")
    assert "Without latitude and longitude, market 미국 &amp; 캐나다 stands in the table" in svg
    alone = flow_map(plan_of(flows[1:]), places, "map")
    assert "<svg" not in alone
    assert "Without latitude" in alone


def curves(svg: str) -> list[tuple[float, ...]]:
    return [
        tuple(map(float, one))
        for one in re.findall(r"M([\d.-]+) ([\d.-]+)Q([\d.-]+) ([\d.-]+) ([\d.-]+) ([\d.-]+)", svg)
    ]


def test_cars_go_the_short_way_round_the_earth() -> None:
    """Over the date line, and over the Atlantic where the map of the whole earth is cut there."""
    places: Places = {
        ("plant", "Suva"): (178.4, -18.1),
        ("market", "Apia"): (-171.8, -13.8),
        ("plant", "Ghent"): (3.8, 51.1),
        ("market", "US"): (-74.0, 40.7),
        ("plant", "Busan"): (128.9, 35.1),
    }
    near = flow_map(plan_of([("Suva", "Apia", 5.0)]), places, "map")
    ((x, _, _, _, u, _),) = curves(near)
    assert 0 < x < u < WIDTH, "the view is moved, and nothing is cut"
    flows = [("Ghent", "US", 1.0), ("Busan", "US", 50.0), ("Busan", "Apia", 9.0), ("Suva", "US", 9)]
    flows.append(("Busan", "Apia", 9.0))
    for x, _, _, _, u, _ in curves(flow_map(plan_of(flows), places, "map")):
        assert abs(u - x) <= WIDTH / 2 + 1e-6


place = st.tuples(st.floats(-180, 180), st.floats(-70, 75))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(place, place, st.floats(1, 1e5)), min_size=1, max_size=12))
@example([((0.0, 0.0), (0.0, 0.0), 1.0)])
@example([((-180.0, 10.0), (180.0, 10.0), 1.0)])
def test_all_places_stand_within_the_map(ends: list[Any]) -> None:
    view = view_of(ends)
    for a, b, _ in ends:
        for x, y in (view.at(a), view.at(b)):
            assert -1e-6 <= x <= WIDTH + 1e-6
            assert -1e-6 <= y <= view.height + 1e-6
    places: Places = {("plant", f"plant {n}"): a for n, (a, _, _) in enumerate(ends)}
    places |= {("market", f"시장 {n}"): b for n, (_, b, _) in enumerate(ends)}
    flows = [(f"plant {n}", f"시장 {n}", cars) for n, (_, _, cars) in enumerate(ends)]
    assert apart(flow_map(plan_of(flows), places, "map"))
