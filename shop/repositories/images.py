"""Pictures and their renditions."""

from __future__ import annotations

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Book, Image, Rendition
from shop.repositories.base import Repository


class ImageRepository(Repository[Image]):
    entity = Image

    def loads(self) -> tuple[ORMOption, ...]:
        return (selectinload(Image.renditions),)

    def locked(self, image_id: int) -> Image | None:
        """The picture as it is now, kept from others until the transaction ends."""
        query = select(Image).where(Image.id == image_id).with_for_update()
        fresh = query.options(*self.loads()).execution_options(populate_existing=True)
        return self.session.scalars(fresh).unique().one_or_none()

    def book_id(self, isbn: str) -> int:
        """The book with these 13 digits; NoResultFound when there is none."""
        return self.session.scalars(select(Book.id).where(Book.isbn == isbn)).one()

    def take_turn(self, book_id: int) -> None:
        """Until the transaction ends nobody else gives this book a picture."""
        book = select(Book.id).where(Book.id == book_id)
        self.session.execute(book.with_for_update(key_share=True))

    def of(self, book_id: int) -> Select[Image]:
        """Its pictures in their order."""
        return select(Image).where(Image.book_id == book_id).order_by(Image.position, Image.id)

    def next_position(self, book_id: int) -> int:
        """Behind all that the book has."""
        last = select(func.max(Image.position)).where(Image.book_id == book_id)
        return self.session.scalar(select(func.coalesce(last.scalar_subquery() + 1, 0))) or 0

    def is_in_use(self, key: str) -> bool:
        """Whether some picture's original or one of its sizes is under this key."""
        original = select(Image.id).where(Image.key == key).exists()
        size = select(Rendition.image_id).where(Rendition.key == key).exists()
        return bool(self.session.scalar(select(or_(original, size))))

    def of_book(self, book_id: int, key: str) -> Image | None:
        query = select(Image).where(Image.book_id == book_id, Image.key == key)
        return self.session.scalars(query.options(*self.loads())).unique().one_or_none()
