"""What the sandbox can be told to do wrong."""

import pytest
import requests

from dev.yookassa_sandbox.testing import DEADLINE, control, state


def test_a_500_before_the_work_leaves_nothing_done_and_the_key_free(sandbox, http):
    control(sandbox, fail_before=1)
    failed = http.post("/refunds", {}, key="k")
    assert (failed.status_code, failed.json()["code"]) == (500, "internal_server_error")
    assert state(sandbox)["done"] == {}
    assert http.create(key="k")["status"] == "pending"


def test_after_a_500_the_same_key_gets_the_result_of_what_was_done(sandbox, http, api):
    control(sandbox, fail_after=1)
    failed = http.post("/payments", api.wanted(), key="k")
    assert (failed.status_code, failed.json()["retry_after"]) == (500, 1800)
    done = state(sandbox)
    assert done["done"] == {"create_payment": 1}

    payment = http.create(key="k")
    assert state(sandbox)["objects"] == {payment["id"]: {"create_payment": 1}}
    assert state(sandbox)["keys"]["k"]["done"] == done["keys"]["k"]["done"]


def test_a_202_is_not_the_work(sandbox, http, api):
    control(sandbox, accept_only=1)
    accepted = http.post("/payments", api.wanted(), key="k")
    assert accepted.status_code == 202
    assert accepted.json()["type"] == "processing"
    assert state(sandbox)["done"] == {}
    assert http.create(key="k")["status"] == "pending"


def test_an_answer_can_be_kept_back_until_the_caller_has_gone(sandbox, http, api):
    control(sandbox, slow_calls=1, slow_seconds=600)
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{sandbox.api_url}/payments",
            json=api.wanted(),
            auth=(sandbox.settings.shop_id, sandbox.settings.secret_key),
            headers={"Idempotence-Key": "k"},
            timeout=0.2,
        )
    assert state(sandbox)["done"] == {"create_payment": 1}
    assert http.create(key="k")["status"] == "pending"
    assert state(sandbox)["done"] == {"create_payment": 1}


def test_numbers_are_used_up_and_switches_stay(sandbox, http):
    control(sandbox, fail_before=2, drop_webhooks=True)
    assert http.post("/refunds", key="a").status_code == 500
    assert http.post("/refunds", key="b").status_code == 500
    assert http.post("/refunds", key="c").status_code == 400
    settings = state(sandbox)["settings"]
    assert (settings["fail_before"], settings["drop_webhooks"]) == (0, True)


def test_reset_puts_all_others_back(sandbox):
    control(sandbox, fail_before=2, drop_webhooks=True)
    settings = control(sandbox, reset=True, fail_after=1)["settings"]
    assert (settings["fail_before"], settings["drop_webhooks"], settings["fail_after"]) == (
        0,
        False,
        1,
    )


def test_a_payment_can_be_made_to_expire(sandbox, http):
    payment = http.create()
    control(sandbox, expire=payment["id"])
    details = http.get(f"/payments/{payment['id']}").json()["cancellation_details"]
    assert details["reason"] == "expired_on_confirmation"


@pytest.mark.parametrize(
    "order",
    [
        {"fail_sometimes": 1},
        {"fail_before": -1},
        {"fail_before": 601},
        {"fail_before": 1.5},
        {"fail_before": True},
        {"fail_before": "1"},
        {"drop_webhooks": 1},
        {"expire": "none"},
        [],
    ],
)
def test_a_wrong_order_is_refused_as_a_whole(api, order):
    before = api.client.get("/_control").json
    with_more = order | {"fail_after": 1} if isinstance(order, dict) else order
    answer = api.client.post("/_control", json=with_more)
    assert answer.status_code == 400
    assert answer.json["error"]
    assert api.client.get("/_control").json == before


def test_a_final_payment_cannot_be_made_to_expire(api):
    payment = api.paid()
    answer = api.client.post("/_control", json={"expire": payment["id"], "fail_after": 1})
    assert answer.status_code == 400
    assert api.client.get("/_control").json["settings"]["fail_after"] == 0


@pytest.mark.parametrize("caller", ["203.0.113.5", "10.0.0.2", "2001:db8::1"])
def test_only_this_machine_gives_orders(api, caller):
    origin = {"REMOTE_ADDR": caller}
    assert api.client.post("/_control", json={}, environ_base=origin).status_code == 403
    assert api.client.get("/_control", environ_base=origin).status_code == 403


def test_an_order_is_json_so_no_foreign_page_can_give_one(api):
    answer = api.client.post("/_control", data='{"fail_after": 1}', content_type="text/plain")
    assert answer.status_code == 400


def test_the_state_of_a_fresh_sandbox(sandbox):
    answer = requests.get(f"{sandbox.url}/_control", timeout=DEADLINE).json()
    assert answer["done"] == {}
    assert answer["settings"]["slow_seconds"] == 0
