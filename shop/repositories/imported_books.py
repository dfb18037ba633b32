"""What an import asks of the catalogue and writes into it, a batch of rows at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select, text

from shop.models import (
    AuditEntry,
    Book,
    BookContributor,
    Category,
    Contributor,
    ContributorRole,
    MergedBook,
    MergedName,
    NameKind,
    Publisher,
    Series,
    StockRecord,
)
from shop.models.catalogue import book_categories
from shop.repositories.bulk import Values, insert_rows
from shop.repositories.bulk_books import BulkBookRepository, among, table_of
from shop.repositories.catalogue import CHANGING_THE_TREE, next_position
from shop.repositories.slugs import taken_slugs

# Any number that every import agrees on.
IMPORTING = 2_009_031_102
House = type[Publisher] | type[Series]
KINDS: dict[Any, NameKind] = {
    Contributor: NameKind.CONTRIBUTOR,
    Publisher: NameKind.PUBLISHER,
    Series: NameKind.SERIES,
}
MODELS = {kind: model for model, kind in KINDS.items()}
# The columns of a book that a file can fill, but for the two that are names of other rows.
COLUMNS = (
    *("isbn", "sku", "title", "subtitle", "series_number", "language", "format"),
    *("published_year", "pages", "age_mark", "weight_grams", "description"),
    *("list_price", "discount_percent", "released_on"),
)


@dataclass(frozen=True)
class Credit:
    """Somebody's part in a stored book, by all of their names: those of doubles come last."""

    contributor_id: int
    names: tuple[str, ...]


@dataclass
class StoredBook:
    """A book as an import sees it: plain values, and names of what it hangs on.

    `former` are values of doubles that lead to the book, or to what it hangs on, by field: they
    mean what is there.
    """

    id: int
    values: dict[str, Any]
    num_allocated: int
    former: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    credits: dict[ContributorRole, list[Credit]] = field(default_factory=lambda: defaultdict(list))
    categories: set[str] = field(default_factory=set)


