"""What is suggested while somebody types: options of a list box, in the language of the page."""

from __future__ import annotations

import pytest

from tests import factories
from tests.visitor import Visitor


@pytest.fixture
def shelf(backstage):
    tolstoy = factories.author("Лев Толстой", name_en="Leo Tolstoy")
    novels = factories.category("novels", name="Tolstoyan novels", name_ru="Романы")
    return backstage.book(
        title="Война и мир", authors=[tolstoy], language="ru", categories=[novels]
    )


def suggested(visitor: Visitor, q: str, prefix: str = "") -> str:
    answer = visitor.get(f"{prefix}/search/suggest", query_string={"q": q}, htmx=True)
    assert answer.status_code == 200
    return str(answer.text)


def test_books_authors_and_categories_are_links(visitor, shelf):
    text = suggested(visitor, "tolst")
    author = shelf.contributors[0].contributor
    for link in (
        f"/books/{shelf.slug}-{shelf.id}",
        f"/authors/{author.slug}-{author.id}",
        "/categories/novels",
    ):
        assert f'href="{link}"' in text
    assert 'href="/books?q=tolst"' in text
    assert text.count('role="option"') == 4


def test_names_are_told_in_the_language_of_the_page(visitor, shelf):
    assert "Leo <mark>Tolstoy</mark>" in suggested(visitor, "tolst")
    assert "Лев <mark>Толстой</mark>" in suggested(visitor, "толст", prefix="/ru")


@pytest.mark.parametrize("q", ["njkcn", "tolsoy"])
def test_slips_and_the_other_layout_are_forgiven_and_told(visitor, shelf, q):
    text = suggested(visitor, q)
    assert "Война и мир" in text
    assert "Did you mean" in text


@pytest.mark.parametrize("q", ["", " ", "zzzzzz", "!", "\x00", "a" * 10_000])
def test_where_there_is_nothing_nothing_is_said(visitor, shelf, q):
    assert suggested(visitor, q).strip() == ""


def test_what_is_typed_is_put_out_as_text(visitor, backstage):
    backstage.book(title="<b>Bold</b>")
    text = suggested(visitor, "<b>bold")
    assert "<b>" not in text
    assert "&lt;b&gt;bold" in text


def test_the_first_letter_of_another_word_takes_nothing_away(visitor, shelf):
    assert "Война и мир" in suggested(visitor, "tolstoy p")
    assert suggested(visitor, "tolstoy pq").strip() == ""


@pytest.mark.parametrize("q", ["978-0-306-40615", "9780306406157", "isbn 0306406152", "sku-7"])
def test_a_code_suggests_its_book(visitor, backstage, q):
    backstage.book(title="Emma", isbn="9780306406157", sku="SKU-7")
    backstage.book(title="Persuasion")
    assert suggested(visitor, q).count('id="suggested-book-') == 1


def test_editions_of_one_book_are_one_suggestion(visitor, backstage):
    austen = factories.author("Jane Austen")
    for _ in range(3):
        backstage.book(title="Emma", authors=[austen])
    assert suggested(visitor, "emma").count('id="suggested-book-') == 1


def test_the_field_asks_as_one_types_and_is_a_form_without_a_script(visitor):
    page = visitor.get("/ru/books").text
    assert 'hx-get="/ru/search/suggest"' in page
    assert '<form class="search" role="search" action="/ru/books" method="get">' in page


def test_who_asks_for_a_page_gets_the_list_of_what_is_found(visitor):
    answer = visitor.get("/ru/search/suggest?q=emma")
    assert (answer.status_code, answer.location) == (302, "/ru/books?q=emma")
