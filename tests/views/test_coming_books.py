"""Books that are announced, as shoppers and programs see them."""

from datetime import date

import pytest

from tests import markup

DAY = date(2199, 12, 5)


@pytest.fixture
def coming(backstage):
    return backstage.book(title="Emma", released_on=DAY)


@pytest.mark.parametrize(
    ("prefix", "words"), [("", "Out on 5 December 2199"), ("/ru", "5 декабря 2199")]
)
def test_its_page_says_when_it_comes_and_offers_nothing(visitor, coming, prefix, words):
    page = visitor.get(f"{prefix}/books/{coming.slug}-{coming.id}")
    assert words in markup.text(markup.page(page)).replace("\xa0", " ")
    assert not markup.has_form(page, "/cart/items")


@pytest.mark.parametrize("htmx", [False, True])
def test_a_page_from_before_cannot_buy_it(visitor, coming, htmx):
    answer = visitor.post("/cart/items", {"book_id": coming.id, "quantity": 1}, htmx=htmx)
    assert answer.status_code == 409
    assert "“Emma” is not out yet." in markup.text(markup.parse(answer.text))
    assert not markup.has_form(answer, "/cart/items")


def test_programs_are_told_the_day(visitor, coming):
    found = visitor.get(f"/api/v1/books/{coming.id}").get_json()
    assert (found["in_stock"], found["released_on"]) == (False, "2199-12-05")
