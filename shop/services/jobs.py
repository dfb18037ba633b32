"""Jobs as staff see them: what waits, what is at work, what the clock calls for, what failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from redis import RedisError

from shop.errors import Unavailable
from shop.gateways.failed_jobs import FailedJob, FailedJobs
from shop.gateways.job_counts import JobCount, JobCounts
from shop.gateways.job_queues import JobQueues, QueueState, RunningJob, ScheduledJob


@dataclass(frozen=True)
class JobReading:
    """Numbers of the jobs; `counts` by task."""

    queues: Sequence[QueueState]
    workers: int
    counts: Mapping[str, JobCount]


@dataclass(frozen=True)
class JobsNow:
    """`counts` tells by task when it ran last and how long that took; `failed` the latest first."""

    queues: Sequence[QueueState]
    running: Sequence[RunningJob]
    schedule: Sequence[ScheduledJob]
    counts: Mapping[str, JobCount]
    failed: Sequence[FailedJob]


class JobService:
    """Unavailable while Redis, which has all of it, is away."""

    def __init__(self, queues: JobQueues, failed: FailedJobs, counts: JobCounts) -> None:
        self.queues = queues
        self.failed = failed
        self.counts = counts

    def now(self) -> JobsNow:
        with _told():
            return JobsNow(
                self.queues.queues(),
                self.queues.running(),
                self.queues.schedule(),
                self.counts.all(),
                self.failed.latest(),
            )

    def reading(self) -> JobReading:
        with _told():
            return JobReading(self.queues.queues(), self.queues.workers(), self.counts.all())

    def try_again(self, job_id: str) -> None:
        """NotFound when it is not among those that failed."""
        self.failed.try_again(job_id)

    def forget(self, job_id: str) -> None:
        """NotFound when it is not among those that failed."""
        self.failed.forget(job_id)

    def try_all_again(self, task: str) -> int:
        """All of this task that failed, a thousand at most; answers how many."""
        return self.failed.try_all_again(task)

    def forget_all(self, task: str) -> int:
        """All of this task that failed, a thousand at most; answers how many."""
        return self.failed.forget_all(task)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise Unavailable("Redis does not answer.") from error
