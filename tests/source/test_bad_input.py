"""What is wrong with a network is named by row, all at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import sinho
from sinho.errors import DataError
from sinho.hub import check_hub, hub_from_tables, network_from_tables, write_hub
from sinho.source import Input
from tests.hubs import tiny_hub
from tests.source.networks import Rows, duty, network, tiny
from tests.test_cli import sinho_cli

OVERLAP = [
    duty("base", "a", "2025-01-01", 10, end="2025-04-30"),
    duty("base", "a", "2025-04-01", 5),
]
PLAIN = tiny()
QUOTA = duty("quota", "a", "2025-01-01", 0, quota="Q")

RULE = {"agreement": "P", "start": "2020-01-01", "countries": "BB", "least_share": 0.6}
FAR = [
    PLAIN["lanes"][0],
    PLAIN["lanes"][1] | {"transit": 290},
]

FAULTS: dict[str, tuple[dict[str, Rows], str]] = {
    "overlapping dates": (
        {"network_tariffs": OVERLAP},
        "network_tariffs, row 3, column start: overlaps the row of the same duty from 2025-01-01 "
        "to 2025-04-30",
    ),
    "two base duties": (
        {"network_tariffs": [OVERLAP[0], duty("base", "b", "2025-02-01", 4)]},
        "row 3, column start: overlaps the base duty of a from 2025-01-01",
    ),
    "a quota without a year": (
        {"network_tariffs": [QUOTA], "quotas": [{"quota": "Q", "year": 2024, "cars": 5}]},
        "network_tariffs, row 2, column quota: quota Q says no cars for 2025",
    ),
    "an empty year": (
        {"network_tariffs": [QUOTA], "quotas": [{"quota": "Q", "year": None, "cars": 5}]},
        "quotas, row 2, column year: must be given",
    ),
    "two quotas for one car": (
        {
            "network_tariffs": [QUOTA, {**QUOTA, "act": "b", "powertrain": "BEV"}],
            "quotas": [{"quota": "Q", "year": 2025, "cars": 5}],
        },
        "network_tariffs, row 3, column start: overlaps the quota Q of a from 2025-01-01: a car "
        "counts to one quota",
    ),
    "a long row behind a short one": (
        {
            "network_tariffs": [
                duty("on top", "a", "2025-01-01", 10, end="2025-12-31"),
                duty("on top", "a", "2025-02-01", 10, end="2025-02-28"),
                duty("on top", "a", "2025-06-01", 10),
            ]
        },
        "network_tariffs, row 4, column start: overlaps the row of the same duty",
    ),
    "a figure that its kind does not read": (
        {"network_tariffs": [duty("closed", "a", "2025-01-01", 10)]},
        "network_tariffs, row 2, column percent: is not read of this kind, but of base, on top, "
        "cap, quota",
    ),
    "a country by name": (
        {"plants": [PLAIN["plants"][0] | {"country": "South Korea"}, PLAIN["plants"][1]]},
        "plants, row 2, column country: must be a country code of two capital letters (ISO 3166) "
        "(found 'South Korea'). Write KR.",
    ),
    "a rule of countries with a comma": (
        {"rules_of_origin": [RULE | {"countries": "AA,BB"}]},
        "rules_of_origin, row 2, column countries: 'AA,BB' is no code of a country",
    ),
    "an unknown currency": (
        {
            "content": [{"model": "M", "origin": "BB", "value": 10, "currency": "UDS"}],
            "currencies": [{"currency": "USD", "start": "2025-01-01", "rate": 0.9}],
        },
        "content, row 2, column currency: has no rate in table currencies (found 'UDS'). Did you "
        "mean 'USD'?",
    ),
    "a month without a rate": (
        {
            "content": [{"model": "M", "origin": "BB", "value": 10, "currency": "USD"}],
            "currencies": [{"currency": "USD", "start": "2025-04-01", "rate": 0.9}],
        },
        "currencies, row 2, column start: is after the first month that is planned (2025-03)",
    ),
    "a rule above all": (
        {
            "rules_of_origin": [
                {"agreement": "P", "start": "2020-01-01", "countries": "BB", "least_share": 60}
            ]
        },
        "rules_of_origin, row 2, column least_share: must be at most 1 (found '60'). "
        "Shares are given as 0 to 1: 60 % is 0.6.",
    ),
    "a rule of one and a half": (
        {"rules_of_origin": [RULE | {"least_share": 1.5}]},
        "must be at most 1 (found '1.5'). Shares are given as 0 to 1, and 1 is all of it.",
    ),
    "one duty twice": (
        {"network_tariffs": [OVERLAP[0], {**OVERLAP[0], "percent": 5}]},
        "kind base, act a, start 2025-01-01 stands in row 2 already",
    ),
    "a plant without a lane": (
        {"lanes": PLAIN["lanes"][:1]},
        "plants, row 3, column plant: has no lane to any",
    ),
    "low above high": (
        {
            "allocations": [
                PLAIN["allocations"][0] | {"least": 9, "most": 5},
                PLAIN["allocations"][1],
            ]
        },
        "allocations, row 2, column least: is above most, 5",
    ),
    "a market that nobody serves": (
        {
            "network_markets": [*PLAIN["network_markets"], {"market": "Y", "country": "AA"}],
            "network_demand": [
                *PLAIN["network_demand"],
                {"model": "M", "market": "Y", "month": "2025-03", "units": 1},
            ],
        },
        "network_markets, row 3, column market: nobody may serve it",
    ),
    "a plant named all": (
        {"plants": [*PLAIN["plants"], {"plant": "all", "country": "AA"}]},
        "plants, row 4, column plant: 'all' stands for every plant in other tables",
    ),
    "a horizon that no plan has": (
        {"network": [PLAIN["network"][0] | {"end": "2125-02"}]},
        "network, row 2, column end: the plan would have 1,200 months, and at most 600 are taken",
    ),
    "parts of one plant alone": (
        {"content": [PLAIN["content"][0] | {"plant": "far"}]},
        "allocations, row 2, column plant: content says what M is made of at other plants alone",
    ),
    "a market whose lanes begin too late": (
        {"lanes": [row | {"start": "2025-06"} for row in PLAIN["lanes"]]},
        "network_markets, row 2, column market: nobody may serve it: no plant that may build a car "
        "has a lane there in the months that are planned",
    ),
    "a market that waits for a launch": (
        {
            "allocations": [
                {"model": "M", "plant": plant, "launch_months": 3} for plant in ("near", "far")
            ]
        },
        "network_markets, row 2, column market: nobody may serve it",
    ),
    "an end before its start": (
        {
            "allocations": [
                PLAIN["allocations"][0] | {"start": "2025-05", "end": "2025-04"},
                PLAIN["allocations"][1],
            ]
        },
        "allocations, row 2, column end: is before start, 2025-05",
    ),
    "a kind misspelt": (
        {"network_tariffs": [duty("ontop", "a", "2025-01-01", 10)]},
        "network_tariffs, row 2, column kind: must be one of: base, on top, cap, quota, minimum, "
        "closed (found 'ontop'). Did you mean 'on top'?",
    ),
    "a duty that misses its figure": (
        {"network_tariffs": [duty("cap", "a", "2025-01-01", None)]},
        "network_tariffs, row 2, column percent: a duty of kind cap must give it",
    ),
    "a plant without steps": (
        {"plant_steps": PLAIN["plant_steps"][:1]},
        "plants, row 3, column plant: has no shift step",
    ),
    "months in reverse": (
        {"network": [PLAIN["network"][0] | {"end": "2025-02"}]},
        "network, row 2, column end: is before the first month, 2025-03",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_by_row(fault: str) -> None:
    changed, said = FAULTS[fault]
    with pytest.raises(DataError) as caught:
        network(**changed)
    assert said in str(caught.value)


def test_all_faults_are_said_at_once() -> None:
    merged: dict[str, Any] = {}
    for name in (
        "overlapping dates",
        "a plant without a lane",
        "low above high",
        "months in reverse",
    ):
        merged |= FAULTS[name][0]
    with pytest.raises(DataError) as caught:
        network(**merged)
    assert len(caught.value.problems) == 4


DOUBTS: dict[str, tuple[dict[str, Rows], str]] = {
    "a share for a percentage": (
        {"network_tariffs": [duty("base", "a", "2025-01-01", 0.25)]},
        "row 2, column percent: is far from what is usual, 1 to 200 %",
    ),
    "a quota of an act that asks for nothing": (
        {
            "network_tariffs": [duty("base", "surtax", "2025-01-01", 5), {**QUOTA, "act": "surtx"}],
            "quotas": [{"quota": "Q", "year": 2025, "cars": 5}],
        },
        "row 3, column act: no base duty and none on top is of this act, so that the quota has no "
        "effect (found 'surtx'). Did you mean 'surtax'?",
    ),
    "an act of another year": (
        {"network_tariffs": [duty("base", "a", "2025-01-01", 10, published="2026-12-04")]},
        "row 2, column published: is more than a year after the duty begins on 2025-01-01 (found "
        "'2026-12-04'). Check the year",
    ),
    "carbon of a country without a market": (
        {"carbon": [{"destination": "BB", "start": "2025-01", "price": 1}]},
        "row 2, column destination: no market is in this country",
    ),
    "a border without a duty": (
        {
            "network_tariffs": [duty("base", "a", "2025-01-01", 5) | {"destination": "CC"}],
            "network_markets": [PLAIN["network_markets"][0], {"market": "Y", "country": "CC"}],
        },
        "lanes.csv, row 3, column market: no base duty is given from BB to AA",
    ),
    "an act written in two ways": (
        {"network_tariffs": [duty("on top", act, "2025-01-01", 5) for act in ("s232", "S 232")]},
        "row 3, column act: differs from 's232' in capital letters or blanks alone",
    ),
    "a quota without the year in which the last cars enter": (
        {
            "network_tariffs": [QUOTA, duty("base", "a", "2025-01-01", 5)],
            "quotas": [{"quota": "Q", "year": 2025, "cars": 5}],
            "lanes": FAR,
        },
        "network_tariffs.csv, row 2, column quota: quota Q says no cars for 2026, when cars of the "
        "last months enter: they pay in full",
    ),
    "a lane behind the end": (
        {"lanes": [*PLAIN["lanes"][:1], PLAIN["lanes"][1] | {"start": "2025-06"}]},
        "plants.csv, row 3, column plant: no lane of it begins by the last month, 2025-05",
    ),
    "the step of a closed plant": (
        {
            "plants": [
                PLAIN["plants"][0],
                PLAIN["plants"][1] | {"open": "no", "may_change": "yes"},
            ],
            "plant_steps": [PLAIN["plant_steps"][0], PLAIN["plant_steps"][1] | {"opening": "yes"}],
        },
        "plant_steps.csv, row 3, column opening: plant far is closed before the first month",
    ),
    "a price response without a price": (
        {
            "network_demand": [
                PLAIN["network_demand"][0] | {"price": 0, "response": 2},
                *PLAIN["network_demand"][1:],
            ]
        },
        "network_demand.csv, row 2, column response: is not read where no price is given",
    ),
    "shares by plant that leave cars out": (
        {
            "source_limits": [
                {"market": "X", "plant": "near", "share": 0.5},
                {"market": "X", "plant": "far", "share": 0.3},
            ]
        },
        "row 2, column share: 2 plants can reach X, and may take no more than 80% of it together",
    ),
    "a plant that stays closed": (
        {"plants": [PLAIN["plants"][0], PLAIN["plants"][1] | {"open": "no"}]},
        "plants.csv, row 3, column open: it is closed before the first month and may not be opened",
    ),
    "an agreement that no duty names": (
        {"rules_of_origin": [RULE]},
        "rules_of_origin.csv, row 2, column agreement: no duty names it",
    ),
    "months before any lane": (
        {"lanes": [row | {"start": "2025-05"} for row in PLAIN["lanes"]]},
        "network_demand.csv, row 2, column month: no plant builds M and has a lane to X but from "
        "2025-05 to 2025-05: these cars are lost (in 2 rows, this is the first)",
    ),
    "months without demand": (
        {"network": [PLAIN["network"][0] | {"start": "2025-06", "end": "2025-07"}]},
        "row 2, column month: is not planned: the months are 2025-06 to 2025-07 "
        "(in 3 rows, this is the first)",
    ),
    "a launch behind the end": (
        {
            "allocations": [
                PLAIN["allocations"][0],
                {"model": "M", "plant": "far", "launch_months": 3},
            ]
        },
        "row 3, column launch_months: a launch decided in the first month, 2025-03, builds no car "
        "before the last one, 2025-05",
    ),
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_what_can_hardly_be_meant_is_doubted(doubt: str, tmp_path: Path) -> None:
    changed, said = DOUBTS[doubt]
    _, problems = check_hub(write_hub(network(**changed), tmp_path / "net"))
    assert said in " ".join(str(one) for one in problems if one.severity == "warning")


def test_codes_of_countries_that_are_made_up_are_taken() -> None:
    tables = tiny(plants=[row | {"country": f"C{n:02}"} for n, row in enumerate(PLAIN["plants"])])
    assert network_from_tables(tables)["plants"]["country"].to_list() == ["C00", "C01"]


def test_one_fault_is_said_once() -> None:
    """What follows from a fault alone is not told as another one."""
    kind = [duty("ontop", "a", "2025-01-01", 10), QUOTA]
    quotas = [{"quota": "Q", "year": 2025, "cars": 5}]
    for changed in (
        {"network_tariffs": kind, "quotas": quotas},
        {"network_tariffs": [QUOTA | {"quota": "q"}, duty("base", "a", "2025-01-01", 1)]},
        {"network": [PLAIN["network"][0] | {"end": "2025-02"}]},
    ):
        with pytest.raises(DataError) as caught:
            network(**changed)
        assert len(caught.value.problems) == 1, str(caught.value)


def test_check_tells_of_a_network_in_a_folder_and_a_workbook(tmp_path: Path) -> None:
    made = network_from_tables(tiny())
    for name in ("net", "net.xlsx"):
        path = write_hub(made, tmp_path / name)
        told = sinho_cli("check", path)
        assert told.exit_code == 0, told.output
        assert "Plants: near, far" in told.stdout
    (tmp_path / "net" / "tarifs.csv").write_text("origin\nAA\n")
    lanes = tmp_path / "net" / "lanes.csv"
    lanes.write_text(lanes.read_text().replace("far,X", "fra,X"))
    told = sinho_cli("check", tmp_path / "net", "--json")
    assert told.exit_code == 3
    said = {(p["where"], p["rule"]): p["hint"] for p in json.loads(told.stdout)["problems"]}
    assert ("tarifs.csv", "there is no table of this name") in said
    assert "Did you mean 'far'?" in said["lanes.csv", "is not in plants.csv"]


def test_the_command_plans_and_refuses_names(tmp_path: Path) -> None:
    path = write_hub(network(), tmp_path / "net")
    told = sinho_cli("source", path, "--json")
    assert told.exit_code == 0
    assert json.loads(told.stdout)["cost"] == pytest.approx(3900)
    for words, said in (
        (("--why", "Z"), "there is no market 'Z'. Known names: X"),
        (("--scenario", "none"), "there is no scenario 'none'"),
        (("--month", "2025-03"), "goes with --why MARKET"),
        (("--weight", "base"), "'base' is no SCENARIO=SHARE"),
        (("--stress", "2031"), "there is no year '2031'"),
        (("--why", "X", "--stress", "2025"), "each asks for a table of its own"),
    ):
        told = sinho_cli("source", path, *words)
        assert told.exit_code == 2, words
        assert said in " ".join(told.output.split()), words


def test_the_python_door_refuses_what_is_no_network() -> None:
    for wrong in (None, "net", tiny()):
        with pytest.raises(TypeError, match="a network is asked for"):
            sinho.source(wrong)
    with pytest.raises(DataError, match="this is a hub, not a network of plants"):
        sinho.source(hub_from_tables(tiny_hub()))
    with pytest.raises(DataError, match=r"no such model in the network \(found 'N'\)"):
        Input.from_network(network()).landed_costs("N")


def test_a_hub_and_a_network_are_told_apart(tmp_path: Path) -> None:
    net = write_hub(network(), tmp_path / "net")
    hub = write_hub(hub_from_tables(tiny_hub()), tmp_path / "hub")
    for command, path, said in (
        ("source", hub, "hub: this is a hub, not a network of plants"),
        ("plan", net, "net: this is a network of plants, not a hub"),
    ):
        told = sinho_cli(command, path)
        assert told.exit_code == 3
        assert "1 problem in the input" in told.output
        assert said in told.output
    assert sinho_cli("source", net, "--scenario", "base").exit_code == 0
    twice = ("--weight", "base=1", "--weight", "base=2")
    assert "'base' is named twice" in sinho_cli("source", net, *twice).output


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (
            '[[change]]\ntable = "lanes"\nset = { freight = 2 }\n[[change]]\ntable = "demand"\n'
            "set = { units = 1 }\n",
            "scenarios/other.toml, row 5, column table: change 2: a network has no such table "
            "(found 'demand')",
        ),
        (
            '[[change]]\ntable = "lanes"\nwhere = { plant = "far" }\ndelete = true\n',
            "table plants with scenarios/other.toml, row 3, column plant: has no lane to any",
        ),
    ],
)
def test_a_scenario_is_told_with_its_faults(toml: str, said: str, tmp_path: Path) -> None:
    path = write_hub(network(), tmp_path / "net")
    (path / "scenarios").mkdir()
    (path / "scenarios" / "other.toml").write_text(toml)
    for words in (("check", path), ("source", path, "--scenario", "other")):
        told = sinho_cli(*words)
        assert told.exit_code == 3
        assert said in " ".join(told.output.split())
