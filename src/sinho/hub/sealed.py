"""Documents as JSON with a checksum within: what is read is what was written."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sinho.errors import Damaged
from sinho.hub import files

LARGEST = 2**31
"""The most bytes of a file that was kept."""
SEAL = "sha256"
"""Key of the checksum in a document of which no more may be read than was written."""


def sealed(document: Mapping[str, Any]) -> str:
    """Return a document as JSON text that has a checksum of what it says.

    Parameters
    ----------
    document : mapping of str to object
        What JSON can hold.
    """
    return json.dumps({**document, SEAL: _sum(document)}, indent=1, ensure_ascii=False) + "\n"


def read_sealed(path: Path, hint: str = "", *, must: bool = True) -> Any:
    """Read a document of `sealed`.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    hint : str
        What to do where it is damaged.
    must : bool
        Whether it must have a checksum.

    Returns
    -------
    object
        The document, without its checksum; a dict where it must have one.

    Raises
    ------
    Damaged
        When it is not as it was written.
    """
    try:
        document = json.loads(read_bytes(path, hint).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Damaged(path, f"it is no JSON document ({error})", hint) from error
    if not isinstance(document, dict) or SEAL not in document:
        if not must:
            return document
        how = "it has no checksum, or was kept by an earlier version of sinho, which wrote none"
        raise Damaged(path, how, hint)
    if document.pop(SEAL) != _sum(document):
        raise Damaged(path, "its content is not what was written (the checksum differs)", hint)
    return document


def read_bytes(path: Path, hint: str = "") -> bytes:
    """Return the bytes of a file that must be there.

    Raises
    ------
    Damaged
        When there is none, or something else in its place.
    """
    try:
        return files.read_bytes(path, LARGEST)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Damaged(path, "it is missing", hint) from error
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EFBIG):
            raise
        raise Damaged(path, str(error.strerror), hint) from error


def _sum(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
