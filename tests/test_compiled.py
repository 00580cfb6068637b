"""What is kept of compiled functions goes when any file of their folder has changed."""

from __future__ import annotations

from pathlib import Path

from sinho.compiled import forget_stale


def test_kept_functions_stay_until_a_file_of_the_folder_changes(tmp_path: Path) -> None:
    kernel, kept = tmp_path / "kernel", tmp_path / "kept"
    kernel.mkdir()
    (kernel / "caller.py").write_text("one")
    (kernel / "called.py").write_text("two")
    forget_stale(kernel, kept)
    functions = [kept / "caller.nbi", kept / "caller.1.nbc"]
    for file in functions:
        file.write_text("compiled")
    forget_stale(kernel, kept)
    assert all(file.is_file() for file in functions)
    (kernel / "called.py").write_text("three")
    forget_stale(kernel, kept)
    assert not any(file.exists() for file in functions)
    functions[0].write_text("compiled anew")
    forget_stale(kernel, kept)
    assert functions[0].is_file()


def test_a_place_that_cannot_be_written_to_is_left_as_it_is(tmp_path: Path) -> None:
    kernel, kept = tmp_path / "kernel", tmp_path / "kept"
    kernel.mkdir()
    kept.write_text("a file where the folder should be")
    forget_stale(kernel, kept)
    assert kept.read_text() == "a file where the folder should be"
