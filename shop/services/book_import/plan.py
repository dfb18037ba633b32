"""What a row would change: the book that it means, and each field before and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from rapidfuzz import fuzz, process

from shop.repositories.imported_books import StoredBook
from shop.services.book_import.cells import shown
from shop.services.book_import.columns import ROLES, GivenBook, key, missing
from shop.services.book_import.names import PersonName
from shop.services.book_import.report import Outcome, Problem, RowOutcome
from shop.services.book_import.seen import NamedKeys, SeenKeys

# Of how many unknown paths of a batch the nearest one is looked for, and how near that has to be,
# in percent: a file may be about categories that are all other ones.
MOST_HINTS = 50
NEAR = 60


@dataclass
class Plan:
    """A row and its book, which a new one has not yet. `changes` are empty where nothing is."""

    given: GivenBook
    stored: StoredBook | None
    changes: dict[str, tuple[Any, Any]]

    @property
    def outcome(self) -> RowOutcome:
        if self.stored is None:
            kind = Outcome.NEW
        else:
            kind = Outcome.CHANGED if self.changes else Outcome.SAME
        title = self.given.values.get("title") or (self.stored and self.stored.values["title"])
        return RowOutcome(self.given.line, kind, str(title), self.changes)


class Planner:
    """Plans for the rows of one batch, with all that was looked up for them."""

    def __init__(
        self,
        stored: Sequence[StoredBook],
        people: Mapping[str, int],
        categories: Collection[str] | None,
        seen: SeenKeys,
        named: NamedKeys,
    ) -> None:
        # A book of its own comes before what a double had.
        self.by_isbn = _by("isbn", stored)
        self.by_sku = _by("sku", stored)
        self.people = people
        # None where those that are missing are made.
        self.categories = categories
        self.seen = seen
        self.named = named
        self._nearest: dict[str, str | None] = {}

    def plan(self, given: GivenBook) -> Plan | tuple[Problem, ...]:
        stored = self._meant(given)
        if isinstance(stored, Problem):
            return (stored,)
        problems = self._unknown_categories(given)
        problems += missing(given) + self._taken_sku(given) if stored is None else ()
        problems += _promised(given, stored) if stored else ()
        for field in ROLES.keys() & given.values.keys():
            given.values[field] = self._one_each(given.values[field])
        return problems or Plan(given, stored, changes(given, stored))

    def _meant(self, given: GivenBook) -> StoredBook | Problem | None:
        """ISBN first, then SKU; both may not lead to different books, nor two rows to one."""
        by_isbn = self.by_isbn.get(given.isbn)
        by_sku = self.by_sku.get(given.sku or "")
        if by_isbn and by_sku and by_isbn.id != by_sku.id:
            sentence = _l(
                "The ISBN is that of “%(one)s” and the SKU that of “%(other)s”: which is meant?",
                one=shown(by_isbn.values["title"]),
                other=shown(by_sku.values["title"]),
            )
            return Problem(given.line, "sku", sentence)
        stored = by_isbn or by_sku
        return stored and (self._takes_away(given, stored) or self._second(given, stored) or stored)

    def _takes_away(self, given: GivenBook, stored: StoredBook) -> Problem | None:
        """A row may not give a book another key where some row, wherever, means it by its old one.

        That row would mean the book before, and another or none after.
        """
        for field in ("isbn", "sku"):
            old, new = stored.values[field], given.values.get(field)
            if new in stored.former[field]:
                continue
            if old and new and old != new and (line := self.named.line_of(key(field, old))):
                sentence = _l(
                    "This row gives “%(title)s” another one than %(old)s, which line %(line)s is "
                    "about: leave one of them",
                    title=shown(stored.values["title"]),
                    old=old,
                    line=line,
                )
                return Problem(given.line, field, sentence)
        return None

    def _second(self, given: GivenBook, stored: StoredBook) -> Problem | None:
        first = self.seen.first(f"book:{stored.id}", given.line)
        return repeated(given.line, "sku", first) if first != given.line else None

    def _taken_sku(self, given: GivenBook) -> tuple[Problem, ...]:
        """A new book without a SKU goes by its ISBN, which some other may do already."""
        if given.sku or given.isbn not in self.by_sku:
            return ()
        return (Problem(given.line, "sku", _l("Another book's SKU is this ISBN: give a SKU")),)

    def _unknown_categories(self, given: GivenBook) -> tuple[Problem, ...]:
        if self.categories is None:
            return ()
        return tuple(
            Problem(given.line, "categories", self._no_category(path))
            for path in given.values.get("categories", ())
            if path not in self.categories
        )

    def _no_category(self, path: str) -> object:
        if path not in self._nearest and len(self._nearest) < MOST_HINTS:
            found = process.extractOne(
                path, self.categories or (), scorer=fuzz.ratio, score_cutoff=NEAR
            )
            self._nearest[path] = found and found[0]
        if near := self._nearest.get(path):
            return _l(
                "There is no category “%(path)s”; the nearest is %(near)s", path=path, near=near
            )
        return _l("There is no category “%(path)s”", path=path)

    def _one_each(self, names: Sequence[PersonName]) -> tuple[PersonName, ...]:
        """Who is named in two alphabets counts once."""
        found: dict[int | str, PersonName] = {}
        for name in names:
            found.setdefault(self.people.get(name.name, name.name), name)
        return tuple(found.values())


def _by(field: str, stored: Sequence[StoredBook]) -> dict[str | None, StoredBook]:
    led = {value: book for book in stored for value in book.former[field]}
    return led | {book.values[field]: book for book in stored if book.values[field]}


def repeated(line: int, field: str, first: int) -> Problem:
    sentence = _l("Line %(first)s is about this book already: leave one of them", first=first)
    return Problem(line, field, sentence)


def _promised(given: GivenBook, stored: StoredBook) -> tuple[Problem, ...]:
    counted = given.values.get("num_in_stock", stored.num_allocated)
    if counted >= stored.num_allocated:
        return ()
    sentence = lazy_ngettext(
        "%(num)d copy is promised to orders: there cannot be fewer",
        "%(num)d copies are promised to orders: there cannot be fewer",
        stored.num_allocated,
    )
    return (Problem(given.line, "num_in_stock", sentence),)


def changes(given: GivenBook, stored: StoredBook | None) -> dict[str, tuple[Any, Any]]:
    """Before and after of each field that the row sets to something else."""
    if stored is None:
        return {name: (None, _told(value)) for name, value in given.values.items()}
    return {
        name: difference
        for name, value in given.values.items()
        if (difference := _difference(name, value, stored)) is not None
    }


def _difference(name: str, value: Any, stored: StoredBook) -> tuple[Any, Any] | None:
    if name in ROLES:
        credits = stored.credits.get(ROLES[name], [])
        same = len(credits) == len(value) and all(
            person.name in credit.names for person, credit in zip(value, credits, strict=True)
        )
        return None if same else (tuple(credit.names[0] for credit in credits), _told(value))
    before = tuple(sorted(stored.categories)) if name == "categories" else stored.values[name]
    # What a double was called, or had, means what is there.
    same = before == value or value in stored.former.get(name, ())
    return None if same else (before, value)


def _told(value: Any) -> Any:
    """Names of people as they stand on a title page."""
    if isinstance(value, tuple):
        return tuple(each.name if isinstance(each, PersonName) else each for each in value)
    return value
