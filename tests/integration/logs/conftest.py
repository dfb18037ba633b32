"""A spool in Redis, files beside it, and an exchange of the test's own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from redis import Redis

from shop.repositories.log_spool import LocalFiles, LogSpool


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def spool(redis: Redis) -> LogSpool:
    return LogSpool(redis, 1000)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[LocalFiles]:
    files = LocalFiles(tmp_path / "records", 1 << 20)
    yield files
    files.let_go()


@pytest.fixture
def channel(amqp_url: str) -> Iterator[BlockingChannel]:
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    yield connection.channel()
    connection.close()


@pytest.fixture
def exchange(channel: BlockingChannel) -> Iterator[str]:
    """Its name. Nothing takes what comes there, until there is a queue."""
    name = f"logs-{uuid.uuid4().hex}"
    channel.exchange_declare(name, "direct", durable=True)
    yield name
    channel.exchange_delete(name)


@pytest.fixture
def make_queue(channel: BlockingChannel, exchange: str) -> Callable[..., str]:
    """Makes a queue, gone with the connection, that takes what comes to the exchange; its name."""

    def make(**arguments: object) -> str:
        declared = channel.queue_declare("", exclusive=True, arguments=arguments)
        name: str = declared.method.queue
        channel.queue_bind(name, exchange, "records")
        return name

    return make
