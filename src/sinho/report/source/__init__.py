"""Page, workbook and record of a plan of a network."""

from sinho.report.source.write import write_sourcing

__all__ = ["write_sourcing"]
