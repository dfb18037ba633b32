"""The address of an order that a guest gets by mail: it carries a signed token."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from itsdangerous import BadSignature, URLSafeSerializer

from shop.models import Order
from shop.models.columns import utcnow


class OrderLinks:
    """`keys` sign the tokens: the last one signs, all of them are read."""

    def __init__(self, keys: Sequence[str], public_url: str, default_locale: str) -> None:
        self.serializer = URLSafeSerializer(list(keys), salt="order-link")
        self.public_url = public_url
        self.default_locale = default_locale

    def url(self, order: Order) -> str:
        """Opens the order for whoever holds it, until LINK_LIFE after the order's last change."""
        return f"{self.page(order)}?{urlencode({'token': self.token(order)})}"

    def token(self, order: Order) -> str:
        """What opens the order for whoever holds it, as long as the link with it does."""
        return str(self.serializer.dumps(order.number))

    def return_url(self, order: Order) -> str:
        """Where the payment page sends the shopper back to."""
        return f"{self.page(order)}/return?{urlencode({'token': self.token(order)})}"

    def opens(self, token: str, order: Order) -> bool:
        """Whether the token is this order's and still good."""
        try:
            number = self.serializer.loads(token)
        except BadSignature:
            return False
        return bool(number == order.number and utcnow() < order.link_expires_at)

    def page(self, order: Order) -> str:
        """The order's page, for those who may see it."""
        prefix = "" if order.locale == self.default_locale else f"/{order.locale}"
        return f"{self.public_url}{prefix}/orders/{order.number}"
