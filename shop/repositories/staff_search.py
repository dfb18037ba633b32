"""Anything of the shop by whatever staff have of it: a number, an address, a telephone, a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from sqlalchemy import ColumnElement, func, literal, literal_column, select

from shop.models import Book, Contributor, Order, Publisher, Series, User
from shop.models.orders import NUMBER_ALPHABET
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.name_filters import ContributorFilters, PublisherFilters, SeriesFilters
from shop.repositories.order_filters import OrderFilters
from shop.repositories.search import SuggestionRepository
from shop.repositories.search.codes import by_code
from shop.repositories.search.typed import clean, in_other_layout
from shop.repositories.user_filters import UserFilters

# Fewer letters are in too much to be found by an index.
FEWEST_LETTERS = 3
FEWEST_DIGITS = 6
# Of a telephone number: what comes before is the code of a country, written in many ways.
OWN_DIGITS = 10
# As the index has them: what is bound is no constant.
NO_DIGITS: tuple[ColumnElement[str], ...] = tuple(
    literal_column(each) for each in (r"'\D'", "''", "'g'")
)
LETTERS_OF_A_NUMBER = 8


class Kind(StrEnum):
    ORDER = "order"
    PERSON = "person"
    BOOK = "book"
    AUTHOR = "author"
    PUBLISHER = "publisher"
    SERIES = "series"


@dataclass(frozen=True)
class Hit:
    """`key` is what its page goes by: an order's number, else an id."""

    kind: Kind
    key: str
    name: str
    more: str = ""


def order_number(text: str) -> str | None:
    """As it is kept, from whatever case, dash or keyboard layout; None for what is none."""
    for typed in (text, in_other_layout(text) or ""):
        letters = re.sub(r"[\s\-–—]", "", typed).upper()
        if len(letters) == LETTERS_OF_A_NUMBER and set(letters) <= set(NUMBER_ALPHABET):
            return f"{letters[:4]}-{letters[4:]}"
    return None


class StaffSearchRepository:
    def __init__(
        self, session: Sessions, books: BookRepository, suggestions: SuggestionRepository
    ) -> None:
        self.session = session
        self.catalogue = books
        self.suggestions = suggestions

    def exact_order(self, text: str) -> Hit | None:
        number = order_number(text)
        if number is None:
            return None
        found = self._orders(Order.number == number, 1)
        return found[0] if found else None

    def exact_book(self, text: str) -> Hit | None:
        """The one book with this whole ISBN or SKU."""
        ids = by_code(self.session, clean(text), for_staff=True) or []
        found = self._books(ids) if len(ids) == 1 else []
        return found[0] if found else None

    def orders(self, text: str, limit: int) -> Sequence[Hit]:
        """By number, telephone, or a part of the e-mail or name; the newest first."""
        digits = re.sub(r"\D", "", text)
        if number := order_number(text):
            return self._orders(Order.number == number, limit)
        if len(digits) >= FEWEST_DIGITS and not re.search(r"[^\W\d_]", text):
            return self._orders(_telephone(digits), limit)
        if len(text) < FEWEST_LETTERS:
            return []
        return self._orders(OrderFilters.filter_q(text), limit)

    def people(self, text: str, limit: int) -> Sequence[Hit]:
        if len(text) < FEWEST_LETTERS:
            return []
        query = select(User).where(UserFilters.filter_q(text)).order_by(User.id).limit(limit)
        return [
            Hit(Kind.PERSON, str(user.id), user.name, user.email)
            for user in self.session.scalars(query)
        ]

    def books(self, text: str, language: str, limit: int) -> Sequence[Hit]:
        """By whole words with what only staff see, and by unfinished ones as shoppers find them."""
        coded = by_code(self.session, clean(text), for_staff=True)
        if coded:
            return self._books(coded[:limit])
        hits = {hit.key: hit for hit in self._of_all(text, limit)}
        for book in self.suggestions.suggest(text, language).books:
            hits.setdefault(str(book.id), Hit(Kind.BOOK, str(book.id), book.title, book.authors))
        return list(hits.values())[:limit]

    def _of_all(self, text: str, limit: int) -> Sequence[Hit]:
        """Of drafts and withdrawn books too, those that are most like it."""
        if len(text) < FEWEST_LETTERS:
            return []
        found = self.catalogue.search.find(text, for_staff=True)
        # Not by what sold best: everything that was ever sold would be read for each letter typed.
        best = found.ids[np.argsort(found.tiers, kind="stable")][:limit].tolist()
        return [
            Hit(Kind.BOOK, str(book.id), book.title, book.author_names)
            for book in self.catalogue.in_order(best)
        ]

    def authors(self, text: str, limit: int) -> Sequence[Hit]:
        where, more = ContributorFilters.filter_q(text), func.coalesce(Contributor.name_en, "")
        return self._named(Kind.AUTHOR, Contributor, where, limit, more)

    def publishers(self, text: str, limit: int) -> Sequence[Hit]:
        return self._named(Kind.PUBLISHER, Publisher, PublisherFilters.filter_q(text), limit)

    def series(self, text: str, limit: int) -> Sequence[Hit]:
        return self._named(Kind.SERIES, Series, SeriesFilters.filter_q(text), limit)

    def _named(
        self,
        kind: Kind,
        entity: type[Contributor | Publisher | Series],
        where: ColumnElement[bool],
        limit: int,
        more: ColumnElement[str] | None = None,
    ) -> Sequence[Hit]:
        """The shortest names first: they are the nearest to what was typed."""
        query = select(entity.id, entity.name, literal("") if more is None else more).where(where)
        some = query.order_by(func.length(entity.name), entity.id).limit(limit)
        return [Hit(kind, str(key), name, told) for key, name, told in self.session.execute(some)]

    def _orders(self, where: ColumnElement[bool], limit: int) -> Sequence[Hit]:
        columns = (Order.number, Order.full_name, Order.email, Order.id)
        query = select(*columns).where(where).order_by(Order.id.desc()).limit(limit)
        return [
            Hit(Kind.ORDER, number, number, f"{name}, {email}" if name else email)
            for number, name, email, _ in self.session.execute(query)
        ]

    def _books(self, ids: Sequence[int]) -> Sequence[Hit]:
        query = select(Book.id, Book.title, Book.isbn, Book.sku).where(Book.id.in_(ids))
        return [
            Hit(Kind.BOOK, str(key), title, isbn or sku)
            for key, title, isbn, sku in self.session.execute(query.order_by(Book.id))
        ]


def _telephone(digits: str) -> ColumnElement[bool]:
    """Orders with this number, whatever stands between its digits; a part of it is its end."""
    kept = func.right(func.regexp_replace(Order.phone, *NO_DIGITS), literal_column(str(OWN_DIGITS)))
    # Read from behind, the end of a number is its beginning, which an index finds.
    return func.reverse(kept).startswith(digits[-OWN_DIGITS:][::-1])
