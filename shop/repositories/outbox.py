"""The outbox: messages written with a change, claimed one by one for delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, scoped_session

from shop.models import OutboxMessage
from shop.models.columns import utcnow
from shop.repositories.base import Repository, Sessions

# How the topics begin that move money.
MONEY = "payment."
# In a session's `info`: whether its transaction has written a message.
WRITTEN = "outbox_written"


class OutboxRepository(Repository[OutboxMessage]):
    """`nudge` is called after the commit of a transaction that wrote a message."""

    entity = OutboxMessage

    def __init__(self, session: Sessions, nudge: Callable[[], None]) -> None:
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
        self._nudge_after_commit()

    def next_due(self, now: datetime) -> OutboxMessage | None:
        """The oldest message that waits, locked; those that others hold are passed over.

        What moves money goes before all else: mails can pile up.
        """
        due = (
            select(OutboxMessage)
            .where(OutboxMessage.delivered_at.is_(None), OutboxMessage.available_at <= now)
            .order_by(OutboxMessage.available_at, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        of_money = due.where(OutboxMessage.topic.startswith(MONEY))
        found = self.session.scalars(of_money).one_or_none()
        return found or self.session.scalars(due).one_or_none()

    def _nudge_after_commit(self) -> None:
        session = self.session() if isinstance(self.session, scoped_session) else self.session
        if WRITTEN not in session.info:
            event.listen(session, "after_commit", self._committed)
            event.listen(session, "after_rollback", _rolled_back)
        session.info[WRITTEN] = True

    def _committed(self, session: Session) -> None:
        # Releasing a savepoint looks like a commit and is none yet.
        if session.info[WRITTEN] and not session.in_nested_transaction():
            session.info[WRITTEN] = False
            self.nudge()


def _rolled_back(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info[WRITTEN] = False
