"""The shapes of the JSON API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from shop.api.answers import ListOut
from shop.models import Book, BookStatus, Image, ImageState, Trouble
from shop.web.urls import absolute, book_url, media_url


class Money(BaseModel):
    """A sum: decimal digits as text, and ISO 4217's code."""

    amount: str
    currency: str


def money(amount: Decimal, currency: str = "RUB") -> Money:
    return Money(amount=f"{amount:.2f}", currency=currency)


class Named(BaseModel):
    id: int
    name: str
    slug: str


class ContributorOut(Named):
    role: str


class CategoryOut(Named):
    path: str


class SeriesOut(Named):
    number: int | None


class Cover(BaseModel):
    url: str
    # Pixels.
    width: int
    height: int


class RenditionOut(Cover):
    """One size of a picture."""

    media_type: str


class ImageOut(BaseModel):
    """A picture of a book. It has no renditions until a worker has made them."""

    id: int
    alt: str
    position: int
    state: ImageState
    # Percent of its sizes that are made.
    progress: int
    # Why its sizes could not be made, the last time that it was tried.
    trouble: Trouble | None
    # `#rrggbb`: what may stand in its place until it is there.
    colour: str | None
    # Pixels of the original.
    width: int
    height: int
    renditions: list[RenditionOut]


class BookOut(BaseModel):
    """A book. `price` is what the shopper pays, `list_price` what it is before the discount."""

    id: int
    isbn: str | None
    sku: str
    slug: str
    url: str
    title: str
    subtitle: str | None
    authors: list[Named]
    contributors: list[ContributorOut]
    publisher: Named | None
    series: SeriesOut | None
    categories: list[CategoryOut]
    language: str
    format: str
    published_year: int | None
    pages: int | None
    age_mark: int
    weight_grams: int | None
    description: str
    price: Money
    list_price: Money
    discount_percent: int
    in_stock: bool
    # The day, in the shop's time zone, on which it comes out; before it, it is not in stock.
    released_on: date | None
    cover: Cover | None
    # Only for those who may see the stock.
    num_in_stock: int = 0
    # Only for those who may edit books.
    status: BookStatus | None = None
    # With include=images.
    images: list[ImageOut] = []


class BookList(ListOut[BookOut]):
    """Books."""


# What a book has under the same name.
PLAIN = (
    *("id", "isbn", "sku", "slug", "title", "subtitle", "language", "published_year", "pages"),
    *("age_mark", "description", "discount_percent", "in_stock"),
    *("weight_grams", "released_on"),
)


def book_out(
    book: Book, *, with_stock: bool, with_status: bool = False, with_images: bool = False
) -> BookOut:
    """A book as the API shows it; stock and status only to staff, `images` only if asked for."""
    values = _book_values(book)
    if with_stock:
        values["num_in_stock"] = book.stock.num_in_stock
    if with_status:
        values["status"] = book.status
    if with_images:
        values["images"] = [image_out(image) for image in book.images]
    return BookOut(**values)


def _book_values(book: Book) -> dict[str, Any]:
    return {
        **{name: getattr(book, name) for name in PLAIN},
        "url": absolute(book_url(book)),
        "format": str(book.format),
        "authors": [_named(author) for author in book.authors],
        "contributors": [
            ContributorOut(**_named(c.contributor).model_dump(), role=str(c.role))
            for c in book.contributors
        ],
        "publisher": _named(book.publisher) if book.publisher else None,
        "series": (
            SeriesOut(**_named(book.series).model_dump(), number=book.series_number)
            if book.series
            else None
        ),
        "categories": [
            CategoryOut(id=c.id, name=c.name, slug=c.slug, path=c.path) for c in book.categories
        ],
        "price": money(book.price, book.currency),
        "list_price": money(book.list_price, book.currency),
        "cover": _cover(book.cover),
    }


def _named(entity: Any) -> Named:
    return Named(id=entity.id, name=entity.name, slug=entity.slug)


def image_out(image: Image) -> ImageOut:
    return ImageOut(
        id=image.id,
        alt=image.alt,
        position=image.position,
        state=image.state,
        progress=image.progress,
        trouble=image.trouble,
        colour=image.colour,
        width=image.width,
        height=image.height,
        renditions=[
            RenditionOut(
                url=absolute(media_url(each)),
                width=each.width,
                height=each.height,
                media_type=each.media_type,
            )
            for each in image.renditions
        ],
    )


def _cover(image: Image | None) -> Cover | None:
    if image is None:
        return None
    largest = image.renditions[-1]
    return Cover(url=absolute(media_url(largest)), width=largest.width, height=largest.height)
