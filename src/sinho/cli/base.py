"""How the command line parses, fails and ends: exit codes and messages."""

from __future__ import annotations

import errno
import io
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import typer
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from sinho.cli.show import print_json, problem_json, say, say_error
from sinho.errors import DataError, Infeasible, SinhoError, Stopped, StoreError, nearest

T = TypeVar("T", bound=Callable[..., None])

OK, UNEXPECTED, USAGE, DATA, INFEASIBLE, FILES = 0, 1, 2, 3, 4, 5
INTERRUPTED, PIPE = 130, 141
CODES = {
    OK: "done; what was stopped is a result too, with status 'stopped'",
    UNEXPECTED: "unexpected: a defect of sinho, please report it",
    USAGE: "usage: unknown command, option, table, scenario, model or market",
    DATA: "data: the input breaks its rules; every problem is listed",
    INFEASIBLE: "infeasible: hard rules contradict each other, or a sequence breaks some; listed",
    FILES: "files: missing, in the way (--force) or not writable",
    INTERRUPTED: "interrupted by Ctrl-C, or out of time, before there was a result",
    PIPE: "what read the output, such as head, ended before all of it was written",
}
"""Exit codes and what each says."""

SEVERAL = ("--scenarios", "--block", "--rush", "--missing-part", "--half-rate")
"""Options that take all the words that follow, up to the next option."""

UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EBADF)
"""What the system says where it cannot write, often without saying what."""

ISSUES = "Please report it with the command and, if you can, the hub. SINHO_DEBUG=1 shows where."


class FileProblem(SinhoError):
    """A file or folder is missing, in the way or not writable."""


class Interrupted(SinhoError):
    """Ctrl-C came before there was a result."""


def epilog(*examples: str) -> str:
    """Return the foot of a help text: examples and exit codes.

    Parameters
    ----------
    *examples : str
        Command lines.
    """
    shown = "\n".join(f"  {example}" for example in examples)
    codes = "\n".join(f"  {code:>3}  {text}" for code, text in CODES.items())
    return f"[bold]Examples[/bold]\n{shown}\n\n[bold]Exit codes[/bold]\n{codes}"


EPILOGS: dict[Callable[..., None], str] = {}
"""The foot of each command's help text."""


def examples(*lines: str) -> Callable[[T], T]:
    """Give a command the foot of its help text: examples and exit codes.

    Parameters
    ----------
    *lines : str
        Command lines.
    """

    def noted(command: T) -> T:
        EPILOGS[command] = epilog(*lines)
        return command

    return noted


def several_values(words: Sequence[str], options: Sequence[str] = SEVERAL) -> list[str]:
    """Repeat an option before each of its values, so that several may follow it.

    Parameters
    ----------
    words : sequence of str
        Command line, such as ``--scenarios a b --json``.
    options : sequence of str
        Options that take several values.

    Returns
    -------
    list of str
        Such as ``--scenarios a --scenarios b --json``.
    """
    result: list[str] = []
    option = ""
    for place, word in enumerate(words):
        if word == "--":
            return [*result, *words[place:]]
        if word in options:
            option = word
            if place + 1 == len(words) or words[place + 1].startswith("-"):
                result.append(word)
        elif word.startswith("-"):
            option = ""
            result.append(word)
        else:
            result += [option, word] if option else [word]
    return result


class Command(TyperCommand):
    """A command whose errors become a message and an exit code, with ``--json`` also JSON."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # what an option's help has in brackets is text, such as a section of a file
        for parameter in self.params:
            if text := getattr(parameter, "help", None):
                vars(parameter)["help"] = escape(text)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command line, with several values after one option."""
        return super().parse_args(ctx, several_values(args))

    def invoke(self, ctx: Any) -> Any:
        """Run the command; report what goes wrong."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except typer.TyperException as error:
            if ctx.params.get("json"):
                print_json({"error": {"kind": "usage", "message": worded(error)}})
            raise
        except (Exception, KeyboardInterrupt) as error:
            raise typer.Exit(report(error, as_json=bool(ctx.params.get("json")))) from error


class Group(TyperGroup):
    """The program: prints usage errors plainly and ends with the right exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line."""
        run = partial(
            super().main, args, prog_name, complete_var, False, windows_expand_args, **extra
        )
        if not standalone_mode:
            return run()
        open_streams()
        listen()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a console may lack Korean letters
        try:
            try:
                code = run()
                sys.stdout.flush()
            except typer.TyperException as error:
                code = usage(error)
        except BrokenPipeError:
            code = reader_gone()
        except SystemExit as error:
            # typer and rich turn a broken pipe into this, with the exit code of a defect
            code = reader_gone() if isinstance(error.__context__, BrokenPipeError) else error.code
        except typer.Abort:
            code = INTERRUPTED
        except OSError as error:
            code = report(error, as_json=False)
        try:
            sys.stdout.flush()
        except OSError:  # said already; Python would else say so once more at its end
            to_nowhere()
        sys.exit(code if isinstance(code, int) else OK)


def reader_gone() -> int:
    """Say no more, not even at the exit, as the reader, such as head, has gone; return the code."""
    to_nowhere()
    return PIPE


def to_nowhere() -> None:
    """Let what is still to be printed go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def open_streams() -> None:
    """Have closed standard streams go nowhere: else the next file opened would be one of them."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    handle = 0
    while handle <= 2:
        handle = os.open(os.devnull, os.O_RDWR)
    os.close(handle)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


class _Said(logging.Handler):
    """Says on standard error what the package tells of its work."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say one message."""
        warned = "warning: " if record.levelno >= logging.WARNING else ""
        say(f"{warned}{record.getMessage()}")


