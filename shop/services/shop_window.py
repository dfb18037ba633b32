"""The shop window: what stands in front, and the shelves that staff put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shop.models import Book, Shelf, ShelfEntry, ShelfKind
from shop.repositories.base import Sessions
from shop.repositories.book_filters import BookFilters
from shop.repositories.books import BookRepository
from shop.repositories.catalogue import CategoryRepository
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
        categories: CategoryRepository,
    ) -> None:
        super().__init__(session, shelves)
        self.shelves = shelves
        self.books = books
        self.categories = categories

    def window(self, language: str) -> Window:
        """The home page; the books in front are in this language, as far as there are any."""
        with self.transaction():
            hero = self.books.newest(HERO, language) or self.books.newest(HERO)

            def behind(books: Sequence[Book]) -> Sequence[Book]:
                """A shelf without what stands in front already."""
                return [book for book in books if book not in hero][:SHELF]

            return Window(
                hero=hero,
                picks=self._picks(language),
                new=behind(self.books.newest(SHELF + HERO)),
                moods=self.shelves.of_kind(ShelfKind.MOOD),
                russian=behind(self.books.in_language("ru", SHELF + HERO)),
                discounted=self.books.discounted(SHELF),
                categories=tree(self.categories.all(), self.books.category_counts(BookFilters())),
                total=self.books.count(),
            )

    def shelf(self, slug: str) -> Shelf:
        """A shelf with its books; NotFound when there is none of this name."""
        with self.transaction():
            return self.shelves.by_slug(slug)

    def _picks(self, language: str) -> Picks | None:
        """The first shelf of picks; in front what is in stock, in the reader's language first."""
        shelves = self.shelves.of_kind(ShelfKind.STAFF_PICKS)
        if not shelves:
            return None
        cards = [card for card in shelves[0].entries if card.book.in_stock]
        cards.sort(key=lambda card: card.book.language != language)
        return Picks(shelves[0], cards[:PICKS])
