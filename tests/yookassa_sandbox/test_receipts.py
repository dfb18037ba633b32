"""Receipts: https://yookassa.ru/developers/payment-acceptance/receipts/54fz/parameters-values"""

import pytest

ITEM = {
    "description": "A book",
    "quantity": "1.00",
    "amount": {"value": "499.00", "currency": "RUB"},
    "vat_code": 3,
    "payment_mode": "full_prepayment",
    "payment_subject": "commodity",
}


def receipt(*items, **changes):
    return {"customer": {"email": "reader@example.org"}, "items": list(items)} | changes


def item(**changes):
    return {name: value for name, value in (ITEM | changes).items() if value is not None}


def rub(value):
    return {"value": value, "currency": "RUB"}


def test_the_sum_of_the_lines_must_be_the_amount(api):
    lines = [item(quantity=2, amount=rub("200.00")), item(amount=rub("99.00"))]
    assert api.create(receipt=receipt(*lines))["receipt_registration"] == "pending"
    for other in ("98.99", "99.01"):
        wrong = receipt(lines[0], item(amount=rub(other)))
        answer = api.post("/payments", api.wanted(receipt=wrong))
        assert api.refusal(answer) == (400, "invalid_request", "receipt")


def test_half_a_kopeck_of_a_line_is_rounded_up(api):
    lines = receipt(item(quantity="0.5", amount=rub("10.01")))
    assert api.create(amount=rub("5.01"), receipt=lines)


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"description": ""}, "description"),
        ({"description": None}, "description"),
        ({"description": "x" * 129}, "description"),
        ({"vat_code": None}, "vat_code"),
        ({"vat_code": 0}, "vat_code"),
        ({"vat_code": 13}, "vat_code"),
        ({"payment_mode": "later"}, "payment_mode"),
        ({"payment_subject": "thing"}, "payment_subject"),
        ({"quantity": None}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"quantity": "one"}, "quantity"),
        ({"quantity": "NaN"}, "quantity"),
        ({"quantity": "0.0001"}, "quantity"),
        ({"quantity": 100_000}, "quantity"),
        ({"amount": None}, "amount"),
        ({"amount": rub("-1.00")}, "amount.value"),
    ],
)
def test_a_wrong_line_is_named(api, changes, parameter):
    answer = api.post("/payments", api.wanted(receipt=receipt(item(**changes))))
    assert api.refusal(answer) == (400, "invalid_request", f"receipt.items[0].{parameter}")


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"customer": None}, "receipt.customer"),
        ({"customer": {}}, "receipt.customer"),
        ({"customer": {"email": 5}}, "receipt.customer.email"),
        ({"items": []}, "receipt.items"),
        ({"items": None}, "receipt.items"),
        ({"items": ["book"]}, "receipt.items[0]"),
        ({"items": [ITEM] * 101}, "receipt.items"),
        ({"tax_system_code": 7}, "receipt.tax_system_code"),
    ],
)
def test_a_wrong_receipt_is_refused(api, changes, parameter):
    answer = api.post("/payments", api.wanted(receipt=receipt(ITEM, **changes)))
    assert api.refusal(answer) == (400, "invalid_request", parameter)


@pytest.mark.parametrize("code", range(1, 13))
def test_every_vat_code_is_taken_as_number_or_text(api, code):
    api.create(receipt=receipt(item(vat_code=code)))
    api.create(receipt=receipt(item(vat_code=str(code))))


def test_a_phone_does_for_an_email(api):
    assert api.create(receipt=receipt(ITEM, customer={"phone": "79000000000"}))


def test_taking_a_part_needs_a_receipt_of_the_part(api):
    payment = api.held(receipt=receipt(ITEM))
    path = f"/payments/{payment['id']}/capture"
    part = {"amount": rub("100.00")}
    assert api.refusal(api.post(path, part)) == (400, "invalid_request", "receipt")
    assert api.again(payment)["status"] == "waiting_for_capture"

    wrong = part | {"receipt": receipt(ITEM)}
    assert api.refusal(api.post(path, wrong)) == (400, "invalid_request", "receipt")
    right = part | {"receipt": receipt(item(amount=rub("100.00")))}
    assert api.post(path, right).json["receipt_registration"] == "succeeded"


def test_taking_all_needs_none(api):
    payment = api.held(receipt=receipt(ITEM))
    taken = api.post(f"/payments/{payment['id']}/capture", {"amount": payment["amount"]}).json
    assert (taken["status"], taken["receipt_registration"]) == ("succeeded", "succeeded")


def test_giving_a_part_back_needs_a_receipt_of_the_part(api):
    payment = api.paid(receipt=receipt(ITEM))
    part = {"payment_id": payment["id"], "amount": rub("100.00")}
    answer = api.post("/refunds", part)
    assert api.refusal(answer) == (400, "invalid_request", "receipt")
    right = part | {"receipt": receipt(item(amount=rub("100.00")))}
    assert api.post("/refunds", right).json["receipt_registration"] == "succeeded"


def test_giving_all_back_needs_none(api):
    payment = api.paid(receipt=receipt(ITEM))
    body = {"payment_id": payment["id"], "amount": payment["amount"]}
    assert api.post("/refunds", body).json["receipt_registration"] == "succeeded"
