"""Books from a file: new ones are added, known ones changed, and nothing is done twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete, func, select

from shop.extensions import db
from shop.models import (
    AuditEntry,
    Book,
    BookContributor,
    BookFormat,
    Category,
    Contributor,
    ContributorRole,
    Publisher,
    Series,
    StockRecord,
)
from shop.services.book_import import Outcome, SourceRow
from tests import factories as make
from tests.integration.imports.conftest import FULL, NEW
from tests.stored import stored

OTHER_ISBN = "9785170000012"


def the_book(services, **where) -> Book:
    db.session.expunge_all()
    query = select(Book).filter_by(**where).options(*services.catalogue.books.loads())
    return db.session.scalars(query).unique().one()


def test_a_new_book_gets_all_that_its_row_says(services, importing):
    importing(FULL, create_categories=True)
    book = the_book(services, sku="A-1")
    assert (book.isbn, book.title, book.subtitle) == ("9780306406157", "War and Peace", "A novel")
    assert (book.slug, book.language, book.format) == ("war-and-peace", "en", BookFormat.HARDCOVER)
    assert (book.list_price, book.discount_percent) == (Decimal("499.00"), 10)
    assert book.price == Decimal("449.10")
    assert (book.published_year, book.pages, book.weight_grams) == (1869, 1350, 980)
    assert (book.age_mark, book.description) == (12, "Long.\n\nVery long.")
    assert (book.publisher.name, book.series.name) == ("Oxford", "World's Classics")
    assert (book.publisher.slug, book.series_number) == ("oxford", 7)
    assert [(c.contributor.name, c.role) for c in book.contributors] == [
        ("Leo Tolstoy", ContributorRole.AUTHOR),
        ("Louise Maude", ContributorRole.TRANSLATOR),
        ("Aylmer Maude", ContributorRole.TRANSLATOR),
        ("Henry Gifford", ContributorRole.EDITOR),
        ("Fritz Eichenberg", ContributorRole.ILLUSTRATOR),
    ]
    assert book.authors[0].sort_name == "Tolstoy, Leo"
    assert [category.path for category in book.categories] == ["drama", "fiction/russian"]
    assert book.stock.num_in_stock == 4
    parent = db.session.scalars(select(Category).filter_by(path="fiction")).one()
    assert book.categories[1].parent_id == parent.id


def test_what_a_row_does_not_say_is_as_in_any_new_book(services, importing):
    importing(NEW)
    book = the_book(services, sku="A-1")
    assert (book.age_mark, book.discount_percent, book.description) == (0, 0, "")
    assert (book.stock.num_in_stock, book.vat_code, book.version) == (0, 3, 1)
    assert book.contributors == []


def test_a_book_without_a_sku_goes_by_its_isbn_and_one_without_an_isbn_by_its_sku(
    services, importing
):
    importing({**NEW, "sku": ""}, {**NEW, "isbn": "", "sku": "POSTER"})
    assert importing.told == ["new", "new"]
    assert the_book(services, isbn="9780306406157").sku == "9780306406157"
    assert the_book(services, sku="POSTER").isbn is None


def test_the_same_file_again_changes_nothing(importing, contents):
    importing(FULL, create_categories=True)
    before = contents()
    report = importing(FULL, create_categories=True)
    assert report.counts == {Outcome.SAME: 1}
    assert contents() == before


def test_an_empty_cell_and_a_missing_column_leave_a_book_as_it_is(services, importing):
    importing(FULL, create_categories=True)
    importing({"sku": "A-1", "title": "", "authors": " ", "list_price": "600,50"})
    assert importing.outcomes[0].changes == {"list_price": (Decimal("499.00"), Decimal("600.50"))}
    book = the_book(services, sku="A-1")
    assert (book.title, book.author_names) == ("War and Peace", "Leo Tolstoy")
    assert (book.list_price, book.version) == (Decimal("600.50"), 2)


def test_a_dash_clears_what_may_be_empty_and_nothing_else(services, importing):
    importing(FULL, create_categories=True)
    may = (
        *("subtitle", "authors", "publisher", "series", "series_number", "categories"),
        *("published_year", "pages", "weight_grams", "description"),
    )
    importing({"sku": "A-1", **dict.fromkeys(may, "-")})
    book = the_book(services, sku="A-1")
    assert set(importing.outcomes[0].changes) == set(may)
    assert (book.subtitle, book.publisher, book.series, book.pages) == (None,) * 4
    assert (book.authors, book.categories, book.description) == ([], [], "")
    assert book.contributors[0].role is ContributorRole.TRANSLATOR
    never = ("title", "language", "format", "list_price", "num_in_stock", "age_mark")
    for field in never:
        importing({"sku": "A-1", field: "-"})
        assert importing.problems == [(2, field)]


@pytest.mark.parametrize("create", [True, False])
def test_a_dry_run_writes_nothing_and_tells_the_same(importing, contents, create):
    make.save(make.category("drama"))
    rows = [FULL, {**NEW, "isbn": OTHER_ISBN, "sku": "B"}, {**NEW, "isbn": "", "sku": ""}]
    before = contents()
    dry = importing(*rows, dry_run=True, create_categories=create)
    told = importing.told
    assert contents() == before
    wet = importing(*rows, create_categories=create)
    assert (importing.told, wet.counts) == (told, dry.counts)
    assert (dry.dry_run, wet.dry_run) == (True, False)


def test_every_change_is_noted_with_before_and_after(services, importing):
    anna = make.save(make.staff())
    importing(NEW)
    importing(
        {"sku": "A-1", "title": "Peace", "authors": "Leo Tolstoy", "num_in_stock": "3"}, by=anna
    )
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {entry.action for entry in entries} == {"import"}
    assert (entries[0].entity, entries[0].actor_id) == ("book", None)
    assert entries[0].after["list_price"] == "499.00"
    assert [(e.entity, e.actor_id, e.before, e.after) for e in entries[1:]] == [
        (
            "book",
            anna.id,
            {"title": "War and Peace", "authors": []},
            {"title": "Peace", "authors": ["Leo Tolstoy"]},
        ),
        ("stock_record", anna.id, {"num_in_stock": 0}, {"num_in_stock": 3}),
    ]
    assert {entry.entity_id for entry in entries} == {the_book(services, sku="A-1").id}


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


def test_rows_that_can_be_gone_through_once_only_are_no_file(services):
    with pytest.raises(TypeError, match="twice"):
        services.book_import.run(iter([]))


def test_people_are_known_by_their_names_in_either_alphabet(services, importing):
    tolstoy = make.save(make.author("Лев Толстой", name_en="Leo Tolstoy"))
    importing(
        {**NEW, "authors": "Толстой, Лев; Leo Tolstoy"},
        {**NEW, "isbn": OTHER_ISBN, "sku": "B", "authors": "Leo  Tolstoy"},
        {**NEW, "isbn": "", "sku": "C", "authors": "New Writer", "editors": "New Writer"},
    )
    assert stored(Contributor) == 2
    for sku in ("A-1", "B"):
        assert [author.id for author in the_book(services, sku=sku).authors] == [tolstoy.id]
    importing(
        {**NEW, "authors": "Толстой, Лев; Leo Tolstoy"}, {"sku": "B", "authors": "Leo Tolstoy"}
    )
    assert importing.told == ["same", "same"]


def test_publishers_and_series_of_one_slug_get_another_each(importing):
    make.save(Publisher(name="Мир!", slug="mir"))
    importing(
        {**NEW, "publisher": "Мир", "series": "???"},
        {**NEW, "isbn": OTHER_ISBN, "sku": "B", "publisher": "Mir", "series": "???"},
    )
    slugs = select(Publisher.slug).order_by(Publisher.slug)
    assert db.session.scalars(slugs).all() == ["mir", "mir-2", "mir-3"]
    assert db.session.scalars(select(Series.slug)).all() == ["series"]


def test_no_fewer_copies_than_are_promised(services, importing):
    book = make.save(make.book(stock=5, sku="A-1"))
    make.order(services, book, quantity=3)
    importing({"sku": "A-1", "num_in_stock": "2", "title": "Left out with it"})
    assert importing.problems == [(2, "num_in_stock")]
    assert "3" in str(importing.outcomes[0].problems[0].message)
    importing({"sku": "A-1", "num_in_stock": "3"})
    found = the_book(services, sku="A-1")
    assert (found.stock.num_in_stock, found.num_available, found.title) == (3, 0, book.title)
    # The copies alone are not the book's own facts: whoever edits those is not disturbed.
    assert found.version == book.version


def test_a_category_that_is_not_there_is_refused_with_the_nearest(importing):
    make.save(make.category("fiction"))
    importing({**NEW, "categories": "fictoin"})
    assert importing.problems == [(2, "categories")]
    assert "fiction" in str(importing.outcomes[0].problems[0].message)
    assert stored(Book) == 0


def test_a_new_book_lacks_and_a_known_one_does_not(importing):
    importing({"sku": "A-1", "publisher": "Oxford"})
    assert importing.problems == [
        (2, "title"),
        (2, "language"),
        (2, "format"),
        (2, "list_price"),
    ]
    importing({"title": "Nobody"})
    assert importing.problems == [(2, "isbn")]
    assert stored(Publisher) == 0


@pytest.mark.parametrize(
    ("field", "cell", "says"),
    [
        ("isbn", "9.78031E+12", "is no ISBN"),
        ("isbn", "9780306406158", "last digit"),
        ("isbn", "0-306-40615-3", "last digit"),
        ("title", "x" * 1001, "1001"),
        ("title", "書" * 900, "too long"),
        ("title", "bell\x07", "control character"),
        ("list_price", "12,5o", "write roubles such as 499.00"),
        ("list_price", "1,299.00", "is no sum"),
        ("list_price", "0", "nothing"),
        ("list_price", "-5", "is no sum"),
        ("list_price", "1.999", "is no sum"),
        ("list_price", "499 $", "is no sum"),
        ("list_price", "₽", "is no sum"),
        ("language", "xx", "ISO 639-1"),
        ("language", "eng", "ISO 639-1"),
        ("format", "scroll", "hardcover, paperback"),
        ("released_on", "12/31/2026", "31.12.2026"),
        ("released_on", "31.02.2026", "is no day"),
        ("released_on", "1.1.26", "is no day"),
        ("age_mark", "7", "0, 6, 12, 16, 18"),
        ("discount_percent", "91", "from 0 to 90"),
        ("pages", "0", "from 1"),
        ("pages", "12.5", "is no number"),
        ("published_year", "2201", "from -3000"),
        ("num_in_stock", "-1", "from 0"),
        ("categories", "Science Fiction", "is no path"),
        ("authors", "A" * 301, "too long for a name"),
        ("sku", "S" * 65, "64"),
    ],
)
def test_a_mistake_is_told_with_line_and_field_and_what_to_do(importing, field, cell, says):
    importing({**NEW, "isbn": "", field: cell}, {**NEW, "sku": "GOOD"})
    assert importing.problems == [(2, field)]
    assert says in str(importing.outcomes[0].problems[0].message)
    assert importing.told == ["refused", "new"]


@pytest.mark.parametrize(
    "cell", ["1499", "1499.00", "1 499,00", "1\N{NO-BREAK SPACE}499,0", "1499 ₽", "1 499,00 руб."]
)
def test_sums_are_read_as_spreadsheets_write_them(services, importing, cell):
    importing({**NEW, "list_price": cell, "discount_percent": "10%"})
    book = the_book(services, sku="A-1")
    assert (book.list_price, book.discount_percent) == (Decimal("1499.00"), 10)


def test_the_day_of_release_is_given_changed_and_cleared(services, importing):
    importing({**NEW, "released_on": "31.12.2099"})
    assert the_book(services, sku="A-1").is_coming
    importing({"sku": "A-1", "released_on": "2099-12-31"})
    assert importing.told == ["same"]
    importing({"sku": "A-1", "released_on": "-"})
    assert importing.outcomes[0].changes == {"released_on": (date(2099, 12, 31), None)}
    assert the_book(services, sku="A-1").released_on is None


def test_what_only_the_database_refuses_leaves_the_others_alone(importing):
    """A price that the discount makes nothing of is between two fields that are right."""
    importing(
        NEW,
        {**NEW, "isbn": OTHER_ISBN, "sku": "B", "list_price": "0.01", "discount_percent": "90"},
        {**NEW, "isbn": "", "sku": "C"},
    )
    assert importing.told == ["new", "refused", "new"]
    assert importing.problems == [(3, "price")]


def test_titles_in_other_scripts_have_an_address_too(services, importing):
    importing({**NEW, "title": "三國志演義"}, {**NEW, "isbn": "", "sku": "B", "title": "…"})
    assert the_book(services, sku="A-1").slug
    assert the_book(services, sku="B").slug == "book"


def test_a_new_title_gets_a_new_address(services, importing):
    importing(NEW)
    importing({"sku": "A-1", "title": "Peace"})
    assert the_book(services, sku="A-1").slug == "peace"


def test_many_rows_go_in_in_batches_with_a_count(services, importing, monkeypatch):
    monkeypatch.setattr("shop.services.book_import.service.BATCH", 3)
    counts: list[int] = []
    rows = [{**NEW, "isbn": "", "sku": f"S-{n}", "authors": f"A {n % 2}"} for n in range(8)]
    importing(*rows, on_progress=counts.append)
    assert counts == [3, 6, 8]
    assert (stored(Book), stored(Contributor)) == (8, 2)


def test_problems_beyond_those_that_are_kept_are_counted(importing, monkeypatch):
    monkeypatch.setattr("shop.services.book_import.report.MOST_PROBLEMS", 2)
    report = importing(*[{"title": "x"}] * 5)
    assert (len(report.problems), report.more_problems, report.refused) == (2, 3, 5)


WORDS = some.text("abcдеж, ;'\"\\%{}-é書\n", min_size=1, max_size=12)
ROWS = some.fixed_dictionaries(
    {"sku": some.sampled_from(["A", "B", "C", "", "9780306406157"])},
    optional={
        "isbn": some.sampled_from(["", "9780306406157", "9785170000012", "0306406152"]),
        "title": WORDS,
        "subtitle": WORDS,
        "authors": WORDS,
        "translators": WORDS,
        "publisher": WORDS,
        "series": WORDS,
        "series_number": some.sampled_from(["1", "-", "x"]),
        "categories": some.sampled_from(["drama", "a/b; drama", "-", "A B"]),
        "language": some.sampled_from(["ru", "EN", "xx"]),
        "format": some.sampled_from(["pocket", "Gift", ""]),
        "list_price": some.sampled_from(["499", "12,5o", "0.01"]),
        "discount_percent": some.sampled_from(["0", "90"]),
        "released_on": some.sampled_from(["2026-12-31", "31.12.2026", "-"]),
        "num_in_stock": some.sampled_from(["0", "7"]),
        "description": WORDS,
    },
)


FILES = some.lists(ROWS, max_size=6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
# A book that gets another SKU, and a row that means it by the one before.
@example(
    known=[{"sku": "A", "isbn": "9780306406157"}],
    rows=[{"sku": "D", "isbn": "0306406152"}, {"sku": "A"}],
)
@given(known=FILES, rows=FILES)
def test_whatever_a_file_says_a_second_time_is_said_already(
    services, contents, monkeypatch, known, rows
):
    """And a dry run foretells what happens, wherever one batch ends and the next begins."""
    monkeypatch.setattr("shop.services.book_import.service.BATCH", 3)
    empty_catalogue()
    run = services.book_import.run
    run(as_source(known), create_categories=True)
    source = as_source(rows)
    untouched = contents()
    foretold = run(source, dry_run=True, create_categories=True)
    assert contents() == untouched
    first = run(source, create_categories=True)
    # What only the database refuses, a dry run cannot know.
    assert first.refused >= foretold.refused
    before = contents()
    second = run(source, create_categories=True)
    assert contents() == before
    assert second.counts[Outcome.SAME] == first.rows - first.refused
    assert second.refused == first.refused
    db.session.execute(select(func.index_books(select(func.array_agg(Book.id)).scalar_subquery())))
    assert contents() == before, "search does not know what is there"


def as_source(rows: list[dict[str, str]]) -> list[SourceRow]:
    usual = {**NEW, "isbn": "", "publisher": "Oxford", "authors": "A; B"}
    return [SourceRow(n, {**usual, **row}) for n, row in enumerate(rows, 2)]


def empty_catalogue() -> None:
    for entity in (StockRecord, BookContributor, Book, Contributor, Publisher, Series):
        db.session.execute(delete(entity))
    db.session.commit()
