"""Every page of the shop with something on it, and who stands before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from flask import Flask
from werkzeug.test import TestResponse

from shop.models import Book, Image, Order, RoleCode, Shelf, ShelfKind, User
from tests import factories
from tests.backstage import Backstage
from tests.visitor import WHOLE_PAGES, Visitor

PREFIXES = ("", "/ru")


@dataclass(frozen=True)
class Place:
    """`fragment` is the id of the part that htmx asks for, where there is one; `alone`, where it
    stands on no page like this."""

    path: str
    fragment: str | None = None
    role: RoleCode | None = None
    alone: bool = False


EVERY_PAGE = {
    "home": Place("/"),
    "catalogue": Place("/books", "catalogue"),
    "nothing found": Place("/books?q=zzz&language=ru", "catalogue"),
    "all authors": Place("/books/facets/author?find=t", "facet-author-values"),
    "author": Place("/authors/{author.slug}-{author.id}", "catalogue"),
    "category": Place("/categories/{category.path}", "catalogue"),
    "book": Place("/books/{book.slug}-{book.id}", "buy"),
    "sold-out book": Place("/books/{sold_out.slug}-{sold_out.id}", "buy"),
    "coming book": Place("/books/{coming.slug}-{coming.id}", "buy"),
    "publisher": Place("/publishers/{book.publisher.slug}-{book.publisher.id}", "publisher"),
    "series": Place("/series/{book.series.slug}-{book.series.id}", "series"),
    "new": Place("/new", "list"),
    "coming": Place("/coming", "list"),
    "discounted": Place("/discounted", "list"),
    "bestsellers": Place("/bestsellers", "list"),
    "recently viewed": Place("/recently-viewed?book={book.id}", "recently-viewed"),
    "shelf": Place("/shelves/{shelf.slug}"),
    "cart": Place("/cart", "cart"),
    "checkout": Place("/checkout", "checkout-summary"),
    "checkout from the address book": Place(
        "/checkout?address={address.id}", "address-book", RoleCode.CUSTOMER
    ),
    "order": Place("/orders/{order.number}", "order", RoleCode.CUSTOMER),
    "login": Place("/login"),
    "account": Place("/account", None, RoleCode.CUSTOMER),
    "addresses": Place("/account/addresses", "addresses", RoleCode.CUSTOMER),
    "new address": Place("/account/addresses/new", None, RoleCode.CUSTOMER),
    "address": Place("/account/addresses/{address.id}", None, RoleCode.CUSTOMER),
    "profile": Place("/account/profile", None, RoleCode.CUSTOMER),
    "security": Place("/account/security", None, RoleCode.CUSTOMER),
    "second factor": Place("/account/second-factor", None, RoleCode.CUSTOMER),
    "keys": Place("/account/keys", None, RoleCode.CUSTOMER),
    "data": Place("/account/data", None, RoleCode.CUSTOMER),
    "register": Place("/register"),
    "registered": Place("/register/written"),
    "confirm": Place("/account/confirm?token=x"),
    "move": Place("/account/email/confirm?token=x"),
    "forgotten": Place("/password/forgotten"),
    "asked": Place("/password/asked"),
    "privacy": Place("/privacy"),
    "terms": Place("/terms"),
    "seller": Place("/seller"),
    "status": Place("/status", "status"),
    "staff: home": Place("/admin", None, RoleCode.ADMIN),
    "staff: found": Place("/admin/search?q=reader", "suggestions-list", RoleCode.ADMIN, alone=True),
    "staff: parts and jobs": Place("/admin/jobs", "parts", RoleCode.ADMIN, alone=True),
    "staff: work of jobs": Place("/admin/jobs/work", "jobs-work", RoleCode.ADMIN),
    "staff: report in time": Place("/admin/reports?period=week", "report", RoleCode.ADMIN),
    "staff: report by book": Place("/admin/reports/books", "report", RoleCode.ADMIN),
    "staff: report of VAT": Place("/admin/reports/vat", "report", RoleCode.ADMIN),
    "staff: report of stock": Place("/admin/reports/stock-value", "report", RoleCode.ADMIN),
    "staff: report of slow movers": Place("/admin/reports/slow", "report", RoleCode.ADMIN),
    "staff: orders": Place("/admin/orders", "orders", RoleCode.ADMIN),
    "staff: order": Place("/admin/orders/{order.number}", "order", RoleCode.ADMIN),
    "staff: order as it was": Place("/admin/orders/{order.number}/as-of", None, RoleCode.ADMIN),
    "staff: who else is there": Place(
        "/admin/orders/{order.number}/presence", "presence", RoleCode.ADMIN
    ),
    "staff: parcels": Place(
        "/admin/orders/batch/parcels?number={order.number}", None, RoleCode.ADMIN
    ),
    "staff: books": Place("/admin/books", "books", RoleCode.ADMIN),
    "staff: book": Place("/admin/books/{book.id}", "book", RoleCode.ADMIN),
    "staff: names for a book": Place(
        "/admin/books/names/person?person=a", "names-found", RoleCode.ADMIN, alone=True
    ),
    "staff: doubles of books": Place("/admin/books/doubles", None, RoleCode.ADMIN),
    "staff: two books": Place(
        "/admin/books/{book.id}/merge?with={sold_out.id}", None, RoleCode.ADMIN
    ),
    "staff: drafts by ISBN": Place("/admin/books/by-isbn", None, RoleCode.ADMIN),
    "staff: suppliers' files": Place("/admin/supplier-files", None, RoleCode.ADMIN),
    "staff: new book": Place("/admin/books/new", None, RoleCode.ADMIN),
    "staff: book's form": Place("/admin/books/{book.id}/edit", None, RoleCode.ADMIN),
    "staff: pictures": Place("/admin/books/{book.id}/pictures", "pictures", RoleCode.ADMIN),
    "staff: progress of pictures": Place(
        "/admin/books/{book.id}/pictures/progress", "pictures-progress", RoleCode.ADMIN
    ),
    "staff: bulk edits": Place("/admin/bulk-edits", "bulk-edits", RoleCode.ADMIN),
    "staff: new bulk edit": Place("/admin/bulk-edits/new", None, RoleCode.ADMIN),
    "staff: import": Place("/admin/bulk-edits/import", None, RoleCode.ADMIN),
    "staff: bulk edit": Place("/admin/bulk-edits/{edit.id}", "bulk-edit", RoleCode.ADMIN),
    "staff: book's history": Place("/admin/books/{book.id}/history", "trail", RoleCode.ADMIN),
    "staff: book as it was": Place("/admin/books/{book.id}/as-of", "as-of", RoleCode.ADMIN),
    "staff: changes": Place("/admin/audit", "trail", RoleCode.ADMIN),
    "staff: logs": Place("/admin/logs", "log-records", RoleCode.ADMIN),
    "staff: one request": Place("/admin/logs/requests/0123abcd", None, RoleCode.ADMIN),
    "staff: pictures without sizes": Place("/admin/pictures", "unmade", RoleCode.ADMIN),
    "staff: people": Place("/admin/users", "users", RoleCode.ADMIN),
    "staff: person": Place("/admin/users/{reader.id}", "user", RoleCode.ADMIN),
    "staff: invitation": Place("/admin/users/invite", None, RoleCode.ADMIN),
    "written page": Place("/pages/{page.slug}"),
    "staff: authors": Place("/admin/authors", "names", RoleCode.ADMIN),
    "staff: author": Place("/admin/authors/{author.id}", None, RoleCode.ADMIN),
    "staff: new author": Place("/admin/authors/new", None, RoleCode.ADMIN),
    "staff: doubles": Place("/admin/authors/doubles", "doubles", RoleCode.ADMIN),
    "staff: merging": Place("/admin/authors/{author.id}/merge", None, RoleCode.ADMIN),
    "staff: two authors": Place(
        "/admin/authors/{author.id}/merge?with={double.id}", None, RoleCode.ADMIN
    ),
    "staff: publishers": Place("/admin/publishers", "names", RoleCode.ADMIN),
    "staff: categories": Place("/admin/categories", "tree", RoleCode.ADMIN),
    "staff: category": Place("/admin/categories/{category.id}", None, RoleCode.ADMIN),
    "staff: texts": Place("/admin/pages", None, RoleCode.ADMIN),
    "staff: text": Place("/admin/pages/{page.id}", None, RoleCode.ADMIN),
    "staff: new text": Place("/admin/pages/new", None, RoleCode.ADMIN),
    "staff: shelves": Place("/admin/shelves", None, RoleCode.ADMIN),
    "staff: shelf": Place("/admin/shelves/{shelf.id}?q=book", "found", RoleCode.ADMIN),
    "staff: shelf alone": Place("/admin/shelves/{shelf.id}", "shelf", RoleCode.ADMIN),
    "staff: new shelf": Place("/admin/shelves/new", None, RoleCode.ADMIN),
    "staff: shipping": Place("/admin/shipping", None, RoleCode.ADMIN),
    "staff: way of shipping": Place("/admin/shipping/{method.id}", None, RoleCode.ADMIN),
    "staff: settings": Place("/admin/settings", None, RoleCode.ADMIN),
    "staff: roles": Place("/admin/roles", None, RoleCode.ADMIN),
    "staff: role": Place("/admin/roles/{reader.role_id}", None, RoleCode.ADMIN),
    "staff: new role": Place("/admin/roles/new", None, RoleCode.ADMIN),
    "mails": Place("/dev/mail"),
    "mail": Place("/dev/mail/placed-{order.id}"),
}


# Of the staff's pages those that ask other stores than lists and forms do.
WITHOUT_STORES = [
    name
    for name in EVERY_PAGE
    if not name.startswith("staff: ")
    or name in ("staff: orders", "staff: order", "staff: books", "staff: book", "staff: found")
]


def picture(place: int = 0) -> Image:
    """A cover in two sizes, or what stands behind it."""
    image = Image(key=f"ab/{place:064}.png", media_type="image/png", position=place)
    image.show(f"sizes/ab/{place:032}", [180, 360], "#336699", 400, 600)
    return image


def shelf(backstage: Backstage, book: Book) -> Shelf:
    """The book with a card of the staff's, and in a mood."""
    backstage.save(factories.shelf(book, description="For the rain.", description_ru="В дождь."))
    picks: Shelf = backstage.save(factories.shelf(book, kind=ShelfKind.STAFF_PICKS))
    return picks


