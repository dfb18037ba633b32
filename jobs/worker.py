"""`python -m jobs.worker`: runs jobs until SIGTERM; the one at hand is finished first."""

from __future__ import annotations

import logging
import os
import signal
from contextlib import suppress
from types import FrameType
from typing import Any

from redis import RedisError
from rq import Queue, Worker
from rq.executions import Execution
from rq.job import Job

from jobs.staying import Stay
from jobs.watched import WatchedJob
from shop import logging as shop_logging
from shop.app import create_app
from shop.config import Config
from shop.extensions import db
from shop.gateways.job_counts import JobCounts
from shop.gateways.queue import QUEUES
from shop.gateways.redis_connections import connect
from shop.observing import reports, tracing
from shop.services.base import Turn

logger = logging.getLogger(__name__)


class ShopWorker(Worker):
    """RQ's worker, whose forked children make database connections of their own, and end without
    what an interpreter does at its end; it counts how jobs end."""

    stay = Stay()
    job_class = WatchedJob

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.stay.end()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def handle_warm_shutdown_request(self) -> None:
        """Tell the job at hand to come to an end."""
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        if self.horse_pid:
            with suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGTERM)

    def setup_work_horse_signals(self) -> None:
        """Hosts send SIGTERM to every process, and the job's own would die of it at once."""
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        signal.signal(signal.SIGTERM, lambda *_: Turn.end_all())

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        db.engine.dispose(close=False)
        # What is logged from here on belongs to the request that asked for the job, or to itself.
        shop_logging.begin(request_id=job.meta.get("request_id") or job.id)
        super().main_work_horse(job, queue)

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        try:
            return bool(super().perform_job(job, queue, execution))
        finally:
            # The process of a job ends without anything that is done at a process's end.
            tracing.current().flush()
            reports.current().flush()
            shop_logging.flush()

    def handle_job_success(self, job: Job, *args: Any, **kwargs: Any) -> None:
        super().handle_job_success(job, *args, **kwargs)
        self._count(job, failed=False)

    def handle_job_failure(self, job: Job, *args: Any, **kwargs: Any) -> None:
        """Also of a job whose process was killed."""
        super().handle_job_failure(job, *args, **kwargs)
        self._count(job, failed=True)

    def _count(self, job: Job, *, failed: bool) -> None:
        took = job.ended_at - job.started_at if job.ended_at and job.started_at else None
        try:
            JobCounts(self.connection).note(
                job.func_name or "", failed=failed, seconds=took.total_seconds() if took else None
            )
        except RedisError as trouble:
            logger.warning("nobody counts %s: %s", job.func_name, trouble)


def main() -> None:
    config = Config.from_env(os.environ)
    app = create_app(config, service="worker")
    with app.app_context():
        ShopWorker.stay.through(lambda: work(config))


def work(config: Config) -> None:
    """Run jobs until a signal ends it."""
    # RQ sets the timeouts of a connection that it blocks on.
    worker = ShopWorker(QUEUES, connection=connect(config.redis_url))
    # At INFO each turn of the clock would leave four lines; what fails is logged above that.
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main()
