"""The report: whole, self-contained, escaped, complete, also where there is little to show."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import polars as pl
import pytest

import sinho
from sinho.report import ReportFiles, write_comparison_page, write_report
from sinho.report.charts import plan_charts
from sinho.report.pictures import draw, packed
from sinho.report.render import cells, html_table
from sinho.report.style import limited, tick_labels
from sinho.report.tables import Table, summary_tables
from sinho.results import Comparison, MonthPlan
from sinho.run import compare, write_comparison
from sinho.units import month_range
from tests.report.plant import EVIL, bare, plant

SECTIONS = (
    "Headline",
    "Production",
    "Utilisation",
    "Exports",
    "Contracts",
    "Parts pulled",
    "What binds, and what more would be worth",
    "Contribution",
    "Actual against plan",
    "Basis of the input",
    "Changes of the scenario",
)
"""In the order in which a planner reads."""

CHARTS = {
    "production",
    "unmet",
    "utilisation",
    "people",
    "exports",
    "sailing",
    "contracts",
    "parts",
    "values",
    "contribution",
    "actual-months",
    "basis",
}
"""What the small plant of these tests has something to draw for."""


@pytest.fixture(scope="module")
def hub() -> sinho.Hub:
    scenario, problems = sinho.Scenario.from_toml(
        'title = "No <b>Canada</b>"\n[[change]]\ntable = "demand"\nset = { units = 0 }\n'
        'where = { market = "CA" }',
        "quiet",
    )
    assert scenario is not None, problems
    return sinho.Hub(tables=plant(EVIL).tables, scenarios={"quiet": scenario})


@pytest.fixture(scope="module")
def comparison(hub: sinho.Hub) -> Comparison:
    return compare(hub, ["base", "quiet"])


@pytest.fixture(scope="module")
def plan(comparison: Comparison) -> MonthPlan:
    return comparison.plans["base"]


@pytest.fixture(scope="module")
def files(
    hub: sinho.Hub,
    plan: MonthPlan,
    comparison: Comparison,
    tmp_path_factory: pytest.TempPathFactory,
) -> ReportFiles:
    return write_report(plan, hub, tmp_path_factory.mktemp("out") / "new folder", comparison)


class Page(HTMLParser):
    """Collects headings, links, and the tags of a page; text of scripts and styles apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.styles: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside == "h2":
            self.headings.append(data)
        if self._inside == "style":
            self.styles.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


@pytest.fixture(scope="module")
def page(files: ReportFiles) -> Page:
    return Page(files.html.read_text(encoding="utf-8"))


def test_all_sections_are_there_in_order(page: Page) -> None:
    assert tuple(page.headings[: len(SECTIONS)]) == SECTIONS
    assert page.headings[len(SECTIONS) :] == ["Scenarios side by side", "How the plan was made"]


def test_every_link_of_the_navigation_has_its_section(page: Page) -> None:
    links = [str(attrs["href"]) for tag, attrs in page.tags if tag == "a"]
    anchors = {f"#{attrs['id']}" for tag, attrs in page.tags if tag == "section"}
    assert len(links) == len(anchors) == len(page.headings)
    assert set(links) == anchors


def test_the_page_loads_nothing_from_anywhere(page: Page) -> None:
    for tag, attrs in page.tags:
        for name in ("src", "srcset", "data", "action", "poster", "background"):
            assert name not in attrs, (tag, attrs)
        for name in ("href", "xlink:href"):
            assert str(attrs.get(name) or "#").startswith("#"), (tag, attrs)
        assert tag not in ("link", "iframe", "object", "embed", "base", "img"), (tag, attrs)
        assert "url(http" not in str(attrs.get("style"))
    for style in page.styles:
        assert "@import" not in style
        assert "url(" not in style
    policy = [
        a["content"] for _, a in page.tags if "content-security" in str(a.get("http-equiv")).lower()
    ]
    assert policy == [
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' "
        "'unsafe-eval'; img-src data: blob:"
    ]


