"""Redis gone: who looks at books and orders notices no more than a missing number on the cart."""

import re
import secrets
from urllib.parse import urlsplit

import pytest
from redis import Redis

from shop.web.counting import REST
from tests import markup
from tests.guards.test_limits import WRITTEN
from tests.plain_client import PERSON
from tests.views.every_page import WITHOUT_STORES, visit
from tests.visitor import Visitor

CLOSED = {
    *("cart", "checkout", "checkout from the address book"),
    *("login", "register", "forgotten"),
}


def badge(answer) -> list[str]:
    return [markup.text(e) for e in markup.with_class(markup.page(answer), "badge")]


def assert_told(answer) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    for secret in ("redis", "ConnectionError", "Traceback", "127.0.0.1"):
        assert secret not in answer.text


@pytest.mark.parametrize("name", WITHOUT_STORES)
def test_only_what_needs_a_cart_or_counts_attempts_is_closed(shop, backstage, name):
    visitor, path = visit(shop.app, backstage, name)
    shop.redis.cut()
    whole, part = visitor.get(path), visitor.get(path, htmx=True)
    if name in CLOSED:
        assert_told(whole)
        assert_told(part)
        assert part.headers["HX-Retarget"] == "#notices"
    else:
        assert (whole.status_code, part.status_code) == (200, 200)
        assert badge(whole) == []
    shop.redis.mend()
    again = visitor.get(path)
    assert again.status_code == 200
    # The cart is as it was; staff pages have no badge, nor has the page that asks no store.
    assert badge(again) == ([] if name.startswith(("staff", "status")) else ["1"])


@pytest.mark.parametrize("path", ["/cart", "/checkout"])
def test_who_has_no_cart_yet_is_told_too(shop, path):
    shop.redis.cut()
    assert_told(shop.visitor().get(path))


POSTS = [
    ("/cart/items", {"quantity": "1"}),
    ("/cart/items/{book_id}", {"quantity": "2"}),
    ("/cart/items/{book_id}", {"quantity": "0"}),
    ("/cart/items/{book_id}/restore", {}),
    ("/checkout", {**PERSON, "checkout_key": "k" * 24, "total_pickup": "500.00"}),
    ("/login", {"email": "a@example.org", "password": "x"}),
]


@pytest.mark.parametrize(("path", "form"), POSTS)
def test_a_form_that_needs_it_is_not_taken(shop, backstage, path, form):
    visitor, book = shop.visitor(), backstage.book()
    backstage.shipping()
    visitor.post("/cart/items", {"book_id": book.id})
    shop.redis.cut()
    for htmx in (False, True):
        typed = {"book_id": book.id, **form}
        assert_told(visitor.post(path.format(book_id=book.id), typed, htmx=htmx))
    shop.redis.mend()
    field = markup.by_id(markup.page(visitor.get("/cart")), f"quantity-{book.id}")
    assert field.get("value") == "1"
    assert backstage.orders() == []


GUESSED = [route for route, name in WRITTEN.items() if name in ("login", "refresh")]


@pytest.mark.parametrize("route", GUESSED)
def test_whatever_can_be_guessed_is_refused_while_nobody_counts(shop, route):
    """On pages and in the API; before anything that was sent is looked at."""
    method, path = re.sub(r"<.*?>", "1", route).split()
    shop.redis.cut()
    answer = shop.visitor().call(method, path)
    assert_told(answer)
    assert answer.is_json == path.startswith("/api/")
    shop.redis.mend()
    assert shop.visitor().call(method, path).status_code in (303, 400, 401, 415, 422)


def test_a_stale_form_is_still_offered_again(shop):
    visitor = shop.visitor()
    shop.redis.cut()
    answer = visitor.send("/cart/items", {"book_id": "1"})
    assert answer.status_code == 400
    assert visitor.form(answer, "/cart/items").fields["book_id"] == "1"


def test_an_order_that_was_placed_is_paid_without_it(shop, backstage):
    """From the link of the mail to the paid order, webhook included."""
    visitor, order = shop.visitor(), backstage.order()
    link = backstage.order_link(order)
    shop.redis.cut()
    page = visitor.get(visitor.get(link).location)
    answer = visitor.submit(page, "/pay")
    assert answer.status_code == 303
    assert "/checkout/" in answer.location
    body = {"event": "payment.succeeded", "object": {"id": backstage.hold(order)}}
    webhook = "/api/v1/payments/yookassa/webhook"
    assert visitor.client.post(webhook, json=body).status_code == 200
    assert backstage.state(order) == "paid"


