"""A client that has an answer already is told so in a few bytes, and every answer travels small."""

import gzip
import json

import pytest


@pytest.fixture
def address(backstage):
    return f"/api/v1/books/{backstage.book(title='Emma', description='long ' * 400, stock=1).id}"


def test_what_a_client_has_already_is_not_sent_again(visitor, address):
    first = visitor.get(address)
    again = visitor.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_whatever_changes_in_an_answer_changes_its_etag(visitor, backstage, address):
    """The stock is not the book's own: its version stays and the answer does not."""
    book_id = int(address.rpartition("/")[2])
    before = visitor.get(address).headers["ETag"]
    with backstage.services() as services:
        book = services.catalogue.get(book_id)
    backstage.order(book)
    answer = visitor.get(address, headers={"If-None-Match": before})
    assert (answer.status_code, answer.get_json()["in_stock"]) == (200, False)


def test_an_answer_is_compressed_and_still_recognised(visitor, address):
    first = visitor.get(address, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in first.headers["Vary"]
    assert json.loads(gzip.decompress(first.data))["title"] == "Emma"
    plain = visitor.get(address)
    assert len(first.data) < len(plain.data) / 5
    kept = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
    assert visitor.get(address, headers=kept).status_code == 304


def test_a_page_is_never_compressed_by_the_shop(visitor, backstage):
    page = visitor.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in page.headers
