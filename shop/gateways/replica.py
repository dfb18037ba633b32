"""A copy of the database that the catalogue may be read from, while it is near enough (ADR 20)."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from shop.config import Config
from shop.errors import Unavailable
from shop.extensions import REPLICA, db
from shop.gateways.rest import Rest

logger = logging.getLogger(__name__)

# Seconds for which it is taken to be as near as it was.
LOOK_SECONDS = 1.0
MOST_MARKS = 120
WRITTEN = text("SELECT pg_current_wal_lsn()::text")
# Nothing where it is no replica, as after it was made the primary.
REPEATED = text("SELECT pg_last_wal_replay_lsn()::text WHERE pg_is_in_recovery()")


class Replica:
    """How far behind it is, is looked at once a second, by whoever asks then.

    Each time it is noted how far the primary has written. The replica is as far behind as the last
    such mark that it has come to is old: that holds also where it is told of nothing any more.
    """

    def __init__(
        self, primary: Callable[[], Engine], replica: Callable[[], Engine], most_lag: float
    ) -> None:
        self.primary = primary
        self.replica = replica
        self.most_lag = most_lag
        self._marks: deque[tuple[float, int]] = deque(maxlen=MOST_MARKS)
        self._rest = Rest()
        self._lock = Lock()
        self._looked_at = float("-inf")
        self._near = False

    def is_near(self) -> bool:
        """Whether it is there and not further behind than it may be."""
        if self._rest.goes_on:
            return False
        if time.monotonic() - self._looked_at <= LOOK_SECONDS:
            return self._near
        # Who comes while somebody looks does not wait for it.
        if not self._lock.acquire(blocking=False):
            return False
        try:
            self._look()
            return self._near
        finally:
            self._lock.release()

    def reach(self) -> None:
        """Return when it answers and follows the primary; Unavailable where it does not."""
        try:
            is_one = _asked(self.replica(), REPEATED) is not None
        except SQLAlchemyError as error:
            raise Unavailable(f"the replica does not answer: {error}") from error
        if not is_one:
            raise Unavailable("what should be the replica follows nobody")

    def leave_out(self) -> None:
        """It did not answer: the primary does for a while."""
        self._near = False
        self._rest.begin()

    def lag(self) -> float | None:
        """Seconds, at most; None where nobody knows."""
        now = time.monotonic()
        self._marks.append((now, _number(_asked(self.primary(), WRITTEN))))
        repeated = _asked(self.replica(), REPEATED)
        if repeated is None:
            return None
        reached = [at for at, place in self._marks if place <= _number(repeated)]
        return now - reached[-1] if reached else None

    def _look(self) -> None:
        try:
            behind = self.lag()
        except SQLAlchemyError as error:
            logger.warning("the replica is left out for a while: %s", error)
            self.leave_out()
            return
        near = behind is not None and behind <= self.most_lag
        if near is not self._near:
            told = "used" if near else "left out"
            level = logging.INFO if near else logging.WARNING
            logger.log(level, "the replica is %s s behind: %s", behind, told)
        self._near, self._looked_at = near, time.monotonic()


def replica_of(config: Config) -> Replica | None:
    """None where the shop has none. It is asked within an application's context."""
    if not config.database_replica_url:
        return None
    return Replica(lambda: db.engine, lambda: db.engines[REPLICA], config.replica_lag_seconds)


def _asked(engine: Engine, question: object) -> str | None:
    with engine.connect() as connection:
        answer: str | None = connection.scalar(question)  # type: ignore[call-overload]
        return answer


def _number(place: str | None) -> int:
    """A place in the log of the database, `16/B374D848`, as one number."""
    high, _, low = (place or "0/0").partition("/")
    return int(high, 16) << 32 | int(low, 16)
