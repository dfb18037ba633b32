"""Codes of the book trade and of libraries in the words of this shop."""

from __future__ import annotations

import re

from babel.core import get_global

from shop.models import AGE_MARKS, BookFormat
from shop.services.book_import.cells import LANGUAGES

# ISO 639-2 in both its forms (ger, deu) and 639-3 to ISO 639-1, as CLDR has them.
_TWO_LETTERS = get_global("language_aliases")
# ONIX list 150, printed books: what is bound is hard, and what is neither is not guessed.
FORMS = {
    "BB": BookFormat.HARDCOVER,
    "BC": BookFormat.PAPERBACK,
    "BE": BookFormat.PAPERBACK,
    "BF": BookFormat.PAPERBACK,
    "BG": BookFormat.GIFT,
    "BH": BookFormat.HARDCOVER,
}
# ONIX list 175: paperbacks that go into a pocket.
POCKETS = frozenset({"B101", "B104", "B107", "B111", "B113", "B130"})
# The mark of law 436-FZ is told from other ages by its plus.
AGE_MARK = re.compile(rf"\b({'|'.join(map(str, AGE_MARKS))})\s?\+")


def language(code: str) -> str | None:
    """ISO 639-1 of a code of 639-2 or 639-1; None where it has none."""
    given = code.strip().lower()
    short = given if len(given) == 2 else _TWO_LETTERS.get(given)
    return short if short in LANGUAGES else None


def is_printed_book(form: str) -> bool:
    """By list 150: what begins with B, and 00 where nothing is said."""
    return not form or form == "00" or form.startswith("B")


def book_format(form: str, details: list[str]) -> BookFormat | None:
    if POCKETS.intersection(details):
        return BookFormat.POCKET
    return FORMS.get(form)


def age_mark(text: str) -> str | None:
    """`12` of `12+`; None where no mark is there."""
    found = AGE_MARK.search(text)
    return found[1] if found else None
