"""The shop's own lists, publishers and series as pages: addresses, pages, empty states."""

import pytest

from shop.models import BookSales
from tests import factories, markup

LISTS = ("/new", "/coming", "/discounted", "/bestsellers")


@pytest.fixture
def many(backstage):
    """Thirty-six books of one publisher and one series, on every list but the coming ones."""
    press, series = factories.publisher("Red & Black"), factories.series("Great <books>")
    books = [
        factories.book(
            title=f"Volume {n:02}",
            publisher=press,
            series=series,
            series_number=n,
            discount_percent=10,
        )
        for n in range(1, 37)
    ]
    first = backstage.save(*books)
    backstage.save(*(BookSales(book_id=book.id, copies=5) for book in books))
    return first


def cards(answer) -> list[str]:
    return [markup.text(e) for e in markup.with_class(markup.parse(answer.text), "card__title")]


def addresses(book) -> list[str]:
    return [
        f"/publishers/{book.publisher.slug}-{book.publisher.id}",
        f"/series/{book.series.slug}-{book.series.id}",
    ]


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list_says_so_and_leads_on(visitor, path):
    for prefix in ("", "/ru"):
        tree = markup.page(visitor.get(prefix + path))
        (empty,) = markup.with_class(tree, "empty")
        (onward,) = markup.hrefs(empty)
        assert onward.startswith(f"{prefix}/")
        assert visitor.get(onward).status_code == 200


def test_lists_are_leafed_through(visitor, many):
    for path in (*(path for path in LISTS if path != "/coming"), *addresses(many)):
        first, second = visitor.get(path), visitor.get(f"{path}?page=2")
        assert (len(cards(first)), len(cards(second))) == (30, 6), path
        assert not set(cards(first)) & set(cards(second))
        assert f"{path}?page=2" in markup.hrefs(markup.page(first))
        # The first page has one address.
        assert path in markup.hrefs(markup.page(second))
        beyond = visitor.get(f"{path}?page=9")
        assert (beyond.status_code, cards(beyond)) == (200, [])
        assert "There is no page 9 here." in beyond.text
        for page in ("x", "-1", "0", "99999999999999999999"):
            assert visitor.get(f"{path}?page={page}").status_code == 200


def test_a_series_tells_the_numbers(visitor, many):
    numbers = markup.with_class(markup.page(visitor.get(addresses(many)[1])), "grid__number")
    assert [markup.text(number) for number in numbers][:2] == ["No. 1", "No. 2"]


def test_an_old_or_mistyped_name_leads_to_the_right_address(visitor, many, backstage):
    author = backstage.save(factories.author())
    for right in (*addresses(many), f"/authors/{author.slug}-{author.id}"):
        kind, _, rest = right.removeprefix("/").partition("/")
        number = rest.rpartition("-")[2]
        for prefix in ("", "/ru"):
            answer = visitor.get(f"{prefix}/{kind}/an-old-name-{number}")
            assert (answer.status_code, answer.location) == (301, prefix + right)
        assert visitor.get(f"/{kind}/x-999999").status_code == 404


def test_the_shop_window_and_the_footer_lead_to_the_lists(visitor, many):
    home = markup.page(visitor.get("/"))
    in_window = {href for shelf in markup.with_class(home, "shelf") for href in markup.hrefs(shelf)}
    assert {"/new", "/discounted", "/bestsellers"} <= in_window
    (footer,) = list(home.iter("footer"))
    assert set(LISTS) <= set(markup.hrefs(footer))
