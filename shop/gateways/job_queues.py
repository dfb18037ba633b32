"""What waits for a worker, what is at work, and what the clock will call for, as RQ keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from redis import Redis
from rq import Queue, Worker
from rq.cron import CronJob, CronScheduler
from rq.job import Job
from rq.registry import FailedJobRegistry, StartedJobRegistry

from shop.gateways.queue import QUEUES

# A run that nobody took in its time is gone, and its id stands in the queue until a worker passes
# over it: so many are looked at for the first that is still to be done.
LOOKED_AT = 100


@dataclass(frozen=True)
class QueueState:
    """`since` is when the oldest of those that wait was put there."""

    name: str
    waiting: int
    since: datetime | None
    running: int
    failed: int


@dataclass(frozen=True)
class RunningJob:
    id: str
    task: str
    queue: str
    worker: str
    since: datetime | None


@dataclass(frozen=True)
class ScheduledJob:
    """`seconds` from one call to the next."""

    task: str
    queue: str
    seconds: int
    called_at: datetime | None
    next_at: datetime | None


class JobQueues:
    """RedisError while Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def queues(self) -> Sequence[QueueState]:
        return [self._state(name) for name in QUEUES]

    def workers(self) -> int:
        """Those that have shown themselves lately."""
        return int(Worker.count(connection=self.redis))

    def running(self) -> Sequence[RunningJob]:
        """The longest at work first."""
        registries = [StartedJobRegistry(name, connection=self.redis) for name in QUEUES]
        ids = [key for registry in registries for key in registry.get_job_ids(cleanup=False)]
        jobs = [job for job in Job.fetch_many(ids, connection=self.redis) if job]
        found = [
            RunningJob(
                job.id, job.func_name or "", job.origin, job.worker_name or "", job.started_at
            )
            for job in jobs
        ]
        return sorted(found, key=lambda job: (job.since is None, job.since))

    def schedule(self) -> Sequence[ScheduledJob]:
        """What the clock calls for, the most frequent first; of two clocks, as the later says."""
        known: dict[str, CronJob] = {}
        for clock in CronScheduler.all(self.redis):
            for job in clock.get_jobs():
                if _called(job) >= _called(known.get(job.func_name)):
                    known[job.func_name] = job
        found = [
            ScheduledJob(
                job.func_name,
                job.queue_name,
                job.interval or 0,
                job.latest_enqueue_time,
                job.next_enqueue_time,
            )
            for job in known.values()
        ]
        return sorted(found, key=lambda job: (job.seconds, job.task))

    def _state(self, name: str) -> QueueState:
        queue = Queue(name, connection=self.redis)
        started = StartedJobRegistry(name, connection=self.redis)
        failed = FailedJobRegistry(name, connection=self.redis)
        return QueueState(
            name,
            queue.count,
            self._since(queue),
            started.get_job_count(cleanup=False),
            failed.get_job_count(cleanup=False),
        )

    def _since(self, queue: Queue) -> datetime | None:
        waiting = Job.fetch_many(queue.get_job_ids(0, LOOKED_AT), connection=self.redis)
        return next((job.enqueued_at for job in waiting if job), None)


def _called(job: CronJob | None) -> float:
    return job.latest_enqueue_time.timestamp() if job and job.latest_enqueue_time else 0.0
