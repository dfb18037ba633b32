"""Ways to a book other than its name: the series, the publisher, the shelf where it used to be."""

from __future__ import annotations

from shop.models import Book, Category, Publisher, Series
from shop.repositories.base import Sessions
from shop.repositories.book_lists import BookListRepository
from shop.repositories.catalogue import CategoryRepository, PublisherRepository, SeriesRepository
from shop.repositories.paging import Page
from shop.services.base import EntityBaseService
from shop.services.catalogue_reads import reads_catalogue


class DiscoveryService(EntityBaseService[Book]):
    def __init__(
        self,
        session: Sessions,
        lists: BookListRepository,
        publishers: PublisherRepository,
        series: SeriesRepository,
        categories: CategoryRepository,
    ) -> None:
        super().__init__(session, lists)
        self.lists = lists
        self.publishers = publishers
        self.all_series = series
        self.categories = categories

    @reads_catalogue
    def publisher(self, publisher_id: int) -> Publisher:
        with self.transaction():
            return self.publishers.get(publisher_id)

    @reads_catalogue
    def of_publisher(self, publisher_id: int, page: int, limit: int) -> Page[Book]:
        """Its books, the latest in the shop first."""
        with self.transaction():
            return self.lists.of_publisher(publisher_id, page, limit)

    @reads_catalogue
    def series(self, series_id: int) -> Series:
        with self.transaction():
            return self.all_series.get(series_id)

    @reads_catalogue
    def of_series(self, series_id: int, page: int, limit: int) -> Page[Book]:
        """Its books by number, those without one last."""
        with self.transaction():
            return self.lists.of_series(series_id, page, limit)

    @reads_catalogue
    def former_category(self, path: str) -> Category:
        """The category that used to be at this path; NotFound when there was none."""
        with self.transaction():
            return self.categories.by_former_path(path)
