"""Files of suppliers and libraries as rows, and files that are none of these."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from pymarc import Field, Indicators, Record, Subfield, record_to_xml

from shop.services.book_import import onix_file
from shop.services.book_import.source_file import SourceFile, Unreadable
from shop.services.book_import.sources import opened
from shop.services.book_import.xml_records import elements
from tests.integration.imports import onix

ISBN = "9780306406157"


def rows(content: bytes, name="file", *, with_stock=True):
    return list(opened(io.BytesIO(content), name, with_stock=with_stock))


def marc(tag, *parts, marks="  "):
    return Field(
        tag=tag,
        indicators=Indicators(*marks),
        subfields=[Subfield(code, value) for code, value in parts],
    )


def library_record(**leader):
    """A record as a Russian library has it."""
    record = Record(force_utf8=True)
    record.leader[5:9] = "nam "
    record.add_field(
        Field(tag="001", data="RU-1"),
        Field(tag="008", data="260101s1869    ru            000 1 rus d"),
        marc("020", ("a", f"{ISBN} (в пер.)"), ("c", "1 250,50 руб.")),
        marc("041", ("a", "rus")),
        marc("100", ("a", "Толстой, Лев Николаевич,"), ("d", "1828-1910."), marks="1 "),
        marc("245", ("a", "Война и мир :"), ("b", "роман /"), ("c", "Л. Н. Толстой."), marks="10"),
        marc("264", ("a", "Москва :"), ("b", "Наука,"), ("c", "2026."), marks=" 1"),
        marc("300", ("a", "1350 с. :"), ("b", "ил. ;"), ("c", "22 см")),
        marc("490", ("a", "Литературные памятники ;"), ("v", "т. 7"), marks="0 "),
        marc("520", ("a", "Про войну и про мир.")),
        marc("521", ("a", "12+")),
        marc("700", ("a", "Апсит, Александр,"), ("e", "художник."), marks="1 "),
        marc("700", ("a", "Maude, Louise,"), ("4", "trl"), marks="1 "),
        marc("700", ("a", "Пушкин, Александр."), ("t", "Полтава."), marks="12"),
    )
    return record


LIBRARY_CELLS = {
    "isbn": ISBN,
    "title": "Война и мир",
    "subtitle": "роман",
    "authors": "Толстой, Лев Николаевич",
    "translators": "Maude, Louise",
    "illustrators": "Апсит, Александр",
    "publisher": "Наука",
    "series": "Литературные памятники",
    "series_number": "7",
    "language": "ru",
    "format": "hardcover",
    "published_year": "1869",
    "pages": "1350",
    "age_mark": "12",
    "description": "Про войну и про мир.",
    "list_price": "1 250,50",
}


@pytest.mark.parametrize("tags", [bytes, onix.short], ids=["reference", "short"])
def test_onix_3_fills_every_column_that_it_knows(tags):
    [row] = rows(tags(onix.message(onix.PRODUCT)))
    assert (row.line, row.broken) == (1, None)
    assert dict(row.cells) == onix.CELLS


def test_onix_2_is_read_with_the_entities_of_its_dtd_and_without_the_dtd():
    [row] = rows(onix.OLD.encode())
    assert dict(row.cells) == onix.OLD_CELLS


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("<NotificationType>03", "<NotificationType>05"), "takes this title back"),
        (("<ProductForm>BB", "<ProductForm>EA"), "no printed book"),
    ],
)
def test_a_product_that_is_none_for_the_shop_says_so_and_the_next_is_read(change, sentence):
    other = onix.simple("Анна Каренина", "9785170000012")
    first, second = rows(onix.message(onix.PRODUCT.replace(*change), other))
    assert sentence in str(first.broken)
    assert second.cells["title"] == "Анна Каренина"


def test_windows_1251_is_read_where_an_xml_file_declares_it():
    text = onix.message(onix.PRODUCT).decode().replace("UTF-8", "windows-1251")
    [row] = rows(text.encode("cp1251"))
    assert row.cells["title"] == "Война и мир"


def test_marc_and_marcxml_give_the_same_cells():
    record = library_record()
    binary = record.as_marc()
    xml = b"<collection>" + record_to_xml(record, namespace=True) + b"</collection>"
    assert [dict(row.cells) for row in rows(binary)] == [LIBRARY_CELLS]
    assert [dict(row.cells) for row in rows(xml)] == [LIBRARY_CELLS]


def test_a_damaged_record_of_marc_is_told_and_the_next_is_read():
    whole = library_record().as_marc()
    damaged = whole[:40] + whole[60:]
    first, second, third = rows(whole + damaged + whole)
    assert (first.line, second.line, third.line) == (1, 2, 3)
    assert "damaged" in str(second.broken)
    assert dict(third.cells) == LIBRARY_CELLS
    [last] = rows(whole + whole[:-100])[1:]
    assert "damaged" in str(last.broken)


def test_marc_in_a_code_page_is_told_from_marc_8():
    record = library_record().as_marc()
    body = record.decode().encode("cp1251")
    claimed = f"{len(body):05}".encode() + body[5:9] + b" " + body[10:]
    [row] = rows(claimed)
    assert "no encoding of MARC 21" in str(row.broken)


def test_rusmarc_is_told_from_marc_21():
    record = Record(force_utf8=True)
    record.leader[5:9] = "nam "
    record.add_field(marc("200", ("a", "Война и мир")))
    [row] = rows(record.as_marc())
    assert "RUSMARC" in str(row.broken)


def test_csv_is_read_as_excel_saves_it():
    text = "isbn;title;list_price\r\n9780306406157;Война и мир;499\r\n"
    for content in (text.encode("cp1251"), text.encode("utf-16"), text.encode("utf-8-sig")):
        [row] = rows(content)
        assert (row.line, row.cells["title"]) == (2, "Война и мир")


BOMB = (
    '<!DOCTYPE ONIXMessage [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {this} "{f"&{before};" * 10}">'
        for before, this in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
SECRET = '<!DOCTYPE ONIXMessage [<!ENTITY j SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [BOMB, SECRET], ids=["billion laughs", "a file"])
@pytest.mark.parametrize("where", ["<TitleText>&j;", '<TitleText x="{}">x'])
def test_entities_of_a_file_are_refused_unread(doctype, where):
    where = where.format("&j;")
    product = onix.PRODUCT.replace("<TitleText>Война", where, 1)
    with pytest.raises(Unreadable):
        rows((onix.HEAD + doctype + onix.MESSAGE.format(product)).encode())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (onix.message(onix.PRODUCT)[:-200], "breaks off"),
        (b"<rss><channel/></rss>", "neither ONIX nor MARCXML"),
        (b"<", "breaks off"),
        (b"PK\x03\x04", "column"),
        (b"\x00\x01\x02\x03", "column"),
        (b"\xff\xfe\x00", "not in UTF-16"),
        ("заголовок".encode("cp1251"), "column"),
        (onix.HEAD.replace("UTF-8", "no-such-code").encode() + b"<ONIXMessage/>", "encoding"),
        (onix.HEAD.encode() + "<ONIXMessage>Мир</ONIXMessage>".encode("cp1251"), "well formed"),
        (library_record().as_marc()[:-1] + b"x" * 200_000, "no end"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        rows(content)


def test_noise_in_a_file_is_told_and_never_a_fault():
    chance = random.Random(7)
    files = (
        onix.message(onix.PRODUCT),
        library_record().as_marc() * 2,
        b"<collection>" + record_to_xml(library_record(), namespace=True) + b"</collection>",
    )
    for content in files:
        for _ in range(150):
            noisy = bytearray(content)
            for _ in range(chance.randrange(1, 6)):
                noisy[chance.randrange(len(noisy))] = chance.randrange(256)
            try:
                found = rows(bytes(noisy))
            except Unreadable:
                continue
            assert all(row.broken is not None or row.cells for row in found)


def test_elements_that_nobody_asked_for_are_let_go_too(tmp_path: Path):
    path = tmp_path / "others.xml"
    path.write_text(f"<m>{'<a><b/><b/></a>' * 9000}<Product/>{'<a/>' * 9000}<Product/></m>")
    whole = [
        sum(1 for _ in element.getroottree().iter())
        for element in elements(SourceFile.of(path), onix_file.RECORDS)
    ]
    # The parser reads ahead by a block.
    assert len(whole) == 2
    assert max(whole) < 9000


ENDLESS = "9" * 5000


def test_the_copies_of_a_supplier_are_none_of_the_shops_own_unless_asked_for():
    [row] = rows(onix.message(onix.PRODUCT), with_stock=False)
    assert dict(row.cells) == {k: v for k, v in onix.CELLS.items() if k != "num_in_stock"}
    [row] = rows(b"sku,num_in_stock\nA,4\n", with_stock=False)
    assert row.cells["num_in_stock"] == "4"


@pytest.mark.parametrize("weight", ["1E+9999", "NaN", "Infinity", "-1", ENDLESS, f"0.{ENDLESS}"])
def test_a_weight_that_is_none_leaves_its_cell_empty(weight):
    [row] = rows(onix.message(onix.PRODUCT.replace("0.98", weight)))
    assert dict(row.cells) == {k: v for k, v in onix.CELLS.items() if k != "weight_grams"}


@pytest.mark.parametrize(("weight", "grams"), [("1", "1000"), ("0,5", "500"), (".25", "250")])
def test_a_weight_is_read_however_its_fraction_is_written(weight, grams):
    [row] = rows(onix.message(onix.PRODUCT.replace("0.98", weight)))
    assert row.cells["weight_grams"] == grams


def test_a_number_without_an_end_is_no_number():
    endless = onix.PRODUCT.replace("<OnHand>3<", f"<OnHand>{ENDLESS}<")
    endless = endless.replace("<SequenceNumber>2<", f"<SequenceNumber>{ENDLESS}<")
    [row] = rows(onix.message(endless))
    assert dict(row.cells) == onix.CELLS | {"num_in_stock": "4"}
    record = library_record()
    record["300"]["a"] = f"{ENDLESS} с."
    [row] = rows(record.as_marc())
    assert "pages" not in row.cells


def test_what_was_read_of_a_large_file_is_let_go_and_two_may_read_it(tmp_path: Path):
    path = tmp_path / "many.xml"
    path.write_bytes(onix.message(*[onix.simple("Книга", ISBN)] * 300))
    source = opened(path)
    assert source.rows == 300
    assert [one.line == other.line for one, other in zip(source, source, strict=True)] == [
        True
    ] * 300
    file = SourceFile.of(path)
    kept = [len(element.getparent()) for element in elements(file, onix_file.RECORDS)]
    # The parser reads ahead by a block.
    assert max(kept) < 100
