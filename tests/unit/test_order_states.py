"""An order's moves: which are legal, and what each leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shop.errors import IllegalMove
from shop.models import Order, OrderLine, OrderState
from shop.models.order_history import CUSTOMER, Actor
from shop.models.order_lines import items_total
from shop.models.orders import LINK_LIFE, NUMBER_ALPHABET, new_number

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ANNA = Actor("Anna", 7)

# The moves as the shop's design has them, written down once more.
LEGAL = {
    "pending_payment": {"paid", "cancelled"},
    "paid": {"packing", "cancelled"},
    "packing": {"shipped", "cancelled"},
    "shipped": {"delivered", "returned"},
    "delivered": {"returned"},
    "cancelled": {"pending_payment"},
    "returned": set(),
}
MOVES = {
    "paid": lambda order: order.mark_paid(NOW),
    "packing": lambda order: order.start_packing(ANNA),
    "shipped": lambda order: order.ship(ANNA, "Post", "RA1"),
    "delivered": lambda order: order.mark_delivered(ANNA),
    "cancelled": lambda order: order.cancel(ANNA, "asked"),
    "pending_payment": lambda order: order.reopen_for_late_payment(),
}


def in_state(state: str) -> Order:
    return Order(state=OrderState(state), number="2345-6789")


@pytest.mark.parametrize("before", LEGAL)
@pytest.mark.parametrize("after", MOVES)
def test_each_move_is_made_or_refused(before, after):
    order = in_state(before)
    if after in LEGAL[before]:
        MOVES[after](order)
        [event] = order.events
        assert (order.state, event.from_state, event.to_state) == (after, before, after)
    else:
        with pytest.raises(IllegalMove):
            MOVES[after](order)
        assert (order.state, order.events, order.shipment) == (before, [], None)


@pytest.mark.parametrize("state", OrderState)
def test_only_an_order_that_waits_for_money_expires(state):
    order = in_state(state)
    if state is OrderState.PENDING_PAYMENT:
        order.expire()
        assert order.has_expired
    else:
        with pytest.raises(IllegalMove):
            order.expire()
        assert order.state is state


def test_the_events_say_who_and_why():
    order = in_state("pending_payment")
    order.mark_placed(CUSTOMER)
    order.mark_paid(NOW)
    order.start_packing(ANNA)
    order.cancel(ANNA, "out of print")
    assert [(e.kind, e.actor, e.actor_id) for e in order.events] == [
        ("placed", "customer", None),
        ("paid", "shop", None),
        ("packing", "Anna", 7),
        ("cancelled", "Anna", 7),
    ]
    assert order.events[-1].note == "out of print"
    assert order.paid_at == NOW


def test_a_placed_order_waits_for_its_payment_and_its_history_says_so():
    order = Order()
    order.mark_placed(CUSTOMER)
    assert order.state is OrderState.PENDING_PAYMENT
    assert order.events[0].to_state == "pending_payment"


def test_a_shipped_order_has_its_shipment():
    order = in_state("packing")
    order.ship(ANNA, "Post", "RA1")
    assert (order.shipment.carrier, order.shipment.tracking_number) == ("Post", "RA1")


def test_cancelled_by_somebody_is_not_expired():
    order = in_state("pending_payment")
    order.cancel(ANNA, "")
    assert not order.has_expired


def test_an_expired_order_stays_so_whatever_is_recorded_later():
    order = in_state("pending_payment")
    order.expire()
    order.record("payment_cancelled", CUSTOMER, "expired_on_confirmation")
    assert order.has_expired


def test_an_order_reopened_and_cancelled_again_is_not_expired():
    order = in_state("pending_payment")
    order.expire()
    order.reopen_for_late_payment()
    assert not order.has_expired
    order.cancel(ANNA, "")
    assert not order.has_expired


def test_a_note_in_the_history_moves_nothing():
    order = in_state("paid")
    order.record("called", ANNA, "will collect on Monday")
    assert (order.state, order.events[0].to_state) == ("paid", None)


def test_numbers_are_easy_to_read_and_hard_to_guess():
    numbers = {new_number() for _ in range(200)}
    assert len(numbers) == 200
    for number in numbers:
        assert number[4] == "-"
        assert set(number.replace("-", "")) <= set(NUMBER_ALPHABET)
    assert not set(NUMBER_ALPHABET) & set("0O1ILU")


def test_a_link_lives_from_the_last_change_on():
    order = Order(updated_at=NOW)
    assert order.link_expires_at == NOW + LINK_LIFE == NOW + timedelta(days=90)


def test_a_total_is_the_sum_of_the_lines_to_the_kopeck():
    lines = [
        OrderLine(price=Decimal("0.10"), quantity=3),
        OrderLine(price=Decimal("85.09"), quantity=2),
    ]
    assert items_total(lines) == Decimal("170.48")
    assert items_total([]) == Decimal("0.00")
