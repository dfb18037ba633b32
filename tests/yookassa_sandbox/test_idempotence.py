"""Repeats: https://yookassa.ru/developers/using-api/interaction-format#idempotence"""

import json
from concurrent.futures import ThreadPoolExecutor

from dev.yookassa_sandbox.testing import state


def test_a_repeat_gets_the_first_answer_to_the_byte(api):
    first = api.post("/payments", api.wanted(), key="k")
    api.press(first.json)
    again = api.post("/payments", api.wanted(), key="k")
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.json["status"] == "pending"  # as it was, not as it is


def test_the_order_of_fields_makes_no_other_request(api):
    first = api.post("/payments", api.wanted(description="A"), key="k").json
    turned = json.dumps(dict(reversed(api.wanted(description="A").items())))
    again = api.client.post(
        "/v3/payments",
        data=turned,
        content_type="application/json",
        headers={"Idempotence-Key": "k"},
        auth=("506751", "test_secret-of-the-shop"),
    )
    assert again.json == first


def test_another_key_makes_another_payment(api):
    assert api.create()["id"] != api.create()["id"]


def test_a_key_with_another_body_is_refused(api):
    first = api.post("/payments", api.wanted(description="A"), key="k")
    other = api.post("/payments", api.wanted(description="B"), key="k")
    assert api.refusal(other) == (400, "invalid_request", "Idempotence-Key")
    assert api.get("/payments").json["items"] == [first.json]


def test_a_key_of_another_call_is_refused(api):
    payment = api.held()
    assert api.post(f"/payments/{payment['id']}/capture", key="k").status_code == 200
    cancel = api.post(f"/payments/{payment['id']}/cancel", key="k")
    assert api.refusal(cancel) == (400, "invalid_request", "Idempotence-Key")


def test_a_refusal_is_repeated_too(api):
    payment = api.create()
    path = f"/payments/{payment['id']}/capture"
    early = api.post(path, key="k")
    assert early.status_code == 400
    api.press(payment)
    assert api.post(path, key="k").data == early.data
    assert api.post(path, key="another").status_code == 200


def test_a_key_is_needed_and_has_64_characters_at_most(api):
    auth = ("506751", "test_secret-of-the-shop")
    without = api.client.post("/v3/payments", json=api.wanted(), auth=auth)
    assert api.refusal(without) == (400, "invalid_request", "Idempotence-Key")
    too_long = api.post("/payments", api.wanted(), key="k" * 65)
    assert api.refusal(too_long) == (400, "invalid_request", "Idempotence-Key")
    assert api.post("/payments", api.wanted(), key="k" * 64).status_code == 200


def test_a_key_is_forgotten_after_24_hours(api, clock):
    first = api.post("/payments", api.wanted(), key="k").json
    clock.forward(hours=23, minutes=59)
    assert api.post("/payments", api.wanted(), key="k").json["id"] == first["id"]
    clock.forward(minutes=2)
    assert api.post("/payments", api.wanted(), key="k").json["id"] != first["id"]


def test_of_many_at_once_one_does_the_work(sandbox, http):
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: http.create(key="same")["id"], range(16)))
    assert len(ids) == 1
    seen = state(sandbox)
    assert seen["done"] == {"create_payment": 1}
    assert seen["keys"]["same"]["requests"] == 16
