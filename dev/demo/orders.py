"""Orders of the last weeks, so that the shop has bestsellers and knows what is bought together.

They go through the entities, step by step as real ones do; their money is nobody's, and the
payment sandbox knows nothing of it. None is open to a refund: all are shipped or delivered.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from dev.demo.invention import ISBN_PREFIX
from dev.demo.readers import CUSTOMER, OWN, READERS, Reader
from dev.demo.taste import Taste
from shop.models import Book, Order, OrderLine, Payment, PaymentStatus, ShippingMethod, User
from shop.models.columns import utcnow
from shop.models.order_history import CUSTOMER as BY_CUSTOMER
from shop.models.order_history import SHOP
from shop.models.order_lines import items_total
from shop.services.checkout_details import CONSENT_VERSION
from shop.services.registry import Services

HOW_MANY = 240
OWN_ORDERS = 7
# Days ago: the youngest has been shipped by now.
EARLIEST, LATEST = 80, 4
# How long after the step before, in hours: at least and at most.
PAID, PACKED, SHIPPED, DELIVERED = (0.05, 0.4), (2, 20), (1, 24), (40, 150)
SEED = 1825


def load(shop: Services) -> int:
    """How many orders were added: none in a shop that has orders, or only books of its own."""
    shop.shipping.seed()
    session = shop.orders.session
    with shop.orders.transaction():
        if session.scalar(select(func.count(Order.id))):
            return 0
        query = select(Book).where(Book.isbn.startswith(ISBN_PREFIX)).order_by(Book.isbn)
        books = [
            book
            for book in session.scalars(query.options(*shop.catalogue.books.loads())).unique()
            if not book.is_coming
        ]
        if not books:
            return 0
        owner = shop.accounts.users.by_email(CUSTOMER.email)
        maker = OrderMaker(books, shop.shipping.shipping_methods.active(), owner, utcnow())
        session.add_all(maker.orders())
    shop.sales.recount()
    return HOW_MANY


class OrderMaker:
    """Makes the same orders of the same books, but for their numbers, which nobody may guess."""

    def __init__(
        self,
        books: Sequence[Book],
        methods: Sequence[ShippingMethod],
        owner: User | None,
        now: datetime,
    ) -> None:
        self.random = random.Random(SEED)
        self.taste = Taste(books, self.random)
        self.methods = methods
        self.owner = owner
        self.now = now

    def orders(self) -> list[Order]:
        """The oldest first."""
        span = EARLIEST - LATEST
        ages = sorted((LATEST + self.random.random() * span for _ in range(HOW_MANY)), reverse=True)
        own = set(self.random.sample(range(HOW_MANY), OWN_ORDERS))
        return [
            self._order(self.now - timedelta(days=age), OWN if number in own else None, number)
            for number, age in enumerate(ages)
        ]

    def _order(self, placed_at: datetime, reader: Reader | None, number: int) -> Order:
        reader = reader or self.random.choice(READERS)
        lines = [self._line(book) for book in self.taste.basket(placed_at)]
        method = self.random.choice(self.methods)
        items = items_total(lines)
        order = Order(
            placement_key=f"demo-order-{number:04}",
            user_id=self.owner.id if self.owner and reader is OWN else None,
            lines=lines,
            items_total=items,
            shipping_total=method.cost_for(items),
            total=items + method.cost_for(items),
            expires_at=placed_at + timedelta(minutes=30),
            consent_version=CONSENT_VERSION,
            consent_at=placed_at,
            placed_at=placed_at,
            **_addressed(reader, method),
        )
        self._live(order, method)
        return order

    def _live(self, order: Order, method: ShippingMethod) -> None:
        """From placing to the reader's door, as far as the days since then go."""
        order.mark_placed(BY_CUSTOMER)
        at = self._passed(order, order.placed_at)
        payment = Payment(
            status=PaymentStatus.PENDING, amount=order.total, created_at=at, updated_at=at
        )
        order.payments.append(payment)
        paid_at = at + self._hours(PAID)
        payment.mark_captured()
        payment.updated_at = paid_at
        order.mark_paid(paid_at)
        at = self._passed(order, paid_at) + self._hours(PACKED)
        order.start_packing(SHOP)
        at = self._passed(order, at) + self._hours(SHIPPED)
        order.ship(SHOP, method.name, f"DEMO{self.random.randrange(10**8):08}")
        assert order.shipment is not None
        order.shipment.shipped_at = at
        delivered_at = self._passed(order, at) + self._hours(DELIVERED)
        if delivered_at < self.now:
            order.mark_delivered(SHOP)
            self._passed(order, delivered_at)

    def _passed(self, order: Order, at: datetime) -> datetime:
        """Say when the last step was taken."""
        order.events[-1].at = order.updated_at = at
        return at

    def _hours(self, span: tuple[float, float]) -> timedelta:
        return timedelta(hours=self.random.uniform(*span))

    def _line(self, book: Book) -> OrderLine:
        return OrderLine(
            book_id=book.id,
            title=book.title,
            isbn=book.isbn,
            authors=book.author_names,
            quantity=2 if self.random.random() < 0.06 else 1,
            price=book.price,
            vat_code=book.vat_code,
        )


def _addressed(reader: Reader, method: ShippingMethod) -> dict[str, object]:
    """Who gets it and how."""
    where = {"city": reader.city, "street": reader.street, "postal_code": reader.postal_code}
    return {
        "email": CUSTOMER.email if reader is OWN else reader.email,
        "phone": "+7 900 000-00-00",
        "full_name": reader.name,
        "locale": reader.locale,
        "shipping_code": method.code,
        "shipping_name": (method.name_ru if reader.locale == "ru" else None) or method.name,
        "needs_address": method.needs_address,
        **(where if method.needs_address else {}),
    }
