"""Pictures and their renditions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Image
from shop.repositories.base import Repository


class ImageRepository(Repository[Image]):
    entity = Image

    def loads(self) -> tuple[ORMOption, ...]:
        return (selectinload(Image.renditions),)

    def locked(self, image_id: int) -> Image:
        """The picture as it is now, kept from others until the transaction ends."""
        query = select(Image).where(Image.id == image_id).with_for_update()
        fresh = query.options(*self.loads()).execution_options(populate_existing=True)
        return self.session.scalars(fresh).unique().one()

    def of_book(self, book_id: int, key: str) -> Image | None:
        query = select(Image).where(Image.book_id == book_id, Image.key == key)
        return self.session.scalars(query.options(*self.loads())).unique().one_or_none()
