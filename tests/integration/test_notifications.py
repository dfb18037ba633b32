"""Mails about orders, in the language of the order."""

from __future__ import annotations

import email
import email.policy
import re
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from dev.yookassa_sandbox.testing import control
from shop.errors import NotFound, Unavailable
from shop.extensions import db
from shop.services.order_returns import GivenBack
from shop.services.outbox import Topic
from tests import factories as make
from tests.stored import messages

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
NAMES = [
    *("order_placed", "order_paid", "order_shipped", "order_cancelled"),
    *("order_payment_returned", "order_refunded"),
]


@pytest.fixture
def sent(config):
    """The mails that were sent."""
    folder = Path(unquote(urlsplit(config.mail_url).path))

    def read() -> list[EmailMessage]:
        paths = sorted(folder.glob("*.eml"))
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in paths
        ]

    return read


def text(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return body.get_content().replace("\N{NO-BREAK SPACE}", " ")


def shipped(services, locale: str, **values):
    """An order that has been through everything."""
    order = make.paid(services, locale=locale, **values)
    anna = make.save(make.staff())
    services.orders.start_packing(order.number, anna)
    return services.orders.ship(order.number, anna, "SDEK", "RA 123")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("locale", ["en", "ru"])
def test_every_mail_is_written_in_the_language_of_its_order(services, sandbox, sent, name, locale):
    order = shipped(services, locale)
    services.notifications.send_order_mail(f"{name}-{order.id}", order.id, name)
    [message] = sent()
    assert message["To"] == order.email
    assert order.number in message["Subject"]
    assert bool(CYRILLIC.search(message["Subject"])) is (locale == "ru")
    for body in (text(message), text(message, "html")):
        assert order.lines[0].title in body
        assert "500 ₽" in body
        assert f"http://localhost{'/ru' if locale == 'ru' else ''}/orders/{order.number}?" in body
    assert f'lang="{locale}"' in text(message, "html")


def test_the_link_in_a_mail_opens_the_order(services, sent):
    order = make.order(services)
    services.notifications.send_order_mail("placed", order.id, "order_placed")
    [token] = re.findall(r"token=(\S+)", text(sent()[0]))
    assert services.order_links.opens(token, order)


@pytest.mark.parametrize(("locale", "total"), [("en", "1,234.50 ₽"), ("ru", "1 234,50 ₽")])
def test_sums_are_written_as_the_language_has_them(services, sent, locale, total):
    book = make.save(make.book(list_price="1234.50"))
    order = make.order(services, book, locale=locale)
    services.notifications.send_order_mail("placed", order.id, "order_placed")
    assert total in text(sent()[0])


def test_the_way_of_shipping_is_named_in_the_language_of_the_order(services, sent):
    address = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
    order = make.order(services, locale="ru", shipping_method="post", **address)
    services.notifications.send_order_mail("placed", order.id, "order_placed")
    assert "Почта России" in text(sent()[0])


def test_the_time_to_pay_is_told_in_the_shops_time_zone(services, sent):
    order = make.order(services)
    services.notifications.send_order_mail("placed", order.id, "order_placed")
    moscow = (order.expires_at.hour + 3) % 24
    assert f"{moscow:02}:{order.expires_at:%M}" in text(sent()[0])


def test_a_mail_that_is_sent_again_is_the_same_mail(services, sent):
    order = make.order(services)
    for _ in range(3):
        services.notifications.send_order_mail(f"placed-{order.id}", order.id, "order_placed")
    [message] = sent()
    assert message["Message-ID"].startswith(f"<placed-{order.id}@")


def test_a_title_with_markup_stays_a_title(services, sent):
    book = make.save(make.book(title="<script>alert('&')</script>"))
    order = make.order(services, book)
    services.notifications.send_order_mail("placed", order.id, "order_placed")
    [message] = sent()
    assert "<script>" not in text(message, "html")
    assert book.title in text(message)


def test_an_order_and_its_mails_through_the_outbox(services, sandbox, sent):
    order = shipped(services, "en")
    services.outbox.deliver_due()
    services.outbox.deliver_due()
    names = sorted(message["Message-ID"].split("@")[0] for message in sent())
    assert names == [f"<{kind}-{order.id}" for kind in ("paid", "placed", "shipped")]


def test_a_mail_about_no_order_is_not_found(services):
    with pytest.raises(NotFound):
        services.notifications.send_order_mail("x", 2**31 - 1, "order_placed")


def test_a_cancelled_order_says_how_much_goes_back(services, sent):
    paid, unpaid = make.paid(services), make.order(services)
    anna = make.save(make.staff())
    for order in (paid, unpaid):
        services.orders.cancel(order.number, anna, "out of print")
        services.notifications.send_order_mail(f"c-{order.id}", order.id, "order_cancelled")
    first, second = (text(message) for message in sent()[-2:])
    assert "500 ₽ go back" in first
    assert "go back" not in second


def test_an_address_of_the_staff_that_fails_writes_to_no_customer_again(
    services, sandbox, sent, monkeypatch
):
    chosen, version = services.settings.chosen()
    wished = chosen.model_copy(update={"orders_notify_email": "desk@example.org"})
    services.settings.choose(version, wished, make.save(make.staff()))
    order = make.paid(services)
    send = services.notifications.mailer.send

    def refuse(letter):
        if letter.to == "desk@example.org":
            raise Unavailable("no such address")
        send(letter)

    monkeypatch.setattr(services.notifications.mailer, "send", refuse)
    services.outbox.deliver_due()
    mails = [*messages(Topic.MAIL), *messages(Topic.STAFF_MAIL)]
    waiting = [each.dedupe_key for each in mails if each.delivered_at is None]
    assert waiting == [f"paid-{order.id}-staff"]
    monkeypatch.undo()
    # Nor does a customer's mail that is sent again tell the staff anew.
    services.notifications.send_order_mail("again", order.id, "order_paid")
    assert "desk@example.org" not in [message["To"] for message in sent()]
    [message] = messages(Topic.STAFF_MAIL)
    services.notifications.tell_staff(message.dedupe_key, **message.payload)
    assert "desk@example.org" in [message["To"] for message in sent()]


def test_who_gets_a_part_of_the_money_back_is_told_of_it(services, sandbox, sent):
    order, anna = shipped(services, "en"), make.save(make.staff())
    give = services.order_returns
    give.refund_part(order.number, None, anna, "Torn", copies={}, amount=Decimal(50))
    assert refund_mails(sent) == []
    services.outbox.deliver_due()
    assert [_sum(mail) for mail in refund_mails(sent)] == ["50"]
    give.take_back(order.number, None, anna, "Why", restock=False, refund=GivenBack.ALL)
    services.outbox.deliver_due()
    assert {_sum(mail) for mail in refund_mails(sent)} == {"50", "500"}


def test_nobody_is_told_of_money_that_does_not_come(services, sandbox, sent):
    order, anna = shipped(services, "en"), make.save(make.staff())
    give = services.order_returns.refund_part
    give(order.number, None, anna, "Torn", copies={}, amount=Decimal(50))
    control(sandbox, cancel_refunds=1)
    services.outbox.deliver_due()
    assert refund_mails(sent) == []
    # Nor twice where the order is cancelled, which has a mail of its own.
    kept = make.paid(services)
    services.orders.cancel(kept.number, anna, "Out of print")
    services.outbox.deliver_due()
    assert refund_mails(sent) == []
    db.session.expire_all()
    assert services.orders.by_number(kept.number).returned == kept.total


def refund_mails(sent) -> list[EmailMessage]:
    return [mail for mail in sent() if "goes back to you" in mail["Subject"]]


def _sum(mail: EmailMessage) -> str:
    found = re.search(r"In all, (\d+) ₽ of what you paid for this order go back", text(mail))
    assert found
    return found[1]
