"""The queue between whoever logs and whatever takes its time."""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest

from dev.yookassa_sandbox.testing import wait_until
from shop.logging import LEVELS, Written
from shop.logging.outlets import Outlet
from tests.integration.logs.messages import record


class Shelf:
    """A sink that keeps what it gets; while it is not `open`, whoever gives it something waits."""

    def __init__(self) -> None:
        self.got: list[Written] = []
        self.dropped: Counter[str] = Counter()
        self.open = threading.Event()
        self.open.set()
        self.asked = threading.Event()
        self.pending = False
        self.forks = 0

    def deliver(
        self, records: Sequence[Written], dropped: Mapping[str, int], *, last: bool
    ) -> None:
        self.asked.set()
        self.open.wait()
        self.got += records
        self.dropped.update(dropped)

    def forked(self) -> None:
        self.forks += 1

    def close(self) -> None:
        self.open.set()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def outlet(shelf: Shelf) -> Iterator[Outlet]:
    outlet = Outlet(shelf, most=10)
    yield outlet
    shelf.open.set()
    outlet.close()


def held_up(outlet: Outlet, shelf: Shelf) -> None:
    """From here on the thread waits for the sink."""
    shelf.open.clear()
    outlet.put(record("first", logging.ERROR))
    assert shelf.asked.wait(10)


def test_records_come_in_the_order_in_which_they_were_written(outlet, shelf):
    written = [record(n, level) for n in range(3) for level in (10, 40, 20)]
    for one in written:
        outlet.put(one)
    wait_until(lambda: len(shelf.got) == 9)
    assert shelf.got == written


def test_nobody_who_logs_waits_for_a_sink_that_takes_nothing(outlet, shelf):
    held_up(outlet, shelf)
    kept = [record(n, logging.WARNING) for n in range(4)]
    for one in (*(record(n, logging.DEBUG) for n in range(4)), *kept):
        outlet.put(one)
    more = [record(n, logging.ERROR) for n in range(7)]
    for one in more:
        outlet.put(one)
    outlet.put(record("least", logging.DEBUG))
    shelf.open.set()
    # What was least serious went first, then the oldest of the next level.
    wait_until(lambda: len(shelf.got) == 11)
    assert shelf.got[1:] == [*kept[1:], *more]
    wait_until(lambda: shelf.dropped == {"DEBUG": 5, "WARNING": 1})


def test_a_flush_returns_when_all_is_delivered(outlet, shelf):
    for number in range(3):
        outlet.put(record(number))
    outlet.flush()
    assert len(shelf.got) == 3


def test_what_is_logged_after_the_end_is_delivered_at_once(outlet, shelf):
    outlet.end()
    outlet.put(record("late"))
    assert len(shelf.got) == 1


def test_a_fork_delivers_its_own_records_and_not_its_parents(outlet, shelf):
    """The child has the parent's queue, locks in whatever state, and no thread."""
    held_up(outlet, shelf)
    outlet.put(record("of the parent"))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        shelf.open, shelf.got = threading.Event(), []
        shelf.open.set()
        outlet.forked()
        outlet.put(record("of the child"))
        wait_until(lambda: shelf.got)
        outlet.put(record("at its end"))
        outlet.flush()
        os.write(writer, "\n".join(each.line for each in shelf.got).encode())
        os._exit(0)
    os.waitpid(child, 0)
    told = os.read(reader, 100_000).decode()
    for end in (reader, writer):
        os.close(end)
    assert "of the child" in told
    assert "at its end" in told
    assert "of the parent" not in told
    shelf.open.set()
    wait_until(lambda: len(shelf.got) == 2)
    assert (shelf.forks, "of the parent" in shelf.got[1].line) == (0, True)


def test_what_is_pending_is_tried_again_though_nobody_logs(outlet, shelf, monkeypatch):
    monkeypatch.setattr("shop.logging.outlets.AGAIN", 0.01)
    shelf.pending = True
    outlet.put(record())
    wait_until(lambda: shelf.got)
    shelf.asked.clear()
    assert shelf.asked.wait(10)


def test_a_bug_of_the_sink_ends_no_thread_and_is_told(outlet, shelf, monkeypatch, capfd):
    good = shelf.deliver

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(shelf, "deliver", broken)
    outlet.put(record("lost", logging.ERROR))
    told = []
    wait_until(lambda: told.append(capfd.readouterr().err) or "ZeroDivisionError" in "".join(told))
    monkeypatch.setattr(shelf, "deliver", good)
    outlet.put(record("kept", logging.ERROR))
    wait_until(lambda: shelf.got)
    assert shelf.dropped == {"ERROR": 1}


def test_many_threads_lose_nothing(shelf):
    outlet = Outlet(shelf)

    def log(number: int) -> None:
        for level in LEVELS * 50:
            outlet.put(Written(f"{number}", level, ""))

    threads = [threading.Thread(target=log, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outlet.close()
    assert Counter(each.id for each in shelf.got) == {str(n): 250 for n in range(8)}
