"""What leaves the shop for Prometheus, OpenTelemetry and Sentry, when all three are configured: two
processes of gunicorn and a worker, and a server that takes what they send."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
from redis import Redis
from rq import Queue

from dev.yookassa_sandbox.testing import wait_until
from shop.gateways.job_counts import JobCounts
from shop.gateways.queue import QUEUE
from tests.live_shop import LiveShop, live_shop, running
from tests.observing.numbers import Numbers
from tests.observing.receiver import Receiver
from tests.observing.somebody import PERSON, TELEPHONE

PATIENCE = 40  # seconds
MOST_ASKED = 1000
TOKEN = "a token of sixteen letters or more"
FAILING = "tests.observing.faulty_shop.fail"


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.close()


@pytest.fixture(scope="module")
def seen(stores_of_module, config, redis_url, tmp_path_factory):
    """Everything happens once; each test looks at another side of it."""
    with receiving() as receiver, pytest.MonkeyPatch.context() as patch:
        # Milliseconds until a batch is sent.
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        ours = config.model_copy(
            update={
                "metrics_token": TOKEN,
                "release": "2026.11",
                "otel_exporter_otlp_endpoint": receiver.url,
                "sentry_dsn": receiver.dsn,
            }
        )
        folder = tmp_path_factory.mktemp("observed")
        application = "tests.observing.faulty_shop:app"
        with (
            running(["-m", "jobs.worker"], ours, folder / "worker.log", stop=()),
            live_shop(ours, folder, workers=2, application=application) as shop,
            Redis.from_url(redis_url) as redis,
        ):
            Queue(QUEUE, connection=redis).enqueue(FAILING)
            looks, numbers = visited(shop)
            wait_until(lambda: {FAILING, "jobs.outbox.deliver"} <= names(receiver), PATIENCE)
            wait_until(lambda: len(receiver.reports()) >= 2, PATIENCE)
            counts = JobCounts(redis)
            wait_until(lambda: ended(counts) == {"other": 1, "jobs.outbox.deliver": 1}, PATIENCE)
        yield receiver, numbers, looks


def ended(counts: JobCounts) -> dict[str, int]:
    return {task: count.done + count.failed for task, count in counts.all().items()}


def visited(shop: LiveShop) -> tuple[int, list[Numbers]]:
    """Somebody looks about; how often, and what both processes say of it then."""
    session = requests.Session()
    session.cookies["other"] = "a cookie of somebody"

    def look() -> int:
        session.get(f"{shop.url}/terms?q={PERSON}", headers={"Connection": "close"})
        return len(shop.processes_that_answered("GET /terms"))

    looks = asked_until_two_answered(look)
    session.get(f"{shop.url}/nothing/{PERSON}")
    assert session.get(f"{shop.url}/bugs/{PERSON}?card=4111").status_code == 500
    session.close()
    headers = {"Authorization": f"Bearer {TOKEN}", "Connection": "close"}
    answers: list[Numbers] = []

    def ask() -> int:
        answer = requests.get(f"{shop.url}/metrics", headers=headers, timeout=PATIENCE)
        answers.append(Numbers(answer.text))
        return len(shop.processes_that_answered("GET /metrics"))

    asked_until_two_answered(ask)
    return looks, answers


def asked_until_two_answered(ask: Callable[[], int]) -> int:
    """How often; which process takes a connection is the system's choice. `ask` counts those that
    have answered so far."""
    return next(times for times in range(1, MOST_ASKED + 1) if ask() == 2)


def names(receiver: Receiver) -> set[str]:
    return {span.name for span in receiver.spans()}


def test_each_process_tells_what_all_have_counted(seen):
    _, answers, looks = seen
    terms = {"method": "GET", "route": "legal.terms"}
    for numbers in answers:
        assert numbers.of("colophon_requests_total", **terms, status="2xx") == looks
        assert numbers.of("colophon_request_seconds_count", **terms) == looks
        assert numbers.of("colophon_requests_total", method="GET", route="bug", status="5xx") == 1
        assert numbers.of("colophon_build_info", version="2026.11") == 1


def test_a_request_and_the_job_it_asked_for_are_one_trace(seen):
    receiver, *_ = seen
    spans = {span.name: span for span in receiver.spans()}
    assert {"GET /terms", "GET /bugs/<name>", "GET"} <= set(spans)
    request, job = spans["GET /bugs/<name>"], spans["jobs.outbox.deliver"]
    assert request.trace_id == job.trace_id
    children = [s for s in receiver.spans() if s.trace_id == spans["GET /terms"].trace_id]
    assert any(s.name.startswith("SELECT") for s in children)
    # Nobody asked for the one that fails.
    failed = spans[FAILING]
    assert not failed.parent_span_id
    assert failed.status.code == 2


def test_polling_makes_no_traces(seen):
    """Of a worker that waits, and of those who ask whether the shop is there."""
    receiver, *_ = seen
    roots = {span.name for span in receiver.spans() if not span.parent_span_id}
    allowed = {"GET", "GET /terms", "GET /bugs/<name>", FAILING}
    assert roots <= allowed


def test_errors_of_views_and_jobs_are_reported(seen):
    receiver, *_ = seen
    reports = receiver.reports()
    assert len(reports) == 2
    view, job = sorted(reports, key=lambda report: "task" in report["tags"])
    assert view["tags"]["route"] == "bug"
    assert re.fullmatch("[0-9a-f]{32}", view["tags"]["request_id"])
    assert job["tags"]["task"] == FAILING
    for report in (view, job):
        assert report["release"] == "2026.11"
        assert report["environment"] == "test"
        [error] = report["exception"]["values"]
        assert error["type"] == "Bug"
        assert error["value"].endswith("has the telephone [phone]")
        assert error["stacktrace"]["frames"][-1]["filename"].endswith("faulty_shop.py")
        assert not {"request", "breadcrumbs", "extra", "modules"} & set(report)


def test_nothing_of_a_person_leaves(seen):
    receiver, answers, _ = seen
    told = receiver.text() + "".join(sorted(answers[0].labels()))
    for secret in (PERSON, TELEPHONE, "4111", "card=", "a cookie of somebody", "127.0.0.1:5"):
        assert secret not in told
    for span in receiver.spans():
        keys = {attribute.key for attribute in span.attributes}
        assert not keys & {"http.url", "http.target", "net.peer.ip", "http.user_agent"}
        assert not span.status.message