def listen() -> None:
    """Have what the package tells of its work said on standard error."""
    log = logging.getLogger("sinho")
    log.handlers = [_Said()]
    log.setLevel(logging.INFO)
    sys.unraisablehook = _unraised


def _unraised(what: sys.UnraisableHookArgs) -> None:
    """Leave out what could not be written to a file that is given up: that was said already."""
    if not isinstance(what.exc_value, OSError):
        sys.__unraisablehook__(what)


def usage(error: typer.TyperException) -> int:
    """Print a usage error and return its exit code."""
    message = worded(error)
    if not message:
        return error.exit_code
    say_error(message)
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        say(f"Try '{ctx.command_path} --help' for the options and examples.")
    return error.exit_code


def worded(error: typer.TyperException) -> str:
    """Return the message of a usage error in plain words, with the nearest name."""
    option = getattr(error, "option_name", None)
    near = getattr(error, "possibilities", None)
    message = error.format_message()
    if option is not None and message.startswith("No such option"):
        return f"there is no option {option}. {nearest(option, near) if near else ''}".rstrip()
    message = re.sub(r"^Invalid value for '?([^':]+)'?: ", r"\1: ", message)
    for technical, plain in (
        ("Value error, ", ""),
        ("Input should be", "must be"),
        (", unable to parse string as a number", ""),
        (", unable to parse string as an integer", ""),
        ("No such command", "there is no command"),
        ("Missing argument", "missing argument"),
    ):
        message = message.replace(technical, plain)
    return message


def report(error: BaseException, *, as_json: bool) -> int:
    """Print what went wrong and return the exit code.

    Parameters
    ----------
    error : BaseException
        What was raised.
    as_json : bool
        Whether the same is printed as JSON on standard output.

    Returns
    -------
    int
        The exit code.
    """
    if os.environ.get("SINHO_DEBUG") == "1":
        traceback.print_exception(error)
    code, kind, message = describe(error)
    message = ": ".join((*getattr(error, "__notes__", ()), message))
    if as_json:
        fields: dict[str, Any] = {"kind": kind, "message": message}
        if isinstance(error, DataError):
            fields["problems"] = [problem_json(problem) for problem in error.problems]
        if isinstance(error, Infeasible):
            fields["rules"] = list(error.rules)
        print_json({"error": fields})
    say_error(message)
    return code


def describe(error: BaseException) -> tuple[int, str, str]:
    """Return exit code, kind and message of an error."""
    match error:
        case DataError():
            return DATA, "data", str(error)
        case Infeasible():
            return INFEASIBLE, "infeasible", str(error)
        case FileProblem() | StoreError():
            return FILES, "files", str(error)
        case Interrupted() | Stopped():
            return INTERRUPTED, "interrupted", str(error)
        case KeyboardInterrupt():
            return INTERRUPTED, "interrupted", "interrupted"
        case SinhoError():
            return UNEXPECTED, "unexpected", str(error)
        case OSError() if error.filename is not None:
            return FILES, "files", f"{error.filename}: {error.strerror or error}"
        case OSError() if error.errno in UNWRITABLE:
            return FILES, "files", f"standard output, or a file: {error.strerror}"
        case FileExistsError() | FileNotFoundError() | IsADirectoryError() | PermissionError():
            return FILES, "files", str(error)
        case MemoryError():
            return UNEXPECTED, "unexpected", "the machine's memory does not suffice for this hub"
        case _:
            text = f"{type(error).__name__}: {error}".rstrip(": ")
            message = f"unexpected, this should not happen ({text}). {ISSUES}"
            return UNEXPECTED, "unexpected", message
