"""The answer in one or two sentences, and the figures by period behind it."""

from __future__ import annotations

import numpy as np
import polars as pl

from sinho.plan.why.case import Case
from sinho.plan.why.figures import Fate
from sinho.plan.why.reasons import named_pairs
from sinho.plan.words import cars, count, join, number, some, when
from sinho.units import capacity_unit

LITTLE = 0.05
"""Cars below which nothing is missing."""


def answer(case: Case) -> str:
    """Say in figures how the question's demand, contract, month or shop stands.

    Parameters
    ----------
    case : Case
        The question and its plan.

    Returns
    -------
    str
        Sentences.
    """
    return {
        "demand": _demand,
        "contract": _contract,
        "month": _month,
        "shop": _shop,
    }[case.question.kind](case)


def said_fate(case: Case, found: Fate) -> str:
    """Write what became of the cars asked for."""
    if found.requested < LITTLE:
        return "no cars are asked for"
    if found.short < LITTLE:
        return f"all {cars(found.requested)} asked for are shipped on time"
    noun = case.plan.period_kind
    parts = [f"{number(round(found.on_time, 1))} are shipped on time"]
    if found.shipped_late > LITTLE:
        ages = [f"{number(round(n, 1))} by {count(age, noun)}" for age, n in found.late.items()]
        parts.append(
            f"{number(round(found.shipped_late, 1))} late ({some(ages)})"
            if len(ages) > 1
            else f"{number(round(found.shipped_late, 1))} late by "
            f"{count(next(iter(found.late)), noun)}"
        )
    if found.waiting > LITTLE:
        parts.append(
            f"{number(round(found.waiting, 1))} are still late at the end of "
            f"{case.data.spans[-1].label}"
        )
    if found.lost > LITTLE:
        parts.append(f"{number(round(found.lost, 1))} are lost")
    return f"of {cars(found.requested)} asked for, {join(parts)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _demand(case: Case) -> str:
    found = case.fate
    if found.requested < LITTLE:
        return f"No cars are asked for: the demand {case.question.subject} is empty."
    return f"Demand {case.question.subject}: {said_fate(case, found)}."


def _contract(case: Case) -> str:
    question, d, currency = case.question, case.data, case.plan.currency
    if not question.windows:
        return f"{_capital(question.subject)} has no window in the months that are planned."
    table = case.plan.tables["contracts"]
    rows = [table.row(w, named=True) for w in question.windows]
    said = []
    for row in rows:
        corridor = f"at least {number(row['least'])}" if row["least"] else "any number of"
        if row["most"] is not None:
            corridor = f"{number(row['least'])} to {number(row['most'])}"
        state = (
            f"{cars(row['short'])} short, which costs {number(row['penalty'])} {currency}"
            if row["short"] > LITTLE
            else "at its most"
            if row["most"] is not None and row["shipped"] >= row["most"] - LITTLE
            else "kept"
        )
        inside = [t for t, span in enumerate(d.spans) if row["start"] <= span.month <= row["end"]]
        label = f"{row['window']}, " if row["window"] not in (s.label for s in d.spans) else ""
        said.append(
            f"{label}{when(d.spans, inside)}: {corridor} cars asked for, "
            f"{number(round(row['shipped'], 1))} shipped, {state}"
        )
    short = sum(row["short"] > LITTLE for row in rows)
    if len(rows) == 1:
        return f"{_capital(question.subject)} ({said[0]})."
    kept = f"{len(rows) - short} of {count(len(rows), 'window')} kept"
    worst = [text for text, row in zip(said, rows, strict=True) if row["short"] > LITTLE]
    return (
        f"{_capital(question.subject)}: {kept}"
        + (f"; short in {'; '.join(worst[:4])}" if worst else "")
        + "."
    )


def _utilisation(case: Case, shop: str) -> tuple[float, float, float] | None:
    """Return load, manned and installed utilisation of a shop over the periods asked about."""
    starts = [case.data.spans[t].start for t in np.flatnonzero(case.question.periods)]
    rows = case.plan.tables["hours"].filter(
        (pl.col("shop") == shop) & pl.col("period").is_in(starts)
    )
    load, manned, installed = (
        float(rows[name].sum()) for name in ("load", "manned_capacity", "installed_capacity")
    )
    if manned <= 0:
        return None
    return load, load / manned, load / installed


def _month(case: Case) -> str:
    shops = []
    for shop in case.data.shops:
        found = _utilisation(case, shop)
        if found is not None:
            shops.append(f"{shop} {found[1]:.1%} / {found[2]:.1%}")
    head = f"{_capital(case.question.subject)}: {said_fate(case, case.fate)}."
    missing = named_pairs(case, case.short)
    if missing:
        head += f" Not on time: {missing}."
    waiting = float(case.flows.late[:, case.question.last].sum())
    if waiting > LITTLE:
        head += f" At the end {cars(waiting)} are late in all."
    return f"{head} Utilisation (manned / installed): {', '.join(shops)}."


