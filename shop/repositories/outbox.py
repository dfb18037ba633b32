"""The outbox: messages written with a change, claimed one by one for delivery."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, scoped_session

from shop.models import OutboxMessage
from shop.models.columns import utcnow
from shop.repositories.base import Repository, Sessions

# How the topics begin that move money.
MONEY = "payment."
# What takes a worker seconds, or waits for a store of files, has a lane of its own: nothing else
# waits behind it.
SLOW = ("image.renditions", "image.unused_files")
# Failures of a message after which somebody should look at it.
MANY_TRIES = 3
# In a session's `info`: the topics of the messages that its transaction has written.
WRITTEN = "outbox_written"


class OutboxRepository(Repository[OutboxMessage]):
    """`nudge` is called with the topics of a transaction that wrote messages, after its commit."""

    entity = OutboxMessage

    def __init__(self, session: Sessions, nudge: Callable[[Collection[str]], None]) -> None:
        super().__init__(session)
        self.nudge = nudge

    def put(
        self, topic: str, dedupe_key: str, *, after: timedelta = timedelta(), **payload: Any
    ) -> None:
        """Write a message in the transaction under way, to be delivered from `after` now on.

        A second message with the same key is the same message: it is not written.
        """
        self.session.execute(
            insert(OutboxMessage)
            .values(
                topic=topic,
                dedupe_key=dedupe_key,
                payload=payload,
                available_at=utcnow() + after,
            )
            .on_conflict_do_nothing(index_elements=["dedupe_key"])
        )
        self._nudge_after_commit(topic)

    def next_due(self, now: datetime, *, slow: bool) -> OutboxMessage | None:
        """The oldest message of the slow lane or of the other one that waits, locked; those that
        others hold are passed over.

        What moves money goes before all else: mails can pile up.
        """
        due = (
            select(OutboxMessage)
            .where(OutboxMessage.delivered_at.is_(None), OutboxMessage.available_at <= now)
            .where(OutboxMessage.topic.in_(SLOW) if slow else OutboxMessage.topic.not_in(SLOW))
            .order_by(OutboxMessage.available_at, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        of_money = due.where(OutboxMessage.topic.startswith(MONEY))
        found = None if slow else self.session.scalars(of_money).one_or_none()
        return found or self.session.scalars(due).one_or_none()

    def waiting_since(self) -> datetime | None:
        """Since when the oldest message that is due waits; None where none is."""
        due = select(func.min(OutboxMessage.available_at))
        return self.session.scalar(due.where(OutboxMessage.delivered_at.is_(None)))

    def failing(self, limit: int) -> Sequence[OutboxMessage]:
        """What was tried again and again, the oldest first."""
        query = (
            select(OutboxMessage)
            .where(OutboxMessage.delivered_at.is_(None), OutboxMessage.attempts >= MANY_TRIES)
            .order_by(OutboxMessage.id)
            .limit(limit)
        )
        return self.session.scalars(query).all()

    def _nudge_after_commit(self, topic: str) -> None:
        session = self.session() if isinstance(self.session, scoped_session) else self.session
        if WRITTEN not in session.info:
            event.listen(session, "after_commit", self._committed)
            event.listen(session, "after_rollback", _rolled_back)
            session.info[WRITTEN] = set()
        session.info[WRITTEN].add(topic)

    def _committed(self, session: Session) -> None:
        # Releasing a savepoint looks like a commit and is none yet.
        if session.info[WRITTEN] and not session.in_nested_transaction():
            topics, session.info[WRITTEN] = session.info[WRITTEN], set()
            self.nudge(topics)


def _rolled_back(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info[WRITTEN] = set()
