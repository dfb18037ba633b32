"""All services of a shop, put together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from redis import Redis

from shop.bootstrap.accounts import account_services
from shop.bootstrap.catalogue import catalogue_services
from shop.bootstrap.house import house_services
from shop.bootstrap.logs import log_shipping
from shop.bootstrap.orders import order_services
from shop.bootstrap.payments import Gateway, payment_services
from shop.bootstrap.repositories import Repositories, repositories_of
from shop.config import Config, MediaStore
from shop.extensions import impatient
from shop.gateways.files import FileStores, stores_of
from shop.gateways.mail import Mailer, mailer_for
from shop.gateways.queue import Task, TaskQueue
from shop.gateways.redis_connections import connect
from shop.gateways.remote_pictures import RemotePictures
from shop.gateways.shared_cache import Shared
from shop.repositories.base import Sessions
from shop.repositories.outbox import SLOW
from shop.services.accounts import AccountMails
from shop.services.addresses import AddressService
from shop.services.cart import CartService
from shop.services.checkout import CheckoutService
from shop.services.durable_carts import DurableCarts
from shop.services.images import ImageService, PictureSource
from shop.services.notifications import NotificationService
from shop.services.order_links import OrderLinks
from shop.services.outbox import Handler, OutboxService, Topic
from shop.services.payments import PaymentService
from shop.services.picture_files import PictureFileService
from shop.services.pictures import MOST_BYTES
from shop.services.recently_viewed import RecentlyViewedService
from shop.services.refunds import RefundService
from shop.services.registry import Services
from shop.services.renditions import RenditionService
from shop.services.repeats import RepeatService
from shop.services.sales import SalesService
from shop.services.settings import Contacts, SettingsService
from shop.services.staff_letters import StaffLetters


@dataclass(frozen=True)
class Parts:
    """The world outside: where not given, the one that the configuration names."""

    redis: Redis | None = None
    gateway: Gateway | None = None
    mailer: Mailer | None = None
    stores: FileStores | None = None
    remote_pictures: PictureSource | None = None


def connect_redis(url: str) -> Redis:
    return connect(url, decode_responses=True, **impatient())


def connect_queue(config: Config) -> Redis:
    """RQ keeps pickles: its connection must not decode them."""
    return connect(config.redis_url, **impatient())


def build(config: Config, session: Sessions, parts: Parts, shared: Shared) -> Services:
    """All services of a shop with this configuration."""
    queue = TaskQueue(connect_queue(config))
    redis = parts.redis or connect_redis(config.redis_url)
    repositories = repositories_of(
        config,
        session,
        redis,
        connect_redis(config.cart_redis_url) if config.cart_redis_url else redis,
        lambda topics: _nudge(queue, topics),
    )
    links = OrderLinks(config.signing_keys, config.public_url, config.default_locale)
    mailer = parts.mailer or mailer_for(config.mail_url, config.mail_from)
    stores = parts.stores or stores_of(config)
    accounts = account_services(config, session, repositories, mailer)
    catalogue = catalogue_services(
        session, repositories, shared, lambda: queue.nudge(Task.BULK_EDITS)
    )
    paying = payment_services(config, session, repositories, links, parts.gateway)
    settings = SettingsService(
        session,
        repositories.settings,
        repositories.content_pages,
        repositories.audit,
        Contacts(config.seller_phone, config.seller_email),
        shared,
    )
    notifications = NotificationService(
        session,
        repositories.orders,
        mailer,
        links,
        config.seller_name,
        StaffLetters(settings, config.public_url, config.default_locale),
    )
    renditions = RenditionService(session, repositories.images, repositories.outbox, stores)
    picture_files = PictureFileService(session, repositories.images, stores)
    house = house_services(config, session, repositories, catalogue, settings, queue.redis, stores)
    return Services(
        **vars(accounts),
        **vars(catalogue),
        **vars(house),
        **vars(order_services(config, session, repositories)),
        **vars(paying),
        addresses=AddressService(session, repositories.addresses),
        cart=CartService(
            session,
            repositories.books,
            repositories.carts,
            repositories.kept_carts,
            config.max_line_quantity,
        ),
        checkout=_checkout(config, session, repositories),
        images=ImageService(
            session,
            repositories.images,
            repositories.outbox,
            repositories.audit,
            stores,
            parts.remote_pictures or RemotePictures(config.public_url, MOST_BYTES),
        ),
        log_shipping=log_shipping(config, redis, queue),
        notifications=notifications,
        order_links=links,
        outbox=OutboxService(
            session,
            repositories.outbox,
            _handlers(
                notifications,
                accounts.account_mails,
                paying.payments,
                paying.refunds,
                renditions,
                picture_files,
            ),
        ),
        picture_files=picture_files,
        recently_viewed=RecentlyViewedService(session, repositories.books, repositories.viewed),
        renditions=renditions,
        repeats=RepeatService(repositories.kept_answers),
        sales=SalesService(session, repositories.sales),
        settings=settings,
    )


def _checkout(config: Config, session: Sessions, repositories: Repositories) -> CheckoutService:
    return CheckoutService(
        session,
        repositories.orders,
        repositories.books,
        repositories.stock,
        repositories.methods,
        repositories.users,
        repositories.outbox,
        repositories.content_pages,
        DurableCarts(repositories.carts, repositories.kept_carts),
        timedelta(minutes=config.payment_window_minutes),
        config.max_line_quantity,
    )


def _handlers(
    notifications: NotificationService,
    account_mails: AccountMails,
    payments: PaymentService,
    refunds: RefundService,
    renditions: RenditionService,
    picture_files: PictureFileService,
) -> dict[Topic, Handler]:
    """Who does what the outbox asks for; each is safe to repeat."""
    return {
        Topic.MAIL: notifications.send_order_mail,
        Topic.ACCOUNT_MAIL: account_mails.send,
        Topic.STAFF_MAIL: notifications.tell_staff,
        Topic.CAPTURE: lambda *, key, payment_id: payments.capture(payment_id),
        Topic.RELEASE: lambda *, key, payment_id: payments.release(payment_id),
        # One that an older release has put names no address.
        Topic.REFUND: lambda *, key, refund_id, email=None: refunds.give_back(refund_id, email),
        Topic.RENDITIONS: lambda *, key, image_id: renditions.make(image_id),
        Topic.UNUSED_FILES: lambda *, key, store, keys: picture_files.delete_unused(
            MediaStore(store), keys
        ),
    }


def _nudge(queue: TaskQueue, topics: Collection[str]) -> None:
    """Somebody waits for what these messages ask for: it need not wait for the clock."""
    slow = set(SLOW) & set(topics)
    if slow:
        queue.nudge(Task.MAKE_RENDITIONS)
    if len(slow) < len(set(topics)):
        queue.nudge(Task.DELIVER_OUTBOX)
