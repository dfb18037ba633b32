"""What /metrics says after real requests, to whom, and while parts are dead."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from ruamel.yaml import YAML
from sqlalchemy import text

from shop.config import Environment
from shop.extensions import db
from shop.gateways.job_counts import JobCounts
from shop.gateways.queue import Task, TaskQueue
from shop.models import OutboxMessage, StockRecord
from shop.models.columns import utcnow
from shop.repositories.log_spool import Standing
from shop.web import lookouts
from shop.web.exposition import exposition
from shop.web.lookouts import Seen
from shop.web.services import CONFIG
from tests.observing.numbers import Numbers
from tests.visitor import Visitor

DOCS = Path(__file__).resolve().parents[2] / "docs"
NAME = re.compile(r"\bcolophon_[a-z_]+")
PART_OF_A_NUMBER = re.compile("_(total|sum|count|bucket|info)$")
TOKEN = "a token of sixteen letters or more"


def read(app) -> Numbers:
    lookouts.forget(app)
    answer = Visitor(app).get("/metrics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    return Numbers(answer.text)


def test_requests_are_counted_by_view_and_never_by_address(app, backstage):
    book, before = backstage.book(title="Persuasion"), read(app)
    visitor = Visitor(app)
    for _ in range(3):
        visitor.get(f"/books/{book.slug}-{book.id}?utm=anna@example.org")
    for number in range(5):
        visitor.get(f"/nothing/{number}/anna@example.org")
    visitor.client.open("/books", method="BREW")
    now = read(app)
    shown = {"method": "GET", "route": "catalogue.book"}
    assert now.grew(before, "colophon_requests_total", **shown, status="2xx") == 3
    assert now.grew(before, "colophon_request_seconds_count", **shown) == 3
    assert now.grew(before, "colophon_request_seconds_bucket", **shown, le="+Inf") == 3
    nowhere = {"route": "nowhere", "status": "4xx"}
    assert now.grew(before, "colophon_requests_total", **nowhere, method="GET") == 5
    assert now.grew(before, "colophon_requests_total", **nowhere, method="other") == 1
    assert now.grew(before, "colophon_sql_statements_total", route="catalogue.book") >= 3
    assert now.grew(before, "colophon_sql_seconds_total", route="catalogue.book") > 0
    assert now.grew(before, "colophon_sql_statements_total", route="nowhere") == 0
    assert now.of("colophon_requests_under_way") == 1
    assert not [value for value in now.labels() if "@" in value or "/" in value]


def test_caches_tell_how_often_they_had_it(app, backstage):
    backstage.book()
    before, visitor = read(app), Visitor(app)
    for _ in range(3):
        visitor.get("/books")
    now = read(app)
    for cache in ("settings_version", "kept_fragments"):
        assert now.grew(before, "colophon_cache_lookups_total", cache=cache, outcome="hit") >= 1


def test_orders_payments_and_messages_are_told(app, backstage):
    old = backstage.paid()
    backstage.age(old, placed_at=utcnow() - timedelta(hours=2))
    backstage.order()
    with app.app_context():
        db.session.execute(text("DELETE FROM outbox"))
        late = utcnow() - timedelta(minutes=10)
        for number, tries in enumerate((0, 5)):
            db.session.add(
                OutboxMessage(
                    topic="mail",
                    payload={},
                    dedupe_key=str(number),
                    attempts=tries,
                    created_at=late,
                    available_at=late,
                )
            )
        later = utcnow() + timedelta(hours=1)
        db.session.add(
            OutboxMessage(topic="payment.capture", payload={}, dedupe_key="c", available_at=later)
        )
        db.session.commit()
    now = read(app)
    assert now.of("colophon_orders_waiting", state="paid") == 1
    assert now.of("colophon_orders_lately", state="paid") == 0
    assert now.of("colophon_orders_lately", state="pending_payment") == 1
    assert 7200 <= now.of("colophon_orders_oldest_seconds", state="paid") < 7300
    assert now.of("colophon_payments_lately", status="captured") == 1
    assert now.of("colophon_payments_open", status="authorised") == 0
    assert now.of("colophon_outbox_waiting", topic="mail") == 2
    assert now.of("colophon_outbox_failing", topic="mail") == 1
    assert 600 <= now.of("colophon_outbox_oldest_seconds", topic="mail") < 700
    # It is not late: its time has not come.
    assert now.of("colophon_outbox_waiting", topic="payment.capture") == 1
    assert now.of("colophon_outbox_oldest_seconds", topic="payment.capture") is None
    assert now.of("colophon_oversold_books") == 0


def test_a_book_sold_twice_is_told(app, backstage):
    """Only a database without its rules has one."""
    book = backstage.book(stock=1)
    rule = "ck_stock_records_num_allocated_covered"
    with app.app_context():
        db.session.execute(text(f"ALTER TABLE stock_records DROP CONSTRAINT {rule}"))
        db.session.get(StockRecord, book.id).num_allocated = 2
        db.session.commit()
        try:
            assert read(app).of("colophon_oversold_books") == 1
        finally:
            db.session.execute(text("DELETE FROM stock_records"))
            db.session.execute(
                text(
                    f"ALTER TABLE stock_records ADD CONSTRAINT {rule}"
                    " CHECK (num_allocated <= num_in_stock)"
                )
            )
            db.session.commit()


def test_jobs_are_told(app, redis_url):
    with Redis.from_url(redis_url) as redis:
        TaskQueue(redis).nudge(Task.DELIVER_OUTBOX)
        counts = JobCounts(redis)
        for seconds in (0.04, 2, 400):
            counts.note(Task.DELIVER_OUTBOX, failed=False, seconds=seconds)
        counts.note(Task.DELIVER_OUTBOX, failed=True, seconds=None)
        counts.note("of somebody else", failed=True, seconds=1)
    now, task = read(app), {"task": "jobs.outbox.deliver"}
    assert now.of("colophon_queue_waiting", queue="default") == 1
    assert now.of("colophon_queue_waiting", queue="slow") == 0
    assert now.of("colophon_queue_oldest_seconds", queue="default") >= 0
    assert now.of("colophon_workers") == 0
    assert now.of("colophon_jobs_total", **task, outcome="done") == 3
    assert now.of("colophon_jobs_total", **task, outcome="failed") == 1
    assert now.of("colophon_jobs_total", task="other", outcome="failed") == 1
    assert now.of("colophon_job_seconds_bucket", **task, le="0.05") == 1
    assert now.of("colophon_job_seconds_bucket", **task, le="180.0") == 2
    assert now.of("colophon_job_seconds_count", **task) == 3
    assert now.of("colophon_job_seconds_sum", **task) == pytest.approx(402.04)


@pytest.fixture
def as_if(app, config, monkeypatch):
    """Gives the shop other settings for a test."""

    def set_up(**changes: object) -> None:
        monkeypatch.setitem(app.extensions, CONFIG, config.model_copy(update=changes))

    return set_up


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        *((None, 401), ("Bearer", 401), ("Bearer wrong", 401), (f"Basic {TOKEN}", 401)),
        *(("Bearer tök", 401), (f"Bearer {TOKEN}", 200)),
    ],
)
def test_whoever_has_the_token_reads_it(app, as_if, sent, status):
    as_if(metrics_token=TOKEN)
    answer = Visitor(app).get("/metrics", headers={"Authorization": sent} if sent else {})
    assert answer.status_code == status
    assert ("colophon_" in answer.text) is (status == 200)
    assert "Set-Cookie" not in answer.headers


def test_production_without_a_token_has_no_such_address(app, as_if):
    as_if(environment=Environment.PRODUCTION)
    assert Visitor(app).get("/metrics").status_code == 404


def test_it_says_what_is_running(app, as_if):
    as_if(release="2026.11")
    assert read(app).of("colophon_build_info", version="2026.11") == 1


def test_every_number_is_described_and_every_alert_asks_for_one_there_is(app):
    waiting = Seen({}, None, None, Standing({"INFO": 1}, {"INFO": 1}, 1.0, None))
    families = text_string_to_metric_families(exposition(waiting, "").decode())
    names = {*read(app).families, *(family.name for family in families)}
    said = {PART_OF_A_NUMBER.sub("", name) for name in names}
    described = NAME.findall((DOCS / "observing.md").read_text())
    assert said == {PART_OF_A_NUMBER.sub("", name) for name in described}
    rules = YAML(typ="safe").load((DOCS / "alerts.yml").read_text())
    [group] = rules["groups"]
    for rule in group["rules"]:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        asked = {PART_OF_A_NUMBER.sub("", name) for name in NAME.findall(rule["expr"])}
        assert asked
        assert asked <= said
