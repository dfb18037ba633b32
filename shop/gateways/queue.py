"""The job queue. The shop knows jobs by name only; `jobs/` has the functions."""

from __future__ import annotations

import logging
from enum import StrEnum

from redis import Redis, RedisError
from rq import Queue

from shop import logging as shop_logging
from shop.observing import tracing

logger = logging.getLogger(__name__)

QUEUE = "default"
# Log records, which no mail waits for.
LOGS = "logs"
# What takes seconds of work. A worker takes from it when nothing else waits.
SLOW = "slow"
QUEUES = (QUEUE, LOGS, SLOW)


class Task(StrEnum):
    DELIVER_OUTBOX = "jobs.outbox.deliver"
    MAKE_RENDITIONS = "jobs.images.make_renditions"
    SWEEP_FILES = "jobs.images.sweep_files"
    RECONCILE_PAYMENTS = "jobs.payments.reconcile"
    EXPIRE_ORDERS = "jobs.orders.expire"
    DROP_OLD_NEWS = "jobs.catalogue.drop_old_news"
    COUNT_SALES = "jobs.sales.count"
    DROP_OLD_LOGINS = "jobs.accounts.drop_old_logins"
    SWEEP_CARTS = "jobs.carts.sweep"
    BULK_EDITS = "jobs.bulk_edits.work"
    FORGET_BULK_EDITS = "jobs.bulk_edits.forget_old"
    SHIP_LOGS = "jobs.logs.ship"
    RECOUNT_WORDS = "jobs.search.recount"


SLOW_TASKS = (Task.MAKE_RENDITIONS, Task.SWEEP_FILES, Task.BULK_EDITS, Task.FORGET_BULK_EDITS)


def queue_of(task: Task) -> str:
    if task is Task.SHIP_LOGS:
        return LOGS
    return SLOW if task in SLOW_TASKS else QUEUE


class TaskQueue:
    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def nudge(self, task: Task) -> None:
        """Ask for the task to run soon. Its schedule runs it anyway: a dead queue is no error.

        What it logs has the id of the request that asked.
        """
        queue = Queue(queue_of(task), connection=self.redis)
        request = {"request_id": shop_logging.noted().get("request_id")}
        meta = request | tracing.current().carried()
        try:
            queue.enqueue(str(task), result_ttl=60, ttl=60, meta=meta)
        except RedisError:
            logger.warning("could not enqueue %s; its schedule will run it", task)
