"""Files of records on this machine: bounded, taken over from processes that are gone."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal

import pytest

from shop.logging import Written
from shop.repositories.log_spool import LocalFiles
from tests.integration.logs.messages import record


def taken(files: LocalFiles) -> list[str]:
    """The messages of what is handed over."""
    found: list[Written] = []
    files.send(found.extend)
    return [json.loads(each.line)["message"] for each in found]


def names(files: LocalFiles) -> list[str]:
    return sorted(os.listdir(files.folder))


def test_records_come_back_in_their_order_and_the_file_goes(files):
    for start in (0, 1500):
        files.keep([record(n) for n in range(start, start + 1500)])
    assert len(names(files)) == 1
    assert files.waiting
    assert taken(files) == [str(n) for n in range(3000)]
    assert not files.waiting
    assert names(files) == []


def test_who_is_interrupted_goes_on_after_the_last_part(files):
    files.keep([record(n) for n in range(2500)])
    parts: list[int] = []

    def twice(records: list[Written]) -> None:
        if len(parts) == 2:
            raise ConnectionError
        parts.append(len(records))

    with pytest.raises(ConnectionError):
        files.send(twice)
    files.keep([record("later")])
    assert taken(files) == [*(str(n) for n in range(2000, 2500)), "later"]


def test_nobody_else_may_read_them(files):
    files.keep([record()])
    [name] = names(files)
    assert files.folder.stat().st_mode & 0o777 == 0o700
    assert (files.folder / name).stat().st_mode & 0o777 == 0o600


def test_the_file_of_a_living_process_is_left_to_it_and_that_of_a_killed_one_taken_over(files):
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        LocalFiles(files.folder, 1 << 20).keep([record("of the dead")])
        os.write(ready[1], b"x")
        os.read(go[0], 1)
        os._exit(0)
    os.read(ready[0], 1)
    files.keep([record("of the living")])
    files.adopt()
    assert taken(files) == ["of the living"]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    for end in (*ready, *go):
        os.close(end)
    files.keep([record("later")])
    files.adopt()
    assert taken(files) == ["of the dead", "later"]
    assert names(files) == []


@pytest.mark.parametrize(
    "rest", [b'{"id":"01', b"\xff\xfe\n", b"[]\n", b'{"id":"1","level":"LOUD"}\n']
)
def test_what_a_crash_left_of_a_line_is_left_out(files, tmp_path, rest):
    files.keep([record("whole")])
    files.let_go()
    [name] = names(files)
    with (files.folder / name).open("ab") as file:
        file.write(rest)
    files.adopt()
    assert taken(files) == ["whole"]
    assert names(files) == []


def test_a_full_file_loses_the_oldest_of_the_least_serious(tmp_path):
    files = LocalFiles(tmp_path, 10_000)
    dropped: dict[str, int] = {}
    for number in range(100):
        level = (logging.DEBUG, logging.ERROR)[number % 2]
        for name, count in files.keep([record(number, level)]).items():
            dropped[name] = dropped.get(name, 0) + count
    [name] = names(files)
    assert (tmp_path / name).stat().st_size <= 10_000
    left = [int(message) for message in taken(files)]
    assert len(left) + sum(dropped.values()) == 100
    assert dropped["DEBUG"] > 40
    # All that stays of a level is younger than all that went.
    serious = [number for number in left if number % 2]
    assert serious == list(range(100 - 2 * len(serious) + 1, 100, 2))


def test_a_folder_of_somebody_elses_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    for use in (lambda files: files.keep([record()]), LocalFiles.adopt):
        with pytest.raises(PermissionError):
            use(LocalFiles(tmp_path, 1000))


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/etc/passwd")])
def test_only_files_are_taken_over(files, make):
    files.keep([record("ours")])
    make(files.folder / "0.records")
    files.adopt()
    assert taken(files) == ["ours"]
    assert names(files) == ["0.records"]


class FullDisk:
    """Nothing more can be written than `room` bytes."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.write = os.write

    def __call__(self, number: int, data: memoryview) -> int:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = self.write(number, data[: self.room])
        self.room -= written
        return written


def test_what_a_full_disk_cut_off_is_not_there_and_spoils_nothing(files, monkeypatch):
    files.keep([record("before")])
    monkeypatch.setattr(os, "write", FullDisk(100))
    with pytest.raises(OSError, match="No space left"):
        files.keep([record(n) for n in range(5)])
    monkeypatch.undo()
    files.keep([record("after")])
    assert taken(files) == ["before", "after"]


def test_a_full_disk_in_the_middle_of_making_room_loses_nothing(tmp_path, monkeypatch):
    files = LocalFiles(tmp_path, 10_000)
    number = 0
    while files._own is None or files._own.size < 9_000:
        files.keep([record(number)])
        number += 1
    opened = len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(os, "write", FullDisk(3000))
    for _ in range(3):
        with pytest.raises(OSError, match="No space left"):
            files.keep([record("x" * 2000)])
    monkeypatch.undo()
    assert len(os.listdir("/proc/self/fd")) == opened
    assert len(names(files)) == 1
    assert taken(files) == [str(n) for n in range(number)]
