"""How many records a second the broker confirms when nothing else runs."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from pika import BlockingConnection, URLParameters

from dev.bench.log_path.producer import LOGGER, say
from shop.gateways.broker import ROUTING_KEY, Broker
from shop.logging.records import RecordFormatter
from shop.services.log_shipping import MOST_RECORDS

EXCHANGE = QUEUE = "colophon.bench"
ROUNDS = 500  # messages of each publisher


def confirmed_rate(url: str, publishers: int) -> float:
    """Records a second: messages as the shipper sends them, to a queue of the same kind.

    Each publisher waits for the confirmation of one message before it sends the next.
    """
    lines = _lines()
    with BlockingConnection(URLParameters(url)) as connection:
        channel = connection.channel()
        channel.exchange_declare(EXCHANGE, "direct", durable=True)
        channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(QUEUE, EXCHANGE, ROUTING_KEY)
        with ThreadPoolExecutor(publishers) as threads:
            began = time.monotonic()
            list(threads.map(lambda _: _publish(url, lines), range(publishers)))
            taken = time.monotonic() - began
        channel.queue_delete(QUEUE)
    return publishers * ROUNDS * len(lines) / taken


def _publish(url: str, lines: Sequence[str]) -> None:
    with Broker(url, EXCHANGE).opened() as exchange:
        for _ in range(ROUNDS):
            exchange.publish(lines)


def _lines() -> list[str]:
    formatter = RecordFormatter("web", "bench")
    found: list[str] = []

    class Taking(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(formatter.written(record).line)

    logger = logging.Logger(LOGGER)
    logger.addHandler(Taking())
    for number in range(MOST_RECORDS):
        say(logger, number)
    return found
