"""YooKassa's notifications: a hint from a known sender, after which YooKassa itself is asked."""

import json

import pytest

from dev.yookassa_sandbox.testing import control, state
from tests.rivals import at_once
from tests.visitor import Visitor

WEBHOOK = "/api/v1/payments/yookassa/webhook"


def notification(payment_id: str, event: str = "payment.waiting_for_capture", **claims) -> dict:
    return {"type": "notification", "event": event, "object": {"id": payment_id, **claims}}


def notify(visitor, payment_id: str, sender: str | None = None, **options):
    environ = {"REMOTE_ADDR": sender} if sender else {}
    return visitor.client.post(
        WEBHOOK, json=notification(payment_id), environ_overrides=environ, **options
    )


def test_a_payment_is_settled(visitor, backstage, sandbox):
    order = backstage.order()
    payment_id = backstage.hold(order)
    answer = notify(visitor, payment_id)
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    assert backstage.state(order) == "paid"
    assert state(sandbox)["objects"][payment_id]["capture_payment"] == 1


def test_the_same_news_twenty_times_at_once_take_the_money_once(app, backstage, sandbox):
    order = backstage.order()
    payment_id = backstage.hold(order)
    answers = at_once(app, 20, lambda _: notify(Visitor(app), payment_id).status_code)
    assert answers == [200] * 20
    order = backstage.reread(order)
    assert str(order.state) == "paid"
    assert state(sandbox)["objects"][payment_id]["capture_payment"] == 1
    assert [event.kind for event in order.events].count("paid") == 1
    with backstage.services() as services:
        # One mail for placing, one for paying; the capture is done already.
        assert services.outbox.deliver_due() <= 3
    assert state(sandbox)["objects"][payment_id]["capture_payment"] == 1


def test_a_body_that_lies_changes_nothing(visitor, backstage):
    """It says paid, for more, for another order; YooKassa says that nobody has paid."""
    order, other = backstage.order(), backstage.order()
    with backstage.services() as services:
        payment_id = services.payments.start(order.number).provider_payment_id
    claims = {
        "status": "succeeded",
        "paid": True,
        "amount": {"value": "1000000.00", "currency": "RUB"},
        "metadata": {"order_number": other.number},
    }
    body = notification(payment_id, "payment.succeeded", **claims)
    assert visitor.client.post(WEBHOOK, json=body).status_code == 200
    assert {backstage.state(order), backstage.state(other)} == {"pending_payment"}


def test_a_payment_that_is_not_the_shops_is_not_found(visitor):
    answer = notify(visitor, "2d9b0a1c-000f-5000-8000-000000000000")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.get_json()["code"] == "not_found"


@pytest.mark.parametrize("sender", ["8.8.8.8", "127.0.0.2", "::1", "2a02:5180::1"])
def test_an_unknown_sender_is_refused(visitor, backstage, sender):
    order = backstage.order()
    answer = notify(visitor, backstage.hold(order), sender)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    assert backstage.state(order) == "pending_payment"


FORGED = [
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-For": "127.0.0.1, 127.0.0.1"},
    {"X-Real-IP": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1"},
    {"X-Client-IP": "127.0.0.1"},
]


@pytest.mark.parametrize("headers", FORGED)
def test_nobody_says_of_themselves_where_they_come_from(visitor, backstage, headers):
    payment_id = backstage.hold(backstage.order())
    assert notify(visitor, payment_id, "8.8.8.8", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        ("127.0.0.1", 200),
        # What the proxy itself saw is the last one.
        ("8.8.8.8, 127.0.0.1", 200),
        ("127.0.0.1, 8.8.8.8", 403),
        ("unknown", 403),
        ("127.0.0.1:443", 403),
        ("", 403),
    ],
)
def test_behind_a_trusted_proxy_its_word_counts(backstage, other_shop, forwarded, status):
    visitor = Visitor(other_shop(trusted_proxies=1))
    payment_id = backstage.hold(backstage.order())
    answer = notify(visitor, payment_id, "10.0.0.1", headers={"X-Forwarded-For": forwarded})
    assert answer.status_code == status


def test_the_networks_of_yookassa_are_known_out_of_the_box(backstage, other_shop):
    settings = other_shop(yookassa_webhook_senders="185.71.76.0/27,2a02:5180::/32")
    visitor = Visitor(settings)
    payment_id = backstage.hold(backstage.order())
    for sender, status in (("185.71.76.31", 200), ("2a02:5180::9", 200), ("185.71.76.32", 403)):
        assert notify(visitor, payment_id, sender).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"payment.succeeded"',
        b"{}",
        b'{"event": "payment.succeeded"}',
        b'{"event": "payment.succeeded", "object": null}',
        b'{"event": "payment.succeeded", "object": {"id": 7}}',
        b'{"event": "payment.succeeded", "object": {"id": ""}}',
        b'{"event": null, "object": {"id": "x"}}',
        b'{"event": "payment.succeeded", "object": {"id": "\\ud800"}}',
        b"\xff\xfe",
        b'{"event": "payment.succeeded", "object": {"id": "' + b"x" * 100_000 + b'"}}',
        b"[" * 100_000,
    ],
    ids=lambda body: ascii(body[:40]),
)
def test_what_is_no_notification_is_refused(visitor, body):
    answer = visitor.client.post(WEBHOOK, data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.get_json()["code"] == "bad_request"


@pytest.mark.parametrize("payment_id", ["..", "../refunds", "a/b", "a?b=c", "%2e%2e", "\x00", "#"])
def test_nobody_outside_chooses_the_address_that_yookassa_is_asked_at(visitor, payment_id):
    assert notify(visitor, payment_id).status_code == 400


@pytest.mark.parametrize("event", ["deal.closed", "payout.succeeded", "x"])
def test_other_news_are_taken_and_change_nothing(visitor, backstage, event):
    order = backstage.order()
    body = notification(backstage.hold(order), event)
    assert visitor.client.post(WEBHOOK, json=body).status_code == 200
    assert backstage.state(order) == "pending_payment"


def test_the_content_type_does_not_matter(visitor, backstage):
    order = backstage.order()
    text = json.dumps(notification(backstage.hold(order)))
    answer = visitor.client.post(WEBHOOK, data=text, content_type="text/plain")
    assert answer.status_code == 200
    assert backstage.state(order) == "paid"


def test_the_sender_is_looked_at_before_the_body(visitor):
    answer = visitor.client.post(WEBHOOK, data=b"{", environ_overrides={"REMOTE_ADDR": "8.8.8.8"})
    assert answer.status_code == 403


def test_money_that_is_held_waits_when_taking_it_fails(visitor, backstage, sandbox):
    order = backstage.order()
    payment_id = backstage.hold(order)
    control(sandbox, fail_before=1)
    assert notify(visitor, payment_id).status_code == 200
    assert backstage.state(order) == "pending_payment"
    assert str(backstage.reread(order).payment.status) == "authorised"
    # The next news, or the outbox, takes it.
    assert notify(visitor, payment_id).status_code == 200
    assert backstage.state(order) == "paid"


def test_it_needs_no_token_and_nothing_else_goes_without(visitor):
    assert notify(visitor, "nothing").status_code == 404
    for path in ("/cart/items", "/login", "/logout", "/checkout"):
        assert visitor.client.post(path, json=notification("x")).status_code == 400


def test_it_opens_no_session(visitor, backstage):
    answer = notify(visitor, backstage.hold(backstage.order()))
    assert "Set-Cookie" not in answer.headers
