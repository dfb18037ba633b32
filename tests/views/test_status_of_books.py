"""Drafts, which shoppers never meet, and withdrawn books, of which only the page is left."""

import pytest
from sqlalchemy import update

from shop.extensions import db
from shop.models import Book, BookSales, BookStatus, RoleCode, ShelfKind
from tests import factories, markup
from tests.visitor import HTMX, Visitor

DRAFT, WITHDRAWN = BookStatus.DRAFT, BookStatus.WITHDRAWN
HIDDEN = (DRAFT, WITHDRAWN)
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
# Where a shopper comes across a book on sale, and what is its sign there.
PLACES = {
    "/": "{book}",
    "/ru/": "{book}",
    "/books": "{book}",
    "/books?q=zanzibar": "{book}",
    "/books?q={sku}": "{book}",
    "/books?sort=title": "{book}",
    "/books?language=en&in_stock=1": "{book}",
    "/books/facets/author": "Zora Zanzibari",
    "/books/facets/publisher": "House of Zanzibar",
    "/authors/{author}": "{book}",
    "/categories/{category}": "{book}",
    "/publishers/{publisher}": "{book}",
    "/series/{series}": "{book}",
    "/shelves/{shelf}": "{book}",
    "/new": "{book}",
    "/discounted": "{book}",
    "/bestsellers": "{book}",
    "/search/suggest?q=zanz": "{book}",
    "/search/suggest?q={isbn}": "{book}",
    "/search/suggest?q=zora": "{author}",
    "/feeds/new.atom": "{book}",
    "/sitemaps/books-1.xml": "{book}",
    "/sitemaps/authors-1.xml": "{author}",
    "/sitemaps/publishers-1.xml": "{publisher}",
    "/sitemaps/series-1.xml": "{series}",
    "/sitemaps/pages.xml": "{shelf}",
    "/recently-viewed": "{book}",
    "/books/{beside}": "{book}",
    "/api/v1/books": "{book}",
    "/api/v1/books?q=zanzibar": "{book}",
    "/api/v1/books?cursor=": "{book}",
    "/api/v1/books?status__in=draft,on_sale,withdrawn": "{book}",
    "/api/v1/authors?include=books_count&slug__eq={author_slug}": '"books_count":1',
    "/api/v1/publishers?include=books_count&slug__eq={publisher_slug}": '"books_count":1',
    "/api/v1/series?include=books_count&slug__eq={series_slug}": '"books_count":1',
    "/api/v1/categories?include=books_count&path__eq={category}": '"books_count":1',
}


@pytest.fixture
def told(backstage, visitor):
    """A book that stands wherever one may stand, as the parts of addresses; `visitor` saw it."""
    author, both = factories.author("Zora Zanzibari"), factories.author()
    house, series = factories.publisher("House of Zanzibar"), factories.series()
    book = backstage.book(
        title="Zanzibar Chronicle",
        slug="zanzibar",
        authors=[author, both],
        publisher=house,
        series=series,
        categories=[factories.category()],
        discount_percent=10,
    )
    other = backstage.book(title="Emma", authors=[both])
    shelf = backstage.save(
        factories.shelf(book, kind=ShelfKind.STAFF_PICKS), BookSales(book_id=book.id, copies=3)
    )
    for each in (book, other):
        visitor.get(f"/recently-viewed?book={each.id}", headers={**HTMX, **BROWSER})
    return {
        "id": book.id,
        "book": f"{book.slug}-{book.id}",
        "isbn": book.isbn,
        "sku": book.sku,
        "author": f"{author.slug}-{author.id}",
        "author_slug": author.slug,
        "category": book.categories[0].path,
        "publisher": f"{house.slug}-{house.id}",
        "publisher_slug": house.slug,
        "series": f"{series.slug}-{series.id}",
        "series_slug": series.slug,
        "shelf": shelf.slug,
        "beside": f"{other.slug}-{other.id}",
    }


@pytest.fixture
def put(app, told):
    """Gives the book a status, behind everybody's back."""

    def put(status):
        with app.app_context():
            changed = update(Book).where(Book.id == told["id"])
            db.session.execute(changed.values(status=status))
            db.session.commit()

    return put


def met(visitor, told) -> set[str]:
    """The places at which this visitor comes across the book."""
    found = set()
    for place, sign in PLACES.items():
        answer = visitor.get(place.format(**told), htmx="suggest" in place)
        assert answer.status_code in (200, 302, 404), place
        if sign.format(**told) in answer.text:
            found.add(place)
    return found


@pytest.mark.parametrize("status", HIDDEN)
def test_a_shopper_meets_it_nowhere_until_it_is_on_sale(visitor, told, put, status):
    assert met(visitor, told) == set(PLACES)
    put(status)
    assert met(visitor, told) == set()
    put(BookStatus.ON_SALE)
    assert met(visitor, told) == set(PLACES)


