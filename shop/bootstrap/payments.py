"""Paying and giving back, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shop.bootstrap.repositories import Repositories
from shop.config import Config
from shop.gateways.payments import YooKassa
from shop.repositories.base import Sessions
from shop.services.order_links import OrderLinks
from shop.services.payments import PaymentGateway, PaymentService
from shop.services.refunds import RefundGateway, RefundService


class Gateway(PaymentGateway, RefundGateway, Protocol):
    """The payment provider."""


@dataclass(frozen=True)
class PaymentServices:
    """By the names that the registry has for them."""

    payments: PaymentService
    refunds: RefundService


def payment_services(
    config: Config,
    session: Sessions,
    repositories: Repositories,
    links: OrderLinks,
    gateway: Gateway | None,
) -> PaymentServices:
    """With the provider that the configuration names, where none is given."""
    provider = gateway or YooKassa(
        config.yookassa_shop_id,
        config.yookassa_secret_key,
        config.yookassa_api_url,
        config.yookassa_timeout,
    )
    payments, orders = repositories.payments, repositories.orders
    return PaymentServices(
        payments=PaymentService(
            session,
            payments,
            orders,
            repositories.stock,
            repositories.outbox,
            provider,
            links.return_url,
            config.shipping_vat_code,
        ),
        refunds=RefundService(
            session,
            repositories.refunds,
            payments,
            orders,
            repositories.outbox,
            provider,
            config.shipping_vat_code,
            config.seller_email,
        ),
    )
