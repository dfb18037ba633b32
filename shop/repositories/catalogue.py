"""What books hang on: the category tree and contributors."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shop.models import Category, Contributor
from shop.repositories.base import Repository


class CategoryRepository(Repository[Category]):
    entity = Category

    def all(self) -> Sequence[Category]:
        """The whole tree, parents before their children."""
        return self.session.scalars(
            select(Category).order_by(
                Category.parent_id.is_not(None), Category.position, Category.path
            )
        ).all()

    def by_path(self, path: str) -> Category:
        return self.session.scalars(select(Category).where(Category.path == path)).one()


class ContributorRepository(Repository[Contributor]):
    entity = Contributor
