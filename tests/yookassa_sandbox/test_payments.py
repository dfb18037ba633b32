"""How a payment is asked for, moves and ends: https://yookassa.ru/developers/api#payment"""

import pytest

from dev.yookassa_sandbox.clock import moment

REDIRECT = {"type": "redirect", "return_url": "https://shop.example/return"}
LONG_URL = "https://shop.example/".ljust(2049, "a")


def test_a_new_payment_waits_for_its_payer(api):
    payment = api.create(description="Order 7", metadata={"order": "7"}, merchant_customer_id="c")
    assert payment["status"] == "pending"
    assert payment["paid"] is False
    assert payment["refundable"] is False
    assert payment["test"] is True
    assert payment["amount"] == {"value": "499.00", "currency": "RUB"}
    assert payment["description"] == "Order 7"
    assert payment["metadata"] == {"order": "7"}
    assert payment["merchant_customer_id"] == "c"
    assert payment["recipient"]["account_id"] == "506751"
    assert payment["created_at"] == "2025-03-01T12:00:00.000Z"
    assert payment["confirmation"]["return_url"] == "https://shop.example/return"
    assert payment["confirmation"]["confirmation_url"].endswith(f"/checkout/{payment['id']}")
    assert len(payment["id"]) == 36


def test_in_two_stages_the_money_is_held_then_taken(api, clock):
    payment = api.held()
    assert payment["status"] == "waiting_for_capture"
    assert payment["paid"] is True
    assert payment["expires_at"] == "2025-03-08T12:00:00.000Z"
    assert payment["payment_method"]["card"]["last4"] == "4477"
    assert payment["authorization_details"]["three_d_secure"] == {"applied": True}
    assert "confirmation" not in payment

    clock.forward(days=1)
    taken = api.post(f"/payments/{payment['id']}/capture").json
    assert taken["status"] == "succeeded"
    assert taken["captured_at"] == "2025-03-02T12:00:00.000Z"
    assert taken["refundable"] is True
    assert taken["income_amount"] == {"value": "491.51", "currency": "RUB"}
    assert taken["refunded_amount"] == {"value": "0.00", "currency": "RUB"}
    assert "expires_at" not in taken
    assert api.again(payment) == taken


def test_in_one_stage_the_money_is_taken_at_once(api):
    payment = api.paid()
    assert payment["status"] == "succeeded"
    assert payment["captured_at"]


def test_a_part_can_be_taken_and_the_rest_goes_back(api):
    payment = api.held()
    body = {"amount": {"value": "100.00", "currency": "RUB"}}
    taken = api.post(f"/payments/{payment['id']}/capture", body).json
    assert (taken["status"], taken["amount"]["value"]) == ("succeeded", "100.00")


def test_more_than_is_held_cannot_be_taken(api):
    payment = api.held()
    body = {"amount": {"value": "499.01", "currency": "RUB"}}
    answer = api.post(f"/payments/{payment['id']}/capture", body)
    assert api.refusal(answer) == (400, "invalid_request", "amount")
    assert api.again(payment) == payment


def test_held_money_can_be_let_go(api):
    payment = api.held()
    cancelled = api.post(f"/payments/{payment['id']}/cancel").json
    assert cancelled["status"] == "canceled"
    assert cancelled["paid"] is False
    assert cancelled["cancellation_details"] == {
        "party": "merchant",
        "reason": "canceled_by_merchant",
    }


@pytest.mark.parametrize("verb", ["capture", "cancel"])
@pytest.mark.parametrize("state", ["create", "paid", "cancelled"])
def test_only_held_money_can_be_taken_or_let_go(api, verb, state):
    payment = api.held() if state == "cancelled" else getattr(api, state)()
    if state == "cancelled":
        payment = api.post(f"/payments/{payment['id']}/cancel").json
    answer = api.post(f"/payments/{payment['id']}/{verb}")
    assert api.refusal(answer) == (400, "invalid_request", "payment_id")
    assert api.again(payment) == payment


@pytest.mark.parametrize("verb", ["capture", "cancel"])
def test_why_money_that_was_taken_at_once_cannot_is_said(api, verb):
    answer = api.post(f"/payments/{api.paid()['id']}/{verb}")
    assert answer.json["description"] == f"You can not {verb} payment with autocapture"


@pytest.mark.parametrize(
    ("outcome", "reason", "last4"),
    [("decline", "insufficient_funds", "4600"), ("fail-3ds", "3d_secure_failed", "4592")],
)
def test_the_bank_may_refuse(api, outcome, reason, last4):
    payment = api.create()
    api.press(payment, outcome)
    refused = api.again(payment)
    assert refused["status"] == "canceled"
    assert refused["cancellation_details"] == {"party": "payment_network", "reason": reason}
    assert refused["payment_method"]["card"]["last4"] == last4


