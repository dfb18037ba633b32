"""What changes of an order by staff have in common: the version seen, a note in the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from shop.errors import Stale
from shop.models import Order, Shipment, User
from shop.models.order_history import Actor
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.orders import OrderRepository
from shop.services.base import EntityBaseService

NOUN = "order"


class OrderChanges(EntityBaseService[Order]):
    """The ground of services that change orders."""

    def __init__(self, session: Sessions, orders: OrderRepository, audit: AuditRepository) -> None:
        super().__init__(session, orders)
        self.orders = orders
        self.audit = audit

    @contextmanager
    def _changing(
        self, number: str, by: User | None, action: str, version: int | None = None
    ) -> Iterator[Order]:
        """The order, locked, in a transaction that ends with a note of what became of it.

        Stale when it is not the one of `version`. What customers do is in the order's history.
        """
        with self.transaction():
            order = self.orders.locked_by_number(number)
            if version not in (None, order.version):
                raise Stale()
            before = facts(order)
            yield order
            self.session.flush()
            if by is not None:
                was, became = changed(before, facts(order))
                self.audit.note(by, NOUN, order.id, action, was, became)


def facts(order: Order) -> dict[str, Any]:
    """What an order is and holds, as plain values, and nothing of the person."""
    return {
        "version": order.version,
        "state": str(order.state),
        "lines": [
            {
                "id": line.id,
                "book_id": line.book_id,
                "title": line.title,
                "isbn": line.isbn,
                "quantity": line.quantity,
                "price": str(line.price),
            }
            for line in order.lines
        ],
        "items_total": str(order.items_total),
        "shipping_total": str(order.shipping_total),
        "total": str(order.total),
        "refunded": str(order.refunded),
        "shipment": _shipment(order.shipment),
    }


def changed(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs, as it was and as it is."""
    names = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def actor(user: User) -> Actor:
    return Actor(user.name, user.id)


def _shipment(shipment: Shipment | None) -> dict[str, str] | None:
    if shipment is None:
        return None
    return {
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "shipped_at": shipment.shipped_at.isoformat(),
    }
