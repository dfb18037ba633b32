from __future__ import annotations

import errno
from pathlib import Path

import pytest

from dev.problems import Problem, is_full, told_plainly


def said(error: BaseException) -> str:
    with pytest.raises(SystemExit) as left, told_plainly():
        raise error
    return str(left.value.code)


def test_a_problem_is_its_sentence() -> None:
    assert said(Problem("Port 1 is taken.")) == "Port 1 is taken."


def test_a_full_disk_is_one_sentence() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/disk/file")
    assert said(full) == "The disk that holds /disk/file is full: free some space and start again."


def test_a_file_of_somebody_else_is_named() -> None:
    refused = PermissionError(errno.EACCES, "Permission denied", "/disk/file")
    assert said(refused) == "/disk/file cannot be used: it belongs to another user."


def test_a_stopped_program_says_nothing() -> None:
    assert said(KeyboardInterrupt()) == "130"


def test_a_bug_stays_a_bug() -> None:
    with pytest.raises(ZeroDivisionError), told_plainly():
        raise ZeroDivisionError


def test_a_full_disk_is_found_in_what_a_program_said(tmp_path: Path) -> None:
    assert is_full(tmp_path, "initdb: could not write: No space left on device")
    assert not is_full(tmp_path, "initdb: could not read")
