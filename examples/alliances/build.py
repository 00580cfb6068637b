# ruff: noqa: E501
"""Writes the tables of the network of alliances, each row with its source."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FIRST, LAST = (2024, 1), (2027, 12)
ASSUMED = "assumption"
PRESS = "https://www.automotiveworld.com/news-releases/renault-korea-busan-plant-will-produce-and-export-pure-electric-vehicles-starting-2025/"
DATE = "date: general knowledge"
KORUS = "2.5 % until year 5 https://paperzz.com/doc/8792457/automotive-provisions-in-the-us-korea-fta---us (USTR fact sheet)"
CKFTA = "http://www.businesskorea.co.kr/news/articleView.html?idxno=6452 (2014-09)"
SECTION_232 = (
    "25 % from 2025-04-03 https://cm.asiae.co.kr/en/article/2026022110060889097 (2026-02-21)"
)
DEAL = "15 % all-in, retroactive to 2025-11-01, published 2025-12-04 https://www.ghy.com/?p=24418 (2025-12-04); a cap, not on top: thompsonhinesmartrade.com"
CANADA = "https://tradeisds.com/canada-to-impose-100-import-surtax-on-evs-from-china-and-25-on-certain-steel-and-aluminum-goods/ (2024-08)"
QUOTA = "https://particle.news/story/ford-urges-boycott-as-canada-caps-chinese-ev-imports-at-49000-under-new-deal (2026-01)"
DUTIES = "definitive duty of Geely from 2024-10-30, on top of 10 %, Reg. 2024/2754 of 2024-10-29: lexaris.io; o-abroad.com"
PROVISIONAL = "provisional duty of Geely from 2024-07-05, Reg. 2024/1866: clecat.org (2024-07)"
CHINA_US = "https://www.evearly.news/en/100-us-tariff-on-chinese-evs-goes-into-effect-on-september-27/ (2024-09)"

US_PRICE = "list price of 56,400 + 1,400 USD https://evhype.com/the-2026-polestar-4-is-here-and-its-not-built-in-china (2025-06)"

Row = dict[str, Any]

PLACES = {
    "Busan": (35.1, 128.9),
    "Palencia": (41.9, -4.5),
    "Kyushu": (33.8, 131.0),
    "Smyrna": (36.0, -86.5),
    "Hangzhou Bay": (30.3, 121.2),
    "Ghent": (51.1, 3.8),
    "KR": (37.5, 127.0),
    "US": (34.1, -118.2),
    "CA": (49.3, -123.1),
    "EU": (48.9, 9.2),
}


def at(place: str) -> Row:
    """Return where a place stands on the map."""
    latitude, longitude = PLACES[place]
    return {"latitude": latitude, "longitude": longitude}


def months() -> Iterator[str]:
    """Yield the months of the network."""
    year, month = FIRST
    while (year, month) <= LAST:
        yield f"{year}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def told(row: Row, source: str, basis: str = "assumed") -> Row:
    """Return a row with where it comes from."""
    return {**row, "source": source, "basis": basis}


def _write(path: Path, rows: Sequence[Row]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    names = [n for n in names if n not in ("source", "basis")] + ["source", "basis"]
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, names, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


PLANTS = {
    # plant: country, capacity of one shift and two, labour of both, fixed, parts from home
    "Busan": ("KR", (12500, 25000), (10360, 12190), 9000),
    "Palencia": ("EU", (9000, 18000), (9500, 17100), 8000),
    "Kyushu": ("JP", (6000, 12000), (5200, 9400), 5000),
    "Smyrna": ("US", (7500, 15000), (11000, 19800), 8000),
    "Hangzhou Bay": ("CN", (6000, 12000), (2200, 4000), 4000),
    "Ghent": ("EU", (4000, 8000), (5500, 9900), 4500),
}

MODELS = {
    "ARKANA": ("Renault", "HEV", 108, 14.5),
    "GKOLEOS": ("Renault Korea", "HEV", 132, 22.0),
    "ROGUE": ("Nissan", "ICE", 165, 17.0),
    "PS4": ("Polestar", "BEV", 0, 42.0),
}

ALLOCATIONS = {
    # model, plant: status, cost of building, tooling, months, first month
    ("ARKANA", "Busan"): ("fixed", 0.9, 0, 0, None),
    ("ARKANA", "Palencia"): ("allowed", 1.0, 60000, 12, None),
    ("GKOLEOS", "Busan"): ("fixed", 1.0, 0, 0, "2024-07"),
    ("GKOLEOS", "Hangzhou Bay"): ("fixed", 0.6, 0, 0, None),
    ("ROGUE", "Smyrna"): ("fixed", 1.2, 0, 0, None),
    ("ROGUE", "Kyushu"): ("fixed", 0.9, 0, 0, None),
    ("ROGUE", "Busan"): ("allowed", 0.9, 90000, 15, None),
    ("PS4", "Hangzhou Bay"): ("fixed", 1.1, 0, 0, None),
    ("PS4", "Busan"): ("allowed", 1.5, 40000, 18, "2025-09"),
    ("PS4", "Ghent"): ("allowed", 2.4, 150000, 18, None),
}

PARTS = {
    # plant: shares of the value of parts by country
    "Busan": {"KR": 0.7, "EU": 0.1, "JP": 0.1, "CN": 0.1},
    "Palencia": {"EU": 0.85, "KR": 0.05, "JP": 0.1},
    "Kyushu": {"JP": 0.85, "CN": 0.15},
    "Smyrna": {"US": 0.6, "MX": 0.2, "JP": 0.2},
    "Hangzhou Bay": {"CN": 0.95, "EU": 0.05},
    "Ghent": {"EU": 0.45, "CN": 0.55},
}

VALUES = {
    **dict.fromkeys(("ARKANA", "GKOLEOS", "PS4"), "assumption: as the hub's at Busan"),
    **{
        (model, "Busan"): "material cost of the hub's model"
        for model in ("ARKANA", "GKOLEOS", "PS4")
    },
    **{
        (model, "Hangzhou Bay"): "assumption: 92 % of the hub's at Busan"
        for model in ("GKOLEOS", "PS4")
    },
}

BUSAN_PS4 = {"CN": 0.5, "KR": 0.5}

MARKETS = {"KR": "Korea", "US": "United States", "CA": "Canada", "EU": "European Union"}

PACIFIC = {"2024-01": 1.014, "2025-07": 0.714}
"""The hub's freight a CEU over the Pacific, from a month on; other seas follow it."""

