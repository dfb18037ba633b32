"""The letter that tells the staff of an order that was paid, where they wish for it."""

from __future__ import annotations

from flask import render_template
from flask_babel import force_locale

from shop.gateways.mail import Letter
from shop.models import Order
from shop.services.settings import SettingsService


class StaffLetters:
    """In the language of the shop; the address is one of its settings."""

    def __init__(self, settings: SettingsService, public_url: str, locale: str) -> None:
        self.settings = settings
        self.public_url = public_url
        self.locale = locale

    def of(self, order: Order, key: str) -> Letter | None:
        """The letter about this order; None where nobody is to get one."""
        to = self.settings.front().settings.orders_notify_email
        if to is None:
            return None
        context = {"order": order, "url": f"{self.public_url}/admin/orders/{order.number}"}
        with force_locale(self.locale):
            subject, _, text = render_template("email/staff/order_paid.txt", **context).partition(
                "\n"
            )
            html = render_template("email/staff/order_paid.html", **context)
        return Letter(key, to, subject.strip(), text.lstrip("\n"), html)
