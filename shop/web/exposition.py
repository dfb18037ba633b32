"""What is read of the shop when Prometheus asks, beside what `observing/metrics` counts.

A part that does not answer leaves its numbers out, so that nobody takes an old one for a new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from shop.gateways.job_counts import BUCKETS, JobCount
from shop.models.columns import utcnow
from shop.observing.metrics import counted
from shop.repositories.log_spool import Standing
from shop.services.jobs import JobReading
from shop.services.readings import StoreReading
from shop.web.lookouts import Seen

Values = Iterable[tuple[str, float | None]]


def exposition(seen: Seen, release: str) -> bytes:
    """All numbers, in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Read(seen, release))
    return generate_latest(counted()) + generate_latest(registry)


class _Read(Collector):
    """Made for one answer."""

    def __init__(self, seen: Seen, release: str) -> None:
        self.seen = seen
        self.release = release

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "colophon_build", "What is running.", value={"version": self.release or "unknown"}
        )
        yield _gauge(
            "colophon_part_up",
            "Whether a part of the shop answers.",
            "part",
            ((name, float(is_there)) for name, is_there in self.seen.parts.items()),
        )
        if self.seen.stores is not None:
            yield from _of_stores(self.seen.stores)
        if self.seen.jobs is not None:
            yield from _of_jobs(self.seen.jobs)
        if self.seen.spool is not None:
            yield from _of_spool(self.seen.spool)


def _gauge(name: str, says: str, label: str, values: Values) -> Metric:
    """A gauge with one label; a value of None is left out."""
    family = GaugeMetricFamily(name, says, labels=(label,))
    for key, value in values:
        if value is not None:
            family.add_metric([key], value)
    return family


def _age(since: datetime | None, now: datetime) -> float | None:
    return max(0.0, (now - since).total_seconds()) if since else None


def _of_stores(read: StoreReading) -> Iterator[Metric]:
    yield from _of_orders(read)
    yield _gauge(
        "colophon_payments_open",
        "Payments whose outcome is to come, by status.",
        "status",
        read.open_payments.items(),
    )
    yield _gauge(
        "colophon_payments_lately",
        "Payments begun within the last hour, of the latest 5000, by status.",
        "status",
        read.payments_lately.items(),
    )
    yield from _of_outbox(read)
    yield GaugeMetricFamily(
        "colophon_oversold_books",
        "Books of which more copies are promised than there are. Always 0, or a rule is broken.",
        value=read.oversold,
    )


def _of_orders(read: StoreReading) -> Iterator[Metric]:
    yield _gauge(
        "colophon_orders_waiting",
        "Orders that wait for somebody, by state; 10000 where there are more.",
        "state",
        ((state, number) for state, (number, _) in read.waiting_orders.items()),
    )
    yield _gauge(
        "colophon_orders_oldest_seconds",
        "Seconds since the oldest order that waits in a state was placed.",
        "state",
        ((state, _age(oldest, read.at)) for state, (_, oldest) in read.waiting_orders.items()),
    )
    yield _gauge(
        "colophon_orders_lately",
        "Orders placed within the last hour, by the state that they are in.",
        "state",
        read.orders_lately.items(),
    )


def _of_outbox(read: StoreReading) -> Iterator[Metric]:
    yield _gauge(
        "colophon_outbox_waiting",
        "Messages in the outbox that are not delivered, by topic; 10000 in all at most.",
        "topic",
        ((lane.topic, lane.waiting) for lane in read.outbox),
    )
    yield _gauge(
        "colophon_outbox_failing",
        "Messages in the outbox that were tried three times or oftener, by topic.",
        "topic",
        ((lane.topic, lane.failing) for lane in read.outbox),
    )
    yield _gauge(
        "colophon_outbox_oldest_seconds",
        "Seconds that the oldest message of a topic is late.",
        "topic",
        ((lane.topic, _age(lane.since, read.at)) for lane in read.outbox),
    )


def _of_jobs(read: JobReading) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "colophon_workers", "Workers that have shown themselves lately.", value=read.workers
    )
    yield _gauge(
        "colophon_queue_waiting",
        "Jobs in a queue; runs that nobody took in time are among them until a worker comes.",
        "queue",
        ((each.name, each.waiting) for each in read.queues),
    )
    yield _gauge(
        "colophon_queue_oldest_seconds",
        "Seconds that the oldest job of a queue waits.",
        "queue",
        ((each.name, _age(each.since, utcnow())) for each in read.queues),
    )
    yield _gauge(
        "colophon_queue_running",
        "Jobs that are at work, by queue.",
        "queue",
        ((each.name, each.running) for each in read.queues),
    )
    yield _gauge(
        "colophon_queue_failed",
        "Jobs that failed and are kept, by queue.",
        "queue",
        ((each.name, each.failed) for each in read.queues),
    )
    runs = CounterMetricFamily(
        "colophon_jobs", "Jobs that ended, by task and outcome.", labels=("task", "outcome")
    )
    took = HistogramMetricFamily(
        "colophon_job_seconds", "Seconds that jobs took, by task.", labels=("task",)
    )
    for task, count in sorted(read.counts.items()):
        runs.add_metric([task, "done"], count.done)
        runs.add_metric([task, "failed"], count.failed)
        took.add_metric([task], _buckets(count), count.seconds)
    yield runs
    yield took


def _of_spool(read: Standing) -> Iterator[Metric]:
    yield _gauge(
        "colophon_log_spool_records",
        "Log records that wait for the broker, by level.",
        "level",
        read.waiting.items(),
    )
    if read.oldest_at is not None:
        yield GaugeMetricFamily(
            "colophon_log_spool_oldest_seconds",
            "Seconds since the oldest of them came into Redis.",
            value=max(0.0, utcnow().timestamp() - read.oldest_at),
        )
    dropped = CounterMetricFamily(
        "colophon_log_records_dropped",
        "Log records that there was no room for, by level.",
        labels=("level",),
    )
    for level, number in read.dropped.items():
        dropped.add_metric([level], number)
    yield dropped


def _buckets(count: JobCount) -> list[tuple[str, float]]:
    """Of each how many were as short, as Prometheus wants them."""
    sums, total = [], 0
    for most, number in zip((*map(str, BUCKETS), "+Inf"), count.took, strict=True):
        total += number
        sums.append((most, float(total)))
    return sums