@pytest.mark.parametrize(
    "address",
    [
        "/books/{book}",
        "/ru/books/{book}",
        "/isbn/{isbn}",
        "/api/v1/books/{id}",
        "/api/v1/images/books/{isbn}",
    ],
)
def test_a_draft_is_not_there_but_for_those_who_may_edit_it(
    app, backstage, visitor, told, put, address
):
    put(DRAFT)
    path = address.format(**told)
    assert visitor.get(path).status_code == 404
    for role, status in ((RoleCode.ORDER_MANAGER, 404), (RoleCode.CATALOGUE_MANAGER, 200)):
        answer = Visitor(app, backstage.user(role)).get(path, follow_redirects=True)
        assert answer.status_code == status


def test_staff_see_that_it_is_a_draft_and_cannot_buy_it(app, backstage, told, put):
    put(DRAFT)
    page = Visitor(app, backstage.user(RoleCode.ADMIN)).get(f"/books/{told['book']}")
    assert "Draft: only staff see this." in markup.text(markup.page(page))
    assert not markup.has_form(page, "/cart/items")
    assert 'name="robots" content="noindex"' in page.text


def test_a_withdrawn_book_keeps_its_page_and_says_so(visitor, told, put):
    put(WITHDRAWN)
    page = visitor.get(f"/books/{told['book']}")
    assert page.status_code == 200
    assert "no longer sold" in markup.text(markup.page(page))
    assert not markup.has_form(page, "/cart/items")
    assert 'name="robots" content="noindex"' in page.text
    assert "https://schema.org/Discontinued" in page.text
    assert visitor.get(f"/isbn/{told['isbn']}").location.endswith(f"/books/{told['book']}")


@pytest.mark.parametrize(("status", "code"), [(DRAFT, 404), (WITHDRAWN, 409)])
def test_a_page_from_before_cannot_put_it_into_the_cart(visitor, told, put, status, code):
    put(status)
    answer = visitor.post("/cart/items", {"book_id": told["id"], "quantity": 1})
    assert answer.status_code == code
    sent = visitor.call("POST", "/api/v1/cart/items", {"book_id": told["id"], "quantity": 1})
    assert sent.status_code == code


@pytest.mark.parametrize("status", HIDDEN)
def test_what_is_in_a_cart_meanwhile_is_not_sold(visitor, told, put, backstage, status):
    backstage.shipping()
    visitor.post("/cart/items", {"book_id": told["id"], "quantity": 1})
    form = visitor.get("/checkout")
    put(status)
    [*lines] = visitor.get("/api/v1/cart").get_json()["items"]
    assert [line["problem"] for line in lines] == (["withdrawn"] if status is WITHDRAWN else [])
    page = markup.text(markup.page(visitor.get("/cart")))
    assert ("No longer sold. Remove it to continue." in page) == (status is WITHDRAWN)
    typed = {
        "email": "anna@example.org",
        "phone": "+7 900 000-00-00",
        "full_name": "Anna",
        "shipping_method": "pickup",
        "consent": "1",
    }
    assert visitor.submit(form, "checkout", **typed).status_code == 409
    with backstage.services() as services:
        assert services.orders.page(1, 10).total == 0
        assert services.catalogue.get(told["id"]).stock.num_allocated == 0


def test_programs_of_staff_list_and_change_the_status(app, backstage, told, put):
    put(DRAFT)
    staff = Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))
    found = staff.get("/api/v1/books?status__eq=draft&q=zanzibar").get_json()
    assert [(each["id"], each["status"]) for each in found["items"]] == [(told["id"], "draft")]
    address = f"/api/v1/books/{told['id']}"
    tag = {"If-Match": staff.get(address).headers["ETag"]}
    answer = staff.call("PATCH", address, {"status": "on_sale"}, headers=tag)
    assert (answer.status_code, answer.get_json()["status"]) == (200, "on_sale")
    body = {
        "isbn": told["isbn"],
        "title": "Zanzibar Chronicle",
        "language": "en",
        "format": "hardcover",
        "list_price": {"amount": "1.00", "currency": "RUB"},
    }
    put(WITHDRAWN)
    # What a program that knows nothing of it leaves out, stays.
    tag = {"If-Match": staff.get(address).headers["ETag"]}
    assert staff.call("PUT", address, body, headers=tag).get_json()["status"] == "withdrawn"
    with backstage.services() as services:
        [deed] = [
            each.entry
            for each in services.catalogue.audit.trail("book", told["id"])
            if "status" in each.entry.after
        ]
        assert (deed.before, deed.after) == ({"status": "draft"}, {"status": "on_sale"})