def test_the_charting_library_stands_in_the_page_once(files: ReportFiles) -> None:
    text = files.html.read_text(encoding="utf-8")
    assert text.count("window.vegaEmbed=") + text.count("window.vegaEmbed =") == 1


def test_names_of_the_hub_cannot_break_the_page(files: ReportFiles) -> None:
    text = files.html.read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "<b>Canada</b>" not in text
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;Söhne&quot;" in text


def test_every_chart_has_a_still_picture_and_its_data(page: Page, files: ReportFiles) -> None:
    charts = {str(a["data-name"]) for tag, a in page.tags if tag == "figure" and "data-name" in a}
    assert charts == CHARTS | {"overview", "years"}
    specs = {str(a["id"]) for tag, a in page.tags if tag == "script" and "id" in a}
    assert specs == {f"spec-{name}" for name in charts}
    text = files.html.read_text(encoding="utf-8")
    assert text.count('<div class="picture"><svg') == len(charts)
    ids = re.findall(r'<[a-zA-Z][^<>]* id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_pictures_are_written_as_svg_and_png(files: ReportFiles) -> None:
    assert {path.name for path in files.pictures} == {
        f"{name}.{ending}" for name in CHARTS for ending in ("png", "svg")
    }
    for path in files.pictures:
        if path.suffix == ".png":
            data = path.read_bytes()
            assert data.startswith(b"\x89PNG")
            width, height = struct.unpack(">II", data[16:24])
            assert width > 800
            assert height > 100
        else:
            assert path.read_text(encoding="utf-8").startswith("<svg")


def test_the_workbook_holds_all_tables_and_the_key_figures(
    files: ReportFiles, plan: MonthPlan
) -> None:
    book = openpyxl.load_workbook(files.workbook, read_only=True)
    assert set(plan.tables) <= set(book.sheetnames)
    assert {"summary", "key figures", "what binds", "actual by month"} <= set(book.sheetnames)
    rows = list(book["key figures"].iter_rows(values_only=True))
    assert rows[0][:3] == ("group", "figure", "unit")
    whole = [row[-1] for row in rows if row[0] == "contribution"]
    assert whole == [pytest.approx(plan.objective)]


def test_a_report_is_replaced_whole_and_stale_pictures_go(
    hub: sinho.Hub, plan: MonthPlan, tmp_path: Path
) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "actuals.png").write_bytes(b"old")  # this plan has no such chart
    (tmp_path / "pictures" / "mine.png").write_bytes(b"mine")
    (tmp_path / "report.html").write_text("old")
    with pytest.raises(FileExistsError, match="force"):
        write_report(plan, hub, tmp_path, force=False)
    assert (tmp_path / "report.html").read_text() == "old"
    files = write_report(plan, hub, tmp_path)
    assert "Headline" in files.html.read_text(encoding="utf-8")
    assert not (tmp_path / "pictures" / "actuals.png").exists()
    assert (tmp_path / "pictures" / "mine.png").read_bytes() == b"mine"
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "plan.xlsx", "pictures"}


