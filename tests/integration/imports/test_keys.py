"""Which book a row means: by ISBN, or else by SKU, and no book twice."""

from __future__ import annotations

import pytest

from shop.models import Book, Contributor, NameKind, Publisher, Series
from tests import factories as make
from tests.integration.imports.conftest import NEW, OTHER_ISBN, the_book
from tests.stored import stored


def test_a_book_without_a_sku_goes_by_its_isbn_and_one_without_an_isbn_by_its_sku(
    services, importing
):
    importing({**NEW, "sku": ""}, {**NEW, "isbn": "", "sku": "POSTER"})
    assert importing.told == ["new", "new"]
    assert the_book(services, isbn="9780306406157").sku == "9780306406157"
    assert the_book(services, sku="POSTER").isbn is None


def test_a_book_is_known_by_its_isbn_and_then_by_its_sku(services, importing):
    importing(NEW)
    importing({"isbn": "0-306-40615-2", "sku": "NEW-SKU"})
    assert importing.outcomes[0].changes == {"sku": ("A-1", "NEW-SKU")}
    importing({"sku": "NEW-SKU", "isbn": OTHER_ISBN})
    assert the_book(services, isbn=OTHER_ISBN).sku == "NEW-SKU"
    assert stored(Book) == 1


def test_isbn_and_sku_of_two_books_are_refused(importing, contents):
    importing(NEW, {**NEW, "isbn": OTHER_ISBN, "sku": "B"})
    before = contents()
    importing({"isbn": OTHER_ISBN, "sku": "A-1", "title": "Whose?"})
    assert importing.problems == [(2, "sku")]
    assert contents() == before


@pytest.mark.parametrize(
    "again",
    [
        {**NEW, "sku": "B"},
        {**NEW, "isbn": OTHER_ISBN},
        {**NEW, "isbn": "0306406152", "sku": ""},
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_a_second_line_about_a_book_names_the_first(importing, again, known):
    if known:
        importing(NEW)
    importing(NEW, again)
    assert importing.told[1] == "refused"
    assert "2" in str(importing.outcomes[1].problems[0].message)
    assert stored(Book) == 1


def test_two_lines_that_reach_one_book_by_isbn_and_by_sku_are_one_too_many(importing):
    importing(NEW)
    importing({"isbn": NEW["isbn"], "title": "One"}, {"sku": "A-1", "title": "Two"})
    assert importing.told == ["changed", "refused"]
    assert importing.problems == [(3, "sku")]


@pytest.mark.parametrize("batch", [1, 1000])
@pytest.mark.parametrize("turned", [False, True])
def test_a_key_is_not_taken_from_a_book_that_another_line_means_by_it(
    services, importing, monkeypatch, batch, turned
):
    """The other line would mean a new book the second time."""
    monkeypatch.setattr("shop.services.book_import.service.BATCH", batch)
    importing(NEW)
    rows = [{"isbn": NEW["isbn"], "sku": "B"}, {**NEW, "isbn": "", "title": "Peace"}]
    importing(*(reversed(rows) if turned else rows))
    assert importing.told == (["changed", "refused"] if turned else ["refused", "changed"])
    refused = importing.outcomes[turned].problems[0]
    assert (refused.field, f"line {3 - turned}" in str(refused.message)) == ("sku", True)
    assert the_book(services, sku="A-1").title == "Peace"
    assert stored(Book) == 1


def test_an_isbn_that_a_new_book_goes_by_is_no_other_lines_sku(importing):
    first = {**NEW, "sku": ""}
    importing(first, {**NEW, "isbn": "", "sku": NEW["isbn"], "title": "Peace"})
    assert importing.told == ["new", "refused"]
    importing(first, {**NEW, "isbn": "", "sku": NEW["isbn"], "title": "Peace"})
    assert importing.told == ["same", "refused"]


@pytest.fixture
def merged(services, importing):
    """A book into which another one was merged: their fields but for the keys are alike."""

    def merge(taken=()):
        importing(NEW, {**NEW, "isbn": OTHER_ISBN, "sku": "B"})
        kept, gone = (the_book(services, sku=sku) for sku in ("A-1", "B"))
        seen = {each.id: each.version for each in (kept, gone)}
        by = make.save(make.staff())
        return services.book_merging.merge(kept.id, gone.id, seen, taken, by)

    return merge


@pytest.mark.parametrize("taken", [(), ("isbn", "sku"), ("isbn",), ("sku",)])
@pytest.mark.parametrize("keys", [("A-1", NEW["isbn"]), ("B", OTHER_ISBN)])
def test_a_row_about_a_double_is_about_the_book_that_was_kept(
    services, importing, merged, taken, keys
):
    kept = merged(taken)
    own = kept.sku, kept.isbn
    sku, isbn = keys
    for row in ({"sku": sku}, {"isbn": isbn}, {"sku": sku, "isbn": isbn}):
        importing({**row, "title": f"Title of {row}"[:40]})
    assert importing.told == ["changed"]
    assert list(importing.outcomes[0].changes) == ["title"]
    importing({**NEW, "sku": sku, "isbn": isbn, "title": the_book(services).title})
    assert importing.told == ["same"]
    assert stored(Book) == 1
    now = the_book(services)
    assert (now.sku, now.isbn) == own


def test_rows_about_a_double_and_about_the_book_that_was_kept_are_one_too_many(importing, merged):
    merged()
    importing(NEW, {**NEW, "isbn": OTHER_ISBN, "sku": "B"})
    assert importing.told == ["same", "refused"]
    assert stored(Book) == 1


def test_a_book_of_its_own_comes_before_what_a_double_had(services, importing, merged):
    kept = merged()
    own = make.save(make.book(isbn=OTHER_ISBN, sku="B", title="Another"))
    importing({"isbn": OTHER_ISBN, "pages": "7"})
    assert services.catalogue.get(own.id).pages == 7
    assert services.catalogue.get(kept.id).pages is None


def test_who_was_merged_is_not_made_again_by_the_next_file(services, importing):
    row = {**NEW, "authors": "Tolstoi, Lev", "publisher": "Hogart", "series": "Sery"}
    importing(row)
    by = make.save(make.staff())
    book = the_book(services)
    doubles = {
        NameKind.CONTRIBUTOR: (make.author("Лев Толстой"), book.contributors[0].contributor),
        NameKind.PUBLISHER: (make.publisher("Hogarth"), book.publisher),
        NameKind.SERIES: (make.series("Series"), book.series),
    }
    for kind, (kept, gone) in doubles.items():
        make.save(kept)
        seen = {kept.id: kept.version, gone.id: gone.version}
        services.merging.merge(kind, kept.id, gone.id, seen, by)
    importing(row)
    assert importing.told == ["same"]
    importing({**row, "isbn": OTHER_ISBN, "sku": "B"})
    new = the_book(services, sku="B")
    assert new.contributors[0].contributor.name == "Лев Толстой"
    assert (new.publisher.name, new.series.name) == ("Hogarth", "Series")
    assert [stored(each) for each in (Contributor, Publisher, Series)] == [1, 1, 1]
