"""Staff: prices and stock are changed with care for whoever changes them at the same time."""

import re

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, RoleCode
from tests import markup
from tests.visitor import Visitor


@pytest.fixture
def clerk(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


def path(book, action="") -> str:
    return f"/admin/books/{book.id}" + (f"/{action}" if action else "")


def audit(app) -> list[AuditEntry]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def facts(backstage, book):
    """Price before discount, discount, price, copies."""
    with backstage.services() as services:
        now = services.catalogue.get(book.id)
    return (str(now.list_price), now.discount_percent, str(now.price), now.stock.num_in_stock)


def alerts(tree) -> str:
    return " ".join(markup.text(e) for e in tree.iter() if e.get("role") == "alert")


def test_a_price_is_changed_by_a_plain_form(app, clerk, backstage):
    book = backstage.book(list_price="500.00")
    answer = clerk.submit(
        clerk.get(path(book)), "price", list_price="799.90", discount_percent="15"
    )
    assert (answer.status_code, answer.location) == (303, path(book))
    # 679.915 is half a kopeck: up it goes.
    assert facts(backstage, book)[:3] == ("799.90", 15, "679.92")
    (entry,) = audit(app)
    assert (entry.entity, entry.entity_id, entry.action) == ("book", book.id, "reprice")
    assert (entry.before["list_price"], entry.after["list_price"]) == ("500.00", "799.90")


def test_the_stock_is_changed_by_a_plain_form(app, clerk, backstage):
    book = backstage.book(stock=5)
    answer = clerk.submit(clerk.get(path(book)), "stock", num_in_stock="12")
    assert answer.status_code == 303
    assert facts(backstage, book)[3] == 12
    (entry,) = audit(app)
    assert (entry.entity, entry.before, entry.after) == (
        "book",
        {"num_in_stock": 5},
        {"num_in_stock": 12},
    )
    assert entry.actor_id is not None


@pytest.mark.parametrize("action", ["price", "stock"])
def test_htmx_gets_the_book_and_a_notice(clerk, backstage, action):
    book = backstage.book()
    fields = clerk.form(clerk.get(path(book)), action).fields
    answer = clerk.send(path(book, action), fields, htmx=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    markup.fragment(answer, "book")
    assert markup.text(markup.out_of_band(answer)["notices"])


BAD_PRICES = [
    ("list_price", "abc"),
    ("list_price", ""),
    ("list_price", "0"),
    ("list_price", "-1"),
    ("list_price", "1.005"),
    ("list_price", "NaN"),
    ("list_price", "Infinity"),
    ("list_price", "1e9"),
    ("list_price", "123456789.00"),
    ("discount_percent", "91"),
    ("discount_percent", "-1"),
    ("discount_percent", "1.5"),
    ("discount_percent", "ten"),
]
BAD_COUNTS = [("num_in_stock", bad) for bad in ("-1", "abc", "", "1.5", "3000000000", "9" * 5000)]


@pytest.mark.parametrize(("field", "typed"), BAD_PRICES + BAD_COUNTS)
def test_a_number_that_makes_no_sense_is_kept_and_marked(app, clerk, backstage, field, typed):
    book = backstage.book()
    before = facts(backstage, book)
    action = "stock" if field == "num_in_stock" else "price"
    answer = clerk.submit(clerk.get(path(book)), action, **{field: typed})
    assert answer.status_code == 422
    tree = markup.page(answer)
    shown = markup.by_id(tree, field)
    assert shown.get("aria-invalid") == "true"
    assert f"{field}-error" in shown.get("aria-describedby").split()
    assert shown.get("value") == typed or typed == ""
    assert facts(backstage, book) == before
    assert audit(app) == []


@pytest.mark.parametrize("action", ["price", "stock"])
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(app, clerk, backstage, action):
    book = backstage.book(stock=5, list_price="500.00")
    page = clerk.get(path(book))
    other = Visitor(app, backstage.user(RoleCode.ADMIN))
    other.submit(other.get(path(book)), "price", list_price="600.00")
    other.submit(other.get(path(book)), "stock", num_in_stock="7")
    mine = {"price": {"list_price": "700.00"}, "stock": {"num_in_stock": "9"}}[action]
    answer = clerk.submit(page, action, **mine)
    assert answer.status_code == 412
    assert facts(backstage, book)[0::3] == ("600.00", 7)
    # What was typed is there, and sending it again says that the value of now was seen.
    ((field, typed),) = mine.items()
    tree = markup.page(answer)
    assert alerts(tree)
    assert markup.by_id(tree, field).get("value") == typed
    assert clerk.submit(answer, action, **mine).status_code == 303
    assert typed in [str(fact) for fact in facts(backstage, book)]


def test_fewer_copies_than_are_promised_cannot_be_counted(app, clerk, backstage):
    book = backstage.book(stock=5)
    backstage.order(book, quantity=3)
    answer = clerk.submit(clerk.get(path(book)), "stock", num_in_stock="2")
    assert answer.status_code == 409
    tree = markup.page(answer)
    assert "promised" in alerts(tree)
    assert markup.by_id(tree, "num_in_stock").get("value") == "2"
    part = clerk.post(path(book, "stock"), {"num_in_stock": "2", "seen": "5"}, htmx=True)
    assert (part.status_code, part.headers["Cache-Control"]) == (409, "no-store")
    markup.fragment(part, "book")
    assert facts(backstage, book)[3] == 5
    assert audit(app) == []
    assert clerk.submit(clerk.get(path(book)), "stock", num_in_stock="3").status_code == 303


def test_a_sale_between_looking_and_counting_does_no_harm(clerk, backstage):
    book = backstage.book(stock=5)
    page = clerk.get(path(book))
    backstage.order(book, quantity=2)
    assert clerk.submit(page, "stock", num_in_stock="6").status_code == 303
    assert facts(backstage, book)[3] == 6
    assert backstage.promised(book) == 2


def test_nought_copies_and_no_discount_are_numbers_too(clerk, backstage):
    book = backstage.book(stock=5, discount_percent=20)
    clerk.submit(clerk.get(path(book)), "stock", num_in_stock="0")
    page = clerk.get(path(book))
    tree = markup.page(page)
    assert markup.by_id(tree, "num_in_stock").get("value") == "0"
    assert clerk.submit(page, "price", discount_percent="0").status_code == 303
    shown = markup.page(clerk.get(path(book)))
    assert markup.by_id(shown, "discount_percent").get("value") == "0"
    assert facts(backstage, book)[1] == 0


@pytest.mark.parametrize("action", ["price", "stock"])
def test_an_unknown_book_is_not_found(clerk, action):
    form = {"list_price": "1", "discount_percent": "0", "version": "1"}
    answer = clerk.post(f"/admin/books/999999/{action}", form | {"num_in_stock": "1", "seen": "1"})
    assert answer.status_code == 404


def test_books_are_found_by_title_author_and_isbn(clerk, backstage):
    emma = backstage.book(title="Emma")
    backstage.book(title="Iliad", stock=0)
    for query in ("emma", emma.isbn, "EMM", f" {emma.isbn[:3]}-{emma.isbn[3:]} "):
        tree = markup.page(clerk.get("/admin/books", query_string={"q": query}))
        links = dict.fromkeys(markup.hrefs(markup.by_id(tree, "books")))
        rows = [link for link in links if re.fullmatch(r"/admin/books/\d+", link)]
        assert rows == [path(emma)], query
    assert "Iliad" in clerk.get("/admin/books").text
    nothing = markup.page(clerk.get("/admin/books?q=zzz"))
    assert markup.with_class(nothing, "empty")


def test_a_customer_pays_the_new_price(app, clerk, backstage):
    book = backstage.book(list_price="500.00")
    clerk.submit(clerk.get(path(book)), "price", list_price="600.00", discount_percent="50")
    page = Visitor(app).get(f"/books/{book.slug}-{book.id}")
    price = markup.text(markup.with_class(markup.page(page), "price")[0])
    assert "300 ₽" in price.replace("\N{NO-BREAK SPACE}", " ")
