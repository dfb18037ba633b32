"""Entities for tests: each call makes one more, valid in all that the test does not name."""

from __future__ import annotations

import itertools
import secrets
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from dev.yookassa_sandbox.testing import pay
from shop.extensions import db
from shop.models import (
    Address,
    Book,
    BookContributor,
    BookFormat,
    Category,
    ContentPage,
    Contributor,
    ContributorRole,
    Order,
    Publisher,
    Role,
    RoleCode,
    Series,
    Shelf,
    ShelfEntry,
    ShelfKind,
    ShippingMethod,
    StockRecord,
    User,
)
from shop.services.checkout_details import CheckoutDetails
from shop.services.registry import Services

_numbers = itertools.count(1)


def isbn(number: int | None = None) -> str:
    """A valid ISBN-13 of the unallotted prefix 979-99."""
    digits = f"97999{next(_numbers) if number is None else number:07d}"
    weighted = sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def save(*entities: Any) -> Any:
    """Put entities into the database of the app whose context is open; answers the first."""
    db.session.add_all(entities)
    db.session.commit()
    return entities[0]


def shelf(*books: Book, kind: ShelfKind = ShelfKind.MOOD, **values: Any) -> Shelf:
    """A shelf of the window; staff picks come with a card each."""
    number = next(_numbers)
    card = {"note": "Read it twice.", "note_ru": "Прочла дважды.", "signed": "Vera"}
    entries = [
        ShelfEntry(book=each, position=place, **(card if kind is ShelfKind.STAFF_PICKS else {}))
        for place, each in enumerate(books)
    ]
    names = {"slug": f"shelf-{number}", "name": f"Shelf {number}", "name_ru": f"Полка {number}"}
    return Shelf(**{"kind": kind, "entries": entries, **names, **values})


def author(name: str = "Jane Austen", **values: Any) -> Contributor:
    slug = f"author-{next(_numbers)}"
    return Contributor(**{"name": name, "sort_name": name, "slug": slug, **values})


def publisher(name: str | None = None) -> Publisher:
    number = next(_numbers)
    return Publisher(name=name or f"Press {number}", slug=f"press-{number}")


def series(name: str | None = None) -> Series:
    number = next(_numbers)
    return Series(name=name or f"Series {number}", slug=f"series-{number}")


def category(slug: str | None = None, parent: Category | None = None, **values: Any) -> Category:
    """A place in the tree; a parent must have been saved before."""
    slug = slug or f"category-{next(_numbers)}"
    path = f"{parent.path}/{slug}" if parent else slug
    parent_id = parent.id if parent else None
    return Category(
        **{"name": slug.title(), "slug": slug, "path": path, "parent_id": parent_id, **values}
    )


def content_page(slug: str | None = None, **values: Any) -> ContentPage:
    """A page of text that everybody may read."""
    number = next(_numbers)
    texts = {"title": f"Page {number}", "body": "Some **text**.", "published": True}
    return ContentPage(**{"slug": slug or f"page-{number}", **texts, **values})


def shipping_method(**values: Any) -> ShippingMethod:
    number = next(_numbers)
    known = {"code": f"way-{number}", "name": f"Way {number}", "price": Decimal("100.00")}
    return ShippingMethod(**{**known, **values})


def book(stock: int = 5, authors: list[Contributor] | None = None, **values: Any) -> Book:
    """A book with `stock` copies on the shelf."""
    number = next(_numbers)
    people = [author()] if authors is None else authors
    return Book(
        **{
            "isbn": isbn(number),
            "sku": f"SKU-{number}",
            "slug": f"book-{number}",
            "title": f"Book {number}",
            "language": "en",
            "format": BookFormat.HARDCOVER,
            "published_year": 1813,
            "pages": 320,
            "age_mark": 12,
            "list_price": Decimal("500.00"),
            "stock": StockRecord(num_in_stock=stock),
            "contributors": [
                BookContributor(contributor=person, role=ContributorRole.AUTHOR, position=place)
                for place, person in enumerate(people)
            ],
            **values,
        }
    )


PASSWORD = "a password of tests"


PLACE = {
    "label": "Home",
    "full_name": "Вера Читателева",
    "phone": "+7 900 000-00-00",
    "city": "Ясная Поляна",
    "street": "д. 1",
    "postal_code": "301214",
}


def user(services: Services, role: RoleCode = RoleCode.CUSTOMER, email: str | None = None) -> User:
    """An account with PASSWORD."""
    address = email or f"user-{next(_numbers)}@example.org"
    return services.accounts.register(address, PASSWORD, role=role, first_name="Anna")


def staff(role: RoleCode | Role = RoleCode.ADMIN, **values: Any) -> User:
    """Somebody of the staff, who has no password and so takes no time to make."""
    name = f"staff-{next(_numbers)}"
    its = role if isinstance(role, Role) else the_role(role)
    known = {"email": f"{name}@example.org", "password_hash": "-", "role": its}
    return User(**{**known, **values})


def role(name: str, *permissions: str) -> Role:
    return Role(code=f"role_{next(_numbers)}", name=name, permissions=list(permissions))


def the_role(code: RoleCode) -> Role:
    """One of the roles that the shop has from the start."""
    return db.session.scalars(select(Role).where(Role.code == code)).one()


def address(owner: User, **values: Any) -> Address:
    """An entry of somebody's address book, which is not the default."""
    return Address(**{"user_id": owner.id, **PLACE, "street": f"д. {next(_numbers)}", **values})


def details(**values: Any) -> CheckoutDetails:
    """A filled checkout form; collected in the shop, so without an address."""
    return CheckoutDetails.model_validate(
        {
            "email": "reader@example.org",
            "phone": "+7 900 000-00-00",
            "full_name": "Вера Читателева",
            "shipping_method": "pickup",
            "consent": True,
            "checkout_key": secrets.token_urlsafe(18),
            **values,
        }
    )


def cart(services: Services, *books: Book, quantity: int = 1) -> str:
    """The id of a cart with so many copies of each book."""
    cart_id = services.cart.new_id()
    for each in books:
        services.cart.add(cart_id, each.id, quantity)
    return cart_id


def order(services: Services, *books: Book, quantity: int = 1, **values: Any) -> Order:
    """An order that waits for its payment, placed through a cart; one book where none is named."""
    services.shipping.seed()
    cart_id = cart(services, *(books or [save(book())]), quantity=quantity)
    who = {
        name: values.pop(name, default) for name, default in (("user_id", None), ("locale", "en"))
    }
    return services.checkout.place(cart_id, details(**values), **who)


def held(services: Services, order: Order) -> str:
    """The provider's id of the order's payment, whose money is held; the shop was not told."""
    payment = services.payments.start(order.number)
    pay(str(payment.confirmation_url))
    return str(payment.provider_payment_id)


def paid(services: Services, *books: Book, **values: Any) -> Order:
    """An order whose money is taken."""
    placed = order(services, *books, **values)
    services.payments.settle(held(services, placed))
    return services.orders.by_number(placed.number)
