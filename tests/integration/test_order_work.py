"""What staff do to orders: two at once, parcels that come back, and looking back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from shop.errors import Conflict, IllegalMove, Invalid, NotFound, Stale
from shop.extensions import db
from shop.models import (
    AuditEntry,
    Order,
    OrderNote,
    OrderState,
    Payment,
    Refund,
    RefundStatus,
    StockRecord,
)
from shop.models.columns import utcnow
from shop.repositories.order_filters import OrderFilters
from shop.repositories.reports.desk import DeskRepository
from shop.services.order_batches import Chosen, Parcel
from shop.services.order_care import OrderMail
from shop.services.order_returns import GivenBack
from tests import factories as make
from tests.rivals import at_once


@pytest.fixture
def anna(services):
    return make.save(make.staff(first_name="Anna"))


@pytest.fixture
def shipped(services, sandbox, anna):
    """An order of two copies of one book, on its way; three copies are left."""
    order = make.paid(services, make.save(make.book(stock=5)), quantity=2)
    services.orders.start_packing(order.number, anna)
    return services.orders.ship(order.number, anna, "Post", "RA1")


def stock(order: Order) -> int:
    query = select(StockRecord.num_in_stock).where(StockRecord.book_id == order.lines[0].book_id)
    return db.session.scalar(query) or 0


def trail(order: Order, noun: str = "order") -> list[AuditEntry]:
    key = order.id if noun == "order" else order.lines[0].book_id
    query = select(AuditEntry).where(AuditEntry.entity == noun, AuditEntry.entity_id == key)
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def test_of_two_who_saw_the_same_order_only_one_changes_it(app, services, sandbox, anna):
    order = make.paid(services)
    seen = order.version

    def act(who: int) -> Order:
        if who:
            return services.orders.cancel(order.number, anna, "Changed their mind", seen)
        return services.orders.start_packing(order.number, anna, seen)

    outcomes = at_once(app, 2, act)
    assert sorted(type(each).__name__ for each in outcomes) == ["Order", "Stale"]
    db.session.expire_all()
    assert len(trail(order)) == 1


def test_the_same_money_goes_back_once_although_two_send_it(app, services, shipped, anna):
    def give(_: int) -> Order:
        return services.order_returns.refund_part(
            shipped.number, shipped.version, anna, "Torn", copies={}, amount=Decimal(100)
        )

    outcomes = at_once(app, 3, give)
    assert sum(isinstance(each, Stale) for each in outcomes) == 2
    db.session.expire_all()
    assert services.orders.by_number(shipped.number).refunded == 100


def test_every_change_is_noted_with_what_was_and_what_became(services, shipped):
    packed, sent = trail(shipped)
    assert (packed.action, packed.before["state"], packed.after["state"]) == (
        "pack",
        "paid",
        "packing",
    )
    assert sent.before["shipment"] is None
    assert sent.after["shipment"]["tracking_number"] == "RA1"
    # What did not change is not there, and nobody's name or address ever is.
    assert set(sent.after) == {"version", "state", "shipment"}
    assert shipped.email not in str([each.after for each in (packed, sent)])


@pytest.mark.parametrize(
    ("money", "restock", "refunded", "left"),
    [
        (GivenBack.ALL, True, "1290.00", 5),
        (GivenBack.BOOKS, False, "1000.00", 3),
        (GivenBack.NOTHING, True, "0.00", 5),
    ],
)
def test_a_parcel_comes_back(services, sandbox, anna, money, restock, refunded, left):
    address = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
    book = make.save(make.book(stock=5))
    order = make.paid(services, book, quantity=2, shipping_method="post", **address)
    services.orders.start_packing(order.number, anna)
    order = services.orders.ship(order.number, anna, "", "RA1")
    back = services.order_returns.take_back(
        order.number, order.version, anna, "Moved away", restock=restock, refund=money
    )
    assert back.state is OrderState.RETURNED
    assert back.refunded == Decimal(refunded)
    assert stock(back) == left
    noted = trail(back, "book")
    assert [each.after for each in noted] == ([{"num_in_stock": 5}] if restock else [])
    services.outbox.deliver_due()
    db.session.expire_all()
    assert services.orders.by_number(order.number).returned == Decimal(refunded)


def test_a_parcel_that_has_not_left_does_not_come_back(services, sandbox, anna):
    order = make.paid(services)
    with pytest.raises(IllegalMove):
        services.order_returns.take_back(
            order.number, order.version, anna, "Why", restock=True, refund=GivenBack.ALL
        )


def test_money_for_copies_and_a_sum_goes_back_and_no_more_than_is_left(services, shipped, anna):
    line = shipped.lines[0]

    def give(copies: int, amount: str) -> Order:
        version = services.orders.by_number(shipped.number).version
        return services.order_returns.refund_part(
            shipped.number, version, anna, "Torn", copies={line.id: copies}, amount=Decimal(amount)
        )

    given = give(1, "49.50")
    assert given.refunded == Decimal("549.50")
    assert given.state is OrderState.SHIPPED
    assert given.events[-1].note == f"549.50 RUB: {line.title} × 1; Torn"
    for copies, amount in ((0, "0"), (3, "0"), (1, "0.01"), (0, "450.51")):
        with pytest.raises(Invalid):
            give(copies, amount)
    with pytest.raises(NotFound):
        services.order_returns.refund_part(
            shipped.number, None, anna, "Torn", copies={0: 1}, amount=Decimal(0)
        )
    services.outbox.deliver_due()
    db.session.expire_all()
    [refund] = services.orders.by_number(shipped.number).payments[0].refunds
    assert refund.status is RefundStatus.SUCCEEDED
    # Of the other copy's price a part went back already.
    assert give(1, "0").refunded == 1000


def test_no_copy_is_paid_back_twice(services, shipped, anna):
    line = shipped.lines[0]

    def give(copies: int) -> Order:
        return services.order_returns.refund_part(
            shipped.number, None, anna, "Torn", copies={line.id: copies}, amount=Decimal(0)
        )

    once = give(1)
    assert once.copies_left(once.lines[0]) == 1
    db.session.execute(update(Order).values(shipping_total=600, total=1600))
    db.session.execute(update(Payment).values(amount=1600))
    db.session.commit()
    # Of the money so much is left, but not of the copies.
    with pytest.raises(Invalid):
        give(2)
    back = services.order_returns.take_back(
        shipped.number, None, anna, "Moved away", restock=False, refund=GivenBack.BOOKS
    )
    assert back.refunded == 1000
    assert [[each["quantity"] for each in r.copies] for r in back.payments[0].refunds] == [[1], [1]]
    # A refund that was refused leaves its copies to be paid back.
    db.session.execute(update(Refund).values(status=RefundStatus.CANCELLED))
    db.session.commit()
    db.session.expire_all()
    assert give(2).refunded == 1000


def test_of_many_each_is_done_or_refused_by_itself(services, sandbox, anna):
    book = make.save(make.book(stock=9))
    first, second = make.paid(services, book), make.paid(services, book)
    cancelled = make.paid(services, book)
    chosen = [Chosen(each.number, each.version) for each in (first, cancelled, second)]
    services.orders.cancel(cancelled.number, anna, "Out of print")
    outcomes = services.orders.start_packing_many([*chosen, Chosen("NONE-0000")], anna)
    assert [type(each.problem) for each in outcomes] == [
        type(None),
        Stale,
        type(None),
        NotFound,
    ]
    parcels = [Parcel(first.number, None, "Post", "RA1"), Parcel(cancelled.number, None, "", "RA2")]
    outcomes = services.orders.ship_many(parcels, anna)
    assert [type(each.problem) for each in outcomes] == [type(None), IllegalMove]
    [delivered] = services.orders.deliver_many([Chosen(first.number)], anna)
    assert delivered.problem is None


def test_an_order_is_shown_as_it_was(services, anna):
    book = make.save(make.book(stock=5))
    services.shipping.seed()
    wanted = {book.id: 2}
    order = services.checkout.place_for(wanted, make.details(), user_id=None, locale="en", by=anna)
    placed = utcnow()
    services.order_lines.resize(order.number, None, order.lines[0].id, 1, anna)
    then = services.order_moments.as_of(order.number, placed)
    now = services.order_moments.as_of(order.number, utcnow())
    assert [(each.quantity, each.total) for each in then.lines] == [(2, Decimal(1000))]
    assert (then.total, now.total) == (Decimal(1000), Decimal(500))
    assert [each.quantity for each in now.lines] == [1]
    with pytest.raises(NotFound):
        services.order_moments.as_of(order.number, order.placed_at - timedelta(seconds=1))


def test_each_step_of_an_order_is_seen_as_it_was_then(services, sandbox, anna):
    order = make.order(services)
    moments = [utcnow()]
    number = order.number
    services.payments.settle(make.held(services, order))
    moments.append(utcnow())
    services.orders.start_packing(number, anna)
    services.orders.ship(number, anna, "Post", "RA1")
    moments.append(utcnow())
    services.order_returns.refund_part(number, None, anna, "Torn", copies={}, amount=Decimal(50))
    moments.append(utcnow())
    services.outbox.deliver_due()
    moments.append(utcnow())
    then = [services.order_moments.as_of(number, each) for each in moments]
    assert [str(each.state) for each in then] == [
        "pending_payment",
        "paid",
        "shipped",
        "shipped",
        "shipped",
    ]
    assert [bool(each.shipment) for each in then] == [False, False, True, True, True]
    paid = [[str(payment.status) for payment in each.payments] for each in then[1:]]
    assert paid == [["captured"]] * 4
    refunds = [[str(r.status) for p in each.payments for r in p.refunds] for each in then]
    assert refunds == [[], [], [], ["pending"], ["succeeded"]]


def test_each_refund_is_seen_as_it_was_then_whichever_ended_first(services, shipped, anna):
    for sum_ in (50, 60):
        services.order_returns.refund_part(
            shipped.number, None, anna, "Torn", copies={}, amount=Decimal(sum_)
        )
    before = utcnow()
    first, second = services.orders.by_number(shipped.number).payments[0].refunds
    services.refunds.give_back(second.id)
    between = utcnow()
    services.refunds.give_back(first.id)
    then = [
        [
            str(refund.status)
            for payment in services.order_moments.as_of(shipped.number, moment).payments
            for refund in payment.refunds
        ]
        for moment in (before, between, utcnow())
    ]
    assert then == [["pending"] * 2, ["pending", "succeeded"], ["succeeded"] * 2]


def test_a_refused_refund_stands_until_its_sum_is_sent_again(services, shipped, anna):
    def give(sum_: int) -> None:
        services.order_returns.refund_part(
            shipped.number, None, anna, "Torn", copies={}, amount=Decimal(sum_)
        )

    def refused() -> list[Decimal]:
        found = DeskRepository(db.session).differences(9)
        return [each.amount for each in found if each.kind == "refused"]

    give(50)
    db.session.execute(update(Refund).values(status=RefundStatus.CANCELLED))
    db.session.commit()
    db.session.expire_all()
    give(60)
    assert refused() == [50]
    give(50)
    assert refused() == []


def test_a_mail_is_sent_again_as_often_as_it_is_asked_for(services, shipped, anna, sent):
    services.outbox.deliver_due()
    before = len(sent())
    for _ in range(2):
        services.order_care.send_again(shipped.number, anna, OrderMail.SHIPPED)
    services.outbox.deliver_due()
    assert len(sent()) == before + 2
    with pytest.raises(Conflict):
        services.order_care.send_again(shipped.number, anna, OrderMail.CANCELLED)
    again = [e for e in services.orders.by_number(shipped.number).events if e.kind == "mail_again"]
    assert [(event.actor, event.note) for event in again] == [(anna.name, "order_shipped")] * 2


def test_notes_are_kept_with_who_wrote_them_and_go_with_the_person(services, anna):
    reader = make.user(services)
    order = make.order(services, user_id=reader.id)
    note = services.order_care.write_note(order.number, anna, "  Rings twice ")
    [kept] = services.order_care.notes(order)
    assert (kept.text, kept.author.name) == ("Rings twice", anna.name)
    assert [each.after for each in trail(order)] == [{"note": note.id}]
    services.orders.cancel(order.number, anna, "Gone")
    services.personal_data.erase_for(reader.id, None, anna)
    assert db.session.scalars(select(OrderNote)).all() == []


def test_the_customers_other_orders_are_summed(services, sandbox, anna):
    reader = make.user(services)
    book = make.save(make.book(stock=9))
    kept = make.paid(services, book, user_id=reader.id)
    cancelled = make.paid(services, book, email="READER@example.org")
    services.orders.cancel(cancelled.number, anna, "Gone")
    make.order(services, book, email="another@example.org")
    order = make.order(services, book, user_id=reader.id)
    history = services.order_care.history(order)
    assert [each.number for each in history.latest] == [cancelled.number, kept.number]
    assert (history.count, history.bought) == (2, kept.total)
    services.order_returns.refund_part(
        kept.number, None, anna, "Torn", copies={}, amount=Decimal(50)
    )
    assert services.order_care.history(order).bought == kept.total - 50
    assert services.order_care.of_account(reader).bought == kept.total - 50
    assert history.number_of(OrderState.CANCELLED) == 1


def test_the_longest_waiting_come_first_where_somebody_waits(services, sandbox, anna):
    book = make.save(make.book(stock=9))
    orders = [make.paid(services, book) for _ in range(2)]
    find = services.order_queue.look_through
    for state, wanted in ((OrderState.PAID, orders), (None, orders[::-1])):
        found = find(OrderFilters(), state, 1, 9)
        assert [each.number for each in found] == [each.number for each in wanted]
    counts = services.order_queue.counts()
    assert (counts[OrderState.PAID].total, counts[OrderState.PAID].is_capped) == (2, False)
    assert set(services.order_queue.queue.counts(most=1).values()) == {0, 2}


def test_each_of_two_is_told_of_the_other_and_redis_is_not_needed(
    services, another_shop, closed_port, anna
):
    boris = make.save(make.staff(first_name="Boris"))
    look = services.order_queue.look_in
    assert look("A", anna) == []
    [seen] = look("A", boris)
    assert (seen.user_id, seen.name) == (anna.id, anna.name)
    since = seen.since
    # Looking again is no new arrival.
    look("A", anna)
    assert look("A", boris)[0].since == since
    assert look("B", boris) == []
    alone = another_shop(redis_url=f"redis://127.0.0.1:{closed_port}/0")
    with alone.app_context():
        assert alone.extensions["services"].order_queue.look_in("A", boris) == []
