"""Orders after they are placed: packed, shipped, delivered, cancelled, expired."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shop.errors import Conflict, IllegalMove, NotFound
from shop.extensions import db
from shop.models import OrderState, PaymentStatus, RoleCode
from shop.models.columns import utcnow
from shop.repositories.order_filters import OrderFilters
from shop.services.outbox import Topic
from tests import factories as make
from tests.stored import messages, stock


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.ORDER_MANAGER, first_name="Anna", last_name="Packer"))


def overdue(order):
    """The time to pay is over."""
    order.expires_at = utcnow() - timedelta(seconds=1)
    db.session.commit()
    return order


def history(services, order) -> list[tuple[str, str, int | None]]:
    return [(e.kind, e.actor, e.actor_id) for e in services.orders.by_number(order.number).events]


def test_an_order_goes_from_paid_to_delivered(services, sandbox, anna):
    number = make.paid(services).number
    assert services.orders.start_packing(number, anna).state is OrderState.PACKING
    assert services.orders.ship(number, anna, "Post", "RA123").state is OrderState.SHIPPED
    assert services.orders.mark_delivered(number, anna).state is OrderState.DELIVERED


def test_the_history_says_who_did_what(services, sandbox, anna):
    order = make.paid(services)
    services.orders.start_packing(order.number, anna)
    services.orders.ship(order.number, anna, "Post", "RA123")
    assert history(services, order) == [
        ("placed", "customer", None),
        ("payment_authorised", "shop", None),
        ("paid", "shop", None),
        ("packing", "Anna Packer", anna.id),
        ("shipped", "Anna Packer", anna.id),
    ]


def test_shipping_takes_the_copies_out_of_the_house_and_tells_the_customer(services, sandbox, anna):
    book = make.save(make.book(stock=5))
    order = make.paid(services, book, quantity=2)
    assert stock(book) == (5, 2)
    services.orders.start_packing(order.number, anna)
    services.orders.ship(order.number, anna, " Post ", " RA123 ")
    assert stock(book) == (3, 0)
    shipment = services.orders.by_number(order.number).shipment
    assert (shipment.carrier, shipment.tracking_number) == ("Post", "RA123")
    assert f"shipped-{order.id}" in {m.dedupe_key for m in messages(Topic.MAIL)}


def test_a_parcel_without_a_named_carrier_travels_as_the_customer_chose(services, sandbox, anna):
    order = make.paid(services)
    services.orders.start_packing(order.number, anna)
    shipped = services.orders.ship(order.number, anna, " ", "")
    assert shipped.shipment.carrier == order.shipping_name


def test_an_illegal_move_changes_nothing(services, anna):
    order = make.order(services)
    book_id = order.lines[0].book_id
    for move in (
        lambda: services.orders.start_packing(order.number, anna),
        lambda: services.orders.ship(order.number, anna, "Post", "1"),
        lambda: services.orders.mark_delivered(order.number, anna),
    ):
        with pytest.raises(IllegalMove):
            move()
    assert services.orders.by_number(order.number).state is OrderState.PENDING_PAYMENT
    assert len(history(services, order)) == 1
    assert stock(services.catalogue.get(book_id)) == (5, 1)


def test_a_shipped_order_is_not_cancelled(services, sandbox, anna):
    order = make.paid(services)
    services.orders.start_packing(order.number, anna)
    services.orders.ship(order.number, anna, "Post", "1")
    with pytest.raises(IllegalMove):
        services.orders.cancel(order.number, anna, "changed my mind")
    assert messages(Topic.REFUND) == []


def test_cancelling_an_unpaid_order_frees_its_copies(services, anna):
    book = make.save(make.book(stock=3))
    order = make.order(services, book, quantity=2)
    services.orders.cancel(order.number, anna, "asked by phone")
    assert stock(book) == (3, 0)
    event = services.orders.by_number(order.number).events[-1]
    assert (event.kind, event.actor_id, event.note) == ("cancelled", anna.id, "asked by phone")
    assert messages(Topic.REFUND) == []
    assert f"cancelled-{order.id}" in {m.dedupe_key for m in messages(Topic.MAIL)}


@pytest.mark.parametrize("packing", [False, True])
def test_cancelling_a_paid_order_gives_the_money_back(services, sandbox, anna, packing):
    book = make.save(make.book(stock=3))
    order = make.paid(services, book, quantity=2)
    if packing:
        services.orders.start_packing(order.number, anna)
    services.orders.cancel(order.number, anna, "out of print")
    assert stock(book) == (3, 0)
    [refund] = services.orders.by_number(order.number).payment.refunds
    assert (refund.amount, refund.reason) == (order.total, "out of print")
    [message] = messages(Topic.REFUND)
    assert message.payload == {"refund_id": refund.id, "email": order.email}


def test_an_order_is_cancelled_once(services, sandbox, anna):
    order = make.paid(services)
    services.orders.cancel(order.number, anna, "")
    with pytest.raises(IllegalMove):
        services.orders.cancel(order.number, anna, "")
    assert len(services.orders.by_number(order.number).payment.refunds) == 1


def test_an_order_whose_promise_is_gone_is_not_shipped(services, sandbox, anna):
    order = make.paid(services)
    services.orders.start_packing(order.number, anna)
    services.orders.stock.release(order.lines[0].book_id, 1)
    db.session.commit()
    with pytest.raises(Conflict, match="stock"):
        services.orders.ship(order.number, anna, "Post", "1")
    assert services.orders.by_number(order.number).state is OrderState.PACKING


def test_an_unknown_number_is_not_found(services, anna):
    for look in (
        services.orders.by_number,
        lambda number: services.orders.ship(number, anna, "", ""),
    ):
        with pytest.raises(NotFound):
            look("2222-2222")


def test_an_order_that_nobody_paid_expires_and_frees_its_copies(services):
    book = make.save(make.book(stock=2))
    order = overdue(make.order(services, book, quantity=2))
    assert services.orders.expire_due() == 1
    assert services.orders.by_number(order.number).has_expired
    assert stock(book) == (2, 0)
    assert history(services, order)[-1] == ("expired", "shop", None)
    assert services.orders.expire_due() == 0


def test_an_order_does_not_expire_before_its_time(services):
    make.order(services)
    assert services.orders.expire_due() == 0


def test_an_order_whose_money_is_held_does_not_expire(services, sandbox):
    order = make.order(services)
    provider_id = make.held(services, order)
    # The news are stored; the capture is still on its way.
    services.payments._apply(services.payments.gateway.read(provider_id))
    overdue(services.orders.by_number(order.number))
    assert services.orders.expire_due() == 0
    payment = services.payments.settle(provider_id)
    assert payment.status is PaymentStatus.CAPTURED


def test_a_paid_order_does_not_expire(services, sandbox):
    overdue(make.paid(services))
    assert services.orders.expire_due() == 0


def test_staff_find_orders_by_number_address_and_name(services):
    first = make.order(services, email="one@example.org", full_name="Ольга Один")
    second = make.order(services, email="two_@example.org", full_name="Two%")

    def found(text, **filters):
        wanted = OrderFilters.parse({"q": text, **filters})
        return [o.number for o in services.orders.find(wanted, 1, 10)]

    assert found("") == [second.number, first.number]
    assert found(first.number.lower()) == [first.number]
    assert found("ONE@") == [first.number]
    assert found("ольга") == [first.number]
    assert found("_@") == [second.number]
    assert found("%") == [second.number]
    assert found("", state__eq="paid") == []
    assert found("", placed_at__gte="2020-01-01", order_by="placed_at") == [
        first.number,
        second.number,
    ]
    assert found("", lines__title__ilike=first.lines[0].title) == [first.number]
    assert services.order_queue.counts()[OrderState.PENDING_PAYMENT].total == 2


def test_customers_have_their_own_orders_only(services):
    anna, boris = make.save(make.staff(RoleCode.CUSTOMER)), make.save(make.staff(RoleCode.CUSTOMER))
    order = make.order(services, user_id=anna.id)
    make.order(services)
    assert [o.number for o in services.orders.of_user(anna, 1, 10)] == [order.number]
    assert services.orders.of_user(boris, 1, 10).total == 0


def test_an_order_that_cannot_expire_does_not_hold_up_the_others(services, caplog):
    broken, whole = (overdue(make.order(services)) for _ in range(2))
    services.orders.stock.release(broken.lines[0].book_id, 1)
    db.session.commit()
    assert services.orders.expire_due() == 1
    assert services.orders.by_number(whole.number).has_expired
    assert any(record.levelname == "ERROR" for record in caplog.records)
