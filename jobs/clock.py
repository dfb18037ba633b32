"""`python -m jobs.clock`: enqueues what is done again and again. Two clocks do no harm."""

from __future__ import annotations

import logging
import os
from types import FrameType

from rq.cron import CronScheduler

from jobs import (
    accounts,
    bulk_edits,
    carts,
    catalogue,
    images,
    logs,
    orders,
    outbox,
    payments,
    sales,
    search,
)
from jobs.staying import Stay
from shop.bootstrap import configure_logging
from shop.config import Config
from shop.gateways.queue import Task, queue_of
from shop.gateways.redis_connections import connect

# Seconds between two runs. A run that no worker took by then is dropped: the next does its work.
SCHEDULE = (
    (outbox.deliver, 5),
    (images.make_renditions, 5),
    (bulk_edits.work, 5),
    (logs.ship, 5),
    (payments.reconcile, 30),
    (orders.expire, 30),
    (sales.count, 600),
    (carts.sweep, 3600),
    (images.sweep_files, 3600),
    (catalogue.drop_old_news, 3600),
    (search.recount, 6 * 3600),
    (accounts.drop_old_logins, 24 * 3600),
    (bulk_edits.forget_old, 24 * 3600),
)


class Clock(CronScheduler):
    """RQ's scheduler, which says when it was asked to stop."""

    stay = Stay()

    def _request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.stay.end()
        super()._request_stop(signum, frame)  # type: ignore[no-untyped-call]


def main() -> None:
    config = Config.from_env(os.environ)
    configure_logging(config, "clock")
    # It tells of each call, three times every five seconds.
    logging.getLogger("rq.cron").setLevel(logging.WARNING)
    Clock.stay.through(lambda: tick(config))


def tick(config: Config) -> None:
    """Enqueue by the schedule until a signal ends it."""
    clock = Clock(connection=connect(config.redis_url))
    for function, seconds in SCHEDULE:
        queue = queue_of(Task(f"{function.__module__}.{function.__name__}"))
        clock.register(function, queue_name=queue, interval=seconds, ttl=seconds, result_ttl=0)
    clock.start()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
