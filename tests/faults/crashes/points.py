"""Where the shop's processes are killed: between placing an order and the mail that it is paid, and
between sending a picture and seeing it on a page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from shop.gateways.files import LocalFiles
from shop.gateways.mail import SmtpMailer
from shop.gateways.payments import YooKassa
from shop.repositories.outbox import OutboxRepository
from shop.services.checkout import CheckoutService
from shop.services.notifications import NotificationService
from shop.services.payments import PaymentService
from shop.services.renditions import RenditionService

WEB, WORKER = "web", "worker"
BEFORE, AFTER = "before", "after"


class Moment(Enum):
    """What the process is about when it is killed."""

    PLACING = "the checkout form"
    NOTIFIED = "the notification of the payment"
    RETURNING = "the return page of a payment that nobody told the shop of"
    RECONCILING = "a payment that nobody told the shop of"
    MAILING = "the paid mail"
    SENDING = "a picture that is sent"
    SIZING = "the sizes of a picture"


@dataclass(frozen=True)
class Point:
    """A process ends just before or after a method ran for the first time at this moment."""

    name: str
    process: str
    when: str
    owner: type
    method: str
    moment: Moment
    healed_by: str


POINTS = (
    Point(
        name="web-before-the-order-is-committed",
        process=WEB,
        when=AFTER,
        owner=OutboxRepository,
        method="put",
        moment=Moment.PLACING,
        healed_by="the form, sent again",
    ),
    Point(
        name="web-after-the-order-is-committed",
        process=WEB,
        when=AFTER,
        owner=CheckoutService,
        method="place",
        moment=Moment.PLACING,
        healed_by="the form, sent again",
    ),
    Point(
        name="web-after-yookassa-made-the-payment",
        process=WEB,
        when=AFTER,
        owner=YooKassa,
        method="create",
        moment=Moment.PLACING,
        healed_by="the form, sent again",
    ),
    Point(
        name="web-before-the-shopper-is-sent-to-pay",
        process=WEB,
        when=AFTER,
        owner=PaymentService,
        method="start",
        moment=Moment.PLACING,
        healed_by="the form, sent again",
    ),
    Point(
        name="web-notified-before-it-settles",
        process=WEB,
        when=BEFORE,
        owner=PaymentService,
        method="settle",
        moment=Moment.NOTIFIED,
        healed_by="the return page",
    ),
    Point(
        name="web-returning-after-the-money-is-taken",
        process=WEB,
        when=AFTER,
        owner=YooKassa,
        method="capture",
        moment=Moment.RETURNING,
        healed_by="the outbox or the reconcile job",
    ),
    Point(
        name="web-notified-after-the-order-is-paid",
        process=WEB,
        when=AFTER,
        owner=PaymentService,
        method="settle",
        moment=Moment.NOTIFIED,
        healed_by="nothing was left to do",
    ),
    Point(
        name="worker-reconciling-before-it-is-stored",
        process=WORKER,
        when=BEFORE,
        owner=PaymentService,
        method="_apply",
        moment=Moment.RECONCILING,
        healed_by="the next reconcile job",
    ),
    Point(
        name="worker-before-the-paid-mail-is-sent",
        process=WORKER,
        when=BEFORE,
        owner=NotificationService,
        method="send_order_mail",
        moment=Moment.MAILING,
        healed_by="the outbox after its lease",
    ),
    Point(
        name="worker-after-the-paid-mail-was-sent",
        process=WORKER,
        when=AFTER,
        owner=SmtpMailer,
        method="send",
        moment=Moment.MAILING,
        healed_by="the outbox after its lease",
    ),
)
OF_PICTURES = (
    Point(
        name="web-after-the-file-is-kept",
        process=WEB,
        when=AFTER,
        owner=LocalFiles,
        method="put",
        moment=Moment.SENDING,
        healed_by="the picture, sent again",
    ),
    Point(
        name="worker-after-the-first-file-of-a-size",
        process=WORKER,
        when=AFTER,
        owner=LocalFiles,
        method="put",
        moment=Moment.SIZING,
        healed_by="the outbox after its lease",
    ),
    Point(
        name="worker-before-the-sizes-are-shown",
        process=WORKER,
        when=BEFORE,
        owner=RenditionService,
        method="_show",
        moment=Moment.SIZING,
        healed_by="the outbox after its lease",
    ),
    Point(
        name="worker-after-the-sizes-are-shown",
        process=WORKER,
        when=AFTER,
        owner=RenditionService,
        method="make",
        moment=Moment.SIZING,
        healed_by="nothing was left to do",
    ),
)
