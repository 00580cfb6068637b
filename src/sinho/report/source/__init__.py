"""Page, workbook and record of plans of a network."""

from sinho.report.source.page import source_page
from sinho.report.source.tables import figures, landed_beside, side_by_side, waterfall
from sinho.report.source.write import RECORD, write_sourcing

__all__ = [
    "RECORD",
    "figures",
    "landed_beside",
    "side_by_side",
    "source_page",
    "waterfall",
    "write_sourcing",
]
