"""Page, workbook and record of a plan of a network."""

from sinho.report.source.tables import figures, side_by_side, waterfall
from sinho.report.source.write import write_sourcing

__all__ = ["figures", "side_by_side", "waterfall", "write_sourcing"]
