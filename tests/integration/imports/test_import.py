"""Books from a file: new ones are added, known ones changed, and nothing is done twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete, func, select, text

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
from shop.repositories.catalogue import CHANGING_THE_TREE
from shop.repositories.imported_books import ImportedBookRepository
from shop.services.book_import import Outcome, SourceRow
from tests import factories as make
from tests.integration.imports.conftest import FULL, NEW, OTHER_ISBN, the_book
from tests.stored import stored

SERVICES = {
    "contributor": "contributors",
    "publisher": "publishers",
    "series": "series",
    "category": "categories",
}


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
    created, person, changed = entries
    assert (created.entity, created.action, created.actor_id) == ("book", "create", None)
    assert (created.before, created.after["list_price"]) == ({}, "499.00")
    assert (changed.action, changed.actor_id) == ("import", anna.id)
    assert changed.before == {"title": "War and Peace", "contributors": [], "num_in_stock": 0}
    [tolstoy] = db.session.scalars(select(Contributor))
    assert changed.after == {
        "title": "Peace",
        "contributors": [{"id": tolstoy.id, "role": "author"}],
        "num_in_stock": 3,
    }
    assert {created.entity_id, changed.entity_id} == {the_book(services, sku="A-1").id}
    assert (person.entity, person.entity_id, person.actor_id) == (
        *("contributor", tolstoy.id),
        anna.id,
    )


def test_whatever_an_import_makes_beside_books_is_noted_as_staff_would_have(services, importing):
    importing(FULL, create_categories=True)
    noted = {
        (entry.entity, entry.entity_id): entry.after
        for entry in db.session.scalars(select(AuditEntry).filter_by(action="create"))
    }
    kinds = [noun for noun, _ in noted]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "book": 1,
        "contributor": 5,
        "publisher": 1,
        "series": 1,
        "category": 3,
    }
    for (noun, key), facts in noted.items():
        if noun != "book":
            assert getattr(services, SERVICES[noun]).present(key) == facts


def test_a_category_of_a_file_comes_after_those_that_were_there(services, importing):
    for place, slug in enumerate("ab"):
        make.save(make.category(slug, position=place))
    importing({**NEW, "categories": "0ther/one; 1ast"}, create_categories=True)
    roots = [each.category for each in services.categories.whole()]
    assert [(each.slug, each.position) for each in roots] == [
        *(("a", 0), ("b", 1), ("0ther", 2), ("1ast", 3))
    ]


def test_nobody_else_changes_the_tree_while_an_import_adds_to_it(importing, monkeypatch):
    held = []
    add = ImportedBookRepository.add_category

    def noted(self, row):
        locks = "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND objid = :key"
        held.append(self.session.scalar(text(locks), {"key": CHANGING_THE_TREE}))
        return add(self, row)

    monkeypatch.setattr(ImportedBookRepository, "add_category", noted)
    importing({**NEW, "categories": "fiction"}, create_categories=True)
    assert held == [1]


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


def test_a_book_stays_with_its_author_when_another_is_called_the_same(services, importing):
    make.save(make.author("John Smith"))
    younger = make.save(make.author("John Smith"))
    make.save(make.book(sku="A-1", authors=[younger]))
    importing({"sku": "A-1", "authors": "John Smith", "translators": "Ann Lee"})
    assert [author.id for author in the_book(services, sku="A-1").authors] == [younger.id]


def test_publishers_and_series_of_one_slug_get_another_each(importing):
    make.save(Publisher(name="Мир!", slug="mir"))
    importing(
        {**NEW, "publisher": "Мир", "series": "???"},
        {**NEW, "isbn": OTHER_ISBN, "sku": "B", "publisher": "Mir", "series": "???"},
    )
    slugs = select(Publisher.slug).order_by(Publisher.slug)
    assert db.session.scalars(slugs).all() == ["mir", "mir-2", "mir-3"]
    assert db.session.scalars(select(Series.slug)).all() == ["series"]


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


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
