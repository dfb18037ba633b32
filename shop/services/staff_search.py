"""Search everything, as far as somebody may see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from shop.models import Book, Permission
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.search.typed import clean
from shop.repositories.staff_search import Hit, Kind, StaffSearchRepository
from shop.services.base import EntityBaseService

# Who sees what; what is not open is not looked for.
NEEDED: Mapping[Kind, Permission] = {
    Kind.ORDER: Permission.SEE_ORDERS,
    Kind.PERSON: Permission.SEE_USERS,
    Kind.BOOK: Permission.EDIT_BOOKS,
    Kind.AUTHOR: Permission.EDIT_BOOKS,
    Kind.PUBLISHER: Permission.EDIT_BOOKS,
    Kind.SERIES: Permission.EDIT_BOOKS,
}


class StaffSearchService(EntityBaseService[Book]):
    def __init__(
        self, session: Sessions, books: BookRepository, everything: StaffSearchRepository
    ) -> None:
        super().__init__(session, books)
        self.everything = everything

    def find(
        self, text: str, language: str, granted: Collection[Permission], limit: int
    ) -> Mapping[Kind, Sequence[Hit]]:
        """Up to so many of each kind that the permissions open, without kinds that have none."""
        typed, everything = clean(text), self.everything
        ways: dict[Kind, Callable[[], Sequence[Hit]]] = {
            Kind.ORDER: lambda: everything.orders(typed, limit),
            Kind.BOOK: lambda: everything.books(typed, language, limit),
            Kind.PERSON: lambda: everything.people(typed, limit),
            Kind.AUTHOR: lambda: everything.authors(typed, limit),
            Kind.PUBLISHER: lambda: everything.publishers(typed, limit),
            Kind.SERIES: lambda: everything.series(typed, limit),
        }
        if not typed:
            return {}
        with self.transaction():
            found = {kind: way() for kind, way in ways.items() if NEEDED[kind] in granted}
        return {kind: hits for kind, hits in found.items() if hits}

    def exact(self, text: str, granted: Collection[Permission]) -> Hit | None:
        """The order of this number, or the book of this ISBN or SKU: there is no other meaning."""
        with self.transaction():
            if Permission.SEE_ORDERS in granted and (order := self.everything.exact_order(text)):
                return order
            if Permission.EDIT_BOOKS in granted:
                return self.everything.exact_book(text)
            return None
