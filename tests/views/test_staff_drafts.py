"""An ISBN is enough for a draft, where a supplier's file tells the rest."""

import io

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import Book, BookStatus, RoleCode
from tests import factories
from tests.integration.imports import onix
from tests.visitor import Visitor

FIRST, SECOND, THIRD = "9780306406157", "9785170000012", "9785170000029"


@pytest.fixture
def clerk(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


def upload(clerk, content, name="titles.xml"):
    fields = {"csrf_token": clerk.token(), "file": (io.BytesIO(content), name)}
    return clerk.send("/admin/supplier-files", fields)


def ask(clerk, isbns):
    return clerk.send("/admin/books/by-isbn", {"csrf_token": clerk.token(), "isbns": isbns})


def books(app):
    with app.app_context():
        return list(db.session.scalars(select(Book).order_by(Book.id)))


def test_a_title_of_a_supplier_becomes_a_draft_with_all_that_is_told(app, clerk, backstage):
    assert upload(clerk, onix.message(onix.PRODUCT)).status_code == 303
    assert books(app) == []
    answer = ask(clerk, "978-0-306-40615-7")
    [book] = books(app)
    assert (answer.status_code, answer.location) == (303, f"/admin/books/{book.id}/edit")
    with backstage.services() as services:
        draft = services.catalogue.get(book.id)
        assert (draft.status, draft.title, draft.isbn) == (BookStatus.DRAFT, "Война и мир", FIRST)
        assert draft.author_names == "Лев Толстой"
        # What the supplier has on shelves is not on this shop's.
        assert draft.stock.num_in_stock == 0
    form = clerk.get(answer.location)
    assert 'id="picture-files"' in form.text
    # It is there now, and opens.
    assert ask(clerk, FIRST).location == f"/admin/books/{book.id}"


def test_a_supplier_is_read_as_an_import_reads_it(app, clerk, backstage):
    """A sum with its comma and its sign, a day, a path that the shop has and one of others."""
    backstage.save(factories.category("prose"))
    cells = f"{FIRST};Мир;ru;HARDCOVER;1 499,50 ₽;31.12.2026;prose; Books > Fiction;Лев Толстой;12+"
    heading = "isbn;title;language;format;list_price;released_on;categories;authors;age_mark"
    quoted = cells.replace("prose; Books > Fiction", '"prose; Books > Fiction"')
    upload(clerk, f"{heading}\n{quoted}\n".encode(), "titles.csv")
    ask(clerk, FIRST)
    [book] = books(app)
    with backstage.services() as services:
        draft = services.catalogue.get(book.id)
        assert str(draft.list_price) == "1499.50"
        assert (str(draft.released_on), draft.age_mark) == ("2026-12-31", 12)
        assert [each.path for each in draft.categories] == ["prose"]
        assert draft.author_names == "Лев Толстой"


def test_what_cannot_be_read_is_asked_for(app, clerk):
    heading = "isbn,title,language,format,list_price,pages"
    upload(clerk, f"{heading}\n{FIRST},Мир,ru,pocket,499,many\n".encode(), "titles.csv")
    assert (ask(clerk, FIRST).location, books(app)) == (f"/admin/books/new?isbn={FIRST}", [])


def test_what_a_supplier_does_not_tell_is_asked_for(app, clerk):
    upload(clerk, f"isbn,title\n{FIRST},Мир\n".encode(), "titles.csv")
    answer = ask(clerk, FIRST)
    assert (answer.location, books(app)) == (f"/admin/books/new?isbn={FIRST}", [])
    form = clerk.form(clerk.get(answer.location), "book-form")
    assert (form.fields["title"], form.fields["isbn"]) == ("Мир", FIRST)
    unknown = ask(clerk, SECOND)
    assert "No supplier's file has this ISBN" in clerk.get(unknown.location).text.replace(
        "&#39;", "'"
    )


def test_several_make_several_and_what_is_none_is_told(app, clerk):
    upload(clerk, onix.message(onix.simple("Один", FIRST), onix.simple("Два", SECOND)))
    answer = ask(clerk, f"{FIRST}\r\n{SECOND}\r\n{THIRD}\r\n9780306406158")
    assert answer.status_code == 422
    assert [book.title for book in books(app)] == ["Один", "Два"]
    assert f"/admin/books/new?isbn={THIRD}" in answer.text
    assert "9780306406158</textarea>" in answer.text


def test_lines_that_are_more_than_one_go_takes_wait_in_the_box(app, clerk, monkeypatch):
    monkeypatch.setattr("shop.views.admin.book_drafts.MOST", 2)
    upload(clerk, onix.message(onix.simple("Один", FIRST), onix.simple("Три", THIRD)))
    answer = ask(clerk, f"9780306406158\n{FIRST}\n{FIRST}\n{SECOND}\n{THIRD}")
    assert f"9780306406158\n{SECOND}\n{THIRD}</textarea>" in answer.text
    assert "2 more wait in the box" in answer.text
    form = clerk.form(answer, "by-isbn")
    assert [book.title for book in books(app)] == ["Один"]
    answer = ask(clerk, form.fields["isbns"].partition("\n")[2])
    assert [book.title for book in books(app)] == ["Один", "Три"]
    assert "in the box" not in answer.text


def test_a_file_that_is_none_is_refused_and_a_forgotten_one_tells_nothing(app, clerk):
    assert upload(clerk, b"<rss/>").status_code == 422
    assert upload(clerk, b"").status_code == 422
    upload(clerk, onix.message(onix.simple("Один", FIRST)))
    page = clerk.get("/admin/supplier-files")
    clerk.submit(page, "/forget")
    assert ask(clerk, FIRST).location == f"/admin/books/new?isbn={FIRST}"


def test_a_later_file_knows_better(app, clerk):
    upload(clerk, onix.message(onix.simple("Один", FIRST)))
    upload(clerk, onix.message(onix.simple("Один, новое издание", FIRST, "555.00")))
    ask(clerk, FIRST)
    [book] = books(app)
    assert (book.title, str(book.list_price)) == ("Один, новое издание", "555.00")
