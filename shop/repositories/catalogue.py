"""What books hang on: the category tree, contributors, publishers, series."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from sqlalchemy import ColumnElement, Executable, Select, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased

from shop.errors import Merged
from shop.models import (
    Book,
    BookContributor,
    Category,
    Contributor,
    FormerCategoryPath,
    MergedName,
    Publisher,
    Series,
)
from shop.models.catalogue import book_categories
from shop.models.columns import utcnow
from shop.repositories.base import LARGEST_KEY, Repository
from shop.repositories.book_filters import on_sale
from shop.repositories.bulk_books import among
from shop.repositories.ordered import PlacedRepository
from shop.repositories.slugs import taken_slugs

# Any number that all who change the tree agree on.
CHANGING_THE_TREE = 2_009_031_103
Counts = dict[int, int]
N = TypeVar("N", bound=Contributor | Publisher | Series | Category)
H = TypeVar("H", bound=Publisher | Series)


class NameRepository(Repository[N]):
    """What all of them can say."""

    # The noun of the trail.
    kind: ClassVar[str]

    def get(self, key: int) -> N:
        """One of them; Merged where it has become another one."""
        try:
            return super().get(key)
        except NoResultFound:
            if into := self.merged_into(key):
                raise Merged(into) from None
            raise

    def merged_into(self, key: int) -> int | None:
        """The id of the one that was kept of two; None where this was never merged, or the other
        one is gone: what led there leads there again once it is back."""
        if not 0 < key <= LARGEST_KEY:
            return None
        entity: Any = self.entity
        query = select(MergedName.new_id).join(entity, entity.id == MergedName.new_id)
        led = query.where(MergedName.kind == self.kind, MergedName.old_id == key)
        return self.session.scalar(led)

    @abstractmethod
    def book_counts(self, ids: Iterable[int], *, everything: bool = True) -> Counts:
        """How many books hang on each of these; nothing for one without any.

        Without `everything`, those on sale alone are counted.
        """


class CategoryRepository(NameRepository[Category], PlacedRepository[Category]):
    entity = Category
    kind = "category"

    def by_former_path(self, path: str) -> Category:
        """The category that has moved away from this path; NoResultFound when none has."""
        query = select(Category).join(FormerCategoryPath).where(FormerCategoryPath.path == path)
        return self.session.scalars(query).one()

    def all(self) -> Sequence[Category]:
        return self.session.scalars(select(Category).order_by(Category.path)).all()

    def ids_of(self, paths: Collection[str]) -> dict[str, int]:
        """By path, of those that there are."""
        query = select(Category.path, Category.id).where(Category.path.in_(paths))
        return dict(iter(self.session.execute(query)))

    def take_turn(self) -> None:
        """Until the transaction ends nobody else changes the tree: two could make a ring of it."""
        self.session.execute(select(func.pg_advisory_xact_lock(CHANGING_THE_TREE)))

    def children(self, parent_id: int | None) -> Sequence[Category]:
        """Those right below it, in their order; the roots below None."""
        below = Category.parent_id.is_not_distinct_from(parent_id)
        query = select(Category).where(below).order_by(Category.position, Category.path)
        return self.session.scalars(query, execution_options={"populate_existing": True}).all()

    def next_position(self, parent_id: int | None) -> int:
        return self.session.scalars(next_position(parent_id)).one()

    def filed_in(self, category_id: int) -> dict[int, list[int]]:
        """The books that are filed right there, each with all categories it is filed in."""
        link, own = book_categories.c, aliased(book_categories)
        query = (
            select(link.book_id, link.category_id)
            .join(own, own.c.book_id == link.book_id)
            .where(own.c.category_id == category_id)
            .order_by(link.book_id, link.category_id)
        )
        filed: dict[int, list[int]] = {}
        for book, category in self.session.execute(query):
            filed.setdefault(book, []).append(category)
        return filed

    def refile(self, books: Iterable[int], gone: int, kept: int) -> None:
        """File these books in the one and no longer in the other; each counts its version on."""
        link = book_categories
        filed = select(link.c.book_id, literal(kept)).where(link.c.category_id == gone)
        there = insert(link).from_select(["book_id", "category_id"], filed)
        self.session.execute(there.on_conflict_do_nothing())
        self.session.execute(link.delete().where(link.c.category_id == gone))
        counted = update(Book).where(among(Book.id, books))
        counted = counted.values(version=Book.version + 1, updated_at=utcnow())
        self.session.execute(counted, execution_options={"synchronize_session": False})

    def lead(self, gone: Category, kept: Category) -> None:
        """Where the one is, and was, leads to the other from now on."""
        former = FormerCategoryPath
        mine = update(former).where(former.category_id == gone.id).values(category_id=kept.id)
        self.session.execute(mine, execution_options={"synchronize_session": False})
        path = insert(former).values(path=gone.path, category_id=kept.id)
        again = path.on_conflict_do_update(
            index_elements=[former.path], set_={"category_id": kept.id}
        )
        self.session.execute(again)

    def is_taken(self, path: str) -> bool:
        return self.session.scalar(select(Category.id).where(Category.path == path)) is not None

    def count_below(self, category: Category) -> int:
        """How many categories hang on this one, however far below."""
        query = select(func.count()).select_from(Category).where(_below(Category, category.path))
        return self.session.scalar(query) or 0

    def longest_below(self, category: Category) -> int:
        """Letters of the longest path at or below it."""
        at_or_below = or_(Category.id == category.id, _below(Category, category.path))
        query = select(func.max(func.length(Category.path))).where(at_or_below)
        return self.session.scalar(query) or 0

    def book_counts(self, ids: Iterable[int], *, everything: bool = True) -> Counts:
        """How many books are at or below each of these."""
        place = aliased(Category)
        link = book_categories.c
        query = (
            select(Category.id, func.count(link.book_id.distinct()))
            .join(place, or_(place.id == Category.id, _below(place, Category.path)))
            .join(book_categories, link.category_id == place.id)
        )
        if not everything:
            query = query.join(Book, Book.id == link.book_id).where(on_sale())
        return _counted(self, query.where(Category.id.in_(list(ids))).group_by(Category.id))


def next_position(parent_id: int | None) -> Select[int]:
    """The place behind all that hang right below it; the roots below None."""
    last = func.coalesce(func.max(Category.position) + 1, 0)
    return select(last).where(Category.parent_id.is_not_distinct_from(parent_id))


class ContributorRepository(NameRepository[Contributor]):
    entity = Contributor
    kind = "contributor"

    def by_ids(self, ids: Iterable[int]) -> dict[int, Contributor]:
        """Many lists of books name nobody, and ask nothing then."""
        wanted = list(ids)
        return super().by_ids(wanted) if wanted else {}

    def named(self, text: str) -> list[int]:
        """Ids of the people whose name has the text; case, accents and ё do not matter."""
        names = func.fold(func.concat_ws(" ", Contributor.name, Contributor.name_en))
        query = select(Contributor.id).where(func.strpos(names, func.fold(text)) > 0)
        return list(self.session.scalars(query))

    def book_counts(self, ids: Iterable[int], *, everything: bool = True) -> Counts:
        """How many books each of these had any part in."""
        link = BookContributor
        query = select(link.contributor_id, func.count(link.book_id.distinct()))
        if not everything:
            query = query.join(Book, Book.id == link.book_id).where(on_sale())
        chosen = query.where(link.contributor_id.in_(list(ids)))
        return _counted(self, chosen.group_by(link.contributor_id))


class HouseRepository(NameRepository[H]):
    """What is alike of publishers and series: a book has one or none."""

    # The column of a book that says which one it has.
    of_a_book: ClassVar[str]

    def book_counts(self, ids: Iterable[int], *, everything: bool = True) -> Counts:
        """How many books each of these has."""
        house: Any = getattr(Book, self.of_a_book)
        query = select(house, func.count()).where(house.in_(list(ids)))
        if not everything:
            query = query.where(on_sale())
        return _counted(self, query.group_by(house))

    def taken_slugs(self, stem: str) -> set[str]:
        """This slug, and this one with a number behind it, as far as they are in use."""
        return taken_slugs(self.session, self.entity.slug, [stem])


class PublisherRepository(HouseRepository[Publisher]):
    entity = Publisher
    kind = "publisher"
    of_a_book = "publisher_id"


class SeriesRepository(HouseRepository[Series]):
    entity = Series
    kind = "series"
    of_a_book = "series_id"


def _below(place: Any, path: Any) -> ColumnElement[bool]:
    below: ColumnElement[bool] = place.path.startswith(path + "/", autoescape=isinstance(path, str))
    return below


def _counted(repository: Repository[Any], query: Executable) -> Counts:
    return dict(iter(repository.session.execute(query)))
