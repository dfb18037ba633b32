"""What staff do for an order beside moving it on: notes, mails once more, whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from shop.errors import Conflict
from shop.models import Order, OrderNote, OrderState, User
from shop.models.orders import SOLD
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.order_notes import OrderNoteRepository
from shop.repositories.orders import OrderRepository
from shop.repositories.outbox import OutboxRepository
from shop.services.base import retried
from shop.services.order_changes import NOUN, OrderChanges, actor
from shop.services.outbox import Topic

LATEST = 5


class OrderMail(StrEnum):
    """Mails of an order that can be sent once more, by the names of their templates."""

    PLACED = "order_placed"
    PAID = "order_paid"
    SHIPPED = "order_shipped"
    CANCELLED = "order_cancelled"


@dataclass(frozen=True)
class CustomerHistory:
    """The other orders of an order's account or e-mail: the latest, and all of them by state."""

    latest: Sequence[Order]
    by_state: Mapping[OrderState, tuple[int, Decimal]]

    @property
    def count(self) -> int:
        return sum(count for count, _ in self.by_state.values())

    @property
    def bought(self) -> Decimal:
        """What they paid for and kept, in roubles."""
        sums = (total for state, (_, total) in self.by_state.items() if state in SOLD)
        return sum(sums, Decimal("0.00"))

    def number_of(self, state: OrderState) -> int:
        return self.by_state.get(state, (0, Decimal(0)))[0]


class OrderCareService(OrderChanges):
    def __init__(
        self,
        session: Sessions,
        orders: OrderRepository,
        notes: OrderNoteRepository,
        outbox: OutboxRepository,
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, orders, audit)
        self.order_notes = notes
        self.outbox = outbox

    def notes(self, order: Order) -> Sequence[OrderNote]:
        """What staff wrote about it, the newest first."""
        with self.transaction():
            return self.order_notes.of_order(order.id)

    @retried
    def write_note(self, number: str, by: User, text: str) -> OrderNote:
        """Add a note that no customer sees."""
        with self.transaction():
            order = self.orders.locked_by_number(number)
            note = self.order_notes.add(
                OrderNote(order_id=order.id, author_id=by.id, text=text.strip())
            )
            self.audit.note(by, NOUN, order.id, "note", {}, {"note": note.id})
            return note

    def history(self, order: Order) -> CustomerHistory:
        """What else the same customer ordered."""
        with self.transaction():
            return CustomerHistory(
                self.orders.of_same_customer(order, LATEST),
                self.orders.sums_of_same_customer(order),
            )

    def of_account(self, user: User) -> CustomerHistory:
        """How much somebody ordered; which orders those are, lists tell."""
        with self.transaction():
            return CustomerHistory((), self.orders.sums_of_user(user.id))

    @staticmethod
    def mails(order: Order) -> list[OrderMail]:
        """Those that the customer got, or should have got."""
        if order.is_forgotten:
            return []
        sent = {
            OrderMail.PLACED: True,
            OrderMail.PAID: order.paid_at is not None,
            OrderMail.SHIPPED: order.shipment is not None,
            OrderMail.CANCELLED: order.state is OrderState.CANCELLED and not order.has_expired,
        }
        return [mail for mail, was_sent in sent.items() if was_sent]

    @retried
    def send_again(self, number: str, by: User, mail: OrderMail) -> Order:
        """Send a mail of the order once more; Conflict for one that it never had."""
        with self._changing(number, by, "mail_again") as order:
            if mail not in self.mails(order):
                raise Conflict(_l("This order has no such mail."))
            order.record("mail_again", actor(by), mail)
            # With the order locked, its history is another one for each time.
            key = f"again-{order.id}-{len(order.events)}"
            self.outbox.put(Topic.MAIL, key, order_id=order.id, name=str(mail))
            return order