def order(backstage: Backstage, book: Book, user: User | None) -> Order:
    """An order, and the mail about it."""
    placed = backstage.order(book, user=user)
    with backstage.services() as services:
        services.notifications.send_order_mail(f"placed-{placed.id}", placed.id, "order_placed")
    return placed


class Street:
    """The shop with everything in it that pages are about, put there once; and who walks past them:
    one for each role, with a book in the cart."""

    def __init__(self, app: Flask, backstage: Backstage) -> None:
        self.app = app
        self.backstage = backstage
        self._walkers: dict[RoleCode | None, tuple[Visitor, dict[str, object]]] = {}
        backstage.shipping()
        author, category = factories.author("Лев Толстой"), factories.category()
        self.book = backstage.book(
            authors=[author],
            categories=[category],
            publisher=factories.publisher(),
            series=factories.series(),
            description="One paragraph.\n\nAnd another.",
            discount_percent=10,
            images=[picture(), picture(1)],
        )
        self.facts: dict[str, object] = {
            "author": author,
            "category": category,
            "book": self.book,
            "sold_out": backstage.book(stock=0),
            "coming": backstage.book(released_on=date(2199, 12, 5)),
            "shelf": shelf(backstage, self.book),
            "edit": backstage.bulk_edit(discount_percent=60, status="withdrawn"),
            "page": backstage.save(factories.content_page()),
            "method": backstage.save(factories.shipping_method(description="By road")),
            "double": backstage.save(factories.author("Lev Tolstoy")),
        }

    def visit(self, name: str) -> tuple[Visitor, str]:
        """A visitor who may open the page, and the page's address."""
        place = EVERY_PAGE[name]
        if place.role not in self._walkers:
            self._walkers[place.role] = self._walker(place.role)
        visitor, own = self._walkers[place.role]
        return visitor, place.path.format(**self.facts, **own)

    def _walker(self, role: RoleCode | None) -> tuple[Visitor, dict[str, object]]:
        """Somebody of this role, and what is theirs."""
        user = self.backstage.user(role) if role else None
        own: dict[str, object] = {"order": order(self.backstage, self.book, user)}
        if user is not None:
            own["reader"] = user
            own["address"] = self.backstage.save(factories.address(user, is_default=True))
            self.backstage.save(factories.address(user))
        visitor = Visitor(self.app, user)
        visitor.post("/cart/items", {"book_id": self.book.id})
        # What was said about that is for the page after it.
        visitor.get("/cart")
        return visitor, own


def visit(app: Flask, backstage: Backstage, name: str) -> tuple[Visitor, str]:
    """A visitor who may open the page, with a book in the cart, and the page's address."""
    return Street(app, backstage).visit(name)


@dataclass(frozen=True)
class Seen:
    """What a page answered to each that asks for the whole of it, and to htmx for its fragment."""

    wholes: list[TestResponse]
    fragment: TestResponse


# By prefix and name.
Walked = Mapping[tuple[str, str], Seen]


def walk(app: Flask, backstage: Backstage) -> Walked:
    """All pages in both languages."""
    street = Street(app, backstage)
    seen = {}
    for prefix, name in product(PREFIXES, EVERY_PAGE):
        visitor, path = street.visit(name)
        wholes = [visitor.get(prefix + path, headers=headers) for headers in WHOLE_PAGES]
        seen[prefix, name] = Seen(wholes, visitor.get(prefix + path, htmx=True))
    return seen
