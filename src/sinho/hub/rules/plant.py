"""Rules on the settings, shops, shift patterns and the calendar."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.errors import nearest
from sinho.hub.countries import CODES, country_hint
from sinho.hub.hub import NO_REST, WEEKDAYS
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, day_or_month, month, offenders
from sinho.hub.schema import ALL
from sinho.hub.shifts import CLOCK, clock_hours, day_spans
from sinho.units import knows_holidays

HOURS_A_DAY = 24
COUNTRY_RULE = "must be a country code of two capital letters (ISO 3166)"


def one_row_of_settings(t: Tables) -> Iterator[Offence]:
    """Require that the settings are one row: a second would be passed over."""
    rows = t["hub"].slice(1)
    hint = "Keep one row; one hub is one plant."
    yield from offenders("hub", rows, "name", "the settings are one row", hint)


def last_month_not_before_first(t: Tables) -> Iterator[Offence]:
    """Require that the hub's last month is not before its first."""
    rows = t["hub"].filter(pl.col("end") < pl.col("start"))
    yield from offenders(
        "hub", rows, "end", lambda r: f"must not be before start ({month(r['start'])})"
    )


def no_countries(t: Tables, table: str, column: str) -> Iterator[Offence]:
    """Require codes of countries."""
    if CODES.issuperset(t[table][column].drop_nulls().unique()):
        return
    rows = t[table].filter(~pl.col(column).is_in(CODES))
    yield from offenders(table, rows, column, COUNTRY_RULE, lambda r: country_hint(str(r[column])))


def country_of_hub(t: Tables) -> Iterator[Offence]:
    """Require a country code whose public holidays are known where they are wanted."""
    hub = t["hub"]
    coded = pl.col("country").is_in(CODES)
    yield from no_countries(t, "hub", "country")
    for row in hub.filter(coded & pl.col("public_holidays")).iter_rows(named=True):
        if not knows_holidays(row["country"]):
            rule = "public holidays of this country are not known"
            hint = "Check the code, or set public_holidays to no and list the days in calendar."
            yield from offenders("hub", hub, "country", rule, hint)


def weekend_days(t: Tables) -> Iterator[Offence]:
    """Require days of the week as weekend."""
    known = (*WEEKDAYS, NO_REST)
    for row in t["hub"].drop_nulls("weekend").iter_rows(named=True):
        days = row["weekend"].split(";")
        strange = [day for day in days if day not in known]
        rule = f"must be days of the week parted by ';': {', '.join(WEEKDAYS)}; or {NO_REST}"
        if strange:
            yield Offence("hub", [row[ROW]], "weekend", rule, nearest(strange[0], known))
        elif NO_REST in days and len(days) > 1:
            yield Offence("hub", [row[ROW]], "weekend", rule, f"{NO_REST!r} stands alone.")


def group_has_patterns(t: Tables) -> Iterator[Offence]:
    """Require a shift pattern for every shop group."""
    if t.lacks("patterns"):
        return
    rows = t["groups"].join(t["patterns"], on="group", how="anti").drop_nulls("group")
    yield from offenders("groups", rows, "group", "has no row in patterns", "Add its patterns.")


def group_name_is_not_all(t: Tables) -> Iterator[Offence]:
    """Refuse the name by which the calendar calls all groups."""
    rows = t["groups"].filter(pl.col("group") == ALL)
    rule = f"{ALL!r} stands for all groups in the calendar"
    yield from offenders("groups", rows, "group", rule, "Choose another name.")


def _foreign(t: Tables, table: str, column: str) -> pl.DataFrame:
    """Return rows that name a pattern which exists, but not in their group."""
    own = t["patterns"].select("group", "pattern").unique()
    return (
        t[table]
        .drop_nulls(["group", column])
        .filter(pl.col(column).is_in(own["pattern"].implode()))
        .filter(pl.col("group").is_in(own["group"].implode()))
        .join(own, left_on=["group", column], right_on=["group", "pattern"], how="anti")
    )


def pattern_of_own_group(t: Tables) -> Iterator[Offence]:
    """Require that patterns named by groups, months and shifts are patterns of their own group."""
    named = (("groups", "opening_pattern"), ("fixed_patterns", "pattern"), ("shifts", "pattern"))
    for table, column in named:
        known: dict[str, list[str]] = {}
        for group, pattern in t["patterns"].select("group", "pattern").iter_rows():
            known.setdefault(group, []).append(pattern)
        yield from offenders(
            table,
            _foreign(t, table, column),
            column,
            lambda r: f"is no pattern of group {r['group']!r}",
            lambda r, c=column, k=known: nearest(str(r[c]), k[str(r["group"])]),  # type: ignore[misc]
        )


