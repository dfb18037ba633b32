"""The shop window: what stands in front, and the shelves that staff put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shop.models import Book, Shelf, ShelfEntry, ShelfKind
from shop.repositories.base import Sessions
from shop.repositories.book_filters import BookFilters
from shop.repositories.book_lists import BookListRepository
from shop.repositories.indexed_books import IndexedBooks
from shop.repositories.shelves import ShelfRepository
from shop.services.base import EntityBaseService
from shop.services.catalogue_reads import reads_catalogue
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
    bestsellers: Sequence[Book]
    russian: Sequence[Book]
    discounted: Sequence[Book]
    coming: Sequence[Book]
    categories: list[CategoryNode]
    total: int


class ShopWindowService(EntityBaseService[Shelf]):
    def __init__(
        self,
        session: Sessions,
        shelves: ShelfRepository,
        books: BookListRepository,
        indexed: IndexedBooks,
    ) -> None:
        super().__init__(session, shelves)
        self.shelves = shelves
        self.books = books
        self.indexed = indexed

    @reads_catalogue
    def window(
        self, language: str, known: Callable[[int, str], bool] = lambda version, mark: False
    ) -> Window | None:
        """The home page; the books in front are in this language, as far as there are any.

        None where `known` says it of the version that the catalogue has in this process, and of the
        mark that stands for it in all processes.
        """
        with self.transaction():
            self.indexed.begin()
            with self.indexed.shelved() as copy:
                if known(copy.version, copy.moment.mark):
                    return None
                everything = self.indexed.select(copy, BookFilters())
                total = everything.total()
                categories = tree(copy.names.categories, dict(everything.categories().items()))
            hero = self.books.newest(HERO, language) or self.books.newest(HERO)
            shown = {book.id for book in hero}

            def behind(books: Sequence[Book]) -> Sequence[Book]:
                """A shelf without what stands on the page already."""
                shelf = [book for book in books if book.id not in shown][:SHELF]
                shown.update(book.id for book in shelf)
                return shelf

            return Window(
                hero=hero,
                new=behind(self.books.newest(HERO + SHELF)),
                picks=self._picks(language),
                moods=self.shelves.with_covers(ShelfKind.MOOD),
                bestsellers=behind(self.books.bestsellers(1, HERO + 2 * SHELF).items),
                russian=behind(self.books.in_language("ru", HERO + 2 * SHELF)),
                discounted=behind(self.books.discounted(language, HERO + 3 * SHELF)),
                coming=self.books.coming(1, SHELF).items,
                categories=categories,
                total=total,
            )

    @reads_catalogue
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
