"""Refunds: promised with the change that causes them, sent once, and watched until they end."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update

from dev.yookassa_sandbox.testing import control
from shop.errors import IllegalMove, NotFound
from shop.extensions import db
from shop.models import Order, Refund, RefundStatus
from shop.models.orders import FORGOTTEN
from shop.services.order_returns import GivenBack
from shop.services.outbox import Topic
from tests import factories as make
from tests.stored import messages


@pytest.fixture
def order(services) -> Order:
    """A paid order that staff have cancelled."""
    paid = make.paid(services)
    services.orders.cancel(paid.number, make.save(make.staff()), "no")
    return paid


def send(services) -> None:
    [message] = messages(Topic.REFUND)
    services.refunds.give_back(**message.payload)


def seen(services, order) -> tuple[RefundStatus, list[str]]:
    """The refund's status, and what the order's history says of refunds."""
    now = services.orders.by_number(order.number)
    [refund] = now.payment.refunds
    return refund.status, [e.kind for e in now.events if e.kind.startswith("refund")]


def forget_its_end() -> str:
    """As if the provider had only begun; answers the provider's id."""
    db.session.execute(update(Refund).values(status=RefundStatus.PENDING))
    db.session.commit()
    db.session.expire_all()
    return db.session.query(Refund).one().provider_refund_id


def test_one_that_succeeds_is_in_the_history_once(services, order, sandbox):
    send(services)
    send(services)
    assert seen(services, order) == (RefundStatus.SUCCEEDED, ["refunded"])


def test_one_that_is_refused_is_told_to_staff(services, order, sandbox):
    control(sandbox, cancel_refunds=1)
    send(services)
    assert seen(services, order) == (RefundStatus.CANCELLED, ["refund_refused"])


def test_one_that_was_refused_can_be_begun_again_and_then_succeeds_once(services, order, sandbox):
    control(sandbox, cancel_refunds=1)
    send(services)
    assert services.orders.by_number(order.number).owed_back == order.total
    clerk = make.save(make.staff())
    services.orders.refund_again(order.number, clerk)
    _, second = messages(Topic.REFUND)
    services.refunds.give_back(**second.payload)
    now = services.orders.by_number(order.number)
    assert [refund.status for refund in now.payment.refunds] == [
        RefundStatus.CANCELLED,
        RefundStatus.SUCCEEDED,
    ]
    assert len({refund.idempotence_key for refund in now.payment.refunds}) == 2
    assert now.owed_back == 0
    assert (now.events[-2].kind, now.events[-2].actor_id) == ("refund_begun_again", clerk.id)
    with pytest.raises(IllegalMove):
        services.orders.refund_again(order.number, clerk)


def test_nothing_goes_back_that_is_not_owed(services, order):
    kept, clerk = make.paid(services), make.save(make.staff())
    for one in (kept, order):
        # The order stands, or its refund is under way.
        with pytest.raises(IllegalMove):
            services.orders.refund_again(one.number, clerk)
    assert len(messages(Topic.REFUND)) == 1


def test_one_under_way_is_settled_by_its_notification(services, order, sandbox):
    send(services)
    services.refunds.settle(forget_its_end())
    assert seen(services, order)[0] is RefundStatus.SUCCEEDED


def test_one_under_way_is_settled_by_the_reconcile_job(services, order, sandbox):
    send(services)
    forget_its_end()
    assert services.refunds.reconcile() == 1
    assert seen(services, order)[0] is RefundStatus.SUCCEEDED
    assert services.refunds.reconcile() == 0


def test_one_that_is_not_ours_is_not_found(services):
    with pytest.raises(NotFound):
        services.refunds.settle("32990000-0015-5000-8000-000000000000")


def test_a_receipt_tells_shipping_from_books_and_goes_to_no_deleted_address(
    services, sandbox, monkeypatch
):
    address = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
    book = make.save(make.book(stock=5, vat_code=3))
    order = make.paid(services, book, quantity=2, shipping_method="post", **address)
    anna = make.save(make.staff())
    services.orders.start_packing(order.number, anna)
    services.orders.ship(order.number, anna, "Post", "RA1")
    receipts, email = [], order.email
    refund = services.refunds.gateway.refund

    def keep(*given):
        receipts.append(given[-1])
        return refund(*given)

    monkeypatch.setattr(services.refunds.gateway, "refund", keep)
    back = services.order_returns
    part = {order.lines[0].id: 1}
    back.refund_part(order.number, None, anna, "Torn", copies=part, amount=Decimal(30))
    back.take_back(order.number, None, anna, "Why", restock=False, refund=GivenBack.ALL)
    first, second = messages(Topic.REFUND)
    services.refunds.give_back(**first.payload)
    db.session.execute(update(Order).values(email=FORGOTTEN))
    db.session.commit()
    db.session.expire_all()
    services.refunds.give_back(**second.payload)
    told = [[(item.price, item.vat_code, item.service) for item in r.items] for r in receipts]
    assert told == [
        [(500, 3, False), (30, 3, False)],
        [(500, 3, False), (order.shipping_total - 30, services.refunds.shipping_vat_code, True)],
    ]
    assert [receipt.email for receipt in receipts] == [email, services.refunds.seller_email]
