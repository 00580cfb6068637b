"""Workbooks that are reckoned anew: what their formulas say, from cells that may be changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

CELL = r"(?:'([^']+)'!|(\w+)!)?\$?([A-Z]+)\$?(\d+)"
RUN = rf"{CELL}:\$?([A-Z]+)\$?(\d+)"


class Book:
    """A workbook: sums, products, MAX, SUM, SUMPRODUCT and SUMIFS, as its sheets say."""

    def __init__(self, path: Path, changed: Mapping[tuple[str, str], float] = {}) -> None:
        self.sheets = openpyxl.load_workbook(path)
        self.known: dict[tuple[str, str], Any] = dict(changed)

    def value(self, sheet: str, cell: str) -> Any:
        """Return the value of a cell."""
        key = sheet, cell.replace("$", "")
        if key not in self.known:
            found = self.sheets[sheet][key[1]].value
            if isinstance(found, str) and found.startswith("="):
                found = self.reckoned(sheet, found[1:])
            self.known[key] = found
        return self.known[key]

    def reckoned(self, sheet: str, formula: str) -> Any:
        """Return what a formula comes to."""
        if formula.startswith("SUMIFS("):
            return self.sumifs(sheet, formula[7:-1].split(","))
        if found := re.fullmatch(CELL, formula):
            return self.value(found[1] or found[2] or sheet, found[3] + found[4])
        put = re.sub(RUN, lambda found: repr(self.run(sheet, found)), formula)

        def one(found: re.Match[str]) -> str:
            name = found[1] or found[2] or sheet
            return repr(self.value(name, found[3] + found[4]) or 0.0)

        put = re.sub(CELL, one, put)
        names = {
            "MAX": max,
            "SUM": sum,
            "SUMPRODUCT": lambda x, y: sum(a * b for a, b in zip(x, y, strict=True)),
        }
        return eval(put, {"__builtins__": {}}, names)

    def run(self, sheet: str, found: re.Match[str]) -> list[Any]:
        """Return the values of a run of cells."""
        name, first, last = found[1] or found[2] or sheet, found[3], found[5]
        low, high = int(found[4]), int(found[6])
        letters = [chr(n) for n in range(ord(first), ord(last) + 1)]
        cells = [f"{letter}{n}" for n in range(low, high + 1) for letter in letters]
        return [self.value(name, cell) or 0.0 for cell in cells]

    def sumifs(self, sheet: str, words: list[str]) -> float:
        """Return the sum of cells whose rows meet all conditions."""
        columns = []
        for word in words[::2][:1] + words[1::2]:
            found = re.fullmatch(RUN, word)
            assert found is not None, word
            columns.append(self.run(sheet, found))
        wanted = [
            word[1:-1] if word.startswith('"') else self.value(sheet, word) for word in words[2::2]
        ]
        return sum(float(row[0]) for row in zip(*columns, strict=True) if list(row[1:]) == wanted)
