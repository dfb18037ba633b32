"""Mails about orders, in the language in which the order was placed."""

from __future__ import annotations

from flask import render_template
from flask_babel import force_locale

from shop import logging as shop_logging
from shop.gateways.mail import Letter, Mailer
from shop.models import Order
from shop.repositories.base import Sessions
from shop.repositories.orders import OrderRepository
from shop.services.base import EntityBaseService
from shop.services.order_links import OrderLinks
from shop.services.staff_letters import StaffLetters

SUBJECT = "Subject: "


class NotificationService(EntityBaseService[Order]):
    def __init__(
        self,
        session: Sessions,
        orders: OrderRepository,
        mailer: Mailer,
        links: OrderLinks,
        shop_name: str,
        staff_letters: StaffLetters,
    ) -> None:
        super().__init__(session, orders)
        self.mailer = mailer
        self.links = links
        self.shop_name = shop_name
        self.staff_letters = staff_letters

    def send_order_mail(self, key: str, order_id: int, name: str) -> None:
        """Write and send `templates/email/<name>`; `key` is the same for every try."""
        order = self._noted(order_id)
        if order.is_forgotten:
            # Its customer has deleted the account: there is no address to write to.
            return
        context = {
            "order": order,
            "order_url": self.links.url(order),
            "shop_name": self.shop_name,
        }
        with force_locale(order.locale):
            written = render_template(f"email/{name}.txt", **context)
            html = render_template(f"email/{name}.html", **context)
        subject, _, text = written.partition("\n")
        letter = Letter(
            key=key,
            to=order.email,
            subject=subject.removeprefix(SUBJECT).strip(),
            text=text.lstrip("\n"),
            html=html,
        )
        self.mailer.send(letter)

    def tell_staff(self, key: str, order_id: int) -> None:
        """Send the staff's letter of an order that was paid, where the settings ask for one.

        It is a message of its own: an address of theirs that takes no mail must not have the
        customer's letter sent again with each try.
        """
        order = self._noted(order_id)
        if not order.is_forgotten and (letter := self.staff_letters.of(order, key)):
            self.mailer.send(letter)

    def _noted(self, order_id: int) -> Order:
        """The order; records of its mail tell its number."""
        order = self.get(order_id)
        shop_logging.note(order=order.number)
        return order
