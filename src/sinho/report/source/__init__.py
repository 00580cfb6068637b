"""Page, workbook and record of plans of a network."""

from sinho.report.source.futures import (
    futures_page,
    futures_said,
    futures_tables,
    launches_beside,
    losses_said,
)
from sinho.report.source.page import source_page
from sinho.report.source.tables import (
    FILL,
    figures,
    landed_from,
    launches_shown,
    limits_shown,
    losses_shown,
    side_by_side,
    waterfall,
    worth_shown,
)
from sinho.report.source.write import RECORD, write_futures, write_sourcing

__all__ = [
    "FILL",
    "RECORD",
    "figures",
    "futures_page",
    "futures_said",
    "futures_tables",
    "landed_from",
    "launches_beside",
    "launches_shown",
    "limits_shown",
    "losses_said",
    "losses_shown",
    "side_by_side",
    "source_page",
    "waterfall",
    "worth_shown",
    "write_futures",
    "write_sourcing",
]
