"""What holds after each step in the shop: copies, totals, history, messages."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import select

from shop.extensions import db
from shop.models import Order, OrderState, OutboxMessage, StockRecord
from shop.services.outbox import Topic
from tests.integration.lives.ledger import Sale, Title
from tests.integration.lives.world import PROMISED

BY_STAFF = {"packing", "shipped", "delivered"}
BY_EITHER = {"placed", "cancelled"}
# Each change of state by the name of its event.
MOVES: dict[str, set[tuple[str | None, str]]] = {
    "placed": {(None, "pending_payment")},
    "paid": {("pending_payment", "paid")},
    "packing": {("paid", "packing")},
    "shipped": {("packing", "shipped")},
    "delivered": {("shipped", "delivered")},
    "cancelled": {(state, "cancelled") for state in PROMISED},
    "expired": {("pending_payment", "cancelled")},
    "reopened": {("cancelled", "pending_payment")},
}
# Mails that tell of an event, by its kind.
MAILS = ("placed", "paid", "shipped", "cancelled")


def copies_are_accounted_for(titles: list[Title], orders: list[Order]) -> None:
    """Nothing is sold twice, and what is promised is what open orders have."""
    rows = db.session.execute(
        select(StockRecord.book_id, StockRecord.num_in_stock, StockRecord.num_allocated)
    )
    promised = dict.fromkeys((title.book_id for title in titles), 0)
    for order in orders:
        for line in order.lines if order.state in PROMISED else ():
            promised[line.book_id] += line.quantity
    expected = {t.book_id: (t.copies, promised[t.book_id]) for t in titles}
    assert {row.book_id: (row.num_in_stock, row.num_allocated) for row in rows} == expected
    assert all(0 <= allocated <= copies for copies, allocated in expected.values())


def it_is_what_was_bought(order: Order, sale: Sale) -> None:
    """Prices are those of the placing, and everything adds up to the kopeck."""
    assert {line.book_id: (line.quantity, line.price) for line in order.lines} == sale.lines
    assert (order.shipping_total, order.total) == (sale.shipping, sale.total)
    assert (order.placement_key, order.user_id) == (sale.form.checkout_key, sale.user_id)
    assert {payment.amount for payment in order.payments} <= {sale.total}
    # One of the staff's has none until somebody asks to pay, and a customer's has one at once.
    assert order.payments or order.events[0].actor_id is not None


def its_history_explains_it(order: Order, staff_id: int) -> None:
    """Each change of state is told, with who and when, and together they lead to this state."""
    moves = [event for event in order.events if event.to_state]
    for event in moves:
        assert (event.from_state, event.to_state) in MOVES[event.kind]
        assert event.actor_id in _who(event.kind, staff_id)
    for before, after in pairwise(moves):
        assert after.from_state == before.to_state
        assert before.at <= after.at
    assert (moves[0].kind, moves[-1].to_state) == ("placed", order.state)
    assert (order.paid_at is None) == all(event.kind != "paid" for event in moves)
    sent = order.state in {OrderState.SHIPPED, OrderState.DELIVERED}
    assert (order.shipment is not None) == sent


def _who(kind: str, staff_id: int) -> set[int | None]:
    """Whose step it is; nobody's is the customer's or the shop's own."""
    if kind in BY_EITHER:
        return {staff_id, None}
    return {staff_id if kind in BY_STAFF else None}


def messages_say_what_happened(messages: list[OutboxMessage], orders: list[Order]) -> None:
    """One mail for each thing worth telling, one order to the provider for each thing to do."""
    keys: dict[str, list[str]] = {topic: [] for topic in Topic}
    for message in messages:
        keys[message.topic].append(message.dedupe_key)
    told = sorted(
        f"{event.kind}-{order.id}"
        for order in orders
        for event in order.events
        if event.kind in MAILS
    )
    assert sorted(key for key in keys[Topic.MAIL] if not key.startswith("late-")) == told
    late = [kind for kind in _kinds(orders) if kind.startswith("late_payment_")]
    assert len([key for key in keys[Topic.MAIL] if key.startswith("late-")]) == len(late)
    assert len(keys[Topic.CAPTURE]) == _kinds(orders).count("payment_authorised")
    refunds = [r for order in orders for p in order.payments for r in p.refunds]
    assert sorted(keys[Topic.REFUND]) == sorted(f"refund-{refund.id}" for refund in refunds)


def _kinds(orders: list[Order]) -> list[str]:
    return [event.kind for order in orders for event in order.events]
