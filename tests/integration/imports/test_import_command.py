"""`flask books import` on files as sellers have them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from shop.cli import register
from shop.config import Config
from shop.models import Book
from tests.integration.imports import onix
from tests.integration.imports.conftest import NEW, the_book
from tests.stored import stored


@pytest.fixture(scope="module")
def runner(another_shop):
    app: Flask = another_shop()
    register(app)
    return app.test_cli_runner()


@pytest.fixture
def file(tmp_path: Path, services):
    """Writes rows as CSV and answers the path."""

    def write(*rows: dict[str, str], encoding: str = "utf-8", delimiter: str = ",") -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / "books.csv"
        path.write_bytes(out.getvalue().encode(encoding))
        return str(path)

    return write


def run(runner, path: str, *options: str):
    return runner.invoke(args=["books", "import", path, *options])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_any_spreadsheet_are_read(runner, file, encoding, delimiter):
    path = file({**NEW, "title": "Two\r\nlines; and, more"}, encoding=encoding, delimiter=delimiter)
    answer = run(runner, path)
    assert (answer.exit_code, answer.output) == (
        0,
        "new: 1, changed: 0, the same: 0, refused: 0.\n",
    )


def test_other_encodings_and_delimiters_are_told(runner, file):
    path = file({**NEW, "title": "Мёртвые души"}, encoding="cp1251", delimiter="|")
    refusal = run(runner, path)
    assert refusal.exit_code == 1
    assert "--encoding cp1251" in refusal.output
    assert stored(Book) == 0
    assert run(runner, path, "--encoding", "cp1251", "--delimiter", "|").exit_code == 0
    assert "no encoding" in run(runner, path, "--encoding", "martian").output
    assert run(runner, path, "--delimiter", "||").exit_code == 2


def test_a_file_of_excel_in_russian_is_read(runner, services, tmp_path):
    path = tmp_path / "books.csv"
    path.write_bytes(
        "isbn;title;authors;language;format;list_price;age_mark;released_on;;\r\n"
        '978-5-17-000001-2;"Роман ""Мать""";"Горький, Максим; Ильф, Илья";RU;hardcover;'
        "1\N{NO-BREAK SPACE}499,00;12+;31.12.2099;;\r\n"
        ";;;;;;;;;\r\n".encode("cp1251")
    )
    answer = run(runner, str(path), "--encoding", "cp1251")
    assert (answer.exit_code, answer.output) == (
        0,
        "new: 1, changed: 0, the same: 0, refused: 0.\n",
    )
    [book] = services.catalogue.page(1, 2).items
    assert (book.title, book.list_price) == ('Роман "Мать"', Decimal("1499.00"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("sku\ttitle\nA\tМать\n".encode("utf-16"), "--encoding utf-16"),
        (b"{" + b"x" * 200_000, "column"),
        (b"{" + b"x" * 2_000_000, "field limit"),
        (b"PK\x03\x04\x14\x00\xff", "is a workbook: save it as CSV"),
        (b'sku;title\nA;"One" two\n', "quotes inside of it are doubled"),
    ],
)
def test_what_a_spreadsheet_saves_besides_is_told_from_csv(runner, tmp_path, content, says):
    path = tmp_path / "books.csv"
    path.write_bytes(content)
    answer = run(runner, str(path))
    assert answer.exit_code == 1
    assert says in answer.output


def test_utf_16_without_its_mark_is_not_taken_for_it(runner, tmp_path):
    path = tmp_path / "books.csv"
    path.write_bytes("sku\nA\n".encode("utf-16-le"))
    answer = run(runner, str(path), "--encoding", "utf-16")
    assert answer.exit_code == 1
    assert "is not in UTF-16" in answer.output


def test_a_database_that_is_gone_is_told_plainly(another_shop, closed_port, tmp_path):
    app = another_shop(database_url=f"postgresql://colophon@127.0.0.1:{closed_port}/shop")
    register(app)
    path = tmp_path / "books.csv"
    path.write_text("sku\nA\n")
    answer = run(app.test_cli_runner(), str(path))
    assert answer.exit_code == 1
    assert "import the file again" in answer.output


def test_a_dry_run_tells_each_row_and_writes_nothing(runner, file):
    run(runner, file(NEW))
    answer = run(
        runner,
        file(
            {**NEW, "list_price": "599", "title": "War"},
            {**NEW, "isbn": "", "sku": "B"},
            {**NEW, "isbn": "", "sku": "C", "list_price": "12,5o"},
        ),
        "--dry-run",
    )
    assert answer.exit_code == 2
    assert answer.output.splitlines()[:6] == [
        "line 2: changed: “War”",
        "  title: “War and Peace” -> “War”",
        "  list_price: 499.00 -> 599.00",
        "line 3: new: “War and Peace”",
        "line 4, list_price: “12,5o” is no sum; write roubles such as 499.00",
        "Would be new: 1, changed: 1, the same: 0, refused: 1.",
    ]
    assert stored(Book) == 1


def test_refused_rows_are_listed_the_others_go_in_and_the_exit_code_says_so(runner, file):
    answer = run(
        runner,
        file({**NEW, "pages": ""}, {**NEW, "isbn": "", "sku": "B", "pages": "many"}),
    )
    assert answer.exit_code == 2
    assert "line 3, pages: “many” is no number from 1" in answer.output
    assert "1 of 2 rows were left out" in answer.output
    assert stored(Book) == 1


@pytest.mark.parametrize(
    ("heading", "says"),
    [
        ("isbn,titel", "Did you mean “title”?"),
        ("isbn,qqqq", "Known are isbn, sku"),
        ("isbn,isbn", "2 times"),
        ("title,language", "“isbn” or “sku” is needed"),
        ("", "“isbn” or “sku” is needed"),
    ],
)
def test_a_heading_that_cannot_be_used_stops_before_any_row(runner, tmp_path, heading, says):
    path = tmp_path / "books.csv"
    path.write_text(f"{heading}\n")
    answer = run(runner, str(path))
    assert answer.exit_code == 1
    assert says in answer.output


def test_lines_are_counted_as_an_editor_counts_them(runner, services, tmp_path):
    """A quoted line break is a line too; a row with too few cells is refused alone."""
    path = tmp_path / "books.csv"
    path.write_text(
        "sku,title,language,format,list_price\n"
        'A,"Two\nlines",en,pocket,499\n'
        "\n"
        "B,One,en\n"
        "C,Three,en,pocket,x\n"
    )
    answer = run(runner, str(path))
    assert "line 5: This row has 3 cells and the heading 5" in answer.output
    assert "line 6, list_price" in answer.output
    assert answer.exit_code == 2
    assert stored(Book) == 1


def test_a_quote_that_is_never_closed_stops_before_any_row(runner, services, tmp_path):
    path = tmp_path / "books.csv"
    path.write_text('sku,title,language,format,list_price\nA,One,en,pocket,499\nB,"Two\n')
    answer = run(runner, str(path))
    assert answer.exit_code == 1
    assert "Line 3" in answer.output
    assert stored(Book) == 0


def test_copies_of_a_suppliers_file_come_in_where_asked_for(runner, services, tmp_path):
    path = tmp_path / "books.xml"
    path.write_bytes(onix.message(onix.PRODUCT))
    run(runner, str(path))
    assert the_book(services).stock.num_in_stock == 0
    run(runner, str(path), "--with-stock")
    assert the_book(services).stock.num_in_stock == 7


def test_the_help_names_every_column(runner, config: Config):
    answer = runner.invoke(args=["books", "import", "--help"])
    for column in ("isbn", "num_in_stock", "series_number", "weight_grams"):
        assert column in answer.output
