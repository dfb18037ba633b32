"""Headers and cookies that browsers hold the shop to."""

from http.cookies import SimpleCookie

import pytest

from shop.config import YOOKASSA_API
from tests.backstage import Backstage
from tests.visitor import Visitor

PRODUCTION = {
    "environment": "production",
    "public_url": "https://shop.example",
    "mail_url": "smtp://127.0.0.1:1",
    "yookassa_api_url": YOOKASSA_API,
}
EVERYWHERE = ["/", "/books", "/cart", "/nothing", "/healthz", "/api/v1/books", "/robots.txt"]


@pytest.fixture
def production(other_shop):
    return other_shop(**PRODUCTION)


def directives(policy: str) -> dict[str, list[str]]:
    return {name: rest for name, *rest in (part.split() for part in policy.split(";"))}


def cookie(answer, name):
    """The cookie that an answer sets, with its attributes."""
    found = SimpleCookie()
    for line in answer.headers.getlist("Set-Cookie"):
        found.load(line)
    return found[name]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_has_the_security_headers(visitor, path):
    headers = visitor.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = directives(headers["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert not [name for name in policy if {"'unsafe-inline'", "'unsafe-eval'"} & {*policy[name]}]


def test_only_pages_that_lead_to_a_bank_let_a_form_go_elsewhere(visitor, backstage, config):
    order = backstage.order()
    visitor.get(backstage.order_link(order))
    for path in ("/checkout", f"/orders/{order.number}"):
        policy = directives(visitor.get(path).headers["Content-Security-Policy"])
        assert policy["form-action"][:2] == ["'self'", "https:"]
        assert config.yookassa_api_url.startswith(policy["form-action"][2])


def test_a_page_is_kept_by_no_cache_on_the_way(visitor):
    assert visitor.get("/").headers["Cache-Control"] == "private, no-cache"


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(visitor, backstage):
    answer = visitor.post("/cart/items", {"book_id": backstage.book().id})
    for name in ("cart", "session"):
        found = cookie(answer, name)
        assert found["httponly"]
        assert found["samesite"] == "Lax"
        assert found["path"] == "/"
        assert not found["secure"]


def test_in_production_cookies_travel_over_https_only(production):
    visitor = Visitor(production, url="https://shop.example")
    book = Backstage(production).book()
    answer = visitor.post("/cart/items", {"book_id": book.id})
    assert answer.status_code == 303
    assert cookie(answer, "cart")["secure"]
    assert cookie(answer, "session")["secure"]
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_over_https_a_post_says_which_page_it_came_from(production):
    visitor = Visitor(production, url="https://shop.example")
    form = {"csrf_token": visitor.token()}
    for referer in ("https://elsewhere.example/", ""):
        assert visitor.send("/logout", form, headers={"Referer": referer}).status_code == 400
    assert visitor.send("/logout", form).status_code == 303


def test_without_https_nothing_promises_it(visitor):
    assert "Strict-Transport-Security" not in visitor.get("/").headers


def test_mails_of_a_developers_shop_are_not_there_in_production(production, visitor):
    assert visitor.get("/dev/mail").status_code == 200
    assert Visitor(production, url="https://shop.example").get("/dev/mail").status_code == 404


BUCKET = {
    "s3_bucket": "pictures",
    "s3_endpoint_url": "https://s3.example/",
    "s3_access_key_id": "shop",
    "s3_secret_access_key": "a secret that only tests know",
}


@pytest.mark.parametrize(
    ("settings", "from_where"),
    [
        ({}, []),
        (BUCKET, ["https://s3.example"]),
        (BUCKET | {"s3_public_url": "https://cdn.example/books"}, ["https://cdn.example"]),
    ],
    ids=["folder", "signed", "cdn"],
)
def test_pictures_come_from_where_they_are_kept_and_nowhere_else(other_shop, settings, from_where):
    shop = Visitor(other_shop(**settings))
    for path in ("/", "/checkout"):
        policy = directives(shop.get(path).headers["Content-Security-Policy"])
        assert policy["img-src"] == ["'self'", "data:", *from_where]
