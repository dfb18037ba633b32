"""Books and what they hang on: contributors, publishers, series, a tree of categories."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.extensions import Base
from shop.models import isbn as isbn_rules
from shop.models.columns import Id, Instant, Money, Name, Version, choice, today, utcnow

if TYPE_CHECKING:
    from shop.models.images import Image
    from shop.models.stock import StockRecord


LONGEST_TITLE = 1000
MOST_TITLE_BYTES = 2600
LONGEST_PATH = 600
# Years of age from which a book may be read: federal law 436-FZ of 2010, article 6.
AGE_MARKS = (0, 6, 12, 16, 18)


class BookFormat(StrEnum):
    HARDCOVER = "hardcover"
    PAPERBACK = "paperback"
    POCKET = "pocket"
    GIFT = "gift"


class BookStatus(StrEnum):
    """Staff alone see a draft; what is withdrawn keeps its page, but nobody can buy or find it."""

    DRAFT = "draft"
    ON_SALE = "on_sale"
    WITHDRAWN = "withdrawn"


class ContributorRole(StrEnum):
    AUTHOR = "author"
    TRANSLATOR = "translator"
    EDITOR = "editor"
    ILLUSTRATOR = "illustrator"


# What a name sounds like, whichever the alphabet and the order of its words: `djein osten`.
# Names that share it may be doubles. The database makes it, and nobody reads it with the rest.
Likeness = str | None


def sounding(name: str) -> Mapped[Likeness]:
    """The likeness of the column of this name."""
    made = Computed(f"likeness_of({name})", persisted=True)
    return mapped_column(Text, made, index=True, deferred=True)


class NameKind(StrEnum):
    """What may turn out to be there twice. The nouns of the trail."""

    CONTRIBUTOR = "contributor"
    PUBLISHER = "publisher"
    SERIES = "series"


class Contributor(Base):
    """A person who made books: an author, a translator, an editor, an illustrator."""

    __tablename__ = "contributors"
    __table_args__ = (
        Index("ix_contributors_name_en", "name_en", postgresql_where=text("name_en IS NOT NULL")),
        Index("ix_contributors_sort_name_id", "sort_name", "id"),
    )

    id: Mapped[Id]
    name: Mapped[Name] = mapped_column(index=True)
    # "Толстой, Лев": what a list of people is sorted by.
    sort_name: Mapped[Name]
    # The name in Latin letters, where `name` is in others.
    name_en: Mapped[str | None] = mapped_column(String(300))
    slug: Mapped[str] = mapped_column(String(200))
    likeness: Mapped[Likeness] = sounding("name")
    likeness_en: Mapped[Likeness] = sounding("name_en")
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def name_in(self, language: str) -> str:
        """The name as a book or a page in this language (ISO 639-1) writes it."""
        return self.name if language == "ru" else self.name_en or self.name


class Publisher(Base):
    __tablename__ = "publishers"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(300), unique=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    likeness: Mapped[Likeness] = sounding("name")
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Series(Base):
    __tablename__ = "series"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(300), unique=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    likeness: Mapped[Likeness] = sounding("name")
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Category(Base):
    """A place in the tree. `path` is the slugs from the root: `fiction/russian-classics`."""

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint("path = slug OR path LIKE '%/' || slug", name="path_ends_with_slug"),
        Index("ix_categories_path_prefix", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    name: Mapped[Name]
    name_ru: Mapped[str | None] = mapped_column(String(300))
    slug: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(LONGEST_PATH), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    # A trigger counts it on where a category above has moved.
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class MergedName(Base):
    """An author, publisher or series that turned out to be another one: its address leads there,
    and so does what files call it."""

    __tablename__ = "merged_names"
    __table_args__ = (
        CheckConstraint("kind IN ('contributor', 'publisher', 'series')", name="kind_known"),
    )

    kind: Mapped[NameKind] = mapped_column(String(20), primary_key=True)
    old_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    old_slug: Mapped[str] = mapped_column(String(200))
    old_name: Mapped[str | None] = mapped_column(String(300))
    old_name_en: Mapped[str | None] = mapped_column(String(300))
    # No foreign key: it is of one of three tables, and may be gone, and come back.
    new_id: Mapped[int]


class FormerCategoryPath(Base):
    """Where a category was before it moved. A trigger on `categories` writes these."""

    __tablename__ = "former_category_paths"

    path: Mapped[str] = mapped_column(String(LONGEST_PATH), primary_key=True)
    category_id: Mapped[int] = mapped_column(
        ForeignKey("categories.id", ondelete="CASCADE"), index=True
    )


book_categories = Table(
    "book_categories",
    Base.metadata,
    Column("book_id", ForeignKey("books.id", ondelete="CASCADE"), primary_key=True),
    Column("category_id", ForeignKey("categories.id"), primary_key=True, index=True),
)


class BookContributor(Base):
    """Who did what for a book, in the order in which the title page names them."""

    __tablename__ = "book_contributors"

    book_id: Mapped[int] = mapped_column(
        ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    contributor_id: Mapped[int] = mapped_column(
        ForeignKey("contributors.id"), primary_key=True, index=True
    )
    role: Mapped[ContributorRole] = mapped_column(
        choice(ContributorRole, "role"), primary_key=True, default=ContributorRole.AUTHOR
    )
    position: Mapped[int] = mapped_column(default=0)

    contributor: Mapped[Contributor] = relationship(lazy="raise_on_sql")


class Book(Base):
    """A title on sale. `price` is what the shopper pays; only the database computes it."""

    __tablename__ = "books"
    __table_args__ = (
        CheckConstraint(isbn_rules.check_constraint_sql("isbn"), name="isbn_check_digit"),
        CheckConstraint("list_price > 0", name="list_price_positive"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("discount_percent BETWEEN 0 AND 90", name="discount_percent_range"),
        CheckConstraint("age_mark IN (0, 6, 12, 16, 18)", name="age_mark_known"),
        CheckConstraint("vat_code BETWEEN 1 AND 12", name="vat_code_known"),
        CheckConstraint("pages > 0", name="pages_positive"),
        CheckConstraint("weight_grams > 0", name="weight_grams_positive"),
        CheckConstraint("published_year BETWEEN -3000 AND 2200", name="published_year_range"),
        CheckConstraint("language ~ '^[a-z]{2}$'", name="language_iso_639_1"),
        CheckConstraint("title <> ''", name="title_given"),
        # A row of an index holds no more, and titles are sorted by one.
        CheckConstraint(f"octet_length(title) <= {MOST_TITLE_BYTES}", name="title_indexable"),
        Index("ix_books_price", "price"),
        Index("ix_books_created_at_id", "created_at", "id"),
        Index("ix_books_appeared_at_id", "appeared_at", "id"),
        Index(
            "ix_books_released_on_id",
            "released_on",
            "id",
            postgresql_where=text("released_on IS NOT NULL"),
        ),
        Index(
            "ix_books_discount_percent_id",
            text("discount_percent DESC"),
            "id",
            postgresql_where=text("discount_percent > 0"),
        ),
        Index("ix_books_folded_title_id", "folded_title", "id"),
        Index("ix_books_updated_at_id", "updated_at", "id"),
        Index("ix_books_status_id", "status", "id", postgresql_where=text("status <> 'on_sale'")),
    )

    id: Mapped[Id]
    # None for what was never given one: it goes by its SKU.
    isbn: Mapped[str | None] = mapped_column(String(13), unique=True)
    sku: Mapped[str] = mapped_column(String(64), unique=True)
    slug: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE), index=True)
    # What titles are sorted by, and doubles found by: no capitals, no accents.
    folded_title: Mapped[str] = mapped_column(
        Text(collation="C"), Computed("fold(title)", persisted=True), deferred=True
    )
    subtitle: Mapped[str | None] = mapped_column(String(500))
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publishers.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    series_number: Mapped[int | None]
    # ISO 639-1.
    language: Mapped[str] = mapped_column(String(2), index=True)
    format: Mapped[BookFormat] = mapped_column(choice(BookFormat, "format"))
    # The year of the work's first publication.
    published_year: Mapped[int | None]
    pages: Mapped[int | None]
    # 0+, 6+, 12+, 16+ or 18+, by Federal Law 436-FZ of 29 December 2010, article 6.
    age_mark: Mapped[int] = mapped_column(default=0)
    weight_grams: Mapped[int | None]
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    list_price: Mapped[Money]
    discount_percent: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # PostgreSQL's round() of numeric is half away from zero: ROUND_HALF_UP for a price.
    price: Mapped[Money] = mapped_column(
        Computed("round(list_price * (100 - discount_percent) / 100, 2)", persisted=True)
    )
    currency: Mapped[str] = mapped_column(String(3), default="RUB", server_default="RUB")
    status: Mapped[BookStatus] = mapped_column(
        choice(BookStatus, "status"),
        default=BookStatus.ON_SALE,
        server_default=BookStatus.ON_SALE.value,
    )
    # YooKassa's code for the receipt; 3 is the 10 % of books (Tax Code, article 164, 2.3):
    # https://yookassa.ru/developers/payment-acceptance/receipts/54fz/parameters-values#vat-codes
    vat_code: Mapped[int] = mapped_column(default=3, server_default=text("3"))
    # The day on which it goes on sale; None where it has been on sale from the start.
    released_on: Mapped[date | None]
    created_at: Mapped[Instant] = mapped_column(default=utcnow, server_default=func.now())
    # When it came into the shop or came out, whatever was later.
    appeared_at: Mapped[Instant] = mapped_column(
        Computed("greatest(created_at, released_on::timestamp AT TIME ZONE 'UTC')", persisted=True)
    )
    updated_at: Mapped[Instant] = mapped_column(
        default=utcnow, onupdate=utcnow, server_default=func.now()
    )
    version: Mapped[Version] = mapped_column()

    publisher: Mapped[Publisher | None] = relationship(lazy="raise_on_sql")
    series: Mapped[Series | None] = relationship(lazy="raise_on_sql")
    categories: Mapped[list[Category]] = relationship(
        secondary=book_categories, lazy="raise_on_sql", order_by=Category.path
    )
    contributors: Mapped[list[BookContributor]] = relationship(
        lazy="raise_on_sql", order_by=BookContributor.position, cascade="all, delete-orphan"
    )
    stock: Mapped[StockRecord] = relationship(
        lazy="raise_on_sql", back_populates="book", cascade="all, delete-orphan", uselist=False
    )
    images: Mapped[list[Image]] = relationship(
        lazy="raise_on_sql",
        back_populates="book",
        order_by="Image.position, Image.id",
        cascade="all, delete-orphan",
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def authors(self) -> list[Contributor]:
        return [c.contributor for c in self.contributors if c.role is ContributorRole.AUTHOR]

    @property
    def author_names(self) -> str:
        """The authors as the title page has them."""
        return ", ".join(author.name_in(self.language) for author in self.authors)

    @property
    def in_stock(self) -> bool:
        return self.num_available > 0

    @property
    def num_available(self) -> int:
        """Copies that can be ordered now: none before it comes out or when it is off sale."""
        return self.stock.num_available if self.is_on_sale and not self.is_coming else 0

    @property
    def is_on_sale(self) -> bool:
        """Whether shoppers find it. A new one is, until something else is said."""
        return self.status in (None, BookStatus.ON_SALE)

    @property
    def is_draft(self) -> bool:
        """Whether staff alone may know of it."""
        return self.status is BookStatus.DRAFT

    @property
    def is_coming(self) -> bool:
        """Whether the day on which it goes on sale is still to come, by the shop's calendar."""
        return self.released_on is not None and self.released_on > today()

    @property
    def pictures(self) -> list[Image]:
        """Those that have their sizes, in order: what pages show."""
        return [image for image in self.images if image.has_sizes]

    @property
    def cover(self) -> Image | None:
        """The first of them; none until a worker has made its sizes."""
        return next(iter(self.pictures), None)

    def reprice(self, list_price: Decimal, discount_percent: int) -> None:
        """Set the price before discount and the discount; the database computes what is paid."""
        self.list_price = list_price
        self.discount_percent = discount_percent
