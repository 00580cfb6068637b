"""How the functions of this folder are compiled."""

from __future__ import annotations

import numba

entry = numba.njit(cache=True, nogil=True)
"""A function that is called from Python; what it calls is kept on disk with it."""

inner = numba.njit(nogil=True)
"""A function that is called from compiled ones alone."""
