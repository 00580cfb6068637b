"""VINs: published examples, what the check digit detects, and how VINs are assigned."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinho.errors import DataError
from sinho.hub.vin import (
    REQUIRED_BY,
    check_digit,
    check_digits,
    check_vin,
    decode_vin,
    wrong_vins,
    year_code,
)
from sinho.orders import generate_orders
from sinho.orders.vin import assign_vins, vin_of
from sinho.results import Orders
from tests.orders.plant import JANUARY, LAST, ordering_hub, planned

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
TABLE = dict(
    zip("0123456789" + LETTERS, map(int, "012345678912345678123457923456789"), strict=True)
)
WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
"""Both typed in from 49 CFR 565.15, apart from those in the code."""

FRONTS = st.text(alphabet="0123456789" + LETTERS, min_size=13, max_size=13)
YEARS = st.sampled_from("ABCDEFGHJKLMNPRSTVWXY123456789")


@st.composite
def vins(draw: st.DrawFn) -> str:
    front, year = draw(FRONTS), draw(YEARS)
    tail = draw(st.text(alphabet="0123456789", min_size=5, max_size=5))
    raw = front[:9] + year + front[10:12] + tail
    return raw[:8] + "0123456789X"[weighted(raw) % 11] + raw[9:]


def weighted(vin: str) -> int:
    return sum(TABLE[letter] * weight for letter, weight in zip(vin, WEIGHTS, strict=True))


@pytest.mark.parametrize(
    "vin",
    [
        "1M8GDM9AXKP042788",
        "11111111111111111",
        "5GZCZ43D13S812715",
        "1J9RP1A36A1644345",
        "1G4AH59H45G118341",
    ],
)
@pytest.mark.parametrize("country", sorted(REQUIRED_BY))
def test_published_vins_are_taken(vin: str, country: str) -> None:
    assert check_vin(vin, country) is None


@pytest.mark.parametrize(
    ("vin", "country", "reason"),
    [
        ("1M8GDM9AXKP04278", "US", "17 characters, this one has 16"),
        ("1M8GDM9AXKP042789", "US", "position 9 is 'X', but the other characters give '1'"),
        ("SGZCZ43D13S812715", "CA", "position 9 is '1', but the other characters give 'X'"),
        ("1M8GDM9AXKPO42788", "", "'O' in position 12 is not used in VINs"),
        ("1m8GDM9AXKP042788", "", "'m' in position 2 must be a capital letter"),
        ("1M8GDM9AXKP-42788", "", "'-' in position 12 is no letter or digit"),
        ("1M8GDM9AXKP04278A", "", "the last 4 characters must be digits"),
        ("1M8GDM9AXKP0A2788", "US", "must be digits, not 'A2788' (US: 49 CFR 565.15 (d)"),
        ("11111111301111111", "US", "'0' in position 10 is the code of no model year"),
    ],
)
def test_a_wrong_vin_is_refused_with_its_reason(vin: str, country: str, reason: str) -> None:
    assert reason in str(check_vin(vin, country))


def test_only_the_us_asks_for_five_digits_at_the_end() -> None:
    vin = "1M8GDM9A?KP0A2788"
    vin = vin.replace("?", check_digit(vin.replace("?", "0")))
    countries = ("KR", "CA", "MX", "CN", "", "US")
    assert [country for country in countries if check_vin(vin, country)] == ["US"]
    table = pl.DataFrame({"vin": [vin] * 6 + [None], "country": [*countries, "US"]})
    wrong = wrong_vins(table.drop_nulls())
    assert wrong["country"].to_list() == ["US"]
    assert wrong["reason"].str.contains("last 5 characters must be digits").all()


def test_only_some_countries_ask_for_the_check_digit() -> None:
    wrong = "1M8GDM9AXKP042789"
    assert {c for c in ("KR", "FR", "GB", "", "US", "CA", "MX", "CN") if check_vin(wrong, c)} == {
        *REQUIRED_BY
    }


@given(vins())
def test_the_check_digit_is_that_of_the_regulation(vin: str) -> None:
    assert check_digit(vin) == vin[8]
    assert check_vin(vin, "US") is None
    assert check_digits(pl.Series([vin, vin])).to_list() == [vin[8]] * 2


@given(vins(), st.integers(0, 16), st.sampled_from("0123456789" + LETTERS))
def test_every_substitution_that_changes_the_sum_is_detected(vin: str, at: int, by: str) -> None:
    other = vin[:at] + by + vin[at + 1 :]
    changed = other[8] != vin[8] or weighted(other) % 11 != weighted(vin) % 11
    formed = other[-5:].isdigit() and other[9] in "ABCDEFGHJKLMNPRSTVWXY123456789"
    assert (check_vin(other, "US") is None) == (formed and not changed)


@given(vins(), st.integers(0, 15))
def test_neighbours_that_change_places_are_detected_by_their_sum(vin: str, at: int) -> None:
    other = vin[:at] + vin[at + 1] + vin[at] + vin[at + 2 :]
    if other[-5:].isdigit() and 8 not in (at, at + 1) and 9 not in (at, at + 1):
        moved = weighted(other) % 11 != weighted(vin) % 11
        assert (check_vin(other, "US") is not None) == moved


def test_many_vins_are_judged_as_one_by_one() -> None:
    told = [
        ("1M8GDM9AXKP042788", "US"),
        ("1M8GDM9AXKP042789", "US"),
        ("1M8GDM9AXKP042789", "KR"),
        ("1M8GDM9AXKP042789", None),
        ("1M8GDM9AXKPO42788", "KR"),
        ("", "KR"),
        ("11111111301111111", "US"),
    ]
    table = pl.DataFrame(told, schema=["vin", "country"], orient="row")
    by_one = {(vin, country): check_vin(vin, country or "") for vin, country in told}
    found = {(r["vin"], r["country"]): r["reason"] for r in wrong_vins(table).to_dicts()}
    assert found == {key: reason for key, reason in by_one.items() if reason}


def test_a_vin_is_parted_into_what_its_positions_say() -> None:
    parts = decode_vin("1M8GDM9AXKP042788")
    assert (parts.wmi, parts.descriptor, parts.check) == ("1M8", "GDM9A", "X")
    assert (parts.year_code, parts.years) == ("K", (1989, 2019))
    assert (parts.plant, parts.serial) == ("P", "042788")
    with pytest.raises(ValueError, match="17 characters"):
        decode_vin("1M8")


@pytest.mark.parametrize(
    ("year", "code"), [(1980, "A"), (2000, "Y"), (2001, "1"), (2009, "9"), (2010, "A"), (2026, "T")]
)
def test_model_year_codes(year: int, code: str) -> None:
    assert year_code(year) == code


def test_a_vin_is_composed_of_its_parts() -> None:
    assert vin_of("KNM", "AACA1", 2026, "B", 17) == "KNMAACA10TB000017"
    vin = vin_of("KNM", "AACA1", 2026, "B", 17, "US")
    assert vin[:8] + vin[9:] == "KNMAACA1TB000017"
    assert check_vin(vin, "US") is None


def test_a_bank_is_given_vins_that_its_markets_take() -> None:
    markets = [
        {"market": "KR", "country": "KR", "region": "Korea", "route": "domestic"},
        {
            "market": "FR",
            "country": "US",
            "region": "America",
            "route": "overseas",
            "lane": "Europe",
            "port": "Portland",
        },
    ]
    hub = ordering_hub(markets=markets)
    made = generate_orders(
        hub, planned(("A", "KR", 300), ("B", "FR", 200)), first=JANUARY, last=LAST, seed=1
    )
    bank = assign_vins(hub, made)
    table = bank.table
    assert table["vin"].n_unique() == table.height == 500
    assert not [v for v in table.filter(pl.col("market") == "FR")["vin"] if check_vin(v, "US")]
    assert set(table["vin"].str.slice(0, 3)) == {"KNM"}
    assert sorted(int(vin[11:]) for vin in table["vin"]) == list(range(1, 501))
    assert bank.table.drop("vin").equals(made.table.drop("vin"))


def test_vins_that_are_there_are_kept_and_serials_run_on() -> None:
    hub = ordering_hub()
    made = generate_orders(hub, planned(("A", "KR", 3)), first=JANUARY, last=LAST, seed=1)
    given_ = vin_of("KNM", "AACA1", 2026, "B", 41)
    table = made.table.with_columns(
        pl.Series("vin", [None, given_, None]), pl.lit(dt.date(2026, 3, 2)).alias("wanted")
    )
    bank = assign_vins(hub, replace(made, table=table))
    assert bank.table["vin"][1] == given_
    assert [int(vin[11:]) for vin in bank.table["vin"]] == [42, 41, 43]
    assert assign_vins(hub, bank).table.equals(bank.table)


def test_the_model_year_changes_in_july() -> None:
    hub = ordering_hub()
    made = generate_orders(hub, planned(("A", "KR", 2)), first=JANUARY, last=LAST, seed=1)
    days = [dt.date(2026, 6, 30), dt.date(2026, 7, 1)]
    table = made.table.with_columns(pl.Series("wanted", days))
    vins_ = assign_vins(hub, replace(made, table=table)).table["vin"].to_list()
    assert [vin[9] for vin in vins_] == [year_code(2026), year_code(2027)]
    vins_ = assign_vins(hub, replace(made, table=table), model_year_from=13).table["vin"].to_list()
    assert [vin[9] for vin in vins_] == [year_code(2026)] * 2


def test_more_cars_than_serial_numbers_are_refused() -> None:
    hub = ordering_hub()
    made = generate_orders(hub, planned(("A", "KR", 2)), first=JANUARY, last=LAST, seed=1)
    full = made.table.with_columns(
        pl.Series("vin", [vin_of("KNM", "AACA1", 2026, "B", 999_999), None])
    )
    with pytest.raises(DataError, match="serial numbers"):
        assign_vins(hub, replace(made, table=full))


def cars_for_vins(*models: str) -> Orders:
    """Return orders 1, 2, ... of January for Korea."""
    made = generate_orders(
        ordering_hub(), planned(("A", "KR", len(models))), first=JANUARY, last=LAST, seed=1
    )
    numbers = [str(n) for n in range(1, len(models) + 1)]
    table = made.table.with_columns(
        pl.Series("order", numbers),
        pl.Series("model", models),
        pl.lit(dt.date(2026, 1, 15)).alias("wanted"),
    )
    return replace(made, table=table)


def serials(bank: Orders) -> list[int]:
    return [int(vin[11:]) for vin in bank.table["vin"]]


def test_a_bank_without_orders_has_no_vins() -> None:
    bank = cars_for_vins("A")
    none = replace(bank, table=bank.table.clear())
    assert assign_vins(ordering_hub(), none).table.equals(none.table)


def test_serials_go_on_behind_those_of_earlier_banks() -> None:
    hub = ordering_hub()
    first = assign_vins(hub, cars_for_vins("A", "B"))
    taken = first.table.with_columns(("old-" + pl.col("order")).alias("order"))
    assert serials(assign_vins(hub, cars_for_vins("A", "A"), taken=taken)) == [3, 4]


def test_a_car_has_its_vin_back_unless_what_it_says_changed() -> None:
    hub = ordering_hub()
    taken = assign_vins(hub, cars_for_vins("A", "B", "A")).table
    again = cars_for_vins("A", "A", "A")
    later = pl.when(pl.col("order") == "3").then(pl.lit(dt.date(2026, 7, 15)))
    again = replace(
        again, table=again.table.with_columns(later.otherwise("wanted").alias("wanted"))
    )
    bank = assign_vins(hub, again, taken=taken)
    # The first is as it was; the second is model A now; the third is of the next model year.
    assert serials(bank) == [1, 4, 1]
    assert bank.table["vin"][0] == taken["vin"][0]
    assert bank.table["vin"].n_unique() == 3


def test_a_vin_that_is_taken_is_refused_by_its_row() -> None:
    hub = ordering_hub()
    taken = assign_vins(hub, cars_for_vins("A")).table.with_columns(pl.lit("old").alias("order"))
    bank = cars_for_vins("A")
    both = replace(bank, table=bank.table.with_columns(taken["vin"]))
    with pytest.raises(DataError, match="order 'old' of an earlier bank has this VIN already"):
        assign_vins(hub, both, taken=taken)
    # A car that is not built may have changed its number.
    unbuilt = taken.with_columns(pl.lit(None, pl.Date).alias("built"))
    assert assign_vins(hub, both, taken=unbuilt).table.equals(both.table)


# Makers of fewer than 1,000 vehicles a year ----------------------------------------------------


def test_a_small_makers_code_stands_before_three_digits() -> None:
    """Positions 12 to 14 name the maker (ISO 3780): KN9 with A12, seventh car of the year."""
    vin = vin_of("KN9A12", "AACA1", 2026, "B", 7)
    assert vin == "KN9AACA10TBA12007"
    assert check_vin(vin) is None
    parts = decode_vin(vin)
    assert (parts.wmi, parts.maker, parts.serial) == ("KN9", "A12", "007")
    assert decode_vin(vin_of("KNM", "AACA1", 2026, "B", 7)).maker == ""


@pytest.mark.parametrize("country", ["", "US", "CA", "CN"])
def test_small_makers_are_judged_by_their_last_three_characters(country: str) -> None:
    good = vin_of("1G9ABC", "AACA1", 2026, "B", 42, country)  # a letter in position 14
    assert check_vin(good, country) is None
    bad = good[:14] + "A" + good[15:]
    assert check_vin(bad, country) == "the last 3 characters must be digits, not 'A42'"
    table = pl.DataFrame({"vin": [good, bad], "country": [country or "KR"] * 2})
    assert wrong_vins(table)["vin"].to_list() == [bad]
    other = "1GM" + good[3:]  # no small maker: four digits at least
    assert "the last 4 characters must be digits" in (check_vin(other, country) or "")
    assert wrong_vins(pl.DataFrame({"vin": [other], "country": ["US"]})).height == 1


def test_a_small_maker_is_given_vins_up_to_999() -> None:
    hub = ordering_hub(slotting=[{"vin_wmi": "KN9A12"}])
    made = generate_orders(hub, planned(("A", "KR", 3)), first=JANUARY, last=LAST, seed=1)
    given_ = vin_of("KN9A12", "AACA1", 2026, "B", 41)
    foreign = vin_of("KN9A13", "AACA1", 2026, "B", 77)  # another maker's serial
    table = made.table.with_columns(pl.Series("vin", [given_, foreign, None]))
    bank = assign_vins(hub, replace(made, table=table)).table
    assert bank["vin"][2][11:] == "A12042"
    assert check_vin(bank["vin"][2]) is None
    full = pl.Series("vin", [vin_of("KN9A12", "AACA1", 2026, "B", 999), foreign, None])
    with pytest.raises(DataError, match="more than the 999 serial numbers of a plant"):
        assign_vins(hub, replace(made, table=made.table.with_columns(full)))


def test_vins_are_not_assigned_without_a_maker() -> None:
    hub = ordering_hub(slotting=[])
    made = generate_orders(hub, planned(("A", "KR", 1)), first=JANUARY, last=LAST, seed=1)
    with pytest.raises(DataError, match=r"table slotting, column vin_wmi: no maker is named"):
        assign_vins(hub, made)
    own = made.table.with_columns(pl.lit(vin_of("KNM", "AACA1", 2026, "B", 7)).alias("vin"))
    assert assign_vins(hub, replace(made, table=own)).table.equals(own)
