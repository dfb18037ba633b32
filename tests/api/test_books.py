"""GET /api/v1/books and /api/v1/books/<id>: exactly the shapes of DESIGN §4."""

import pytest

from shop.models import BookContributor, BookFormat, ContributorRole, Image, RoleCode
from tests import factories
from tests.visitor import Visitor

BOOK = {
    *("id", "isbn", "sku", "slug", "url", "title", "subtitle", "authors", "contributors"),
    *("publisher", "series", "categories", "language", "format", "published_year", "pages"),
    *("age_mark", "description", "price", "list_price", "discount_percent", "in_stock", "cover"),
    *("weight_grams", "released_on"),
}
NAMED = {"id", "name", "slug"}


@pytest.fixture
def book(backstage):
    """A book with everything that a book can have."""
    cover = Image(
        key=f"ab/{'0' * 64}.png",
        media_type="image/png",
        width=800,
        height=1200,
    )
    cover.show(f"sizes/ab/{'0' * 32}", [180, 800], "#336699", 800, 1200)
    translator = BookContributor(
        contributor=factories.author("Constance Garnett"),
        role=ContributorRole.TRANSLATOR,
        position=1,
    )
    novels = backstage.save(factories.category("novels"))
    return backstage.book(
        title="War and Peace",
        subtitle="A novel",
        contributors=[
            BookContributor(contributor=factories.author("Лев Толстой"), position=0),
            translator,
        ],
        categories=[backstage.save(factories.category("russian", parent=novels))],
        publisher=factories.publisher("Red"),
        series=factories.series("Great books"),
        series_number=3,
        format=BookFormat.GIFT,
        list_price="999.00",
        discount_percent=15,
        description="Long.",
        images=[cover],
    )


def test_a_book_has_exactly_the_fields_of_the_contract(visitor, book):
    found = visitor.get(f"/api/v1/books/{book.id}").get_json()
    assert set(found) == BOOK
    assert [set(author) for author in found["authors"]] == [NAMED]
    assert [set(person) for person in found["contributors"]] == [NAMED | {"role"}] * 2
    assert set(found["publisher"]) == NAMED
    assert set(found["series"]) == NAMED | {"number"}
    assert [set(category) for category in found["categories"]] == [NAMED | {"path"}]
    assert set(found["cover"]) == {"url", "width", "height"}


def test_the_values_of_a_book(visitor, book):
    found = visitor.get(f"/api/v1/books/{book.id}").get_json()
    assert found["id"] == book.id
    assert found["url"] == f"http://localhost/books/{book.slug}-{book.id}"
    assert [author["name"] for author in found["authors"]] == ["Лев Толстой"]
    people = [(person["name"], person["role"]) for person in found["contributors"]]
    assert people == [("Лев Толстой", "author"), ("Constance Garnett", "translator")]
    # What the shopper pays, and what it is before the discount.
    assert found["price"] == {"amount": "849.15", "currency": "RUB"}
    assert found["list_price"] == {"amount": "999.00", "currency": "RUB"}
    assert (found["discount_percent"], found["in_stock"]) == (15, True)
    assert (found["language"], found["format"], found["published_year"]) == ("en", "gift", 1813)
    assert found["series"]["number"] == 3
    assert found["categories"][0]["path"] == "novels/russian"
    cover = {
        "url": f"http://localhost/media/sizes/ab/{'0' * 32}/800.jpg",
        "width": 800,
        "height": 1200,
    }
    assert found["cover"] == cover


def test_what_a_book_does_not_have_is_null(visitor, backstage):
    bare = backstage.book(authors=[], published_year=None, pages=None)
    found = visitor.get(f"/api/v1/books/{bare.id}").get_json()
    assert set(found) == BOOK
    assert found["authors"] == found["contributors"] == found["categories"] == []
    missing = [name for name, value in found.items() if value is None]
    assert set(missing) == {
        "subtitle",
        "publisher",
        "series",
        "published_year",
        "pages",
        "cover",
    } | {"weight_grams", "released_on"}


def test_the_list_has_the_shape_of_every_list(visitor, book, backstage):
    backstage.book()
    answer = visitor.get("/api/v1/books?limit=1&order_by=id")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found = answer.get_json()
    assert {name: found[name] for name in found if name != "items"} == {
        "total": 2,
        "page": 1,
        "limit": 1,
        "pages": 2,
        "next_cursor": None,
    }
    assert found["items"] == [visitor.get(f"/api/v1/books/{book.id}").get_json()]


def test_an_empty_list_is_one_page(visitor):
    assert visitor.get("/api/v1/books").get_json() == {
        "items": [],
        "total": 0,
        "page": 1,
        "limit": 20,
        "pages": 1,
        "next_cursor": None,
    }


@pytest.mark.parametrize("role", RoleCode)
def test_only_staff_who_may_see_the_stock_see_how_many_there_are(app, backstage, role):
    book = backstage.book(stock=7)
    user = backstage.user(role)
    visitor = Visitor(app, user)
    one = visitor.get(f"/api/v1/books/{book.id}").get_json()
    (listed,) = visitor.get("/api/v1/books").get_json()["items"]
    for found in (one, listed):
        told = {"num_in_stock": "see_stock", "status": "edit_books"}
        assert set(found) - BOOK == {name for name, needed in told.items() if user.may(needed)}
        assert found.get("num_in_stock") == (7 if user.may("see_stock") else None)


def test_a_stranger_does_not_see_how_many_there_are(visitor, backstage):
    book = backstage.book(stock=7)
    answer = visitor.get("/api/v1/books")
    assert [each["id"] for each in answer.get_json()["items"]] == [book.id]
    assert "num_in_stock" not in answer.text


def test_a_book_whose_copies_are_promised_is_not_in_stock(visitor, backstage):
    book = backstage.book(stock=1)
    backstage.order(book)
    assert visitor.get(f"/api/v1/books/{book.id}").get_json()["in_stock"] is False


@pytest.mark.parametrize("key", ["999999", "0", "99999999999999", "abc", "-1", "1.0"])
def test_a_book_that_is_not_there_is_a_problem(visitor, key):
    answer = visitor.get(f"/api/v1/books/{key}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.get_json()["code"] == "not_found"


def test_addresses_come_from_the_configuration_not_from_the_request(visitor, backstage):
    book = backstage.book()
    answer = visitor.get(f"/api/v1/books/{book.id}", headers={"Host": "elsewhere.example"})
    assert answer.get_json()["url"].startswith("http://localhost/books/")
