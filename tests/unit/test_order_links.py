"""The link that opens an order for a guest."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from shop.models import Order
from shop.models.columns import utcnow
from shop.services.order_links import OrderLinks

NEW, OLD = "the key of today, which signs", "the key of last year, which is read"


def links(*keys: str, locale: str = "en") -> OrderLinks:
    return OrderLinks(keys or (NEW,), "https://shop.example", locale)


def order(number: str = "2345-6789", locale: str = "en", days_ago: float = 0) -> Order:
    return Order(number=number, locale=locale, updated_at=utcnow() - timedelta(days=days_ago))


def token(url: str) -> str:
    return parse_qs(urlsplit(url).query)["token"][0]


def test_a_link_opens_its_order():
    assert links().opens(token(links().url(order())), order())
    assert links().opens(token(links().return_url(order())), order())


def test_a_link_opens_no_other_order():
    assert not links().opens(token(links().url(order("2345-6789"))), order("2345-678A"))


@pytest.mark.parametrize("days", [89.9, 90.1, 400])
def test_a_link_opens_for_ninety_days_after_the_last_change(days):
    assert links().opens(token(links().url(order())), order(days_ago=days)) is (days < 90)


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_link_that_was_changed_opens_nothing(place):
    good = token(links().url(order()))
    letters = list(good)
    letters[place] = "A" if letters[place] != "A" else "B"
    assert not links().opens("".join(letters), order())


@pytest.mark.parametrize(
    "wrong", ["", ".", "2345-6789", "é", "\x00", "a" * 10_000, '"2345-6789".x', "a.b.c"]
)
def test_nonsense_opens_nothing(wrong):
    assert not links().opens(wrong, order())


def test_a_link_of_another_shop_opens_nothing():
    assert not links().opens(token(links("a key of somebody else").url(order())), order())


def test_after_a_change_of_keys_old_links_open_and_new_ones_are_signed_anew():
    old = token(links(OLD).url(order()))
    both = links(OLD, NEW)
    assert both.opens(old, order())
    assert not links(NEW).opens(old, order())
    assert links(NEW).opens(token(both.url(order())), order())


@pytest.mark.parametrize(
    ("locale", "default", "page"),
    [
        ("en", "en", "https://shop.example/orders/2345-6789"),
        ("ru", "en", "https://shop.example/ru/orders/2345-6789"),
        ("ru", "ru", "https://shop.example/orders/2345-6789"),
    ],
)
def test_a_link_leads_to_the_page_in_the_language_of_the_order(locale, default, page):
    assert links(locale=default).url(order(locale=locale)).startswith(f"{page}?token=")
    assert links(locale=default).return_url(order(locale=locale)).startswith(f"{page}/return?")
