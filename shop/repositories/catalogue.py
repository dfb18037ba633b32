"""What books hang on: the category tree, contributors, publishers, series."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from shop.models import Category, Contributor, FormerCategoryPath, Publisher, Series
from shop.repositories.base import Repository


class CategoryRepository(Repository[Category]):
    entity = Category

    def by_former_path(self, path: str) -> Category:
        """The category that has moved away from this path; NoResultFound when none has."""
        query = select(Category).join(FormerCategoryPath).where(FormerCategoryPath.path == path)
        return self.session.scalars(query).one()


class ContributorRepository(Repository[Contributor]):
    entity = Contributor

    def by_ids(self, ids: Sequence[int]) -> dict[int, Contributor]:
        people = select(Contributor).where(Contributor.id.in_(ids))
        return {person.id: person for person in self.session.scalars(people)} if ids else {}

    def named(self, text: str) -> list[int]:
        """Ids of the people whose name has the text; case, accents and ё do not matter."""
        names = func.fold(func.concat_ws(" ", Contributor.name, Contributor.name_en))
        query = select(Contributor.id).where(func.strpos(names, func.fold(text)) > 0)
        return list(self.session.scalars(query))


class PublisherRepository(Repository[Publisher]):
    entity = Publisher


class SeriesRepository(Repository[Series]):
    entity = Series
