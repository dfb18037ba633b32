"""What asks the stores: one of each."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from redis import Redis

from shop.config import Config
from shop.repositories.addresses import AddressRepository
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.book_lists import BookListRepository
from shop.repositories.books import BookRepository
from shop.repositories.bulk_books import BulkBookRepository
from shop.repositories.bulk_edits import BulkEditRepository
from shop.repositories.carts import CartRepository
from shop.repositories.catalogue import (
    CategoryRepository,
    ContributorRepository,
    PublisherRepository,
    SeriesRepository,
)
from shop.repositories.consents import ConsentRepository
from shop.repositories.content import ContentPageRepository, SettingRepository
from shop.repositories.doubles import DoublesRepository
from shop.repositories.ended_sessions import EndedSessionRepository
from shop.repositories.images import ImageRepository
from shop.repositories.imported_books import ImportedBookRepository
from shop.repositories.kept_answers import KeptAnswerRepository
from shop.repositories.kept_carts import KeptCartRepository
from shop.repositories.order_notes import OrderNoteRepository
from shop.repositories.order_queue import OrderQueue
from shop.repositories.orders import OrderRepository, ShippingMethodRepository
from shop.repositories.outbox import OutboxRepository
from shop.repositories.payments import PaymentRepository, RefundRepository
from shop.repositories.presence import PresenceRepository
from shop.repositories.sales import SalesRepository
from shop.repositories.search import SearchRepository
from shop.repositories.sessions import SessionRepository
from shop.repositories.shelves import ShelfRepository
from shop.repositories.stock import StockRepository
from shop.repositories.supplies import SupplyRepository
from shop.repositories.tokens import ApiKeyRepository, RecoveryCodeRepository, TokenFamilyRepository
from shop.repositories.users import RoleRepository, UserRepository
from shop.repositories.viewed import ViewedRepository


@dataclass(frozen=True)
class Repositories:
    addresses: AddressRepository
    api_keys: ApiKeyRepository
    books: BookRepository
    book_lists: BookListRepository
    bulk_books: BulkBookRepository
    bulk_edits: BulkEditRepository
    carts: CartRepository
    categories: CategoryRepository
    consents: ConsentRepository
    content_pages: ContentPageRepository
    contributors: ContributorRepository
    doubles: DoublesRepository
    ended_sessions: EndedSessionRepository
    images: ImageRepository
    imported_books: ImportedBookRepository
    kept_answers: KeptAnswerRepository
    kept_carts: KeptCartRepository
    orders: OrderRepository
    order_notes: OrderNoteRepository
    order_queue: OrderQueue
    methods: ShippingMethodRepository
    outbox: OutboxRepository
    payments: PaymentRepository
    presence: PresenceRepository
    publishers: PublisherRepository
    recovery_codes: RecoveryCodeRepository
    refunds: RefundRepository
    roles: RoleRepository
    sales: SalesRepository
    series: SeriesRepository
    search: SearchRepository
    sessions: SessionRepository
    settings: SettingRepository
    shelves: ShelfRepository
    stock: StockRepository
    supplies: SupplyRepository
    token_families: TokenFamilyRepository
    users: UserRepository
    audit: AuditRepository
    viewed: ViewedRepository


def repositories_of(
    config: Config,
    session: Sessions,
    redis: Redis,
    redis_of_carts: Redis,
    nudge: Callable[[Collection[str]], None],
) -> Repositories:
    life = timedelta(days=config.cart_ttl_days)
    books = BookRepository(session)
    return Repositories(
        addresses=AddressRepository(session),
        api_keys=ApiKeyRepository(session),
        books=books,
        book_lists=BookListRepository(session),
        bulk_books=BulkBookRepository(session),
        bulk_edits=BulkEditRepository(session),
        carts=CartRepository(redis_of_carts, int(life.total_seconds()), config.max_cart_lines),
        categories=CategoryRepository(session),
        consents=ConsentRepository(session),
        content_pages=ContentPageRepository(session),
        contributors=ContributorRepository(session),
        doubles=DoublesRepository(session),
        ended_sessions=EndedSessionRepository(session),
        images=ImageRepository(session),
        imported_books=ImportedBookRepository(session),
        kept_answers=KeptAnswerRepository(redis),
        kept_carts=KeptCartRepository(session, life),
        orders=OrderRepository(session),
        order_notes=OrderNoteRepository(session),
        order_queue=OrderQueue(session),
        methods=ShippingMethodRepository(session),
        outbox=OutboxRepository(session, nudge),
        payments=PaymentRepository(session),
        presence=PresenceRepository(redis),
        publishers=PublisherRepository(session),
        recovery_codes=RecoveryCodeRepository(session),
        refunds=RefundRepository(session),
        roles=RoleRepository(session),
        sales=SalesRepository(session),
        series=SeriesRepository(session),
        search=SearchRepository(session),
        sessions=SessionRepository(redis),
        settings=SettingRepository(session),
        shelves=ShelfRepository(session, books),
        stock=StockRepository(session),
        supplies=SupplyRepository(session),
        token_families=TokenFamilyRepository(session),
        users=UserRepository(session),
        audit=AuditRepository(session),
        viewed=ViewedRepository(redis),
    )
