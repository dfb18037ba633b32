"""Money on its way back."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Protocol

from flask_babel import force_locale, gettext

from shop import logging as shop_logging
from shop.errors import ShopError
from shop.gateways.payments import Receipt, ReceiptItem, SeenRefund
from shop.models import Order, Refund, RefundStatus
from shop.models.order_history import SHOP
from shop.models.orders import FORGOTTEN, REFUNDABLE
from shop.repositories.base import Sessions
from shop.repositories.orders import OrderRepository
from shop.repositories.outbox import OutboxRepository
from shop.repositories.payments import PaymentRepository, RefundRepository
from shop.services.base import EntityBaseService, Turn, retried
from shop.services.outbox import Topic

logger = logging.getLogger(__name__)

BATCH = 100


class RefundGateway(Protocol):
    """What `gateways.payments.YooKassa` does for refunds."""

    def refund(
        self,
        payment_id: str,
        amount: Decimal,
        currency: str,
        key: str,
        receipt: Receipt | None = None,
    ) -> SeenRefund: ...
    def read_refund(self, refund_id: str) -> SeenRefund: ...


class RefundService(EntityBaseService[Refund]):
    def __init__(
        self,
        session: Sessions,
        refunds: RefundRepository,
        payments: PaymentRepository,
        orders: OrderRepository,
        outbox: OutboxRepository,
        gateway: RefundGateway,
        shipping_vat_code: int,
        seller_email: str,
    ) -> None:
        super().__init__(session, refunds)
        self.refunds = refunds
        self.payments = payments
        self.orders = orders
        self.outbox = outbox
        self.gateway = gateway
        self.shipping_vat_code = shipping_vat_code
        self.seller_email = seller_email

    def give_back(self, refund_id: int, email: str | None = None) -> None:
        """Send a promised refund. Safe to repeat: the key is the refund's own.

        `email` is the order's as it was promised. The provider refuses a key that comes back with
        another receipt, and the order's own may be corrected, or forgotten, between two tries.
        """
        with self.transaction():
            refund = self.refunds.get(refund_id)
            payment = self.payments.get(refund.payment_id)
            order = self.orders.get(payment.order_id)
        shop_logging.note(order=order.number)
        if refund.provider_refund_id or not payment.provider_payment_id:
            return
        seen = self.gateway.refund(
            payment.provider_payment_id,
            refund.amount,
            refund.currency,
            refund.idempotence_key,
            # All of a payment goes back with the receipt that it had.
            None
            if refund.amount == payment.amount
            else self._receipt(order, refund, email or order.email),
        )
        self._apply(refund_id, seen)

    def settle(self, provider_refund_id: str) -> None:
        """Ask the provider what became of a refund. NotFound for one that is not the shop's."""
        with self.transaction():
            refund_id = self.refunds.by_provider_id(provider_refund_id).id
        self._apply(refund_id, self.gateway.read_refund(provider_refund_id))

    def reconcile(self) -> int:
        """Settle refunds whose outcome nobody has told yet; answers how many were looked at."""
        with self.transaction():
            waiting = self.refunds.under_way(BATCH)
        turn = Turn()
        for looked_at, provider_refund_id in enumerate(waiting):
            if turn.is_over:
                return looked_at
            with shop_logging.scope():
                self._settle_or_tell(provider_refund_id)
        return len(waiting)

    def _settle_or_tell(self, provider_refund_id: str) -> None:
        """One that cannot be settled must not keep the others waiting."""
        try:
            self.settle(provider_refund_id)
        except ShopError as problem:
            logger.warning("refund %s cannot be settled now: %s", provider_refund_id, problem)

    @retried
    def _apply(self, refund_id: int, seen: SeenRefund) -> None:
        """Take over what the provider says, once, under the order's lock."""
        with self.transaction():
            payment = self.payments.get(self.refunds.get(refund_id).payment_id)
            order = self.orders.locked(payment.order_id)
            shop_logging.note(order=order.number)
            refund = next(r for p in order.payments for r in p.refunds if r.id == refund_id)
            if refund.status is not RefundStatus.PENDING:
                return
            refund.settle(seen.id, seen.status)
            if seen.status is RefundStatus.SUCCEEDED:
                order.record("refunded", SHOP)
                self._tell(order, refund)
            elif seen.status is RefundStatus.CANCELLED:
                logger.error("refund %s was refused; the customer must get the money", refund_id)
                order.record("refund_refused", SHOP)

    def _tell(self, order: Order, refund: Refund) -> None:
        """Write to the customer, once it is sure; a cancelled order has had a mail that says it."""
        if order.state in REFUNDABLE:
            self.outbox.put(
                Topic.MAIL, f"refunded-{refund.id}", order_id=order.id, name="order_refunded"
            )

    def _receipt(self, order: Order, refund: Refund, email: str) -> Receipt:
        """What a part of an order's money goes back for; the same whenever it is asked for.

        What is for no copies in particular is a part of the price of the books, taxed as the line
        that cost most, until all that they cost has gone back, and for shipping from there on. The
        receipt of what is promised after somebody has deleted the account goes to the shop.
        """
        items = [
            ReceiptItem(each["title"], each["quantity"], Decimal(each["price"]), each["vat_code"])
            for each in refund.copies
            # Of a copy whose price went back before nothing is left to be told.
            if Decimal(each["price"])
        ]
        rest = refund.amount - sum((each.price * each.quantity for each in items), Decimal(0))
        of_shipping = min(rest, _beyond_the_books(order, refund))
        if of_shipping:
            items.append(
                ReceiptItem(order.shipping_name, 1, of_shipping, self.shipping_vat_code, True)
            )
        if rest > of_shipping:
            dearest = max(order.lines, key=lambda line: line.price * line.quantity)
            with force_locale(order.locale):
                name = gettext("A part of the price of order %(number)s", number=order.number)
            items.append(ReceiptItem(name, 1, rest - of_shipping, dearest.vat_code))
        return Receipt(self.seller_email if email == FORGOTTEN else email, tuple(items))


def _beyond_the_books(order: Order, refund: Refund) -> Decimal:
    """How much more than the books cost went back with this refund and those before it.

    One that was refused before this one was promised counts for nothing; one that was refused
    later still does, so that the answer is the same at each try.
    """
    [refunds] = [p.refunds for p in order.payments if p.id == refund.payment_id]
    standing = (
        each.amount
        for each in refunds
        if each.id <= refund.id and not each.was_refused_by(refund.created_at)
    )
    return max(sum(standing, Decimal(0)) - order.items_total, Decimal(0))
