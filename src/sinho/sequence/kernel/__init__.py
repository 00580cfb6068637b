"""The compiled core of the search.

Numba keeps compiled functions on disk and renews one when its own file changes, but not when a file
that it calls does. So the files of this folder are stamped together: when any has changed since the
functions were kept, all that is kept is thrown away before the first call.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from sinho.sequence.kernel.books import begin
from sinho.sequence.kernel.greedy import construct
from sinho.sequence.kernel.search import run

__all__ = ["begin", "construct", "run"]


def _forget_stale(kept: Path) -> None:
    """Throw away compiled functions that were kept from other versions of the files here."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    stamp = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    note = kept / "sinho-kernel.stamp"
    if note.is_file() and note.read_text() == stamp:
        return
    for pattern in ("*.nbi", "*.nbc"):
        for file in kept.glob(pattern):
            file.unlink(missing_ok=True)
    kept.mkdir(parents=True, exist_ok=True)
    note.write_text(stamp)


with contextlib.suppress(OSError):
    _forget_stale(Path(run.stats.cache_path))
