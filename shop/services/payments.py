"""Paying for orders. `settle` is the one place where a payment's news become the shop's state."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from flask_babel import lazy_gettext as _l

from shop import logging as shop_logging
from shop.errors import Conflict, NotFound, PaymentUnavailable, ShopError
from shop.gateways.payments import PaymentRequest, ReceiptItem, SeenPayment
from shop.models import Order, OrderState, Payment, PaymentStatus
from shop.models.columns import utcnow
from shop.models.order_history import SHOP
from shop.repositories.base import Sessions
from shop.repositories.orders import OrderRepository
from shop.repositories.outbox import OutboxRepository
from shop.repositories.payments import PaymentRepository
from shop.repositories.stock import StockRepository
from shop.services.base import EntityBaseService, Turn, retried
from shop.services.outbox import Topic

logger = logging.getLogger(__name__)

BATCH = 100
# The shopper's return and the webhook come first; the reconcile job looks after the rest.
QUIET = timedelta(minutes=1)
# The capture is tried at once; its outbox message is the second chance.
CAPTURE_LATER = timedelta(seconds=15)


# Where the provider sends the shopper back to.
ReturnUrl = Callable[[Order], str]


class PaymentGateway(Protocol):
    """What `gateways.payments.YooKassa` does."""

    def create(self, wanted: PaymentRequest, key: str) -> SeenPayment: ...
    def read(self, payment_id: str) -> SeenPayment: ...
    def capture(self, payment_id: str, amount: Decimal, currency: str, key: str) -> SeenPayment: ...
    def cancel(self, payment_id: str, key: str) -> SeenPayment: ...


class PaymentMismatch(Conflict):
    """The provider's payment is not the one that the shop asked for. Nothing was changed."""

    code = "payment_mismatch"


