"""The payment gateway against the sandbox. What goes wrong on the way is tested next door."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from yookassa import Configuration

from dev.yookassa_sandbox.server import RunningSandbox
from dev.yookassa_sandbox.settings import Settings
from dev.yookassa_sandbox.testing import control, pay, state
from shop.errors import NotFound, PaymentUnavailable
from shop.gateways.payments import PaymentRequest, ReceiptItem, YooKassa
from shop.models.payments import PaymentStatus, RefundStatus

SHOP = ("506751", "test_secret-of-the-shop")
PRICE = Decimal("499.00")
WANTED = PaymentRequest(
    amount=PRICE,
    currency="RUB",
    description="Colophon 7",
    return_url="https://shop.example/orders/7/return",
    email="reader@example.org",
    items=(
        ReceiptItem("A book", 2, Decimal("150.00"), 3),
        ReceiptItem("Courier", 1, Decimal("199.00"), 1, service=True),
    ),
    reference={"order_number": "7", "payment": "1"},
)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox(Settings(*SHOP)) as sandbox:
        yield sandbox


@pytest.fixture
def gateway(sandbox: RunningSandbox) -> YooKassa:
    return YooKassa(*SHOP, sandbox.api_url, timeout=10)


def held(gateway: YooKassa) -> str:
    """The id of a payment whose money is held."""
    payment = gateway.create(WANTED, "held")
    pay(payment.confirmation_url)
    return payment.id


def captured(gateway: YooKassa) -> str:
    return gateway.capture(held(gateway), PRICE, "RUB", "captured").id


def unavailable(call: Callable[[], object], *, unknown: bool) -> str:
    """The reason that the log gets."""
    with pytest.raises(PaymentUnavailable) as problem:
        call()
    assert problem.value.unknown is unknown
    assert problem.value.detail == ""  # the shopper is not told what went wrong inside
    return str(problem.value)


# -- as it should go -------------------------------------------------------------------------


def test_a_payment_is_asked_for(gateway, sandbox):
    payment = gateway.create(WANTED, "key")
    assert payment.status is PaymentStatus.PENDING
    assert (payment.amount, payment.currency) == (PRICE, "RUB")
    assert payment.confirmation_url == f"{sandbox.url}/checkout/{payment.id}"
    assert payment.reference["order_number"] == "7"
    assert gateway.read(payment.id) == payment


def test_held_money_is_taken_and_given_back(gateway):
    payment_id = held(gateway)
    assert gateway.read(payment_id).status is PaymentStatus.AUTHORISED
    assert gateway.capture(payment_id, PRICE, "RUB", "take").status is PaymentStatus.CAPTURED
    refund = gateway.refund(payment_id, PRICE, "RUB", "give")
    assert refund.status is RefundStatus.SUCCEEDED


def test_held_money_is_let_go(gateway):
    cancelled = gateway.cancel(held(gateway), "let go")
    assert cancelled.status is PaymentStatus.CANCELLED
    assert cancelled.cancellation_party == "merchant"
    assert cancelled.cancellation_reason == "canceled_by_merchant"


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [("decline", "insufficient_funds"), ("fail-3ds", "3d_secure_failed")],
)
def test_a_refused_card_is_read_with_its_reason(gateway, outcome, reason):
    payment = gateway.create(WANTED, "key")
    pay(payment.confirmation_url, outcome)
    seen = gateway.read(payment.id)
    assert (seen.status, seen.cancellation_reason) == (PaymentStatus.CANCELLED, reason)


def test_a_refund_may_fail(gateway, sandbox):
    control(sandbox, cancel_refunds=1)
    refund = gateway.refund(captured(gateway), PRICE, "RUB", "give")
    assert refund.status is RefundStatus.CANCELLED


def test_long_texts_are_cut_to_what_the_provider_takes(gateway):
    long = ReceiptItem("Т" * 300, 1, PRICE, 3)
    wanted = PaymentRequest(PRICE, "RUB", "N" * 300, WANTED.return_url, WANTED.email, (long,), {})
    assert gateway.create(wanted, "key").status is PaymentStatus.PENDING


# -- repeats ---------------------------------------------------------------------------------

CHANGES = {
    "create_payment": (lambda _: None, lambda gateway, _: gateway.create(WANTED, "same")),
    "capture_payment": (held, lambda gateway, it: gateway.capture(it, PRICE, "RUB", "same")),
    "cancel_payment": (held, lambda gateway, it: gateway.cancel(it, "same")),
    "create_refund": (captured, lambda gateway, it: gateway.refund(it, PRICE, "RUB", "same")),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_500_is_unknown_and_the_same_key_gets_what_was_done(gateway, sandbox, kind):
    prepare, change = CHANGES[kind]
    subject = prepare(gateway)
    control(sandbox, fail_after=1)
    reason = unavailable(lambda: change(gateway, subject), unknown=True)
    assert "internal_server_error" in reason
    done = state(sandbox)
    assert len(done["keys"]["same"]["done"]) == 1

    first, second = change(gateway, subject), change(gateway, subject)
    assert first == second
    assert state(sandbox)["done"] == done["done"]
    assert done["keys"]["same"]["done"][0]["object_id"] == first.id


def test_a_500_before_anything_was_done_is_unknown_too(gateway, sandbox):
    control(sandbox, fail_before=1)
    unavailable(lambda: gateway.create(WANTED, "same"), unknown=True)
    assert gateway.create(WANTED, "same").status is PaymentStatus.PENDING


def test_a_202_is_unknown_and_not_waited_for(gateway, sandbox):
    control(sandbox, accept_only=2)
    unavailable(lambda: gateway.create(WANTED, "same"), unknown=True)
    # Repeats would have used up the other one as well.
    assert state(sandbox)["settings"]["accept_only"] == 1


def test_a_slow_answer_is_not_waited_for_and_comes_with_the_same_key(gateway, sandbox):
    hasty = YooKassa(*SHOP, sandbox.api_url, timeout=0.3)
    control(sandbox, slow_calls=1, slow_seconds=600)
    unavailable(lambda: hasty.create(WANTED, "same"), unknown=True)
    assert gateway.create(WANTED, "same").status is PaymentStatus.PENDING
    assert state(sandbox)["done"] == {"create_payment": 1}


# -- refusals --------------------------------------------------------------------------------


def test_a_refusal_is_known(gateway):
    payment = gateway.create(WANTED, "key")
    unavailable(lambda: gateway.capture(payment.id, PRICE, "RUB", "early"), unknown=False)
    unavailable(lambda: gateway.cancel(payment.id, "early too"), unknown=False)
    unavailable(lambda: gateway.refund(payment.id, PRICE, "RUB", "early as well"), unknown=False)
    unavailable(lambda: gateway.cancel("none", "of nothing"), unknown=False)
    other = unavailable(lambda: gateway.cancel(payment.id, "key"), unknown=False)
    assert "Idempotence key duplicated" in other


def test_a_receipt_that_does_not_add_up_is_refused(gateway):
    less = PaymentRequest(PRICE, "RUB", "7", WANTED.return_url, WANTED.email, WANTED.items[:1], {})
    assert "Receipt" in unavailable(lambda: gateway.create(less, "key"), unknown=False)


@pytest.mark.parametrize("payment_id", ["none", "../me", "..", "a/../../me", "x?limit=1", "é%2F"])
def test_an_id_that_the_provider_does_not_know_is_not_found(gateway, payment_id):
    with pytest.raises(NotFound):
        gateway.read(payment_id)


def test_wrong_credentials_are_a_refusal_and_stay_secret(sandbox, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "live_wrong-secret-of-the-shop"
    gateway = YooKassa(SHOP[0], secret, sandbox.api_url, timeout=10)
    with pytest.raises(PaymentUnavailable) as problem:
        gateway.create(WANTED, "key")
    assert problem.value.unknown is False
    told = caplog.text + repr(problem.value) + "".join(traceback.format_exception(problem.value))
    assert "invalid_credentials" in caplog.text
    for hidden in (secret, base64.b64encode(f"{SHOP[0]}:{secret}".encode()).decode()):
        assert hidden not in told


# -- one process, several threads ------------------------------------------------------------


def test_a_proxy_of_the_environment_does_not_come_between(gateway, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert gateway.create(WANTED, "key").status is PaymentStatus.PENDING


def test_whoever_configures_the_sdk_elsewhere_changes_nothing_here(gateway):
    Configuration.configure("1", "another", api_url="http://127.0.0.1:1/v3")
    try:
        assert gateway.create(WANTED, "key").status is PaymentStatus.PENDING
    finally:
        Configuration.configure(None, None)


def test_threads_share_it_and_two_do_not_mix(gateway, sandbox):
    with RunningSandbox(Settings("2", "another")) as second, ThreadPoolExecutor(8) as pool:
        other = YooKassa("2", "another", second.api_url, timeout=10)
        calls = [(it, f"key-{n}") for n in range(20) for it in (gateway, other)]
        payments = list(pool.map(lambda call: call[0].create(WANTED, call[1]), calls))
        assert state(second)["done"] == state(sandbox)["done"] == {"create_payment": 20}
        assert set(state(second)["objects"]) == {payment.id for payment in payments[1::2]}
