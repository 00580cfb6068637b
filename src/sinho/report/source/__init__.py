"""Page, workbook and record of plans of a network."""

from sinho.report.source.futures import (
    futures_page,
    futures_said,
    futures_tables,
    launches_beside,
    losses_said,
)
from sinho.report.source.page import source_page
from sinho.report.source.tables import figures, landed_beside, shown_beside, side_by_side, waterfall
from sinho.report.source.write import RECORD, write_futures, write_sourcing

__all__ = [
    "RECORD",
    "figures",
    "futures_page",
    "futures_said",
    "futures_tables",
    "landed_beside",
    "launches_beside",
    "losses_said",
    "shown_beside",
    "side_by_side",
    "source_page",
    "waterfall",
    "write_futures",
    "write_sourcing",
]
