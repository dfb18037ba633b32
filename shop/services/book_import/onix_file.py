"""ONIX for Books as rows for an import: 3.0 and 2.1, with reference names and with short tags.

The codes are those of EDItEUR's lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from lxml import etree

from shop.services.book_import import figures, trade_codes
from shop.services.book_import.onix_tags import REFERENCE
from shop.services.book_import.plain_text import LOOKS_LIKE_HTML, plain
from shop.services.book_import.report import SourceRow
from shop.services.book_import.source_file import SourceFile
from shop.services.book_import.xml_records import Element, elements, local, text

ROOTS = ("ONIXMessage", "ONIXmessage")
RECORDS = ("Product", "product")
HEADERS = ("Header", "header")
# List 1: the supplier says that this title is to be forgotten.
TAKEN_BACK = "05"
# List 17.
ROLES = {
    "authors": {"A01", "A02", "A03", "A05"},
    "translators": {"B06", "B08", "B10"},
    "editors": {"B01", "B02", "B09", "B11", "B13"},
    "illustrators": {"A12", "A13", "A35"},
}
# List 58: with VAT, recommended or fixed.
PRICES = ("02", "04")
# List 33 of 2.1 and list 153 of 3.0: the long description first.
DESCRIPTIONS = {"TextContent": ("03", "02"), "OtherText": ("03", "01", "02")}
# List 34: HTML and what is near it.
HTML = frozenset({"01", "02", "03", "05"})
# List 23, those that count what a reader holds in the hand.
PAGES = ("00", "11", "08", "10", "07", "05")
GRAMS = {"gr": Decimal(1), "kg": Decimal(1000), "lb": Decimal("453.592"), "oz": Decimal("28.3495")}


@dataclass(frozen=True)
class Defaults:
    """What the header says once for all products."""

    currency: str = ""
    language: str = ""


class Node:
    """An element whose children are asked for by their reference names, whatever the file has."""

    def __init__(self, element: Element) -> None:
        self.element = element

    @cached_property
    def children(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for child in self.element:
            name = local(child)
            found.setdefault(REFERENCE.get(name, name), []).append(Node(child))
        return found

    def all(self, name: str, *below: str) -> list[Node]:
        found = self.children.get(name, [])
        return [node for each in found for node in each.all(*below)] if below else list(found)

    def say(self, name: str, *below: str) -> str:
        """The first text there, in one line; nothing where there is none."""
        return next((line for node in self.all(name, *below) if (line := node.line)), "")

    @property
    def line(self) -> str:
        return " ".join(text(self.element).split())

    def first(self, *paths: tuple[str, ...]) -> list[Node]:
        """What is there by the first of the paths that leads to anything."""
        return next((nodes for path in paths if (nodes := self.all(*path))), [])


@dataclass(frozen=True)
class OnixFile:
    """A file that was gone through once from end to end: it is XML, and has `rows` products.

    The copies that it counts are the supplier's: without `with_stock` rows say nothing of them.
    """

    file: SourceFile
    rows: int
    with_stock: bool

    def __iter__(self) -> Iterator[SourceRow]:
        defaults = Defaults()
        number = 0
        for element in elements(self.file, (*RECORDS, *HEADERS)):
            node = Node(element)
            if local(element) in HEADERS:
                defaults = _defaults(node)
            else:
                number += 1
                yield _row(number, node, defaults, with_stock=self.with_stock)


def open_onix(file: SourceFile, *, with_stock: bool) -> OnixFile:
    """Unreadable, before any row is used, where it is not XML to its end."""
    return OnixFile(file, sum(1 for _ in elements(file, RECORDS)), with_stock)


def _defaults(header: Node) -> Defaults:
    return Defaults(header.say("DefaultCurrencyCode"), header.say("DefaultLanguageOfText"))


def _row(number: int, product: Node, defaults: Defaults, *, with_stock: bool) -> SourceRow:
    if product.say("NotificationType") == TAKEN_BACK:
        sentence = _l("The supplier takes this title back: it is left out")
        return SourceRow(number, {}, sentence)
    form = _form(product)
    if not trade_codes.is_printed_book(form):
        return SourceRow(number, {}, _l("This is no printed book (form %(form)s)", form=form))
    cells: dict[str, str | None] = {}
    for reader in READERS:
        cells |= reader(product)
    cells["language"] = _language(product, defaults)
    cells["list_price"] = _price(product, defaults)
    if with_stock:
        cells |= _stock(product)
    return SourceRow(number, {name: cell for name, cell in cells.items() if cell})


def _described(product: Node) -> Node:
    """Where 3.0 keeps what 2.1 has in the product itself."""
    return next(iter(product.all("DescriptiveDetail")), product)


def _form(product: Node) -> str:
    return _described(product).say("ProductForm").upper()


def _keys(product: Node) -> dict[str, str | None]:
    """List 5: ISBN-13, a GTIN that is one, ISBN-10; else the supplier's own number as SKU."""
    given = {
        node.say("ProductIDType"): node.say("IDValue") for node in product.all("ProductIdentifier")
    }
    gtin = given.get("03", "")
    book = gtin if gtin.replace("-", "").startswith(("978", "979")) else ""
    isbn = given.get("15") or book or given.get("02") or product.say("ISBN")
    return {"isbn": isbn, "sku": None if isbn else given.get("01") or gtin}


