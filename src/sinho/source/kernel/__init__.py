"""Compiled parts of sourcing."""
