"""The pages of the shop, by address, for those who may open them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shop.extensions import db
from shop.models import BookSales, Order, Shelf, ShelfKind, User
from shop.models.columns import utcnow
from shop.models.order_history import SHOP
from shop.web.services import services
from tests import factories
from tests.browser import shelf as shelves
from tests.browser.shelf import address

PUBLIC = (
    "/",
    "/books",
    "/books?q=nothing+is+called+that",
    "/books?language=en&in_stock=1&price_from=1&price_to=9000&sort=title",
    "/books?page=9",
    "/categories/prose/novels",
    "/new",
    "/new?page=9",
    "/coming",
    "/discounted",
    "/bestsellers",
    "/recently-viewed",
    "/cart",
    "/checkout",
    "/login",
    "/register",
    "/register/written",
    "/account/confirm?token=x",
    "/password/forgotten",
    "/password/asked",
    "/password/reset?token=x",
    "/privacy",
    "/terms",
    "/seller",
    "/status",
    "/dev/mail",
    "/nowhere",
)
STAFF = (
    *("/admin/orders", "/admin/orders?state=paid&q=Anna", "/admin/books", "/admin/pictures"),
    *("/admin/bulk-edits", "/admin/bulk-edits/new", "/admin/bulk-edits/import"),
    *(
        "/admin/users",
        "/admin/users?active__eq=false",
        "/admin/users/invite",
        "/admin/roles",
        "/admin/roles/new",
    ),
)
DESK = (
    *(
        "/admin",
        "/admin/jobs",
        "/admin/search?q=a",
        "/admin/audit",
        "/admin/logs",
        "/admin/reports",
    ),
    *("/admin/reports/books", "/admin/reports/vat", "/admin/reports/stock-value"),
    *("/admin/books/new", "/admin/books/by-isbn", "/admin/books/doubles", "/admin/supplier-files"),
)
NAMES = (
    *("/admin/authors?q=a", "/admin/authors/new", "/admin/authors/doubles", "/admin/publishers"),
    *("/admin/series", "/admin/categories", "/admin/categories/new"),
)
WINDOW = (
    *("/admin/pages", "/admin/pages/new", "/admin/shelves", "/admin/shelves/new"),
    *("/admin/shipping", "/admin/shipping/new", "/admin/settings"),
)
# Of somebody who has put nothing into the cart and ordered nothing.
EMPTY = ("/cart", "/checkout", "/account", "/account/addresses")


def of_reader(shelf: shelves.Shelf, picks: Shelf, orders: Sequence[Order]) -> list[str]:
    books = [address(book) for book in (shelf.novel, shelf.poems, shelf.gone)]
    hung_on = [
        f"/publishers/{shelf.novel.publisher.slug}-{shelf.novel.publisher.id}",
        f"/series/{shelf.novel.series.slug}-{shelf.novel.series.id}",
    ]
    author = f"/authors/{shelf.austen.slug}-{shelf.austen.id}"
    own = [f"/orders/{order.number}" for order in orders]
    account = ["/account", "/account/addresses", "/account/addresses/new", "/account/profile"]
    account += ["/account/security", "/account/second-factor", "/account/keys", "/account/data"]
    return [*PUBLIC, *books, *hung_on, author, f"/shelves/{picks.slug}", *account, *own]


def of_clerk(shelf: shelves.Shelf, orders: Sequence[Order]) -> list[str]:
    staff_orders = [f"/admin/orders/{order.number}" for order in orders]
    person = db.session.get_one(User, orders[0].user_id)
    people = [f"/admin/users/{person.id}", f"/admin/roles/{person.role_id}"]
    austen = f"/admin/authors/{shelf.austen.id}"
    names = [*NAMES, austen, f"{austen}/merge", f"/admin/publishers/{shelf.novel.publisher.id}"]
    book = f"/admin/books/{shelf.poems.id}"
    books = [book, f"{book}/edit", f"{book}/history", f"{book}/merge?with={shelf.novel.id}"]
    return [*DESK, *STAFF, *staff_orders, *books, *people, *names, *WINDOW, *EMPTY]


def window(shelf: shelves.Shelf) -> Shelf:
    """Put books into the shop window: with cards of the staff's, and for a mood; what sells, and
    what is announced.
    """
    factories.save(
        BookSales(book_id=shelf.novel.id, copies=9), BookSales(book_id=shelf.gone.id, copies=3)
    )
    factories.save(factories.book(title="Announced", released_on=date(2199, 12, 5)))
    factories.save(factories.shelf(shelf.novel, shelf.poems, description="For long evenings."))
    picks: Shelf = factories.save(
        factories.shelf(shelf.novel, shelf.gone, kind=ShelfKind.STAFF_PICKS)
    )
    return picks


def one_order_of_each_kind(shelf: shelves.Shelf, customer: User) -> list[Order]:
    """That is, of each whose page shows it in another way."""
    placed = [_placed(shelf, customer.id) for _ in range(6)]
    for order in placed[1:5]:
        order.mark_paid(utcnow())
    for order in placed[2:5]:
        order.start_packing(SHOP)
    for order in placed[3:5]:
        order.ship(SHOP, "Почта России", "RA644000001RU")
    placed[4].mark_delivered(SHOP)
    placed[5].cancel(SHOP, "out of print")
    db.session.commit()
    return placed


def _placed(shelf: shelves.Shelf, user_id: int) -> Order:
    cart = services.cart.new_id()
    services.cart.add(cart, shelf.novel.id, 2)
    services.cart.add(cart, shelf.poems.id, 1)
    details = factories.details(
        shipping_method="courier",
        city="Санкт-Петербург",
        street="набережная реки Фонтанки, дом 118, квартира 12",
        postal_code="190068",
        comment="Please ring twice: the bell is quiet and the house is long.",
    )
    number = services.checkout.place(cart, details, user_id=user_id, locale="en").number
    return services.orders.by_number(number)
