"""PostgreSQL gone: a clear 503 wherever it is needed, and the shop is back when it is."""

import pytest

from tests import markup
from tests.plain_client import PERSON
from tests.views.every_page import WITHOUT_STORES, visit
from tests.visitor import HTMX, Visitor

# They ask for a password, or show what was sent: nothing on them is in the database.
OPEN = {"login", "mails", "mail"}
# Forms and words that ask nothing; whoever sends a form is told.
OPEN |= {"registered", "confirm", "move", "forgotten", "asked"}
# It tells of it.
OPEN |= {"status"}


def assert_told(answer) -> None:
    """A 503 that says when to come again and nothing of what is behind it."""
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"
    for secret in ("psycopg", "sqlalche", "OperationalError", "Traceback", "127.0.0.1"):
        assert secret not in answer.text


@pytest.mark.parametrize("name", WITHOUT_STORES)
def test_every_page_says_so_and_is_back_by_itself(shop, backstage, name):
    visitor, path = visit(shop.app, backstage, name)
    shop.postgres.cut()
    whole, part = visitor.get(path), visitor.get(path, htmx=True)
    if name in OPEN:
        assert (whole.status_code, part.status_code) == (200, 200)
    else:
        assert_told(whole)
        assert markup.page(whole).find(".//h1") is not None
        assert_told(part)
        assert part.headers["HX-Retarget"] == "#notices"
    shop.postgres.mend()
    assert visitor.get(path).status_code == 200


POSTS = [
    ("/cart/items", {"book_id": "1"}),
    ("/cart/items/1", {"quantity": "2"}),
    ("/checkout", {**PERSON, "checkout_key": "k" * 24, "total_pickup": "500.00"}),
    ("/login", {"email": "a@example.org", "password": "x"}),
    ("/orders/ABCD-2345/pay", {}),
]


@pytest.mark.parametrize(("path", "form"), POSTS)
def test_a_form_is_not_taken_and_nothing_is_half_done(shop, backstage, path, form):
    visitor, _ = visit(shop.app, backstage, "cart")
    shop.postgres.cut()
    assert_told(visitor.post(path, form))
    assert_told(visitor.post(path, form, htmx=True))
    shop.postgres.mend()
    # One order is of the scene.
    assert len(backstage.orders()) == 1
    assert len(markup.with_class(markup.page(visitor.get("/cart")), "cart-line")) == 1


def test_the_form_that_failed_goes_through_when_it_is_sent_again(shop, backstage):
    visitor = shop.visitor()
    backstage.shipping()
    visitor.post("/cart/items", {"book_id": backstage.book().id})
    form = visitor.get("/checkout")
    shop.postgres.cut()
    assert_told(visitor.submit(form, "checkout", **PERSON))
    shop.postgres.mend()
    assert visitor.submit(form, "checkout", **PERSON).status_code == 303
    assert len(backstage.orders()) == 1


@pytest.mark.parametrize("path", ["/api/v1/books", "/api/v1/books/1"])
def test_the_api_says_so_in_its_own_way(shop, path):
    visitor = shop.visitor()
    shop.postgres.cut()
    answer = visitor.get(path)
    assert_told(answer)
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["code"] == "unavailable"


def test_yookassa_is_told_to_come_again(shop, backstage):
    order = backstage.order()
    body = {"event": "payment.succeeded", "object": {"id": backstage.hold(order)}}
    webhook = "/api/v1/payments/yookassa/webhook"
    client = shop.visitor().client
    shop.postgres.cut()
    assert_told(client.post(webhook, json=body))
    shop.postgres.mend()
    assert client.post(webhook, json=body).status_code == 200
    assert backstage.state(order) == "paid"


def test_staff_pages_say_so_too(shop, backstage):
    order = backstage.paid()
    clerk = Visitor(shop.app, backstage.user("admin"))
    clerk.token()
    shop.postgres.cut()
    for path in ("/admin/orders", f"/admin/orders/{order.number}", "/admin/books"):
        assert_told(clerk.get(path))
    assert_told(clerk.post(f"/admin/orders/{order.number}/pack"))
    shop.postgres.mend()
    assert backstage.state(order) == "paid"


def test_other_mistakes_stay_what_they_are(shop, backstage):
    """An error page that would ask the database who is logged in does without."""
    customer = Visitor(shop.app, backstage.user())
    customer.token()
    shop.postgres.cut()
    assert customer.get("/nothing").status_code == 404
    assert customer.get("/nothing", headers=HTMX).status_code == 404
    assert customer.get("/logout").status_code == 405
    assert customer.post("/logout", headers={"Origin": "https://elsewhere"}).status_code == 403


def test_a_stale_form_of_somebody_logged_in_is_told_of_the_trouble(shop, backstage):
    customer = Visitor(shop.app, backstage.user())
    shop.postgres.cut()
    assert_told(customer.send("/cart/items", {"book_id": "1"}))


def test_the_process_is_alive_and_not_ready(shop, backstage):
    backstage.shipping()
    visitor = shop.visitor()
    assert visitor.get("/readyz").status_code == 200
    shop.postgres.cut()
    assert visitor.get("/healthz").status_code == 200
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.get_json()["parts"]) == (503, {"postgresql": False})
    shop.postgres.mend()
    assert visitor.get("/readyz").status_code == 200
