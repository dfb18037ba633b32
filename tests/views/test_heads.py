"""What stands in the head of pages: titles, descriptions, canonical addresses, cards to share."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests import factories, markup
from tests.views.every_page import EVERY_PAGE, PREFIXES, picture

INDEXED = (
    "home",
    "catalogue",
    "author",
    "category",
    "book",
    "publisher",
    "series",
    "new",
    "coming",
)


def head(answer) -> tuple[dict[str, str], str | None, str]:
    """Meta elements by name, the canonical address, the title."""
    tree = markup.page(answer)
    named = {e.get("name") or e.get("property"): e.get("content") for e in tree.iter("meta")}
    canonical = [e.get("href") for e in tree.iter("link") if e.get("rel") == "canonical"]
    return named, canonical[0] if canonical else None, markup.text(next(tree.iter("title")))


def test_each_kind_of_page_has_a_title_and_a_description_of_its_own(walked):
    for prefix in PREFIXES:
        titles, descriptions = [], []
        for name in (*INDEXED, "discounted", "bestsellers", "shelf"):
            named, _, title = head(walked[prefix, name].wholes[0])
            titles.append(title)
            descriptions.append(named["description"])
            assert 10 < len(named["description"]) <= 200, name
        for found in (titles, descriptions):
            assert all(a != b for a, b in pairwise(sorted(found))), sorted(found)


def test_a_later_page_says_so_in_its_title_and_is_canonical_itself(visitor, backstage):
    backstage.save(*(factories.book() for _ in range(36)))
    for path in ("/books", "/new"):
        (_, first, title), (_, second, later) = (
            head(visitor.get(path)),
            head(visitor.get(f"{path}?page=2")),
        )
        assert (first, second) == (f"http://localhost{path}", f"http://localhost{path}?page=2")
        assert title != later
        assert ", page 2 · " in later


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/books?utm_source=x", "/books"),
        ("/books?category=prose", "/categories/prose"),
        ("/books?category=prose&price_to=900&sort=price", "/categories/prose"),
        ("/categories/prose?page=1", "/categories/prose"),
        ("/books?author={author}", "/authors/{slug}-{author}"),
        ("/books?author={author}&category=prose", "/books"),
        ("/books?language=en", "/books"),
        ("/books?q=Emma", None),
        ("/new?utm_source=x", "/new"),
    ],
)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_filters_and_what_others_hang_on_lead_to_the_clean_address(
    visitor, backstage, asked, canonical, prefix
):
    author = factories.author()
    backstage.book(authors=[author], categories=[factories.category("prose")])
    facts = {"author": author.id, "slug": author.slug}
    answer = visitor.get(prefix + asked.format(**facts))
    named, found, _ = head(answer)
    expected = canonical and f"http://localhost{prefix}{canonical.format(**facts)}"
    assert found == expected
    assert ("noindex" in named.get("robots", "")) is (canonical is None)
    # What stands in the other language is the same page.
    links = markup.page(answer).iter("link")
    alternates = {e.get("hreflang"): e.get("href") for e in links if e.get("hreflang")}
    assert alternates["ru" if prefix else "en"] == expected or canonical is None
    assert alternates["x-default"] == alternates["en"]


def test_a_book_is_shared_with_its_cover_and_its_price(visitor, backstage):
    book = backstage.book(title='Emma "&" <Co>', images=[picture()], discount_percent=10)
    named, canonical, _ = head(visitor.get(f"/ru/books/{book.slug}-{book.id}"))
    assert named["og:title"] == f'Emma "&" <Co>, {book.author_names}'
    assert (named["og:type"], named["og:url"]) == ("book", canonical)
    assert (named["og:locale"], named["og:locale:alternate"]) == ("ru_RU", "en_GB")
    assert named["og:image"] == f"http://localhost/media/sizes/ab/{0:032}/360.jpg"
    assert (named["og:image:width"], named["og:image:height"]) == ("360", "540")
    assert "Emma" in named["og:image:alt"]
    assert named["og:description"] == named["description"]
    assert named["twitter:card"] == "summary_large_image"
    price = ("450.00", "RUB", "in stock")
    assert price == tuple(
        named[f"product:{name}"] for name in ("price:amount", "price:currency", "availability")
    )


def test_what_has_no_picture_is_shared_with_the_shops(visitor):
    named, _, _ = head(visitor.get("/"))
    path = named["og:image"].removeprefix("http://localhost")
    assert visitor.get(path, buffered=True).status_code == 200
    assert named["twitter:card"] == "summary"


def test_addresses_come_from_the_configuration_and_not_from_the_request(visitor, backstage):
    book = backstage.book()
    path = f"/books/{book.slug}-{book.id}"
    for each in (path, "/", "/new", "/sitemap.xml", "/feeds/new.atom", "/opensearch.xml"):
        answer = visitor.get(each, headers={"Host": "elsewhere.example"})
        assert "elsewhere.example" not in answer.text


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_somebodys_pages_have_no_canonical_address(walked, name):
    place = EVERY_PAGE[name]
    named, canonical, _ = head(walked["", name].wholes[0])
    if place.role is not None or "noindex" in named.get("robots", ""):
        assert canonical is None
