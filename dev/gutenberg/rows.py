"""The catalogue's rows as rows of an import."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dev.demo.invention import CHEAPEST, DEAREST, MAKES, drawn
from dev.gutenberg.tree import tree
from shop.models import BookFormat
from shop.services.book_import import SourceRow

LONGEST_SUBTITLE = 500
# Codes of three letters for languages that have one of two as well.
TWO_LETTERS = {"gla": "gd", "oji": "oj", "nav": "nv"}
IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
WHEN_ACTIVE = re.compile(r",\s*active .*$")
MOST_COPIES = 40
FORMATS = (BookFormat.PAPERBACK, BookFormat.PAPERBACK, BookFormat.HARDCOVER, BookFormat.POCKET)


@dataclass(frozen=True)
class CatalogueFile:
    """``gutenberg_books.csv.gz`` as rows, or only the first so many of them."""

    path: Path
    limit: int | None = None

    def __iter__(self) -> Iterator[SourceRow]:
        return islice(read(self.path), self.limit)


def read(path: Path) -> Iterator[SourceRow]:
    """Every row of ``gutenberg_books.csv.gz``."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        line = reader.line_num + 1
        for entry in reader:
            yield SourceRow(line, cells(entry))
            line = reader.line_num + 1


def cells(entry: Mapping[str, str]) -> dict[str, str]:
    """What an import is to know about one entry."""
    title, subtitle, whole = titled(entry["title"])
    subjects = [each for each in entry["lcsh"].split("|") if each]
    paths = {tree().path_of(mark) for mark in entry["lcc"].split("|")}
    about = f"Subjects: {'; '.join(subjects)}." if subjects else ""
    return {
        "sku": f"PG-{entry['gutenberg_id']}",
        "title": title,
        "subtitle": subtitle,
        "authors": "; ".join(map(named, filter(None, entry["authors"].split("|")))),
        "language": language(entry["languages"]),
        "categories": "; ".join(sorted(paths)),
        "description": "\n\n".join(filter(None, [whole, about])),
        **invented(entry["gutenberg_id"]),
    }


def titled(text: str) -> tuple[str, str, str]:
    """Title, subtitle, and the whole of a title page whose subtitle does not fit."""
    title, *below = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    subtitle = " ".join(" ".join(below).split())
    if len(subtitle) <= LONGEST_SUBTITLE:
        return title, subtitle, ""
    short = subtitle[: LONGEST_SUBTITLE - 1].rpartition(" ")[0]
    return title, f"{short}…", f"{title}. {subtitle}"


def named(author: str) -> str:
    """`Kennedy, John F. (John Fitzgerald)` without his full names; who has no surname as it is."""
    plain = WHEN_ACTIVE.sub("", author.replace(";", ","))
    without = IN_BRACKETS.sub("", plain).strip()
    # A comma at the end says that nothing is to be turned round: `Catholic Church,`.
    return without if "," in without.rstrip(",") else f"{plain.rstrip(', ')},"


def language(codes: str) -> str:
    """The first that ISO 639-1 has, of `es/fr/myn`; the first of all, where it has none."""
    given = [TWO_LETTERS.get(code, code) for code in codes.split("/")]
    return next((code for code in given if len(code) == 2), given[0])


def invented(number: str) -> dict[str, str]:
    """What Project Gutenberg, which gives books away, does not know of them."""
    made_as = FORMATS[drawn(number, "format", 0, len(FORMATS) - 1)]
    make = MAKES[made_as]
    pages = drawn(number, "pages", 60, 700)
    asked = make.roubles + make.roubles_per_hundred * pages // 100
    return {
        "format": made_as,
        "list_price": str(min(max(asked, CHEAPEST), DEAREST) // 10 * 10),
        "num_in_stock": str(max(0, drawn(number, "stock", -5, MOST_COPIES))),
    }
