"""Names of people as files write them: `Лев Толстой`, or `Толстой, Лев`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LONGEST_NAME = 300


@dataclass(frozen=True)
class PersonName:
    """How a title page names somebody, and what a list of people is sorted by."""

    name: str
    sort_name: str


def tidy(text: str) -> str:
    """One space between words, and letters with their accents in one piece."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def person(text: str) -> PersonName:
    """Read one name.

    What stands behind the first comma comes first: `Толстой, Лев`. A second comma sets off what
    stays behind: `King, Martin Luther, Jr.`. Without a comma the last word is the surname. One at
    the end says that the name has none: `Catholic Church,`.
    """
    given = tidy(text)
    if given.endswith(","):
        plain = given.strip(", ")
        return PersonName(plain, plain)
    last, *behind = (part.strip() for part in given.split(",", 2))
    if not behind or not behind[0] or not last:
        plain = given.strip(", ")
        first, _, surname = plain.rpartition(" ")
        return PersonName(plain, f"{surname}, {first}" if first else plain)
    whole = f"{behind[0]} {last}"
    return PersonName(", ".join([whole, *behind[1:]]), given)
