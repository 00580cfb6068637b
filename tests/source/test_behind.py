"""Plants whose shift steps come from the hub behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sinho.errors import DataError
from sinho.hub import network_from_tables, read_hub, read_network, write_hub
from sinho.plan import Input as PlanInput
from sinho.run import example_path
from sinho.source import Input
from tests.quote.small import plant
from tests.source.networks import tiny
from tests.test_cli import sinho_cli

NEAR = {"plant": "near", "step": "one", "start": "2020-01", "capacity": 200}


def tables(hub: str, **changed: Any) -> dict[str, Any]:
    """Return the tiny network with a hub behind its plant far."""
    plants = [{"plant": "near", "country": "AA"}, {"plant": "far", "country": "BB", "hub": hub}]
    return tiny(**{"plants": plants, "plant_steps": [NEAR], **changed})


def written(folder: Path, hub: str = "works", **changed: Any) -> Path:
    """Write such a network, and the hub beside its tables; return the folder."""
    write_hub(plant(), folder / "works")
    for name, rows in tables(hub, **changed).items():
        heads = list(dict.fromkeys(key for row in rows for key in row))
        lines = [",".join(heads), *(",".join(str(r.get(h, "")) for h in heads) for r in rows)]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@pytest.mark.parametrize(
    ("start", "end", "cars"),
    [
        ("2026-02", "2026-04", [1600, 1760, 1760]),
        ("2026-01", "2026-02", [1600, 1600]),
        ("2026-04", "2026-06", [1760, 1760, 1760]),
    ],
)
def test_capacity_is_what_the_shops_build(
    start: str, end: str, cars: list[float], tmp_path: Path
) -> None:
    """10 cars an hour on 8 hours of 20 and 22 days; months outside are like the nearest."""
    network = [{"name": "two", "currency": "EUR", "start": start, "end": end}]
    far = Input.from_network(read_network(written(tmp_path, network=network))).plants[1]
    assert far.steps == ("one shift",)
    assert far.capacity.tolist() == [pytest.approx(cars)]


def test_busan_builds_by_its_shifts_what_its_narrowest_shop_does() -> None:
    hub = read_hub(example_path("busan"))
    rate = {"currency": hub.settings.currency, "start": "2020-01-01", "rate": 0.001}
    given = tables(str(example_path("busan")), currencies=[rate])
    first = PlanInput.from_hub(hub).data.spans[0].month
    network = {"name": "two", "currency": "EUR", "start": f"{first:%Y-%m}", "end": f"{first:%Y-%m}"}
    given["network"] = [network]
    far = Input.from_network(network_from_tables(given)).plants[1]
    own = PlanInput.from_hub(hub).data
    some, every = own.passes.any(axis=1), own.passes.all(axis=1)
    for step, capacity, labour in zip(far.steps, far.capacity[:, 0], far.labour[:, 0], strict=True):
        shifts = 1 if step == "one shift" else int(step.split()[0])
        hours, paid = np.zeros(len(own.groups)), 0.0
        for g in range(len(own.groups)):
            mine = [n for n, one in enumerate(own.patterns) if one.group == g]
            fit = [n for n in mine if own.patterns[n].shifts <= shifts] or mine[:1]
            n = max(fit, key=lambda n: own.patterns[n].shifts)
            hours[g] = own.pattern_hours[n, 0]
            paid += own.patterns[n].cost_per_day * own.days[g, 0]
        units = own.rate[:, 0] * own.availability * hours[own.shop_group]
        most = own.load_route.max(axis=1)
        assert capacity >= (units[some] / most[some]).min() * (1 - 1e-9)
        least = np.where(own.load_route > 0, own.load_route, np.inf).min(axis=1)
        assert capacity <= (units[every] / least[every]).min() * (1 + 1e-9)
        assert labour == pytest.approx(paid * 0.001)
    assert (np.diff(far.capacity[:, 0]) > 0).all()
    assert len(far.steps) > 1


@pytest.mark.parametrize(
    ("hub", "said"),
    [("workz", "there is no such hub"), ("plants.csv", "Give the folder that holds it")],
)
def test_a_hub_that_is_not_there_is_told_by_check_and_source(
    hub: str, said: str, tmp_path: Path
) -> None:
    path = written(tmp_path, hub)
    for command in ("check", "source"):
        told = sinho_cli(command, path)
        assert told.exit_code == 3, told.output
        assert said in " ".join(told.output.split())
    with pytest.raises(DataError, match="plants"):
        Input.from_network(read_network(path))


@pytest.mark.parametrize("since", [None, "2025-04-01", "2025-03-01"])
def test_a_hub_in_a_currency_without_a_rate_from_the_first_month_on_is_refused(
    since: str | None,
) -> None:
    hub = read_hub(example_path("busan"))
    rate = {"currency": hub.settings.currency, "start": since, "rate": 0.001}
    given = tables(str(example_path("busan")), **({"currencies": [rate]} if since else {}))
    network = network_from_tables(given)
    assert str(network["network"]["start"][0]) == "2025-03-01"
    if since == "2025-03-01":
        assert Input.from_network(network).plants[1].steps
        return
    with pytest.raises(DataError, match="has no rate of exchange in 2025-03"):
        Input.from_network(network)


def test_rows_of_its_own_go_before_those_of_the_hub(tmp_path: Path) -> None:
    steps = [NEAR | {"plant": one, "capacity": 70} for one in ("near", "far")]
    path = written(tmp_path, "not there", plant_steps=steps)
    assert Input.from_network(read_network(path)).plants[1].capacity.tolist() == [[70.0] * 3]
    assert sinho_cli("check", path).exit_code == 0
