"""The one address of a catalogue page, whatever filters, sorting and page it was asked with."""

import pytest

from shop.web.canonical import Canonical, of_catalogue, of_list, with_page

OWN = {
    "category": "/categories/prose",
    "author": "/authors/austen-1",
    "publisher": "/publishers/x-2",
}


def canonical(page=1, is_sorted=False, **active) -> Canonical:
    own = {name: path for name, path in OWN.items() if name in active}
    return of_catalogue(active, page, 3, is_sorted=is_sorted, own=own, all_books="/books")


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({}, "/books"),
        ({"page": 3}, "/books?page=3"),
        ({"page": 3, "is_sorted": True}, "/books"),
        ({"category": "prose"}, "/categories/prose"),
        ({"category": "prose", "page": 2}, "/categories/prose?page=2"),
        ({"category": "prose", "page": 2, "is_sorted": True}, "/categories/prose"),
        ({"category": "prose", "price_to": "500", "page": 2}, "/categories/prose"),
        ({"author": "1"}, "/authors/austen-1"),
        ({"author": "1", "in_stock": "1"}, "/authors/austen-1"),
        ({"publisher": "x", "language": "ru"}, "/publishers/x-2"),
        ({"author": "1", "category": "prose", "page": 2}, "/books"),
        ({"language": "ru", "page": 2}, "/books"),
        ({"series": "a series without a page here"}, "/books"),
    ],
)
def test_a_page_is_known_under_the_nearest_clean_address(asked, path):
    assert canonical(**asked) == Canonical(path)


@pytest.mark.parametrize("asked", [{"q": "war"}, {"q": "war", "category": "prose"}])
def test_what_was_searched_for_is_not_kept_and_its_links_are_followed(asked):
    assert canonical(**asked) == Canonical(None, "noindex, follow")


def test_a_page_after_the_last_is_not_kept():
    assert canonical(page=4) == Canonical("/books?page=4", "noindex")
    assert canonical(page=4, category="prose", language="ru") == Canonical("/categories/prose")


def test_a_list_keeps_its_pages_apart_and_has_none_after_the_last():
    assert with_page("/new", 1) == "/new"
    assert of_list("/new", 2, 3) == Canonical("/new?page=2")
    assert of_list("/new", 4, 3) == Canonical("/new?page=4", "noindex")
