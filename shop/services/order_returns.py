"""Parcels that came back, and money that goes back after an order was paid."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from shop.errors import FieldError, Invalid
from shop.models import Order, User
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.orders import OrderRepository
from shop.repositories.outbox import OutboxRepository
from shop.repositories.stock import StockRepository
from shop.services.base import retried
from shop.services.order_changes import OrderChanges, actor
from shop.services.outbox import Topic


class GivenBack(StrEnum):
    """How much of the money goes back with a parcel that came back."""

    ALL = "all"
    BOOKS = "books"
    NOTHING = "nothing"


class OrderReturnService(OrderChanges):
    def __init__(
        self,
        session: Sessions,
        orders: OrderRepository,
        stock: StockRepository,
        outbox: OutboxRepository,
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, orders, audit)
        self.stock = stock
        self.outbox = outbox

    @retried
    def take_back(
        self,
        number: str,
        version: int | None,
        by: User,
        reason: str,
        *,
        restock: bool,
        refund: GivenBack,
    ) -> Order:
        """shipped or delivered -> returned; its copies go on sale again where `restock` says so."""
        with self._changing(number, by, "take_back", version) as order:
            order.mark_returned(actor(by), reason.strip())
            if restock:
                self._restock(order, by)
            if amount := self._amount(order, refund):
                copies = {line.id: order.copies_left(line) for line in order.lines}
                self._promise(order, amount, by, reason, copies)
            return order

    @retried
    def refund_part(
        self,
        number: str,
        version: int | None,
        by: User,
        reason: str,
        *,
        copies: Mapping[int, int],
        amount: Decimal,
    ) -> Order:
        """Promise back what so many copies of each line cost (by its id), and `amount` roubles.

        What went back before for no copies in particular was a part of what they cost.
        Invalid for more copies than were bought and not paid back yet, or a sum that is nothing or
        more than is left.
        """
        with self._changing(number, by, "refund", version) as order:
            total = amount + self._cost(order, copies)
            if not 0 < total <= order.refundable:
                message = _l(
                    "From 0.01 to %(most)s roubles can be sent back, not %(sum)s.",
                    most=order.refundable,
                    sum=total,
                )
                raise Invalid(message, (FieldError("amount", message, "out_of_range"),))
            self._promise(order, total, by, self._what(order, copies, reason), copies)
            return order

    def _cost(self, order: Order, copies: Mapping[int, int]) -> Decimal:
        return sum((self._price(order, *each) for each in copies.items()), Decimal(0))

    @staticmethod
    def _price(order: Order, line_id: int, copies: int) -> Decimal:
        line = order.line(line_id)
        left = order.copies_left(line)
        if not 0 <= copies <= left:
            message = lazy_ngettext(
                "Money can go back for %(num)d copy at most.",
                "Money can go back for %(num)d copies at most.",
                left,
            )
            raise Invalid(message, (FieldError(f"copies-{line_id}", message, "out_of_range"),))
        return order.worth(line, copies)

    @staticmethod
    def _what(order: Order, copies: Mapping[int, int], reason: str) -> str:
        """The reason with what it is for, as the history has it."""
        books = [f"{order.line(key).title} × {count}" for key, count in copies.items() if count]
        return "; ".join([*books, reason.strip()])

    @staticmethod
    def _amount(order: Order, refund: GivenBack) -> Decimal:
        if refund is GivenBack.NOTHING:
            return Decimal(0)
        left = order.refundable
        return left if refund is GivenBack.ALL else min(left, order.books_left)

    def _promise(
        self, order: Order, amount: Decimal, by: User, reason: str, copies: Mapping[int, int]
    ) -> None:
        # A refund's column is shorter than a history's.
        refunds = order.give_back(amount, actor(by), reason[:300], copies)
        self.session.flush()
        for refund in refunds:
            self.outbox.put(
                Topic.REFUND, f"refund-{refund.id}", refund_id=refund.id, email=order.email
            )

    def _restock(self, order: Order, by: User) -> None:
        """In id order, as every change of several books' stock."""
        for line in sorted(order.lines, key=lambda line: line.book_id or 0):
            if line.book_id is None:
                continue
            before = self.stock.locked(line.book_id).num_in_stock
            self.stock.take_back(line.book_id, line.quantity)
            after = {"num_in_stock": before + line.quantity}
            self.audit.note(by, "book", line.book_id, "take_back", {"num_in_stock": before}, after)
