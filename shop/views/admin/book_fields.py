"""The form of a book: what is typed into it, read and shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from babel import Locale
from flask_babel import lazy_gettext as _l
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from werkzeug.datastructures import MultiDict

from shop.errors import FieldError, Invalid
from shop.models import AGE_MARKS, Book, BookFormat, BookStatus, ContributorRole
from shop.models.catalogue import LONGEST_TITLE, MOST_TITLE_BYTES
from shop.models.columns import LARGEST_INTEGER
from shop.models.isbn import normalise
from shop.services.book_import.columns import ROLES as COLUMN_ROLES
from shop.services.book_import.names import LONGEST_NAME, PersonName, person, tidy
from shop.services.named_by_staff import Person
from shop.services.written_books import Part, Written, paths_of
from shop.views.admin import book_values
from shop.views.admin.book_values import Copies, ListPrice, Percent
from shop.web.forms import LOOK_AGAIN, Blank, Typed, parse

EMPTY_ROWS = 1
MOST_PEOPLE = 100
# What the list of suggestions puts behind the name of a namesake.
NUMBERED = re.compile(r"\[#([0-9]{1,9})\]\s*$")
KEY = re.compile(r"[0-9]{1,9}")
LANGUAGES = frozenset(code for code in map(str, Locale("en").languages) if len(code) == 2)
MESSAGES = {
    **book_values.MESSAGES,
    "title": _l("Type the title: up to 1000 letters."),
    "isbn": _l("This is no ISBN: its last digit is made of the others. Compare it with the book."),
    "sku": _l("A SKU has at most 64 letters."),
    "subtitle": _l("A subtitle has at most 500 letters."),
    "language": _l("Type the two letters of a language, such as ru."),
    "series_number": _l("Type a whole number."),
    "published_year": _l("Type a year from −3000 to 2200."),
    "pages": _l("Type how many pages: a whole number from 1 up."),
    "weight_grams": _l("Type the weight in grams: a whole number from 1 up."),
    "released_on": _l("Choose a day, or leave this empty."),
    "publisher": _l("A name has at most 300 letters."),
    "series": _l("A name has at most 300 letters."),
}
LONG_NAME = _l("A name has at most 300 letters.")
TWICE = _l("This person is there twice in the same role.")
NEEDS_KEY = _l("Give an ISBN, or a SKU where the book has none.")


def _isbn(text: str) -> str:
    return normalise(text)


def _fits(title: str) -> str:
    if len(title.encode()) > MOST_TITLE_BYTES:
        raise ValueError("too long for an index")
    return title


def _language(code: str) -> str:
    if code.lower() not in LANGUAGES:
        raise ValueError("no language")
    return code.lower()


Positive = Annotated[Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None, Blank]
HouseName = Annotated[Annotated[str, Field(max_length=300)] | None, Blank]


class BookForm(BaseModel):
    """Every column. Empty is: nothing there."""

    model_config = ConfigDict(str_strip_whitespace=True)

    isbn: Annotated[Annotated[str, AfterValidator(_isbn)] | None, Blank] = None
    sku: Annotated[Annotated[str, Field(max_length=64)] | None, Blank] = None
    title: Annotated[
        str,
        AfterValidator(tidy),
        Field(min_length=1, max_length=LONGEST_TITLE),
        AfterValidator(_fits),
    ]
    subtitle: Annotated[Annotated[str, Field(max_length=500)] | None, Blank] = None
    publisher: HouseName = None
    series: HouseName = None
    series_number: Annotated[Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] | None, Blank] = None
    language: Annotated[str, AfterValidator(_language)]
    format: BookFormat
    published_year: Annotated[Annotated[int, Field(ge=-3000, le=2200)] | None, Typed, Blank] = None
    pages: Positive = None
    age_mark: int = 0
    weight_grams: Positive = None
    description: str = ""
    list_price: ListPrice
    discount_percent: Annotated[Percent, BeforeValidator(lambda v: v or 0)] = 0
    status: BookStatus = BookStatus.DRAFT
    released_on: Annotated[date | None, Blank] = None
    # Of a new book alone.
    num_in_stock: Annotated[Copies, BeforeValidator(lambda v: v or 0)] = 0


@dataclass(frozen=True)
class Row:
    """Somebody's part in the book, as it is typed."""

    name: str = ""
    role: str = ContributorRole.AUTHOR
    # `12:Лев Толстой`: who stood there, as long as the name is still that.
    known: str = ""

    @property
    def person(self) -> Person:
        """Whom it means: by id where that is told, else by name."""
        if found := NUMBERED.search(self.name):
            return int(found[1])
        key, _, name = self.known.partition(":")
        return int(key) if KEY.fullmatch(key) and name == self.name else person(self.name)