CEU = {"PS4": 1.52, "ARKANA": 1.30}

WAYS = {
    # country of the plant: freight from July 2025 on and days to KR, US, CA, EU; from Korea the hub's
    # freight by the CEU of the car that goes there, the Polestar 4 to America, the Arkana to Europe
    "KR": {
        "KR": (0.15, 2),
        "US": (0.714 * CEU["PS4"], 14),
        "CA": (0.714 * CEU["PS4"], 14),
        "EU": (1.19 * CEU["ARKANA"], 54),
    },
    "JP": {"KR": (0.4, 3), "US": (0.9, 13), "CA": (0.9, 13), "EU": (1.7, 54)},
    "CN": {"KR": (0.45, 3), "US": (1.1, 18), "CA": (1.1, 18), "EU": (1.5, 50)},
    "EU": {"KR": (1.7, 54), "US": (1.3, 16), "CA": (1.3, 15), "EU": (0.4, 4)},
    "US": {"KR": (1.4, 18), "US": (0.6, 4), "CA": (0.7, 5), "EU": (1.4, 18)},
}

BY_LAND = {"KR KR", "EU EU", "US US", "US CA"}

ASKED = "mean month of the year of the hub's demand in {}, rounded; 2027 as 2026"

POLESTAR = {
    # market: cars a month from 2024, 2025, 2026, 2027; net price
    "CA": ((120, 260, 345, 380), 66.0),
    "KR": ((40, 100, 175, 200), 58.0),
    "US": ((250, 300, 300, 300), 70.0),
    "EU": ((900, 1100, 1200, 1250), 62.0),
}


