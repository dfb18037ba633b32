"""The news of one payment, come by many ways at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select

from dev.yookassa_sandbox.testing import control, pay, state, wait_until
from shop.extensions import db
from shop.models import Order, OrderEvent, OrderState, OutboxMessage, Payment, PaymentStatus
from shop.services.outbox import Topic
from tests import factories
from tests.jobs.mail_server import MailServer
from tests.jobs.workforce import PATIENCE, Workforce
from tests.live_shop import WEBHOOK, LiveShop, shown_on_failure
from tests.races.crowd import SECONDS, at_checkout, at_once, place


@pytest.fixture
def payment(shop: LiveShop, app: Flask) -> Payment:
    """One whose page a guest has just opened; nothing of what happens there is notified."""
    control(shop.sandbox, drop_webhooks=True)
    book = factories.save(factories.book())
    with at_checkout(shop.url, 1, book) as [guest]:
        place(guest)
    return db.session.scalars(select(Payment)).one()


def webhook(shop: LiveShop, payment: Payment) -> Callable[[], int]:
    body = {
        "type": "notification",
        "event": "payment.waiting_for_capture",
        "object": {"id": payment.provider_payment_id},
    }
    return lambda: requests.post(shop.url + WEBHOOK, json=body, timeout=SECONDS).status_code


def coming_back(return_url: str) -> Callable[[], int]:
    return lambda: requests.get(return_url, timeout=SECONDS, allow_redirects=False).status_code


@pytest.fixture
def mails(shop: LiveShop, tmp_path: Path) -> Iterator[MailServer]:
    """What a worker sends meanwhile, over SMTP."""
    server = MailServer()
    config = shop.config.model_copy(update={"mail_url": server.url})
    workforce = Workforce(config, tmp_path / "worker.log")
    with ExitStack() as stack:
        server.start()
        stack.callback(server.stop)
        workforce.start()
        stack.callback(workforce.stop)
        stack.enter_context(shown_on_failure(workforce.log))
        yield server


def nothing_waits() -> bool:
    """Whether all mails that were written have gone out."""
    db.session.rollback()
    waiting = select(func.count()).where(
        OutboxMessage.topic == Topic.MAIL, OutboxMessage.delivered_at.is_(None)
    )
    return db.session.scalar(waiting) == 0


def test_fifty_webhooks_and_ten_returns_at_once_take_the_money_once(
    shop: LiveShop, payment: Payment, mails: MailServer
) -> None:
    return_url = pay(str(payment.confirmation_url))
    ways = ([webhook(shop, payment)] * 5 + [coming_back(return_url)]) * 10
    assert Counter(at_once(ways)) == {200: 50, 303: 10}
    assert len(shop.processes_that_answered(f"POST {WEBHOOK}")) > 1
    db.session.expire_all()
    assert payment.status is PaymentStatus.CAPTURED
    assert db.session.scalars(select(Order.state)).one() is OrderState.PAID
    assert state(shop.sandbox)["objects"][payment.provider_payment_id] == {
        "create_payment": 1,
        "succeed": 1,
        "capture_payment": 1,
    }
    kinds = db.session.scalars(select(OrderEvent.kind).order_by(OrderEvent.id)).all()
    assert kinds == ["placed", "payment_authorised", "paid"]
    letters = select(OutboxMessage.dedupe_key).where(OutboxMessage.topic == Topic.MAIL)
    written = sorted(db.session.scalars(letters))
    assert written == [f"paid-{payment.order_id}", f"placed-{payment.order_id}"]
    wait_until(nothing_waits, PATIENCE)
    assert sorted(mails.ids()) == written
