"""Demand of every month from the reported sales, by six rules.

1. A month that is reported is taken as it is.
2. A total over several months, less the months reported in it, is spread over its other months
   by working days.
3. A month that is not reported by model is divided by the shares of the year's months that are
   (2022: by what is left of the year's production record).
4. Exports go to the destinations of 2022 in their shares of that year.
5. Hybrids take the nearest reported share of their model.
6. 2026 repeats 2025 by model and market, spread by working days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from figures import BLOCKS, BUILT, EXPORT_PLAN_2025_05, PLANT_DAYS, SALES, Figure, S
from tables import Spreader, parts_of

DOM, EXP = "domestic", "overseas"
KOLEOS = "GrandKoleos"
MODELS = {"XM3": ("XM3-ICE", "XM3-HEV"), KOLEOS: ("GKOLEOS-ICE", "GKOLEOS-HEV")}
"""Families with a combustion and a hybrid model; the others are one model each."""

BEFORE_APRIL_2022 = 0.85
"""Weight of a working day of January to March 2022 where sales are not reported: the 17,990 cars
exported in April 2022 are more than that month could build, so they were built before."""

# assumed shares of export markets, where no source says more
QM6_OUTSIDE_EUROPE = {"AU": 0.40, "AAF": 0.35, "SAM": 0.25}
KOLEOS_FIRST = {"MX": 0.5, "CO": 0.5}
KOLEOS_EXPORT = {"MX": 0.40, "CO": 0.30, "SAM": 0.15, "AAF": 0.15}
PRICES_ASSUMED = "price and penalties: assumption"

Months = dict[int, int]
"""Cars by month, 1 to 12."""
Families = dict[str, Months]


class Asked(NamedTuple):
    """Cars asked for: a row of the table ``demand`` without its prices."""

    model: str
    market: str
    year: int
    month: int
    units: int
    basis: str
    source: str


def find(period: str, item: str, market: str) -> Figure | None:
    """Return a reported figure of sales, or None."""
    for figure in SALES:
        if (figure.period, figure.item, figure.market) == (period, item, market):
            return figure
    return None


def of_month(year: int, month: int, item: str, market: str) -> int | None:
    """Return the reported sales of a month, or None."""
    figure = find(f"{year}-{month:02d}", item, market)
    if figure is None and item == "XM3":
        kinds = [find(f"{year}-{month:02d}", model, market) for model in MODELS["XM3"]]
        known = [kind.units for kind in kinds if kind is not None]
        return sum(known) if len(known) == len(kinds) else None
    return None if figure is None else figure.units


def of_year(year: int, item: str, market: str) -> int:
    """Return the reported or derived sales of a year."""
    figure = find(str(year), item, market)
    assert figure is not None
    return figure.units


def fill(known: Months, months: Iterable[int], total: int, weights: Sequence[float]) -> None:
    """Spread what is left of a total over the months that are not known yet (rule 2)."""
    months = list(months)
    unknown = [m for m in months if m not in known]
    left = total - sum(known.get(m, 0) for m in months)
    known.update(zip(unknown, parts_of(left, [weights[m - 1] for m in unknown]), strict=True))


def known_months(year: int, item: str, market: str) -> Months:
    """Return the months that are reported, alone or by a total over several (rules 1 and 2)."""
    values = {m: of_month(year, m, item, market) for m in range(1, 13)}
    known = {m: value for m, value in values.items() if value is not None}
    blocks = [b for b in BLOCKS if (b.year, b.item, b.market) == (year, item, market)]
    for block in sorted(blocks, key=lambda b: b.last - b.first):
        fill(known, range(block.first, block.last + 1), block.units, PLANT_DAYS[year])
    return known


def by_shares(year: int, market: str, months: Months, families: Sequence[str]) -> Families:
    """Divide months over families by the shares of the year's reported months (rule 3)."""
    cells: Families = {family: {} for family in families}
    for month, total in months.items():
        values = {f: of_month(year, month, f, market) for f in families}
        rest = total - sum(value or 0 for value in values.values())
        if sum(value is not None for value in values.values()) < 2 and rest:
            continue
        for family, value in values.items():
            # Cars that 2024's reports do not name are SM6 and few imported cars: taken as SM6.
            unnamed = rest if (family, year) == ("SM6", 2024) else 0
            cells[family][month] = unnamed if value is None else value
    pooled = [sum(cells[family].values()) for family in families]
    for month, total in months.items():
        if month not in cells[families[0]]:
            for family, units in zip(families, parts_of(total, pooled), strict=True):
                cells[family][month] = units
    return cells


