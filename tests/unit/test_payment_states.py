"""Payments and refunds: moves, and what is left to give back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shop.errors import IllegalMove
from shop.models import Payment, PaymentStatus, RefundStatus

LEGAL = {
    "authorised": {"pending"},
    "captured": {"pending", "authorised"},
    "cancelled": {"pending", "authorised"},
}
MOVES = {
    "authorised": lambda payment: payment.mark_authorised(),
    "captured": lambda payment: payment.mark_captured(),
    "cancelled": lambda payment: payment.mark_cancelled("yoo_money", "expired_on_confirmation"),
}


def payment(status: PaymentStatus | str = PaymentStatus.PENDING, **values) -> Payment:
    return Payment(status=PaymentStatus(status), amount=Decimal("100.00"), currency="RUB", **values)


@pytest.mark.parametrize("before", PaymentStatus)
@pytest.mark.parametrize("after", MOVES)
def test_each_move_is_made_or_refused(before, after):
    made = payment(before)
    if before in LEGAL[after]:
        MOVES[after](made)
        assert made.status == after
    else:
        with pytest.raises(IllegalMove):
            MOVES[after](made)
        assert made.status is before


def test_a_cancelled_payment_says_who_and_why():
    made = payment()
    MOVES["cancelled"](made)
    assert (made.cancellation_party, made.cancellation_reason) == (
        "yoo_money",
        "expired_on_confirmation",
    )


def test_open_is_what_may_still_bring_money():
    assert [status for status in PaymentStatus if payment(status).is_open] == [
        PaymentStatus.PENDING,
        PaymentStatus.AUTHORISED,
    ]


def test_the_outcome_is_unknown_until_the_provider_has_given_an_id():
    made = payment()
    assert made.outcome_unknown
    made.mark_created("p1", "https://pay.example/p1")
    assert not made.outcome_unknown


def test_saying_again_that_it_was_created_is_harmless():
    made = payment()
    made.mark_created("p1", "https://pay.example/p1")
    made.mark_created("p1", None)
    assert made.confirmation_url == "https://pay.example/p1"
    with pytest.raises(IllegalMove):
        made.mark_created("p2", None)
    assert made.provider_payment_id == "p1"


@pytest.mark.parametrize("status", ["pending", "authorised", "cancelled"])
def test_only_captured_money_can_be_given_back(status):
    made = payment(status)
    assert made.refundable == 0
    with pytest.raises(IllegalMove):
        made.refund(Decimal("1.00"), "")


def test_no_more_is_given_back_than_was_taken():
    made = payment("captured")
    made.refund(Decimal("60.00"), "one book")
    assert made.refundable == Decimal("40.00")
    with pytest.raises(IllegalMove):
        made.refund(Decimal("40.01"), "")
    made.refund(Decimal("40.00"), "the rest")
    assert made.refundable == 0
    assert len(made.refunds) == 2


@pytest.mark.parametrize("amount", ["0", "-1", "100.01"])
def test_a_refund_is_of_some_money_that_is_there(amount):
    with pytest.raises(IllegalMove):
        payment("captured").refund(Decimal(amount), "")


def test_a_refund_that_failed_can_be_promised_again():
    made = payment("captured")
    refund = made.refund(Decimal("100.00"), "")
    assert (refund.status, refund.currency) == (RefundStatus.PENDING, "RUB")
    refund.settle("r1", RefundStatus.CANCELLED)
    assert made.refundable == Decimal("100.00")
