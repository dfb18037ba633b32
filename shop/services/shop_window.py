"""The shop window: what stands in front, and the shelves that staff put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shop.models import Book, Shelf, ShelfEntry, ShelfKind
from shop.repositories.base import Sessions
from shop.repositories.book_filters import BookFilters
from shop.repositories.book_index.book_index import Copy
from shop.repositories.books import BookRepository
from shop.repositories.indexed_books import IndexedBooks
from shop.repositories.shelves import ShelfRepository
from shop.services.base import EntityBaseService
from shop.services.category_tree import CategoryNode, tree

SHELF = 6
HERO = 3
PICKS = 3


@dataclass(frozen=True)
class Picks:
    """Some of the books that staff recommend, and the shelf that has all of them."""

    shelf: Shelf
    cards: Sequence[ShelfEntry]


@dataclass(frozen=True)
class Window:
    """What the home page shows."""

    hero: Sequence[Book]
    picks: Picks | None
    new: Sequence[Book]
    moods: Sequence[Shelf]
    russian: Sequence[Book]
    discounted: Sequence[Book]
    categories: list[CategoryNode]
    total: int


class ShopWindowService(EntityBaseService[Shelf]):
    def __init__(
        self,
        session: Sessions,
        shelves: ShelfRepository,
        books: BookRepository,
        indexed: IndexedBooks,
    ) -> None:
        super().__init__(session, shelves)
        self.shelves = shelves
        self.books = books
        self.indexed = indexed

    def window(self, language: str) -> Window:
        """The home page; the books in front are in this language, as far as there are any."""
        with self.transaction():
            self.indexed.begin()
            with self.indexed.shelved() as copy:
                everything = self.indexed.select(copy, BookFilters())
                rows = self._rows(copy, language)
            cards = {book.id: book for book in self.books.cards([i for row in rows for i in row])}
            hero, new, russian, discounted = ([cards[each] for each in row] for row in rows)
            return Window(
                hero=hero,
                new=new,
                picks=self._picks(language),
                moods=self.shelves.with_covers(ShelfKind.MOOD),
                russian=russian,
                discounted=discounted,
                categories=tree(copy.names.categories, dict(everything.categories().items())),
                total=everything.total(),
            )

    def _rows(self, copy: Copy, language: str) -> list[Sequence[int]]:
        """Ids for the front and the shelves behind it; no book stands on the page twice."""

        def first(number: int, order_by: str = "-created_at", **filters: Any) -> Sequence[int]:
            wanted = BookFilters.model_validate(filters)
            return self.indexed.page_ids(
                copy, self.indexed.select(copy, wanted), order_by, 1, number
            )

        here: dict[str, Any] = {"language__eq": language, "in_stock": True}
        shown = set(hero := first(HERO, **here) or first(HERO))

        def behind(ids: Sequence[int]) -> Sequence[int]:
            row = [each for each in dict.fromkeys(ids) if each not in shown][:SHELF]
            shown.update(row)
            return row

        reduced: dict[str, Any] = {"discount_percent__gt": 0, "in_stock": True}
        many, most = HERO + 3 * SHELF, "-discount_percent"
        return [
            hero,
            behind(first(HERO + SHELF)),
            behind(first(HERO + 2 * SHELF, "id", language__eq="ru", in_stock=True)),
            behind(
                [
                    *first(many, most, **reduced, language__eq=language),
                    *first(many, most, **reduced),
                ]
            ),
        ]

    def shelf(self, slug: str) -> Shelf:
        """A shelf with its books; NotFound when there is none of this name."""
        with self.transaction():
            return self.shelves.by_slug(slug)

    def _picks(self, language: str) -> Picks | None:
        """The first shelf of picks; in front what is in stock, in the reader's language first."""
        shelf = self.shelves.first(ShelfKind.STAFF_PICKS)
        cards = [card for card in shelf.entries if card.book.in_stock] if shelf else []
        cards.sort(key=lambda card: card.book.language != language)
        return Picks(shelf, cards[:PICKS]) if shelf and cards else None
