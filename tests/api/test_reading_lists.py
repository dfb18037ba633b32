"""What every list of the API offers: some fields, what hangs on a row, and a walk by cursor."""

import pytest

from shop.models import Image, ImageState
from tests.counting import statements

PICTURE = {"media_type": "image/png", "width": 80, "height": 120, "state": ImageState.READY}


@pytest.fixture
def books(backstage):
    return [backstage.book(images=[Image(key=f"ab/{n}.png", **PICTURE)]) for n in range(5)]


def test_only_the_fields_that_are_asked_for_come(visitor, books):
    one = visitor.get(f"/api/v1/books/{books[0].id}?fields=id,title").get_json()
    assert set(one) == {"id", "title"}
    found = visitor.get("/api/v1/books?fields=title").get_json()
    assert [set(item) for item in found["items"]] == [{"title"}] * 5
    assert found["total"] == 5


def test_what_hangs_on_a_row_comes_where_it_is_asked_for(visitor, books):
    one = visitor.get(f"/api/v1/books/{books[0].id}?include=images").get_json()
    assert [image["state"] for image in one["images"]] == ["ready"]
    assert "images" not in visitor.get(f"/api/v1/books/{books[0].id}").get_json()


@pytest.mark.parametrize(
    "query", ["fields=price,secret", "include=password", "fields=", "include=", "x=1"]
)
def test_what_there_is_not_is_refused_with_what_there_is(visitor, books, query):
    answer = visitor.get(f"/api/v1/books/{books[0].id}?{query}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["message"]


def test_a_cursor_walks_through_all_and_nothing_moves_under_it(visitor, backstage, books):
    seen, cursor = [], ""
    while cursor is not None:
        part = visitor.get(f"/api/v1/books?limit=2&cursor={cursor}").get_json()
        assert part["page"] is None
        seen += [item["id"] for item in part["items"]]
        cursor = part["next_cursor"]
        if len(seen) == 2:
            # By pages, the one that goes would move all others.
            with backstage.services() as services:
                services.catalogue.delete(books[0].id)
            last = backstage.book()
    assert seen == [*(book.id for book in books), last.id]


def test_a_cursor_goes_with_filters_and_with_no_other_order(visitor, books):
    title = books[2].title
    found = visitor.get("/api/v1/books", query_string={"cursor": "", "title__eq": title}).get_json()
    assert [item["id"] for item in found["items"]] == [books[2].id]
    assert visitor.get("/api/v1/books?cursor=&order_by=price").status_code == 422


@pytest.mark.parametrize("shape", ["", "&include=images", "&cursor="])
def test_a_row_more_costs_no_statement_more(app, visitor, books, shape):
    alone = statements(app, visitor, f"/api/v1/books?limit=1{shape}")
    assert statements(app, visitor, f"/api/v1/books?limit=100{shape}") == alone
