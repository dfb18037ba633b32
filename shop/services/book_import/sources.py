"""A file of books, whatever kind it is: its beginning tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from flask_babel import lazy_gettext as _l

from shop.services.book_import import marc_records, onix_file
from shop.services.book_import.csv_file import ENCODING, open_csv
from shop.services.book_import.marc_file import open_marc
from shop.services.book_import.onix_file import open_onix
from shop.services.book_import.report import SourceRow
from shop.services.book_import.source_file import SourceFile, Unreadable
from shop.services.book_import.xml_records import root_name

MARCXML = ("collection", "record")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# What Russian Excel saves, where a file is no UTF-8 and nobody said what it is.
OF_WINDOWS = "cp1251"
LOOKED_AT = 4096


class Source(Protocol):
    """Rows that can be gone through twice, at the same time if need be."""

    @property
    def rows(self) -> int:
        """How many records there are."""

    def __iter__(self) -> Iterator[SourceRow]: ...


def opened(
    file: Path | IO[bytes],
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    *,
    with_stock: bool = False,
) -> Source:
    """CSV, ONIX, MARC 21 or MARCXML, looked through once; Unreadable where it is none.

    `encoding` and `delimiter` are of CSV: found out where they are not given. `with_stock` takes
    the copies that a supplier counts in ONIX for this shop's own; a column of CSV that is called
    so is meant.
    """
    source = SourceFile.of(file, name)
    beginning = source.beginning(LOOKED_AT)
    if not beginning:
        raise Unreadable(_l("This file is empty."))
    if _is_xml(beginning):
        return _xml(source, with_stock=with_stock)
    if marc_records.LEADER.match(beginning.lstrip(b"\r\n \x00")):
        return open_marc(source, is_xml=False)
    return open_csv(source, encoding or _encoding(source, beginning), delimiter)


def _is_xml(beginning: bytes) -> bool:
    plain = beginning.removeprefix(b"\xef\xbb\xbf")
    if beginning.startswith(UTF_16):
        plain = plain[2:].replace(b"\x00", b"")
    return plain.lstrip().startswith(b"<")


def _xml(source: SourceFile, *, with_stock: bool) -> Source:
    root = root_name(source)
    if root in onix_file.ROOTS:
        return open_onix(source, with_stock=with_stock)
    if root in MARCXML:
        return open_marc(source, is_xml=True)
    raise Unreadable(
        _l("This XML is neither ONIX nor MARCXML: it begins with “%(root)s”.", root=root)
    )


def _encoding(source: SourceFile, beginning: bytes) -> str:
    if beginning.startswith(UTF_16):
        return "utf-16"
    try:
        with source.path.open(encoding=ENCODING) as opened_file:
            while opened_file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return OF_WINDOWS
    return ENCODING
