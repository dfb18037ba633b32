"""The list of books for staff: narrowed, kept as a view, edited in the row, ticked, taken along."""

import csv
import io
from decimal import Decimal

import pytest

from shop.models import BookFormat, BookStatus, RoleCode
from tests import factories, markup
from tests.visitor import Visitor


@pytest.fixture
def clerk(app, backstage):
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


@pytest.fixture
def books(backstage):
    prose = backstage.save(factories.category("prose"))
    short = backstage.save(factories.category("short", prose))
    return {
        "sea": backstage.book(
            title="The Sea",
            stock=9,
            categories=[short],
            description="Salt.",
            list_price=Decimal("900.00"),
            authors=[factories.author("Iris Murdoch")],
            publisher=factories.publisher("Chatto"),
            series=factories.series("Shore"),
        ),
        "draft": backstage.book(title="A Draft", stock=0, status=BookStatus.DRAFT),
        "gone": backstage.book(title="Gone", status=BookStatus.WITHDRAWN, language="ru"),
        "last": backstage.book(title="Last", stock=2, format=BookFormat.POCKET),
    }


def titles(answer) -> list[str]:
    links = [a for a in markup.parse(answer.text).iter() if a.get("data-open") is not None]
    return [markup.text(a) for a in links]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["A Draft", "Gone", "Last", "The Sea"]),
        ("order_by=-title", ["The Sea", "Last", "Gone", "A Draft"]),
        ("order_by=-price&price__gte=600", ["The Sea"]),
        ("status__eq=draft", ["A Draft"]),
        ("status__in=draft,withdrawn", ["A Draft", "Gone"]),
        ("stock=sold_out", ["A Draft"]),
        ("stock=low", ["Last"]),
        ("stock=there&status__eq=on_sale", ["Last", "The Sea"]),
        ("category=prose", ["The Sea"]),
        ("author__name__ilike=murd", ["The Sea"]),
        ("publisher__name__ilike=chat", ["The Sea"]),
        ("series__name__ilike=shore", ["The Sea"]),
        ("language__eq=ru", ["Gone"]),
        ("format__eq=pocket", ["Last"]),
        ("has_description=true", ["The Sea"]),
        ("has_description=false&has_cover=true", []),
        ("updated_at__gte=2120-01-01", []),
        ("q=draft", ["A Draft"]),
        ("q=gone&status__eq=on_sale", []),
        ("stock=many&colour=red", ["A Draft", "Gone", "Last", "The Sea"]),
    ],
)
def test_it_is_narrowed_and_sorted(clerk, books, query, found):
    assert titles(clerk.get(f"/admin/books?{query}")) == found


def test_each_filter_in_force_can_be_taken_away(clerk, books):
    page = clerk.get("/admin/books?category=prose&stock=there&price__gte=600&q=sea")
    chips = markup.with_class(markup.page(page), "book-chip")
    assert [markup.text(each).replace("\xa0", " ") for each in chips] == [
        *("“sea”", "Prose", "in stock", "Price from: 600 ₽")
    ]
    assert "stock=" not in chips[2].get("href")
    assert "category=prose" in chips[2].get("href")


def test_beyond_so_many_nothing_is_counted(clerk, books, monkeypatch):
    for module in ("shop.repositories.books", "shop.repositories.base"):
        monkeypatch.setattr(f"{module}.MOST_COUNTED", 2)
    monkeypatch.setattr(
        "shop.repositories.base.Repository.capped_count.__defaults__", (2,), raising=True
    )
    monkeypatch.setattr("shop.views.admin.book_list.PER_PAGE", 1)
    page = clerk.get("/admin/books?page=2")
    assert titles(page) == ["Gone"]
    assert "More than 2 books" in page.text
    assert titles(clerk.get("/admin/books?page=3")) == []


def typed(book, **others):
    return {
        "list_price": "1 234,50",
        "discount_percent": "10",
        "num_in_stock": "12",
        "status": "withdrawn",
        "version": book.version,
        "seen": book.stock.num_in_stock,
        **others,
    }


