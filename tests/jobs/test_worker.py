"""The jobs, run by a worker process, with a real mail server.

One module, since one worker serves all of it; the tests that end the worker come last.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from signal import SIGTERM

import pytest
from redis import Redis
from rq import Queue
from sqlalchemy import select, update

from dev.yookassa_sandbox.testing import pay, wait_until
from shop.extensions import db
from shop.gateways.queue import QUEUE, Task
from shop.models import Order, OrderState, OutboxMessage, Payment, StockRecord
from shop.models.columns import utcnow
from shop.models.outbox import LEASE
from shop.services.outbox import Topic
from shop.web.services import services
from tests.jobs.mail_server import MailServer
from tests.jobs.workforce import PATIENCE, Workforce
from tests.stored import messages

Place = Callable[..., Order]
Enqueue = Callable[[Task], None]


def state_of(order: Order) -> OrderState:
    db.session.rollback()
    return db.session.scalars(select(Order.state).where(Order.id == order.id)).one()


def promised() -> int:
    db.session.rollback()
    return db.session.scalars(select(StockRecord.num_allocated)).one()


def message() -> OutboxMessage:
    """The only one there is, as it is now."""
    db.session.rollback()
    query = select(OutboxMessage).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def let_it_be_due() -> None:
    """As if the pause were over."""
    db.session.execute(update(OutboxMessage).values(available_at=utcnow()))
    db.session.commit()


def test_an_overdue_order_is_cancelled_and_its_copies_are_free_again(
    place: Place, enqueue: Enqueue
) -> None:
    order = place()
    assert promised() == 1
    db.session.execute(update(Order).values(expires_at=utcnow() - timedelta(seconds=1)))
    db.session.commit()
    enqueue(Task.EXPIRE_ORDERS)
    wait_until(lambda: state_of(order) is OrderState.CANCELLED, PATIENCE)
    assert promised() == 0


def test_a_payment_whose_notification_was_lost_is_settled(place: Place, enqueue: Enqueue) -> None:
    order = place()
    pay(str(services.payments.start(order.number).confirmation_url))
    db.session.execute(update(Payment).values(updated_at=utcnow() - timedelta(minutes=2)))
    db.session.commit()
    enqueue(Task.RECONCILE_PAYMENTS)
    wait_until(lambda: state_of(order) is OrderState.PAID, PATIENCE)
    # What the worker has still to send would reach the next test.
    wait_until(lambda: all(each.delivered_at for each in messages(Topic.MAIL)), PATIENCE)


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_a_mail_has_text_and_html_in_the_language_of_the_order(
    place: Place, mails: MailServer, locale: str
) -> None:
    order = place(locale)

    def about_it() -> list[EmailMessage]:
        return [mail for mail in mails.received if order.number in mail["Subject"]]

    wait_until(about_it, PATIENCE)
    [mail] = about_it()
    assert mail["To"] == order.email
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, html):
        assert "Persuasion" in part
        assert "500" in part
        assert f"/orders/{order.number}?token=" in part
    assert f'<html lang="{locale}">' in html
    assert ("/ru/orders/" in text) == (locale == "ru")
    assert any("а" <= letter <= "я" for letter in mail["Subject"]) == (locale == "ru")


def test_a_mail_waits_while_the_mail_server_is_down_and_is_sent_once_when_it_is_back(
    place: Place, mails: MailServer, enqueue: Enqueue
) -> None:
    mails.stop()
    order = place()
    wait_until(lambda: message().last_error, PATIENCE)
    waiting = message()
    assert (waiting.attempts, waiting.delivered_at) == (1, None)
    assert waiting.available_at > waiting.created_at
    mails.start()
    let_it_be_due()
    enqueue(Task.DELIVER_OUTBOX)
    wait_until(lambda: message().delivered_at, PATIENCE)
    enqueue(Task.DELIVER_OUTBOX)
    assert (message().attempts, message().last_error) == (2, None)
    assert mails.ids() == [f"placed-{order.id}"]


def test_a_mail_whose_worker_was_killed_is_sent_when_its_lease_is_over(
    workforce: Workforce, place: Place, mails: MailServer, enqueue: Enqueue
) -> None:
    mails.holding.set()
    order = place()
    assert mails.waiting.wait(PATIENCE)
    workforce.kill()
    mails.stop()
    left = message()
    assert (left.attempts, left.delivered_at) == (1, None)
    assert timedelta() < left.available_at - utcnow() <= LEASE
    mails.holding.clear()
    mails.start()
    let_it_be_due()
    enqueue(Task.DELIVER_OUTBOX)
    workforce.start()
    wait_until(lambda: message().delivered_at, PATIENCE)
    assert message().attempts == 2
    assert mails.ids() == [f"placed-{order.id}"]


@pytest.mark.parametrize("every_process", [False, True], ids=["worker", "every process"])
def test_a_worker_that_is_told_to_stop_finishes_its_mail_first(
    workforce: Workforce, place: Place, mails: MailServer, every_process: bool
) -> None:
    mails.holding.set()
    order = place()
    assert mails.waiting.wait(PATIENCE)
    worker = workforce.start()
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    worker.terminate()
    for child in children if every_process else ():
        os.kill(int(child), SIGTERM)
    mails.holding.clear()
    assert worker.wait(PATIENCE) == 0
    assert message().delivered_at
    assert message().attempts == 1
    assert mails.ids() == [f"placed-{order.id}"]
    with Redis.from_url(workforce.config.redis_url) as connection:
        failed = Queue(QUEUE, connection=connection).failed_job_registry
        assert failed.get_job_ids() == []
