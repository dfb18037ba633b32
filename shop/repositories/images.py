"""Pictures, and which files they need."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select, union, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from shop.config import MediaStore
from shop.models import Book, BookStatus, Image, ImageState, Rendering
from shop.repositories.base import LARGEST_KEY, Repository


class ImageRepository(Repository[Image]):
    entity = Image

    def loads(self) -> tuple[ORMOption, ...]:
        return (joinedload(Image.rendering),)

    def locked(self, image_id: int) -> Image | None:
        """The picture as it is now, kept from others until the transaction ends."""
        if not 0 < image_id <= LARGEST_KEY:
            return None
        query = select(Image).where(Image.id == image_id).with_for_update(of=Image)
        fresh = query.options(*self.loads()).execution_options(populate_existing=True)
        return self.session.scalars(fresh).unique().one_or_none()

    def book_id(self, isbn: str, *, drafts: bool = True) -> int:
        """The book with these 13 digits; NoResultFound when there is none. Without `drafts` a
        draft is none."""
        query = select(Book.id).where(Book.isbn == isbn)
        if not drafts:
            query = query.where(Book.status != BookStatus.DRAFT)
        return self.session.scalars(query).one()

    def take_turn(self, book_id: int) -> None:
        """Until the transaction ends nobody else gives this book a picture, or puts them in
        another order."""
        book = select(Book.id).where(Book.id == book_id)
        self.session.execute(book.with_for_update(key_share=True))

    def of(self, book_id: int) -> Select[Image]:
        """Its pictures in their order."""
        return select(Image).where(Image.book_id == book_id).order_by(Image.position, Image.id)

    def all_of(self, book_id: int, *, locked: bool = False) -> Sequence[Image]:
        """Its pictures in their order, as they are now; `locked`, kept from others until the
        transaction ends."""
        query = self.of(book_id).options(*self.loads()).execution_options(populate_existing=True)
        if locked:
            query = query.with_for_update(of=Image)
        return self.session.scalars(query).unique().all()

    def of_book(self, book_id: int, key: str) -> Image | None:
        query = select(Image).where(Image.book_id == book_id, Image.key == key)
        return self.session.scalars(query.options(*self.loads())).unique().one_or_none()

    def next_position(self, book_id: int) -> int:
        """Behind all that the book has."""
        last = select(func.max(Image.position)).where(Image.book_id == book_id)
        return self.session.scalar(select(func.coalesce(last.scalar_subquery() + 1, 0))) or 0

    def not_ready(self, state: ImageState | None = None) -> Select[Image]:
        """Pictures without sizes, with their books: those that failed first, then the oldest."""
        wanted = [state] if state else [ImageState.FAILED, ImageState.PENDING]
        query = select(Image).where(Image.state.in_(wanted))
        in_order = query.order_by(Image.state != ImageState.FAILED, Image.id)
        return in_order.options(joinedload(Image.book))

    def failed_ids(self) -> Sequence[int]:
        failed = select(Image.id).where(Image.state == ImageState.FAILED)
        return self.session.scalars(failed.order_by(Image.id)).all()

    def count_by_state(self) -> dict[ImageState, int]:
        query = select(Image.state, func.count()).group_by(Image.state)
        return dict(list(self.session.execute(query)))

    def elsewhere(self, store: MediaStore, after: int, limit: int) -> Sequence[int]:
        """Ids after this one of pictures that are not kept in this store."""
        query = select(Image.id).where(Image.store != store, Image.id > after)
        return self.session.scalars(query.order_by(Image.id).limit(limit)).all()

    def ids_after(self, after: int, limit: int) -> Sequence[int]:
        query = select(Image.id).where(Image.id > after).order_by(Image.id).limit(limit)
        return self.session.scalars(query).all()

    def originals(self) -> Iterator[tuple[MediaStore, str]]:
        """Store and key of each original, once; read as they are taken."""
        query = select(Image.store, Image.key).distinct().order_by(Image.store, Image.key)
        rows = self.session.execute(query.execution_options(yield_per=1000))
        return ((store, key) for store, key in rows)

    def rehouse(self, known: Collection[MediaStore], home: MediaStore) -> int:
        """Say of those that are in a store which there is not that they are at home."""
        lost = update(Image).where(Image.store.not_in(known))
        moved = lost.values(store=home, moved_at=None)
        return self.changed(moved.execution_options(synchronize_session=False))

    def needed(self, store: MediaStore, keys: Collection[str], moved_after: datetime) -> set[str]:
        """Which of these files of a store some picture needs that is kept there, or was until it
        moved away after this moment."""
        folders = {key.rpartition("/")[0] for key in keys}
        there = or_(Image.store == store, Image.moved_at > moved_after)
        originals = select(Image.key).where(Image.key.in_(keys), there)
        sizes = select(Image.folder).where(Image.folder.in_(folders), there)
        found = set(self.session.scalars(union(originals, sizes)))
        return {key for key in keys if key in found or key.rpartition("/")[0] in found}

    def note_progress(self, image_id: int, made: int, total: int) -> None:
        """So many widths of so many are made."""
        query = update(Rendering).where(Rendering.image_id == image_id)
        noted = query.values(made=made, total=total)
        self.session.execute(noted.execution_options(synchronize_session=False))
