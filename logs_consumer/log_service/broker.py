"""RabbitMQ: connections, and the exchanges and queues that records come through.

The consumer declares all of them. Both queues are quorum queues.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPConnectionError, AMQPError

from log_service.config import Config

RECORDS = "records"
DEAD = "dead"
# Seconds. A write to the store, which nobody interrupts, has to fit into it twice.
HEARTBEAT = 60
REACHING = 5.0
# A message comes back when a consumer is killed or keeps it for half an hour while the store is
# away, and is none the worse for it. RabbitMQ 4 counts to 20 if it is not told otherwise; 3.10,
# which knows no number for "never", takes each number for what it is.
DELIVERIES = 1_000_000


@contextmanager
def connected(url: str) -> Iterator[BlockingConnection]:
    """A connection, closed in any case. AMQPError or OSError where there is none."""
    parameters = pika.URLParameters(url)
    parameters.heartbeat = HEARTBEAT
    parameters.socket_timeout = REACHING
    parameters.stack_timeout = 2 * REACHING
    # A broker with no room left reads from nobody who publishes.
    parameters.blocked_connection_timeout = 2 * REACHING
    parameters.client_properties = {"connection_name": "colophon log service"}
    try:
        connection = BlockingConnection(parameters)
    # Of a broker that takes a connection and says nothing; no AMQPError for pika.
    except AMQPConnectorException as error:
        raise AMQPConnectionError(repr(error)) from error
    try:
        yield connection
    finally:
        with suppress(AMQPError):
            connection.close()


@contextmanager
def deadline(connection: BlockingConnection, seconds: float) -> Iterator[None]:
    """End the connection, with AMQPConnectionError, where what is done inside takes longer.

    pika waits for a confirmation for as long as the broker lives, and has no limit to set. One
    that has lost the majority of its nodes lives, answers heartbeats and confirms nothing.
    """
    inner: Any = connection._impl  # type: ignore[attr-defined]
    silent = AMQPConnectionError(f"it confirmed nothing in {seconds:g} s")
    timer = inner._adapter_call_later(seconds, lambda: inner._terminate_stream(silent))
    try:
        yield
    finally:
        inner._adapter_remove_timeout(timer)


def declare(channel: BlockingChannel, config: Config) -> None:
    """Everything that is needed; what is there already is taken as it is if it is the same."""
    dead_of = {
        "x-dead-letter-exchange": config.dead_exchange,
        "x-dead-letter-routing-key": DEAD,
    }
    _declare(channel, config.dead_exchange, config.dead_queue, DEAD, {})
    _declare(channel, config.logs_exchange, config.logs_queue, RECORDS, dead_of)


def _declare(
    channel: BlockingChannel, exchange: str, queue: str, key: str, arguments: dict[str, str]
) -> None:
    channel.exchange_declare(exchange, "direct", durable=True)
    channel.queue_declare(
        queue,
        durable=True,
        arguments={"x-queue-type": "quorum", "x-delivery-limit": DELIVERIES, **arguments},
    )
    channel.queue_bind(queue, exchange, key)
