"""Worker and clock: alive, and keeping up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from shop.errors import ShopError
from shop.gateways.failed_jobs import FailedJobs
from shop.gateways.job_queues import JobQueues
from shop.models.columns import utcnow
from shop.repositories.outbox import OutboxRepository
from shop.services.doctor.findings import Finding, ok, warning

# Jobs come every five seconds.
LONG = timedelta(minutes=2)


class JobsCheck:
    """What Redis or PostgreSQL do not answer, their own checks tell."""

    def __init__(self, jobs: FailedJobs, queues: JobQueues, outbox: OutboxRepository) -> None:
        self.jobs = jobs
        self.queues = queues
        self.outbox = outbox

    def __call__(self) -> Iterator[Finding]:
        try:
            yield from self._programs()
        except (ShopError, RedisError):
            return
        try:
            yield from self._outbox()
        except SQLAlchemyError:
            return
        finally:
            self.outbox.session.rollback()

    def _programs(self) -> Iterator[Finding]:
        if self.jobs.has_worker():
            yield ok("A worker is there.")
        else:
            yield warning(
                "No worker is there, so no mail goes out and no money is taken or given back: "
                "start `python -m jobs.worker`."
            )
        if self.jobs.has_clock():
            yield ok("A clock is there.")
        else:
            yield warning(
                "No clock is there, so unpaid orders keep their books and lost notifications are "
                "never asked for: start `python -m jobs.clock`."
            )
        since = min((state.since for state in self.queues.queues() if state.since), default=None)
        if since and (waited := utcnow() - since) > LONG:
            yield warning(f"A job has waited for {_minutes(waited)}: start more workers.")
        if failed := self.jobs.count():
            yield warning(f"Jobs that failed: {failed}. See /admin/jobs.")

    def _outbox(self) -> Iterator[Finding]:
        since = self.outbox.waiting_since()
        if since and (waited := utcnow() - since) > LONG:
            yield warning(
                f"A mail, a capture or a refund has waited for {_minutes(waited)}: /admin/jobs "
                "tells what fails."
            )


def _minutes(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:.0f} minutes"
