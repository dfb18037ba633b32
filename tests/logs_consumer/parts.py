"""The log service's parts for a test: its queues, its store, and a consumer to be stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM
from typing import Any
from urllib.parse import urlsplit

import pika
from log_service.broker import DEAD, RECORDS, connected, declare
from log_service.config import Config
from log_service.consumer import WRITING, Consumer
from log_service.metrics import Pulse
from log_service.store import LogStore, connect, records_in
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import UnroutableError

from dev.processes import dying_with_parent, end
from dev.yookassa_sandbox.testing import wait_until
from tests.faults.wire import HOST, Wire

APP = Path(__file__).resolve().parent.parent.parent / "logs_consumer"
PATIENCE = 60.0  # seconds


class Queues:
    """What a shop, and somebody who looks after the broker, do with them."""

    def __init__(self, channel: BlockingChannel, config: Config) -> None:
        self.channel = channel
        self.config = config

    def send(self, *bodies: bytes) -> None:
        self._publish(self.config.logs_exchange, RECORDS, bodies)

    def bury(self, *bodies: bytes) -> None:
        self._publish(self.config.dead_exchange, DEAD, bodies)

    def _publish(self, exchange: str, key: str, bodies: Sequence[bytes]) -> None:
        kept = pika.BasicProperties(delivery_mode=2)
        for body in bodies:
            self.channel.basic_publish(exchange, key, body, kept, mandatory=True)

    def sent(self, body: bytes) -> bool:
        """Whether there is a queue that took it."""
        try:
            self.send(body)
        except UnroutableError:
            return False
        return True

    def waiting(self) -> int:
        """Messages that nobody was given."""
        return self._about(self.config.logs_queue).message_count

    def consumers(self) -> int:
        return self._about(self.config.logs_queue).consumer_count

    def dead(self) -> int:
        return self._about(self.config.dead_queue).message_count

    def _about(self, queue: str) -> Any:
        return self.channel.queue_declare(queue, passive=True).method

    def take_dead(self, number: int) -> list[tuple[str, str, bytes]]:
        """So many dead letters, as soon as they are there: code, reason, body."""
        wait_until(lambda: self.dead() >= number, PATIENCE)
        found = []
        for _ in range(number):
            _, properties, body = self.channel.basic_get(self.config.dead_queue, auto_ack=True)
            assert properties is not None
            assert properties.delivery_mode == 2
            assert properties.headers is not None
            assert body is not None
            found.append((properties.headers["x-code"], properties.headers["x-reason"], body))
        return found


@contextmanager
def queues_of(config: Config) -> Iterator[Queues]:
    """Declared as the consumer does, and deleted afterwards."""
    with connected(config.amqp_url) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        declare(channel, config)
        yield Queues(channel, config)
        for queue in (config.logs_queue, config.dead_queue):
            channel.queue_delete(queue)
        for exchange in (config.logs_exchange, config.dead_exchange):
            channel.exchange_delete(exchange)


@contextmanager
def store_of(config: Config) -> Iterator[LogStore]:
    with connect(config.mongo_url, WRITING) as client:
        yield LogStore(records_in(client), config.kept)


@contextmanager
def consuming(config: Config) -> Iterator[Consumer]:
    """A consumer in a thread of this process."""
    with store_of(config) as store:
        consumer = Consumer(config, store, Pulse())
        thread = threading.Thread(target=consumer.run)
        thread.start()
        try:
            yield consumer
        finally:
            consumer.stopping = True
            thread.join()


@contextmanager
def process(
    config: Config, log: Path, arguments: Sequence[str] = ("-m", "log_service.consumer")
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python of the log service, in its folder, with nothing but its configuration."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=APP,
            env=environment(config),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dying_with_parent(SIGTERM),
        )
    try:
        yield started
    finally:
        end(started)


def run(config: Config, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the service, ended well."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=APP,
        env=environment(config),
        capture_output=True,
        text=True,
        check=True,
    )


def environment(config: Config) -> dict[str, str]:
    """Nothing but this, and where compiled Python is kept."""
    said = config.model_dump(mode="json", exclude_unset=True)
    kept = {name: value for name, value in os.environ.items() if name == "PYTHONPYCACHEPREFIX"}
    return kept | {name.upper(): str(value) for name, value in said.items()}


@contextmanager
def wired(config: Config, name: str) -> Iterator[tuple[Config, Wire]]:
    """The same configuration with a wire before one of its servers."""
    url = urlsplit(getattr(config, name))
    default = {"amqp_url": 5672, "mongo_url": 27017}[name]
    with Wire(url.port or default) as wire:
        netloc = f"{url.netloc.rpartition('@')[0]}@".lstrip("@") + f"{HOST}:{wire.port}"
        query = "directConnection=true" if name == "mongo_url" else url.query
        yield (
            config.model_copy(update={name: url._replace(netloc=netloc, query=query).geturl()}),
            wire,
        )
