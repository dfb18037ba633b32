"""How books sell."""

from __future__ import annotations

from datetime import timedelta

from shop.models import BookSales
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.sales import SalesRepository
from shop.services.base import EntityBaseService, retried

# What was paid for longer ago says nothing about what readers want now.
COUNTED = timedelta(days=90)


class SalesService(EntityBaseService[BookSales]):
    def __init__(self, session: Sessions, sales: SalesRepository) -> None:
        super().__init__(session, sales)
        self.sales = sales

    @retried
    def recount(self) -> int:
        """Count the copies sold lately anew; how many books' numbers changed."""
        with self.transaction():
            return self.sales.recount(utcnow() - COUNTED)
