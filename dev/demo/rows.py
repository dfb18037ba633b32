"""The catalogue as the shop's own entities."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dev.demo.entries import Work
from dev.demo.invention import VAT_10_PERCENT, Edition, edition
from dev.demo.reading import Catalogue
from shop.models import (
    Book,
    BookContributor,
    Category,
    Contributor,
    Publisher,
    Series,
    Shelf,
    ShelfEntry,
    StockRecord,
)
from shop.models.columns import today
from shop.models.slugs import slug


class BookMaker:
    """Makes books out of works; what books hang on is made once and shared."""

    def __init__(self, catalogue: Catalogue, now: datetime) -> None:
        self.catalogue = catalogue
        self.now = now
        self.people = {
            key: Contributor(
                name=person.name,
                sort_name=person.sort,
                name_en=person.name_en,
                slug=person.slug,
            )
            for key, person in catalogue.people.items()
        }
        self.publishers = {
            key: Publisher(name=imprint.name, slug=slug(imprint.name))
            for key, imprint in catalogue.imprints.items()
        }
        self.series = {
            series.name: Series(name=series.name, slug=slug(series.name))
            for series in catalogue.series
        }

    def books(self, categories: dict[str, Category]) -> list[Book]:
        """Every work as a book; `categories` are the rows of the tree by slug."""
        return [self._book(work, categories) for work in self.catalogue.works]

    def _book(self, work: Work, categories: dict[str, Category]) -> Book:
        invented = edition(work, self.catalogue)
        series, number = self.catalogue.places.get(work.key, (None, None))
        return Book(
            isbn=invented.isbn,
            sku=invented.sku,
            slug=work.slug,
            title=work.title,
            subtitle=work.subtitle,
            publisher=self.publishers[invented.imprint],
            series=self.series[series.name] if series else None,
            series_number=number,
            language=work.language,
            format=invented.format,
            published_year=work.year,
            pages=work.pages,
            age_mark=work.age,
            weight_grams=invented.weight_grams,
            description=work.blurb,
            list_price=invented.list_price,
            discount_percent=invented.discount_percent,
            vat_code=VAT_10_PERCENT,
            released_on=self._release(work),
            created_at=self._arrival(invented),
            categories=[categories[name] for name in work.categories],
            contributors=self._contributors(work),
            stock=StockRecord(num_in_stock=invented.num_in_stock),
        )

    def _contributors(self, work: Work) -> list[BookContributor]:
        return [
            BookContributor(contributor=self.people[person], role=role, position=position)
            for position, (role, person) in enumerate(work.credits)
        ]

    def _release(self, work: Work) -> date | None:
        """In the shop's calendar; None for what has long been out."""
        return today() + timedelta(days=work.out_in_days) if work.out_in_days else None

    def _arrival(self, invented: Edition) -> datetime:
        """Minutes keep the order of books of one day the same everywhere."""
        minutes = int(invented.isbn[5:12]) % (24 * 60)
        return self.now - timedelta(days=invented.arrived_days_ago, minutes=minutes)


def shelves(catalogue: Catalogue, books: dict[str, Book]) -> list[Shelf]:
    """A row for each shelf of the window; `books` are the works' rows by key."""
    rows = []
    for position, shelf in enumerate(catalogue.shelves):
        texts = shelf.model_dump(exclude={"entry", "works"})
        cards = [card.model_dump() for card in shelf.entry] + [{"work": key} for key in shelf.works]
        entries = [
            ShelfEntry(book=books[card.pop("work")], position=place, **card)
            for place, card in enumerate(cards)
        ]
        rows.append(Shelf(position=position, entries=entries, **texts))
    return rows


def tree(catalogue: Catalogue) -> list[Category]:
    """A row for each category, without its parent: that needs a primary key first."""
    return [
        Category(
            name=category.name,
            name_ru=category.name_ru,
            slug=category.slug,
            path=path,
            position=position,
        )
        for path, category, position in catalogue.tree()
    ]
