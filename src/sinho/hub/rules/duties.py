"""Rules of the duties of a network: countries, dates, quotas."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import polars as pl

from sinho.errors import nearest
from sinho.hub.countries import country_hint
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import (
    Rule,
    Tables,
    also,
    doubts,
    firsts,
    offenders,
    with_members,
)
from sinho.hub.rules.plant import COUNTRY_RULE
from sinho.hub.schema import ALL
from sinho.hub.schema.network import DUTY_KINDS
from sinho.units import next_month

COUNTRIES = {
    "plants": ("country",),
    "network_markets": ("country",),
    "content": ("origin",),
    "network_tariffs": ("origin", "destination"),
    "carbon": ("destination",),
}
"""Columns that hold the code of a country."""

CODE, PLAIN = re.compile("[A-Z]{2}"), re.compile(r"[^\s,/|+]+")

DUTY = ("origin", "destination", "powertrain", "plant", "kind", "act", "agreement")
"""What settles a duty besides its dates."""

NEEDS = {"base": "percent", "on top": "percent", "cap": "percent", "minimum": "minimum"}
NEEDS |= {"quota": "quota"}
"""What a duty of each kind must give."""

READ = {
    "percent": ("base", "on top", "cap", "quota"),
    "minimum": ("minimum",),
    "quota": ("quota",),
}
"""Kinds of duty of which a column is read."""

NEVER = dt.date(9999, 1, 1)

LATE, EARLY = dt.timedelta(days=366), dt.timedelta(days=366 * 20)
"""How long after a duty begins, and how long before, it can hardly have been published."""


def _no_code(text: str) -> bool:
    """Return whether a text is surely no code: a country's name, or several codes in one."""
    return not CODE.fullmatch(text) and (
        not PLAIN.fullmatch(text) or country_hint(text).startswith("Write")
    )


def countries_are_codes(t: Tables) -> Iterator[Offence]:
    """Refuse names in place of codes, which duties are found by, and doubt those nothing uses.

    Codes of one's own, for parts of the world that have none, are taken.
    """
    for table, columns in COUNTRIES.items():
        for column in columns:
            wrong = [name for name in t[table][column].drop_nulls().unique() if _no_code(name)]
            yield from offenders(
                table,
                t[table].filter(pl.col(column).is_in(wrong)),
                column,
                COUNTRY_RULE,
                lambda r, c=column: country_hint(str(r[c])),  # type: ignore[misc]
            )
    members = with_members(t["rules_of_origin"], "countries")
    if members.height:
        wrong = [name for name in members["member"].unique() if _no_code(name)]
        yield from offenders(
            "rules_of_origin",
            members.filter(pl.col("member").is_in(wrong)),
            "countries",
            lambda r: f"{str(r['member'])!r} is no code of a country",
            "Give ISO 3166 alpha-2 codes, parted by ';', such as KR;US.",
        )
    if t.lacks("plants", "content", "network_markets"):
        return
    homes, markets = t["plants"]["country"], t["network_markets"]["country"]
    known = pl.concat([homes, t["content"]["origin"], markets]).drop_nulls().unique().sort()
    for table, column, own in (
        ("network_tariffs", "origin", known),
        ("network_tariffs", "destination", known),
        ("carbon", "destination", markets.drop_nulls().unique().sort()),
    ):
        yield from doubts(
            table,
            t[table].filter(~pl.col(column).is_in(own.to_list())),
            column,
            "no plant, market or part is in this country, so that the row has no effect"
            if own is known
            else "no market is in this country, so that the row has no effect",
            lambda r, c=column, o=own: nearest(str(r[c]), o.to_list()),  # type: ignore[misc]
        )
    if members.height:
        lost = members.group_by(ROW).agg((~pl.col("member").is_in(known.to_list())).all())
        yield from doubts(
            "rules_of_origin",
            t["rules_of_origin"].join(lost.filter("member"), on=ROW, how="semi"),
            "countries",
            "no parts, plants or markets are in any of them",
        )


