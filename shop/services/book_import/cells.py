"""Reading one cell: text into a value, or a sentence that says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from flask_babel import lazy_gettext as _l

from shop.models import AGE_MARKS, BookFormat
from shop.models.catalogue import LONGEST_PATH, LONGEST_TITLE, MOST_TITLE_BYTES
from shop.models.isbn import normalise
from shop.services.book_import.names import LONGEST_NAME, PersonName, person, tidy

AS_LONG_AS_AN_ISBN = re.compile(r"[0-9]{9}[0-9Xx]|97[89][0-9]{10}")
# Spreadsheets write the currency beside the sum.
SUM = re.compile(r"([0-9]{1,8}([.,][0-9]{1,2})?)(₽|руб\.?|р\.?)?", re.IGNORECASE)
DAYS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})"),
)
WHOLE = re.compile(r"-?[0-9]{1,9}")
SLUG_PATH = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
LANGUAGES = frozenset(code for code in map(str, Locale("en").languages) if len(code) == 2)
# What PostgreSQL or a page cannot hold, but for the line breaks and tabs of a description.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
SHOWN = 60


class Misread(Exception):
    """A cell holds what its column cannot be; the argument is a lazily translated sentence."""


def shown(text: str) -> str:
    """As much of a cell as a sentence has room for."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def isbn(text: str) -> str:
    try:
        return normalise(text)
    except ValueError:
        if AS_LONG_AS_AN_ISBN.fullmatch(re.sub(r"[\s-]", "", text)):
            sentence = _l(
                "“%(text)s” is no ISBN: its last digit does not go with the others, one is wrong",
                text=shown(text),
            )
            raise Misread(sentence) from None
        raise Misread(
            _l(
                "“%(text)s” is no ISBN: write its 10 or 13 digits, and keep the column as text",
                text=shown(text),
            )
        ) from None


def text_of(longest: int) -> Callable[[str], str]:
    """One line of at most so many letters."""

    def read(text: str) -> str:
        line = tidy(text)
        if len(line) > longest:
            raise Misread(_l("%(n)s letters are too many; %(most)s fit", n=len(line), most=longest))
        return line

    return read


def title(text: str) -> str:
    line = text_of(LONGEST_TITLE)(text)
    if len(line.encode()) > MOST_TITLE_BYTES:
        raise Misread(_l("This title is too long for its letters; shorten it"))
    return line


def description(text: str) -> str:
    """Paragraphs with an empty line between them, whatever the file ends its lines with."""
    return re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def people(text: str) -> tuple[PersonName, ...]:
    """Names with semicolons between them; who is named twice counts once."""
    named = {name.name: name for name in map(person, text.split(";")) if name.name}
    for name in named:
        if len(name) > LONGEST_NAME or len(named[name].sort_name) > LONGEST_NAME:
            raise Misread(
                _l(
                    "“%(text)s” is too long for a name; put “;” between names",
                    text=shown(name),
                )
            )
    return tuple(named.values())


def categories(text: str) -> tuple[str, ...]:
    """Paths with semicolons between them, sorted."""
    paths = {path.strip().strip("/").lower() for path in text.split(";")} - {""}
    for path in paths:
        if not SLUG_PATH.fullmatch(path) or len(path) > LONGEST_PATH:
            raise Misread(
                _l(
                    "“%(text)s” is no path of a category; write one such as fiction/adventure",
                    text=shown(path),
                )
            )
    return tuple(sorted(paths))


def language(text: str) -> str:
    code = text.lower()
    if code not in LANGUAGES:
        raise Misread(
            _l(
                "“%(text)s” is no language; write its two letters of ISO 639-1, such as ru",
                text=shown(text),
            )
        )
    return code


def book_format(text: str) -> BookFormat:
    try:
        return BookFormat(text.lower())
    except ValueError:
        known = ", ".join(BookFormat)
        raise Misread(
            _l(
                "“%(text)s” is no format; write one of %(known)s",
                text=shown(text),
                known=known,
            )
        ) from None


def money(text: str) -> Decimal:
    plain = "".join(text.split())
    if not (found := SUM.fullmatch(plain)):
        raise Misread(
            _l(
                "“%(text)s” is no sum; write roubles such as 499.00",
                text=shown(text),
            )
        )
    amount = Decimal(found[1].replace(",", ".")).quantize(Decimal("0.01"))
    if not amount:
        raise Misread(_l("A price of nothing is no price; write roubles such as 499.00"))
    return amount


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number from `least` to `most`."""

    def read(text: str) -> int:
        plain = "".join(text.split())
        if not WHOLE.fullmatch(plain) or not least <= int(plain) <= most:
            raise Misread(
                _l(
                    "“%(text)s” is no number from %(least)s to %(most)s",
                    text=shown(text),
                    least=least,
                    most=most,
                )
            )
        return int(plain)

    return read


def percent(text: str) -> int:
    return number(0, 90)(text.removesuffix("%"))


def day(text: str) -> date:
    for form in DAYS:
        if found := form.fullmatch(text):
            with suppress(ValueError):
                return date(**{name: int(digits) for name, digits in found.groupdict().items()})
    raise Misread(
        _l("“%(text)s” is no day; write one such as 2026-12-31 or 31.12.2026", text=shown(text))
    )


def age_mark(text: str) -> int:
    plain = text.removesuffix("+").strip()
    if plain not in map(str, AGE_MARKS):
        raise Misread(
            _l(
                "“%(text)s” is no age mark; write one of %(known)s",
                text=shown(text),
                known=", ".join(map(str, AGE_MARKS)),
            )
        )
    return int(plain)


Reader = Callable[[str], Any]
