"""The columns of a file: what each is called, how it is read, and what it may be without."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from shop.models import ContributorRole
from shop.services.book_import import cells
from shop.services.book_import.cells import CONTROLS, Misread, Reader
from shop.services.book_import.report import Problem, SourceRow

CLEAR = "-"
"""What a cell says where the book is to have nothing there any more."""
LARGEST = 999_999_999
NOTHING = object()


@dataclass(frozen=True)
class Column:
    """`cleared` is what a cell of `-` means; NOTHING where it may not be empty."""

    read: Reader
    cleared: Any = NOTHING
    needed: bool = False


COLUMNS: dict[str, Column] = {
    "isbn": Column(cells.isbn),
    "sku": Column(cells.text_of(64)),
    "title": Column(cells.title, needed=True),
    "subtitle": Column(cells.text_of(500), cleared=None),
    "authors": Column(cells.people, cleared=()),
    "translators": Column(cells.people, cleared=()),
    "editors": Column(cells.people, cleared=()),
    "illustrators": Column(cells.people, cleared=()),
    "publisher": Column(cells.text_of(300), cleared=None),
    "series": Column(cells.text_of(300), cleared=None),
    "series_number": Column(cells.number(0, LARGEST), cleared=None),
    "categories": Column(cells.categories, cleared=()),
    "language": Column(cells.language, needed=True),
    "format": Column(cells.book_format, needed=True),
    "published_year": Column(cells.number(-3000, 2200), cleared=None),
    "pages": Column(cells.number(1, LARGEST), cleared=None),
    "age_mark": Column(cells.age_mark),
    "weight_grams": Column(cells.number(1, LARGEST), cleared=None),
    "description": Column(cells.description, cleared=""),
    "list_price": Column(cells.money, needed=True),
    "discount_percent": Column(cells.percent),
    "released_on": Column(cells.day, cleared=None),
    "num_in_stock": Column(cells.number(0, LARGEST)),
}
ROLES = {
    "authors": ContributorRole.AUTHOR,
    "translators": ContributorRole.TRANSLATOR,
    "editors": ContributorRole.EDITOR,
    "illustrators": ContributorRole.ILLUSTRATOR,
}


class UnknownColumns(Exception):
    """A heading that no column has; the message names the nearest ones."""


def check(headings: Iterable[str]) -> None:
    """UnknownColumns for headings that nobody knows, that come twice, or that are not enough."""
    given = list(headings)
    for heading in given:
        if heading not in COLUMNS:
            raise UnknownColumns(_unknown(heading))
        if given.count(heading) > 1:
            sentence = _l(
                "The column “%(name)s” is there %(n)s times.", name=heading, n=given.count(heading)
            )
            raise UnknownColumns(sentence)
    if not {"isbn", "sku"} & set(given):
        raise UnknownColumns(_l("A column “isbn” or “sku” is needed: books are known by them."))


def _unknown(heading: str) -> object:
    name = cells.shown(heading)
    if near := difflib.get_close_matches(heading, COLUMNS, n=1, cutoff=0.5):
        return _l(
            "Nobody knows the column “%(name)s”. Did you mean “%(near)s”?", name=name, near=near[0]
        )
    return _l(
        "Nobody knows the column “%(name)s”. Known are %(known)s.",
        name=name,
        known=", ".join(COLUMNS),
    )


@dataclass
class GivenBook:
    """A row that could be read. `values` has what the row says, and nothing else."""

    line: int
    values: dict[str, Any]

    @property
    def isbn(self) -> str | None:
        return self.values.get("isbn")

    @property
    def sku(self) -> str | None:
        return self.values.get("sku")

    @property
    def own_sku(self) -> str:
        """What a new book goes by: its ISBN, where it was given no SKU."""
        return str(self.sku or self.isbn)

    def claims(self) -> Iterator[tuple[str, str]]:
        """What no other row may name, each with its field.

        A row that might be a new book's has a SKU whether it names one or not: what a row means
        may not hang on what the shop has, or it would mean something else a second time.
        """
        if self.isbn:
            yield "isbn", key("isbn", self.isbn)
        yield "sku", key("sku", self.own_sku)


def key(field: str, value: str) -> str:
    """An ISBN or a SKU among others of a file."""
    return f"{field}:{value}"


def read(row: SourceRow) -> GivenBook | tuple[Problem, ...]:
    """The row's values, or all that is wrong with it."""
    if row.broken is not None:
        return (Problem(row.line, "", row.broken),)
    values: dict[str, Any] = {}
    problems = []
    for name, cell in row.cells.items():
        if not (text := cell.strip()):
            continue
        try:
            values[name] = _value(COLUMNS[name], text)
        except Misread as misread:
            problems.append(Problem(row.line, name, misread.args[0]))
    if not problems and not {"isbn", "sku"} & set(values):
        problems.append(Problem(row.line, "isbn", _l("Give an ISBN or a SKU")))
    return tuple(problems) or GivenBook(row.line, values)


def _value(column: Column, text: str) -> Any:
    if found := CONTROLS.search(text):
        raise Misread(
            _l("There is a control character (code %(code)s) in it", code=ord(found.group()))
        )
    if text != CLEAR:
        return column.read(text)
    if column.cleared is NOTHING:
        raise Misread(_l("A book cannot be without it: “-” clears only what may be empty"))
    return column.cleared


def missing(book: GivenBook) -> tuple[Problem, ...]:
    """What a new book lacks."""
    return tuple(
        Problem(book.line, name, _l("A new book needs it"))
        for name, column in COLUMNS.items()
        if column.needed and name not in book.values
    )
