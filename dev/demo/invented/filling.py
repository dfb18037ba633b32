"""Putting invented books into the shop with COPY, some thousands in each transaction.

What is there stays: a run that was cut off goes on behind the last book, and a larger number adds
to a smaller one. COPY fires the tables' triggers as any other statement does, but for the search's:
one statement for all these books would take longer than a statement may.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import text

from dev.demo.invented.books import InventedBook, Inventor, isbn
from dev.demo.invented.known import KnownHouses, KnownPeople, ids_by
from dev.demo.invented.names import houses
from dev.demo.invention import ISBN_PREFIX
from dev.demo.reading import Catalogue
from dev.problems import Problem
from shop.repositories.search.loads import indexed_once
from shop.services.registry import Services

SKU = "GEN-"
STEP = 20_000
"""Books of one transaction."""
MOST_BOOKS = 4_000_000
"""With more, the ISBN that stands in for one that is taken could be taken as well."""
WITHOUT_ISBN = 40
"""Of so many books one was never given an ISBN, and goes by its SKU."""
NONE = "\\N"
"""What COPY reads as NULL."""

BOOKS = (
    "books (id, isbn, sku, slug, title, subtitle, publisher_id, series_id, series_number,"
    " language, format, published_year, pages, age_mark, weight_grams, description, list_price,"
    " discount_percent, created_at, updated_at)"
)
CREDITS = "book_contributors (book_id, contributor_id, role, position)"
SHELVES = "book_categories (book_id, category_id)"
STOCK = "stock_records (book_id, num_in_stock)"


def fill(shop: Services, catalogue: Catalogue, wanted: int, say: Callable[[str], None]) -> int:
    """Bring the number of invented books up to `wanted`; how many were added.

    Problem when the shop has no such categories as theirs, or more are wanted than can be.
    """
    if wanted > MOST_BOOKS:
        raise Problem(f"At most {MOST_BOOKS} books can be invented.")
    with shop.catalogue.transaction():
        filling = _Filling(shop, catalogue)
        there = filling.last()
    began = time.monotonic()
    for first in range(there + 1, wanted + 1, STEP):
        last = min(first + STEP - 1, wanted)
        with shop.catalogue.transaction():
            filling.add(first, last)
        each = (time.monotonic() - began) / (last - there) * 1e6
        say(f"invented books {last}/{wanted} at {each:.0f} µs each")
    if wanted > there:
        with shop.catalogue.transaction():
            shop.catalogue.session.execute(text("ANALYZE"))
        shop.search.recount()
    return max(wanted - there, 0)


class _Filling:
    """One run: it knows the ids of all that books hang on."""

    def __init__(self, shop: Services, catalogue: Catalogue) -> None:
        self.session = shop.catalogue.session
        self.inventor = Inventor(catalogue)
        self.categories = ids_by(self.session, "categories", "path")
        if missing := set(self.inventor.paths["ru"]) - set(self.categories):
            raise Problem(
                "Invented books hang in the demo catalogue's categories, and this shop has no "
                f"{min(missing)}: begin with an empty shop."
            )
        called = houses()
        self.people = KnownPeople(self.session)
        self.presses = KnownHouses(
            self.session, "publishers", lambda place: called[place[0]].press(place[1])
        )
        self.series = KnownHouses(
            self.session, "series", lambda place: called[place[0]].series(place[1])
        )
        self.taken = self._taken()

    def last(self) -> int:
        """The number of the last invented book, 0 where there is none."""
        query = text("SELECT max(substr(sku, :behind)::int) FROM books WHERE sku ~ :ours")
        given = {"behind": len(SKU) + 1, "ours": f"^{SKU}[0-9]+$"}
        return self.session.scalar(query, given) or 0

    def _taken(self) -> set[str]:
        """ISBNs of the same block that other books have."""
        query = text("SELECT isbn FROM books WHERE isbn LIKE :block AND sku NOT LIKE :ours")
        given = {"block": f"{ISBN_PREFIX}%", "ours": f"{SKU}%"}
        return set(self.session.scalars(query, given))

    def add(self, first: int, last: int) -> None:
        books = list(self.inventor.books(first, last))
        self.people.learn(place for book in books for _, place in book.credits)
        self.presses.learn(book.publisher for book in books)
        self.series.learn(book.series for book in books if book.series)
        numbered = list(zip(self._reserved(len(books)), books, strict=True))
        with indexed_once(self.session) as searched:
            searched |= {key for key, _ in numbered}
            self._put(numbered)

    def _put(self, numbered: list[tuple[int, InventedBook]]) -> None:
        self._copy(BOOKS, (self._row(key, book) for key, book in numbered))
        self._copy(CREDITS, (row for key, book in numbered for row in self._credits(key, book)))
        self._copy(SHELVES, (row for key, book in numbered for row in self._shelves(key, book)))
        self._copy(STOCK, (f"{key}\t{book.num_in_stock}\n" for key, book in numbered))

    def _reserved(self, how_many: int) -> list[int]:
        query = text("SELECT nextval('books_id_seq') FROM generate_series(1, :how_many)")
        return list(self.session.scalars(query, {"how_many": how_many}))

    def _copy(self, columns: str, lines: Iterable[str]) -> None:
        cursor = self.session.connection().connection.cursor()
        with cursor.copy(f"COPY {columns} FROM STDIN") as copy:
            for some in _joined(lines):
                copy.write(some)

    def _row(self, key: int, book: InventedBook) -> str:
        """A line for COPY; no word of the vocabularies needs escaping."""
        fields = (
            key,
            None if book.number % WITHOUT_ISBN == 0 else isbn(book.number, self.taken),
            f"{SKU}{book.number}",
            book.slug,
            book.title,
            book.subtitle,
            self.presses.ids[book.publisher],
            self.series.ids[book.series] if book.series else None,
            book.series_number,
            book.language,
            book.format,
            book.published_year,
            book.pages,
            book.age_mark,
            book.weight_grams,
            book.description,
            book.list_price,
            book.discount_percent,
            book.arrived,
            book.arrived,
        )
        return "\t".join([NONE if field is None else str(field) for field in fields]) + "\n"

    def _credits(self, key: int, book: InventedBook) -> Iterator[str]:
        for position, (role, place) in enumerate(book.credits):
            yield f"{key}\t{self.people.ids[place]}\t{role}\t{position}\n"

    def _shelves(self, key: int, book: InventedBook) -> Iterator[str]:
        for path in book.categories:
            yield f"{key}\t{self.categories[path]}\n"


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """A few hundred kilobytes at a time: a call for each line would take longer than the line."""
    some: list[str] = []
    for line in lines:
        some.append(line)
        if len(some) == 1000:
            yield "".join(some)
            some.clear()
    yield "".join(some)
