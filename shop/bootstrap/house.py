"""What keeps the house in order, put together: health, jobs, what staff choose and see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from redis import Redis

from shop.bootstrap.catalogue import CatalogueServices
from shop.bootstrap.logs import broker_of, log_service_of
from shop.bootstrap.repositories import Repositories
from shop.config import Config
from shop.extensions import impatient
from shop.gateways.failed_jobs import FailedJobs
from shop.gateways.files import FileStore, FileStores, content_key
from shop.gateways.job_counts import JobCounts
from shop.gateways.job_queues import JobQueues
from shop.gateways.knocking import knock
from shop.gateways.mail import reach
from shop.gateways.migrations import Migrations
from shop.gateways.redis_connections import connect
from shop.gateways.redis_connections import reach as reach_redis
from shop.gateways.replica import replica_of
from shop.repositories.base import Sessions
from shop.repositories.readings import ReadingRepository
from shop.repositories.reports import (
    PeriodRepository,
    RankingRepository,
    StockValueRepository,
    VatRepository,
)
from shop.repositories.reports.desk import DeskRepository
from shop.repositories.revision import RevisionRepository
from shop.repositories.saved_views import SavedViewRepository
from shop.repositories.whole_tables import WholeTables
from shop.services.backup import BackupService, RestoreService
from shop.services.content import ContentService
from shop.services.desk import DeskService
from shop.services.health import HealthService
from shop.services.jobs import JobService
from shop.services.logs import LogReadingService
from shop.services.parts import Check, PartsService
from shop.services.readings import ReadingService
from shop.services.reports import ReportService
from shop.services.saved_views import SavedViewService
from shop.services.settings import SettingsService
from shop.services.shipping import ShippingService
from shop.services.trail import TrailService

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@dataclass(frozen=True)
class HouseServices:
    """By the names that the registry has for them."""

    backups: BackupService
    content: ContentService
    desk: DeskService
    health: HealthService
    jobs: JobService
    logs: LogReadingService
    parts: PartsService
    readings: ReadingService
    reports: ReportService
    restoring: RestoreService
    saved_views: SavedViewService
    shipping: ShippingService
    trail: TrailService


def house_services(
    config: Config,
    session: Sessions,
    repositories: Repositories,
    catalogue: CatalogueServices,
    settings: SettingsService,
    queue: Redis,
    stores: FileStores,
) -> HouseServices:
    """`queue` is the connection of the jobs."""
    audit, methods = repositories.audit, repositories.methods
    periods, revision = PeriodRepository(session), RevisionRepository(session)
    migrations, tables = Migrations(MIGRATIONS), WholeTables(session)
    content = ContentService(session, repositories.content_pages, audit, settings.forget)
    shipping = ShippingService(session, methods, audit)
    kinds = (
        *(catalogue.book_editing, catalogue.categories, catalogue.contributors),
        *(catalogue.publishers, catalogue.series, catalogue.shelves),
        *(content, shipping),
    )
    return HouseServices(
        backups=BackupService(
            session, repositories.images, tables, revision, stores, config.public_url
        ),
        content=content,
        desk=DeskService(session, repositories.orders, DeskRepository(session), periods),
        health=HealthService(session, methods, audit, revision, migrations.history),
        jobs=JobService(JobQueues(queue), FailedJobs(queue), JobCounts(queue)),
        logs=LogReadingService(log_service_of(config)),
        parts=_parts(config, session, repositories, catalogue, queue, stores),
        readings=ReadingService(session, repositories.outbox, ReadingRepository(session)),
        reports=ReportService(
            session,
            repositories.orders,
            RankingRepository(session),
            periods,
            VatRepository(session, config.shipping_vat_code),
            StockValueRepository(session),
        ),
        restoring=RestoreService(
            session, repositories.images, tables, revision, stores, migrations
        ),
        saved_views=SavedViewService(session, SavedViewRepository(session)),
        shipping=shipping,
        trail=TrailService(session, audit, kinds),
    )


def _parts(
    config: Config,
    session: Sessions,
    repositories: Repositories,
    catalogue: CatalogueServices,
    redis: Redis,
    stores: FileStores,
) -> PartsService:
    """What the pages about the parts ask, each with the deadline of its connection."""
    jobs = FailedJobs(redis)
    checks: dict[str, Check] = {
        "redis": jobs.count,
        "worker": jobs.has_worker,
        "clock": jobs.has_clock,
        "mail": lambda: reach(config.mail_url),
        "payments": lambda: knock(config.yookassa_api_url),
        # What is typed by whoever looks whether it works.
        "search": lambda: catalogue.search.suggest("colophon", "en"),
        **{f"files_{name}": partial(_looked_into, stores[name]) for name in stores},
    }
    others = {"cart_redis": config.cart_redis_url, "cache_redis": config.cache_redis_url}
    for name, url in others.items():
        if url:
            checks[name] = partial(reach_redis, connect(url, **impatient()))
    if (replica := replica_of(config)) is not None:
        checks["replica"] = replica.reach
    if (broker := broker_of(config)) is not None:
        checks["broker"] = broker.reach
    if (log_service := log_service_of(config)) is not None:
        checks["log_service"] = log_service.reach
    return PartsService(session, repositories.outbox, checks)


def _looked_into(store: FileStore) -> None:
    """Ask for a file that nobody keeps: whether it is there is no matter, that it answers is."""
    store.has(content_key(b"", ".jpg"))
