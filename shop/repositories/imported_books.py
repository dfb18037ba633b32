"""What an import asks of the catalogue and writes into it, a batch of rows at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, any_, delete, func, literal, or_, select, text

from shop.models import (
    AuditEntry,
    Book,
    BookContributor,
    Category,
    Contributor,
    ContributorRole,
    Publisher,
    Series,
    StockRecord,
)
from shop.models.catalogue import book_categories
from shop.models.columns import utcnow
from shop.repositories.base import Repository
from shop.repositories.bulk import Values, insert_rows, update_rows
from shop.repositories.search.loads import indexed_once
from shop.repositories.slugs import taken_slugs

# Any number that every import agrees on.
IMPORTING = 2_009_031_102
House = type[Publisher] | type[Series]
# The columns of a book that a file can fill, but for the two that are names of other rows.
COLUMNS = (
    *("isbn", "sku", "title", "subtitle", "series_number", "language", "format"),
    *("published_year", "pages", "age_mark", "weight_grams", "description"),
    *("list_price", "discount_percent", "released_on"),
)


@dataclass(frozen=True)
class Credit:
    """Somebody's part in a stored book, by both of their names."""

    contributor_id: int
    names: tuple[str, str | None]


@dataclass
class StoredBook:
    """A book as an import sees it: plain values, and names of what it hangs on."""

    id: int
    values: dict[str, Any]
    num_allocated: int
    credits: dict[ContributorRole, list[Credit]] = field(default_factory=lambda: defaultdict(list))
    categories: set[str] = field(default_factory=set)


