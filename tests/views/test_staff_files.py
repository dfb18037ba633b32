"""Lists of staff as files: all that the address narrows them to, and nothing that runs."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from shop.models import RoleCode
from shop.services import base
from shop.services.trail import service as trail
from tests import factories as make
from tests.visitor import Visitor


@pytest.fixture
def admin(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.ADMIN))


def table(answer) -> list[list[str]]:
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))))


def test_orders_are_told_with_whom_and_what(admin, backstage, monkeypatch):
    monkeypatch.setattr(base, "PART", 2)
    book = backstage.book(stock=20, title="=Emma")
    orders = [backstage.order(book, quantity=2) for _ in range(5)]
    headings, *rows = table(admin.get("/admin/orders?file=csv"))
    assert headings[0] == "Number"
    assert [row[0] for row in rows] == [order.number for order in orders]
    first = dict(zip(headings, rows[0], strict=True))
    assert (first["Books"], first["Copies"]) == ("'=Emma", "2")
    assert first["Total, ₽"] == str(orders[0].total)
    assert table(admin.get("/admin/orders?state=shipped&file=csv")) == [headings]
    paid = backstage.paid(book)
    [_, one] = table(admin.get("/admin/orders?state=paid&file=csv"))
    assert (one[0], one[3]) == (paid.number, "Paid")
    [_, one] = table(admin.get(f"/admin/orders?q={orders[3].number}&file=csv"))
    assert one[0] == orders[3].number


def test_people_and_names_are_told(admin, backstage):
    reader = backstage.user(email="reader@example.org")
    rows = table(admin.get("/ru/admin/users?q=reader@&file=csv"))
    assert [";".join(row) for row in rows][1].startswith(f"{reader.id};;;reader@")
    author = backstage.save(make.author("Лев Толстой", name_en="Leo Tolstoy"))
    backstage.book(authors=[author])
    [_, row] = table(admin.get("/admin/authors?q=толст&file=csv"))
    assert row[:3] == [str(author.id), "Лев Толстой", "Leo Tolstoy"]
    assert row[-1] == "1"
    press = backstage.save(make.publisher("Nine Alders"))
    [_, row] = table(admin.get("/admin/publishers?file=csv"))
    assert row == [str(press.id), "Nine Alders", "", "", press.slug, "0"]


def test_changes_are_told_to_the_first_one(admin, backstage, monkeypatch):
    monkeypatch.setattr(trail, "AT_ONCE", 1)
    book = backstage.book(list_price="100.00", title="Emma")
    with backstage.services() as services:
        vera = backstage.user(RoleCode.ADMIN)
        for price in ("200.00", "300.00"):
            seen = services.catalogue.get(book.id).version
            services.catalogue.reprice(book.id, seen, Decimal(price), 0, vera)
    _, last, first = table(admin.get(f"/admin/audit?entity=book&entity_id={book.id}&file=csv"))
    assert last[2] == vera.name
    assert "200" in last[-2]
    assert "300" in last[-1]
    assert "100" in first[-2]


def test_each_is_a_workbook_too(admin, backstage):
    backstage.order()
    for path in ("orders", "users", "authors", "audit"):
        answer = admin.get(f"/admin/{path}?file=xlsx")
        assert answer.data.startswith(b"PK")
