"""All services of a running shop, as pages, the API and jobs reach them."""

from __future__ import annotations

from dataclasses import dataclass

from shop.services.accounts import (
    AccountMails,
    AccountService,
    ApiKeyService,
    EmailService,
    PasswordService,
    PeopleService,
    PersonalDataService,
    RegistrationService,
    RoleService,
    SecondFactorService,
    SessionService,
    TokenService,
)
from shop.services.addresses import AddressService
from shop.services.backup import BackupService, RestoreService
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
from shop.services.finding import FindingService
from shop.services.health import HealthService
from shop.services.images import ImageService
from shop.services.jobs import JobService
from shop.services.log_shipping import LogShippingService
from shop.services.logs import LogReadingService
from shop.services.merging import MergingService
from shop.services.names import ContributorService, PublisherService, SeriesService
from shop.services.notifications import NotificationService
from shop.services.order_care import OrderCareService
from shop.services.order_lines import OrderLineService
from shop.services.order_links import OrderLinks
from shop.services.order_moments import OrderMomentService
from shop.services.order_queue import OrderQueueService
from shop.services.order_returns import OrderReturnService
from shop.services.orders import OrderService
from shop.services.outbox import OutboxService
from shop.services.parts import PartsService
from shop.services.payments import PaymentService
from shop.services.picture_files import PictureFileService
from shop.services.readings import ReadingService
from shop.services.recently_viewed import RecentlyViewedService
from shop.services.refunds import RefundService
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
from shop.services.staff_search import StaffSearchService
from shop.services.supplies import SupplyService
from shop.services.trail import TrailService


@dataclass(frozen=True)
class Services:
    account_mails: AccountMails
    accounts: AccountService
    addresses: AddressService
    api_keys: ApiKeyService
    backups: BackupService
    book_editing: BookWritingService
    book_import: ImportService
    book_merging: BookMergingService
    book_lists: BookListService
    bulk_edits: BulkEditService
    cart: CartService
    catalogue: CatalogueService
    categories: CategoryService
    checkout: CheckoutService
    content: ContentService
    contributors: ContributorService
    desk: DeskService
    discovery: DiscoveryService
    emails: EmailService
    finding: FindingService
    health: HealthService
    images: ImageService
    jobs: JobService
    log_shipping: LogShippingService
    logs: LogReadingService
    merging: MergingService
    notifications: NotificationService
    order_care: OrderCareService
    order_lines: OrderLineService
    order_links: OrderLinks
    order_moments: OrderMomentService
    order_queue: OrderQueueService
    order_returns: OrderReturnService
    orders: OrderService
    outbox: OutboxService
    parts: PartsService
    passwords: PasswordService
    payments: PaymentService
    people: PeopleService
    personal_data: PersonalDataService
    picture_files: PictureFileService
    publishers: PublisherService
    readings: ReadingService
    recently_viewed: RecentlyViewedService
    refunds: RefundService
    registration: RegistrationService
    renditions: RenditionService
    repeats: RepeatService
    reports: ReportService
    restoring: RestoreService
    roles: RoleService
    sales: SalesService
    search: SearchService
    second_factor: SecondFactorService
    series: SeriesService
    sessions: SessionService
    settings: SettingsService
    shelves: ShelfService
    shipping: ShippingService
    shop_window: ShopWindowService
    saved_views: SavedViewService
    sitemap: SitemapService
    staff_books: StaffBookService
    supplies: SupplyService
    trail: TrailService
    staff_search: StaffSearchService
    tokens: TokenService
