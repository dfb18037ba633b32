"""How long jobs wait for a worker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from redis import Redis
from rq import Queue
from rq.job import Job

from shop.gateways.queue import QUEUES


class WaitingJobs:
    """RedisError while Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def longest(self) -> timedelta:
        """How long the first in any queue has waited."""
        firsts = [Queue(name, connection=self.redis).get_job_ids(0, 1) for name in QUEUES]
        ids = [job_id for found in firsts for job_id in found]
        jobs = Job.fetch_many(ids, connection=self.redis)
        since = [job.enqueued_at for job in jobs if job and job.enqueued_at]
        return max((datetime.now(UTC) - _aware(each) for each in since), default=timedelta())


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
