"""Jobs that failed, as RQ keeps them, and whether anybody is there who runs jobs at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from redis import Redis, RedisError
from rq import Worker
from rq.cron import CronScheduler
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job
from rq.registry import FailedJobRegistry

from shop.errors import NotFound, Unavailable
from shop.gateways.queue import QUEUES

# Of each queue, the latest.
MOST_SHOWN = 50
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class FailedJob:
    """`why` is the last line of what it raised, `trace` all of it."""

    id: str
    task: str
    failed_at: datetime | None
    why: str
    trace: str


class FailedJobs:
    """Every call ends within the patience of its connection; Unavailable while Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def latest(self) -> Sequence[FailedJob]:
        """Those that failed, the last one first."""
        with _told():
            found = [each for name in QUEUES for each in self._of(name)]
        return sorted(found, key=lambda job: job.failed_at or LONG_AGO, reverse=True)

    def count(self) -> int:
        """How many there are in all."""
        with _told():
            registries = [self._registry(name) for name in QUEUES]
            return sum(registry.get_job_count(cleanup=False) for registry in registries)

    def try_again(self, job_id: str) -> None:
        """Put it into its queue once more; NotFound when it did not fail."""
        with _told():
            self._registry_of(job_id).requeue(job_id)

    def forget(self, job_id: str) -> None:
        """Neither keep nor run it any more; NotFound when it did not fail."""
        with _told():
            self._registry_of(job_id).remove(job_id, delete_job=True)

    def has_worker(self) -> bool:
        """Whether one has shown itself lately: its entry in Redis ends when it falls silent."""
        with _told():
            return Worker.count(connection=self.redis) > 0

    def has_clock(self) -> bool:
        """Whether somebody enqueues what is done again and again."""
        with _told():
            return bool(CronScheduler.all(self.redis))

    def _of(self, queue: str) -> list[FailedJob]:
        ids = self._registry(queue).get_job_ids(end=MOST_SHOWN - 1, desc=True, cleanup=False)
        return [_seen(job) for job in Job.fetch_many(ids, connection=self.redis) if job]

    def _registry(self, queue: str) -> FailedJobRegistry:
        return FailedJobRegistry(queue, connection=self.redis)

    def _registry_of(self, job_id: str) -> FailedJobRegistry:
        for name in QUEUES:
            registry = self._registry(name)
            if job_id in registry:
                return registry
        raise NotFound("This job is not among those that failed.")


def _seen(job: Job) -> FailedJob:
    result = job.latest_result()
    trace = str(result.exc_string or "") if result else ""
    lines = trace.strip().splitlines()
    return FailedJob(job.id, job.func_name or "", job.ended_at, lines[-1] if lines else "", trace)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (NoSuchJobError, InvalidJobOperation) as error:
        raise NotFound("This job is gone.") from error
    except RedisError as error:
        raise Unavailable("Redis does not answer.") from error