class PaymentService(EntityBaseService[Payment]):
    def __init__(
        self,
        session: Sessions,
        payments: PaymentRepository,
        orders: OrderRepository,
        stock: StockRepository,
        outbox: OutboxRepository,
        gateway: PaymentGateway,
        return_url: ReturnUrl,
        shipping_vat_code: int,
    ) -> None:
        super().__init__(session, payments)
        self.payments = payments
        self.orders = orders
        self.stock = stock
        self.outbox = outbox
        self.gateway = gateway
        self.return_url = return_url
        self.shipping_vat_code = shipping_vat_code

    # -- asking for money --------------------------------------------------------------------

    def start(self, number: str) -> Payment:
        """The payment page for an order, at `confirmation_url`.

        Repeats are safe: an open attempt is used again, its call to the provider repeated with
        its own key. Conflict when the order does not wait for money; PaymentUnavailable when the
        provider does not answer (the reconcile job goes on with the same key).
        """
        payment_id = self._open_attempt(number)
        payment = self.get(payment_id)
        if payment.provider_payment_id is None:
            return self._create(payment)
        if self.settle(payment.provider_payment_id).is_open:
            return self.get(payment_id)
        order = self._order(number)
        if order.state is not OrderState.PENDING_PAYMENT:
            return self.get(payment_id)
        return self._create(self.get(self._open_attempt(number)))

    def look(self, number: str) -> Order:
        """The order after asking the provider what became of its latest payment.

        PaymentUnavailable when the provider does not answer; the order is as it was then.
        """
        payment = self._order(number).payment
        if payment is not None and payment.is_open and payment.provider_payment_id:
            self.settle(payment.provider_payment_id)
        return self._order(number)

    @retried
    def _open_attempt(self, number: str) -> int:
        """The id of the order's open payment; a new one when the last has failed."""
        with self.transaction():
            order = self.orders.locked_by_number(number)
            if order.state is not OrderState.PENDING_PAYMENT:
                raise Conflict(_l("This order is not waiting for a payment."))
            payment = order.payment
            if payment is None or not payment.is_open:
                payment = Payment(amount=order.total, currency=order.currency)
                order.payments.append(payment)
                self.session.flush()
            return payment.id

    def _create(self, payment: Payment) -> Payment:
        order = self._order_of(payment)
        wanted = PaymentRequest(
            amount=payment.amount,
            currency=payment.currency,
            description=f"Colophon {order.number}",
            return_url=self.return_url(order),
            email=order.email,
            items=self._receipt(order),
            reference={"order_number": order.number, "payment": str(payment.id)},
        )
        try:
            seen = self.gateway.create(wanted, payment.idempotence_key)
        except PaymentUnavailable as problem:
            if not problem.unknown:
                self._give_up(payment, str(problem))
            raise
        with self.transaction():
            locked = self.payments.locked(payment.id)
            locked.mark_created(seen.id, seen.confirmation_url)
            return locked

    def _give_up(self, payment: Payment, reason: str) -> None:
        """The provider refused to begin, and would answer this key the same for a day.

        The next attempt gets a key of its own.
        """
        logger.error("payment %s was refused at its creation: %s", payment.id, reason)
        with self.transaction():
            order = self.orders.locked(payment.order_id)
            attempt = next(p for p in order.payments if p.id == payment.id)
            if attempt.outcome_unknown:
                attempt.mark_cancelled("merchant", "refused")
                order.record("payment_cancelled", SHOP)

    def _receipt(self, order: Order) -> tuple[ReceiptItem, ...]:
        items = [
            ReceiptItem(line.title, line.quantity, line.price, line.vat_code)
            for line in order.lines
        ]
        if order.shipping_total:
            items.append(
                ReceiptItem(
                    order.shipping_name, 1, order.shipping_total, self.shipping_vat_code, True
                )
            )
        return tuple(items)

    # -- hearing of money --------------------------------------------------------------------

    def settle(self, provider_payment_id: str) -> Payment:
        """Read the payment from the provider and move the shop's state accordingly, once.

        Called by the webhook, the return page and the reconcile job; repeats do nothing.
        NotFound for a payment that is not the shop's, PaymentMismatch for one that differs from
        what was asked, PaymentUnavailable when the provider does not answer.
        """
        payment = self._apply(self.gateway.read(provider_payment_id))
        if payment.status is PaymentStatus.AUTHORISED:
            try:
                return self.capture(payment.id)
            except PaymentUnavailable:
                logger.warning("payment %s is held; its capture comes later", payment.id)
        return payment

    def capture(self, payment_id: int) -> Payment:
        """Take the money that is held, if the order still waits for it. Safe to repeat."""
        payment = self.get(payment_id)
        if payment.status is not PaymentStatus.AUTHORISED or not payment.provider_payment_id:
            return payment
        if not self._wanted(payment):
            return payment
        provider_id = payment.provider_payment_id
        try:
            seen = self.gateway.capture(
                provider_id, payment.amount, payment.currency, payment.capture_key
            )
        except PaymentUnavailable as problem:
            if problem.unknown:
                raise
            # Refused: it is captured or cancelled already, and reading says which.
            seen = self.gateway.read(provider_id)
        return self._apply(seen)

    def release(self, payment_id: int) -> Payment:
        """Let go of money that is held for an order that will not be sent. Safe to repeat."""
        payment = self.get(payment_id)
        if payment.status is not PaymentStatus.AUTHORISED or not payment.provider_payment_id:
            return payment
        provider_id = payment.provider_payment_id
        try:
            seen = self.gateway.cancel(provider_id, payment.cancel_key)
        except PaymentUnavailable as problem:
            if problem.unknown:
                raise
            seen = self.gateway.read(provider_id)
        return self._apply(seen)

    def reconcile(self) -> int:
        """Finish what neither webhook nor return page finished; answers how many were looked at."""
        with self.transaction():
            ids = self.payments.unsettled_ids(utcnow() - QUIET, BATCH)
        turn = Turn()
        for looked_at, payment_id in enumerate(ids):
            if turn.is_over:
                return looked_at
            with shop_logging.scope():
                self._reconcile_or_tell(payment_id)
            self._touch(payment_id)
        return len(ids)

    def _reconcile_or_tell(self, payment_id: int) -> None:
        """One that cannot be settled must not keep the others waiting."""
        try:
            self._reconcile(payment_id)
        except ShopError as problem:
            logger.warning("payment %s cannot be settled now: %s", payment_id, problem)

    def _reconcile(self, payment_id: int) -> None:
        payment = self.get(payment_id)
        if payment.provider_payment_id is None:
            payment = self._create(payment)
        if payment.provider_payment_id:
            self.settle(payment.provider_payment_id)

    def _touch(self, payment_id: int) -> None:
        """Put it at the end of the queue of those to look at."""
        with self.transaction():
            payment = self.payments.locked(payment_id)
            if payment.is_open:
                payment.updated_at = utcnow()

    # -- one move, under the order's lock ----------------------------------------------------

    @retried
    def _apply(self, seen: SeenPayment) -> Payment:
        with self.transaction():
            order, payment = self._locked(seen)
            self._check(order, payment, seen)
            if payment.provider_payment_id is None:
                payment.mark_created(seen.id, seen.confirmation_url)
            if seen.status is PaymentStatus.AUTHORISED:
                self._authorised(order, payment)
            elif seen.status is PaymentStatus.CAPTURED:
                self._captured(order, payment)
            elif seen.status is PaymentStatus.CANCELLED and payment.is_open:
                payment.mark_cancelled(seen.cancellation_party, seen.cancellation_reason)
                order.record("payment_cancelled", SHOP, seen.cancellation_reason or "")
        logger.info("payment %s is %s", payment.id, payment.status)
        return payment

    def _locked(self, seen: SeenPayment) -> tuple[Order, Payment]:
        """The order, locked, with the payment that the provider speaks of."""
        known = self.payments.by_provider_id(seen.id)
        if known is None and seen.reference.get("payment", "").isdecimal():
            # The answer to our creating call was lost, and the news are faster than its repeat.
            known = self.payments.get(int(seen.reference["payment"]))
        if known is None:
            raise NotFound(f"payment {seen.id} is not ours")
        order = self.orders.locked(known.order_id)
        shop_logging.note(order=order.number)
        return order, next(p for p in order.payments if p.id == known.id)

    def _check(self, order: Order, payment: Payment, seen: SeenPayment) -> None:
        """Amount, currency, order and id must be those that were asked for."""
        asked = (payment.amount, payment.currency, order.number)
        answered = (seen.amount, seen.currency, seen.reference.get("order_number"))
        if asked != answered or payment.provider_payment_id not in (None, seen.id):
            logger.error("payment %s: asked %s, answered %s", payment.id, asked, answered)
            raise PaymentMismatch(f"payment {seen.id} is not what was asked for")

    def _authorised(self, order: Order, payment: Payment) -> None:
        if payment.status is not PaymentStatus.PENDING:
            return
        payment.mark_authorised()
        if self._take(order):
            order.record("payment_authorised", SHOP)
            self.outbox.put(
                Topic.CAPTURE,
                f"capture-{payment.id}",
                after=CAPTURE_LATER,
                payment_id=payment.id,
            )
        else:
            order.record("late_payment_released", SHOP)
            self.outbox.put(Topic.RELEASE, f"release-{payment.id}", payment_id=payment.id)
            self._tell_too_late(order, payment)

    def _captured(self, order: Order, payment: Payment) -> None:
        if not payment.is_open:
            return
        payment.mark_captured()
        if self._take(order):
            order.mark_paid(utcnow())
            self.outbox.put(Topic.MAIL, f"paid-{order.id}", order_id=order.id, name="order_paid")
            self.outbox.put(Topic.STAFF_MAIL, f"paid-{order.id}-staff", order_id=order.id)
        else:
            refund = payment.refund(payment.refundable, "late payment")
            self.session.flush()
            order.record("late_payment_refunded", SHOP)
            self.outbox.put(Topic.REFUND, f"refund-{refund.id}", refund_id=refund.id)
            self._tell_too_late(order, payment)

    def _take(self, order: Order) -> bool:
        """Whether the order wants this money: it waits for it, or expired with its copies there."""
        if order.state is OrderState.PENDING_PAYMENT:
            return True
        if not order.has_expired or order.is_forgotten:
            # Nobody is left whom the books could be sent to.
            return False
        with self.session.begin_nested() as savepoint:
            for line in sorted(order.lines, key=lambda line: line.book_id or 0):
                if line.book_id is None or not self.stock.allocate(line.book_id, line.quantity):
                    savepoint.rollback()
                    return False
        order.reopen_for_late_payment()
        return True

    def _tell_too_late(self, order: Order, payment: Payment) -> None:
        self.outbox.put(
            Topic.MAIL, f"late-{payment.id}", order_id=order.id, name="order_payment_returned"
        )

    def _wanted(self, payment: Payment) -> bool:
        return self._order_of(payment).state is OrderState.PENDING_PAYMENT

    def _order_of(self, payment: Payment) -> Order:
        with self.transaction():
            order = self.orders.get(payment.order_id)
        shop_logging.note(order=order.number)
        return order

    def _order(self, number: str) -> Order:
        with self.transaction():
            return self.orders.by_number(number)
