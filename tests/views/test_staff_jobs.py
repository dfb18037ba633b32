"""The page of parts and jobs: what waits, what runs, what the clock calls for, what failed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from rq import Queue, Worker
from rq.cron import CronScheduler
from rq.executions import Execution
from rq.job import Job, JobStatus
from rq.registry import FailedJobRegistry
from rq.results import Result

from jobs import outbox, sales
from shop.gateways.job_counts import JobCounts
from shop.gateways.queue import SLOW, Task, TaskQueue
from shop.models import RoleCode
from tests.visitor import Visitor


@pytest.fixture
def admin(app, backstage):
    return Visitor(app, backstage.user(RoleCode.ADMIN))


@pytest.fixture
def redis(app):
    return app.extensions["services"].jobs.failed.redis


def failed(redis, task: str, why: str) -> Job:
    job = Job.create(task, connection=redis, origin="default")
    job.ended_at = datetime(2026, 11, 28, 10, tzinfo=UTC)
    job.save()
    FailedJobRegistry(connection=redis).add(job, ttl=-1)
    Result.create_failure(job, -1, f"Traceback\nRuntimeError: {why}")
    return job


def words(answer) -> str:
    return " ".join(answer.text.split())


def test_queues_tell_what_waits_and_since_when(admin, redis):
    TaskQueue(redis).nudge(Task.DELIVER_OUTBOX)
    [job] = Queue(connection=redis).jobs
    redis.hset(job.key, "enqueued_at", _stamp(timedelta(minutes=7)))
    told = words(admin.get("/admin/jobs/work", htmx=True))
    assert "1 job waits, the oldest came 7 minutes ago" in told
    assert "0 jobs wait" in told
    assert "No job runs at this moment." in told
    assert "No clock is there." in told
    # Alone it is no page, and the address is one.
    assert "<h1" not in told
    assert "<h1" in admin.get("/admin/jobs/work").text


def test_what_is_at_work_is_told_with_its_worker(admin, redis):
    worker = Worker([SLOW], connection=redis, name="our-worker-1")
    job = Job.create("jobs.bulk_edits.work", connection=redis, origin=SLOW)
    job.worker_name, job.started_at = worker.name, datetime.now(UTC) - timedelta(minutes=2)
    job.save()
    job.set_status(JobStatus.STARTED)
    with redis.pipeline() as pipeline:
        Execution.create(job, ttl=60, pipeline=pipeline)
        pipeline.execute()
    told = words(admin.get("/admin/jobs/work", htmx=True))
    assert "Change many books</strong>" in told
    assert "began 2 minutes ago, worker our-worker-1" in told
    assert "1 is at work" in told


def test_the_schedule_tells_what_ran_and_what_comes(admin, redis):
    clock = CronScheduler(connection=redis)
    for function, seconds in ((outbox.deliver, 5), (sales.count, 600)):
        clock.register(function, "default", interval=seconds)
    for job in clock.get_jobs():
        job.set_enqueue_time(datetime.now(UTC) - timedelta(seconds=1))
    clock.register_birth()
    JobCounts(redis).note(Task.DELIVER_OUTBOX, failed=False, seconds=1.25)
    told = words(admin.get("/admin/jobs/work", htmx=True))
    often, seldom = told.partition("Send mails")[2].split("Count what sold lately")
    assert "every 5 seconds" in often
    assert "took 1.25 s" in often
    assert "every 10 minutes" in seldom
    assert "has not ended yet; next in 10 minutes" in seldom


def test_all_of_a_kind_are_tried_again_or_forgotten(admin, redis):
    mails = [failed(redis, Task.DELIVER_OUTBOX, "no route").id for _ in range(3)]
    other = failed(redis, Task.COUNT_SALES, "no room").id
    page = admin.get("/admin/jobs")
    assert page.text.count("no route") >= 3
    answer = admin.submit(page, "/failed/try-again")
    assert answer.status_code == 303
    assert sorted(Queue(connection=redis).job_ids) == sorted(mails)
    assert "3 jobs are in their queues again." in admin.get(answer.location).text
    admin.post("/admin/jobs/failed/delete", {"task": Task.COUNT_SALES})
    assert not Job.exists(other, connection=redis)
    assert "No job has failed." in admin.get("/admin/jobs").text
    nothing = admin.post("/admin/jobs/failed/delete", {"task": Task.COUNT_SALES})
    assert "0 jobs are forgotten." in admin.get(nothing.location).text


def _stamp(before: timedelta) -> str:
    return (datetime.now(UTC) - before).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
