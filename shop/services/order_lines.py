"""The lines of an order that nobody has begun to pay for."""

from __future__ import annotations

from shop.errors import FieldError, Invalid, OutOfStock
from shop.models import Order, OrderLine, ShippingMethod, User
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.orders import OrderRepository, ShippingMethodRepository
from shop.repositories.stock import StockRepository
from shop.services.base import retried
from shop.services.order_changes import OrderChanges, actor


class OrderLineService(OrderChanges):
    """The order's row is locked before its stock, as everywhere; `start` of payments locks it too,
    so no payment can begin for a sum that is being changed.
    """

    def __init__(
        self,
        session: Sessions,
        orders: OrderRepository,
        stock: StockRepository,
        methods: ShippingMethodRepository,
        audit: AuditRepository,
        most_copies: int,
    ) -> None:
        super().__init__(session, orders, audit)
        self.stock = stock
        self.shipping_methods = methods
        self.most_copies = most_copies

    @retried
    def resize(
        self, number: str, version: int | None, line_id: int, quantity: int, by: User
    ) -> Order:
        """Make the line hold so many copies, at the price of the placing; 0 takes it out.

        NotFound for a line of another order, Stale when the order is not the one of `version`,
        IllegalMove once a payment was begun, OutOfStock when so many cannot be had.
        """
        if quantity > self.most_copies:
            message = f"At most {self.most_copies} copies of one title fit in one order."
            raise Invalid(message, (FieldError("quantity", message, "out_of_range"),))
        with self._changing(number, by, "resize", version) as order:
            line = order.line(line_id)
            more = quantity - line.quantity
            order.resize_line(line, quantity, actor(by))
            order.reckon(self._method(order))
            self._promise(line, more)
            self.session.flush()
            # Read anew: the database reckons the totals of lines.
            return self.orders.by_number(number)

    def _promise(self, line: OrderLine, more: int) -> None:
        """Promise so many copies more, or take promises back; only one book's stock is touched."""
        if line.book_id is None or more == 0:
            return
        if more < 0:
            kept = self.stock.release(line.book_id, -more)
        else:
            kept = self.stock.allocate(line.book_id, more)
        if not kept:
            message = f"There are not enough copies left of “{line.title}”."
            raise OutOfStock(message, (line.book_id,))

    def _method(self, order: Order) -> ShippingMethod | None:
        """The order's way of shipping; None where the shop has it no more."""
        known = {method.code: method for method in self.shipping_methods.active()}
        return known.get(order.shipping_code)
