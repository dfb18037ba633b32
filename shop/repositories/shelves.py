"""The shelves of the shop window, with their books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, selectinload
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Book, Shelf, ShelfEntry, ShelfKind
from shop.repositories.base import Sessions
from shop.repositories.book_filters import on_sale
from shop.repositories.books import BookRepository
from shop.repositories.ordered import OrderedRepository
from shop.repositories.slugs import taken_slugs

ANEW = {"populate_existing": True}
# The columns of an entry that hang under its book.
CARD = ("note", "note_ru", "signed", "signed_ru")


class ShelfRepository(OrderedRepository[Shelf]):
    entity = Shelf

    def __init__(self, session: Sessions, books: BookRepository) -> None:
        super().__init__(session)
        self.books = books

    def loads(self) -> tuple[ORMOption, ...]:
        """Each shelf with all that the cards of its books show."""
        shown: tuple[Any, ...] = self.books.loads()
        entries = selectinload(Shelf.entries.and_(_is_shown()))
        return (entries.selectinload(ShelfEntry.book).options(*shown),)

    def get(self, key: int) -> Shelf:
        """The shelf as staff see it, with what nobody else is shown as well."""
        shown: tuple[Any, ...] = self.books.loads()
        entries = selectinload(Shelf.entries).selectinload(ShelfEntry.book).options(*shown)
        query = select(Shelf).where(Shelf.id == key).options(entries)
        return self.session.scalars(query, execution_options=ANEW).one()

    def taken_slugs(self, stem: str) -> set[str]:
        """This slug, and this one with a number behind it, as far as they are in use."""
        return taken_slugs(self.session, Shelf.slug, [stem])

    def count_on(self, shelf: Shelf) -> None:
        """Another version of a shelf on which something else stands now."""
        flag_modified(shelf, "position")
        self.session.flush()

    def book_counts(self) -> dict[int, int]:
        """How many books stand on each shelf."""
        query = select(ShelfEntry.shelf_id, func.count()).group_by(ShelfEntry.shelf_id)
        return dict(iter(self.session.execute(query)))

    def first(self, kind: ShelfKind) -> Shelf | None:
        """The one that stands in front, with its books."""
        query = self._filled().where(Shelf.kind == kind).limit(1)
        return self.session.scalars(query.options(*self.loads()), execution_options=ANEW).first()

    def with_covers(self, kind: ShelfKind) -> Sequence[Shelf]:
        """All of a kind; of a book that nobody has asked for, only title and cover are known."""
        cover = selectinload(ShelfEntry.book).selectinload(Book.images)
        loads = selectinload(Shelf.entries.and_(_is_shown())).options(cover)
        return self.session.scalars(self._filled().where(Shelf.kind == kind).options(loads)).all()

    def by_slug(self, slug: str) -> Shelf:
        """The shelf with its books; NoResultFound when there is none."""
        query = select(Shelf).where(Shelf.slug == slug).options(*self.loads())
        return self.session.scalars(query, execution_options=ANEW).one()

    def filled(self) -> Sequence[Shelf]:
        """Every shelf with books, without them: what a sitemap names."""
        return self.session.scalars(self._filled()).all()

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

    def names_with(self, book: Book) -> Sequence[str]:
        """Names of the shelves on which this book stands."""
        query = select(Shelf.name).join(Shelf.entries).where(ShelfEntry.book_id == book.id)
        return self.session.scalars(query.order_by(Shelf.position, Shelf.id)).all()

    @staticmethod
    def _filled() -> Select[Shelf]:
        """Those that have books on sale on them, in the order of the window."""
        return (
            select(Shelf).where(Shelf.entries.any(_is_shown())).order_by(Shelf.position, Shelf.id)
        )


def _is_shown() -> ColumnElement[bool]:
    """What a draft or a withdrawn book stands on stays empty there until it is on sale."""
    return ShelfEntry.book.has(on_sale())
