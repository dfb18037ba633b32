"""Books that are there twice: found, and all that hangs on the one hung on the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import aliased

from shop.models import (
    Book,
    MergedBook,
    Order,
    OrderLine,
    Shelf,
    ShelfEntry,
    StockRecord,
)
from shop.repositories.audit import Facts
from shop.repositories.base import Sessions
from shop.repositories.shelves import CARD

MOST = 200
# Books of one title, whatever its case and accents, by the same authors; and books whose SKU is
# the ISBN of another one, with 10 digits or with 13.
DOUBLES = text(
    """
    WITH alike AS (
        SELECT folded_title FROM books GROUP BY folded_title HAVING count(*) > 1
    ), written AS (
        SELECT books.id, folded_title,
               array_agg(contributor_id ORDER BY contributor_id) AS authors
        FROM books JOIN alike USING (folded_title)
        LEFT JOIN book_contributors ON book_id = books.id AND role = 'author'
        GROUP BY books.id
    ), coded AS MATERIALIZED (
        SELECT id, sku FROM books WHERE length(sku) IN (10, 13) AND isbn IS DISTINCT FROM sku
    ), groups AS (
        SELECT array_agg(id ORDER BY id) AS ids FROM written
        GROUP BY folded_title, authors HAVING count(*) > 1
        UNION
        SELECT ARRAY[least(coded.id, other.id), greatest(coded.id, other.id)]
        FROM coded JOIN books AS other
            ON left(other.isbn, 12) = '978' || left(coded.sku, 9) AND other.id <> coded.id
        WHERE coded.sku ~ '^[0-9]{9}[0-9Xx]$'
        UNION
        SELECT ARRAY[least(coded.id, other.id), greatest(coded.id, other.id)]
        FROM coded JOIN books AS other ON other.isbn = coded.sku
    )
    SELECT ids FROM groups ORDER BY ids LIMIT :most
    """
)
MOVES = (
    "UPDATE stock_records AS kept SET num_in_stock = kept.num_in_stock + gone.num_in_stock, "
    "num_allocated = kept.num_allocated + gone.num_allocated FROM stock_records AS gone "
    "WHERE kept.book_id = :kept AND gone.book_id = :gone",
    "UPDATE order_lines SET book_id = :kept WHERE book_id = :gone",
    # Behind its own pictures; the same picture is there once.
    "UPDATE images SET book_id = :kept, position = position + 1 + "
    "(SELECT coalesce(max(position), -1) FROM images WHERE book_id = :kept) "
    "WHERE book_id = :gone AND key NOT IN (SELECT key FROM images WHERE book_id = :kept)",
    # A card is not lost where the book that is kept has none there.
    "UPDATE shelf_entries AS kept SET note = gone.note, note_ru = gone.note_ru, "
    "signed = gone.signed, signed_ru = gone.signed_ru FROM shelf_entries AS gone "
    "WHERE kept.book_id = :kept AND gone.book_id = :gone AND gone.shelf_id = kept.shelf_id "
    "AND kept.note IS NULL AND kept.note_ru IS NULL",
    "UPDATE shelf_entries SET book_id = :kept WHERE book_id = :gone AND shelf_id NOT IN "
    "(SELECT shelf_id FROM shelf_entries WHERE book_id = :kept)",
    "DELETE FROM shelf_entries WHERE book_id = :gone",
    "UPDATE shelf_entries SET position = placed.place FROM (SELECT shelf_id, book_id, "
    "row_number() OVER (PARTITION BY shelf_id ORDER BY position, book_id) - 1 AS place "
    "FROM shelf_entries WHERE shelf_id = ANY(:shelves)) AS placed "
    "WHERE shelf_entries.shelf_id = placed.shelf_id AND shelf_entries.book_id = placed.book_id",
    "UPDATE shelves SET version = version + 1 WHERE id = ANY(:shelves)",
    "INSERT INTO book_categories (book_id, category_id) "
    "SELECT :kept, category_id FROM book_categories WHERE book_id = :gone ON CONFLICT DO NOTHING",
    "UPDATE merged_books SET book_id = :kept WHERE book_id = :gone",
)


class DoubleBooksRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def groups(self) -> Sequence[list[int]]:
        """Ids of books that may be one, group by group: two hundred groups at most."""
        return [list(ids) for ids in self.session.scalars(DOUBLES, {"most": MOST})]

    def lock(self, ids: Iterable[int]) -> None:
        """Keep the orders of these books, then their copies, and then the books themselves from
        others.

        In the order in which an order itself takes them: one that was delivered long ago may be
        coming back, and its entries in the ledger of sales are made anew with its lines.
        """
        wanted = sorted(ids)
        lines = select(OrderLine.order_id).where(OrderLine.book_id.in_(wanted))
        orders = select(Order.id).where(Order.id.in_(lines)).order_by(Order.id)
        self.session.execute(orders.with_for_update())
        stock = select(StockRecord.book_id).where(StockRecord.book_id.in_(wanted))
        self.session.execute(stock.order_by(StockRecord.book_id).with_for_update())
        books = select(Book.id).where(Book.id.in_(wanted)).order_by(Book.id)
        self.session.execute(books.with_for_update())

    def orders_of_both(self, one: int, other: int) -> int:
        """How many orders have a line of each."""
        its = aliased(OrderLine)
        query = select(func.count(OrderLine.order_id.distinct())).join(
            its, its.order_id == OrderLine.order_id
        )
        both = query.where(OrderLine.book_id == one, its.book_id == other)
        return self.session.scalar(both) or 0

    def cards(self, shelves: Iterable[int]) -> dict[int, list[Facts]]:
        """What stands on these shelves, as their trail has it."""
        entry = ShelfEntry
        query = select(entry.shelf_id, *(getattr(entry, name) for name in ("book_id", *CARD)))
        rows = self.session.execute(
            query.where(entry.shelf_id.in_(list(shelves))).order_by(entry.shelf_id, entry.position)
        )
        standing: dict[int, list[Facts]] = {}
        for shelf, book, *card in rows:
            told = {"id": book, **dict(zip(CARD, card, strict=True))}
            standing.setdefault(shelf, []).append(told)
        return standing

    def shelves_with(self, book: int) -> Sequence[int]:
        """Ids of the shelves on which it stands, kept from others."""
        standing = select(ShelfEntry.shelf_id).where(ShelfEntry.book_id == book)
        query = select(Shelf.id).where(Shelf.id.in_(standing)).order_by(Shelf.id)
        return self.session.scalars(query.with_for_update()).all()

    def move(self, gone: int, kept: int, shelves: Sequence[int]) -> None:
        """Copies, promises, lines of orders, pictures, categories, and the place on `shelves`."""
        given = {"gone": gone, "kept": kept, "shelves": list(shelves)}
        for statement in MOVES:
            moved = text(statement)
            named = {name: value for name, value in given.items() if name in moved.compile().params}
            self.session.execute(moved, named)

    def lead(self, gone: Book, kept: int, isbn: str | None, sku: str) -> None:
        """Take the one away; its address, and this ISBN and this SKU, lead to the other."""
        key = gone.id
        # By a statement: the pictures that the session knows of it are the other's by now.
        self.session.expunge(gone)
        away = delete(Book).where(Book.id == key).execution_options(synchronize_session=False)
        self.session.execute(away)
        self.session.add(MergedBook(old_id=key, isbn=isbn, sku=sku, book_id=kept))
        self.session.flush()