def test_an_hour_is_there_to_pay(api, clock):
    payment = api.create()
    clock.forward(minutes=59, seconds=59)
    assert api.again(payment)["status"] == "pending"
    clock.forward(seconds=1)
    expired = api.again(payment)
    assert expired["status"] == "canceled"
    assert expired["cancellation_details"] == {
        "party": "yoo_money",
        "reason": "expired_on_confirmation",
    }


def test_money_is_held_for_seven_days(api, clock):
    payment = api.held()
    clock.now = moment(payment["expires_at"])
    expired = api.again(payment)
    assert expired["cancellation_details"] == {"party": "yoo_money", "reason": "expired_on_capture"}
    answer = api.post(f"/payments/{payment['id']}/capture")
    assert api.refusal(answer) == (400, "invalid_request", "payment_id")


def test_a_final_payment_does_not_expire(api, clock):
    payment = api.paid()
    clock.forward(days=365)
    assert api.again(payment) == payment


def test_an_unknown_payment_is_404_to_read_and_400_to_change(api):
    assert api.refusal(api.get("/payments/none")) == (404, "not_found", "payment_id")
    for verb in ("capture", "cancel"):
        answer = api.post(f"/payments/none/{verb}")
        assert api.refusal(answer) == (400, "invalid_request", "payment_id")


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"amount": None}, "amount"),
        ({"amount": "499.00"}, "amount"),
        ({"amount": {"value": 499, "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "499", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "-1.00", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "0.00", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "0.99", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "350000.01", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "499.00", "currency": "USD"}}, "amount.currency"),
        ({"confirmation": None}, "confirmation"),
        ({"confirmation": "redirect"}, "confirmation"),
        ({"confirmation": {"type": "embedded"}}, "confirmation.type"),
        ({"confirmation": {"type": "redirect"}}, "confirmation.return_url"),
        ({"confirmation": REDIRECT | {"return_url": "/return"}}, "confirmation.return_url"),
        ({"confirmation": REDIRECT | {"return_url": "javascript:1"}}, "confirmation.return_url"),
        ({"confirmation": REDIRECT | {"return_url": "http://[x"}}, "confirmation.return_url"),
        ({"confirmation": REDIRECT | {"return_url": LONG_URL}}, "confirmation.return_url"),
        ({"confirmation": REDIRECT | {"locale": "de_DE"}}, "confirmation.locale"),
        ({"description": "x" * 129}, "description"),
        ({"description": 7}, "description"),
        ({"capture": "true"}, "capture"),
        ({"metadata": {f"k{n}": "v" for n in range(17)}}, "metadata"),
        ({"metadata": {"k" * 33: "v"}}, "metadata"),
        ({"metadata": {"k": "v" * 513}}, "metadata"),
        ({"metadata": {"k": 1}}, "metadata"),
        ({"metadata": ["k"]}, "metadata"),
        ({"merchant_customer_id": "x" * 201}, "merchant_customer_id"),
        ({"client_ip": "somewhere"}, "client_ip"),
        ({"payment_method_data": {"type": "sbp"}}, "payment_method_data.type"),
        ({"recipient": {"gateway_id": 5}}, "recipient.gateway_id"),
        ({"payment_token": "t"}, "payment_token"),
        ({"save_payment_method": True}, "save_payment_method"),
    ],
)
def test_a_wrong_request_is_refused_and_the_field_named(api, changes, parameter):
    answer = api.post("/payments", api.wanted(**changes))
    assert api.refusal(answer) == (400, "invalid_request", parameter)
    assert api.get("/payments").json["items"] == []


@pytest.mark.parametrize("body", ["[]", "{", '"text"'])
def test_a_body_that_is_no_object_is_refused(api, body):
    answer = api.client.post(
        "/v3/payments",
        data=body,
        content_type="application/json",
        headers={"Idempotence-Key": "k"},
        auth=("506751", "test_secret-of-the-shop"),
    )
    assert api.refusal(answer) == (400, "invalid_request", None)


@pytest.mark.parametrize("value", ["1.00", "350000.00"])
def test_the_smallest_and_the_largest_amount_are_taken(api, value):
    assert api.create(amount={"value": value, "currency": "RUB"})["amount"]["value"] == value


def test_what_the_sdk_sends_along_is_let_through(api):
    payment = api.create(
        payment_method_data={"type": "bank_card"},
        client_ip="2001:db8::1",
        recipient={"gateway_id": "42"},
        transfers=[],
    )
    assert payment["payment_method"]["type"] == "bank_card"
    assert payment["recipient"]["gateway_id"] == "42"
