"""Orders: what was bought, for how much, and every step since."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.errors import IllegalMove, NotFound
from shop.extensions import Base
from shop.models.columns import Id, Instant, Money, choice, utcnow
from shop.models.order_history import CUSTOMER, SHOP, Actor, OrderEvent
from shop.models.order_lines import OrderLine, items_total
from shop.models.payments import RefundStatus
from shop.models.shipping import Shipment, ShippingMethod

if TYPE_CHECKING:
    from shop.models.payments import Payment, Refund

# Without 0/O, 1/I/L and U: what people mistype or are embarrassed by.
NUMBER_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# A guest's link opens the order for this long after its last change.
LINK_LIFE = timedelta(days=90)


# Staff find an order by any part of one of these.
SOUGHT = ("number", "email", "full_name")
# RFC 2606: no mail arrives there.
FORGOTTEN = "deleted@deleted.invalid"


class OrderState(StrEnum):
    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"
    PACKING = "packing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"


# The parcel has not left: what it holds and where it goes can still be changed.
IN_THE_HOUSE = (OrderState.PENDING_PAYMENT, OrderState.PAID, OrderState.PACKING)
# The money is there, and the books are on their way to a reader or with one.
SOLD = (OrderState.PAID, OrderState.PACKING, OrderState.SHIPPED, OrderState.DELIVERED)
# Money was taken and the order was not cancelled: a part of it can go back.
REFUNDABLE = (*SOLD, OrderState.RETURNED)
MOVES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.PENDING_PAYMENT: frozenset({OrderState.PAID, OrderState.CANCELLED}),
    OrderState.PAID: frozenset({OrderState.PACKING, OrderState.CANCELLED}),
    OrderState.PACKING: frozenset({OrderState.SHIPPED, OrderState.CANCELLED}),
    OrderState.SHIPPED: frozenset({OrderState.DELIVERED, OrderState.RETURNED}),
    OrderState.DELIVERED: frozenset({OrderState.RETURNED}),
    # Only a payment that came too late takes a cancelled order up again.
    OrderState.CANCELLED: frozenset({OrderState.PENDING_PAYMENT}),
    OrderState.RETURNED: frozenset(),
}


def new_number() -> str:
    """A public order number, 40 bits that nobody guesses: `7KQ4-M92X`."""
    letters = "".join(secrets.choice(NUMBER_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


class Order(Base):
    """An order. Its total is the sum of its lines and shipping; the database holds it to that."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("total = items_total + shipping_total", name="total_adds_up"),
        CheckConstraint("items_total >= 0 AND shipping_total >= 0", name="totals_not_negative"),
        Index("ix_orders_state_placed_at", "state", "placed_at"),
        Index(
            "ix_orders_names",
            *SOUGHT,
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(SOUGHT, "gin_trgm_ops"),
        ),
        # The end of a telephone number, however it was written, read from behind.
        Index(
            "ix_orders_telephone",
            literal_column(r"reverse(right(regexp_replace(phone, '\D', '', 'g'), 10))").label(
                "own"
            ),
            postgresql_ops={"own": "text_pattern_ops"},
        ),
        Index("ix_orders_lower_email", text("lower(email)")),
        # With all that reports add up.
        Index(
            "ix_orders_paid_at",
            "paid_at",
            postgresql_where=text("paid_at IS NOT NULL"),
            postgresql_include=[
                *("id", "state", "items_total", "shipping_total", "total", "shipping_code")
            ],
        ),
        Index(
            "ix_orders_expires_at",
            "expires_at",
            postgresql_where=text("state = 'pending_payment'"),
        ),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(20), unique=True, default=new_number)
    # Made with the checkout form: the same form posted twice is one order.
    placement_key: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[OrderState] = mapped_column(
        choice(OrderState, "state"), default=OrderState.PENDING_PAYMENT
    )
    locale: Mapped[str] = mapped_column(String(2))

    email: Mapped[str] = mapped_column(String(254), index=True)
    phone: Mapped[str] = mapped_column(String(30))
    full_name: Mapped[str] = mapped_column(String(200))
    shipping_code: Mapped[str] = mapped_column(String(40))
    shipping_name: Mapped[str] = mapped_column(String(300))
    needs_address: Mapped[bool]
    city: Mapped[str] = mapped_column(String(120), default="")
    street: Mapped[str] = mapped_column(String(300), default="")
    postal_code: Mapped[str] = mapped_column(String(10), default="")
    comment: Mapped[str] = mapped_column(String(1000), default="")
    # Consent to the processing of personal data: which text, and when (152-FZ, article 9).
    consent_version: Mapped[str] = mapped_column(String(20))
    consent_at: Mapped[Instant] = mapped_column(default=utcnow)

    currency: Mapped[str] = mapped_column(String(3), default="RUB")
    items_total: Mapped[Money]
    shipping_total: Mapped[Money]
    total: Mapped[Money]

    placed_at: Mapped[Instant] = mapped_column(default=utcnow)
    updated_at: Mapped[Instant] = mapped_column(default=utcnow, onupdate=utcnow)
    # When it is cancelled for want of a payment.
    expires_at: Mapped[Instant]
    paid_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column(default=1)

    lines: Mapped[list[OrderLine]] = relationship(
        lazy="raise_on_sql", order_by=OrderLine.id, cascade="all, delete-orphan"
    )
    events: Mapped[list[OrderEvent]] = relationship(
        lazy="raise_on_sql", order_by=OrderEvent.id, cascade="all, delete-orphan"
    )
    payments: Mapped[list[Payment]] = relationship(
        lazy="raise_on_sql",
        order_by="Payment.id",
        back_populates="order",
        cascade="all, delete-orphan",
    )
    shipment: Mapped[Shipment | None] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", uselist=False
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def payment(self) -> Payment | None:
        """The latest attempt to pay."""
        return self.payments[-1] if self.payments else None

    @property
    def stamp(self) -> str:
        """Another one whenever the order's page has something new to show."""
        payment = self.payment
        state = f"{payment.id}-{payment.status}-{payment.outcome_unknown}" if payment else ""
        return f"{len(self.events)}-{state}"

    @property
    def has_expired(self) -> bool:
        """Cancelled for want of a payment, and by nobody's wish."""
        moves = [event for event in self.events if event.to_state is not None]
        return self.state is OrderState.CANCELLED and moves[-1].kind == "expired"

    @property
    def link_expires_at(self) -> datetime:
        return self.updated_at + LINK_LIFE

    def may_become(self, state: OrderState) -> bool:
        return state in MOVES[self.state]

    @property
    def owed_back(self) -> Decimal:
        """Roubles that were taken for an order that is cancelled, and are not on their way back."""
        if self.state is not OrderState.CANCELLED:
            return Decimal("0.00")
        return sum((payment.refundable for payment in self.payments), Decimal("0.00"))

    @property
    def refundable(self) -> Decimal:
        """Roubles that staff can still send back of an order that is paid for."""
        if self.state not in REFUNDABLE:
            return Decimal("0.00")
        return sum((payment.refundable for payment in self.payments), Decimal("0.00"))

    @property
    def refunded(self) -> Decimal:
        """Roubles that went back, or are on their way."""
        return sum((payment.refunded for payment in self.payments), Decimal("0.00"))

    @property
    def books_left(self) -> Decimal:
        """Roubles of what the books cost that did not go back, and are not on their way.

        Whatever goes back is for the books first: only what is more than they cost is shipping.
        A payment that went back as a whole came twice or too late, and bought nothing.
        """
        back = (min(p.refunded, self.items_total) for p in self.payments if p.refundable)
        return self.items_total - sum(back, Decimal("0.00"))

    def copies_left(self, line: OrderLine) -> int:
        """Copies of a line whose money did not go back, and is not on its way."""
        back: int = sum(each["quantity"] for each in self._copies_back(line))
        return line.quantity - back

    def cost_left(self, line: OrderLine) -> Decimal:
        """Roubles of what a line cost that did not go back, and are not on their way.

        A sum for no copies in particular was a part of the price of the dearest line, as its
        receipt says, and of the next one where it was more than that.
        """
        left: dict[OrderLine, Decimal] = {
            each: each.price * each.quantity
            - sum(Decimal(back["price"]) * back["quantity"] for back in self._copies_back(each))
            for each in self.lines
        }
        unnamed = sum(left.values()) - self.books_left
        for each in sorted(left, key=lambda one: one.price * one.quantity, reverse=True):
            part = min(unnamed, left[each])
            left[each] -= part
            unnamed -= part
        return left[line]

    def worth(self, line: OrderLine, copies: int) -> Decimal:
        """Roubles that go back for so many copies: their price, or what is left of it."""
        return min(line.price * copies, self.cost_left(line))

    def _copies_back(self, line: OrderLine) -> list[dict[str, Any]]:
        return [
            each
            for payment in self.payments
            for refund in payment.refunds
            if refund.status is not RefundStatus.CANCELLED
            for each in refund.copies
            if each["line_id"] == line.id
        ]

    @property
    def returned(self) -> Decimal:
        """Roubles that went back, as the provider says."""
        return sum((payment.returned for payment in self.payments), Decimal("0.00"))

    def record(self, kind: str, actor: Actor, note: str = "") -> None:
        """Leave a line in the history without a change of state."""
        self.events.append(
            OrderEvent(kind=kind, actor=actor.name, actor_id=actor.user_id, note=note)
        )

    def mark_placed(self, actor: Actor) -> None:
        self.state = OrderState.PENDING_PAYMENT
        self.events.append(
            OrderEvent(kind="placed", to_state=self.state, actor=actor.name, actor_id=actor.user_id)
        )

    def mark_paid(self, now: datetime) -> None:
        self._move(OrderState.PAID, "paid", SHOP)
        self.paid_at = now

    def start_packing(self, actor: Actor) -> None:
        self._move(OrderState.PACKING, "packing", actor)

    def ship(self, actor: Actor, carrier: str, tracking_number: str) -> None:
        self._move(OrderState.SHIPPED, "shipped", actor, tracking_number)
        self.shipment = Shipment(carrier=carrier, tracking_number=tracking_number)

    def mark_delivered(self, actor: Actor) -> None:
        self._move(OrderState.DELIVERED, "delivered", actor)

    def mark_returned(self, actor: Actor, reason: str) -> None:
        """The parcel came back."""
        self._move(OrderState.RETURNED, "returned", actor, reason)

    def give_back(
        self, amount: Decimal, actor: Actor, reason: str, copies: Mapping[int, int]
    ) -> list[Refund]:
        """Promise `amount` roubles back, of one payment or several; at most what is left.

        `copies` is what it is for, by the id of the line.
        """
        if not 0 < amount <= self.refundable:
            raise IllegalMove(f"{amount} cannot be refunded: {self.refundable} is left.")
        named = [(self.line(key), count) for key, count in copies.items() if count]
        bought = [line.as_bought(count, self.worth(line, count)) for line, count in named]
        begun, left = [], amount
        for payment in self.payments:
            part = min(left, payment.refundable)
            if part:
                begun.append(payment.refund(part, reason))
                left -= part
        if len(begun) == 1:
            begun[0].copies = [each for entries in bought for each in entries]
        self.record("refund_begun", actor, f"{amount} {self.currency}: {reason}")
        # Two who give back the same at the same moment have seen the same version.
        self.updated_at = utcnow()
        return begun

    def cancel(self, actor: Actor, reason: str) -> None:
        """Customers can do it until packing begins, the staff until it is shipped."""
        if actor == CUSTOMER and self.state is OrderState.PACKING:
            raise IllegalMove("The order is being packed: ask the shop to cancel it.")
        self._move(OrderState.CANCELLED, "cancelled", actor, reason)

    def expire(self) -> None:
        """Give up waiting for the payment."""
        if self.state is not OrderState.PENDING_PAYMENT:
            raise IllegalMove(f"An order in state {self.state} does not expire.")
        self._move(OrderState.CANCELLED, "expired", SHOP)

    def reopen_for_late_payment(self) -> None:
        """The money came after the order had expired, and its copies could be taken again."""
        self._move(OrderState.PENDING_PAYMENT, "reopened", SHOP)

    def correct(self, changes: Mapping[str, str], actor: Actor) -> None:
        """Change whom and where it goes to: customers until it is paid, the staff until it left.

        `changes` are columns and what they become. The history names the columns only: what was
        there before is nobody's business any more.
        """
        open_states = IN_THE_HOUSE[:1] if actor == CUSTOMER else IN_THE_HOUSE
        if self.state not in open_states:
            raise IllegalMove(f"An order in state {self.state} cannot be corrected.")
        changed = [name for name, value in changes.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, changes[name])
        if changed:
            self.record("corrected", actor, ", ".join(changed))

    def line(self, line_id: int) -> OrderLine:
        """The line of this id; NotFound when it is not of this order."""
        found = next((line for line in self.lines if line.id == line_id), None)
        if found is None:
            raise NotFound("This order has no such line.")
        return found

    def resize_line(self, line: OrderLine, quantity: int, actor: Actor) -> None:
        """Another number of copies, at the price of the placing; 0 takes the line out.

        Only while nobody has begun to pay: a payment is for the sum that it was begun with.
        The totals are wrong until `reckon`.
        """
        if self.state is not OrderState.PENDING_PAYMENT or self.payments:
            raise IllegalMove("Lines change only until a payment is begun. Cancel it, place anew.")
        if quantity == 0 and len(self.lines) == 1:
            raise IllegalMove("An order has at least one line: cancel it instead.")
        self.record("lines_changed", actor, f"{line.title}: {line.quantity} → {quantity}")
        if quantity:
            line.quantity = quantity
        else:
            self.lines.remove(line)

    def reckon(self, shipping: ShippingMethod | None) -> None:
        """Add up the lines anew; shipping costs what it cost, also where its price has changed.

        Only where the lines pass the sum from which it is free, or fall below it, it is free or
        costs what it does now. A way of shipping that is gone costs what it cost.
        """
        before, self.items_total = self.items_total, items_total(self.lines)
        if shipping is not None and shipping.is_free_for(before) != shipping.is_free_for(
            self.items_total
        ):
            self.shipping_total = shipping.cost_for(self.items_total)
        self.total = self.items_total + self.shipping_total

    @property
    def is_forgotten(self) -> bool:
        """Whether its customer has deleted the account."""
        return self.email == FORGOTTEN

    def forget_person(self) -> None:
        """Nothing says any more who bought it; what was bought, and for how much, stays."""
        self.user_id = None
        self.email = FORGOTTEN
        self.phone = self.full_name = self.city = self.street = self.postal_code = ""
        self.comment = ""
        self.record("person_forgotten", CUSTOMER)

    def _move(self, state: OrderState, kind: str, actor: Actor, note: str = "") -> None:
        if not self.may_become(state):
            raise IllegalMove(f"An order in state {self.state} cannot become {state}.")
        self.events.append(
            OrderEvent(
                kind=kind,
                from_state=self.state,
                to_state=state,
                actor=actor.name,
                actor_id=actor.user_id,
                note=note,
            )
        )
        self.state = state
