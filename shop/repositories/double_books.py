"""Books that are there twice: found, and all that hangs on the one hung on the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import aliased

from shop.models import Book, MergedBook, Order, OrderLine, OrderState, StockRecord
from shop.repositories.base import Sessions

MOST = 200
# Books of one title, whatever its case and accents, by the same authors; and books whose SKU is
# the ISBN of another one, with 10 digits or with 13.
DOUBLES = text(
    """
    WITH titled AS (
        SELECT id, fold(title) AS title FROM books
    ), alike AS (
        SELECT title FROM titled GROUP BY title HAVING count(*) > 1
    ), written AS (
        SELECT titled.id, titled.title,
            (SELECT array_agg(contributor_id ORDER BY contributor_id) FROM book_contributors
             WHERE book_id = titled.id AND role = 'author') AS authors
        FROM titled JOIN alike USING (title)
    ), groups AS (
        SELECT array_agg(id ORDER BY id) AS ids FROM written
        GROUP BY title, authors HAVING count(*) > 1
        UNION
        SELECT ARRAY[least(one.id, other.id), greatest(one.id, other.id)]
        FROM books AS one JOIN books AS other
            ON left(other.isbn, 12) = '978' || left(one.sku, 9) AND other.id <> one.id
        WHERE one.sku ~ '^[0-9]{9}[0-9Xx]$'
        UNION
        SELECT ARRAY[least(one.id, other.id), greatest(one.id, other.id)]
        FROM books AS one JOIN books AS other ON other.isbn = one.sku AND other.id <> one.id
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
    "UPDATE shelf_entries SET book_id = :kept WHERE book_id = :gone AND shelf_id NOT IN "
    "(SELECT shelf_id FROM shelf_entries WHERE book_id = :kept)",
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
        """Keep the orders that are under way with these books, and then their copies, from others.

        In the order in which an order itself takes them.
        """
        wanted = sorted(ids)
        lines = select(OrderLine.order_id).where(OrderLine.book_id.in_(wanted))
        under_way = Order.state.in_(
            (OrderState.PENDING_PAYMENT, OrderState.PAID, OrderState.PACKING)
        )
        orders = select(Order.id).where(under_way, Order.id.in_(lines)).order_by(Order.id)
        self.session.execute(orders.with_for_update())
        stock = select(StockRecord.book_id).where(StockRecord.book_id.in_(wanted))
        self.session.execute(stock.order_by(StockRecord.book_id).with_for_update())

    def orders_of_both(self, one: int, other: int) -> int:
        """How many orders have a line of each."""
        its = aliased(OrderLine)
        query = select(func.count(OrderLine.order_id.distinct())).join(
            its, its.order_id == OrderLine.order_id
        )
        both = query.where(OrderLine.book_id == one, its.book_id == other)
        return self.session.scalar(both) or 0

    def move(self, gone: int, kept: int) -> None:
        """Copies, promises, lines of orders, pictures, shelves and categories."""
        for statement in MOVES:
            self.session.execute(text(statement), {"gone": gone, "kept": kept})

    def lead(self, gone: Book, kept: int, isbn: str | None) -> None:
        """Take the one away; its address, and this ISBN, lead to the other."""
        key = gone.id
        # By a statement: the pictures that the session knows of it are the other's by now.
        self.session.expunge(gone)
        away = delete(Book).where(Book.id == key).execution_options(synchronize_session=False)
        self.session.execute(away)
        self.session.add(MergedBook(old_id=key, isbn=isbn, book_id=kept))
        self.session.flush()