def test_nothing_is_left_where_writing_fails(
    hub: sinho.Hub, plan: MonthPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(MonthPlan, "write_excel", fails)
    with pytest.raises(OSError, match="disk full"):
        write_report(plan, hub, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_same_plan_gives_the_same_page(
    hub: sinho.Hub, plan: MonthPlan, comparison: Comparison, files: ReportFiles, tmp_path: Path
) -> None:
    again = write_report(plan, hub, tmp_path, comparison)
    assert again.html.read_bytes() == files.html.read_bytes()


def test_the_comparison_page(comparison: Comparison, tmp_path: Path) -> None:
    files = write_comparison_page(comparison, tmp_path)
    text = files.html.read_text(encoding="utf-8")
    page = Page(text)
    assert page.headings == [
        "Overview",
        "Figures",
        "What each scenario changed in the input",
        "How the plans were made",
    ]
    assert "base" in text
    assert "quiet" in text
    assert "<script>alert" not in text
    names = {path.name for path in files.pictures}
    assert names == {"overview.png", "overview.svg", "years.png", "years.svg"}


def test_writing_a_comparison_writes_its_page(
    hub: sinho.Hub, comparison: Comparison, tmp_path: Path
) -> None:
    files = write_comparison(comparison, hub, tmp_path)
    assert files["page"] == tmp_path / "comparison.html"
    assert files["base/report"] == tmp_path / "base" / "report.html"
    assert all(path.is_file() for path in files.values())


def test_a_bare_hub_says_why_its_sections_are_empty(tmp_path: Path) -> None:
    hub = bare()
    plan = sinho.plan_months(hub)
    files = write_report(plan, hub, tmp_path)
    text = files.html.read_text(encoding="utf-8")
    assert tuple(Page(text).headings[: len(SECTIONS)]) == SECTIONS
    for reason in (
        "No car is made in any period.",
        "No car is exported.",
        "The plan has no contracts: the hub has none, or none falls into the horizon.",
        "The plan pulls no engines and no castings.",
        "The hub has no actuals of whole years inside the horizon.",
        "The plan is of the hub as it stands: no scenario, or one without changes.",
    ):
        assert reason in text


def test_a_weekly_plan_is_drawn(hub: sinho.Hub) -> None:
    plan = sinho.plan_months(hub, period="week")
    charts = plan_charts(plan, hub)
    drawn = draw([charts[name] for name in ("production", "utilisation", "contracts")])
    assert len(drawn) == 3
    assert "W50" in drawn["production"].svg


def test_many_models_are_shown_by_family(hub: sinho.Hub) -> None:
    models = [
        {"model": f"M{n}", "family": f"F{n % 3}", "brand": "Own", "powertrain": "ICE"}
        | {"length": 4500, "width": 1800, "height": 1600}
        for n in range(12)
    ]
    many = plant(
        models=[*models, {**hub["models"].to_dicts()[-1]}],
        bom=[],
        loads=[{"item": f"M{n}", "shop": "assembly"} for n in range(12)]
        + [{"item": "G", "shop": "assembly"}],
        demand=[
            {"model": f"M{n}", "market": "KR", "month": "2026-12", "units": 50, "price": 20}
            for n in range(12)
        ],
        contracts=[],
        opening_backlog=[],
        actuals=[],
    )
    spec = plan_charts(sinho.plan_months(many), many)["production"].spec
    assert spec is not None
    assert spec["title"]["text"] == "Cars made by family and month"


def test_series_beyond_the_palette_are_added_up() -> None:
    frame = pl.DataFrame(
        {"label": ["m"] * 5, "by": list("abcde"), "cars": [1.0, 5.0, 2.0, 4.0, 3.0]}
    )
    shown, order = limited(frame, "by", "cars", list("abcde"), limit=3)
    assert order == ["b", "d", "3 others"]
    assert shown["cars"].sum() == 15
    assert shown.filter(pl.col("series") == "3 others")["cars"].to_list() == [6.0]


@pytest.mark.parametrize(("months", "most"), [(1, 1), (7, 12), (18, 24), (60, 24), (240, 24)])
def test_few_enough_periods_are_labelled(months: int, most: int) -> None:
    import datetime as dt

    days = month_range(dt.date(2026, 2, 1), dt.date(2046, 1, 1))[:months]
    text = tick_labels([f"{day:%Y-%m}" for day in days], days)
    assert 1 <= len(text) <= most
    years = [lines[1] for lines in text.values() if lines[1]]
    assert len(years) == len(set(years))  # a year stands where it begins, once
    assert next(iter(text.values()))[1]


def test_cells_have_the_decimals_that_their_size_needs() -> None:
    frame = pl.DataFrame(
        {
            "figure": ["cars", "share", None],
            "unit": ["cars", "%", "t"],
            "value": [12345.6, 7.25, None],
            "change [%]": [-0.04, -3.25, 100.0],
        }
    )
    assert cells(frame) == [
        ["cars", "cars", "12,346", "0.0"],
        ["share", "%", "7.2", "−3.2"],
        ["–", "t", "–", "100.0"],
    ]
    plain = pl.DataFrame({"n": [1, 2000], "x": [1.5, 20.25], "small": [0.125, 3.5]})
    assert cells(plain) == [["1", "1.5", "0.12"], ["2,000", "20.2", "3.50"]]


def test_tables_number_their_sources_and_escape_them() -> None:
    frame = pl.DataFrame({"a": ["<i>", "b", "c"], "source": ["s & t", "u", "s & t"]})
    text = html_table(Table("T", frame))
    assert "&lt;i&gt;" in text
    assert text.count("[1]") == 2
    assert text.count("s &amp; t") == 1


def test_a_long_table_says_that_it_is_cut() -> None:
    text = html_table(Table("T", pl.DataFrame({"n": list(range(1234))})))
    assert text.count("<tr>") == 501
    assert "734 more rows stand in the workbook" in text


def test_an_empty_table_says_why() -> None:
    text = html_table(Table("T", pl.DataFrame(), empty="Nothing <happens>."))
    assert "<table" not in text
    assert "Nothing &lt;happens&gt;." in text


def test_the_terminal_gets_the_main_tables(hub: sinho.Hub, plan: MonthPlan) -> None:
    tables = dict(summary_tables(plan, hub))
    assert next(iter(tables)) == "Key figures"
    assert {"Utilisation by shop and basis", "Contracts", "Contribution by line"} <= set(tables)
    assert all(frame.height for frame in tables.values())
    basis = tables["Utilisation by shop and basis"]["basis"].to_list()
    assert set(basis) == {"manned", "installed"}


def test_a_png_packed_again_is_the_same_picture(hub: sinho.Hub, plan: MonthPlan) -> None:
    import zlib

    def pixels(png: bytes) -> bytes:
        at, data = 8, b""
        while at < len(png):
            (length,) = struct.unpack_from(">I", png, at)
            body = png[at + 4 : at + 8 + length]
            (check,) = struct.unpack_from(">I", png, at + 8 + length)
            assert check == zlib.crc32(body)
            if body[:4] == b"IDAT":
                data += body[4:]
            at += length + 12
        return zlib.decompress(data)

    drawn = draw([plan_charts(plan, hub)["people"]])["people"]
    png = drawn.png()
    assert pixels(packed(png)) == pixels(png)


def test_key_figures_load_no_charting_library() -> None:
    code = (
        "import sys, sinho.report, sinho.report.figures, sinho.report.tables, sinho.report.render\n"
        "print(sorted({'altair', 'vl_convert', 'highspy', 'xlsxwriter'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"


FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=60000",
)


def opened(chromium: str, path: Path, anchor: str = "") -> str:
    """Open a page in Chromium and return what stands in it once its scripts have run."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [chromium, *FLAGS, f"--user-data-dir={profile}", "--dump-dom", path.as_uri() + anchor],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=True,
        )
    return done.stdout


@pytest.mark.browser
def test_a_browser_draws_every_chart(files: ReportFiles, chromium: str) -> None:
    text = opened(chromium, files.html)
    drawn = re.findall(r'<figure class="chart" data-name="([^"]+)"[^>]*data-drawn="yes"', text)
    assert set(drawn) == CHARTS | {"overview", "years"}
    assert 'data-drawn="no"' not in text
    assert '<p class="failed"' not in text
    assert len(re.findall(r'<svg[^>]*class="marks"', text)) >= len(drawn)
    assert '<div class="picture"' not in text  # each still picture has made way for its chart


@pytest.mark.browser
def test_a_browser_keeps_the_pictures_where_scripts_fail(
    files: ReportFiles, chromium: str, tmp_path: Path
) -> None:
    text = files.html.read_text(encoding="utf-8")
    place = text.index("window.vegaEmbed")
    broken = tmp_path / "broken.html"
    broken.write_text(
        text[:place] + "window.nothing" + text[place + len("window.vegaEmbed") :], encoding="utf-8"
    )
    shown = opened(chromium, broken)
    assert shown.count('<div class="picture"><svg') == len(CHARTS) + 2
