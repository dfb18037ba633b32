"""One run: records go in, parts are killed, and what has arrived is counted."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from signal import SIGKILL
from typing import Any

from pymongo import MongoClient
from redis import Redis

from dev.bench.log_path.arrivals import Arrivals
from dev.bench.log_path.parts import ROOT, LogPath, Part
from dev.bench.log_path.producer import LOGGER
from dev.bench.throughput import environment_of
from dev.problems import Problem
from dev.processes import dying_with_parent, end
from shop.gateways.queue import Task, TaskQueue

PRODUCERS = 2
# How many records may be on their way: enough for every part to have work at hand, and not so
# many that producers are long done when the last part is killed.
UNDER_WAY = 40_000  # or a third of all
CLOCK = 5.0  # seconds between two calls of the shipping job, as the shop's clock has them
LONGEST_DEAD = 4.0  # seconds
# Seconds without a new record in the store: more than any pause of the parts, and a start.
STUCK = 300.0
LOOK = 0.25


@dataclass
class Outcome:
    """What came of it. Ids of records that are in, and what the store has of them."""

    seconds: float = 0.0
    written: set[str] = field(default_factory=set)
    stored: Counter[str] = field(default_factory=Counter)
    numbers: Counter[int] = field(default_factory=Counter)
    dropped: int = 0

    @property
    def lost(self) -> set[str]:
        return self.written - self.stored.keys()

    @property
    def doubled(self) -> int:
        """Records that are there under the same id, or once more under another."""
        again = sum(count - 1 for count in self.stored.values())
        return again + sum(count - 1 for count in self.numbers.values())


class Run:
    """`kills` are parts that die together, one group after the other, evenly over the records."""

    def __init__(
        self, path: LogPath, folder: Path, records: int, kills: Sequence[Sequence[Part]]
    ) -> None:
        self.path = path
        self.folder = folder
        self.records = records
        self.kills = kills
        self.arrivals = Arrivals(path)
        self.queue = TaskQueue(Redis.from_url(path.config.redis_url, socket_timeout=2))
        self.allowed = 0
        self._called_at = time.monotonic()

    def close(self) -> None:
        self.arrivals.close()
        self.queue.redis.close()

    def measure(self) -> Outcome:
        outcome = Outcome()
        with self._producers() as producers:
            while not all(self._ids(number).exists() for number in range(PRODUCERS)):
                time.sleep(LOOK)
            began = self.arrivals.latest = time.monotonic()
            for number, parts in enumerate(self.kills, 1):
                due = self.records * number // (len(self.kills) + 1)
                self._go_on(producers, until=partial(self._has, due))
                self._kill(parts, producers)
            self._go_on(producers, until=lambda: self.allowed >= self.records)
            for producer in producers:
                assert producer.stdin
                producer.stdin.close()
            self._go_on([], until=lambda: _have_ended(producers) and self.arrivals.are_complete())
            outcome.seconds = self.arrivals.latest - began
            if failed := [each.returncode for each in producers if each.returncode]:
                raise Problem(f"Producers ended with {failed}; see {self.folder}.")
        self._count(outcome)
        return outcome

    def _kill(self, parts: Sequence[Part], producers: Sequence[subprocess.Popen[bytes]]) -> None:
        arrived, began = self.arrivals.number, time.monotonic()
        for part in parts:
            part.kill()
        dead = random.uniform(0.1, LONGEST_DEAD)
        self._go_on(producers, until=lambda: time.monotonic() > began + dead)
        if self.path.consumer in parts:
            self.arrivals.count_anew()
        for part in parts:
            part.revive()
        back = time.monotonic()
        # What is at work again is what the next one interrupts. In the end nothing more may come.
        self._go_on(
            producers,
            until=lambda: self.arrivals.number > arrived or self.allowed >= self.records,
        )
        names = " and ".join(part.name for part in parts)
        print(
            f"{arrived:>9,} records: {names} killed, back after "
            f"{back - began:.1f} s, going on after {time.monotonic() - began:.1f} s",
            flush=True,
        )

    def _go_on(
        self, producers: Sequence[subprocess.Popen[bytes]], *, until: Callable[[], bool]
    ) -> None:
        while not until():
            self.arrivals.look()
            self._allow(producers)
            self._call()
            if time.monotonic() - self.arrivals.latest > STUCK:
                raise Problem(
                    f"Nothing has arrived for {STUCK:.0f} s: {self.arrivals.number:,} of "
                    f"{self.records:,} records are there. The logs are in {self.folder}."
                )
            time.sleep(LOOK)

    def _allow(self, producers: Sequence[subprocess.Popen[bytes]]) -> None:
        allowed = min(self.records, self.arrivals.number + min(UNDER_WAY, self.records // 3))
        if producers and allowed > self.allowed:
            self.allowed = allowed
            for producer in producers:
                assert producer.stdin
                producer.stdin.write(b"%d\n" % allowed)
                producer.stdin.flush()

    def _call(self) -> None:
        """What the clock does."""
        if time.monotonic() - self._called_at > CLOCK:
            self._called_at = time.monotonic()
            self.queue.nudge(Task.SHIP_LOGS)

    def _has(self, due: int) -> bool:
        return self.arrivals.number >= due

    @contextmanager
    def _producers(self) -> Iterator[list[subprocess.Popen[bytes]]]:
        producers: list[subprocess.Popen[bytes]] = []
        try:
            for number in range(PRODUCERS):
                words = [str(number), str(PRODUCERS), str(self._ids(number))]
                producers.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "dev.bench.log_path.producer", *words],
                        cwd=ROOT,
                        env={**os.environ, **environment_of(self.path.config)},
                        stdin=subprocess.PIPE,
                        preexec_fn=dying_with_parent(SIGKILL),
                    )
                )
            yield producers
        finally:
            for producer in producers:
                end(producer)
                if producer.stdin:
                    producer.stdin.close()

    def _ids(self, number: int) -> Path:
        return self.folder / f"producer-{number}.ids"

    def _count(self, outcome: Outcome) -> None:
        for number in range(PRODUCERS):
            outcome.written.update(self._ids(number).read_text().split())
        with MongoClient[dict[str, Any]](self.path.store.url) as client:
            records = client.get_default_database()["records"]
            for document in records.find({}, {"logger": 1, "extra": 1}, batch_size=10_000):
                if document["logger"] == LOGGER:
                    outcome.stored[str(document["_id"])] += 1
                    outcome.numbers[document["extra"]["number"]] += 1
        outcome.dropped = self.arrivals.dropped()


def _have_ended(producers: Sequence[subprocess.Popen[bytes]]) -> bool:
    return all(producer.poll() is not None for producer in producers)


def in_turn(parts: Sequence[Part], kills: int) -> list[list[Part]]:
    """One at a time, in another order in each round."""
    found: list[Part] = []
    while len(found) < kills:
        found += random.sample(parts, len(parts))
    return [[part] for part in found[:kills]]
