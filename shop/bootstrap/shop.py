"""All services of a shop, put together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from alembic.script import ScriptDirectory
from redis import Redis

from shop.bootstrap.accounts import account_services
from shop.bootstrap.orders import order_services
from shop.bootstrap.repositories import Repositories, repositories_of
from shop.config import Config, MediaStore
from shop.extensions import impatient
from shop.gateways.failed_jobs import FailedJobs
from shop.gateways.files import FileStore, FileStores, content_key, stores_of
from shop.gateways.mail import Mailer, mailer_for, reach
from shop.gateways.payments import YooKassa
from shop.gateways.queue import Task, TaskQueue
from shop.gateways.remote_pictures import RemotePictures
from shop.models import NameKind
from shop.repositories.base import Sessions
from shop.repositories.beside import BesideRepository
from shop.repositories.book_index.book_index import BookIndex
from shop.repositories.catalogue import NameRepository
from shop.repositories.double_books import DoubleBooksRepository
from shop.repositories.indexed_books import IndexedBooks
from shop.repositories.outbox import SLOW
from shop.repositories.saved_views import SavedViewRepository
from shop.repositories.search import SuggestionRepository, VocabularyKeeper
from shop.repositories.sitemap import SitemapRepository
from shop.services.accounts import AccountMails
from shop.services.addresses import AddressService
from shop.services.book_import import ImportService
from shop.services.book_lists import BookListService
from shop.services.book_merging import BookMergingService
from shop.services.book_writing import BookWritingService
from shop.services.bulk_edits import BulkEditService
from shop.services.cart import CartService
from shop.services.catalogue import CatalogueService
from shop.services.categories import CategoryService
from shop.services.checkout import CheckoutService
from shop.services.content import ContentService
from shop.services.desk import DeskService
from shop.services.discovery import DiscoveryService
from shop.services.durable_carts import DurableCarts
from shop.services.finding import FindingService
from shop.services.health import HealthService
from shop.services.house import Check, HouseService
from shop.services.images import ImageService, PictureSource
from shop.services.merging import MergingService
from shop.services.named_by_staff import NamedByStaff
from shop.services.names import ContributorService, PublisherService, SeriesService
from shop.services.notifications import NotificationService
from shop.services.order_links import OrderLinks
from shop.services.outbox import Handler, OutboxService, Topic
from shop.services.payments import PaymentGateway, PaymentService
from shop.services.picture_files import PictureFileService
from shop.services.pictures import MOST_BYTES
from shop.services.recently_viewed import RecentlyViewedService
from shop.services.refunds import RefundGateway, RefundService
from shop.services.registry import Services
from shop.services.renditions import RenditionService
from shop.services.repeats import RepeatService
from shop.services.reports import ReportService
from shop.services.sales import SalesService
from shop.services.saved_views import SavedViewService
from shop.services.search import SearchService
from shop.services.settings import SettingsService
from shop.services.shelves import ShelfService
from shop.services.shipping import ShippingService
from shop.services.shop_window import ShopWindowService
from shop.services.sitemap import SitemapService
from shop.services.staff_books import StaffBookService
from shop.services.staff_letters import StaffLetters
from shop.services.staff_search import StaffSearchService
from shop.services.supplies import SupplyService
from shop.services.trail import TrailService

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class Gateway(PaymentGateway, RefundGateway, Protocol):
    """The payment provider."""


@dataclass(frozen=True)
class Parts:
    """The world outside: where not given, the one that the configuration names."""

    redis: Redis | None = None
    gateway: Gateway | None = None
    mailer: Mailer | None = None
    stores: FileStores | None = None
    remote_pictures: PictureSource | None = None


def connect_redis(config: Config) -> Redis:
    return Redis.from_url(config.redis_url, decode_responses=True, **impatient())


def connect_queue(config: Config) -> Redis:
    """RQ keeps pickles: its connection must not decode them."""
    return Redis.from_url(config.redis_url, **impatient())


def build(config: Config, session: Sessions, parts: Parts) -> Services:
    """All services of a shop with this configuration."""
    queue = TaskQueue(connect_queue(config))
    repositories = repositories_of(
        config,
        session,
        parts.redis or connect_redis(config),
        lambda topics: _nudge(queue, topics),
    )
    indexed = IndexedBooks(session, BookIndex())
    links = OrderLinks(config.signing_keys, config.public_url, config.default_locale)
    mailer = parts.mailer or mailer_for(config.mail_url, config.mail_from)
    gateway = parts.gateway or _yookassa(config)
    payments = _payments(config, session, repositories, gateway, links)
    refunds = RefundService(
        session,
        repositories.refunds,
        repositories.payments,
        repositories.orders,
        gateway,
        config.shipping_vat_code,
        config.seller_email,
    )
    stores = parts.stores or stores_of(config)
    renditions = RenditionService(session, repositories.images, repositories.outbox, stores)
    picture_files = PictureFileService(session, repositories.images, stores)
    settings = SettingsService(
        session, repositories.settings, repositories.content_pages, repositories.audit
    )
    notifications = NotificationService(
        session,
        repositories.orders,
        mailer,
        links,
        config.seller_name,
        StaffLetters(settings, config.public_url, config.default_locale),
    )
    accounts = account_services(config, session, repositories, mailer)
    book_editing = _book_writing(session, repositories)
    content = ContentService(session, repositories.content_pages, repositories.audit)
    shipping = ShippingService(session, repositories.methods, repositories.audit)
    categories = CategoryService(session, repositories.categories, indexed, repositories.audit)
    contributors = ContributorService(session, repositories.contributors, repositories.audit)
    publishers = PublisherService(session, repositories.publishers, repositories.audit)
    series = SeriesService(session, repositories.series, repositories.audit)
    content = ContentService(session, repositories.content_pages, repositories.audit)
    shelves = ShelfService(session, repositories.shelves, repositories.books, repositories.audit)
    shipping = ShippingService(session, repositories.methods, repositories.audit)
    return Services(
        **vars(accounts),
        **vars(order_services(config, session, repositories)),
        book_editing=book_editing,
        addresses=AddressService(session, repositories.addresses),
        book_import=ImportService(session, repositories.imported_books, repositories.stock),
        book_lists=BookListService(session, repositories.book_lists),
        supplies=SupplyService(session, repositories.supplies, repositories.audit),
        bulk_edits=BulkEditService(
            session,
            repositories.bulk_edits,
            repositories.books,
            repositories.bulk_books,
            repositories.categories,
            repositories.stock,
            repositories.imported_books,
            lambda: queue.nudge(Task.BULK_EDITS),
        ),
        book_merging=BookMergingService(
            session,
            repositories.books,
            DoubleBooksRepository(session),
            repositories.audit,
        ),
        cart=CartService(
            session,
            repositories.books,
            repositories.carts,
            repositories.kept_carts,
            config.max_line_quantity,
        ),
        catalogue=CatalogueService(
            session,
            repositories.books,
            BesideRepository(session),
            repositories.contributors,
            repositories.shelves,
            repositories.stock,
            repositories.audit,
        ),
        categories=categories,
        checkout=_checkout(config, session, repositories),
        content=content,
        contributors=contributors,
        desk=DeskService(session, repositories.orders),
        discovery=DiscoveryService(
            session,
            repositories.book_lists,
            repositories.publishers,
            repositories.series,
            repositories.categories,
        ),
        finding=FindingService(session, repositories.books, repositories.contributors, indexed),
        health=HealthService(
            session, repositories.methods, repositories.audit, _newest_migration()
        ),
        house=_house(config, session, repositories, queue.redis, stores),
        images=ImageService(
            session,
            repositories.images,
            repositories.outbox,
            repositories.audit,
            stores,
            parts.remote_pictures or RemotePictures(config.public_url, MOST_BYTES),
        ),
        merging=_merging(session, repositories),
        notifications=notifications,
        order_links=links,
        outbox=OutboxService(
            session,
            repositories.outbox,
            _handlers(
                notifications,
                accounts.account_mails,
                payments,
                refunds,
                renditions,
                picture_files,
            ),
        ),
        payments=payments,
        picture_files=picture_files,
        publishers=publishers,
        recently_viewed=RecentlyViewedService(session, repositories.books, repositories.viewed),
        refunds=refunds,
        renditions=renditions,
        repeats=RepeatService(repositories.kept_answers),
        reports=ReportService(session, repositories.orders, config.shipping_vat_code),
        sales=SalesService(session, repositories.sales),
        search=SearchService(
            session,
            repositories.books,
            SuggestionRepository(session),
            VocabularyKeeper(session),
        ),
        series=series,
        settings=settings,
        shelves=shelves,
        shipping=shipping,
        shop_window=ShopWindowService(
            session, repositories.shelves, repositories.book_lists, indexed
        ),
        staff_search=StaffSearchService(session, repositories.books, SuggestionRepository(session)),
        sitemap=SitemapService(session, repositories.shelves, SitemapRepository(session)),
        saved_views=SavedViewService(session, SavedViewRepository(session)),
        staff_books=StaffBookService(session, repositories.books, repositories.categories),
        trail=TrailService(
            session,
            repositories.audit,
            (
                *(book_editing, categories, contributors, publishers, series),
                *(content, shelves, shipping),
            ),
        ),
    )


def _house(
    config: Config, session: Sessions, repositories: Repositories, redis: Redis, stores: FileStores
) -> HouseService:
    """What the page about the parts asks, each with the deadline of its connection."""
    jobs = FailedJobs(redis)
    checks: dict[str, Check] = {
        "redis": jobs.count,
        "worker": jobs.has_worker,
        "clock": jobs.has_clock,
        "mail": lambda: reach(config.mail_url),
        **{f"files_{name}": partial(_looked_into, stores[name]) for name in stores},
    }
    return HouseService(session, repositories.outbox, jobs, checks)


def _looked_into(store: FileStore) -> None:
    """Ask for a file that nobody keeps: whether it is there is no matter, that it answers is."""
    store.has(content_key(b"", ".jpg"))


def _book_writing(session: Sessions, repositories: Repositories) -> BookWritingService:
    return BookWritingService(
        session,
        repositories.books,
        repositories.contributors,
        repositories.publishers,
        repositories.series,
        repositories.categories,
        repositories.shelves,
        repositories.stock,
        repositories.outbox,
        repositories.audit,
        NamedByStaff(
            repositories.contributors,
            repositories.publishers,
            repositories.series,
            repositories.imported_books,
            repositories.audit,
        ),
    )


def _merging(session: Sessions, repositories: Repositories) -> MergingService:
    names: dict[NameKind, NameRepository[Any]] = {
        NameKind.CONTRIBUTOR: repositories.contributors,
        NameKind.PUBLISHER: repositories.publishers,
        NameKind.SERIES: repositories.series,
    }
    return MergingService(session, names, repositories.doubles, repositories.audit)


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


def _yookassa(config: Config) -> YooKassa:
    return YooKassa(
        config.yookassa_shop_id,
        config.yookassa_secret_key,
        config.yookassa_api_url,
        config.yookassa_timeout,
    )


def _payments(
    config: Config,
    session: Sessions,
    repositories: Repositories,
    gateway: PaymentGateway,
    links: OrderLinks,
) -> PaymentService:
    return PaymentService(
        session,
        repositories.payments,
        repositories.orders,
        repositories.stock,
        repositories.outbox,
        gateway,
        links.return_url,
        config.shipping_vat_code,
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
        Topic.REFUND: lambda *, key, refund_id: refunds.give_back(refund_id),
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


def _newest_migration() -> str:
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise RuntimeError(f"there are no migrations in {MIGRATIONS}")
    return head