def fixed_patterns_in_order(t: Tables) -> Iterator[Offence]:
    """Require that fixed patterns end after they start and do not overlap."""
    fixed = t["fixed_patterns"].drop_nulls(["group", "start"])
    # the first of a month stands for the whole month
    last = pl.when(pl.col("end").dt.day() == 1).then(pl.col("end").dt.month_end())
    fixed = fixed.with_columns(last.otherwise("end").alias("last"))
    backward = fixed.filter(pl.col("last") < pl.col("start"))
    yield from offenders(
        "fixed_patterns",
        backward,
        "end",
        lambda r: f"must not be before start ({day_or_month(r['start'])})",
    )
    before = fixed.sort("group", "start", maintain_order=True).with_columns(
        pl.col("group").shift().alias("other"),
        pl.col("start").shift().alias("since"),
        pl.col("last").shift().alias("until"),
        pl.col("end").shift().alias("until_given"),
    )
    clash = before.filter(
        (pl.col("group") == pl.col("other"))
        & (pl.col("since") < pl.col("start"))
        & (pl.col("until").is_null() | (pl.col("until") >= pl.col("start")))
    )

    def rule(r: dict[str, object]) -> str:
        until = r["until_given"]
        until = day_or_month(until) if until else "the end of the horizon"
        return (
            f"overlaps another fixed pattern of group {r['group']!r}, "
            f"which holds from {day_or_month(r['since'])} to {until}"
        )

    yield from offenders(
        "fixed_patterns", clash, "start", rule, "Let the earlier one end before this one starts."
    )


def hours_fit_a_day(t: Tables) -> Iterator[Offence]:
    """Require that shifts fit into a day's 24 hours; warn where overtime on top does not."""
    paid = pl.col("shifts") * pl.col("hours")
    rows = t["patterns"].with_columns(paid.alias("paid"))
    yield from offenders(
        "patterns",
        rows.filter(pl.col("paid") > HOURS_A_DAY),
        "hours",
        lambda r: f"{r['shifts']} shifts of {r['hours']:g} h are more than a day's 24 hours",
    )
    longest = rows.group_by("group").agg(pl.col("paid").filter(pl.col("paid") <= 24).max())
    overtime = t["overtime"].join(longest, on="group")
    yield from offenders(
        "overtime",
        overtime.filter(pl.col("hours_per_day") + pl.col("paid") > HOURS_A_DAY),
        "hours_per_day",
        lambda r: (
            f"overtime on top of the group's longest pattern ({r['paid']:g} h) is more than 24 h"
        ),
        "Lower the overtime, or plan with it knowingly.",
        "warning",
    )


def manned_within_installed(t: Tables) -> Iterator[Offence]:
    """Warn of shops that are manned for more than the equipment is capable of."""
    installed = t["shops"].select("shop", pl.col("installed_rate").alias("capable"))
    for table in ("shops", "rates"):
        rows = t[table].join(installed, on="shop").filter(pl.col("manned_rate") > pl.col("capable"))
        yield from offenders(
            table,
            rows,
            "manned_rate",
            lambda r: f"is more than the installed rate of {r['capable']:g}",
            "Check both rates; installed utilisation will pass 100 %.",
            "warning",
        )


def calendar_in_order(t: Tables) -> Iterator[Offence]:
    """Require that deviations of the calendar end after they start."""
    rows = t["calendar"].filter(pl.col("end") < pl.col("start"))
    yield from offenders(
        "calendar", rows, "end", lambda r: f"must not be before start ({r['start']})"
    )


def shifts_of_a_day(t: Tables) -> Iterator[Offence]:
    """Require that the shifts of a pattern make a day: each once, one after the other."""
    rows = t["shifts"].drop_nulls(["group", "pattern", "shift", "begin"])
    timed = pl.col("begin").str.contains(f"^{CLOCK.pattern}$")
    rule = "must be a time of day, as 06:30"
    yield from offenders("shifts", rows.filter(~timed), "begin", rule, "Write hours and minutes.")
    known = {
        (group, pattern): (count, hours)
        for group, pattern, count, hours in t["patterns"]
        .drop_nulls(["group", "pattern", "shifts", "hours"])
        .select("group", "pattern", "shifts", "hours")
        .iter_rows()
    }
    days = rows.filter(timed).sort("shift").group_by("group", "pattern", maintain_order=True)
    for (group, pattern), own in days:
        if (group, pattern) not in known:
            continue
        count, hours = known[group, pattern]
        said = f"pattern {pattern!r} of group {group!r} has {count} shifts a day"
        missing = sorted({*range(1, count + 1)} - {*own["shift"]})
        more = own.filter(pl.col("shift") > count)
        yield from offenders("shifts", more, "shift", said, "Leave the row out.")
        if missing:
            listed = ", ".join(map(str, missing))
            hint = "Give each shift a row."
            yield Offence("shifts", [own[ROW][0]], "shift", f"{said}: no row of {listed}", hint)
        begun: list[tuple[float, str | None]] = []
        for row, begin, breaks in own.select(ROW, "begin", "breaks").iter_rows():
            try:
                day_spans([*begun, (clock_hours(begin) or 0.0, breaks)], hours)
            except ValueError as error:
                column = "begin" if str(error).startswith("it ") else "breaks"
                hint = "The shift works its hours from its begin on, breaks not counted."
                yield Offence("shifts", [row], column, str(error), hint)
            else:
                begun.append((clock_hours(begin) or 0.0, breaks))


RULES: tuple[Rule, ...] = (
    one_row_of_settings,
    last_month_not_before_first,
    country_of_hub,
    weekend_days,
    group_has_patterns,
    group_name_is_not_all,
    pattern_of_own_group,
    fixed_patterns_in_order,
    hours_fit_a_day,
    shifts_of_a_day,
    manned_within_installed,
    calendar_in_order,
)
