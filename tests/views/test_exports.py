"""Lists as files for spreadsheets."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from flask_babel import lazy_gettext as _l

from shop.config import Locale
from shop.web import exports
from shop.web.exports import FileForm, Sheet, export
from shop.web.locales import LOCALE

ROW = (
    "Чайка",
    '=HYPERLINK("http://evil.example")',
    -3,
    Decimal("1234.50"),
    datetime(2026, 11, 28, 22, 30, tzinfo=UTC),
    date(2026, 11, 28),
    None,
    _l("Orders"),
)
HEADINGS = ("Title", "Text", "Number", "Money", "Moment", "Day", "Nothing", "Word")


def written(app, form, rows, locale=Locale.EN):
    with app.test_request_context(environ_overrides={LOCALE: locale}):
        return b"".join(
            part.encode() if isinstance(part, str) else part
            for part in export(Sheet("list", HEADINGS, rows), form).response
        )


def cells(content, worksheet=1):
    """The cells of a worksheet as texts, row by row."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    name = f"xl/worksheets/sheet{worksheet}.xml"
    tree = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(name))
    assert not list(tree.iter(f"{space}f")), "a formula"
    return [["".join(c.itertext()) for c in row] for row in tree.iter(f"{space}row")]


@pytest.mark.parametrize(
    ("locale", "delimiter", "money"), [(Locale.EN, ",", "1234.50"), (Locale.RU, ";", "1234,50")]
)
def test_a_csv_is_as_the_spreadsheets_of_a_language_like_it(app, locale, delimiter, money):
    content = written(app, FileForm.CSV, [ROW], locale).decode("utf-8")
    assert content.startswith("\ufeffTitle")
    [_, row] = csv.reader(io.StringIO(content[1:]), delimiter=delimiter)
    assert row[:4] == ["Чайка", "'" + ROW[1], "-3", money]
    # In Moscow it is the next day by then.
    assert row[4:7] == ["2026-11-29 01:30:00", "2026-11-28", ""]


@pytest.mark.parametrize("begins", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(app, begins):
    [_, [cell]] = csv.reader(
        io.StringIO(written(app, FileForm.CSV, [(begins,)]).decode(), newline="")
    )
    assert cell == "'" + begins
    assert cells(written(app, FileForm.XLSX, [(begins,)]))[1] == [begins.replace("\r", "_x000D_")]


def test_an_xlsx_has_numbers_that_can_be_added_up(app):
    [headings, row] = cells(written(app, FileForm.XLSX, [ROW]))
    assert tuple(headings) == HEADINGS
    assert row[:2] == ["Чайка", ROW[1]]
    assert [Decimal(cell) for cell in row[2:4]] == [-3, Decimal("1234.5")]
    assert float(row[4]) == pytest.approx(46355 + 1.5 / 24)


def test_a_list_that_is_longer_than_a_worksheet_goes_on_with_another(app, monkeypatch):
    monkeypatch.setattr(exports, "ROWS_OF_A_SHEET", 2)
    content = written(app, FileForm.XLSX, [(n,) for n in range(3)])
    assert [row[0] for row in cells(content, 1)] == ["Title", "0", "1"]
    assert [row[0] for row in cells(content, 2)] == ["Title", "2"]


@pytest.mark.parametrize("form", FileForm)
def test_rows_are_taken_as_they_are_sent_and_the_first_before_anything_is(app, form):
    taken = []

    def rows():
        for number in range(2000):
            taken.append(number)
            yield (number,)

    with app.test_request_context("/"):
        answer = export(Sheet("list", HEADINGS, rows()), form)
        assert taken == [0]
        next(iter(answer.response))
        assert len(taken) == (2000 if form is FileForm.XLSX else exports.ROWS_AT_ONCE)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="list.{form}"'
