"""Reading and writing the small TOML files of a hub."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from sinho.errors import Problem

_CODES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def read_toml(text: str, where: str) -> tuple[dict[str, Any], list[Problem]]:
    """Read TOML; a syntax error becomes a problem with its line.

    Parameters
    ----------
    text : str
        The file's content.
    where : str
        The file's name, for the problem.
    """
    try:
        return tomllib.loads(text), []
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", message)
        line = int(found[2]) if found else len(text.splitlines())
        lines = text.splitlines()
        value = lines[line - 1].strip() if 0 < line <= len(lines) else None
        reason = found[1] if found else message.removesuffix(" (at end of document)")
        problem = Problem(
            where,
            f"the file is not valid TOML: {reason[:1].lower()}{reason[1:]}",
            row=line,
            value=value,
            hint='Lines read key = value; text stands in double quotes, such as name = "Busan".',
        )
        return {}, [problem]


def key_line(text: str, key: str) -> int | None:
    """Return the line on which a top-level key is set, counted from 1."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf'\s*"?{re.escape(key)}"?\s*=', line):
            return number
    return None


def toml_value(value: object) -> str:
    """Write a value as TOML: text, number, flag, date, list or inline table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {toml_value(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    return '"' + "".join(_escaped(letter) for letter in str(value)) + '"'


def _escaped(letter: str) -> str:
    if letter in _CODES:
        return _CODES[letter]
    return f"\\u{ord(letter):04x}" if ord(letter) < 32 or ord(letter) == 127 else letter


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else toml_value(key)


def section_line(text: str, section: str, number: int, key: str | None = None) -> int | None:
    """Return the line of the n-th ``[[section]]``, or of a key within it, counted from 1.

    A ``[section]`` that stands once is the first.
    """
    lines = text.splitlines()
    head = re.compile(rf"\s*\[\[?\s*{re.escape(section)}\s*\]")
    heads = [n for n, line in enumerate(lines) if head.match(line)]
    if not 0 < number <= len(heads):
        return None
    start = heads[number - 1]
    end = heads[number] if number < len(heads) else len(lines)
    if key is not None:
        for n in range(start + 1, end):
            if re.match(rf'\s*"?{re.escape(key)}"?\s*[.=]', lines[n]):
                return n + 1
    return start + 1
