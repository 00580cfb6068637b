"""The decks of a voyage for people: pictures, the loading list, and the loading to watch."""

from sinho.report.decks.lists import write_loading_list
from sinho.report.decks.picture import deck_picture, deck_pictures
from sinho.report.decks.replay import loading_replay

__all__ = ["deck_picture", "deck_pictures", "loading_replay", "write_loading_list"]
