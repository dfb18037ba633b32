"""Who may ask: https://yookassa.ru/developers/using-api/interaction-format#auth"""

import pytest

from dev.yookassa_sandbox.settings import Settings

WRONG = [
    {},
    {"auth": ("506751", "another-secret")},
    {"auth": ("506752", "test_secret-of-the-shop")},
    {"auth": ("506751", "")},
    {"headers": {"Authorization": "Bearer test_secret-of-the-shop"}},
    {"headers": {"Authorization": "Basic not-base64!"}},
]


@pytest.mark.parametrize("caller", WRONG)
def test_who_is_not_the_shop_gets_401(api, caller):
    answer = api.client.get("/v3/me", **caller)
    assert api.refusal(answer) == (401, "invalid_credentials", "Authorization")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_credentials_are_looked_at_before_the_request(api):
    answer = api.client.post("/v3/payments", json={"amount": "nonsense"})
    assert answer.status_code == 401


def test_the_shop_is_let_in(api):
    answer = api.get("/me")
    assert answer.status_code == 200
    assert answer.json["account_id"] == "506751"
    assert answer.json["test"] is True


def test_webhooks_are_not_managed_with_a_secret_key(api):
    assert api.refusal(api.get("/webhooks")) == (403, "forbidden", "Authorization")
    assert api.refusal(api.post("/webhooks", {})) == (403, "forbidden", "Authorization")


def test_an_unknown_address_gets_the_json_of_an_error(api):
    assert api.refusal(api.get("/payouts")) == (404, "not_found", None)


def test_a_wrong_method_or_type_gets_no_body(api):
    wrong_method = api.client.put("/v3/payments", auth=("506751", "test_secret-of-the-shop"))
    assert (wrong_method.status_code, wrong_method.data) == (405, b"")
    wrong_type = api.client.post(
        "/v3/payments",
        data="amount=1",
        headers={"Idempotence-Key": "k"},
        auth=("506751", "test_secret-of-the-shop"),
    )
    assert (wrong_type.status_code, wrong_type.data) == (415, b"")


def test_health_asks_for_nothing(api):
    assert api.client.get("/healthz").status_code == 200


def test_the_smallest_settings_are_a_shop_and_its_secret():
    assert Settings("1", "secret").webhook_url is None