def demand() -> Iterator[Row]:
    """Yield what the markets ask for."""
    for month in months():
        year = int(month[:4])
        # the hub's demand of 2024 to 2026; 2027 as 2026
        arkana = {2024: 4350, 2025: 1630}.get(year, 1630)
        yield _asked("ARKANA", "EU", month, arkana, 27.0, ASKED.format("the European Union"))
        korea = {2024: 840, 2025: 450}.get(year, 450)
        yield _asked("ARKANA", "KR", month, korea, 25.0, ASKED.format("Korea"))
        if month >= "2024-09":
            koleos = {2024: 5500}.get(year, 3340)
            yield _asked("GKOLEOS", "KR", month, koleos, 35.0, ASKED.format("Korea"))
        yield _asked(
            "ROGUE",
            "US",
            month,
            9000,
            31.0,
            "the Rogue of Busan was 107,251 cars in 2018"
            " https://journalauto.com/constructeurs/renault-redemarre-en-chine-et-en-coree-du-sud (2020); 9,000 a month: assumption",
        )
        yield _asked("ROGUE", "CA", month, 1500, 30.0, ASSUMED)
        for market, (cars, price) in POLESTAR.items():
            source = "assumption: 10,000 a year in the press http://www.businesskorea.co.kr/news/articleView.html?idxno=205960 (2023-11)"
            if (market, month) == ("CA", "2025-11"):
                yield told(
                    {
                        "model": "PS4",
                        "market": "CA",
                        "month": month,
                        "units": 304,
                        "price": price,
                        "lost_penalty": 3.0,
                    },
                    "304 cars to Canada https://www.donga.com/news/article/all/20251201/132879109/2; price: assumption",
                    "reported",
                )
            else:
                row = _asked("PS4", market, month, cars[year - 2024], price, source)
                if market == "US":
                    # the list price of 56,400 + 1,400 dollars less the dealer's part
                    row |= {"price": 50000, "lost_penalty": 2000, "currency": "USD"}
                    row["source"] += f"; {US_PRICE}"
                yield row


def _asked(model: str, market: str, month: str, units: int, price: float, source: str) -> Row:
    row = {"model": model, "market": market, "month": month, "units": units, "price": price}
    return told({**row, "lost_penalty": 3.0}, f"{source}; price and penalty: assumption")


