"""Whether the shop can serve: its tables and its catalogue are there."""

from __future__ import annotations

from sqlalchemy import text

from shop.models import Book
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.services.base import EntityBaseService


class HealthService(EntityBaseService[Book]):
    """Answers for `/readyz`; Unavailable while PostgreSQL does not."""

    def __init__(self, session: Sessions, books: BookRepository, head: str) -> None:
        super().__init__(session, books)
        self.books = books
        self.head = head

    def state(self) -> dict[str, bool]:
        """Which of the things that readiness needs are there."""
        with self.transaction():
            migrated = self._revision() == self.head
            return {"migrated": migrated, "seeded": migrated and self.books.count() > 0}

    def _revision(self) -> str | None:
        if self.session.scalar(text("SELECT to_regclass('alembic_version')")) is None:
            return None
        found = self.session.scalar(text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)
