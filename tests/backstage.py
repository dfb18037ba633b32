"""What happens in the shop behind the visitors' backs: books arrive, orders get paid.

Each call has a context of the app for itself, so that none is open around a visitor's requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from shop.extensions import db
from shop.models import Book, BulkEdit, Order, Role, RoleCode, StockRecord, User
from shop.services.bulk_edits import Rule
from shop.services.registry import Services
from tests import factories


class Backstage:
    def __init__(self, app: Flask) -> None:
        self.app = app

    @contextmanager
    def services(self) -> Iterator[Services]:
        with self.app.app_context():
            yield self.app.extensions["services"]

    def save(self, *entities: Any) -> Any:
        with self.app.app_context():
            return factories.save(*entities)

    def book(self, stock: int = 5, **values: Any) -> Book:
        book: Book = self.save(factories.book(stock, **values))
        return book

    def user(self, role: RoleCode | Role = RoleCode.CUSTOMER, **values: Any) -> User:
        """An account whose password is nobody's: hashing one takes its time."""
        with self.app.app_context():
            user: User = factories.save(factories.staff(role, **values))
            return user

    def role(self, name: str, *permissions: str) -> Role:
        """A role that an admin has made."""
        role: Role = self.save(factories.role(name, *permissions))
        return role

    def shipping(self) -> None:
        """The ways of shipping that a new shop has: courier and post, and pickup for nothing."""
        with self.services() as services:
            services.shipping.seed()

    def order(self, *books: Book, user: User | None = None, **values: Any) -> Order:
        """A placed order, collected in the shop; one book where none is named."""
        with self.services() as services:
            user_id = user.id if user else None
            return factories.order(services, *books, user_id=user_id, **values)

    def bulk_edit(self, selection: Mapping[str, str] | None = None, **rule: Any) -> BulkEdit:
        """A planned bulk edit: of every book, and dearer by a tenth, where nothing else is said."""
        asked = rule or {"price": {"how": "percent", "value": "10"}}
        with self.services() as services:
            by = factories.save(factories.staff())
            return services.bulk_edits.begin(Rule.model_validate(asked), selection or {}, by)

    def paid(self, *books: Book, **values: Any) -> Order:
        with self.services() as services:
            return factories.paid(services, *books, **values)

    def pay(self, order: Order) -> None:
        """The shopper pays at the sandbox, and the shop is told."""
        with self.services() as services:
            services.payments.settle(factories.held(services, order))

    def hold(self, order: Order) -> str:
        """The shopper pays at the sandbox, and the shop is not told; the provider's id of it."""
        with self.services() as services:
            return factories.held(services, order)

    def packing(self) -> Order:
        order = self.paid()
        with self.services() as services:
            return services.orders.start_packing(order.number, self.user(RoleCode.ADMIN))

    def shipped(self) -> Order:
        order = self.packing()
        with self.services() as services:
            return services.orders.ship(order.number, self.user(RoleCode.ADMIN), "Post", "RA1")

    def state(self, order: Order) -> str:
        """The order's state in the database."""
        return str(self.reread(order).state)

    def reread(self, order: Order) -> Order:
        with self.services() as services:
            return services.orders.by_number(order.number)

    def orders(self) -> list[Order]:
        with self.app.app_context():
            return list(db.session.scalars(select(Order).order_by(Order.id)))

    def order_link(self, order: Order) -> str:
        """The address that the mail has, without the shop's."""
        with self.services() as services:
            return services.order_links.url(order).removeprefix("http://localhost")

    def age(self, order: Order, **columns: Any) -> None:
        """Set columns of an order, such as `updated_at`, past the rules of the entity."""
        with self.app.app_context():
            db.session.execute(update(Order).where(Order.id == order.id).values(**columns))
            db.session.commit()

    def reprice(self, book: Book, price: str) -> None:
        with self.app.app_context():
            found = db.session.get(Book, book.id)
            assert found is not None
            found.list_price = Decimal(price)
            db.session.commit()

    def stock(self, book: Book, num_in_stock: int) -> None:
        with self.app.app_context():
            db.session.execute(
                update(StockRecord)
                .where(StockRecord.book_id == book.id)
                .values(num_in_stock=num_in_stock)
            )
            db.session.commit()

    def promised(self, book: Book) -> int:
        """Copies promised to orders."""
        with self.app.app_context():
            return (
                db.session.scalar(
                    select(StockRecord.num_allocated).where(StockRecord.book_id == book.id)
                )
                or 0
            )
