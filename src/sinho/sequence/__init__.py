"""Sequencing: the order in which a day's cars are built."""
