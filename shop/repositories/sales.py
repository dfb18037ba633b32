"""What the orders say about books: how many copies were sold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from shop.models import BookSales, Order, OrderLine
from shop.models.orders import SOLD
from shop.repositories.base import Repository


class SalesRepository(Repository[BookSales]):
    entity = BookSales

    def recount(self, since: datetime) -> int:
        """Count the copies that were paid for since then; how many books' numbers changed.

        One statement, which leaves alone what has stayed as it was. In id order, so that two
        runs never wait for each other.
        """
        sold = (
            select(OrderLine.book_id, func.sum(OrderLine.quantity).label("copies"))
            .join(Order, Order.id == OrderLine.order_id)
            .where(Order.paid_at >= since, Order.state.in_(SOLD), OrderLine.book_id.is_not(None))
            .group_by(OrderLine.book_id)
            .cte("sold")
        )
        forgotten = (
            delete(BookSales)
            .where(BookSales.book_id.not_in(select(sold.c.book_id)))
            .returning(BookSales.book_id)
            .cte("forgotten")
        )
        found = insert(BookSales).from_select(
            ["book_id", "copies"], select(sold).order_by(sold.c.book_id)
        )
        counted = (
            found.on_conflict_do_update(
                index_elements=[BookSales.book_id],
                set_={"copies": found.excluded.copies},
                where=BookSales.copies != found.excluded.copies,
            )
            .returning(BookSales.book_id)
            .cte("counted")
        )
        changed = select(func.count()).select_from(
            select(forgotten.c.book_id).union_all(select(counted.c.book_id)).subquery()
        )
        return self.session.scalar(changed) or 0
