"""Stock. Each change is one UPDATE that checks as it writes; nobody reads and writes back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, text, true, update

from shop.models import StockRecord
from shop.repositories.base import Repository


class StockRepository(Repository[StockRecord]):
    entity = StockRecord

    def locked(self, book_id: int) -> StockRecord:
        """The record as it is now, kept from others until the transaction ends."""
        query = select(StockRecord).where(StockRecord.book_id == book_id).with_for_update()
        return self.session.scalars(query.execution_options(populate_existing=True)).one()

    def allocate(self, book_id: int, quantity: int) -> bool:
        """Promise copies to an order; False when there are not so many left."""
        free = StockRecord.num_in_stock - StockRecord.num_allocated
        return self._update(
            book_id,
            free >= quantity,
            num_allocated=StockRecord.num_allocated + quantity,
        )

    def release(self, book_id: int, quantity: int) -> bool:
        """Take a promise back; False when so many were not promised."""
        return self._update(
            book_id,
            StockRecord.num_allocated >= quantity,
            num_allocated=StockRecord.num_allocated - quantity,
        )

    def consume(self, book_id: int, quantity: int) -> bool:
        """Promised copies leave the house; False when so many were not promised."""
        return self._update(
            book_id,
            StockRecord.num_allocated >= quantity,
            num_allocated=StockRecord.num_allocated - quantity,
            num_in_stock=StockRecord.num_in_stock - quantity,
        )

    def take_back(self, book_id: int, quantity: int) -> bool:
        """Copies that had left the house are on the shelf again."""
        return self._update(book_id, true(), num_in_stock=StockRecord.num_in_stock + quantity)

    def recount(self, book_id: int, seen: int, counted: int) -> bool:
        """Put the counted number in place of the one seen; False when it is another by now."""
        return self._update(book_id, StockRecord.num_in_stock == seen, num_in_stock=counted)

    def recount_many(self, counted: Mapping[int, int]) -> None:
        """Put in place what was counted of each book.

        For whoever has locked the rows and knows that no fewer are counted than are promised;
        else the constraint refuses it all.
        """
        statement = text(
            "UPDATE stock_records SET num_in_stock = given.counted "
            "FROM unnest(CAST(:ids AS integer[]), CAST(:counts AS integer[]))"
            " AS given(book_id, counted) "
            "WHERE stock_records.book_id = given.book_id"
        )
        values = {"ids": list(counted), "counts": list(counted.values())}
        self.session.execute(statement, values)

    def _update(self, book_id: int, condition: object, **values: object) -> bool:
        statement = (
            update(StockRecord)
            .where(StockRecord.book_id == book_id, condition)  # type: ignore[arg-type]
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return self.changed(statement) == 1
