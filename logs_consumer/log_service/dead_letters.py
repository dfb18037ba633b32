"""What cannot be stored goes to the queue of the dead, with the reason, and stays there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import PERSISTENT_DELIVERY_MODE

from log_service.broker import DEAD, connected, deadline
from log_service.config import Config
from log_service.contract import VERSION
from log_service.documents import written
from log_service.metrics import dead

LONGEST_REASON = 1000  # letters
CONFIRMING = 20.0  # seconds; within a heartbeat, which is not answered meanwhile


@dataclass(frozen=True)
class DeadLetter:
    """A message as it came, or one record of it as a batch of its own."""

    body: bytes
    code: str
    reason: str


def of_record(record: object, code: str, reason: str) -> DeadLetter:
    """A batch of this one, so that it can be sent again as it is."""
    body = json.dumps({"version": VERSION, "records": [record]}, ensure_ascii=False)
    return DeadLetter(body.encode(errors="replace"), code, reason)


def bury(config: Config, letters: Sequence[DeadLetter]) -> None:
    """Return once the broker has all of them for sure; raises AMQPError otherwise.

    By a connection of its own: a broker without room stops reading from one that publishes, and
    would not read the confirmations of what is stored either.
    """
    with connected(config.amqp_url) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for letter in letters:
            with deadline(connection, CONFIRMING):
                publish(channel, config.dead_exchange, DEAD, letter.body, _headers(letter))
            dead.labels(letter.code).inc()


def _headers(letter: DeadLetter) -> dict[str, str]:
    return {
        "x-code": letter.code,
        "x-reason": letter.reason[:LONGEST_REASON].encode(errors="replace").decode(),
        "x-died-at": written(datetime.now(UTC)),
    }


def publish(
    channel: BlockingChannel, exchange: str, key: str, body: bytes, headers: dict[str, str]
) -> None:
    """Mandatory and persistent, on a channel that waits for confirmations."""
    channel.basic_publish(
        exchange,
        key,
        body,
        pika.BasicProperties(
            content_type="application/json",
            delivery_mode=PERSISTENT_DELIVERY_MODE,
            headers=headers,
        ),
        mandatory=True,
    )