def duties_are_whole(t: Tables) -> Iterator[Offence]:
    """Require what each kind of duty needs, and nothing that it does not read."""
    rows = t["network_tariffs"]
    if rows.is_empty():
        return
    for kind, needed in NEEDS.items():
        own = rows.filter(pl.col("kind") == kind)
        yield from offenders(
            "network_tariffs",
            own.filter(pl.col(needed).is_null()),
            needed,
            f"a duty of kind {kind} must give it",
            "Fill it in.",
        )
    for column, kinds in READ.items():
        unset = "" if column == "quota" else 0
        yield from offenders(
            "network_tariffs",
            rows.drop_nulls(column).filter(
                pl.col("kind").is_in(set(DUTY_KINDS) - set(kinds)) & (pl.col(column) != unset)
            ),
            column,
            f"is not read of this kind, but of {', '.join(kinds)}",
            "Empty the cell, or change the kind.",
        )
    # a kind that is misspelt may be one of them
    acts = rows.filter(~pl.col("kind").is_in(("cap", "quota", "minimum", "closed")))
    ways = ("origin", "destination", "act")
    yield from doubts(
        "network_tariffs",
        rows.filter(pl.col("kind") == "quota")
        .drop_nulls(list(ways))
        .join(acts, on=ways, how="anti"),
        "act",
        "no base duty and none on top is of this act, so that the quota has no effect",
        lambda r: nearest(
            str(r["act"]), acts.filter(*(pl.col(name) == r[name] for name in ways[:2]))["act"]
        ),
    )
    yield from offenders(
        "network_tariffs",
        rows.filter((pl.col("kind") == "quota") & pl.col("percent").is_null()),
        "percent",
        "a quota must give the duty that its act asks for within it",
        "0 where the act asks for nothing within the quota.",
    )
    yield from offenders(
        "network_tariffs",
        rows.filter(pl.col("origin") == pl.col("destination")),
        "destination",
        "is the origin: no duty is paid at home",
        "Remove the row.",
    )
    plants = t["plants"].select("plant", pl.col("country").alias("home"))
    yield from offenders(
        "network_tariffs",
        rows.filter(pl.col("plant") != ALL)
        .join(plants, on="plant")
        .filter(pl.col("home") != pl.col("origin")),
        "plant",
        lambda r: f"stands in {r['home']}, not in {r['origin']}",
        "Give its country as origin.",
    )


def duties_do_not_overlap(t: Tables) -> Iterator[Offence]:
    """Require that no two rows of one duty hold on the same day."""
    rows = t["network_tariffs"].drop_nulls(["origin", "destination", "kind", "act", "start"])
    if rows.is_empty():
        return
    yield from offenders(
        "network_tariffs",
        rows.filter(pl.col("end") < pl.col("start")),
        "end",
        lambda r: f"is before start, {r['start']}",
        "Correct one of the two dates.",
    )
    in_order = rows.sort(*DUTY, "start")
    # of the rows that begin before, the one that ends last
    before = in_order.with_columns(
        pl.col("end").cum_max().shift().over(DUTY).alias("until"),
        pl.col("start").shift().over(DUTY).alias("since"),
    )
    yield from offenders(
        "network_tariffs",
        before.filter((pl.col("start") <= pl.col("until")) & (pl.col("start") > pl.col("since"))),
        "start",
        lambda r: f"overlaps the row of the same duty from {r['since']} to {r['until']}",
        "End that row the day before, or empty its end: a row holds until the next one.",
    )
    yield from offenders(
        "network_tariffs",
        _at_once(rows, "base", ("powertrain", "plant", "agreement")),
        "start",
        lambda r: (
            f"overlaps the base duty of {r['act_other']} from {r['start_other']}: a car pays "
            "one base duty"
        ),
        "End that row the day before, or name it as on top.",
    )
    quotas = _at_once(rows, "quota", ())
    alike = [
        (pl.col(name) == pl.col(f"{name}_other"))
        | (pl.col(name) == ALL)
        | (pl.col(f"{name}_other") == ALL)
        for name in ("powertrain", "plant")
    ]
    yield from offenders(
        "network_tariffs",
        quotas.filter(*alike).unique(ROW, keep="first", maintain_order=True),
        "start",
        lambda r: (
            f"overlaps the quota {r['quota_other']} of {r['act_other']} from {r['start_other']}: "
            "a car counts to one quota"
        ),
        "End that row the day before, or give both the same act: the narrower row then holds.",
    )


def _at_once(rows: pl.DataFrame, kind: str, keys: tuple[str, ...]) -> pl.DataFrame:
    """Return pairs of rows of a kind that hold on the same day by different acts."""
    own = rows.filter(pl.col("kind") == kind)
    pairs = own.join(own, on=("origin", "destination", *keys), suffix="_other")
    begins, other = pl.col("start"), pl.col("start_other")
    return pairs.filter(
        (pl.col("act") != pl.col("act_other"))
        & (begins >= other)
        & (begins <= pl.col("end_other").fill_null(NEVER))
        & ((begins > other) | (pl.col(ROW) > pl.col(f"{ROW}_other")))
    )


