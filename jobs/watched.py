"""What a job leaves behind for whoever watches: a record of how it ended, its part of a trace, and
a report of what went wrong."""

from __future__ import annotations

import logging
import time
from typing import Any

from rq.job import Job

from shop.gateways.queue import Task
from shop.observing import reports, tracing

logger = logging.getLogger(__name__)

# Seconds. What is called again so soon, and had nothing to do, is no news.
OFTEN = 60
# They leave no record, or there would always be one to ship.
SILENT = (Task.SHIP_LOGS,)


class WatchedJob(Job):
    """RQ's job, in the trace of whoever asked for it; it leaves a record when it has ended."""

    def perform(self) -> Any:
        started = time.perf_counter()
        outcome, task = "failed", self.func_name or ""
        try:
            with tracing.current().job(task, self.meta):
                done = super().perform()
            outcome = "nothing to do" if done == 0 else f"done: {done}"
            return done
        except BaseException as error:
            reports.current().job_failed(task, error)
            raise
        finally:
            self._tell(outcome, time.perf_counter() - started)

    def _tell(self, outcome: str, seconds: float) -> None:
        if self.func_name in SILENT:
            return
        no_news = outcome == "nothing to do" and (self.ttl or OFTEN + 1) <= OFTEN
        logger.log(
            logging.DEBUG if no_news else logging.INFO,
            "%s: %s",
            self.func_name,
            outcome,
            extra={"duration_ms": seconds * 1000, "job": self.func_name, "job_id": self.id},
        )
