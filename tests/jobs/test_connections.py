"""RQ forks a process for each job; a connection to PostgreSQL must not be used by two."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from sqlalchemy import text

from shop.config import Config
from shop.extensions import db
from shop.gateways.queue import QUEUE
from tests.live_shop import ROOT, environment

# The worker as `main` makes it, with a connection in its pool before it forks.
PARENT = """
import json, os, redis
from jobs.worker import ShopWorker
from shop.app import create_app
from tests.jobs.test_connections import backend
with create_app().app_context():
    before = backend()
    connection = redis.Redis.from_url(os.environ["REDIS_URL"])
    ShopWorker(["default"], connection=connection).work(burst=True)
    print(json.dumps([before, backend()]))
"""


def backend() -> int:
    """The job: which process of PostgreSQL serves this one."""
    with db.engine.connect() as connection:
        return connection.scalar(text("SELECT pg_backend_pid()"))


@pytest.fixture
def queue(app: Flask, redis_url: str) -> Iterator[Queue]:
    with Redis.from_url(redis_url) as connection:
        yield Queue(QUEUE, connection=connection)


def test_a_job_never_shares_a_connection_with_its_worker(queue: Queue, config: Config) -> None:
    jobs = [queue.enqueue("tests.jobs.test_connections.backend") for _ in range(2)]
    ran = subprocess.run(
        [sys.executable, "-c", PARENT],
        cwd=ROOT,
        env=environment(config),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    # Log records are among the lines, and come when they come.
    [told] = [line for line in ran.stdout.splitlines() if line.startswith("[")]
    before, after = json.loads(told)
    assert before == after
    assert len({before, *(job.return_value() for job in jobs)}) == 3