def quotas_have_years(t: Tables) -> Iterator[Offence]:
    """Require the cars of a quota in every year that is planned while it holds.

    Cars of the last months may enter in a year behind it: a quota that has none then is doubted.
    """
    if t.lacks("network", "quotas"):
        return
    span = t["network"].drop_nulls(["start", "end"])
    if span.height != 1:
        return
    given = set(t["quotas"].select("quota", "year").rows())
    rows = t["network_tariffs"].drop_nulls("start").join(t["quotas"], on="quota", how="semi")
    days = _longest_ways(t)
    # cars of the last month enter after the last month
    ends = next_month(span["end"][0])
    short: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for row in rows.select(ROW, "quota", "start", "end", "origin", "destination").to_dicts():
        way = days.get((row["origin"], row["destination"]), 0.0)
        last = ends + dt.timedelta(days=round(way) - 1)
        until = min(last, row["end"] or NEVER)
        years = range(max(span["start"][0], row["start"]).year, until.year + 1)
        lacking = [year for year in years if (row["quota"], year) not in given]
        for found, late in ((short, False), (after, True)):
            own = [year for year in lacking if (year > span["end"][0].year) == late]
            if own:
                found[row[ROW]] = own
    yield from offenders(
        "network_tariffs",
        rows.filter(pl.col(ROW).is_in(list(short))),
        "quota",
        lambda r: f"quota {r['quota']} says no cars for {_listed(short[int(str(r[ROW]))])}",
        "Add a row for each year to quotas, of 0 cars where there is none.",
    )
    yield from doubts(
        "network_tariffs",
        rows.filter(pl.col(ROW).is_in(list(after))),
        "quota",
        lambda r: (
            f"quota {r['quota']} says no cars for {_listed(after[int(str(r[ROW]))])}, when cars of "
            "the last months enter: they pay in full"
        ),
        "Add a row for it to quotas.",
    )


def _longest_ways(t: Tables) -> dict[tuple[str, str], float]:
    """Return the most days on the way from a country to another."""
    if t.lacks("lanes", "plants", "network_markets"):
        return {}
    plants = t["plants"].select("plant", pl.col("country").alias("origin"))
    markets = t["network_markets"].select("market", pl.col("country").alias("destination"))
    ways = t["lanes"].drop_nulls("transit").join(plants, on="plant").join(markets, on="market")
    longest = ways.group_by("origin", "destination").agg(pl.col("transit").max())
    return {(origin, destination): days for origin, destination, days in longest.iter_rows()}


def _listed(years: list[int]) -> str:
    return f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"


def borders_have_duties(t: Tables) -> Iterator[Offence]:
    """Doubt lanes over a border without a base duty, where the network has duties."""
    if t.lacks("lanes", "plants", "network_markets") or t["network_tariffs"].is_empty():
        return
    plants = t["plants"].select("plant", pl.col("country").alias("origin"))
    markets = t["network_markets"].select("market", pl.col("country").alias("destination"))
    way = ("origin", "destination")
    base = t["network_tariffs"].filter(pl.col("kind") == "base")
    lanes = t["lanes"].join(plants, on="plant").join(markets, on="market")
    abroad = lanes.filter(pl.col("origin") != pl.col("destination")).join(base, on=way, how="anti")
    yield from doubts(
        "lanes",
        firsts(abroad, *way),
        "market",
        lambda r: (
            f"no base duty is given from {r['origin']} to {r['destination']}, so that cars enter "
            f"without it{also(int(str(r['count'])))}"
        ),
        "Add one to network_tariffs, of 0 % where there is none.",
    )


def acts_are_published_in_time(t: Tables) -> Iterator[Offence]:
    """Doubt acts that are published years after they begin, or long before."""
    yield from unlikely_publications(t, "network_tariffs")


def unlikely_publications(t: Tables, table: str) -> Iterator[Offence]:
    """Doubt rows of a table of duties whose day of publication can hardly be meant."""
    after = pl.col("published") - pl.col("start")
    for rows, far in (
        (after > LATE, "more than a year after"),
        (after < -EARLY, "more than twenty years before"),
    ):
        yield from doubts(
            table,
            t[table].filter(rows),
            "published",
            lambda r, far=far: f"is {far} the duty begins on {r['start']}",  # type: ignore[misc]
            "Check the year; empty it where the act was published no later than it begins.",
        )


def names_are_used(t: Tables) -> Iterator[Offence]:
    """Doubt quotas and agreements that no duty names."""
    if t.lacks("network_tariffs"):
        return
    for table, column in (("quotas", "quota"), ("rules_of_origin", "agreement")):
        named = t["network_tariffs"].select(column).drop_nulls().unique()
        yield from doubts(
            table,
            firsts(t[table].join(named, on=column, how="anti"), column),
            column,
            lambda r: f"no duty names it, so that it has no effect{also(int(str(r['count'])))}",
            lambda r, c=column, n=named: nearest(  # type: ignore[misc]
                str(r[c]), [name for name in n[c] if name]
            ),
        )


RULES: tuple[Rule, ...] = (
    countries_are_codes,
    duties_are_whole,
    duties_do_not_overlap,
    quotas_have_years,
    borders_have_duties,
    acts_are_published_in_time,
    names_are_used,
)
