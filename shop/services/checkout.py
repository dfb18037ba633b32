"""From a cart to a placed order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from email_validator import validate_email
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, StringConstraints
from pydantic_core import PydanticCustomError

from shop.errors import Conflict, FieldError, Invalid, OutOfStock, PriceChanged
from shop.models import Book, Order, OrderLine, Payment, ShippingMethod
from shop.models.columns import utcnow
from shop.models.orders import CUSTOMER, items_total
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.carts import StoredLine
from shop.repositories.orders import OrderRepository, ShippingMethodRepository
from shop.repositories.outbox import OutboxRepository
from shop.repositories.stock import StockRepository
from shop.services.base import EntityBaseService, retried
from shop.services.cart_contents import MOST_TITLES
from shop.services.durable_carts import DurableCarts
from shop.services.outbox import Topic

# The text of the consent that the checkout page shows; raise it when the text changes.
CONSENT_VERSION = "2026-11"
ADDRESS = {
    "city": _l("Where should we send it? Type the city."),
    "street": _l("Type the street, house and flat."),
    "postal_code": _l("Type the six digits of the postal code."),
}


def _reachable(address: str) -> str:
    """With its domain in ASCII (IDNA): not every mail server takes another."""
    ascii_address = validate_email(address, check_deliverability=False).ascii_email
    if ascii_address is None:
        raise PydanticCustomError("email", "only Latin letters before the @")
    return ascii_address


def _phone(text: str) -> str:
    """Digits enough to call: 7 to 15 of them, the most that ITU-T E.164 allows."""
    digits = re.sub(r"\D", "", text)
    if not 7 <= len(digits) <= 15 or not re.fullmatch(r"[+\d\s().-]+", text):
        raise PydanticCustomError("phone", "not a phone number")
    return text


# One line of text; control characters have no place in it.
ONE_LINE = r"^[^\x00-\x1f]*$"


class CheckoutDetails(BaseModel):
    """What a shopper fills in. Every string is trimmed; none holds control characters."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    email: Annotated[EmailStr, AfterValidator(_reachable)]
    phone: Annotated[str, AfterValidator(_phone), StringConstraints(max_length=30)]
    full_name: Annotated[str, StringConstraints(min_length=2, max_length=200, pattern=ONE_LINE)]
    shipping_method: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    city: Annotated[str, StringConstraints(max_length=120, pattern=ONE_LINE)] = ""
    street: Annotated[str, StringConstraints(max_length=300, pattern=ONE_LINE)] = ""
    postal_code: Annotated[str, StringConstraints(pattern=r"^([0-9]{6})?$")] = ""
    comment: Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")] = ""
    consent: bool = False
    # Made with the form: the same form posted twice places one order.
    checkout_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
    # The total that the shopper saw, in roubles; another one is not charged without asking.
    expected_total: Decimal | None = None


@dataclass(frozen=True)
class Totals:
    items: Decimal
    shipping: Decimal

    @property
    def total(self) -> Decimal:
        return self.items + self.shipping


class CheckoutService(EntityBaseService[Order]):
    def __init__(
        self,
        session: Sessions,
        orders: OrderRepository,
        books: BookRepository,
        stock: StockRepository,
        methods: ShippingMethodRepository,
        outbox: OutboxRepository,
        carts: DurableCarts,
        payment_window: timedelta,
    ) -> None:
        super().__init__(session, orders)
        self.orders = orders
        self.books = books
        self.stock = stock
        self.shipping_methods = methods
        self.outbox = outbox
        self.carts = carts
        self.payment_window = payment_window

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
        if (placed := self.placed(details.checkout_key, user_id)) is not None:
            return placed
        with self.transaction():
            lines = self.carts.lines(cart_id)
        try:
            return self._place(lines, details, user_id, locale)
        except Conflict:
            # The same form, posted twice at once: the other one won, and may have taken the
            # last copy or emptied the cart.
            if (placed := self.placed(details.checkout_key, user_id)) is not None:
                return placed
            raise

    @retried
    def _place(
        self,
        stored: Sequence[StoredLine],
        details: CheckoutDetails,
        user_id: int | None,
        locale: str,
    ) -> Order:
        with self.transaction():
            method = self._method(details)
            books = self.books.by_ids(line.book_id for line in stored)
            wanted = {line.book_id: line.quantity for line in stored if line.book_id in books}
            if not wanted:
                raise Conflict(_l("Your cart is empty."))
            if len(wanted) > MOST_TITLES:
                raise Conflict(_l("One order holds %(most)s titles at most.", most=MOST_TITLES))
            _refuse_coming(books[book_id] for book_id in wanted)
            self._allocate(wanted, books)
            order = self._order(wanted, books, method, details, user_id, locale)
            if details.expected_total not in (None, order.total):
                raise PriceChanged(
                    _l("Prices have changed meanwhile. Look at the new total and confirm.")
                )
            self.orders.add(order)
            self.outbox.put(
                Topic.MAIL, f"placed-{order.id}", order_id=order.id, name="order_placed"
            )
            return order

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

    def _order(
        self,
        wanted: dict[int, int],
        books: dict[int, Book],
        method: ShippingMethod,
        details: CheckoutDetails,
        user_id: int | None,
        locale: str,
    ) -> Order:
        lines = [_line(books[book_id], quantity) for book_id, quantity in wanted.items()]
        totals = self.totals(items_total(lines), method)
        order = Order(
            placement_key=details.checkout_key,
            user_id=user_id,
            locale=locale,
            consent_version=CONSENT_VERSION,
            shipping_code=method.code,
            shipping_name=(method.name_ru if locale == "ru" else None) or method.name,
            needs_address=method.needs_address,
            items_total=totals.items,
            shipping_total=totals.shipping,
            total=totals.total,
            expires_at=utcnow() + self.payment_window,
            lines=lines,
            **details.model_dump(
                include={"email", "phone", "full_name", "city", "street", "postal_code", "comment"}
            ),
        )
        order.mark_placed(CUSTOMER)
        order.payments.append(Payment(amount=order.total, currency=order.currency))
        return order

    def missing(self, given: Mapping[str, object]) -> list[FieldError]:
        """What a form lacks beside fields of the right shape: a way of shipping, an address where
        that needs one, the consent. `given` has the fields of CheckoutDetails, as they were typed.
        """
        with self.transaction():
            return _missing(self._chosen(str(given.get("shipping_method", ""))), given)

    def _method(self, details: CheckoutDetails) -> ShippingMethod:
        """The way of shipping that was chosen, with an address where it needs one."""
        chosen = self._chosen(details.shipping_method)
        problems = _missing(chosen, details.model_dump())
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


def _refuse_coming(books: Iterable[Book]) -> None:
    """OutOfStock for books that come out later, though their copies may be here already."""
    coming = [book for book in books if book.is_coming]
    if coming:
        titles = ", ".join(gettext("“%(title)s”", title=book.title) for book in coming)
        message = _l("Not out yet: %(titles)s.", titles=titles)
        raise OutOfStock(message, tuple(book.id for book in coming))


def _missing(chosen: ShippingMethod | None, given: Mapping[str, object]) -> list[FieldError]:
    problems = []
    if chosen is None:
        problems.append(FieldError("shipping_method", _l("Choose a shipping method.")))
    elif chosen.needs_address:
        problems += [
            FieldError(name, message)
            for name, message in ADDRESS.items()
            if not str(given.get(name, "")).strip()
        ]
    if not given.get("consent"):
        message = _l("We cannot take the order without your consent.")
        problems.append(FieldError("consent", message))
    return problems


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
