"""From a cart to a placed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from shop import logging as shop_logging
from shop.errors import Conflict, FieldError, Invalid, OutOfStock, PriceChanged
from shop.models import Book, Order, OrderLine, Payment, ShippingMethod, User
from shop.models.columns import utcnow
from shop.models.order_history import CUSTOMER, Actor
from shop.models.order_lines import items_total
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.content import ContentPageRepository
from shop.repositories.orders import OrderRepository, ShippingMethodRepository
from shop.repositories.outbox import OutboxRepository
from shop.repositories.stock import StockRepository
from shop.repositories.users import UserRepository
from shop.services.base import EntityBaseService, retried
from shop.services.cart_contents import MOST_TITLES
from shop.services.checkout_details import (
    ADDRESS,
    CheckoutDetails,
    consent_version,
    consent_words,
    missing_of,
)
from shop.services.durable_carts import DurableCarts
from shop.services.outbox import Topic


@dataclass(frozen=True)
class Totals:
    items: Decimal
    shipping: Decimal

    @property
    def total(self) -> Decimal:
        return self.items + self.shipping


@dataclass(frozen=True)
class Placing:
    """An order to be placed, but for its lines. `actor` is who places it."""

    details: CheckoutDetails
    user_id: int | None
    locale: str
    actor: Actor = CUSTOMER


class CheckoutService(EntityBaseService[Order]):
    def __init__(
        self,
        session: Sessions,
        orders: OrderRepository,
        books: BookRepository,
        stock: StockRepository,
        methods: ShippingMethodRepository,
        users: UserRepository,
        outbox: OutboxRepository,
        content_pages: ContentPageRepository,
        carts: DurableCarts,
        payment_window: timedelta,
        most_copies: int,
    ) -> None:
        super().__init__(session, orders)
        self.orders = orders
        self.books = books
        self.stock = stock
        self.shipping_methods = methods
        self.users = users
        self.outbox = outbox
        self.content_pages = content_pages
        self.carts = carts
        self.payment_window = payment_window
        self.most_copies = most_copies

    def totals(self, items: Decimal, method: ShippingMethod | None) -> Totals:
        """What lines worth `items` roubles come to by this way of shipping."""
        return Totals(items, method.cost_for(items) if method else Decimal("0.00"))

    def place(
        self, cart_id: str, details: CheckoutDetails, *, user_id: int | None, locale: str
    ) -> Order:
        """Turn the cart into an order that waits for its payment, all of it or nothing.

        Placing with the same checkout_key again answers the order of the first time.
        Raises Invalid (a field), Conflict (an empty cart), PriceChanged, OutOfStock.
        """
        order = Placing(details, user_id, locale)

        def from_cart() -> Order:
            with self.transaction():
                stored = self.carts.lines(cart_id)
            return self._place({line.book_id: line.quantity for line in stored}, order)

        return self._once(order, from_cart)

    def place_for(
        self,
        wanted: Mapping[int, int],
        details: CheckoutDetails,
        *,
        user_id: int | None,
        locale: str,
        by: User,
    ) -> Order:
        """An order that one of the staff takes, by telephone say: copies of each book's id.

        The rules are those of `place`. Its payment begins when somebody asks to pay, and until
        then its lines can change.
        """
        order = Placing(details, user_id, locale, Actor(by.name, by.id))
        return self._once(order, lambda: self._place(wanted, order))

    def _once(self, order: Placing, place: Callable[[], Order]) -> Order:
        key, user_id = order.details.checkout_key, order.user_id
        if (placed := self.placed(key, user_id)) is not None:
            return placed
        try:
            return place()
        except Conflict:
            # The same form, posted twice at once: the other one won, and may have taken the
            # last copy or emptied the cart.
            if (placed := self.placed(key, user_id)) is not None:
                return placed
            raise

    @retried
    def _place(self, asked: Mapping[int, int], placing: Placing) -> Order:
        details = placing.details
        with self.transaction():
            self._require_account(placing.user_id)
            method = self._method(details)
            found = self.books.by_ids(asked)
            books = {key: book for key, book in found.items() if not book.is_draft}
            wanted = {book_id: n for book_id, n in asked.items() if book_id in books}
            if placing.actor != CUSTOMER:
                self._check_given(asked, books)
            self._check(wanted, books)
            self._allocate(wanted, books)
            lines = [_line(books[book_id], quantity) for book_id, quantity in wanted.items()]
            order = self._order(lines, method, placing)
            if details.expected_total not in (None, order.total):
                raise PriceChanged(
                    _l("Prices have changed meanwhile. Look at the new total and confirm."),
                    order.total,
                )
            self.orders.add(order)
            shop_logging.note(order=order.number)
            self.outbox.put(
                Topic.MAIL, f"placed-{order.id}", order_id=order.id, name="order_placed"
            )
            return order

    def _require_account(self, user_id: int | None) -> None:
        """Conflict for an account that is closed, or is being deleted just now."""
        if user_id is not None and not self.users.stands(user_id):
            message = _l("This account is closed.")
            raise Conflict(message, (FieldError("user_id", message),))

    def _check_given(self, asked: Mapping[int, int], books: Mapping[int, Book]) -> None:
        """What a cart would not have taken: books that are not there, and too many copies."""
        problems = [
            FieldError("lines", f"There is no book {book_id}.", "unknown_book")
            if book_id not in books
            else FieldError("lines", f"At most {self.most_copies} copies of one title.", "too_many")
            for book_id, quantity in asked.items()
            if book_id not in books or quantity > self.most_copies
        ]
        if problems:
            raise Invalid("Some of the lines cannot be used.", tuple(problems))

    def _check(self, wanted: Mapping[int, int], books: Mapping[int, Book]) -> None:
        if not wanted:
            raise Conflict(_l("Your cart is empty."))
        if len(wanted) > MOST_TITLES:
            raise Conflict(_l("One order holds %(most)s titles at most.", most=MOST_TITLES))
        _refuse_withdrawn(books[book_id] for book_id in wanted)
        _refuse_coming(books[book_id] for book_id in wanted)

    def _allocate(self, wanted: dict[int, int], books: dict[int, Book]) -> None:
        """Promise every line in id order, so that two orders never wait for each other."""
        missing = [
            book_id
            for book_id, quantity in sorted(wanted.items())
            if not self.stock.allocate(book_id, quantity)
        ]
        if missing:
            titles = ", ".join(gettext("“%(title)s”", title=books[i].title) for i in missing)
            message = _l("There are not enough copies left of %(titles)s.", titles=titles)
            raise OutOfStock(message, tuple(missing))

    def _order(self, lines: list[OrderLine], method: ShippingMethod, placing: Placing) -> Order:
        totals = self.totals(items_total(lines), method)
        details, locale = placing.details, placing.locale
        order = Order(
            placement_key=details.checkout_key,
            user_id=placing.user_id,
            locale=locale,
            consent_version=consent_version(self.content_pages),
            shipping_code=method.code,
            shipping_name=(method.name_ru if locale == "ru" else None) or method.name,
            needs_address=method.needs_address,
            items_total=totals.items,
            shipping_total=totals.shipping,
            total=totals.total,
            expires_at=utcnow() + self.payment_window,
            lines=lines,
            **_said(details, method),
        )
        order.mark_placed(placing.actor)
        if placing.actor == CUSTOMER:
            # Who places an order for oneself goes on to pay at once.
            order.payments.append(Payment(amount=order.total, currency=order.currency))
        return order

    def missing(self, given: Mapping[str, object]) -> list[FieldError]:
        """What a form lacks beside fields of the right shape: a way of shipping, an address where
        that needs one, the consent. `given` has the fields of CheckoutDetails, as they were typed.
        """
        with self.transaction():
            chosen = self._chosen(str(given.get("shipping_method", "")))
            return missing_of(chosen, given, consent_words(self.content_pages))

    def _method(self, details: CheckoutDetails) -> ShippingMethod:
        """The way of shipping that was chosen, with an address where it needs one."""
        chosen = self._chosen(details.shipping_method)
        words = consent_words(self.content_pages)
        problems = missing_of(chosen, details.model_dump(), words)
        if problems or chosen is None:
            raise Invalid(_l("Please look at the marked fields."), tuple(problems))
        return chosen

    def _chosen(self, code: str) -> ShippingMethod | None:
        return {m.code: m for m in self.shipping_methods.active()}.get(code)

    def placed(self, key: str, user_id: int | None) -> Order | None:
        """The order that this form has placed already. Conflict when somebody else sent it."""
        with self.transaction():
            order = self.orders.by_placement_key(key)
        if order is not None and order.user_id != user_id:
            message = _l("Send the form again.")
            raise Conflict(message, (FieldError("checkout_key", message),))
        return order


def _refuse_withdrawn(books: Iterable[Book]) -> None:
    """OutOfStock for books that were taken off sale while they were in a cart."""
    withdrawn = [book for book in books if not book.is_on_sale]
    if withdrawn:
        titles = ", ".join(gettext("“%(title)s”", title=book.title) for book in withdrawn)
        message = _l("No longer sold: %(titles)s.", titles=titles)
        raise OutOfStock(message, tuple(book.id for book in withdrawn))


def _refuse_coming(books: Iterable[Book]) -> None:
    """OutOfStock for books that come out later, though their copies may be here already."""
    coming = [book for book in books if book.is_coming]
    if coming:
        titles = ", ".join(gettext("“%(title)s”", title=book.title) for book in coming)
        message = _l("Not out yet: %(titles)s.", titles=titles)
        raise OutOfStock(message, tuple(book.id for book in coming))


def _said(details: CheckoutDetails, method: ShippingMethod) -> dict[str, str]:
    """What the order keeps of the form: an address only where something is sent."""
    names = {"email", "phone", "full_name", "comment"}
    return details.model_dump(include=names | ADDRESS.keys() if method.needs_address else names)


def _line(book: Book, quantity: int) -> OrderLine:
    return OrderLine(
        book_id=book.id,
        title=book.title,
        isbn=book.isbn,
        authors=book.author_names[:500],
        quantity=quantity,
        price=book.price,
        vat_code=book.vat_code,
    )
