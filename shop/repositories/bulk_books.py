"""Many books written at once: a few statements, however many rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, any_, delete, func, literal, select, union
from sqlalchemy.dialects.postgresql import aggregate_order_by

from shop.models import (
    AuditEntry,
    Book,
    BookContributor,
    Category,
    Image,
    MergedBook,
    OrderLine,
    ShelfEntry,
    StockRecord,
)
from shop.models.catalogue import book_categories
from shop.models.columns import utcnow
from shop.repositories.audit import Facts
from shop.repositories.base import Repository
from shop.repositories.bulk import Values, insert_rows, update_rows
from shop.repositories.search.loads import indexed_once

# The columns of a book that its facts in the trail have.
FACTS = (
    *("isbn", "sku", "title", "subtitle", "publisher_id", "series_id", "series_number"),
    *("language", "format", "published_year", "pages", "age_mark", "weight_grams"),
    *("description", "list_price", "discount_percent", "released_on", "status"),
)


class BulkBookRepository(Repository[Book]):
    entity = Book

    def facts(
        self, ids: Collection[int], *, lock: bool, lock_stock: bool
    ) -> dict[int, Mapping[str, Any]]:
        """Price, status, stock and categories of those that there are, by id.

        `lock` keeps others from changing the books until the transaction ends, `lock_stock` from
        ordering them too.
        """
        pictured = select(Image.id).where(Image.book_id == Book.id).exists()
        query = (
            select(
                Book.id,
                Book.title,
                Book.list_price,
                Book.discount_percent,
                Book.status,
                StockRecord.num_in_stock,
                StockRecord.num_allocated,
                pictured.label("has_cover"),
                (Book.description != "").label("has_description"),
            )
            .join(StockRecord, StockRecord.book_id == Book.id)
            .where(among(Book.id, ids))
            .order_by(Book.id)
        )
        if lock:
            # Stock in the order of ids, as orders take it.
            tables: list[Any] = [Book, StockRecord] if lock_stock else [Book]
            query = query.with_for_update(of=tables, key_share=True)
        rows = self.session.execute(query).all()
        filed = self._category_ids(ids)
        return {
            row.id: {**row._mapping, "category_ids": tuple(filed.get(row.id, ()))} for row in rows
        }

    def _category_ids(self, ids: Collection[int]) -> dict[int, list[int]]:
        link = book_categories.c
        query = (
            select(
                link.book_id, func.array_agg(aggregate_order_by(link.category_id, link.category_id))
            )
            .where(among(link.book_id, ids))
            .group_by(link.book_id)
        )
        return dict(iter(self.session.execute(query)))

    def whole_facts(self, ids: Iterable[int]) -> dict[int, Facts]:
        """All that staff can change of books, as the trail has it, by id."""
        wanted = list(ids)
        columns = (Book.id, *(getattr(Book, name) for name in FACTS), StockRecord.num_in_stock)
        query = select(*columns).join(StockRecord, StockRecord.book_id == Book.id)
        rows = self.session.execute(query.where(among(Book.id, wanted)).order_by(Book.id)).all()
        filed = self._category_ids(wanted)
        credits = self._credits(wanted)
        return {
            row.id: {
                **{name: plain(value) for name, value in row._mapping.items() if name != "id"},
                "contributors": credits.get(row.id, []),
                "category_ids": filed.get(row.id, []),
            }
            for row in rows
        }

    def _credits(self, ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
        link = BookContributor
        query = select(link.book_id, link.contributor_id, link.role)
        rows = query.where(among(link.book_id, ids)).order_by(link.book_id, link.position)
        credits: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for book_id, person, role in self.session.execute(rows):
            credits[book_id].append({"id": person, "role": str(role)})
        return credits

    def categories_that_stay(self, ids: Collection[int]) -> set[int]:
        """Those of them that there are, kept from removal until the transaction ends."""
        query = select(Category.id).where(among(Category.id, ids)).order_by(Category.id)
        return set(self.session.scalars(query.with_for_update(read=True, key_share=True)))

    def taken_back(self, entries: Collection[int]) -> set[int]:
        """Those of these entries of the trail that somebody has undone."""
        undone = AuditEntry.undoes_id
        return {
            key
            for key in self.session.scalars(select(undone).where(among(undone, entries)))
            if key is not None
        }

    def entries(self, ids: Collection[int]) -> dict[int, AuditEntry]:
        """These entries of the trail, by id."""
        query = select(AuditEntry).where(among(AuditEntry.id, ids))
        return {entry.id: entry for entry in self.session.scalars(query)}

    def in_use(self, ids: Collection[int]) -> set[int]:
        """Those of these books that were ordered, stand on a shelf, have pictures, or have become
        what another book is too."""
        used = (OrderLine.book_id, ShelfEntry.book_id, Image.book_id, MergedBook.book_id)
        query = union(*(select(column).where(among(column, ids)) for column in used))
        return set(self.session.scalars(query))

    def remove(self, ids: Collection[int]) -> None:
        """Delete books with all that hangs on them alone."""
        self._forget(among(Book.id, ids), Book)

    def change_books(self, rows: Sequence[Values]) -> None:
        """Set columns of books by `id`; rows that set the same columns go together."""
        alike: dict[tuple[str, ...], list[Values]] = defaultdict(list)
        now = utcnow()
        for row in rows:
            alike[tuple(row)].append({**row, "updated_at": now})
        for some in alike.values():
            update_rows(self.session, table_of(Book), "id", some, "version = books.version + 1")

    def put_credits(self, book_ids: Collection[int], rows: Sequence[Values]) -> None:
        """Put these in place of all that the books have."""
        self._forget(among(BookContributor.book_id, book_ids), BookContributor)
        insert_rows(self.session, table_of(BookContributor), rows)

    def put_categories(self, book_ids: Collection[int], rows: Sequence[Values]) -> None:
        """Put these in place of all that the books have."""
        self._forget(among(book_categories.c.book_id, book_ids), book_categories)
        insert_rows(self.session, book_categories, rows)

    def _forget(self, condition: Any, table: Any) -> None:
        self.session.execute(
            delete(table).where(condition).execution_options(synchronize_session=False)
        )

    def indexed_once(self) -> AbstractContextManager[set[int]]:
        """Inside, search learns nothing; at the end it does of the books in the set."""
        return indexed_once(self.session)

    def note(self, rows: Sequence[Values]) -> dict[int, int]:
        """Leave audit entries; answers their ids by the id of what they are about."""
        added = insert_rows(self.session, table_of(AuditEntry), rows, ("entity_id", "id"))
        return dict(iter(added))  # type: ignore[arg-type]


def plain(value: Any) -> Any:
    """A column's value as JSON has it."""
    return str(value) if isinstance(value, Decimal | date | str) else value


def among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """One array: a parameter for each of thousands would be a long text to make and to read."""
    return cast(ColumnElement[bool], column == any_(literal(list(values), ARRAY(column.type))))


def table_of(entity: Any) -> Any:
    return entity.__table__
