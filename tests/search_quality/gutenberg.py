"""78,766 real books by title and authors alone, put in beside the demo catalogue."""

from __future__ import annotations

import csv
import gzip
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests import factories as make

FILE = "gutenberg_books.csv.gz"
BATCH = 5000
# Far from the numbers of the demo and of factories.
FIRST = 5_000_000


def load(connection: psycopg.Connection[Any], folder: Path) -> None:
    """Copy them in and index them batch by batch, as a large import does."""
    rows = list(_rows(folder / FILE))
    people = dict.fromkeys(name for row in rows for name in _authors(row))
    numbers = {name: FIRST + place for place, name in enumerate(people)}
    cursor = connection.cursor()
    cursor.execute("SET LOCAL shop.index_later = 'on'")
    with cursor.copy("COPY contributors (id, name, sort_name, slug) FROM STDIN") as copy:
        for name, number in numbers.items():
            copy.write_row((number, _turned(name), name, f"a-{number}"))
    numbered = enumerate(rows, FIRST)
    while batch := list(itertools.islice(numbered, BATCH)):
        _put(cursor, batch, numbers)
        cursor.execute("SELECT index_books(%s)", [[number for number, _ in batch]])
    cursor.execute("SELECT recount_words()")
    connection.commit()


def _put(cursor: psycopg.Cursor[Any], batch: list[Any], people: dict[str, int]) -> None:
    columns = "id, isbn, sku, slug, title, language, format, age_mark, list_price"
    with cursor.copy(f"COPY books ({columns}) FROM STDIN") as copy:
        for number, row in batch:
            copy.write_row(
                (
                    number,
                    make.isbn(number),
                    f"G-{number}",
                    f"g-{number}",
                    " ".join(row["title"].split())[:500] or "?",
                    row["languages"][:2] or "en",
                    "paperback",
                    0,
                    500,
                )
            )
    with cursor.copy("COPY book_contributors FROM STDIN") as copy:
        for number, row in batch:
            for place, name in enumerate(dict.fromkeys(_authors(row))):
                copy.write_row((number, people[name], "author", place))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _authors(row: dict[str, str]) -> list[str]:
    names = (name.strip()[:300] for name in row["authors"].replace("|", ";").split(";"))
    return [name for name in names if name]


def _turned(name: str) -> str:
    """`Austen, Jane` as a title page has it."""
    surname, _, first = name.partition(", ")
    return f"{first.partition(', ')[0]} {surname}".strip()