def _titles(product: Node) -> dict[str, str | None]:
    """The title of the book itself; where it has only that of its collection, that and the part."""
    details = _described(product).all("TitleDetail") or product.all("Title")
    own = [detail for detail in details if detail.say("TitleType") in ("01", "")] or details
    for detail in own[:1]:
        parts = detail.all("TitleElement") or [detail]
        parts.sort(key=lambda part: part.say("TitleElementLevel") != "01")
        return {"title": _title(parts[0]), "subtitle": parts[0].say("Subtitle")}
    return {"title": product.say("DistinctiveTitle")}


def _title(part: Node) -> str:
    whole = part.say("TitleText")
    whole = whole or f"{part.say('TitlePrefix')} {part.say('TitleWithoutPrefix')}".strip()
    number = part.say("PartNumber") if part.say("TitleElementLevel") != "01" else ""
    return f"{whole}. {number}" if number else whole


def _people(product: Node) -> dict[str, str | None]:
    named: dict[str, list[str]] = {field: [] for field in ROLES}
    people = _described(product).all("Contributor")
    for person in sorted(people, key=lambda each: figures.whole(each.say("SequenceNumber")) or 0):
        roles = {role.line for role in person.all("ContributorRole")}
        for field, codes in ROLES.items():
            if roles & codes and (name := _name(person)):
                named[field].append(name)
    return {field: "; ".join(names) for field, names in named.items()}


def _name(person: Node) -> str:
    """Surname first; without a surname, a comma at the end says so."""
    if name := person.say("PersonNameInverted"):
        return _one(name)
    keys = " ".join(filter(None, (person.say("PrefixToKey"), person.say("KeyNames"))))
    if keys:
        behind = person.say("NamesAfterKey") or person.say("SuffixToKey")
        before = person.say("NamesBeforeKey")
        return _one(", ".join(filter(None, (keys, before, behind if before else ""))))
    if name := person.say("PersonName"):
        return _one(name)
    company = person.say("CorporateName")
    return f"{_one(company)}," if company else ""


def _one(name: str) -> str:
    """Semicolons stand between names, not in them."""
    return name.replace(";", " ")


def _publisher(product: Node) -> dict[str, str | None]:
    """Readers know the imprint; without one, the publisher (list 45: 01)."""
    where = next(iter(product.all("PublishingDetail")), product)
    houses = where.all("Publisher")
    houses.sort(key=lambda house: house.say("PublishingRole") not in ("01", ""))
    house = next((name for each in houses if (name := each.say("PublisherName"))), "")
    return {"publisher": where.say("Imprint", "ImprintName") or house}


def _series(product: Node) -> dict[str, str | None]:
    for collection in _described(product).all("Collection"):
        parts = collection.all("TitleDetail", "TitleElement")
        named = [part for part in parts if part.say("TitleElementLevel") in ("02", "")]
        if named and (name := _title_alone(named[0])):
            number = next((n for part in parts if (n := part.say("PartNumber"))), "")
            return _numbered(name, number)
    for series in product.all("Series"):
        name = series.say("TitleOfSeries") or series.say("Title", "TitleText")
        return _numbered(name, series.say("NumberWithinSeries"))
    return {}


def _title_alone(part: Node) -> str:
    return part.say("TitleText") or part.say("TitleWithoutPrefix")


def _numbered(name: str, number: str) -> dict[str, str | None]:
    return {"series": name, "series_number": number if number.isdecimal() else None}


def _format(product: Node) -> dict[str, str | None]:
    details = [detail.line for detail in _described(product).all("ProductFormDetail")]
    return {"format": trade_codes.book_format(_form(product), details)}


