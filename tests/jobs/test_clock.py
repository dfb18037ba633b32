"""The clock, in a process of its own."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from redis import Redis
from rq import Queue
from rq.utils import import_attribute

from dev.yookassa_sandbox.testing import wait_until
from jobs.clock import SCHEDULE
from shop.config import Config
from shop.gateways.queue import QUEUES, Task
from tests.jobs.workforce import PATIENCE
from tests.live_shop import running, shown_on_failure


def test_every_scheduled_job_is_enqueued_for_the_worker(
    app: Flask, config: Config, redis_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "clock.log"
    with (
        Redis.from_url(redis_url) as connection,
        shown_on_failure(log),
        running(["-m", "jobs.clock"], config, log),
    ):
        queues = [Queue(name, connection=connection) for name in QUEUES]
        waiting = lambda: {job.func_name for queue in queues for job in queue.jobs}  # noqa: E731
        wait_until(lambda: waiting() == set(Task), PATIENCE)


def test_every_task_has_a_function_and_a_place_in_the_schedule() -> None:
    assert {import_attribute(task) for task in Task} == {function for function, _ in SCHEDULE}
