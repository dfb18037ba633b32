"""Books, and what is known about many of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Select,
    and_,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.errors import Merged
from shop.models import Book, BookContributor, Image, MergedBook
from shop.repositories.base import LARGEST_KEY, Repository, Sessions
from shop.repositories.book_filters import BookFilters, is_out, on_sale
from shop.repositories.paging import MOST_COUNTED, Page
from shop.repositories.search import SearchRepository


class BookRepository(Repository[Book]):
    entity = Book

    def __init__(self, session: Sessions) -> None:
        super().__init__(session)
        self.search = SearchRepository(session)

    def get(self, key: int) -> Book:
        """The book; Merged where it was a double of another one."""
        try:
            return super().get(key)
        except NoResultFound:
            if into := self.led_to([key]).get(key):
                raise Merged(into) from None
            raise

    def led_to(self, ids: Iterable[int]) -> dict[int, int]:
        """The books that were kept, by the ids of their doubles that are gone."""
        query = select(MergedBook.old_id, MergedBook.book_id)
        wanted = [key for key in ids if 0 < key <= LARGEST_KEY]
        return dict(iter(self.session.execute(query.where(MergedBook.old_id.in_(wanted)))))

    def loads(self) -> tuple[ORMOption, ...]:
        """What a book page and the API show: four statements, however many books there are."""
        return (
            *self.on_a_card(),
            selectinload(Book.images).joinedload(Image.rendering),
            joinedload(Book.publisher),
            joinedload(Book.series),
            selectinload(Book.categories),
        )

    def on_a_card(self) -> tuple[ORMOption, ...]:
        """What a card shows."""
        return (
            selectinload(Book.contributors).joinedload(BookContributor.contributor),
            joinedload(Book.stock),
            selectinload(Book.images),
        )

    def find(self, filters: BookFilters, page: int, limit: int) -> Page[Book]:
        """A page of the matching books; of a search, the best match first where nothing is said."""
        if not filters.searches or filters.ordering():
            return self.page(self._searched(filters).apply(select(Book)), page, limit)
        total, shown = self._best(filters, page, limit)
        books = self.by_ids(shown)
        return Page([books[id] for id in shown if id in books], total, page, limit)

    def walk_found(self, filters: BookFilters, after: int, limit: int) -> Page[Book]:
        """The matching books after this id, by id."""
        narrowed = self._searched(filters)
        return self.walk(select(Book).where(narrowed.criterion()), after, limit)

    def listed(self, filters: BookFilters, page: int, limit: int) -> Page[Book]:
        """A page of a list of staff, with what a card shows. It is counted no further than staff
        leaf; of a search the best match comes first, where no other order is asked for."""
        if filters.searches and not filters.ordering():
            found, shown = self._best(filters, page, limit)
            return Page(self.in_order(shown), found, page, limit)
        query = self._searched(filters).apply(select(Book))
        total = self.capped_count(query)
        begin = (page - 1) * limit
        part = query.with_only_columns(Book.id).limit(limit).offset(begin)
        ids = self.session.scalars(part).all() if begin < min(total, MOST_COUNTED) else []
        capped = total > MOST_COUNTED
        return Page(self.in_order(ids), min(total, MOST_COUNTED), page, limit, is_capped=capped)

    def part(self, filters: BookFilters, after: int, limit: int) -> Sequence[Book]:
        """The matching books that follow this id, by id; nobody counts the others."""
        query = select(Book.id).where(filters.criterion(), Book.id > after)
        return self.in_order(self.session.scalars(query.order_by(Book.id).limit(limit)).all())

    def with_found(self, filters: BookFilters) -> BookFilters:
        """The filters with what their text finds."""
        return self._searched(filters)

    def chosen(self, filters: BookFilters) -> Select[int]:
        """The ids of the matching books, in no order, for another statement to go on with."""
        return self._ids(self._searched(filters))

    def count_chosen(self, filters: BookFilters) -> int:
        counted = select(func.count()).select_from(self.chosen(filters).subquery())
        return self.session.scalar(counted) or 0

    def by_isbn(self, isbn: str) -> Book:
        """The book with it, or the one that was kept where the double of it had it."""
        query = select(Book).where(Book.isbn == isbn).options(*self.loads())
        if found := self.session.scalars(query).unique().one_or_none():
            return found
        merged = select(MergedBook.book_id).where(MergedBook.isbn == isbn).limit(1)
        return self.get(self.session.scalar(merged) or 0)

    def in_order(self, ids: Sequence[int]) -> Sequence[Book]:
        """These books in this order, with what a card shows: two statements, however many."""
        if not ids:
            return []
        query = (
            select(Book)
            .where(Book.id.in_(ids))
            .options(
                joinedload(Book.stock),
                joinedload(Book.contributors).joinedload(BookContributor.contributor),
                selectinload(Book.images),
            )
            .execution_options(populate_existing=True)
        )
        found = {book.id: book for book in self.session.scalars(query).unique()}
        return [found[each] for each in ids if each in found]

    def cards(self, ids: Iterable[int]) -> dict[int, Book]:
        """Books with what a card shows, by id."""
        query = select(Book).where(Book.id.in_(list(ids))).options(*self.on_a_card())
        return {book.id: book for book in self.session.scalars(query).unique()}

    def newest(self, limit: int, language: str | None = None) -> Sequence[Book]:
        query = (
            select(Book)
            .where(on_sale(), is_out())
            .order_by(Book.appeared_at.desc(), Book.id.desc())
        )
        if language is not None:
            query = query.where(Book.language == language, available())
        return self._listed(query, limit)

    def in_language(self, language: str, limit: int) -> Sequence[Book]:
        query = select(Book).where(Book.language == language, available())
        return self._listed(query.order_by(Book.id), limit)

    def discounted(self, language: str, limit: int) -> Sequence[Book]:
        """Those in this language first, then the largest discounts.

        Two short walks along the index of discounts: one order for both would sort them all.
        """
        query = select(Book).where(Book.discount_percent > 0, available())
        query = query.order_by(Book.discount_percent.desc(), Book.id)
        own = self._listed(query.where(Book.language == language), limit)
        if len(own) == limit:
            return own
        others = self._listed(query.where(Book.language != language), limit - len(own))
        return [*own, *others]

    def price_of(self, list_price: Decimal, discount_percent: int) -> Decimal:
        """What a shopper would pay, as the database rounds it."""
        price: Any = Book.__table__.c.price.computed
        given = select(
            literal(list_price, Numeric(12, 2)).label("list_price"),
            literal(discount_percent, Integer).label("discount_percent"),
        ).subquery()
        paid = self.session.scalar(select(literal_column(str(price.sqltext))).select_from(given))
        return Decimal(paid or 0)

    def count(self) -> int:
        return self.session.scalar(select(func.count(Book.id))) or 0

    def _best(self, filters: BookFilters, page: int, limit: int) -> tuple[int, list[int]]:
        """How many books a search finds, and the ids on one page, the best match first."""
        found = self.search.find(str(filters.q), for_staff=filters.shows_drafts)
        if filters.narrowing:
            matching = self.session.scalars(self._ids(filters.among(found.ids))).all()
            found = found.among(matching)
        ranked = self.search.ranked(found)
        return ranked.size, ranked[(page - 1) * limit : page * limit].tolist()

    def _ids(self, filters: BookFilters) -> Select[int]:
        return select(Book.id).where(filters.criterion())

    def _searched(self, filters: BookFilters) -> BookFilters:
        """The filters with what their text finds."""
        if not filters.searches:
            return filters
        found = self.search.find(str(filters.q), for_staff=filters.shows_drafts)
        return filters.among(found.ids)

    def _listed(self, query: Select[Book], limit: int) -> Sequence[Book]:
        shown = query.options(*self.on_a_card()).limit(limit)
        return self.session.scalars(shown).unique().all()


def available() -> ColumnElement[bool]:
    """What can be bought now."""
    return and_(on_sale(), BookFilters.filter_in_stock(True))
