"""Notifications: https://yookassa.ru/developers/using-api/webhooks#using"""

import pytest

from dev.yookassa_sandbox.testing import control, state, wait_until


def counts(sandbox):
    return state(sandbox)["webhooks"]


def settled(sandbox):
    """The counts, once nothing is on its way."""
    return wait_until(lambda: (found := counts(sandbox))["waiting"] == 0 and found)


def test_every_move_is_told_with_the_object_as_it_was_then(http, receiver):
    payment = http.create()
    http.press(payment)
    receiver.wait_for(1)
    http.post(f"/payments/{payment['id']}/capture", key="take")
    receiver.wait_for(2)
    refund = {"payment_id": payment["id"], "amount": payment["amount"]}
    http.post("/refunds", refund, key="give")

    held, taken, given = receiver.wait_for(3)
    assert [held["event"], taken["event"], given["event"]] == [
        "payment.waiting_for_capture",
        "payment.succeeded",
        "refund.succeeded",
    ]
    assert {message["type"] for message in (held, taken, given)} == {"notification"}
    assert held["object"]["status"] == "waiting_for_capture"
    assert taken["object"]["id"] == payment["id"]
    assert taken["object"]["refunded_amount"]["value"] == "0.00"
    assert given["object"]["payment_id"] == payment["id"]


@pytest.mark.parametrize("outcome", ["decline", "fail-3ds"])
def test_a_refused_payment_is_told(http, receiver, outcome):
    http.press(http.create(), outcome)
    (told,) = receiver.wait_for(1)
    assert told["event"] == "payment.canceled"
    assert told["object"]["cancellation_details"]["party"] == "payment_network"


def test_a_new_payment_or_a_failed_refund_is_not_told(sandbox, http, receiver):
    control(sandbox, cancel_refunds=1)
    payment = http.create(capture=True)
    http.press(payment)
    refund = {"payment_id": payment["id"], "amount": payment["amount"]}
    assert http.post("/refunds", refund, key="give").json()["status"] == "canceled"
    assert settled(sandbox)["delivered"] == 1
    assert receiver.events() == ["payment.succeeded"]


def test_an_expired_payment_is_told_although_nobody_asks(http, receiver, clock):
    http.create()
    clock.forward(hours=1)
    (told,) = receiver.wait_for(1)
    assert told["object"]["cancellation_details"]["reason"] == "expired_on_confirmation"


@pytest.mark.parametrize("answer", [500, 404, 302, 201, 204])
def test_only_200_confirms(sandbox, http, receiver, clock, answer):
    receiver.answers = [answer]
    http.press(http.create())
    receiver.wait_for(1)
    wait_until(lambda: counts(sandbox)["attempts"] == 1)
    assert counts(sandbox)["waiting"] == 1

    clock.forward(seconds=10)
    first, second = receiver.wait_for(2)
    assert first == second
    assert settled(sandbox)["delivered"] == 1


def test_it_is_tried_at_its_times_and_then_given_up(sandbox, http, receiver, clock):
    receiver.answers = [500]
    http.press(http.create("unlucky"))
    wait_until(lambda: counts(sandbox)["attempts"] == 1)
    clock.forward(seconds=9)
    http.press(http.create("lucky"))
    wait_until(lambda: counts(sandbox)["delivered"] == 1)
    assert counts(sandbox)["attempts"] == 2  # the first was not due yet, or it had come before

    receiver.answers = [500, 500]
    clock.forward(seconds=1)
    wait_until(lambda: counts(sandbox)["attempts"] == 3)
    assert counts(sandbox)["waiting"] == 1
    clock.forward(seconds=50)
    found = settled(sandbox)
    assert (found["given_up"], found["delivered"], found["attempts"]) == (1, 1, 4)
    assert len(receiver.received) == 4


def test_one_that_is_not_confirmed_does_not_hold_up_the_next(sandbox, http, receiver):
    receiver.answers = [500]
    http.press(http.create("first"))
    receiver.wait_for(1)
    second = http.create("second")
    http.press(second)
    assert receiver.wait_for(2)[1]["object"]["id"] == second["id"]
    wait_until(lambda: counts(sandbox)["delivered"] == 1)
    assert counts(sandbox)["waiting"] == 1


def test_it_can_be_told_to_tell_twice(sandbox, http, receiver):
    control(sandbox, duplicate_webhooks=True)
    http.press(http.create())
    first, second = receiver.wait_for(2)
    assert first == second
    assert settled(sandbox)["delivered"] == 2


def test_it_can_be_told_to_tell_nothing(sandbox, http, receiver):
    control(sandbox, drop_webhooks=True)
    http.press(http.create("dropped"))
    control(sandbox, drop_webhooks=False)
    told = http.create("told")
    http.press(told)
    assert receiver.wait_for(1)[0]["object"]["id"] == told["id"]
    assert settled(sandbox)["dropped"] == 1


def test_a_shop_that_is_off_hears_of_it_later(running, clock):
    with running(webhook_url="http://127.0.0.1:1/webhook", retry_after=(10, 60)) as http:
        http.press(http.create())
        wait_until(lambda: counts(http.sandbox)["attempts"] == 1)
        clock.forward(seconds=10)
        wait_until(lambda: counts(http.sandbox)["attempts"] == 2)
        assert counts(http.sandbox)["waiting"] == 1


def test_without_an_address_nobody_is_told(running):
    with running() as http:
        http.press(http.create())
        assert set(counts(http.sandbox).values()) == {0}
