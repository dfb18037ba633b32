"""Where finished records go, without anybody waiting for it.

Whoever logs puts the record into a queue in memory; a thread takes what is there and delivers it.
A fork has the queue and not the thread, and what was in the queue is its parent's to deliver.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Protocol

from shop.logging.records import LEVELS, Written
from shop.observing.scrubbing import scrubbed

PAUSE = 0.2  # seconds in which records gather
AGAIN = 2.0  # seconds between two looks while the sink has something that it could not deliver
MOST = 10_000  # records that wait in memory
MUCH = 500  # so many do not wait for the pause to end
HURRY = LEVELS[2:]  # nor do these: what comes next may be the end of the process


class Sink(Protocol):
    """Takes records; what it cannot deliver it keeps or counts, and raises nothing of it."""

    @property
    def pending(self) -> bool:
        """Whether something is kept that has to be tried again."""

    def deliver(
        self, records: Sequence[Written], dropped: Mapping[str, int], *, last: bool
    ) -> None:
        """`dropped` are those that found no room in memory, by level. `last`: the process ends."""

    def forked(self) -> None:
        """This process is a fork: files and connections are those of its parent."""

    def close(self) -> None:
        """Let go of connections."""


class Outlet:
    """A bounded queue in memory and the thread that empties it into a sink."""

    def __init__(self, sink: Sink, most: int = MOST) -> None:
        self.sink = sink
        self.most = most
        self._begin()

    def _begin(self) -> None:
        self._waiting: dict[str, deque[Written]] = {level: deque() for level in LEVELS}
        self._dropped: Counter[str] = Counter()
        # Unlike a lock, it can be used again by a signal's handler that comes in between.
        self._bell: SimpleQueue[bool | None] = SimpleQueue()
        self._rung = self._hurried = self._ended = False
        self._delivering = threading.Lock()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, written: Written) -> None:
        """Never waits, but when the process is at its end and there is no thread any more."""
        if len(self) >= self.most and not self._make_room(written.level):
            self._dropped[written.level] += 1
            return
        self._waiting[written.level].append(written)
        if self._ended:
            # Where it comes from the delivering itself, that goes on to it.
            self.flush(seconds=0)
        else:
            self._ring(hurry=written.level in HURRY or len(self) >= MUCH)

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def flush(self, seconds: float = 5.0) -> None:
        """Deliver what waits, in this thread; what is on its way in the other one, first."""
        if not self._delivering.acquire(timeout=seconds):
            return
        try:
            self._deliver(last=True)
        finally:
            self._delivering.release()

    def end(self) -> None:
        """Deliver what waits. What comes later is delivered where it is written."""
        self._ended = True
        self.flush()
        if len(self):  # what the delivering had to say itself
            self.flush()

    def close(self) -> None:
        """End the thread and let go of everything; the outlet is used no more."""
        self.end()
        if self._thread is not None:
            self._bell.put(None)
            self._thread.join(timeout=AGAIN)
        self.sink.close()

    def forked(self) -> None:
        self._begin()
        self.sink.forked()

    def _make_room(self, level: str) -> bool:
        """Whether something less serious, or older, was dropped for it."""
        for other in LEVELS[: LEVELS.index(level) + 1]:
            with suppress(IndexError):
                self._waiting[other].popleft()
                self._dropped[other] += 1
                return True
        return False

    def _ring(self, *, hurry: bool) -> None:
        if self._thread is None:
            self._start()
        if hurry and not self._hurried:
            self._hurried = True
            self._bell.put(True)
        elif not self._rung:
            self._rung = True
            self._bell.put(False)

    def _start(self) -> None:
        """Whoever is second to come here has nothing left to do, and does not wait."""
        if not self._starting.acquire(blocking=False):
            return
        try:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="log records", daemon=True)
                thread.start()
                self._thread = thread
        except RuntimeError:  # the interpreter is ending
            self._ended = True
        finally:
            self._starting.release()

    def _run(self) -> None:
        while not self._ended:
            hurry: bool | None = False
            with suppress(Empty):
                hurry = self._bell.get(timeout=AGAIN if self.sink.pending else None)
                if hurry is False:
                    hurry = self._bell.get(timeout=PAUSE)
            if hurry is None:
                return
            self._rung = self._hurried = False
            with self._delivering:
                self._deliver(last=False)

    def _deliver(self, *, last: bool) -> None:
        records, dropped = self._take(), self._dropped
        self._dropped = Counter()
        if not (records or dropped or self.sink.pending):
            return
        try:
            self.sink.deliver(records, dropped, last=last)
        except Exception:
            # A bug: the records are lost, and the thread goes on. Logging it would come here again.
            self._dropped.update(record.level for record in records)
            sys.stderr.write(scrubbed(traceback.format_exc()))

    def _take(self) -> list[Written]:
        """All that waits, in the order in which it was written."""
        taken: list[Written] = []
        for waiting in self._waiting.values():
            with suppress(IndexError):
                while True:
                    taken.append(waiting.popleft())
        taken.sort()
        return taken
