"""The news of one payment, come by many ways at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from dev.yookassa_sandbox.testing import control, pay, state
from shop.extensions import db
from shop.models import Order, OrderEvent, OrderState, OutboxMessage, Payment, PaymentStatus
from tests import factories
from tests.live_shop import WEBHOOK, LiveShop
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


def test_webhooks_and_returns_at_once_take_the_money_once(shop: LiveShop, payment: Payment) -> None:
    return_url = pay(str(payment.confirmation_url))
    ways = [webhook(shop, payment), coming_back(return_url)] * 10
    assert set(at_once(ways)) == {200, 303}
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
    letters = select(OutboxMessage.dedupe_key).where(OutboxMessage.topic == "mail")
    assert sorted(db.session.scalars(letters)) == [
        f"paid-{payment.order_id}",
        f"placed-{payment.order_id}",
    ]
