"""What stands beside a book on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from shop.models import Book, Category, Order, OrderLine
from shop.models.catalogue import book_categories
from shop.models.orders import SOLD
from shop.repositories.book_filters import BookFilters, on_sale
from shop.repositories.books import BookRepository

# Of a category with more books than this, as many are looked at.
CATEGORY_SAMPLE = 400
# Of a book that was bought more often than this, the latest orders are looked at.
LATEST_ORDERS = 500


@dataclass(frozen=True)
class Beside:
    """Books by the same authors, on the same shelf by others, and bought with it."""

    more_by_author: Sequence[Book]
    related: Sequence[Book]
    bought_together: Sequence[Book]


class BesideRepository(BookRepository):
    def of(self, book: Book, limit: int) -> Beside:
        """Found by one statement, and loaded together: a book may stand on several shelves."""
        questions: tuple[Select[Any], ...] = (
            _by_author(book),
            _in_category(book),
            _bought_with(book),
        )
        arrays = (func.array(each.limit(limit).scalar_subquery()) for each in questions)
        shelves: Sequence[list[int]] = self.session.execute(select(*arrays)).one()
        books = self.cards({book_id for shelf in shelves for book_id in shelf})
        return Beside(*([books[book_id] for book_id in shelf] for shelf in shelves))


def _by_author(book: Book) -> Select[int]:
    """Other books by the same authors, the oldest work first."""
    ids = [author.id for author in book.authors]
    theirs = BookFilters(author__id__in=ids).criterion()
    query = select(Book.id).where(theirs, Book.id != book.id)
    return query.order_by(Book.published_year, Book.id)


def _in_category(book: Book) -> Select[int]:
    """Books on the same shelf by others, those nearest in time first."""
    ids = [category.id for category in book.categories]
    same_author = BookFilters(author__id__in=[a.id for a in book.authors]).criterion()
    nearness = func.abs(Book.published_year - (book.published_year or 1900))
    there = (
        select(book_categories.c.book_id)
        .join(Category, Category.id == book_categories.c.category_id)
        .where(Category.id.in_(ids))
        .limit(CATEGORY_SAMPLE)
    )
    query = select(Book.id).where(
        Book.id.in_(there),
        on_sale(),
        Book.language == book.language,
        Book.id != book.id,
        ~same_author,
    )
    return query.order_by(nearness, Book.id)


def _bought_with(book: Book) -> Select[int | None]:
    """Books in the same paid orders, those in most of them first."""
    latest = (
        select(OrderLine.order_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.book_id == book.id, Order.state.in_(SOLD))
        .order_by(OrderLine.order_id.desc())
        .limit(LATEST_ORDERS)
        .subquery()
    )
    orders = func.count(OrderLine.order_id.distinct())
    query = (
        select(OrderLine.book_id)
        .join(latest, latest.c.order_id == OrderLine.order_id)
        .join(Book, Book.id == OrderLine.book_id)
        .where(OrderLine.book_id != book.id, on_sale())
        .group_by(OrderLine.book_id)
    )
    return query.order_by(orders.desc(), OrderLine.book_id)
