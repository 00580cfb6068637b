"""The decks of a voyage."""
