"""What the door of loading takes and gives: frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

from sinho.graphs.data import DeckGraph, Moves
from sinho.graphs.files import read_graph
from sinho.results.status import gap_of
from sinho.stow.bounds import Proof


@dataclass(frozen=True)
class Input:
    """What is to be loaded.

    Parameters
    ----------
    graph : DeckGraph
        The ship and its cars.
    """

    graph: DeckGraph

    @classmethod
    def from_file(cls, path: str | Path) -> Input:
        """Read a file of the Optimization Grand Challenge 2025.

        Parameters
        ----------
        path : str or pathlib.Path
            The file.

        Returns
        -------
        sinho.stow.Input
            The ship and its cars.

        Raises
        ------
        DataError
            When the file breaks its rules; all problems at once.
        """
        return cls(read_graph(path))


@dataclass(frozen=True)
class Loading:
    """A plan that loads and unloads a ship, and how it was found.

    Parameters
    ----------
    input : sinho.stow.Input
        What it was made of.
    moves : tuple of tuple of Move
        Of each port, the moves in the order in which they are made.
    cost : int
        Cost of all moves.
    bound : int
        Cost that no plan is below; proven.
    proof : {"each car alone", "parts of cars", "whole cars"}
        What the bound rests on.
    status : {"optimal", "iterations", "time", "stopped"}
        Why the search ended: nothing better exists, the limit of iterations or time, or a stop.
    seed, threads : int
        Seed and number of searches side by side.
    iterations : int
        Changes tried, by all threads together.
    seconds : float
        Wall time of the search, without the compilation of its kernel.
    history : DataFrame
        One row per improvement seen: ``seconds``, ``iterations``, ``cost``.
    versions : mapping of str to str
        Versions of sinho and of the libraries that the search depends on.
    """

    input: Input = field(repr=False)
    moves: Moves
    cost: int
    bound: int
    proof: Proof
    status: Literal["optimal", "iterations", "time", "stopped"]
    seed: int
    threads: int
    iterations: int
    seconds: float
    history: pl.DataFrame
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def objective(self) -> int:
        """Cost of all moves."""
        return self.cost

    @property
    def above_least(self) -> int:
        """Cost above `DeckGraph.least_cost`: what the challenge ranks plans by."""
        return self.cost - self.input.graph.least_cost

    @property
    def gap(self) -> float:
        """Gap between objective and bound (`gap_of`)."""
        return gap_of(self.objective, self.bound)
