"""The shelves of the shop window, with their books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Book, Shelf, ShelfEntry, ShelfKind
from shop.repositories.base import Repository, Sessions
from shop.repositories.books import BookRepository


class ShelfRepository(Repository[Shelf]):
    entity = Shelf

    def __init__(self, session: Sessions, books: BookRepository) -> None:
        super().__init__(session)
        self.books = books

    def loads(self) -> tuple[ORMOption, ...]:
        """Each shelf with all that the cards of its books show."""
        shown: tuple[Any, ...] = self.books.loads()
        return (selectinload(Shelf.entries).selectinload(ShelfEntry.book).options(*shown),)

    def of_kind(self, kind: ShelfKind) -> Sequence[Shelf]:
        """Those that have books on them, in the order of the window."""
        query = select(Shelf).where(Shelf.kind == kind, Shelf.entries.any())
        return self.session.scalars(self._listed(query)).all()

    def by_slug(self, slug: str) -> Shelf:
        """The shelf; NoResultFound when there is none."""
        return self.session.scalars(self._listed(select(Shelf).where(Shelf.slug == slug))).one()

    def filled(self) -> Sequence[Shelf]:
        """Every shelf with books, without them: what a sitemap names."""
        return self.session.scalars(
            select(Shelf).where(Shelf.entries.any()).order_by(Shelf.position, Shelf.id)
        ).all()

    def cards_of(self, book: Book) -> Sequence[ShelfEntry]:
        """What hangs under this book: its entries with a note, each with its shelf."""
        query = (
            select(ShelfEntry)
            .join(ShelfEntry.shelf)
            .where(ShelfEntry.book_id == book.id, ShelfEntry.note.is_not(None))
            .order_by(Shelf.position, Shelf.id)
            .options(contains_eager(ShelfEntry.shelf))
        )
        return self.session.scalars(query).all()

    def _listed(self, query: Select[Shelf]) -> Select[Shelf]:
        ordered = query.order_by(Shelf.position, Shelf.id).options(*self.loads())
        return ordered.execution_options(populate_existing=True)
