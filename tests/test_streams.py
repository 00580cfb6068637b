"""Streams that are closed or full, and disks: said in one line, and the files are written."""

from __future__ import annotations

import errno
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import sinho.hub.files
from sinho.hub.files import write_folder, write_text
from tests.run.test_commands import typed

FULL = Path("/dev/full")


def shell(words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of sinho in a shell, with its redirections."""
    line = f"{shlex.quote(sys.executable)} -m sinho {words}"
    return subprocess.run(line, shell=True, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="redirections of a POSIX shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(tmp_path: Path, closed: str) -> None:
    done = shell(f"new {tmp_path}/hub --from blank {closed}")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "hub" / "hub.toml").is_file()


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
def test_full_streams_are_said_in_one_line(tmp_path: Path) -> None:
    done = shell(f"new {tmp_path}/hub --from blank >{FULL}")
    assert done.returncode == 5
    assert done.stderr == "Error: standard output, or a file: No space left on device\n"
    assert (tmp_path / "hub" / "hub.toml").is_file()
    assert shell(f"new {tmp_path}/other --from blank 2>{FULL}").returncode == 0
    assert shell(f"new {tmp_path}/other --from blank 2>{FULL}").returncode == 5


def test_a_full_disk_is_named_and_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text(tmp_path / "kept.txt", "kept", force=True)

    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sinho.hub.files, "settle", full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_text(tmp_path / "kept.txt", "new", force=True)
    assert caught.value.filename == str(tmp_path / "kept.txt")
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_folder(tmp_path / "folder", {"a.txt": "a"}, force=False)
    assert caught.value.filename == str(tmp_path / "folder" / "a.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
    assert (tmp_path / "kept.txt").read_text() == "kept"
    result = typed("new", tmp_path / "book.xlsx", "--from", "blank")
    assert result.exit_code == 5
    assert f"{tmp_path}/book.xlsx: No space left on device" in "".join(result.output.split("\n"))
    assert not (tmp_path / "book.xlsx").exists()