class ImportedBookRepository(BulkBookRepository):
    def take_turn(self) -> None:
        """Until the transaction ends no other import writes: two would make an author twice."""
        # Of a turn too: a batch of long descriptions takes longer than a page may.
        self.session.execute(text("SET LOCAL statement_timeout = '10min'"))
        self.session.execute(select(func.pg_advisory_xact_lock(IMPORTING)))

    def stored(
        self, isbns: Collection[str], skus: Collection[str], *, lock: bool
    ) -> list[StoredBook]:
        """The books with any of these ISBNs or SKUs, and those whose doubles had them; `lock`
        keeps others from changing them."""
        doubles = self._doubles(isbns, skus)
        kept = {double.book_id for double in doubles}
        query = (
            select(
                Book.id,
                Book.publisher_id,
                Book.series_id,
                *(getattr(Book, name) for name in COLUMNS),
                Publisher.name.label("publisher"),
                Series.name.label("series"),
                StockRecord.num_in_stock,
                StockRecord.num_allocated,
            )
            .join(StockRecord, StockRecord.book_id == Book.id)
            .outerjoin(Publisher, Publisher.id == Book.publisher_id)
            .outerjoin(Series, Series.id == Book.series_id)
            .where(or_(among(Book.isbn, isbns), among(Book.sku, skus), among(Book.id, kept)))
            .order_by(Book.id)
        )
        if lock:
            # Stock in the order of ids, as orders take it.
            query = query.with_for_update(of=[Book, StockRecord], key_share=True)
        rows = self.session.execute(query).all()
        books = {row.id: _stored(row._asdict()) for row in rows}
        for double in doubles:
            if double.book_id in books:
                former = books[double.book_id].former
                former["isbn"] |= {double.isbn} - {None}
                former["sku"] |= {double.sku} - {None}
        self._add_former_houses(books, rows)
        self._add_credits(books)
        self._add_categories(books)
        return list(books.values())

    def _doubles(self, isbns: Collection[str], skus: Collection[str]) -> Sequence[Any]:
        double = MergedBook
        query = select(double.book_id, double.isbn, double.sku)
        had = or_(among(double.isbn, isbns), among(double.sku, skus))
        return self.session.execute(query.where(had)).all()

    def _add_former_houses(self, books: dict[int, StoredBook], rows: Iterable[Any]) -> None:
        held = [("publisher", row.publisher_id, row.id) for row in rows]
        held += [("series", row.series_id, row.id) for row in rows]
        for kind in ("publisher", "series"):
            former = self._former_names(kind, {key for field, key, _ in held if field == kind})
            for field_of, key, book in held:
                if field_of == kind:
                    books[book].former[kind] |= set(former.get(key, ()))

    def _former_names(self, kind: str, ids: Collection[int | None]) -> dict[int, list[str]]:
        """What the doubles of these were called, by id."""
        name = MergedName
        query = select(name.new_id, name.old_name, name.old_name_en).where(name.kind == kind)
        wanted = among(name.new_id, [key for key in ids if key is not None])
        former: dict[int, list[str]] = defaultdict(list)
        for key, *names in self.session.execute(query.where(wanted).order_by(name.old_id)):
            former[key] += [each for each in names if each]
        return former

    def _add_credits(self, books: dict[int, StoredBook]) -> None:
        link = BookContributor
        query = (
            select(link.book_id, link.role, Contributor.id, Contributor.name, Contributor.name_en)
            .join(Contributor, Contributor.id == BookContributor.contributor_id)
            .where(among(link.book_id, books))
            .order_by(BookContributor.position)
        )
        rows = self.session.execute(query).all()
        former = self._former_names("contributor", {row.id for row in rows})
        for book_id, role, key, *own in rows:
            names = tuple(name for name in (*own, *former.get(key, ())) if name)
            books[book_id].credits[role].append(Credit(key, names))

    def _add_categories(self, books: dict[int, StoredBook]) -> None:
        query = (
            select(book_categories.c.book_id, Category.path)
            .join(Category, Category.id == book_categories.c.category_id)
            .where(among(book_categories.c.book_id, books))
        )
        for book_id, path in self.session.execute(query):
            books[book_id].categories.add(path)

    def people(self, names: Collection[str]) -> dict[str, int]:
        """Ids of those who are called so in either alphabet; of namesakes the oldest. Where nobody
        is, of those whose double was."""
        return (
            self._led_by(Contributor, MergedName.old_name_en, names)
            | self._led_by(Contributor, MergedName.old_name, names)
            | self._ids_by(Contributor.name_en, Contributor.id, names)
            | self._ids_by(Contributor.name, Contributor.id, names)
        )

    def houses(self, kind: House, names: Collection[str]) -> dict[str, int]:
        """Ids of those that are called so, or whose double was."""
        led = self._led_by(kind, MergedName.old_name, names)
        return led | self._ids_by(kind.name, kind.id, names)

    def _ids_by(self, name: Any, key: Any, names: Collection[str]) -> dict[str, int]:
        query = select(name, func.min(key)).where(among(name, names)).group_by(name)
        return dict(iter(self.session.execute(query)))

    def _led_by(self, kind: Any, name: Any, names: Collection[str]) -> dict[str, int]:
        """Ids of those that were kept, by what their doubles were called."""
        query = select(name, func.min(kind.id)).where(MergedName.kind == KINDS[kind])
        kept = query.join(kind, kind.id == MergedName.new_id)
        return dict(iter(self.session.execute(kept.where(among(name, names)).group_by(name))))

    def names_made(self, kind: NameKind, batch_id: int) -> dict[int, AuditEntry]:
        """What the trail has of those that this bulk edit made, by id."""
        entry = AuditEntry
        query = select(entry).where(entry.batch_id == batch_id, entry.entity == kind)
        made = self.session.scalars(query.where(entry.action == "create"))
        return {each.entity_id: each for each in made}

    def unused_names(self, kind: NameKind, ids: Collection[int]) -> set[int]:
        """Those of them that no book names, no double leads to, and whose trail is their making
        alone; kept from others, who would hang a book on them, until the transaction ends."""
        model, entry = MODELS[kind], AuditEntry
        locked = select(model.id).where(among(model.id, ids)).order_by(model.id).with_for_update()
        there = set(self.session.scalars(locked))
        named = {
            NameKind.CONTRIBUTOR: BookContributor.contributor_id,
            NameKind.PUBLISHER: Book.publisher_id,
            NameKind.SERIES: Book.series_id,
        }[kind]
        changed = select(entry.entity_id).where(entry.entity == kind, among(entry.entity_id, ids))
        for used in (
            select(named).where(among(named, ids)),
            select(MergedName.new_id).where(MergedName.kind == kind, among(MergedName.new_id, ids)),
            changed.group_by(entry.entity_id).having(func.count() > 1),
        ):
            there -= set(self.session.scalars(used))
        return there

    def remove_names(self, kind: NameKind, ids: Collection[int]) -> None:
        model = MODELS[kind]
        self._forget(among(model.id, ids), model)

    def category_ids(self) -> dict[str, int]:
        """Every category by its path."""
        return dict(iter(self.session.execute(select(Category.path, Category.id))))

    def taken_slugs(self, kind: House, stems: Iterable[str]) -> set[str]:
        """Slugs that are one of these, or one of these with a number behind it."""
        return taken_slugs(self.session, kind.slug, stems)

    def add_people(self, rows: Sequence[Values]) -> dict[str, int]:
        """The new ids by name."""
        return _ids(insert_rows(self.session, table_of(Contributor), rows, ("name", "id")))

    def add_houses(self, kind: House, rows: Sequence[Values]) -> dict[str, int]:
        """The new ids by name."""
        return _ids(insert_rows(self.session, table_of(kind), rows, ("name", "id")))

    def change_the_tree(self) -> None:
        """As of staff who edit categories: until the transaction ends nobody else does."""
        self.session.execute(select(func.pg_advisory_xact_lock(CHANGING_THE_TREE)))

    def next_position(self, parent_id: int | None) -> int:
        """Where a new category comes last among those right below it."""
        return self.session.scalars(next_position(parent_id)).one()

    def add_category(self, row: Values) -> int:
        [added] = insert_rows(self.session, table_of(Category), [row], ("id",))
        return int(added.id)

    def add_books(self, rows: Sequence[Values]) -> dict[str, int]:
        """The new ids by SKU."""
        return _ids(insert_rows(self.session, table_of(Book), rows, ("sku", "id")))

    def add_stock(self, rows: Sequence[Values]) -> None:
        insert_rows(self.session, table_of(StockRecord), rows)


def _stored(row: dict[str, Any]) -> StoredBook:
    key, allocated = row.pop("id"), row.pop("num_allocated")
    row = {name: value for name, value in row.items() if name not in ("publisher_id", "series_id")}
    return StoredBook(key, row, allocated)


def _ids(rows: Iterable[Any]) -> dict[str, int]:
    return dict(iter(rows))
