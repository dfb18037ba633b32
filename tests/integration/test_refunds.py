"""Refunds: promised with the change that causes them, sent once, and watched until they end."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update

from dev.yookassa_sandbox.testing import control
from shop.errors import IllegalMove, NotFound, PaymentUnavailable
from shop.extensions import db
from shop.gateways.payments import Receipt
from shop.models import Order, OutboxMessage, Refund, RefundStatus
from shop.models.columns import utcnow
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


@pytest.fixture
def anna(services):
    return make.save(make.staff())


@pytest.fixture
def posted(services, sandbox, anna) -> Order:
    """Two copies for 500 roubles each, on their way by post."""
    address = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
    book = make.save(make.book(stock=5, vat_code=3))
    order = make.paid(services, book, quantity=2, shipping_method="post", **address)
    services.orders.start_packing(order.number, anna)
    return services.orders.ship(order.number, anna, "Post", "RA1")


@pytest.fixture
def receipts(services, monkeypatch) -> list[Receipt]:
    """The receipts that were sent with refunds."""
    kept: list[Receipt] = []
    refund = services.refunds.gateway.refund

    def keep(*given):
        kept.append(given[-1])
        return refund(*given)

    monkeypatch.setattr(services.refunds.gateway, "refund", keep)
    return kept


def told(receipts: list[Receipt]) -> list[list[tuple[Decimal, int, bool]]]:
    """What each receipt is for: the sum of an item, its VAT and whether it is shipping."""
    return [[(i.price * i.quantity, i.vat_code, i.service) for i in r.items] for r in receipts]


def give(services, order: Order, anna, sum_: Decimal | int, copies: int = 0) -> None:
    named = {order.lines[0].id: copies}
    services.order_returns.refund_part(
        order.number, None, anna, "Torn", copies=named, amount=Decimal(sum_)
    )


def take_back(services, order: Order, anna, refund: GivenBack) -> Order:
    return services.order_returns.take_back(
        order.number, None, anna, "Why", restock=False, refund=refund
    )


def deliver(services) -> None:
    services.outbox.deliver_due()
    db.session.expire_all()


def test_a_receipt_tells_shipping_from_books(services, posted, anna, receipts):
    give(services, posted, anna, 30, copies=1)
    take_back(services, posted, anna, GivenBack.ALL)
    deliver(services)
    shipping = (posted.shipping_total, services.refunds.shipping_vat_code, True)
    assert told(receipts) == [[(500, 3, False), (30, 3, False)], [(470, 3, False), shipping]]


@pytest.mark.parametrize(("money", "with_shipping"), [("books", False), ("all", True)])
def test_a_sum_that_went_back_before_is_a_part_of_what_the_books_cost(
    services, posted, anna, receipts, money, with_shipping
):
    give(services, posted, anna, Decimal("200.01"))
    back = take_back(services, posted, anna, GivenBack(money))
    assert back.refunded == (posted.total if with_shipping else posted.items_total)
    deliver(services)
    shipping = (posted.shipping_total, services.refunds.shipping_vat_code, True)
    books = [(Decimal("399.99"), 3, False), (Decimal("400.00"), 3, False)]
    first = [(Decimal("200.01"), 3, False)]
    assert told(receipts) == [first, books + [shipping] * with_shipping]


def test_a_sum_beyond_what_the_books_cost_is_shipping(services, posted, anna, receipts):
    give(services, posted, anna, 1100)
    take_back(services, posted, anna, GivenBack.ALL)
    deliver(services)
    vat_code = services.refunds.shipping_vat_code
    assert told(receipts) == [
        [(100, vat_code, True), (1000, 3, False)],
        [(posted.shipping_total - 100, vat_code, True)],
    ]


def test_a_sum_after_a_refused_refund_is_for_the_books_that_are_paid(
    services, posted, anna, receipts, sandbox
):
    give(services, posted, anna, 0, copies=2)
    control(sandbox, cancel_refunds=1)
    deliver(services)
    give(services, posted, anna, 200)
    deliver(services)
    assert told(receipts) == [[(1000, 3, False)], [(200, 3, False)]]


def test_a_receipt_says_the_same_when_one_before_it_was_refused_since(
    services, posted, anna, receipts, sandbox
):
    give(services, posted, anna, 0, copies=2)
    give(services, posted, anna, 200)
    control(sandbox, cancel_refunds=1)
    deliver(services)
    assert told(receipts)[1] == [(200, services.refunds.shipping_vat_code, True)]


def test_a_refund_whose_answer_was_lost_is_sent_again_word_for_word(
    services, posted, anna, receipts, monkeypatch
):
    email, send_refund = posted.email, services.refunds.gateway.refund

    def lose(*given):
        send_refund(*given)
        raise PaymentUnavailable("no answer", unknown=True)

    give(services, posted, anna, 100)
    with monkeypatch.context() as patched:
        patched.setattr(services.refunds.gateway, "refund", lose)
        deliver(services)
    [message] = messages(Topic.REFUND)
    assert message.delivered_at is None
    db.session.execute(update(Order).values(email=FORGOTTEN))
    db.session.execute(update(OutboxMessage).values(available_at=utcnow()))
    db.session.commit()
    deliver(services)
    assert services.orders.by_number(posted.number).returned == 100
    assert [receipt.email for receipt in receipts] == [email] * 2
    # Nobody's address stays where nobody needs it.
    [message] = messages(Topic.REFUND)
    assert (message.delivered_at is not None, "email" in message.payload) == (True, False)


def test_a_receipt_goes_to_no_deleted_address(services, posted, anna, receipts):
    db.session.execute(update(Order).values(email=FORGOTTEN))
    db.session.commit()
    db.session.expire_all()
    give(services, posted, anna, 100)
    deliver(services)
    assert [receipt.email for receipt in receipts] == [services.refunds.seller_email]
