"""A simulated line for people: a page with a picture of it, a workbook, and a page to watch it."""

from sinho.report.simulate.kpi import line_kpis
from sinho.report.simulate.page import line_page
from sinho.report.simulate.picture import line_picture
from sinho.report.simulate.replay import line_replay, line_scene
from sinho.report.simulate.tables import line_tables

__all__ = ["line_kpis", "line_page", "line_picture", "line_replay", "line_scene", "line_tables"]
