"""Pictures of the yard."""

from sinho.report.yard.map import yard_map

__all__ = ["yard_map"]