def exports_2022() -> dict[str, int]:
    """Return the exports of 2022 by family."""
    exports = {"XM3": of_year(2022, "XM3", EXP)}
    # What Europe took beside XM3 and QM6 is the Twizy.
    inside = [of_year(2022, item, "Europe") for item in ("all", "XM3", "QM6")]
    exports["Twizy"] = inside[0] - inside[1] - inside[2]
    exports["QM6"] = of_year(2022, "all", EXP) - sum(exports.values())
    return exports


def sales_2022() -> tuple[Families, Families]:
    """Return the cars of 2022 at home and for export; by family they sum to the record."""
    away = exports_2022()
    record = {f.item: f.units for f in BUILT if f.period == "2022"}
    home = {f: record[f] - away.get(f, 0) for f in ("XM3", "QM6", "SM6", "Twizy")}
    weights = [
        days * (BEFORE_APRIL_2022 if month <= 3 else 1.0)
        for month, days in enumerate(PLANT_DAYS[2022], start=1)
    ]
    flows = []
    for market, year in ((DOM, home), (EXP, away)):
        cells: Families = {family: {} for family in year}
        # Domestic sales hold some imported cars; this is the part that was built here.
        built_here = sum(year.values()) / of_year(2022, "all", market)
        totals = {m: of_month(2022, m, "all", market) for m in range(1, 13)}
        for month, total in totals.items():
            for family in year:
                units = of_month(2022, month, family, market)
                detailed = total is not None and of_month(2022, month, "XM3", market) is not None
                if units is not None or detailed:
                    cells[family][month] = units or 0
        left = [year[family] - sum(cells[family].values()) for family in year]
        for month, total in totals.items():
            if total is not None and month not in cells["XM3"]:
                parts = parts_of(round(total * built_here), left)
                for family, units in zip(year, parts, strict=True):
                    cells[family][month] = units
        for family in year:
            fill(cells[family], range(1, 13), year[family], weights)
        flows.append(cells)
    return flows[0], flows[1]


def sales_2023() -> tuple[Families, Families]:
    """Return the cars of 2023 at home and for export."""
    flows = []
    for market, third in ((DOM, "SM6"), (EXP, "Twizy")):
        months = known_months(2023, "all", market)
        fill(months, range(1, 13), of_year(2023, "all", market), PLANT_DAYS[2023])
        flows.append(by_shares(2023, market, months, ("XM3", "QM6", third)))
    return flows[0], flows[1]


def sales_2024() -> tuple[Families, Families]:
    """Return the cars of 2024; the Grand Koleos is sold from September."""
    koleos = known_months(2024, KOLEOS, DOM)
    fill(koleos, range(9, 13), of_year(2024, KOLEOS, DOM), PLANT_DAYS[2024])
    others = {m: n - koleos.get(m, 0) for m, n in known_months(2024, "all", DOM).items()}
    others_year = of_year(2024, "all", DOM) - sum(koleos.values())
    fill(others, range(1, 13), others_year, PLANT_DAYS[2024])
    away = known_months(2024, "all", EXP)
    fill(away, range(1, 13), of_year(2024, "all", EXP), PLANT_DAYS[2024])
    home = by_shares(2024, DOM, others, ("XM3", "QM6", "SM6")) | {KOLEOS: koleos}
    return home, by_shares(2024, EXP, away, ("XM3", "QM6"))


