"""MARC 21 of libraries and library suppliers as rows for an import."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from pymarc import Field, Record

from shop.models import BookFormat
from shop.services.book_import import trade_codes
from shop.services.book_import.marc_records import Misfiled, chunks, record, xml_records
from shop.services.book_import.report import SourceRow
from shop.services.book_import.source_file import SourceFile

# Codes of MARC's list of relators, and words that cataloguers write instead.
RELATORS = {
    "authors": ("aut", "author", "автор"),
    "translators": ("trl", "translator", "переводчик", "пер"),
    "editors": ("edt", "editor", "редактор", "ред"),
    "illustrators": ("ill", "art", "illustrator", "художник", "иллюстратор", "худож"),
}
BINDINGS = {
    BookFormat.HARDCOVER: re.compile(r"hardcover|hardback|hbk|\bhc\b|cloth|bound|\bпер\b", re.I),
    BookFormat.POCKET: re.compile(r"mass market|pocket|карман", re.I),
    BookFormat.PAPERBACK: re.compile(r"paperback|softcover|pbk|\bpb\b|paper|\bобл\b", re.I),
}
# Each begins where digits do and reads few of them: a field of nothing else is gone through once.
PAGES = re.compile(r"(?<!\d)([0-9]{1,9})\s*(?:p\b|pp\b|pages|с\b|стр|s\b)", re.I)
ROUBLES = re.compile(r"(?<!\d)(\d[\d\s]{0,15}(?:[.,]\d{1,2})?)\s*(?:RUB|руб|р\.|₽)", re.I)
YEAR = re.compile(r"\b(1[4-9]\d\d|20\d\d)\b")
# ISBD's marks between the parts of a description.
ENDS = " /:;,="
TEXT = frozenset("at")


@dataclass(frozen=True)
class MarcFile:
    """A file that was gone through once from end to end; `rows` are its records."""

    file: SourceFile
    is_xml: bool
    rows: int

    def __iter__(self) -> Iterator[SourceRow]:
        found: Iterable[Record | bytes] = (
            xml_records(self.file) if self.is_xml else chunks(self.file)
        )
        for number, each in enumerate(found, 1):
            yield _row(number, each)


def open_marc(file: SourceFile, is_xml: bool) -> MarcFile:
    """Unreadable, before any row is used, where not even its records can be told apart."""
    found: Iterable[object] = xml_records(file) if is_xml else chunks(file)
    return MarcFile(file, is_xml, sum(1 for _ in found))


def _row(number: int, given: Record | bytes) -> SourceRow:
    try:
        found = record(given) if isinstance(given, bytes) else given
        _refuse_others(found)
    except Misfiled as refusal:
        return SourceRow(number, {}, refusal.args[0])
    cells: dict[str, str | None] = {}
    for reader in READERS:
        cells |= reader(found)
    return SourceRow(number, {name: cell for name, cell in cells.items() if cell})


def _refuse_others(found: Record) -> None:
    """Misfiled for what is no book of MARC 21."""
    leader = str(found.leader)
    if leader[5] == "d":
        raise Misfiled(_l("The library takes this record back: it is left out"))
    if not found.get_fields("245"):
        if found.get_fields("200"):
            raise Misfiled(_l("This is UNIMARC or RUSMARC: save it as MARC 21"))
        raise Misfiled(_l("There is no title (245) in this record"))
    if leader[6] not in TEXT or leader[7] not in "am ":
        raise Misfiled(_l("This record is about something else than a printed book"))


def _first(found: Record, *tags: str) -> Field | None:
    return next(iter(found.get_fields(*tags)), None)


def _say(field: Field | None, code: str) -> str:
    """The first subfield with the code, in one line."""
    return " ".join((field.get(code) or "").split()) if field else ""


def _trimmed(words: str) -> str:
    """Without the marks that set the next part off; the dot of an abbreviation or initial stays."""
    plain = words.rstrip(ENDS)
    if plain.endswith(".") and re.search(r"\w{4}\.$", plain):
        plain = plain[:-1].rstrip(ENDS)
    return plain.strip("[]").strip()


def _keys(found: Record) -> dict[str, str | None]:
    """The first ISBN, without what is said of its binding."""
    for field in found.get_fields("020"):
        if number := _say(field, "a").split("(")[0].strip(ENDS):
            return {"isbn": number.split(" ")[0]}
    return {"sku": _control_number(found)}


def _control_number(found: Record) -> str:
    field = _first(found, "001")
    return (field.data or "").strip() if field else ""


def _titles(found: Record) -> dict[str, str | None]:
    field = _first(found, "245")
    parts = [_say(field, code) for code in ("a", "n", "p")]
    title = ". ".join(part for part in map(_trimmed, parts) if part)
    return {"title": title, "subtitle": _trimmed(_say(field, "b"))}


def _people(found: Record) -> dict[str, str | None]:
    """Those of the title page; who stands for another work (with $t) did nothing for this book."""
    named: dict[str, list[str]] = {role: [] for role in RELATORS}
    for field in found.get_fields("100", "110", "700", "710"):
        if field.get("t") or not (name := _name(field)):
            continue
        for role in _roles(field):
            named[role].append(name)
    return {role: "; ".join(names) for role, names in named.items()}


def _roles(field: Field) -> list[str]:
    """By $4 and $e; without either the one that the record is filed under wrote it."""
    given = [each.strip(f"{ENDS}.").lower() for each in field.get_subfields("4", "e")]
    codes = {each.rsplit("/", 1)[-1] for each in given}
    if codes:
        return [role for role, words in RELATORS.items() if codes.intersection(words)]
    return ["authors"]


def _name(field: Field) -> str:
    name = _trimmed(_say(field, "a")).replace(";", " ")
    has_surname = field.tag.endswith("00") and field.indicator1 != "0"
    return f"{name}," if name and not has_surname else name


def _publisher(found: Record) -> dict[str, str | None]:
    """264 with a second indicator of 1 is who published it; 260 where rules are the older ones."""
    places = [f for f in found.get_fields("264") if f.indicator2 == "1"] or found.get_fields("260")
    house = next((name for place in places if (name := _trimmed(_say(place, "b")))), "")
    printed = next((date for place in places if (date := _say(place, "c"))), "")
    return {"publisher": house.strip('«»"“” '), "published_year": _year(found, printed)}


def _year(found: Record, printed: str) -> str:
    coded = _coded(found)[7:11]
    if coded.isdecimal() and len(coded) == 4 and coded != "0000":
        return coded
    year = YEAR.search(printed)
    return year[0] if year else ""


def _coded(found: Record) -> str:
    """Field 008: data of fixed length."""
    field = _first(found, "008")
    return (field.data or "") if field else ""


def _language(found: Record) -> dict[str, str | None]:
    code = _coded(found)[35:38].strip(" |") or _say(_first(found, "041"), "a")[:3]
    return {"language": trade_codes.language(code) or code}


def _extent(found: Record) -> dict[str, str | None]:
    counted = [int(n) for n in PAGES.findall(_say(_first(found, "300"), "a"))]
    return {"pages": str(max(counted)) if counted else None}


def _series(found: Record) -> dict[str, str | None]:
    field = _first(found, "830", "490")
    number = re.search(r"\d+", _say(field, "v"))
    name = _trimmed(_say(field, "a"))
    return {"series": name, "series_number": number[0] if name and number else None}


def _format(found: Record) -> dict[str, str | None]:
    told = " ".join(
        part for field in found.get_fields("020") for part in field.get_subfields("a", "q", "c")
    )
    return {"format": next((kind for kind, said in BINDINGS.items() if said.search(told)), None)}


def _description(found: Record) -> dict[str, str | None]:
    notes = (_say(field, "a") for field in found.get_fields("520"))
    return {"description": "\n\n".join(filter(None, notes))}


def _age(found: Record) -> dict[str, str | None]:
    told = " ".join(_say(field, "a") for field in found.get_fields("521"))
    return {"age_mark": trade_codes.age_mark(told)}


def _price(found: Record) -> dict[str, str | None]:
    """Roubles only: 365 with its currency, or the terms beside the ISBN."""
    for field in found.get_fields("365"):
        if _say(field, "c") == "RUB" and _say(field, "b"):
            return {"list_price": _say(field, "b")}
    terms = " ".join(_say(field, "c") for field in found.get_fields("020"))
    roubles = ROUBLES.search(terms)
    return {"list_price": roubles[1].strip() if roubles else None}


READERS: tuple[Callable[[Record], dict[str, str | None]], ...] = (
    _keys,
    _titles,
    _people,
    _publisher,
    _language,
    _extent,
    _series,
    _format,
    _description,
    _age,
    _price,
)