def tariffs() -> Iterator[Row]:
    """Yield duties."""

    def row(
        way: str,
        kind: str,
        act: str,
        start: str,
        percent: float | None,
        source: str,
        basis: str = "assumed",
        **more: Any,
    ) -> Row:
        origin, destination = way.split()
        return told(
            {
                "origin": origin,
                "destination": destination,
                "kind": kind,
                "act": act,
                "start": start,
                "percent": percent,
                **more,
            },
            source,
            basis,
        )

    general = "assumption: general knowledge"
    yield row(
        "KR US",
        "base",
        "MFN",
        "2012-03-15",
        2.5,
        f"{KORUS}; {DATE}",
        "reported",
    )
    yield row(
        "KR US",
        "base",
        "KORUS",
        "2016-01-01",
        0,
        f"then 0: {KORUS}; {DATE}",
        "reported",
        agreement="KORUS",
    )
    yield row(
        "KR US",
        "on top",
        "section 232",
        "2025-04-03",
        25,
        f"{SECTION_232}; publication: general knowledge",
        "reported",
        published="2025-03-26",
    )
    yield row(
        "KR US", "cap", "Korea deal", "2025-11-01", 15, DEAL, "reported", published="2025-12-04"
    )
    yield row(
        "KR CA",
        "base",
        "MFN",
        "2015-01-01",
        6.1,
        f"6.1 % {CKFTA}; {DATE}",
        "reported",
    )
    yield row(
        "KR CA",
        "base",
        "CKFTA",
        "2017-01-01",
        0,
        f"0 two years after the agreement {CKFTA}; {DATE}",
        "reported",
        agreement="CKFTA",
    )
    yield row(
        "KR EU",
        "base",
        "MFN",
        "2011-07-01",
        10,
        f"the definitive duties are on top of 10 %: lexaris.io; {DATE}",
        "reported",
    )
    yield row("KR EU", "base", "EU-Korea", "2016-07-01", 0, general, agreement="EU-Korea")
    yield row(
        "CN US", "base", "MFN", "2018-01-01", 2.5, f"plus 2.5 % base {CHINA_US}; {DATE}", "reported"
    )
    yield row(
        "CN US",
        "on top",
        "section 301",
        "2018-07-06",
        25,
        f"25 % until 2024-09-27 {CHINA_US}; {DATE}",
        "reported",
        powertrain="BEV",
    )
    yield row(
        "CN US",
        "on top",
        "section 301",
        "2024-09-27",
        100,
        f"25 % to 100 % {CHINA_US}",
        "reported",
        powertrain="BEV",
    )
    yield row(
        "CN US",
        "on top",
        "section 232",
        "2025-04-03",
        25,
        f"{general}: section 232 is for cars of all origins",
    )
    yield row("CN CA", "base", "MFN", "2015-01-01", 6.1, f"6.1 % {CANADA}; {DATE}", "reported")
    yield row(
        "CN CA",
        "on top",
        "surtax",
        "2024-10-01",
        100,
        f"100 % on top of 6.1 % {CANADA}",
        "reported",
        powertrain="BEV",
    )
    yield row(
        "CN CA",
        "quota",
        "surtax",
        "2026-01-16",
        0,
        f"6.1 % within the quota, deal of 2026-01-16 {QUOTA}; in force from that day: assumption",
        "reported",
        powertrain="BEV",
        quota="Canada EV",
    )
    yield row("CN EU", "base", "MFN", "2018-07-01", 10, f"10 %: lexaris.io; {DATE}", "reported")
    yield row(
        "CN EU",
        "on top",
        "countervailing",
        "2024-07-05",
        19.9,
        PROVISIONAL,
        "reported",
        powertrain="BEV",
        plant="Hangzhou Bay",
    )
    yield row(
        "CN EU",
        "on top",
        "countervailing",
        "2024-10-30",
        18.8,
        DUTIES,
        "reported",
        powertrain="BEV",
        plant="Hangzhou Bay",
        published="2024-10-29",
    )
    yield row("CN KR", "base", "MFN", "2012-01-01", 8, general)
    for way, percent in (
        ("EU KR", 8),
        ("EU CA", 6.1),
        ("JP KR", 8),
        ("JP CA", 6.1),
        ("JP EU", 10),
        ("US KR", 8),
        ("US EU", 10),
    ):
        yield row(way, "base", "MFN", "2012-01-01", percent, general)
    for way, agreement, start, percent in (
        ("EU KR", "EU-Korea", "2016-07-01", 0),
        ("EU CA", "CETA", "2024-01-01", 0),
        ("JP CA", "CPTPP", "2022-01-01", 0),
        ("JP EU", "EU-Japan", "2023-02-01", 3.8),
        ("JP EU", "EU-Japan", "2024-02-01", 2.5),
        ("JP EU", "EU-Japan", "2025-02-01", 1.3),
        ("JP EU", "EU-Japan", "2026-02-01", 0),
        ("US KR", "KORUS", "2016-01-01", 0),
    ):
        yield row(way, "base", agreement, start, percent, general, agreement=agreement)
    yield row("JP US", "base", "MFN", "2012-01-01", 2.5, general)
    yield row(
        "JP US",
        "on top",
        "section 232",
        "2025-04-03",
        25,
        f"{general}: section 232 is for cars of all origins",
    )
    yield row("JP US", "cap", "Japan deal", "2025-09-16", 15, general)
    yield row("EU US", "base", "MFN", "2012-01-01", 2.5, general)
    yield row(
        "EU US",
        "on top",
        "section 232",
        "2025-04-03",
        25,
        f"{general}: section 232 is for cars of all origins",
    )
    yield row("EU US", "cap", "EU deal", "2025-08-01", 15, general, published="2025-09-25")
    yield row("US CA", "base", "MFN", "2012-01-01", 6.1, general)
    yield row("US CA", "base", "USMCA", "2020-07-01", 0, general, agreement="USMCA")
    yield row("US CA", "on top", "counter-tariff", "2025-04-09", 25, general)


