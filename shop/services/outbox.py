"""Delivering the outbox: at least once, each message on its own, failures with growing pauses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum

from shop import logging as shop_logging
from shop.models import OutboxMessage
from shop.models.columns import utcnow
from shop.models.outbox import LONGEST_PAUSE
from shop.repositories.base import Sessions
from shop.repositories.outbox import SLOW, OutboxRepository
from shop.services.base import EntityBaseService, Turn

logger = logging.getLogger(__name__)

# One run of the job delivers at most so many; the next run goes on.
BATCH = 200


class Topic(StrEnum):
    """What a message asks for. bootstrap names the method that does it."""

    MAIL = "mail"
    ACCOUNT_MAIL = "mail.account"
    STAFF_MAIL = "mail.staff"
    CAPTURE = "payment.capture"
    RELEASE = "payment.cancel"
    REFUND = "payment.refund"
    RENDITIONS = "image.renditions"
    UNUSED_FILES = "image.unused_files"


MAILS = (Topic.MAIL, Topic.ACCOUNT_MAIL, Topic.STAFF_MAIL)
# With pauses of an hour at most that is two days: an address that takes no mail until then does
# not exist, and anybody can have the shop write to such a one.
MOST_TRIES = 60
# The longest pause where somebody watches the page for a picture.
WATCHED = timedelta(minutes=5)
# Called with the message's dedupe key and its payload; must be safe to repeat.
Handler = Callable[..., object]


class OutboxService(EntityBaseService[OutboxMessage]):
    def __init__(
        self, session: Sessions, outbox: OutboxRepository, handlers: Mapping[Topic, Handler]
    ) -> None:
        super().__init__(session, outbox)
        self.outbox = outbox
        self.handlers = handlers

    def deliver_due(self) -> int:
        """Deliver what waits, but for pictures; answers how many were delivered."""
        delivered, turn = 0, Turn()
        for _ in range(BATCH):
            message_id = None if turn.is_over else self._claim()
            if message_id is None:
                break
            delivered += self._deliver(message_id)
        return delivered

    def deliver_picture(self) -> bool | None:
        """Deliver one message about pictures: sizes to be made, or files to be deleted. Answers
        whether that is done, None when none waits."""
        message_id = self._claim(slow=True)
        return None if message_id is None else self._deliver(message_id)

    def _claim(self, *, slow: bool = False) -> int | None:
        with self.transaction():
            message = self.outbox.next_due(utcnow(), slow=slow)
            if message is None:
                return None
            message.claim(utcnow())
            return message.id

    def _deliver(self, message_id: int) -> bool:
        with shop_logging.scope():  # its order, if it is about one
            return self._handle(message_id)

    def _handle(self, message_id: int) -> bool:
        message = self.get(message_id)
        topic, key = message.topic, message.dedupe_key
        try:
            self.handlers[Topic(topic)](key=key, **message.payload)
        except Exception as error:
            # Whatever went wrong, the other messages must go out and this one comes again.
            # Its key may be made of somebody's address.
            logger.exception("outbox message %d (%s) failed", message_id, topic)
            self._note_failure(message_id, repr(error))
            return False
        with self.transaction():
            self.outbox.get(message_id).mark_delivered(utcnow())
        logger.info("outbox message %d (%s) is delivered", message_id, topic)
        return True

    def _note_failure(self, message_id: int, error: str) -> None:
        with self.transaction():
            message = self.outbox.get(message_id)
            if message.topic in MAILS and message.attempts >= MOST_TRIES:
                message.give_up(utcnow(), error)
            else:
                longest = WATCHED if message.topic in SLOW else LONGEST_PAUSE
                message.mark_failed(utcnow(), error, longest)
