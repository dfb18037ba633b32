"""The first page of staff, the box that searches everything, and failed jobs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from rq import Queue
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.results import Result
from sqlalchemy import update

from shop.extensions import db
from shop.models import OutboxMessage, Payment, Refund, RefundStatus, RoleCode, Setting
from shop.models.columns import utcnow
from tests.visitor import Visitor


@pytest.fixture
def admin(app, backstage):
    return Visitor(app, backstage.user(RoleCode.ADMIN))


def section(page, name):
    """The words of a part of the first page."""
    return " ".join(page.text.partition(f'id="desk-{name}"')[2].partition("</section>")[0].split())


def test_it_tells_what_sold_what_waits_and_what_is_nearly_gone(admin, backstage):
    few = backstage.book(stock=2, title="Nearly gone")
    order = backstage.paid(few)
    backstage.age(order, placed_at=utcnow() - timedelta(days=3))
    page = admin.get("/admin")
    assert "3 days ago" in section(page, "waiting")
    assert "500" in section(page, "sales")
    assert "Nearly gone" in section(page, "low")
    assert "Nearly gone" in section(page, "best")
    assert "None: every sum of the last seven days agrees." in section(page, "differences")


def test_few_copies_are_the_same_on_the_first_page_and_in_the_list(app, admin, backstage):
    with app.app_context():
        db.session.add(Setting(key="low_stock_threshold", value=5))
        db.session.commit()
    for title, stock in (("Nearly gone", 5), ("Gone", 0), ("Many", 6)):
        backstage.book(stock=stock, title=title)
    told = section(admin.get("/admin"), "low")
    [few, none] = [unescape(each) for each in re.findall(r'href="(/admin/books\?[^"]*)"', told)]
    assert "Nearly gone" in told
    for page in (told, admin.get(few).text):
        assert "Nearly gone" in page
        assert ">Gone<" not in page
        assert ">Many<" not in page
    sold_out = admin.get(none).text
    assert ">Gone<" in sold_out
    assert "Nearly gone" not in sold_out


def test_it_tells_what_yookassa_and_the_shop_do_not_agree_on(app, admin, backstage):
    unknown, refused, other = backstage.order(), backstage.paid(), backstage.paid()
    with app.app_context():
        asked = update(Payment).where(Payment.order_id == unknown.id)
        db.session.execute(asked.values(created_at=utcnow() - timedelta(minutes=6)))
        payment = refused.payments[0].id
        db.session.add(Refund(payment_id=payment, amount=1, status=RefundStatus.CANCELLED))
        db.session.get(Payment, other.payments[0].id).amount += 1
        db.session.commit()
    told = section(admin.get("/admin"), "differences")
    for order, kind in (
        (unknown, "did not say"),
        (refused, "refused the refund"),
        (other, "is not that of the order"),
    ):
        assert kind in told.partition(order.number)[2].partition("</li>")[0]
    with app.app_context():
        db.session.add(Refund(payment_id=payment, amount=1, status=RefundStatus.SUCCEEDED))
        db.session.commit()
    assert refused.number not in section(admin.get("/admin"), "differences")


def test_enter_leads_straight_to_an_order_or_a_book(admin, backstage):
    order = backstage.order()
    book = order.lines[0].book_id
    for typed, place in (
        (order.number.lower().replace("-", ""), f"/admin/orders/{order.number}"),
        (order.lines[0].isbn, f"/admin/books/{book}"),
    ):
        answer = admin.get(f"/admin/search?q={typed}")
        assert (answer.status_code, answer.location) == (303, place)
        # While somebody types, it is offered and not gone to.
        assert f'href="{place}"' in admin.get(f"/admin/search?q={typed}", htmx=True).text


def test_a_failed_job_is_told_tried_again_and_forgotten(app, admin, config, backstage):
    queue = app.extensions["services"].jobs.failed.redis
    backstage.save(
        OutboxMessage(topic="mail", payload={}, dedupe_key="m", attempts=4, last_error="no route")
    )
    jobs = []
    for _ in range(2):
        job = Job.create("jobs.outbox.deliver", connection=queue, origin="default")
        job.ended_at = datetime(2026, 11, 28, 10, tzinfo=UTC)
        job.save()
        FailedJobRegistry(connection=queue).add(job, ttl=-1)
        Result.create_failure(job, -1, "Traceback\nRuntimeError: the mail server is away")
        jobs.append(job)
    page = admin.get("/admin/jobs")
    assert page.text.count("RuntimeError: the mail server is away") >= 2
    assert "no route" in page.text
    again, gone = jobs
    assert admin.post(f"/admin/jobs/{again.id}/try-again").status_code == 303
    assert Queue(connection=queue).job_ids == [again.id]
    assert admin.post(f"/admin/jobs/{gone.id}/delete").status_code == 303
    assert not Job.exists(gone.id, connection=queue)
    assert "No job has failed." in admin.get("/admin/jobs").text
    # Somebody else was faster.
    assert "any more" in admin.get(admin.post(f"/admin/jobs/{gone.id}/delete").location).text


def test_parts_that_do_not_answer_are_told(admin):
    parts = admin.get("/admin/jobs", htmx=True).text
    assert parts.count("does not answer") == 2, "nobody runs jobs for the tests, nor calls for them"
