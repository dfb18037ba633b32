"""A CSV file as rows for an import: its encoding, its delimiter, its heading."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l

from shop.services.book_import.columns import COLUMNS, UnknownColumns, check
from shop.services.book_import.report import SourceRow
from shop.services.book_import.source_file import SourceFile, Unreadable

# UTF-8 with a byte order mark or without.
ENCODING = "utf-8-sig"
DELIMITERS = (",", ";", "\t")
LONGEST_CELL = 1 << 20
# What a file begins with that is no CSV in any encoding, or tells its encoding.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class CsvFile:
    """A file that was read once from end to end: it can be decoded, and has `rows` rows."""

    file: SourceFile
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    rows: int

    def __iter__(self) -> Iterator[SourceRow]:
        for line, cells in _records(self.file.path, self.encoding, self.delimiter):
            if line > 1 and any(cells):
                yield self._row(line, cells)

    def _row(self, line: int, cells: list[str]) -> SourceRow:
        cells = _filled(cells, at_least=len(self.headings))
        if len(cells) == len(self.headings):
            return SourceRow(line, dict(zip(self.headings, cells, strict=True)))
        sentence = _l(
            "This row has %(n)s cells and the heading %(most)s: quote what holds a “%(delimiter)s”",
            n=len(cells),
            most=len(self.headings),
            delimiter="tab" if self.delimiter == "\t" else self.delimiter,
        )
        return SourceRow(line, {}, sentence)


def open_csv(file: SourceFile, encoding: str = ENCODING, delimiter: str | None = None) -> CsvFile:
    """Read the heading and look through the file once; Unreadable before any row is used.

    Without a `delimiter` it is the one of comma, semicolon and tab that divides the heading into
    the most columns that are known.
    """
    csv.field_size_limit(LONGEST_CELL)
    path = file.path
    try:
        delimiter = delimiter or _detected(path, encoding)
        records = _records(path, encoding, delimiter)
        _, heading = next(records, (1, []))
        headings = tuple(cell.strip().casefold() for cell in _filled(heading))
        check(headings)
        rows = sum(1 for _, cells in records if any(cells))
    except UnicodeError:
        raise Unreadable(_undecodable(file, encoding)) from None
    except LookupError:
        raise Unreadable(_l("There is no encoding “%(name)s”.", name=encoding)) from None
    except UnknownColumns as problem:
        raise Unreadable(*problem.args) from None
    return CsvFile(file, encoding, delimiter, headings, rows)


def _detected(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(LONGEST_CELL)

    def known(delimiter: str) -> int:
        cells = next(csv.reader([first], delimiter=delimiter), [])
        return sum(cell.strip().casefold() in COLUMNS for cell in cells)

    return max(DELIMITERS, key=known)


def _filled(cells: list[str], at_least: int = 0) -> list[str]:
    """Without the empty cells at the end, which spreadsheets add where a column was emptied."""
    filled = len(cells)
    while filled > at_least and not cells[filled - 1].strip():
        filled -= 1
    return cells[:filled]


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line that it begins in."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise Unreadable(_unquoted(line, error)) from None


def _unquoted(line: int, error: csv.Error) -> object:
    return _l(
        "Line %(line)s: %(error)s. A cell that begins with a quote ends with one, and quotes "
        "inside of it are doubled.",
        line=line,
        error=error,
    )


def _undecodable(file: SourceFile, encoding: str) -> object:
    beginning = file.beginning(4)
    if beginning in WORKBOOKS:
        return _l("%(name)s is a workbook: save it as CSV.", name=file.name)
    return _l(
        "%(name)s is not in %(encoding)s: say which encoding it is in, such as --encoding "
        "%(other)s, or save it again as UTF-8.",
        name=file.name,
        encoding=encoding.removesuffix("-sig").upper(),
        other="utf-16" if beginning.startswith(UTF_16) else "cp1251",
    )