def sales_2025() -> tuple[Families, Families]:
    """Return the cars of 2025 without the Polestar 4."""
    years = [of_year(2025, "all", market) for market in (DOM, EXP)]
    # December is the year less January to November, divided over home and export as the year is.
    eleven = next(b.units for b in BLOCKS if (b.year, b.market) == (2025, "all"))
    december = parts_of(sum(years) - eleven, years)
    home, away = (known_months(2025, "all", market) for market in (DOM, EXP))
    for months, last, year in zip((home, away), december, years, strict=True):
        months[12] = last
        fill(months, range(1, 13), year, PLANT_DAYS[2025])
    away[11] -= of_month(2025, 11, "PS4", "CA") or 0

    koleos = known_months(2025, KOLEOS, DOM)
    share = (koleos[9] + koleos[11]) / (home[9] + home[11])
    koleos |= {m: round(home[m] * share) for m in (7, 8, 10, 12)}
    abroad = known_months(2025, KOLEOS, EXP) | {1: 0, 3: 0, 4: 0}
    abroad[5] = sum(EXPORT_PLAN_2025_05.values())
    share = (abroad[5] + abroad[11]) / (away[5] + away[11])
    abroad |= {m: round(away[m] * share) for m in (6, 7, 8, 9, 10, 12)}

    others = {m: home[m] - koleos[m] for m in home}
    others_away = {m: away[m] - abroad[m] for m in away}
    return (
        by_shares(2025, DOM, others, ("XM3", "QM6", "SM6")) | {KOLEOS: koleos},
        by_shares(2025, EXP, others_away, ("XM3", "QM6")) | {KOLEOS: abroad},
    )


def destinations(family: str) -> dict[str, float]:
    """Return the shares of the markets in a family's exports (rule 4)."""
    europe = {m: of_year(2022, "XM3", m) for m in ("FR", "ES", "GB", "DE", "IT")}
    europe["EUR"] = of_year(2022, "XM3", "Europe") - sum(europe.values())
    if family == "XM3":
        outside = {m: of_year(2022, "XM3", m) for m in ("AU", "JP", "SAM")}
        region = of_year(2022, "XM3", "Asia, Pacific and Africa")
        return europe | outside | {"AAF": region - outside["AU"] - outside["JP"]}
    if family == "QM6":
        inside = of_year(2022, "QM6", "Europe")
        rest = exports_2022()["QM6"] - inside
        scale = inside / sum(europe.values())
        away = {m: rest * share for m, share in QM6_OUTSIDE_EUROPE.items()}
        return {m: units * scale for m, units in europe.items()} | away
    return dict(europe) if family == "Twizy" else dict(KOLEOS_EXPORT)


def hybrids(family: str, market: str, year: int, months: Months) -> Months:
    """Return the hybrids among a family's cars, by month (rule 5)."""
    hev = MODELS[family][1]
    known = {m: n for m in months if (n := of_month(year, m, hev, market)) is not None}
    if (family, market, year) == ("XM3", EXP, 2022):
        left = of_year(2022, hev, EXP) - sum(known.values())
        others = [m for m in months if m not in known]
        return known | dict(zip(others, parts_of(left, [months[m] for m in others]), strict=True))
    if (family, market) == (KOLEOS, EXP):
        share = EXPORT_PLAN_2025_05[hev] / sum(EXPORT_PLAN_2025_05.values())
    elif family == KOLEOS:
        share = 0.95 if year == 2024 else _pooled(family, DOM, 2025, (1, 2, 9, 11))
    elif market == EXP:
        share = of_year(2022, hev, EXP) / of_year(2022, family, EXP)
    elif year == 2022:
        share = 0.0
    elif year == 2025:
        share = _pooled(family, DOM, 2025, (11,))
    else:
        share = _pooled(family, DOM, 2024, (1, 9))
    return {m: known.get(m, round(n * share)) for m, n in months.items()}


def _pooled(family: str, market: str, year: int, months: Iterable[int]) -> float:
    """Return the hybrids' share in reported months."""
    pairs = [
        (of_month(year, m, MODELS[family][1], market), of_month(year, m, family, market))
        for m in months
    ]
    return sum(a or 0 for a, _ in pairs) / sum(b or 0 for _, b in pairs)


YEAR_SOURCES = {
    (2022, DOM): f"2022 production less exports ({S['blogauto']}; {S['chosun']})",
    (2022, EXP): f"2022 exports ({S['daum2022']}; {S['chosun']})",
    (2023, DOM): f"2023 total from growth rates, Jan-Sep {S['yna202310']}",
    (2023, EXP): f"2023 total from growth rates, Jan-Sep {S['yna202310']}",
    (2024, DOM): f"2024 total {S['newsbell']}",
    (2024, EXP): f"2024 total {S['newsbell']}",
    (2025, DOM): f"2025 total from growth rates {S['sbs2025']}, first half {S['seoulfn']}",
    (2025, EXP): f"2025 total from growth rates {S['sbs2025']}, Jan-Nov {S['newsway2025']}",
}


