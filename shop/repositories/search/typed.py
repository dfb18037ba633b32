"""What somebody typed: made harmless, read as a code, read through the other keyboard layout."""

from __future__ import annotations

import re
import unicodedata

from shop.models import isbn

LONGEST = 200
FEWEST_DIGITS = 5

_ENGLISH = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~@#$^&QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
_RUSSIAN = 'ёйцукенгшщзхъфывапролджэячсмитьбюЁ"№;:?ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ'
_TO_RUSSIAN = str.maketrans(_ENGLISH, _RUSSIAN)
_TO_ENGLISH = str.maketrans(_RUSSIAN, _ENGLISH)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_NAMED_ISBN = re.compile(r"^isbn(?:[-\s]?1[03])?[:\s]+", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


def clean(text: str) -> str:
    """The beginning of a text, composed, with a space for whatever is not seen."""
    seen = (" " if unicodedata.category(c)[0] == "C" else c for c in text[:LONGEST])
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def in_other_layout(text: str) -> str | None:
    """The same keys on the other layout, English or Russian; None where there are no letters."""
    if _LETTER.search(text) is None:
        return None
    return text.translate(_TO_ENGLISH if _CYRILLIC.search(text) else _TO_RUSSIAN)


def isbn_range(text: str) -> tuple[str, str] | None:
    """The first and the last ISBN-13 that the text can stand for: one, or all that begin so.

    None where the text is no ISBN and no beginning of one.
    """
    text = _NAMED_ISBN.sub("", text)
    try:
        whole = isbn.normalise(text)
    except ValueError:
        return _beginning(text)
    return whole, whole


def _beginning(text: str) -> tuple[str, str] | None:
    digits = re.sub(r"[\s\-–—]", "", text)
    if not (digits.isascii() and digits.isdigit() and FEWEST_DIGITS <= len(digits) < 13):
        return None
    if not digits.startswith(("978", "979")):
        if len(digits) > 9:
            return None
        digits = f"978{digits}"
    return digits.ljust(13, "0"), digits.ljust(13, "9")
