"""The books, the people and the parcels of the shop that the browser visits."""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal

from PIL import Image, ImageDraw

from shop.extensions import db
from shop.models import Book, Category, Contributor, RoleCode, User
from shop.web.services import services
from tests import factories

COLOURS = ("#7a2e22", "#24435c", "#3f5a3c", "#6b5a2a")
ADMIN, READER = "admin@example.org", "anna@example.org"


@dataclass(frozen=True)
class Shelf:
    """`novel` is on the shelf many times, `last` once, `gone` not at all."""

    novel: Book
    poems: Book
    last: Book
    gone: Book
    prose: Category
    austen: Contributor


def address(book: Book) -> str:
    return f"/books/{book.slug}-{book.id}"


def fill() -> Shelf:
    """Put it all into the empty shop whose context is open."""
    services.shipping.seed()
    prose = factories.save(factories.category("prose", name="Prose", name_ru="Проза"))
    novels = factories.category("novels", prose, name="Novels", name_ru="Романы")
    verse = factories.category("verse", name="Verse", name_ru="Стихи")
    austen = factories.author("Jane Austen")
    pushkin = factories.author("Александр Пушкин")
    shelf = Shelf(
        novel=_book(
            "Persuasion",
            austen,
            novels,
            stock=20,
            published_year=1817,
            publisher=factories.publisher("Red & Black, publishers of long names since 1903"),
            series=factories.series("Library of long evenings and slow trains"),
            series_number=3,
        ),
        poems=_book(
            "Руслан и Людмила", pushkin, verse, language="ru", stock=9, discount_percent=20
        ),
        last=_book("Emma", austen, novels, stock=1, list_price=Decimal("650.00")),
        gone=_book("Sanditon", austen, novels, stock=0, list_price=Decimal("900.00")),
        prose=prose,
        austen=austen,
    )
    books = (shelf.novel, shelf.poems, shelf.last, shelf.gone)
    factories.save(*books)
    # In one transaction, so that the worker finds nothing left to do.
    with services.images.transaction():
        for book, colour in zip(books, COLOURS, strict=True):
            picture = services.images.attach_cover(book.id, _cover(colour), "")
            services.renditions.make(picture.id)
    return shelf


def person(email: str, role: RoleCode) -> User:
    """An account with factories.PASSWORD."""
    return factories.user(services, role, email)


def _book(title: str, author: Contributor, category: Category, **values: object) -> Book:
    text = "One paragraph about this book, long enough to be read.\n\nAnd another one."
    return factories.book(
        authors=[author], title=title, categories=[category], description=text, **values
    )


def more_pictures(book: Book) -> None:
    """Two more of them, one wider than its cover and one narrower."""
    with services.images.transaction():
        for size, alt in (((600, 300), "An open book"), ((200, 500), "")):
            picture = services.images.attach_cover(book.id, _cover("#24435c", size), alt)
            services.renditions.make(picture.id)


def _cover(colour: str, size: tuple[int, int] = (330, 480)) -> bytes:
    picture = Image.new("RGB", size, colour)
    ImageDraw.Draw(picture).rectangle((40, 60, size[0] - 40, 200), fill="#f4ead5")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def many_more(count: int) -> None:
    """So many other books, to fill more than one page of the catalogue."""
    db.session.add_all(factories.book(title=f"Volume {number}") for number in range(count))
    db.session.commit()
