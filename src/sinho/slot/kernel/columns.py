"""The columns of cells: what a cost curve is made of."""

from __future__ import annotations

UNIT, LEAST, LOW, HIGH, TOP, MOST = 0, 1, 2, 3, 4, 5
W_LOW, W_HIGH, W_TOP, W_HARD, BATCH, UPPER, W_LEAST = 6, 7, 8, 9, 10, 11, 12
COLUMNS = 13