def test_staff_go_on_working(shop, backstage):
    order = backstage.paid()
    clerk = Visitor(shop.app, backstage.user("admin"))
    shop.redis.cut()
    assert clerk.post(f"/admin/orders/{order.number}/pack").status_code == 303
    assert clerk.post("/logout").status_code == 303
    assert backstage.state(order) == "packing"


@pytest.mark.parametrize("path", ["/api/v1/books", "/healthz", "/readyz", "/sitemap.xml"])
def test_programs_are_answered(shop, backstage, path):
    backstage.book()
    backstage.shipping()
    shop.redis.cut()
    assert shop.visitor().get(path).status_code == 200


@pytest.mark.parametrize("trouble", ["cut", "silence"])
def test_pages_go_on_uncounted_and_leave_it_alone_for_a_while(shop, redis_url, caplog, trouble):
    """What hangs would cost each of them a wait; one of them has found out, and the log has it."""
    visitor, rest = shop.visitor(), shop.app.extensions[REST]
    rest.begin(0)
    getattr(shop.redis, trouble)()
    assert [visitor.get(path).status_code for path in ("/", "/terms", "/api/v1/books")] == [200] * 3
    told = [record for record in caplog.records if record.name == "shop.web.counting"]
    assert [record.levelname for record in told] == ["WARNING"]
    shop.redis.mend()
    assert visitor.get("/books").status_code == 200
    with Redis.from_url(redis_url) as store:
        assert list(store.scan_iter("limit:*/searching/*")) == []
        rest.begin(0)
        assert visitor.get("/books").status_code == 200
        assert len(list(store.scan_iter("limit:*/searching/*"))) == 1


def test_programs_are_told_of_no_limit_that_nobody_counts(shop):
    shop.redis.cut()
    answer = shop.visitor().get("/api/v1/books")
    assert not [name for name, _ in answer.headers if name.startswith("RateLimit")]


def test_a_redis_that_takes_no_more_closes_no_page_but_the_login(backstage, other_shop, redis_url):
    """It answers, with an error, as one does whose disk is full."""
    reader = secrets.token_hex(8)
    with Redis.from_url(redis_url) as store:
        store.acl_setuser(reader, enabled=True, nopass=True, keys=["*"], categories=["+@read"])
        url = urlsplit(redis_url)
        weak = url._replace(netloc=f"{reader}:x@{url.hostname}:{url.port}").geturl()
        visitor = Visitor(other_shop(redis_url=weak))
        assert visitor.get("/terms").status_code == 200
        assert_told(visitor.send("/login", {"email": "a@example.org"}))
        store.acl_deluser(reader)


def test_one_that_hangs_is_given_up_on(shop, backstage):
    visitor, path = visit(shop.app, backstage, "home")
    shop.redis.silence()
    answer = visitor.get(path)
    assert (answer.status_code, badge(answer)) == (200, [])
    shop.redis.mend()
    assert badge(visitor.get(path)) == ["1"]


def test_a_cart_that_cannot_be_emptied_does_not_undo_the_order(shop, backstage, monkeypatch):
    """Redis goes after the order was placed; bought again, the cart would be a second order."""
    visitor = shop.visitor()
    backstage.shipping()
    visitor.post("/cart/items", {"book_id": backstage.book().id})
    form = visitor.get("/checkout")
    carts = shop.app.extensions["services"].cart
    take_out = carts.take_out

    def cut_and_take_out(*bought: object) -> None:
        shop.redis.cut()
        take_out(*bought)

    monkeypatch.setattr(carts, "take_out", cut_and_take_out)
    answer = visitor.submit(form, "checkout", **PERSON)
    assert answer.status_code == 303
    shop.redis.mend()
    # The same form again is the same order.
    monkeypatch.undo()
    assert visitor.submit(form, "checkout", **PERSON).location == answer.location
    assert len(backstage.orders()) == 1


def test_a_customers_cart_is_there_though_redis_came_back_empty(shop, backstage, redis_url):
    """It forgot who was logged in as well: they log in anew."""
    user = backstage.user()
    customer = Visitor(shop.app, user)
    book = backstage.book(title="Persuasion")
    customer.post("/cart/items", {"book_id": book.id, "quantity": 2})
    with Redis.from_url(redis_url) as lost:
        lost.flushdb()
    assert customer.get("/account").location.startswith("/login")
    customer = Visitor(shop.app, user)
    assert badge(customer.get("/")) == ["2"]
    assert "Persuasion" in customer.get("/cart").text
