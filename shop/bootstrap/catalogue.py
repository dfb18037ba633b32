"""The services of the catalogue, for shoppers and for staff, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shop.bootstrap.repositories import Repositories
from shop.gateways.shared_cache import Shared
from shop.models import NameKind
from shop.repositories.base import Sessions
from shop.repositories.beside import BesideRepository
from shop.repositories.book_index.book_index import BookIndex
from shop.repositories.catalogue import NameRepository
from shop.repositories.double_books import DoubleBooksRepository
from shop.repositories.indexed_books import IndexedBooks
from shop.repositories.search import SuggestionRepository, VocabularyKeeper
from shop.repositories.sitemap import SitemapRepository
from shop.repositories.staff_search import StaffSearchRepository
from shop.services.book_import import ImportService
from shop.services.book_lists import BookListService
from shop.services.book_merging import BookMergingService
from shop.services.book_writing import BookWritingService
from shop.services.bulk_edits import BulkEditService
from shop.services.catalogue import CatalogueService
from shop.services.categories import CategoryService
from shop.services.discovery import DiscoveryService
from shop.services.finding import FindingService
from shop.services.merging import MergingService
from shop.services.named_by_staff import NamedByStaff
from shop.services.names import ContributorService, PublisherService, SeriesService
from shop.services.search import SearchService
from shop.services.shelves import ShelfService
from shop.services.shop_window import ShopWindowService
from shop.services.sitemap import SitemapService
from shop.services.staff_books import StaffBookService
from shop.services.staff_search import StaffSearchService
from shop.services.supplies import SupplyService


@dataclass(frozen=True)
class CatalogueServices:
    """By the names that the registry has for them."""

    book_editing: BookWritingService
    book_import: ImportService
    book_lists: BookListService
    book_merging: BookMergingService
    bulk_edits: BulkEditService
    catalogue: CatalogueService
    categories: CategoryService
    contributors: ContributorService
    discovery: DiscoveryService
    finding: FindingService
    merging: MergingService
    publishers: PublisherService
    search: SearchService
    series: SeriesService
    shelves: ShelfService
    shop_window: ShopWindowService
    sitemap: SitemapService
    staff_books: StaffBookService
    staff_search: StaffSearchService
    supplies: SupplyService


def catalogue_services(
    session: Sessions, repositories: Repositories, shared: Shared, nudge: Callable[[], None]
) -> CatalogueServices:
    """`nudge` asks for the job that goes on with bulk edits."""
    books, audit, shelves = repositories.books, repositories.audit, repositories.shelves
    indexed = IndexedBooks(session, BookIndex(), BookIndex())
    suggestions = SuggestionRepository(session)
    return CatalogueServices(
        book_editing=_book_writing(session, repositories),
        book_import=ImportService(session, repositories.imported_books, repositories.stock),
        book_lists=BookListService(session, repositories.book_lists),
        book_merging=BookMergingService(session, books, DoubleBooksRepository(session), audit),
        bulk_edits=BulkEditService(
            session,
            repositories.bulk_edits,
            books,
            repositories.bulk_books,
            repositories.categories,
            repositories.stock,
            repositories.imported_books,
            nudge,
        ),
        catalogue=CatalogueService(
            session,
            books,
            BesideRepository(session),
            repositories.contributors,
            shelves,
            repositories.stock,
            audit,
        ),
        categories=CategoryService(session, repositories.categories, indexed, audit),
        contributors=ContributorService(session, repositories.contributors, audit),
        discovery=DiscoveryService(
            session,
            repositories.book_lists,
            repositories.publishers,
            repositories.series,
            repositories.categories,
        ),
        finding=FindingService(session, books, repositories.contributors, indexed, shared),
        merging=_merging(session, repositories),
        publishers=PublisherService(session, repositories.publishers, audit),
        search=SearchService(session, books, suggestions, VocabularyKeeper(session)),
        series=SeriesService(session, repositories.series, audit),
        shelves=ShelfService(session, shelves, books, audit),
        shop_window=ShopWindowService(session, shelves, repositories.book_lists, indexed),
        sitemap=SitemapService(session, shelves, SitemapRepository(session)),
        staff_books=StaffBookService(session, books, repositories.categories),
        staff_search=StaffSearchService(
            session, books, StaffSearchRepository(session, books, suggestions)
        ),
        supplies=SupplyService(session, repositories.supplies, audit),
    )


def _book_writing(session: Sessions, repositories: Repositories) -> BookWritingService:
    named = NamedByStaff(
        repositories.contributors,
        repositories.publishers,
        repositories.series,
        repositories.imported_books,
        repositories.audit,
    )
    return BookWritingService(
        session,
        repositories.books,
        named,
        repositories.categories,
        repositories.shelves,
        repositories.stock,
        repositories.outbox,
        repositories.supplies,
        repositories.audit,
    )


def _merging(session: Sessions, repositories: Repositories) -> MergingService:
    names: dict[NameKind, NameRepository[Any]] = {
        NameKind.CONTRIBUTOR: repositories.contributors,
        NameKind.PUBLISHER: repositories.publishers,
        NameKind.SERIES: repositories.series,
    }
    return MergingService(session, names, repositories.doubles, repositories.audit)
