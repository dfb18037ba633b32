"""What a visitor has looked at lately. The shop opens every page without it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence

from shop.errors import NotFound, Unavailable
from shop.models import Book
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.viewed import ViewedRepository
from shop.services.base import EntityBaseService
from shop.services.storage_errors import translated

logger = logging.getLogger(__name__)


class RecentlyViewedService(EntityBaseService[Book]):
    """Visitors are addressed by an id that says nothing of who they are."""

    def __init__(self, session: Sessions, books: BookRepository, viewed: ViewedRepository) -> None:
        super().__init__(session, books)
        self.books = books
        self.viewed = viewed

    @staticmethod
    def new_id() -> str:
        return secrets.token_urlsafe(18)

    def look_at(self, viewer_id: str, book_id: int) -> Sequence[Book]:
        """Remember that this book was looked at; the others before it, the latest first."""
        with self.transaction():
            if self.books.get(book_id).is_draft:
                raise NotFound()
        try:
            with translated():
                ids = self.viewed.look_at(viewer_id, book_id)
        except Unavailable:
            logger.warning("what was looked at is not remembered")
            return ()
        return self._in_order(ids)

    def seen(self, viewer_id: str | None) -> Sequence[Book]:
        """What was looked at, the latest first; nothing for somebody who has no id."""
        try:
            with translated():
                ids = self.viewed.seen(viewer_id) if viewer_id else ()
        except Unavailable:
            ids = ()
        return self._in_order(ids)

    def forget(self, viewer_id: str) -> None:
        """Delete what was looked at; what Redis does not delete now, it forgets in a month."""
        try:
            with translated():
                self.viewed.forget(viewer_id)
        except Unavailable:
            logger.warning("what was looked at is not forgotten yet")

    def _in_order(self, ids: Sequence[int]) -> Sequence[Book]:
        with self.transaction():
            books = self.books.by_ids(ids)
        return [books[each] for each in ids if each in books and books[each].is_on_sale]
