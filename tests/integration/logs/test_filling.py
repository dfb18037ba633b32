"""From the queue in memory into Redis, or into a file until that is back."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis

from shop.extensions import impatient
from shop.repositories.log_spool import LocalFiles, LogSpool, SpoolFilling
from tests.faults.wire import Wire
from tests.integration.logs.messages import record


@pytest.fixture
def wire(redis_url: str) -> Iterator[Wire]:
    with Wire(urlsplit(redis_url).port or 0) as wire:
        yield wire


@pytest.fixture
def filling(
    wire: Wire, redis_url: str, redis: Redis, files: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SpoolFilling]:
    """Through the wire; it tries again at once."""
    monkeypatch.setattr("shop.repositories.log_spool.filling.PAUSE", 0.0)
    through = redis_url.replace(f":{urlsplit(redis_url).port}/", f":{wire.port}/")
    filling = SpoolFilling(
        lambda: Redis.from_url(through, decode_responses=True, **impatient(0.2)), 1000, files
    )
    yield filling
    filling.close()


def fill(filling: SpoolFilling, *messages: object, last: bool = False) -> None:
    filling.deliver([record(message) for message in messages], {}, last=last)


def messages(spool: LogSpool) -> list[str]:
    return [json.loads(line)["message"] for line in spool.oldest(1000, 1 << 20).lines]


@pytest.mark.parametrize("trouble", ["cut", "silence"])
def test_while_redis_is_away_records_wait_in_a_file_and_then_come_in_order(
    filling, spool, files, wire, trouble, caplog
):
    fill(filling, 1)
    getattr(wire, trouble)()
    fill(filling, 2, 3)
    fill(filling, 4)
    assert filling.pending
    told = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    assert len(told) == 1
    assert str(files.folder) in told[0]
    wire.mend()
    fill(filling, 5)
    # One that was silent may have taken what it did not confirm: then it comes twice.
    assert list(dict.fromkeys(messages(spool))) == ["1", "2", "3", "4", "5"]
    assert not filling.pending
    assert list(files.folder.iterdir()) == []
    assert caplog.records[-1].getMessage() == "log records are in Redis again"


def test_what_one_process_left_behind_another_takes_over(filling, spool, files, wire):
    wire.cut()
    fill(filling, "before it ended", last=True)
    filling.close()
    wire.mend()
    fill(filling, "after")
    assert messages(spool) == ["before it ended", "after"]


def test_who_ends_looks_after_its_own_records_alone(filling, spool, files):
    LocalFiles(files.folder, 1 << 20).keep([record("somebody else's")])
    fill(filling, "mine", last=True)
    assert messages(spool) == ["mine"]


def test_what_was_dropped_in_memory_is_counted_in_redis_though_that_was_away(filling, spool, wire):
    wire.cut()
    filling.deliver([record("kept")], {"DEBUG": 3}, last=False)
    wire.mend()
    filling.deliver([record("next")], {"INFO": 1}, last=False)
    dropped = spool.standing().dropped
    assert (dropped["DEBUG"], dropped["INFO"]) == (3, 1)


def test_with_neither_redis_nor_room_on_the_disk_it_goes_on_and_counts(
    filling, spool, files, wire, tmp_path, caplog
):
    wire.cut()
    Path(files.folder).write_text("a file stands in the way")
    fill(filling, 1)
    fill(filling, 2)
    errors = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert len(errors) == 1
    wire.mend()
    fill(filling, 3)
    assert messages(spool) == ["3"]
    assert spool.standing().dropped["INFO"] == 2


def test_a_fork_leaves_its_parents_file_and_connection_alone(filling, spool, files, wire):
    wire.cut()
    fill(filling, "of the parent")
    filling.forked()
    # Nobody holds the parent's file now but, in a real fork, the parent.
    assert not filling.pending
    wire.mend()
    fill(filling, "of the child")
    assert messages(spool) == ["of the parent", "of the child"]


# What a program of the shop does with its records, without the shop.
PROGRAM = """
import logging, os, sys
from pathlib import Path
from redis import Redis
from shop import logging as shop_logging
from shop.repositories.log_spool import LocalFiles, SpoolFilling

connect = lambda: Redis.from_url(sys.argv[1], decode_responses=True)
files = LocalFiles(Path(sys.argv[2]), 1 << 20)
spool = SpoolFilling(connect, 99, files)
shop_logging.configure("INFO", service="command", host="here", spool=spool)
logging.getLogger("shop").info("of the parent")
if (child := os.fork()) == 0:
    logging.getLogger("shop").info("of the child")
    shop_logging.flush()
    os._exit(0)
os.waitpid(child, 0)
logging.getLogger("shop").info("at the end")
"""


def test_a_program_that_ends_and_its_fork_leave_nothing_behind(spool, redis_url, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, redis_url, str(tmp_path / "records")],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    told = ["at the end", "of the child", "of the parent"]
    assert sorted(messages(spool)) == told
    assert sorted(json.loads(line)["message"] for line in ran.stdout.splitlines()) == told
    assert ran.stderr == ""
