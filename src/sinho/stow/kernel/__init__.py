"""The compiled core of loading a graph."""

from __future__ import annotations

from sinho.stow.kernel.build import build
from sinho.stow.kernel.price import Ship, Work, work_of
from sinho.stow.kernel.search import search
from sinho.stow.kernel.trees import Trees, price, trees_of

__all__ = ["Ship", "Trees", "Work", "build", "price", "search", "trees_of", "work_of"]
