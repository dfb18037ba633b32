"""RabbitMQ: batches of log records, each given up only when the broker has confirmed it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from pika import BasicProperties, BlockingConnection, DeliveryMode, URLParameters
from pika.adapters.blocking_connection import BlockingChannel
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import (
    AMQPConnectionError,
    AMQPError,
    NackError,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
    UnroutableError,
)

from shop.errors import Unavailable

ROUTING_KEY = "records"
# Seconds: for a connection to open, and for a broker that takes nothing because it has no room.
CONNECT_SECONDS, BLOCKED_SECONDS = 3, 5
# One that falls silent while it has a batch is given up after this and five seconds more.
HEARTBEAT_SECONDS = 5
# Well below what whoever ships may have the spool for.
CONFIRM_SECONDS = 12
# Every failure would be told several times, at each try, and travel with the other records.
logging.getLogger("pika").setLevel(logging.CRITICAL)


class BrokerTrouble(Exception):
    """The broker did not take a batch, or may not have: it is sent again later."""


class Exchange:
    """An open channel."""

    def __init__(self, connection: BlockingConnection, channel: BlockingChannel, name: str) -> None:
        self.connection = connection
        self.channel = channel
        self.name = name

    def publish(self, lines: Sequence[str]) -> None:
        """Send records, each as JSON, and return when they are safe with the broker."""
        body = '{"version":1,"records":[' + ",".join(lines) + "]}"
        properties = BasicProperties(
            content_type="application/json", delivery_mode=DeliveryMode.Persistent
        )
        with told(), deadline(self.connection, CONFIRM_SECONDS):
            self.channel.basic_publish(
                self.name, ROUTING_KEY, body.encode(), properties, mandatory=True
            )


class Broker:
    """`exchange` is where records go; it is made where it is missing, the queues behind it are
    the log service's."""

    def __init__(self, url: str, exchange: str) -> None:
        self.parameters = URLParameters(url)
        self.parameters.connection_attempts = 1
        self.parameters.socket_timeout = CONNECT_SECONDS
        self.parameters.stack_timeout = CONNECT_SECONDS
        self.parameters.blocked_connection_timeout = BLOCKED_SECONDS
        self.parameters.heartbeat = HEARTBEAT_SECONDS
        self.exchange = exchange

    @contextmanager
    def opened(self) -> Iterator[Exchange]:
        """A channel for some batches. BrokerTrouble where there is none."""
        with told():
            connection = BlockingConnection(self.parameters)
        try:
            with told():
                channel = connection.channel()
                channel.exchange_declare(self.exchange, "direct", durable=True)
                channel.confirm_delivery()
            yield Exchange(connection, channel, self.exchange)
        finally:
            with suppress(AMQPError, OSError):
                connection.close()

    def reach(self) -> None:
        """Return when it answers; Unavailable where it does not."""
        try:
            with self.opened():
                pass
        except BrokerTrouble as trouble:
            raise Unavailable(str(trouble)) from trouble


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


@contextmanager
def told() -> Iterator[None]:
    """Everything that goes wrong with the broker, as BrokerTrouble."""
    try:
        yield
    except UnroutableError as error:
        raise BrokerTrouble("no queue takes them: is the log service running?") from error
    except NackError as error:
        raise BrokerTrouble("the broker refused them") from error
    except (ProbableAuthenticationError, ProbableAccessDeniedError) as error:
        raise BrokerTrouble("the broker refuses user, password or virtual host") from error
    # The second is of a broker that takes a connection and says nothing.
    except (AMQPError, AMQPConnectorException, OSError) as error:
        raise BrokerTrouble(f"the broker is away: {error!r}") from error
