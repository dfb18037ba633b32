"""`python -m log_service.consumer`: takes messages from the queue and stores their records.

A message is acknowledged when its records are in the store, and what of it could not be stored is
in the queue of the dead. Whatever dies before that, it comes again, and changes nothing.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import AMQPError
from pika.spec import Basic, BasicProperties

from log_service import logging as our_logging
from log_service import metrics
from log_service.batches import Poison, Record, read
from log_service.broker import connected, declare
from log_service.config import Config, ConfigError
from log_service.dead_letters import DeadLetter, bury, of_record
from log_service.documents import microseconds
from log_service.patience import Part
from log_service.store import LogStore, Outcome, StoreAway, connect, records_in

logger = logging.getLogger(__name__)

# Seconds that a write may take; well within a heartbeat, which is not answered meanwhile.
WRITING = 20.0
# Seconds until a signal is noticed at the latest.
TURN = 1.0
# Messages are taken together until they have so many records.
TOGETHER = 2000


class Interrupted(Exception):
    """The messages at hand are left as they are, for whoever comes next."""


@dataclass
class Gathered:
    """Consecutive messages, read; `last` is the tag that stands for all of them."""

    last: int = 0
    messages: int = 0
    records: list[Record] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)

    def add(self, tag: int, body: bytes) -> None:
        self.last = tag
        self.messages += 1
        try:
            batch = read(body)
        except Poison as poison:
            self.dead.append(DeadLetter(body, poison.code, str(poison)))
            return
        except Exception as error:
            # A mistake of ours, which would come again with the message, for ever.
            logger.exception("a message could not be looked at")
            self.dead.append(DeadLetter(body, "not_looked_at", repr(error)))
            return
        self.records += batch.records
        self.dead += [of_record(bad.record, "invalid", bad.reason) for bad in batch.refused]


class Consumer:
    """Runs until it is told to stop."""

    def __init__(self, config: Config, store: LogStore, pulse: metrics.Pulse) -> None:
        self.config = config
        self.store = store
        self.pulse = pulse
        # A plain value: a signal's handler may not wait for a lock.
        self.stopping = False
        self._broker = Part("the broker")
        self._store = Part("the document store")
        self._inbox: deque[tuple[int, bytes]] = deque()

    def run(self) -> None:
        while not self.stopping:
            try:
                with connected(self.config.amqp_url) as connection:
                    self._attend(connection)
            except Interrupted:
                continue
            except (AMQPError, OSError) as error:
                self._wait_alone(self._broker.away(repr(error)))

    def _attend(self, connection: BlockingConnection) -> None:
        channel = connection.channel()
        declare(channel, self.config)
        channel.basic_qos(prefetch_count=self.config.prefetch)
        self._inbox.clear()
        channel.basic_consume(self.config.logs_queue, self._receive)
        self._broker.here()
        logger.info("waiting for records in %s", self.config.logs_queue)
        while not self.stopping:
            self._turn(connection, channel)
            while self._inbox and not self.stopping:
                self._keep(connection, channel, self._gather())
        channel.close()

    def _receive(
        self, channel: BlockingChannel, method: Basic.Deliver, _: BasicProperties, body: bytes
    ) -> None:
        self._inbox.append((method.delivery_tag or 0, body))

    def _turn(self, connection: BlockingConnection, channel: BlockingChannel) -> None:
        """Wait a moment for messages, answering heartbeats; AMQPError when none can come."""
        self.pulse.beat()
        connection.process_data_events(time_limit=TURN)
        # The broker closes a channel that keeps a message for half an hour, and takes the
        # consumer off a queue that is deleted.
        if not channel.is_open or not channel.consumer_tags:
            raise AMQPError("the broker ended the subscription")

    def _gather(self) -> Gathered:
        gathered = Gathered()
        while self._inbox and len(gathered.records) < TOGETHER:
            gathered.add(*self._inbox.popleft())
        return gathered

    def _keep(
        self, connection: BlockingConnection, channel: BlockingChannel, gathered: Gathered
    ) -> None:
        outcome = self._write(connection, channel, gathered.records)
        dead = [
            *gathered.dead,
            *(of_record(record, "refused_by_store", why) for record, why in outcome.refused),
        ]
        if dead:
            bury(self.config, dead)
            logger.warning("%d dead letters, the first: %s", len(dead), dead[0].reason)
        channel.basic_ack(gathered.last, multiple=True)
        metrics.messages.inc(gathered.messages)

    def _write(
        self, connection: BlockingConnection, channel: BlockingChannel, records: list[Record]
    ) -> Outcome:
        """Try until it is done; Interrupted when asked to stop before that."""
        while True:
            began = time.monotonic()
            try:
                outcome = self.store.write(records)
            except StoreAway as error:
                self._wait(connection, channel, self._store.away(error))
            else:
                self._store.here()
                self._count(outcome, records, time.monotonic() - began)
                return outcome

    def _count(self, outcome: Outcome, records: list[Record], seconds: float) -> None:
        metrics.writing.observe(seconds)
        metrics.stored.inc(outcome.stored)
        metrics.repeated.inc(len(outcome.repeated))
        if records:
            metrics.behind.set(_age(max(record["time"] for record in records)))

    def _wait(
        self, connection: BlockingConnection, channel: BlockingChannel, seconds: float
    ) -> None:
        """Keep the messages and the connection meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.stopping:
                raise Interrupted
            self._turn(connection, channel)

    def _wait_alone(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stopping:
            self.pulse.beat()
            time.sleep(max(0.0, min(TURN, end - time.monotonic())))


def _age(written: str) -> float:
    """Seconds since a record was written, by its own clock."""
    return time.time() - microseconds(datetime.fromisoformat(written)) / 1e6


def main() -> None:
    config = _config()
    our_logging.configure(config.log_level)
    with connect(config.mongo_url, answering=WRITING) as client:
        pulse = metrics.Pulse()
        store = LogStore(records_in(client), config.kept)
        consumer = Consumer(config, store, pulse)
        _stop_on_signals(consumer)
        with metrics.served(config.consumer_metrics_port, pulse):
            consumer.run()
    logger.info("stopped: nothing is half done")


def _stop_on_signals(consumer: Consumer) -> None:
    def stop(number: int, _: FrameType | None) -> None:
        consumer.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _config() -> Config:
    try:
        return Config.from_env(os.environ)
    except ConfigError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