def _shop(case: Case) -> str:
    question, d = case.question, case.data
    shop = d.shops[question.shop]
    starts = [d.spans[t].start for t in np.flatnonzero(question.periods)]
    rows = case.plan.tables["hours"].filter(
        (pl.col("shop") == shop) & pl.col("period").is_in(starts)
    )
    found = _utilisation(case, shop)
    if found is None:
        return (
            f"{_capital(question.subject)}: no manned hours. Of the models that pass through it, "
            f"{said_fate(case, case.fate)}."
        )
    load, manned, installed = found
    full = [
        t
        for t in np.flatnonzero(question.periods).tolist()
        if rows.filter(pl.col("period") == d.spans[t].start)["binding"].item()
    ]
    hours = float((rows["pattern_hours"] + rows["overtime_hours"]).sum())
    text = (
        f"{_capital(question.subject)}: {number(round(load, 1))} {case.units(shop)} of work in "
        f"{number(round(hours, 1))} manned hours, {manned:.1%} of its manned and "
        f"{installed:.1%} of its installed capacity; "
    )
    text += f"full in {when(d.spans, full)}." if full else "never full."
    return f"{text} Of the models that pass through it, {said_fate(case, case.fate)}."


def facts(case: Case) -> pl.DataFrame:
    """Return the figures by period behind an answer.

    Parameters
    ----------
    case : Case
        The question and its plan.

    Returns
    -------
    polars.DataFrame
        For a demand: ``period, model, market, asked, on_time, shipped, late, lost, worth`` (of one
        more car asked for, in currency). For a contract: its windows, with ``worth`` of a car that
        counts beside its fee. For a month or a shop: ``period, limit, name, unit, used, capacity,
        utilisation, utilisation_installed, worth`` (of one more unit; of an hour for shops).
    """
    kind = case.question.kind
    if kind == "demand":
        return _demand_facts(case)
    if kind == "contract":
        table = case.plan.tables["contracts"]
        worth = pl.Series("worth", case.margins.window_values, dtype=pl.Float64)
        return table.with_columns(worth)[list(case.question.windows)]
    return _limit_facts(case)


def _demand_facts(case: Case) -> pl.DataFrame:
    d, flows = case.data, case.flows
    on_time, worth = flows.on_time(d), case.margins.demand_worth
    live = (d.demand > 0) | (flows.ship > 0) | (flows.late > 0) | (flows.lost > 0)
    pair, t = np.nonzero((live & case.question.cells).T)[::-1]
    return pl.DataFrame(
        {
            "period": [d.spans[n].start for n in t],
            "model": [d.models[d.pair_model[p]] for p in pair],
            "market": [d.markets[d.pair_market[p]] for p in pair],
            "asked": d.demand[pair, t],
            "on_time": on_time[pair, t],
            "shipped": flows.ship[pair, t],
            "late": flows.late[pair, t],
            "lost": flows.lost[pair, t],
            "worth": worth[pair, t],
        },
        schema_overrides={"period": pl.Date, "model": pl.String, "market": pl.String},
    )


def _limit_facts(case: Case) -> pl.DataFrame:
    d, margins = case.data, case.margins
    place = {d.spans[t].start: t for t in np.flatnonzero(case.question.periods).tolist()}
    tables = {
        name: case.plan.tables[name].filter(pl.col("period").is_in(list(place))).to_dicts()
        for name in ("hours", "sailing", "yard")
    }
    rows: list[tuple[object, ...]] = []
    units = dict(case.hub["shops"].select("shop", "unit").iter_rows())
    only = d.shops[case.question.shop] if case.question.kind == "shop" else None
    for row in tables["hours"]:
        start, shop = row["period"], row["shop"]
        if only in (None, shop):
            worth = float(margins.hour_values[d.shops.index(shop), place[start]])
            figures = row["load"], row["manned_capacity"], row["utilisation_installed"], worth
            rows.append((start, "shop", shop, capacity_unit(units[shop]), *figures))
    for row in [] if only else tables["sailing"]:
        start, lane = row["period"], row["lane"]
        for column, kind, unit in (
            ("ceu", "ceu", "CEU"),
            ("area", "area", "m2"),
            ("boxes", "box", "box"),
        ):
            if row[f"{column}_capacity"] is not None:
                worth = float(margins.sea_values[kind][d.lanes.index(lane), place[start]])
                figures = row[column], row[f"{column}_capacity"], None, worth
                rows.append((start, f"sailings by {unit}", lane, unit, *figures))
    for row in [] if only else tables["yard"]:
        if row["capacity"] is not None:
            worth = float(margins.yard_values[place[row["period"]]])
            figures = row["cars"], row["capacity"], None, worth
            rows.append((row["period"], "yard", "yard", "car", *figures))
    text = dict.fromkeys(("limit", "name", "unit"), pl.String)
    figure = dict.fromkeys(("used", "capacity", "utilisation_installed", "worth"), pl.Float64)
    share = pl.when(pl.col("capacity") != 0).then(pl.col("used") / pl.col("capacity"))
    return (
        pl.DataFrame(rows, schema={"period": pl.Date, **text, **figure}, orient="row")
        .with_columns(share.alias("utilisation"))
        .select(
            "period", *text, "used", "capacity", "utilisation", "utilisation_installed", "worth"
        )
        .sort("period", maintain_order=True)
    )
