"""Time that passes at once."""

from __future__ import annotations

from collections.abc import Iterable

from rq import Queue
from rq.job import JobStatus
from sqlalchemy import update

from dev.yookassa_sandbox.testing import wait_until
from shop.extensions import db
from shop.gateways.queue import Task
from shop.models import OutboxMessage, Payment
from shop.models.columns import utcnow
from shop.services.payments import QUIET
from tests.jobs.workforce import PATIENCE, Workforce

ENDED = (JobStatus.FINISHED, JobStatus.FAILED)


class Clock:
    """Does what `jobs.clock` does, without the waiting. Where no worker is left, another comes."""

    def __init__(self, queue: Queue, worker: Workforce) -> None:
        self.queue = queue
        self.worker = worker

    def turn(self, tasks: Iterable[Task] = Task) -> None:
        """All jobs once, or these, at a time when each lease and each pause is over."""
        process = self.worker.start()
        self.let_time_pass()
        jobs = [self.queue.enqueue(task, result_ttl=PATIENCE) for task in tasks]
        wait_until(
            lambda: process.poll() is not None or all(job.get_status() in ENDED for job in jobs),
            PATIENCE,
        )

    @staticmethod
    def let_time_pass() -> None:
        waiting = update(OutboxMessage).where(OutboxMessage.delivered_at.is_(None))
        db.session.execute(waiting.values(available_at=utcnow()))
        db.session.execute(update(Payment).values(updated_at=Payment.updated_at - 2 * QUIET))
        db.session.commit()
