"""How many records are in the store, and whether any are still under way."""

from __future__ import annotations

import re
import time

import requests
from pika import BlockingConnection, URLParameters
from pika.exceptions import AMQPError
from pymongo import MongoClient
from redis import RedisError

from dev.bench.log_path.parts import QUEUE, SPOOL_RECORDS, LogPath
from dev.bench.log_path.spool import connect
from shop.repositories.log_spool import LogSpool

# Seconds without a new record before the consumer is stopped to see what it had at hand: more than
# it takes to start, and to write all that it may have.
CALM = 15.0
DONE = re.compile(r"^log_consumer_records_(?:stored|repeated)_total (\S+)$", re.MULTILINE)


class Arrivals:
    """`number` is about how many are there, as the consumer tells: what comes again counts twice.
    It forgets when it is killed; then they are counted once. That takes the store the longer the
    more it has."""

    def __init__(self, path: LogPath) -> None:
        self.path = path
        self.redis = connect(path.config)
        self.number = self._before = 0
        self.latest = time.monotonic()
        self._revived_at = self.latest
        self._asking = requests.Session()
        self._asking.trust_env = False  # no proxy between us and this machine

    def close(self) -> None:
        self.redis.close()
        self._asking.close()

    def look(self) -> None:
        try:
            answer = self._asking.get(self.path.metrics_url, timeout=2)
        except requests.RequestException:
            return
        number = self._before + sum(int(float(each)) for each in DONE.findall(answer.text))
        if number > self.number:
            self.number, self.latest = number, time.monotonic()

    def count_anew(self) -> None:
        """The consumer is not running."""
        with MongoClient[dict[str, object]](self.path.store.url) as client:
            records = client.get_default_database()["records"]
            self._before = self.number = records.estimated_document_count()

    def are_complete(self) -> bool:
        """Whether nothing waits in Redis, or with the broker, from where the consumer may just have
        taken it. This stops the consumer to know. Producers have seen to their files themselves."""
        since = max(self.latest, self._revived_at)
        if self._something_waits() or time.monotonic() - since < CALM:
            return False
        self.path.consumer.stop()
        if not self._something_waits():
            return True
        self.count_anew()
        self.path.consumer.revive()
        self._revived_at = time.monotonic()
        return False

    def dropped(self) -> int:
        return sum(self._spool().standing().dropped.values())

    def _something_waits(self) -> bool:
        try:
            return bool(len(self._spool()) or self._messages())
        except (RedisError, AMQPError):
            return True

    def _spool(self) -> LogSpool:
        return LogSpool(self.redis, SPOOL_RECORDS)

    def _messages(self) -> int:
        with BlockingConnection(URLParameters(self.path.broker.url)) as connection:
            declared = connection.channel().queue_declare(QUEUE, passive=True)
            return int(declared.method.message_count)
