"""A list as a file for a spreadsheet: CSV or XLSX, row by row, however long the list is.

A view answers with `export(Sheet(...), form)`. Rows are taken one after the other, so give them as
a generator that reads from the database in parts; the first one is taken before the answer
begins, so that what cannot be read at all is an error page and not half a file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, Any

from flask import Response, request, stream_with_context
from flask_babel import to_user_timezone
from xlsxwriter import Workbook
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from shop.config import Locale
from shop.web.locales import current

# Any other value is written as its text.
Cell = str | int | Decimal | date | datetime | None | object

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULAE = ("=", "+", "-", "@", "\t", "\r")
# Excel reads the bytes of a file without this mark in the code page of the machine.
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 64 * 1024
# A worksheet of Excel holds 1,048,576 rows, the one with the headings among them.
ROWS_OF_A_SHEET = 1_048_575
# Characters of a cell.
LONGEST_CELL = 32_767


class FileForm(StrEnum):
    """Which file; the value is how its name ends."""

    CSV = "csv"
    XLSX = "xlsx"


MIME_TYPES = {
    FileForm.CSV: "text/csv",
    FileForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Sheet:
    """`name` becomes that of the file, and has Latin letters, digits and dashes only."""

    name: str
    headings: Sequence[object]
    rows: Iterable[Sequence[Cell]]


def asked_file() -> FileForm | None:
    """The file that the address of a list asks for in place of its page."""
    wanted = request.args.get("file", "")
    return FileForm(wanted) if wanted in list(FileForm) else None


def export(sheet: Sheet, form: FileForm) -> Response:
    """The file, streamed. Times are in the shop's time zone, numbers as the language has them."""
    rows = iter(sheet.rows)
    begun = chain(list(islice(rows, 1)), rows)
    headings = [str(heading) for heading in sheet.headings]
    written = _csv(headings, begun) if form is FileForm.CSV else _xlsx(headings, begun)
    answer = Response(stream_with_context(written), mimetype=MIME_TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{sheet.name}.{form}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _csv(headings: Sequence[str], rows: Iterator[Sequence[Cell]]) -> Iterator[str]:
    # Excel in Russian parts columns by semicolons, and takes 1.5 for the first of May.
    russian = current() is Locale.RU
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if russian else ",")
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(headings)
    for part in iter(lambda: list(islice(rows, ROWS_AT_ONCE)), []):
        writer.writerows([_in_csv(cell, russian) for cell in row] for row in part)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _in_csv(cell: Cell, russian: bool) -> str:
    plain = _plain(cell)
    if isinstance(plain, datetime):
        return f"{plain:%Y-%m-%d %H:%M:%S}"
    if isinstance(plain, date):
        return plain.isoformat()
    if isinstance(plain, Decimal):
        return str(plain).replace(".", ",") if russian else str(plain)
    if isinstance(plain, int):
        return str(plain)
    return f"'{plain}" if plain.startswith(FORMULAE) else plain


def _plain(cell: Cell) -> str | int | Decimal | date | datetime:
    """What files have words for. Texts of gettext become strings, nothing an empty one."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        local: datetime = to_user_timezone(cell)
        return local.replace(tzinfo=None)
    if isinstance(cell, (bool, StrEnum)):
        return str(cell)
    return cell if isinstance(cell, (str, int, Decimal, date)) else str(cell)


def _xlsx(headings: Sequence[str], rows: Iterator[Sequence[Cell]]) -> Iterator[bytes]:
    """Rows go to a file on the disk one by one: the format is an archive that ends with its
    index."""
    with TemporaryFile() as file:
        _Workbook(file).write(headings, rows)
        file.seek(0)
        yield from iter(lambda: file.read(BYTES_AT_ONCE), b"")


class _Workbook:
    """One workbook, which goes on with another worksheet where one is full."""

    def __init__(self, file: IO[bytes]) -> None:
        # In constant memory a row is on the disk once the next one begins.
        self.book = Workbook(file, {"constant_memory": True})
        self.bold = self.book.add_format({"bold": True})
        self.formats: dict[type, CellFormat] = {
            Decimal: self.book.add_format({"num_format": "#,##0.00"}),
            date: self.book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }

    def write(self, headings: Sequence[str], rows: Iterator[Sequence[Cell]]) -> None:
        worksheet, place = self._begun(headings), 0
        for row in rows:
            if place == ROWS_OF_A_SHEET:
                worksheet, place = self._begun(headings), 0
            place += 1
            for column, cell in enumerate(row):
                self._put(worksheet, place, column, _plain(cell))
        self.book.close()

    def _begun(self, headings: Sequence[str]) -> Worksheet:
        worksheet = self.book.add_worksheet()
        worksheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            worksheet.set_column(column, column, max(12, len(heading) + 2))
            worksheet.write_string(0, column, heading, self.bold)
        return worksheet

    def _put(self, worksheet: Worksheet, row: int, column: int, cell: Any) -> None:
        """A text is written as one, whatever it begins with; it is never a formula."""
        kind = self.formats.get(type(cell))
        if isinstance(cell, str):
            worksheet.write_string(row, column, cell[:LONGEST_CELL])
        elif isinstance(cell, date):
            worksheet.write_datetime(row, column, cell, kind)
        else:
            worksheet.write_number(row, column, cell, kind)
