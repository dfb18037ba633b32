"""Orders after they are placed: read, packed, shipped, cancelled, corrected, expired."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from flask_babel import lazy_gettext as _l

from shop import logging as shop_logging
from shop.errors import Conflict, IllegalMove, Invalid, ShopError
from shop.models import Order, OrderState, PaymentStatus, User
from shop.models.columns import utcnow
from shop.models.order_history import CUSTOMER, Actor
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.order_filters import OrderFilters
from shop.repositories.orders import OrderRepository
from shop.repositories.outbox import OutboxRepository
from shop.repositories.paging import Page
from shop.repositories.stock import StockRepository
from shop.services.base import retried
from shop.services.checkout_details import ADDRESS, missing_address
from shop.services.order_batches import Chosen, Outcome, Parcel, one_by_one
from shop.services.order_changes import OrderChanges, actor
from shop.services.outbox import Topic

logger = logging.getLogger(__name__)

BATCH = 200
# Changes the stock of a book by so many copies; False when it cannot.
StockChange = Callable[[int, int], bool]


class OrderService(OrderChanges):
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

    def by_number(self, number: str) -> Order:
        with self.transaction():
            return self.orders.by_number(number)

    def of_user(self, user: User, page: int, limit: int) -> Page[Order]:
        with self.transaction():
            return self.orders.of_user(user.id, page, limit)

    def find(
        self,
        filters: OrderFilters,
        page: int,
        limit: int,
        *,
        after: int | None = None,
        user_id: int | None = None,
    ) -> Page[Order]:
        """A page of the matching orders, of one account where one is named; with `after`, those
        that follow this id, by id."""
        with self.transaction():
            if after is not None:
                return self.orders.walk_found(filters, after, limit, user_id)
            return self.orders.find(filters, page, limit, user_id)

    @retried
    def start_packing(self, number: str, by: User, version: int | None = None) -> Order:
        """paid -> packing; IllegalMove from any other state, Stale for another `version`."""
        with self._changing(number, by, "pack", version) as order:
            order.start_packing(actor(by))
            return order

    def start_packing_many(self, chosen: Iterable[Chosen], by: User) -> Sequence[Outcome]:
        """Begin to pack each that may be."""
        return one_by_one(chosen, lambda one: self.start_packing(one.number, by, one.version))

    @retried
    def ship(
        self,
        number: str,
        by: User,
        carrier: str,
        tracking_number: str,
        version: int | None = None,
    ) -> Order:
        """packing -> shipped: the promised copies leave the house and the customer gets a mail."""
        with self._changing(number, by, "ship", version) as order:
            order.ship(actor(by), carrier.strip() or order.shipping_name, tracking_number.strip())
            self._each_line(order, self.stock.consume)
            self.outbox.put(
                Topic.MAIL, f"shipped-{order.id}", order_id=order.id, name="order_shipped"
            )
            return order

    def ship_many(self, parcels: Iterable[Parcel], by: User) -> Sequence[Outcome]:
        """Ship each that may be."""

        def ship(one: Parcel) -> Order:
            return self.ship(one.number, by, one.carrier, one.tracking_number, one.version)

        return one_by_one(parcels, ship)

    @retried
    def mark_delivered(self, number: str, by: User, version: int | None = None) -> Order:
        with self._changing(number, by, "deliver", version) as order:
            order.mark_delivered(actor(by))
            return order

    def deliver_many(self, chosen: Iterable[Chosen], by: User) -> Sequence[Outcome]:
        """Mark each as delivered that may be."""
        return one_by_one(chosen, lambda one: self.mark_delivered(one.number, by, one.version))

    def cancel(self, number: str, by: User, reason: str, version: int | None = None) -> Order:
        """Cancel before it is shipped: copies are free again, money goes back."""
        return self._cancel(number, actor(by), reason, by, version)

    def withdraw(self, number: str, reason: str) -> Order:
        """Cancel for the customer, who can do it until packing begins."""
        return self._cancel(number, CUSTOMER, reason)

    @retried
    def _cancel(
        self,
        number: str,
        who: Actor,
        reason: str,
        by: User | None = None,
        version: int | None = None,
    ) -> Order:
        with self._changing(number, by, "cancel", version) as order:
            order.cancel(who, reason.strip())
            self._each_line(order, self.stock.release)
            self._give_money_back(order, reason)
            self.outbox.put(
                Topic.MAIL, f"cancelled-{order.id}", order_id=order.id, name="order_cancelled"
            )
            return order

    def correct(
        self, number: str, version: int | None, changes: Mapping[str, str], by: User
    ) -> Order:
        """Change whom and where it goes to, until it is shipped; Stale for another `version`.

        `changes` are fields of CheckoutDetails. Invalid when an address that is needed is empty.
        """
        return self._correct(number, version, changes, actor(by), by)

    def correct_own(self, number: str, version: int | None, changes: Mapping[str, str]) -> Order:
        """As `correct`, for the customer, who can do it until the order is paid."""
        return self._correct(number, version, changes, CUSTOMER)

    @retried
    def _correct(
        self,
        number: str,
        version: int | None,
        changes: Mapping[str, str],
        who: Actor,
        by: User | None = None,
    ) -> Order:
        with self._changing(number, by, "correct", version) as order:
            order.correct(changes, who)
            address = {name: getattr(order, name) for name in ADDRESS}
            if order.needs_address and (problems := missing_address(address)):
                raise Invalid("This order needs an address.", tuple(problems))
            return order

    @retried
    def refund_again(self, number: str, by: User, version: int | None = None) -> Order:
        """Promise the money of a cancelled order once more, after the provider refused a refund."""
        with self._changing(number, by, "refund_again", version) as order:
            if not order.owed_back:
                raise IllegalMove("No money of this order has to go back.")
            self._give_money_back(order, "tried again")
            order.record("refund_begun_again", actor(by))
            return order

    def expire_due(self) -> int:
        """Cancel orders whose payment did not come in time; answers how many."""
        with self.transaction():
            ids = self.orders.expired_ids(utcnow(), BATCH)
        return sum(self._expire_or_tell(order_id) for order_id in ids)

    def _expire_or_tell(self, order_id: int) -> bool:
        """One that cannot expire must not keep the others waiting."""
        with shop_logging.scope():
            try:
                return self._expire(order_id)
            except ShopError as problem:
                logger.error("order %s cannot expire: %s", order_id, problem)
                return False

    @retried
    def _expire(self, order_id: int) -> bool:
        with self.transaction():
            order = self.orders.locked(order_id)
            shop_logging.note(order=order.number)
            waits = order.state is OrderState.PENDING_PAYMENT and order.expires_at < utcnow()
            # Money that is held already is on its way to being taken.
            held = any(p.status is PaymentStatus.AUTHORISED for p in order.payments)
            if not waits or held:
                return False
            order.expire()
            self._each_line(order, self.stock.release)
            return True

    def _each_line(self, order: Order, change: StockChange) -> None:
        """Change the stock of each line in id order; Conflict if a promise is not there."""
        for line in sorted(order.lines, key=lambda line: line.book_id or 0):
            if line.book_id is not None and not change(line.book_id, line.quantity):
                raise Conflict(
                    _l("The stock of “%(title)s” does not cover this order.", title=line.title)
                )

    def _give_money_back(self, order: Order, reason: str) -> None:
        for payment in order.payments:
            if payment.refundable:
                refund = payment.refund(payment.refundable, reason)
                self.session.flush()
                key, whom = f"refund-{refund.id}", order.email
                self.outbox.put(Topic.REFUND, key, refund_id=refund.id, email=whom)
            elif payment.status is PaymentStatus.AUTHORISED:
                self.outbox.put(Topic.RELEASE, f"release-{payment.id}", payment_id=payment.id)