def _times(country: str, market: str) -> list[tuple[str, float]]:
    """Return from which month on the freight of a way is how many times that of today."""
    if f"{country} {market}" in BY_LAND:
        return [("2024-01", 1.0)]
    return [(date, cost / min(PACIFIC.values())) for date, cost in PACIFIC.items()]


def _freight(country: str, market: str) -> str:
    if country != "KR":
        return ASSUMED if f"{country} {market}" in BY_LAND else f"{ASSUMED}; falls as the hub's"
    if market == "KR":
        return "assumption: the hub's carriage at home"
    model = "ARKANA" if market == "EU" else "PS4"
    return f"assumption: the hub's freight a CEU and transit, {CEU[model]:.2f} CEU of the {model}"


def build(folder: Path) -> None:
    """Write every table into a folder."""
    folder.mkdir(parents=True, exist_ok=True)

    def write(table: str, rows: Sequence[Row]) -> None:
        _write(folder / f"{table}.csv", rows)

    network = {
        "name": "Busan with Renault-Nissan and Renault-Geely",
        "currency": "M KRW",
        "start": "2024-01",
        "end": "2027-12",
    }
    write(
        "network",
        [
            told(
                {
                    **network,
                    "shift_period": 6,
                    "launch_period": 6,
                    "customs_share": 0.8,
                    "interest": 6,
                },
                "customs value and interest: assumption",
            )
        ],
    )
    write(
        "currencies",
        [
            told(
                {"currency": "USD", "start": day, "rate": rate},
                f"assumption, as for the freight of the hub: {1e6 * rate:,.0f} won a dollar",
            )
            for day, rate in (("2022-01-01", 0.0013), ("2025-01-01", 0.0014))
        ],
    )
    capacity = f"300,000 a year, here on two shifts {PRESS}; on one half of it: assumption; labour: the hub's patterns of the vehicle shops by 20.5 days"
    write(
        "plants",
        [
            told(
                {
                    "plant": plant,
                    "country": country,
                    "fixed_open": fixed,
                    "fixed_closed": round(fixed / 4),
                    "step_cost": 3000,
                    "hub": "busan" if plant == "Busan" else None,
                    **at(plant),
                },
                f"fixed cost and cost of a change of shifts: {ASSUMED}"
                if plant == "Busan"
                else f"{ASSUMED}: the part of the plant that builds these models",
            )
            for plant, (country, _, _, fixed) in PLANTS.items()
        ],
    )
    write(
        "plant_steps",
        [
            told(
                {
                    "plant": plant,
                    "step": step,
                    "start": "2024-01",
                    "capacity": cars,
                    "labour": labour,
                    "opening": "yes" if step == "one shift" else None,
                },
                capacity if plant == "Busan" else ASSUMED,
            )
            for plant, (_, cars_of, labour_of, _) in PLANTS.items()
            for step, cars, labour in zip(
                ("one shift", "two shifts"), cars_of, labour_of, strict=True
            )
        ],
    )
    write(
        "network_models",
        [
            told(
                {"model": model, "brand": brand, "powertrain": powertrain, "co2": co2},
                f"powertrain: tables of the hub; grams: {ASSUMED}",
            )
            for model, (brand, powertrain, co2, _) in MODELS.items()
        ],
    )
    content = []
    for model, plant in ALLOCATIONS:
        shares = BUSAN_PS4 if (model, plant) == ("PS4", "Busan") else PARTS[plant]
        cheaper = 0.92 if plant == "Hangzhou Bay" else 1.0
        value = MODELS[model][3] * cheaper
        for origin, share in shares.items():
            content.append(
                told(
                    {
                        "model": model,
                        "plant": plant,
                        "origin": origin,
                        "value": round(value * share, 3),
                    },
                    f"value: {VALUES.get((model, plant), VALUES.get(model, ASSUMED))}; share of {origin}: {ASSUMED}",
                )
            )
    write("content", content)
    write(
        "allocations",
        [
            told(
                {
                    "model": model,
                    "plant": plant,
                    "status": status,
                    "cost": cost,
                    "tooling": tooling or None,
                    "launch_months": lead,
                    "start": start,
                },
                f"agreement of 2023-11 for the second half of 2025 {PRESS}; month and costs: {ASSUMED}"
                if (model, plant) == ("PS4", "Busan")
                else ASSUMED,
            )
            for (model, plant), (status, cost, tooling, lead, start) in ALLOCATIONS.items()
        ],
    )
    write(
        "network_markets",
        [
            told(
                {"market": market, "name": name, "country": market, **at(market)},
                "assumption: destinations of the hub",
            )
            for market, name in MARKETS.items()
        ],
    )
    write("network_demand", list(demand()))
    write(
        "lanes",
        [
            told(
                {
                    "plant": plant,
                    "market": market,
                    "start": date,
                    "lane": market if country == market else f"{country}-{market}",
                    "freight": round(freight * times, 3),
                    "transit": days,
                },
                _freight(country, market),
            )
            for plant, (country, *_) in PLANTS.items()
            for market, (freight, days) in WAYS[country].items()
            for date, times in _times(country, market)
        ],
    )
    write("network_tariffs", list(tariffs()))
    write(
        "quotas",
        [
            told(
                {"quota": "Canada EV", "year": year, "cars": cars},
                f"{QUOTA}{'' if year == 2026 else '; towards 70,000 by 2030, straight: assumption'}",
                "reported" if year == 2026 else "derived",
            )
            for year, cars in ((2026, 49000), (2027, 54250), (2028, 59500))
        ],
    )
    write(
        "rules_of_origin",
        [
            told(
                {
                    "agreement": agreement,
                    "start": day,
                    "countries": countries,
                    "least_share": share,
                },
                "assumption: general knowledge",
            )
            for agreement, day, countries, share in (
                ("KORUS", "2012-03-15", "KR;US", 0.35),
                ("CKFTA", "2015-01-01", "KR;CA", 0.35),
                ("EU-Korea", "2011-07-01", "KR;EU", 0.5),
                ("USMCA", "2020-07-01", "US;CA;MX", 0.75),
                ("CETA", "2017-09-21", "EU;CA", 0.5),
                ("CPTPP", "2018-12-30", "JP;CA;MX", 0.45),
                ("EU-Japan", "2019-02-01", "JP;EU", 0.55),
            )
        ],
    )
    write(
        "carbon",
        [
            told(
                {"destination": "EU", "start": "2025-01", "price": 0.0015},
                "assumption: a tenth of 95 euro a gram, as a fleet is near its target",
            )
        ],
    )
    write(
        "source_limits",
        [told({"market": "EU", "share": 1.0}, "assumption: no limit; lower it to try")],
    )


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--out", type=Path, default=HERE, help="folder to write into")
    build(words.parse_args().out)
