"""Jobs that failed, as RQ keeps them, and whether anybody is there who runs jobs at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
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
# What is done at one press to all of a kind; a second press goes on.
MOST_AT_ONCE = 1000
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

    def try_all_again(self, task: str) -> int:
        """Put those of this task into their queues once more; answers how many."""
        return sum(self._each(task, self.try_again))

    def forget_all(self, task: str) -> int:
        """Neither keep nor run those of this task; answers how many."""
        return sum(self._each(task, self.forget))

    def has_worker(self) -> bool:
        """Whether one has shown itself lately: its entry in Redis ends when it falls silent."""
        with _told():
            return Worker.count(connection=self.redis) > 0

    def has_clock(self) -> bool:
        """Whether somebody enqueues what is done again and again."""
        with _told():
            return bool(CronScheduler.all(self.redis))

    def _each(self, task: str, change: Callable[[str], None]) -> Iterator[bool]:
        with _told():
            registries = [self._registry(name) for name in QUEUES]
            ids = [key for each in registries for key in each.get_job_ids(cleanup=False)]
            jobs = Job.fetch_many(ids[:MOST_AT_ONCE], connection=self.redis)
        for job in jobs:
            if job is not None and job.func_name == task:
                # Somebody else may have been faster.
                with suppress(NotFound):
                    change(job.id)
                    yield True

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
