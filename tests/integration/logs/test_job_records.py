"""What a job leaves in the logs."""

from __future__ import annotations

import logging

import pytest
from redis import Redis
from rq import Queue

from jobs.watched import SILENT, WatchedJob
from shop import logging as shop_logging
from shop.gateways.queue import LOGS, QUEUE, QUEUES, SLOW, Task, TaskQueue, queue_of

HERE = __name__


def idle() -> int:
    return 0


def busy() -> int:
    return 3


def broken() -> int:
    raise ZeroDivisionError


def told(caplog: pytest.LogCaptureFixture, name: str, ttl: int | None, redis_url: str) -> list[str]:
    with Redis.from_url(redis_url) as connection, caplog.at_level(logging.DEBUG, "jobs.watched"):
        job = WatchedJob.create(f"{HERE}.{name}", connection=connection, ttl=ttl)
        try:
            job.perform()
        except ZeroDivisionError:
            assert name == "broken"
    found = [each for each in caplog.records if each.name == "jobs.watched"]
    assert all(vars(each)["duration_ms"] > 0 and vars(each)["job_id"] == job.id for each in found)
    return [f"{each.levelname} {each.getMessage().removeprefix(HERE)}" for each in found]


@pytest.mark.parametrize(
    ("name", "ttl", "record"),
    [
        ("busy", 5, "INFO .busy: done: 3"),
        ("idle", 5, "DEBUG .idle: nothing to do"),
        ("idle", 3600, "INFO .idle: nothing to do"),
        ("idle", None, "INFO .idle: nothing to do"),
        ("broken", 5, "INFO .broken: failed"),
    ],
)
def test_a_job_tells_how_it_ended_and_is_silent_where_that_is_no_news(
    caplog, redis_url, name, ttl, record
):
    assert told(caplog, name, ttl, redis_url) == [record]


def test_shipping_leaves_nothing_to_be_shipped(caplog, redis_url, monkeypatch):
    assert SILENT == (Task.SHIP_LOGS,)
    monkeypatch.setattr("jobs.watched.SILENT", (f"{HERE}.busy",))
    assert told(caplog, "busy", 5, redis_url) == []


def test_mails_go_before_log_records_and_these_before_slow_work():
    assert QUEUES == (QUEUE, LOGS, SLOW)
    assert queue_of(Task.SHIP_LOGS) == LOGS


def test_a_job_knows_the_request_that_asked_for_it(redis, redis_url):
    with Redis.from_url(redis_url) as connection:
        with shop_logging.scope(request_id="abcdefgh-1234"):
            TaskQueue(connection).nudge(Task.SHIP_LOGS)
        [job] = Queue(LOGS, connection=connection).jobs
    assert job.meta == {"request_id": "abcdefgh-1234"}
