"""Inputs that are damaged on purpose, and what they say by an independent reading."""
