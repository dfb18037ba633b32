"""What is written of a book before it is one: by staff in a form, by suppliers in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shop.models import Book, BookStatus, ContributorRole
from shop.services.book_import.columns import COLUMNS, ROLES, GivenBook, missing, read
from shop.services.book_import.report import SourceRow
from shop.services.editing import Values
from shop.services.named_by_staff import Person

Part = tuple[Person, ContributorRole]


@dataclass(frozen=True)
class Written:
    """`values` are those of BookEditingService, without what hangs on the book by name."""

    values: Values
    people: Sequence[Part]
    publisher: str | None
    series: str | None


class Become(StrEnum):
    """What becomes of an ISBN: none, a book that is there, a draft, or what a form has to ask."""

    NO_ISBN = "no_isbn"
    THERE = "there"
    DRAFT = "draft"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Asked:
    """What became of `text`. `isbn` is empty where it is none."""

    text: str
    become: Become
    isbn: str = ""
    book: Book | None = None


def told_by_supplier(
    isbn: str, cells: Mapping[str, str], categories: Mapping[str, int]
) -> Written | None:
    """The draft of what a supplier tells, read as an import would read it; None where something
    is missing or cannot be read. `categories` are ids by path: the shop has its own tree, and a
    path that is not in it is passed over."""
    told = {name: cell for name, cell in cells.items() if name in COLUMNS.keys() - {"categories"}}
    given = read(SourceRow(1, {**told, "isbn": isbn}))
    if not isinstance(given, GivenBook) or missing(given):
        return None
    by_name = {"publisher", "series", *ROLES}
    values = {name: value for name, value in given.values.items() if name not in by_name}
    values |= {
        "status": BookStatus.DRAFT,
        "category_ids": [categories[path] for path in paths_of(cells) if path in categories],
    }
    people = [(who, role) for name, role in ROLES.items() for who in given.values.get(name, ())]
    return Written(values, people, given.values.get("publisher"), given.values.get("series"))


def paths_of(cells: Mapping[str, str]) -> list[str]:
    """The paths of categories that a file has for a title, each once."""
    paths = [path.strip().strip("/") for path in cells.get("categories", "").split(";")]
    return [path for path in dict.fromkeys(paths) if path]
