"""Pictures of the yard: its map at a moment, and days to watch."""

from sinho.report.yard.map import yard_map
from sinho.report.yard.replay import yard_replay

__all__ = ["yard_map", "yard_replay"]