def _extent(product: Node) -> dict[str, str | None]:
    """List 24: 03 is pages."""
    where = _described(product)
    found = {
        extent.say("ExtentType"): extent.say("ExtentValue")
        for extent in where.all("Extent")
        if extent.say("ExtentUnit") in ("03", "")
    }
    pages = next((found[kind] for kind in PAGES if found.get(kind)), "")
    return {"pages": pages or where.say("NumberOfPages")}


def _weight(product: Node) -> dict[str, str | None]:
    """List 48: 08 is the weight."""
    for measure in _described(product).all("Measure"):
        kind = measure.say("MeasureType") or measure.say("MeasureTypeCode")
        unit = GRAMS.get(measure.say("MeasureUnitCode"))
        weight = figures.measure(measure.say("Measurement"))
        if kind == "08" and unit and weight is not None:
            return {"weight_grams": str(int((weight * unit).to_integral_value()))}
    return {}


def _age(product: Node) -> dict[str, str | None]:
    """Only what is written as the law's mark: ages that somebody recommends are none."""
    codes = (code.line for code in _described(product).all("Audience", "AudienceCodeValue"))
    return {"age_mark": next(filter(None, map(trade_codes.age_mark, codes)), None)}


def _description(product: Node) -> dict[str, str | None]:
    for kind, order in DESCRIPTIONS.items():
        told = product.first(("CollateralDetail", kind), (kind,))
        by_type: dict[str, Node] = {}
        for content in told:
            code = content.say("TextType") or content.say("TextTypeCode")
            by_type.setdefault(code, content)
        for code in order:
            if code in by_type and (words := _words(by_type[code])):
                return {"description": words}
    return {}


def _words(content: Node) -> str:
    """The text without its markup."""
    for node in content.all("Text"):
        element = node.element
        form = element.get("textformat") or content.say("TextFormat")
        if any(isinstance(inner.tag, str) for inner in element):
            return plain(etree.tostring(element, encoding="unicode", with_tail=False))
        words = text(element)
        if form in HTML or LOOKS_LIKE_HTML.search(words):
            return plain(words)
        return words.strip()
    return ""


def _days(product: Node) -> dict[str, str | None]:
    """List 163: 01 published, 02 not to be sold before, 11 first published."""
    by_role = {
        date.say("PublishingDateRole"): _digits(date.say("Date"))
        for date in product.all("PublishingDetail", "PublishingDate")
    }
    by_role.setdefault("01", _digits(product.say("PublicationDate")))
    first = by_role.get("11") or by_role.get("01") or ""
    day = by_role.get("02") or by_role.get("01") or ""
    whole = f"{day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) >= 8 else None
    return {"published_year": first[:4], "released_on": whole}


def _digits(date: str) -> str:
    """YYYYMMDD of dates in any of their usual forms."""
    return date.partition("T")[0].replace("-", "")


def _stock(product: Node) -> dict[str, str | None]:
    """The supplier's copies in all their places."""
    places = product.first(("ProductSupply", "SupplyDetail"), ("SupplyDetail",))
    counted = [n.line for place in places for n in place.all("Stock", "OnHand")]
    known = [copies for line in counted if (copies := figures.whole(line)) is not None]
    return {"num_in_stock": str(sum(known)) if known else None}


def _language(product: Node, defaults: Defaults) -> str | None:
    """List 22: 01 is the language of the text."""
    codes = [
        language.say("LanguageCode")
        for language in _described(product).all("Language")
        if language.say("LanguageRole") in ("01", "")
    ]
    given = next(iter(codes), defaults.language)
    # A code without two letters is shown in the refusal.
    return trade_codes.language(given) or given


def _price(product: Node, defaults: Defaults) -> str | None:
    """What shoppers pay, VAT included, in roubles; a price in other money is none."""
    places = product.first(("ProductSupply", "SupplyDetail"), ("SupplyDetail",))
    found: dict[str, str] = {}
    for price in (each for place in places for each in place.all("Price")):
        kind = price.say("PriceType") or price.say("PriceTypeCode")
        currency = price.say("CurrencyCode") or defaults.currency
        if currency == "RUB":
            found.setdefault(kind, price.say("PriceAmount"))
    return next((found[kind] for kind in PRICES if found.get(kind)), None)


READERS: tuple[Callable[[Node], dict[str, Any]], ...] = (
    _keys,
    _titles,
    _people,
    _publisher,
    _series,
    _format,
    _extent,
    _weight,
    _age,
    _description,
    _days,
)
