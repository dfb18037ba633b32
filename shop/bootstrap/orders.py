"""The services of orders that are placed, put together."""

from __future__ import annotations

from dataclasses import dataclass

from shop.bootstrap.repositories import Repositories
from shop.config import Config
from shop.repositories.base import Sessions
from shop.services.order_care import OrderCareService
from shop.services.order_lines import OrderLineService
from shop.services.order_moments import OrderMomentService
from shop.services.order_queue import OrderQueueService
from shop.services.order_returns import OrderReturnService
from shop.services.orders import OrderService


@dataclass(frozen=True)
class OrderServices:
    """By the names that the registry has for them."""

    orders: OrderService
    order_care: OrderCareService
    order_lines: OrderLineService
    order_moments: OrderMomentService
    order_queue: OrderQueueService
    order_returns: OrderReturnService


def order_services(config: Config, session: Sessions, repositories: Repositories) -> OrderServices:
    orders, audit = repositories.orders, repositories.audit
    stock, outbox = repositories.stock, repositories.outbox
    return OrderServices(
        orders=OrderService(session, orders, stock, outbox, audit),
        order_care=OrderCareService(session, orders, repositories.order_notes, outbox, audit),
        order_lines=OrderLineService(
            session, orders, stock, repositories.methods, audit, config.max_line_quantity
        ),
        order_moments=OrderMomentService(session, orders, audit),
        order_queue=OrderQueueService(
            session, orders, repositories.order_queue, repositories.presence
        ),
        order_returns=OrderReturnService(session, orders, stock, outbox, audit),
    )
