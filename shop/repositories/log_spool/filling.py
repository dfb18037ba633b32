"""How a process fills the spool: into Redis, or into a file of its own until that is back."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from redis import Redis, RedisError

from shop.logging import Written
from shop.repositories.log_spool.local_files import AT_ONCE, LocalFiles
from shop.repositories.log_spool.spool import LogSpool

logger = logging.getLogger(__name__)

# Seconds. One that does not answer costs a deadline at each try.
PAUSE = 2.0
LOOK_FOR_FILES = 30.0


class SpoolFilling:
    """The sink of an outlet. `connect` makes a connection with short deadlines; forks make their
    own."""

    def __init__(self, connect: Callable[[], Redis], most: int, files: LocalFiles) -> None:
        self.connect = connect
        self.most = most
        self.files = files
        self._spool: LogSpool | None = None
        # Dropped and not counted in Redis yet.
        self._dropped: Counter[str] = Counter()
        self._away = self._no_file = False
        self._try_again = self._look_again = 0.0

    @property
    def pending(self) -> bool:
        return self.files.waiting

    def deliver(
        self, records: Sequence[Written], dropped: Mapping[str, int], *, last: bool
    ) -> None:
        """Files first, so that records come in their order."""
        self._dropped.update(dropped)
        sent = 0
        if not self._away or time.monotonic() >= self._try_again:
            try:
                self._send_files(adopt=not last)
                for start in range(0, len(records), AT_ONCE):
                    self._append(records[start : start + AT_ONCE])
                    sent = start + AT_ONCE
                self._note_back()
            except RedisError as trouble:
                self._note_away(trouble)
        self._keep(records[sent:])

    def forked(self) -> None:
        self._spool = None
        self._dropped = Counter()
        self._look_again = 0.0
        self.files.let_go()

    def close(self) -> None:
        if self._spool is not None:
            self._spool.redis.close()
        self._spool = None
        self.files.let_go()

    def _send_files(self, *, adopt: bool) -> None:
        if adopt and time.monotonic() >= self._look_again:
            self._look_again = time.monotonic() + LOOK_FOR_FILES
            try:
                self.files.adopt()
            except OSError as trouble:
                self._note_no_file(trouble)
        try:
            self.files.send(self._append)
        except OSError as trouble:
            self._note_no_file(trouble)

    def _append(self, records: Sequence[Written]) -> None:
        if self._spool is None:
            self._spool = LogSpool(self.connect(), self.most)
        self._spool.append(records, self._dropped)
        self._dropped = Counter()

    def _keep(self, records: Sequence[Written]) -> None:
        for start in range(0, len(records), AT_ONCE):
            part = records[start : start + AT_ONCE]
            try:
                self._dropped.update(self.files.keep(part))
                self._no_file = False
            except OSError as trouble:
                self._dropped.update(record.level for record in part)
                self._note_no_file(trouble)

    def _note_away(self, trouble: Exception) -> None:
        self._try_again = time.monotonic() + PAUSE
        if not self._away:
            self._away = True
            folder = self.files.folder
            logger.warning("log records wait in %s until Redis is back: %s", folder, trouble)

    def _note_no_file(self, trouble: OSError) -> None:
        """Once: this is a record, too."""
        if not self._no_file:
            self._no_file = True
            logger.error("log records cannot be kept in %s: %s", self.files.folder, trouble)

    def _note_back(self) -> None:
        if self._away:
            self._away = False
            logger.warning("log records are in Redis again")
