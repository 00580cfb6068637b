"""What numba keeps on disk of compiled functions, thrown away when it is out of date."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

STAMP = "sinho-kernel.stamp"


def forget_stale(kernel: Path, kept: Path) -> None:
    """Throw away compiled functions that were kept from other versions of a folder's files.

    Numba renews what it keeps of a function when the function's own file changes, but not when a
    file does whose functions it calls. So the files of a folder are stamped together: when any has
    changed since its functions were kept, all of them are thrown away. Call it before the first of
    them is called. A folder that cannot be written to is left as it is.

    Parameters
    ----------
    kernel : pathlib.Path
        The folder with the files.
    kept : pathlib.Path
        Where numba keeps what it compiles of them.
    """
    files = sorted(kernel.glob("*.py"))
    with contextlib.suppress(OSError):
        stamp = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
        note = kept / STAMP
        if note.is_file() and note.read_text() == stamp:
            return
        for pattern in ("*.nbi", "*.nbc"):
            for file in kept.glob(pattern):
                file.unlink(missing_ok=True)
        kept.mkdir(parents=True, exist_ok=True)
        note.write_text(stamp)