class ImportedBookRepository(Repository[Book]):
    entity = Book

    def take_turn(self) -> None:
        """Until the transaction ends no other import writes: two would make an author twice."""
        # Of a turn too: a batch of long descriptions takes longer than a page may.
        self.session.execute(text("SET LOCAL statement_timeout = '10min'"))
        self.session.execute(select(func.pg_advisory_xact_lock(IMPORTING)))

    def stored(
        self, isbns: Collection[str], skus: Collection[str], *, lock: bool
    ) -> list[StoredBook]:
        """The books with any of these ISBNs or SKUs; `lock` keeps others from changing them."""
        query = (
            select(
                Book.id,
                *(getattr(Book, name) for name in COLUMNS),
                Publisher.name.label("publisher"),
                Series.name.label("series"),
                StockRecord.num_in_stock,
                StockRecord.num_allocated,
            )
            .join(StockRecord, StockRecord.book_id == Book.id)
            .outerjoin(Publisher, Publisher.id == Book.publisher_id)
            .outerjoin(Series, Series.id == Book.series_id)
            .where(or_(_among(Book.isbn, isbns), _among(Book.sku, skus)))
            .order_by(Book.id)
        )
        if lock:
            # Stock in the order of ids, as orders take it.
            query = query.with_for_update(of=[Book, StockRecord], key_share=True)
        books = {row.id: _stored(row._asdict()) for row in self.session.execute(query)}
        self._add_credits(books)
        self._add_categories(books)
        return list(books.values())

    def _add_credits(self, books: dict[int, StoredBook]) -> None:
        link = BookContributor
        query = (
            select(link.book_id, link.role, Contributor.id, Contributor.name, Contributor.name_en)
            .join(Contributor, Contributor.id == BookContributor.contributor_id)
            .where(_among(link.book_id, books))
            .order_by(BookContributor.position)
        )
        for book_id, role, contributor_id, name, name_en in self.session.execute(query):
            books[book_id].credits[role].append(Credit(contributor_id, (name, name_en)))

    def _add_categories(self, books: dict[int, StoredBook]) -> None:
        query = (
            select(book_categories.c.book_id, Category.path)
            .join(Category, Category.id == book_categories.c.category_id)
            .where(_among(book_categories.c.book_id, books))
        )
        for book_id, path in self.session.execute(query):
            books[book_id].categories.add(path)

    def people(self, names: Collection[str]) -> dict[str, int]:
        """Ids of those who are called so in either alphabet; of namesakes the oldest."""
        by_english = self._ids_by(Contributor.name_en, Contributor.id, names)
        return by_english | self._ids_by(Contributor.name, Contributor.id, names)

    def houses(self, kind: House, names: Collection[str]) -> dict[str, int]:
        return self._ids_by(kind.name, kind.id, names)

    def _ids_by(self, name: Any, key: Any, names: Collection[str]) -> dict[str, int]:
        query = select(name, func.min(key)).where(_among(name, names)).group_by(name)
        return dict(iter(self.session.execute(query)))

    def category_ids(self) -> dict[str, int]:
        """Every category by its path."""
        return dict(iter(self.session.execute(select(Category.path, Category.id))))

    def taken_slugs(self, kind: House, stems: Iterable[str]) -> set[str]:
        """Slugs that are one of these, or one of these with a number behind it."""
        return taken_slugs(self.session, kind.slug, stems)

    def add_people(self, rows: Sequence[Values]) -> dict[str, int]:
        """The new ids by name."""
        return _ids(insert_rows(self.session, _table(Contributor), rows, ("name", "id")))

    def add_houses(self, kind: House, rows: Sequence[Values]) -> dict[str, int]:
        """The new ids by name."""
        return _ids(insert_rows(self.session, _table(kind), rows, ("name", "id")))

    def add_category(self, path: str, name: str, parent_id: int | None) -> int:
        row = {
            "path": path,
            "name": name,
            "slug": path.rpartition("/")[2],
            "parent_id": parent_id,
            "position": 0,
        }
        [added] = insert_rows(self.session, _table(Category), [row], ("id",))
        return int(added.id)

    def add_books(self, rows: Sequence[Values]) -> dict[str, int]:
        """The new ids by SKU."""
        return _ids(insert_rows(self.session, _table(Book), rows, ("sku", "id")))

    def change_books(self, rows: Sequence[Values]) -> None:
        """Set columns of books by `id`; rows that set the same columns go together."""
        alike: dict[tuple[str, ...], list[Values]] = defaultdict(list)
        now = utcnow()
        for row in rows:
            alike[tuple(row)].append({**row, "updated_at": now})
        for some in alike.values():
            update_rows(self.session, _table(Book), "id", some, "version = books.version + 1")

    def put_credits(self, book_ids: Collection[int], rows: Sequence[Values]) -> None:
        """Put these in place of all that the books have."""
        self._forget(_among(BookContributor.book_id, book_ids), BookContributor)
        insert_rows(self.session, _table(BookContributor), rows)

    def put_categories(self, book_ids: Collection[int], rows: Sequence[Values]) -> None:
        """Put these in place of all that the books have."""
        self._forget(_among(book_categories.c.book_id, book_ids), book_categories)
        insert_rows(self.session, book_categories, rows)

    def _forget(self, condition: Any, table: Any) -> None:
        self.session.execute(
            delete(table).where(condition).execution_options(synchronize_session=False)
        )

    def indexed_once(self) -> AbstractContextManager[set[int]]:
        """Inside, search learns nothing; at the end it does of the books in the set."""
        return indexed_once(self.session)

    def add_stock(self, rows: Sequence[Values]) -> None:
        insert_rows(self.session, _table(StockRecord), rows)

    def note(self, rows: Sequence[Values]) -> None:
        """Leave audit entries."""
        insert_rows(self.session, _table(AuditEntry), rows)


def _among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """One array: a parameter for each of thousands would be a long text to make and to read."""
    return cast(ColumnElement[bool], column == any_(literal(list(values), ARRAY(column.type))))


def _stored(row: dict[str, Any]) -> StoredBook:
    key, allocated = row.pop("id"), row.pop("num_allocated")
    return StoredBook(key, row, allocated)


def _table(entity: Any) -> Any:
    return entity.__table__


def _ids(rows: Iterable[Any]) -> dict[str, int]:
    return dict(iter(rows))
