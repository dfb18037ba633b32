"""MARC 21 records of a file, as ISO 2709 has them or as MARCXML."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from pymarc import Field, Indicators, Record, Subfield
from pymarc.exceptions import PymarcException

from shop.services.book_import.source_file import SourceFile, Unreadable
from shop.services.book_import.xml_records import Element, elements, local, text

# A leader: the length, the status, the kinds, and where the data begins.
LEADER = re.compile(rb"[0-9]{5}[ -~]{5}[0-9 ]{2}[0-9]{5}[ -~]{3}4[0-9 ]{2}[0-9 ]")
END = b"\x1d"
# ISO 2709 has five digits for the length.
LONGEST = 99_999
BLOCK = 1 << 16
ESCAPE = b"\x1b"
# So many in a row are letters of some code page: accents of MARC-8 stand before plain letters.
CODE_PAGE = re.compile(rb"[\x80-\xff]{4}")


class Misfiled(Exception):
    """A record that cannot be read; the argument is a lazily translated sentence."""


def chunks(file: SourceFile) -> Iterator[bytes]:
    """The bytes of each record, its end with it; of the last one, also where its end is lost."""
    with file.path.open("rb") as opened:
        rest = b""
        while block := opened.read(BLOCK):
            *whole, rest = (rest + block).split(END)
            yield from (chunk.lstrip(b"\r\n \x00") + END for chunk in whole)
            if len(rest) > LONGEST:
                raise Unreadable(_l("A record of this MARC file has no end: it is damaged."))
        if rest.strip(b"\r\n \x00\x1a"):
            yield rest


def record(chunk: bytes) -> Record:
    """The record of these bytes; Misfiled where they are none."""
    if not LEADER.match(chunk):
        raise Misfiled(_l("This record does not begin as MARC 21 does"))
    if not chunk.endswith(END) or int(chunk[:5]) != len(chunk):
        raise Misfiled(_l("This record is longer or shorter than it says: it is damaged"))
    as_utf8 = _is_utf8(chunk)
    if not as_utf8 and ESCAPE not in chunk and CODE_PAGE.search(chunk):
        raise Misfiled(_l("This record is in no encoding of MARC 21: save it as UTF-8"))
    try:
        with warnings.catch_warnings(action="ignore"):
            return Record(chunk, to_unicode=True, force_utf8=as_utf8, hide_utf8_warnings=True)
    except UnicodeDecodeError:
        raise Misfiled(_l("This record says that it is UTF-8 and is not")) from None
    except (PymarcException, ValueError, LookupError, AttributeError, TypeError):
        raise Misfiled(_l("The directory of this record does not lead to its fields")) from None


def _is_utf8(chunk: bytes) -> bool:
    """As the leader says; or where it says MARC-8 and the bytes can be nothing but UTF-8."""
    if chunk[9:10] == b"a":
        return True
    try:
        return not chunk.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def xml_records(file: SourceFile) -> Iterator[Record]:
    for element in elements(file, ("record",)):
        yield _from_xml(element)


def _from_xml(element: Element) -> Record:
    leader = " " * 24
    fields = []
    for field in element:
        kind, tag = local(field), field.get("tag", "")
        if kind == "leader":
            leader = text(field).ljust(24)[:24]
        elif kind == "controlfield":
            fields.append(Field(tag=tag, data=text(field)))
        elif kind == "datafield":
            fields.append(_data_field(tag, field))
    return Record(fields=fields, leader=leader)


def _data_field(tag: str, field: Element) -> Field:
    marks = Indicators(field.get("ind1") or " ", field.get("ind2") or " ")
    parts = [
        Subfield(code=part.get("code", ""), value=text(part))
        for part in field
        if local(part) == "subfield"
    ]
    return Field(tag=tag, indicators=marks, subfields=parts)
