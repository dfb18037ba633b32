"""Books as staff and their programs put them on sale, correct them and take them off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from shop.errors import Stale
from shop.models import (
    Book,
    BookContributor,
    Category,
    Contributor,
    ContributorRole,
    Permission,
    StockRecord,
    User,
)
from shop.models.columns import utcnow
from shop.models.slugs import slug
from shop.repositories.audit import AuditRepository, Facts
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.catalogue import CategoryRepository
from shop.repositories.outbox import OutboxRepository
from shop.repositories.shelves import ShelfRepository
from shop.repositories.stock import StockRepository
from shop.repositories.supplies import SupplyRepository
from shop.services.base import retried
from shop.services.editing import EditingService, Values, plain, refused, still_needed, unknown
from shop.services.named_by_staff import NamedByStaff
from shop.services.outbox import Topic

COLUMNS = (
    *("isbn", "sku", "title", "subtitle", "publisher_id", "series_id", "series_number"),
    *("language", "format", "published_year", "pages", "age_mark", "weight_grams"),
    *("description", "list_price", "discount_percent", "status", "released_on"),
)
# A person's id, and what they did.
Credit = tuple[int, ContributorRole]


class BookEditingService(EditingService[Book]):
    """`values` have columns by name, `contributors` as credits, `category_ids`, `num_in_stock`.

    `named` knows whom a book names. Who counts copies says what they saw: `recount`, or
    `amend_row`.
    """

    NOUN = "book"
    PERMISSION = Permission.EDIT_BOOKS
    FIELDS = COLUMNS
    BESIDES = ("contributors", "category_ids", "num_in_stock")
    # Its pictures and its place on shelves would be missing.
    COMES_BACK = False

    def __init__(
        self,
        session: Sessions,
        books: BookRepository,
        named: NamedByStaff,
        categories: CategoryRepository,
        shelves: ShelfRepository,
        stock: StockRepository,
        outbox: OutboxRepository,
        supplies: SupplyRepository,
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, books, audit)
        self.books = books
        self.named = named
        self.categories = categories
        self.shelves = shelves
        self.stock = stock
        self.outbox = outbox
        self.supplies = supplies

    def _made(self, values: Values) -> Book:
        given = dict(values)
        stock = StockRecord(num_in_stock=given.pop("num_in_stock", 0))
        book = Book(stock=stock, contributors=[], categories=[], images=[])
        self._change(book, given)
        return book

    @retried
    def amend_row(self, key: int, version: int, seen: int, values: Values, by: User) -> Book:
        """As `amend`, with the copies counted; Stale also when those on the shelves are not `seen`
        any more, Conflict when fewer are counted than are promised to orders."""
        with self.transaction():
            if self.stock.get(key).num_in_stock != seen:
                raise Stale()
            return self.amend(key, version, values, by)

    @retried
    def put_back(self, key: int, facts: Facts, seen: Facts, by: User, undoes: int) -> None:
        with self.transaction():
            if "num_in_stock" in facts:
                # Copies have no version: until the end nobody else counts or takes them.
                self.stock.locked(key)
            super().put_back(key, facts, seen, by, undoes)

    def _values(self, facts: Facts) -> dict[str, Any]:
        values = super()._values(facts)
        if "contributors" in facts:
            values["contributors"] = [
                (each["id"], ContributorRole(each["role"])) for each in facts["contributors"]
            ]
        others = ("category_ids", "num_in_stock")
        return values | {name: facts[name] for name in others if name in facts}

    def _change(self, entity: Book, values: Values) -> None:
        if entity.id and "num_in_stock" in values:
            self._recount(entity, values["num_in_stock"])
        # What is asked of the database comes first: a half-changed book is not to be written.
        self._refuse_unknown_houses(values)
        credits = self._credits(values.get("contributors", ()))
        filed = self._filed(values.get("category_ids", ()))
        former = entity.title
        for name in COLUMNS:
            if name in values:
                setattr(entity, name, values[name])
        if "contributors" in values:
            credit(entity, credits)
        if "category_ids" in values:
            entity.categories = filed
        name_anew(entity, former)

    def _recount(self, book: Book, counted: int) -> None:
        if counted != book.stock.num_in_stock:
            if not self.stock.recount(book.id, book.stock.num_in_stock, counted):
                raise Stale()
            self.session.refresh(book.stock)

    def _credits(self, given: Sequence[Credit]) -> list[tuple[Contributor, ContributorRole]]:
        people = self.named.contributors.by_ids(person for person, _ in given)
        _refuse_unknown("contributors", {person for person, _ in given} - people.keys())
        return [(people[person], role) for person, role in given]

    def _filed(self, ids: Sequence[int]) -> list[Category]:
        found = self.categories.by_ids(ids)
        _refuse_unknown("category_ids", set(ids) - found.keys())
        return list(found.values())

    def _refuse_unknown_houses(self, values: Values) -> None:
        for kind, houses in self.named.houses.items():
            field = f"{kind}_id"
            if (key := values.get(field)) is not None:
                _refuse_unknown(field, {key} - houses.by_ids([key]).keys())

    def _touch(self, entity: Book) -> None:
        entity.updated_at = utcnow()

    def _let_go(self, entity: Book) -> None:
        """A book that was sold may go: lines of orders keep title, ISBN and price."""
        if promised := self.stock.locked(entity.id).num_allocated:
            sentence = _l("Copies are promised to orders: %(number)s.", number=promised)
            raise still_needed("orders", sentence)
        if shelves := self.shelves.names_with(entity):
            sentence = _l("This book stands in the window: %(names)s.", names=", ".join(shelves))
            raise still_needed("shelves", sentence)
        for image in entity.images:
            self.outbox.put(
                Topic.UNUSED_FILES, f"unused-{image.id}", store=image.store, keys=image.keys
            )

    def _facts(self, entity: Book) -> Facts:
        return facts_of(entity)


def facts_of(book: Book) -> Facts:
    """All that the trail tells of a book."""
    columns = {name: plain(getattr(book, name)) for name in COLUMNS}
    people = [{"id": each.contributor_id, "role": each.role} for each in book.contributors]
    filed = sorted(each.id for each in book.categories)
    return columns | {
        "contributors": people,
        "category_ids": filed,
        "num_in_stock": book.stock.num_in_stock,
    }


def name_anew(book: Book, former_title: str | None) -> None:
    """The address follows the title; what was given no SKU goes by its ISBN."""
    if book.title != former_title:
        book.slug = slug(book.title) or "book"
    book.sku = book.sku or book.isbn or ""
    if not book.sku:
        raise refused("sku", _l("Give an ISBN or a SKU."))


def credit(book: Book, credits: Sequence[tuple[Contributor, ContributorRole]]) -> None:
    """Put these in place of the book's, in the order of the title page."""
    kept = {(each.contributor_id, each.role): each for each in book.contributors}
    placed = []
    for position, (person, role) in enumerate(credits):
        credit = kept.get((person.id, role)) or BookContributor(
            contributor=person, contributor_id=person.id, role=role
        )
        credit.position = position
        placed.append(credit)
    book.contributors = placed


def _refuse_unknown(field: str, ids: set[int]) -> None:
    if ids:
        raise unknown(field, ids)