@pytest.mark.parametrize("htmx", [False, True])
def test_a_row_is_edited_where_it_is(clerk, backstage, books, htmx):
    sea = books["sea"]
    form = clerk.get(f"/admin/books/{sea.id}/row?edit=1", htmx=True)
    assert markup.has_form(form, f"/{sea.id}/row")
    answer = clerk.post(f"/admin/books/{sea.id}/row", typed(sea), htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert ("1,111.05" in answer.text) == htmx
    with backstage.services() as services:
        book = services.catalogue.get(sea.id)
        [deed] = services.catalogue.audit.trail("book", sea.id)
    assert (book.list_price, book.discount_percent) == (Decimal("1234.50"), 10)
    assert (book.status, book.stock.num_in_stock) == (BookStatus.WITHDRAWN, 12)
    assert deed.entry.before == {
        "list_price": "900.00",
        "discount_percent": 0,
        "status": "on_sale",
        "num_in_stock": 9,
    }


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        ({"list_price": "dear"}, 422, "Type a price in roubles"),
        ({"discount_percent": "91"}, 422, "from 0 to 90"),
        ({"status": "lost"}, 422, "cannot be used as it stands"),
        ({"version": 7}, 412, "Somebody else has changed this"),
        ({"seen": 8}, 412, "Somebody else has changed this"),
    ],
)
def test_a_refused_row_keeps_what_was_typed(clerk, backstage, books, wrong, status, told, htmx):
    sea = books["sea"]
    answer = clerk.post(f"/admin/books/{sea.id}/row", typed(sea, **wrong), htmx=htmx)
    assert answer.status_code == status
    assert told in answer.text
    [form] = [f for f in markup.plain(answer).forms if f.action.endswith("/row")]
    assert form.fields["num_in_stock"] == "12"
    assert form.fields["list_price"] == wrong.get("list_price", "1 234,50")
    with backstage.services() as services:
        assert services.catalogue.get(sea.id).list_price == Decimal("900.00")


def test_copies_that_are_promised_stay(clerk, backstage, books):
    backstage.shipping()
    sea = books["sea"]
    backstage.order(sea)
    answer = clerk.post(f"/admin/books/{sea.id}/row", typed(sea, num_in_stock="0"), htmx=True)
    assert answer.status_code == 409
    assert "promised to orders" in answer.text


def test_what_is_ticked_is_changed_together(clerk, books):
    ids = [books["sea"].id, books["draft"].id]
    answer = clerk.get(f"/admin/books/chosen?id={ids[0]}&id={ids[1]}&id=x")
    assert answer.location.endswith(f"/admin/bulk-edits/new?id__in={ids[0]},{ids[1]}") or (
        answer.location.endswith(f"/admin/bulk-edits/new?id__in={ids[0]}%2C{ids[1]}")
    )
    assert "2 books" in clerk.get(answer.location).text
    assert clerk.get("/admin/books/chosen").location.endswith("/admin/books")
    page = clerk.get("/admin/books?stock=sold_out")
    assert "/admin/bulk-edits/new?stock=sold_out" in markup.hrefs(markup.page(page))
    assert "1 book" in clerk.get("/admin/bulk-edits/new?stock=sold_out").text


def test_the_list_is_taken_along_as_a_file(clerk, books):
    answer = clerk.get("/admin/books/books.csv?status__in=draft,on_sale&q=")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [row[3] for row in rows] == ["Title", "The Sea", "A Draft", "Last"]
    assert rows[1][5:9] == ["On sale", "900.00", "0", "900.00"]
    assert clerk.get("/admin/books/books.xlsx").data[:2] == b"PK"
    assert clerk.get("/admin/books/books.pdf").status_code == 404


def test_a_view_is_kept_renamed_and_deleted(app, backstage, clerk, books):
    query = "stock=sold_out&status__eq=draft"
    kept = {"query": query, "name": " To  order "}
    answer = clerk.post("/admin/views", kept)
    assert answer.location.endswith(f"/admin/books?{query}")
    page = clerk.get("/admin/books")
    [view] = markup.with_class(markup.page(page), "saved-views__view")
    assert (markup.text(view), view.get("href")) == ("To order", f"/admin/books?{query}")
    number = next(f.fields["view"] for f in markup.plain(page).forms if "view" in f.fields)
    other = Visitor(app, backstage.user(RoleCode.ADMIN))
    for do in ("rename", "delete"):
        # Nobody's but its owner's.
        other.post("/admin/views", {**kept, "do": do, "view": number, "name": "Mine"})
    assert "saved-views__view" not in other.get("/admin/books").text
    clerk.post("/admin/views", {**kept, "do": "rename", "view": number, "name": "Drafts"})
    assert ">Drafts</a>" in clerk.get("/admin/books").text
    clerk.post("/admin/views", {**kept, "do": "save", "name": ""})
    assert "at most 100 characters" in clerk.get("/admin/books").text
    clerk.post("/admin/views", {**kept, "do": "delete", "view": number})
    assert "saved-views__view" not in clerk.get("/admin/books").text
