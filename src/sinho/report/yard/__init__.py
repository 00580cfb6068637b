"""Pictures of the yard: its map at a moment, days to watch, and how a voyage is loaded."""

from sinho.report.yard.loading import loading_replay
from sinho.report.yard.map import yard_map
from sinho.report.yard.replay import yard_replay

__all__ = ["loading_replay", "yard_map", "yard_replay"]