def _origin(family: str, market: str, year: int, month: int) -> str:
    """Say in words where a family's cars of a month come from."""
    period = f"{year}-{month:02d}"
    figure = find(period, family, market)
    if figure is not None:
        return f"rule 1: reported; {figure.source}"
    if (family, market, period) == (KOLEOS, EXP, "2025-05"):
        return f"export in that month's build plan; {S['healthtomato']}"
    figure = find(period, "all", market)
    if figure is not None:
        return f"rule 3: month {figure.source} divided over models by shares"
    return f"rules 2 and 3: {YEAR_SOURCES[year, market]} spread by working days"


def _home(family: str, year: int, months: Months) -> list[Asked]:
    """Return a family's rows at home."""
    rows = []
    hev = hybrids(family, DOM, year, months) if family in MODELS else {}
    for month, units in sorted(months.items()):
        origin = _origin(family, DOM, year, month)
        if not hev:
            basis = "reported" if origin.startswith("rule 1:") else "derived"
            rows.append(Asked(family, "KR", year, month, units, basis, origin))
            continue
        figures = [find(f"{year}-{month:02d}", model, DOM) for model in MODELS[family]]
        basis = "assumed" if (family, year) in (("XM3", 2023), ("XM3", 2025)) else "derived"
        note = f"{origin}; rule 5: hybrid share of the nearest reported months"
        if (family, year) == ("XM3", 2022):
            note = f"{origin}; assumption: no hybrids at home in 2022"
        elif any(figures):
            basis, note = "derived", f"{origin}; less the reported hybrids"
        split = (units - hev[month], hev[month])
        for model, cars, figure in zip(MODELS[family], split, figures, strict=True):
            known = figure and ("reported", f"rule 1: reported; {figure.source}")
            rows.append(Asked(model, "KR", year, month, cars, *(known or (basis, note))))
    return rows


def _abroad(family: str, year: int, months: Months) -> list[Asked]:
    rows = []
    hev = hybrids(family, EXP, year, months) if family in MODELS else {}
    spreader = Spreader(destinations(family))
    first = Spreader(KOLEOS_FIRST)
    for month, units in sorted(months.items()):
        early = family == KOLEOS and (year, month) <= (2025, 5)
        cars = (first if early else spreader).add(units)
        split = dict(zip(cars, parts_of(hev[month], cars.values()), strict=True)) if hev else {}
        origin = _origin(family, EXP, year, month)
        for market, total in cars.items():
            guess = family == KOLEOS or (family == "QM6" and market in QM6_OUTSIDE_EUROPE)
            basis = "assumed" if guess else "derived"
            known = f"rule 4: destinations of 2022 ({S['chosun']})"
            note = f"{origin}; {'assumption: share of the market' if guess else known}"
            if not hev:
                rows.append(Asked(family, market, year, month, total, basis, note))
                continue
            note += "; rule 5: hybrid share"
            numbers = (total - split[market], split[market])
            for model, number in zip(MODELS[family], numbers, strict=True):
                rows.append(Asked(model, market, year, month, number, basis, note))
    return rows


def demand() -> list[Asked]:
    """Return the demand of 2022 to 2026 without the Polestar 4, in order of model and market."""
    rows: list[Asked] = []
    years = {2022: sales_2022, 2023: sales_2023, 2024: sales_2024, 2025: sales_2025}
    for year, sales in years.items():
        home, away = sales()
        for family, months in home.items():
            rows += _home(family, year, months)
        for family, months in away.items():
            rows += _abroad(family, year, months)
    repeated: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.year == 2025:
            pair = (row.model, row.market)
            repeated[pair] = repeated.get(pair, 0) + row.units
    note = "assumption: rule 6: 2026 repeats 2025, spread by working days"
    for (model, market), total in repeated.items():
        for month, units in enumerate(parts_of(total, PLANT_DAYS[2026]), start=1):
            rows.append(Asked(model, market, 2026, month, units, "assumed", note))
    wanted = [row._replace(source=f"{row.source}; {PRICES_ASSUMED}") for row in rows if row.units]
    return sorted(wanted, key=lambda row: row[:4])
