"""The compiled core of loading a graph."""

from __future__ import annotations

from sinho.stow.kernel.price import Ship, Work, price, work_of
from sinho.stow.kernel.search import search

__all__ = ["Ship", "Work", "price", "search", "work_of"]