@dataclass(frozen=True)
class Draft:
    """What stands in the form."""

    values: Mapping[str, Any]
    rows: Sequence[Row] = ()
    filed: frozenset[int] = field(default_factory=frozenset)

    @property
    def named(self) -> list[Row]:
        return [row for row in self.rows if row.name.strip()]

    @property
    def shown_rows(self) -> list[Row]:
        """With one to type into."""
        return [*self.named, *[Row()] * EMPTY_ROWS]

    def rearranged(self, wish: str) -> Draft:
        """With somebody moved `up-1`, `down-1` or taken `out-1`; anything else gives a new row."""
        verb, _, number = wish.partition("-")
        rows, place = self.named, int(number) if number.isdecimal() else -1
        if verb == "out" and 0 <= place < len(rows):
            del rows[place]
        other = place + {"up": -1, "down": 1}.get(verb, 0)
        if verb in ("up", "down") and 0 <= place < len(rows) and 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
        return Draft(self.values, rows, self.filed)


def typed(given: MultiDict[str, str]) -> Draft:
    """The form as it was sent."""
    columns = (given.getlist(name) for name in ("person", "role", "known"))
    rows = [Row(tidy(name), role, known) for name, role, known in zip(*columns, strict=False)]
    filed = frozenset(int(key) for key in given.getlist("category") if key.isdecimal())
    return Draft(given.to_dict(), rows[:MOST_PEOPLE], filed)


def of_book(book: Book) -> Draft:
    """The form of a book as it is."""
    columns = (
        *("isbn", "sku", "title", "subtitle", "series_number", "language", "format", "status"),
        *("published_year", "pages", "age_mark", "weight_grams", "description"),
        *("list_price", "discount_percent", "released_on"),
    )
    values = {name: _shown(getattr(book, name)) for name in columns}
    values |= {
        "publisher": book.publisher.name if book.publisher else "",
        "series": book.series.name if book.series else "",
        "version": str(book.version),
    }
    rows = [
        Row(each.contributor.name, each.role, f"{each.contributor_id}:{each.contributor.name}")
        for each in book.contributors
    ]
    return Draft(values, rows, frozenset(each.id for each in book.categories))


def of_supplier(isbn: str, cells: Mapping[str, str], categories: Mapping[str, int]) -> Draft:
    """The form of a new draft with all that a supplier tells of it."""
    people = [
        Row(tidy(name), role)
        for column, role in COLUMN_ROLES.items()
        for name in cells.get(column, "").split(";")
        if name.strip()
    ]
    filed = frozenset(categories[path] for path in paths_of(cells) if path in categories)
    plain = {name: cell for name, cell in cells.items() if name in BookForm.model_fields}
    if mark := plain.get("age_mark"):
        plain["age_mark"] = mark.removesuffix("+").strip()
    return Draft({**plain, "isbn": isbn, "status": BookStatus.DRAFT}, people[:MOST_PEOPLE], filed)


def copy_of(book: Book) -> Draft:
    """The form of a new draft that says what this book says: its numbers are its own."""
    draft = of_book(book)
    gone = {"isbn", "sku", "version"}
    values = {name: value for name, value in draft.values.items() if name not in gone}
    return Draft(values | {"status": BookStatus.DRAFT}, draft.rows, draft.filed)


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def read(draft: Draft, *, is_new: bool) -> Written:
    """What the service takes; Invalid with all that is wrong, field by field."""
    wrong = _wrong_rows(draft)
    try:
        form = parse(BookForm, MultiDict(draft.values), MESSAGES)
    except Invalid as problem:
        raise Invalid(LOOK_AGAIN, (*problem.errors, *wrong)) from None
    if form.age_mark not in AGE_MARKS:
        wrong.append(FieldError("age_mark", LOOK_AGAIN, "refused"))
    if not form.isbn and not form.sku:
        wrong.append(FieldError("isbn", NEEDS_KEY, "missing"))
    if wrong:
        raise Invalid(LOOK_AGAIN, tuple(wrong))
    values = form.model_dump(exclude={"publisher", "series"})
    if not is_new:
        del values["num_in_stock"]
    values["category_ids"] = sorted(draft.filed)
    values["subtitle"] = values["subtitle"] or None
    return Written(values, parts(draft), form.publisher, form.series)


def parts(draft: Draft) -> list[Part]:
    """Who did what, as far as their roles are roles."""
    return [(row.person, ContributorRole(row.role)) for row in draft.named if row.role in ROLES]


def _wrong_rows(draft: Draft) -> list[FieldError]:
    wrong = []
    seen: set[tuple[Person, str]] = set()
    for number, row in enumerate(draft.named):
        who = row.person
        if isinstance(who, PersonName) and len(who.sort_name) > LONGEST_NAME:
            wrong.append(FieldError(f"person-{number}", LONG_NAME, "too_long"))
        elif (who, row.role) in seen:
            wrong.append(FieldError(f"person-{number}", TWICE, "twice"))
        elif row.role not in ROLES:
            wrong.append(FieldError(f"person-{number}", LOOK_AGAIN, "refused"))
        seen.add((who, row.role))
    return wrong


ROLES = frozenset(map(str, ContributorRole))
