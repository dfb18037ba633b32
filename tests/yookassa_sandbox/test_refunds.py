"""Refunds: https://yookassa.ru/developers/payment-acceptance/after-the-payment/refunds"""

import pytest


def rub(value):
    return {"value": value, "currency": "RUB"}


def refund(api, payment, value, **changes):
    return api.post("/refunds", {"payment_id": payment["id"], "amount": rub(value)} | changes)


def test_all_goes_back(api):
    payment = api.paid()
    answer = refund(api, payment, "499.00", description="Damaged", metadata={"order": "7"})
    given = answer.json
    assert given["status"] == "succeeded"
    assert given["payment_id"] == payment["id"]
    assert given["amount"] == rub("499.00")
    assert given["description"] == "Damaged"
    assert given["metadata"] == {"order": "7"}
    assert api.get(f"/refunds/{given['id']}").json == given
    after = api.again(payment)
    assert after["status"] == "succeeded"
    assert after["refunded_amount"] == rub("499.00")
    assert after["refundable"] is False


def test_it_may_go_back_in_parts_but_not_more_than_there_was(api):
    payment = api.paid()
    assert refund(api, payment, "300.00").status_code == 200
    answer = refund(api, payment, "199.01")
    assert api.refusal(answer) == (400, "invalid_request", "amount")
    assert refund(api, payment, "199.00").status_code == 200
    answer = refund(api, payment, "1.00")
    assert api.refusal(answer) == (400, "invalid_request", "payment_id")
    assert api.again(payment)["refunded_amount"] == rub("499.00")


@pytest.mark.parametrize("value", ["0.99", "498.01"])
def test_neither_the_part_nor_the_rest_is_under_a_rouble(api, value):
    answer = refund(api, api.paid(), value)
    assert api.refusal(answer) == (400, "invalid_request", "amount")


@pytest.mark.parametrize("state", ["create", "held"])
def test_only_money_that_was_taken_can_go_back(api, state):
    payment = getattr(api, state)()
    answer = refund(api, payment, "499.00")
    assert api.refusal(answer) == (400, "invalid_request", "payment_id")


def test_of_a_part_that_was_taken_only_that_can_go_back(api):
    payment = api.held()
    api.post(f"/payments/{payment['id']}/capture", {"amount": rub("100.00")})
    answer = refund(api, payment, "101.00")
    assert api.refusal(answer) == (400, "invalid_request", "amount")
    assert refund(api, payment, "100.00").status_code == 200


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"payment_id": "none"}, "payment_id"),
        ({"payment_id": 7}, "payment_id"),
        ({"amount": "499.00"}, "amount"),
        ({"amount": rub("1")}, "amount.value"),
        ({"sources": [{}]}, "sources"),
        ({"description": "x" * 251}, "description"),
    ],
)
def test_a_wrong_request_is_refused(api, changes, parameter):
    answer = refund(api, api.paid(), "499.00", **changes)
    assert api.refusal(answer) == (400, "invalid_request", parameter)


def test_an_unknown_refund_is_404(api):
    assert api.refusal(api.get("/refunds/none")) == (404, "not_found", "refund_id")


def test_a_refund_may_fail_and_then_leaves_the_payment_as_it_was(api):
    api.client.post("/_control", json={"cancel_refunds": 1})
    payment = api.paid()
    failed = refund(api, payment, "499.00").json
    assert failed["status"] == "canceled"
    assert failed["cancellation_details"] == {"party": "yoo_money", "reason": "insufficient_funds"}
    assert api.again(payment) == payment
    assert refund(api, payment, "499.00").json["status"] == "succeeded"
