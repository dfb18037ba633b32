"""Files of records on this machine: bounded, taken over from processes that are gone."""

from __future__ import annotations

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
    with pytest.raises(PermissionError):
        LocalFiles(tmp_path, 1000).keep([record()])
