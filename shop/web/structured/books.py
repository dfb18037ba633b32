"""A book: the work that it is, and the thing that is sold."""

from __future__ import annotations

from shop.models import Book, BookFormat, ContributorRole
from shop.web.formats import localised
from shop.web.structured.nodes import Node, crumbs, graph, node, seller
from shop.web.urls import (
    absolute,
    author_url,
    book_url,
    category_url,
    media_url,
    publisher_url,
    series_url,
)

FORMATS = {
    BookFormat.HARDCOVER: "https://schema.org/Hardcover",
    BookFormat.PAPERBACK: "https://schema.org/Paperback",
    BookFormat.POCKET: "https://schema.org/Paperback",
    BookFormat.GIFT: "https://schema.org/Hardcover",
}


def book_graph(book: Book) -> Node:
    categories = [(localised(each), category_url(each)) for each in book.categories[:1]]
    return graph(_work(book), _product(book), crumbs(*categories, (book.title, None)))


def availability(book: Book) -> str:
    """Not PreOrder for an announced book, which nobody can order before its day."""
    if not book.is_on_sale:
        return "https://schema.org/Discontinued"
    return f"https://schema.org/{'InStock' if book.in_stock else 'OutOfStock'}"


def _work(book: Book) -> Node:
    address = absolute(book_url(book))
    return node(
        "Book",
        id=f"{address}#book",
        url=address,
        name=book.title,
        alternativeHeadline=book.subtitle,
        description=book.description,
        isbn=book.isbn,
        author=_people(book, ContributorRole.AUTHOR),
        translator=_people(book, ContributorRole.TRANSLATOR),
        editor=_people(book, ContributorRole.EDITOR),
        illustrator=_people(book, ContributorRole.ILLUSTRATOR),
        publisher=_publisher(book),
        inLanguage=book.language,
        bookFormat=FORMATS[book.format],
        numberOfPages=book.pages,
        datePublished=_year(book),
        typicalAgeRange=f"{book.age_mark}-" if book.age_mark else None,
        genre=[localised(category) for category in book.categories],
        isPartOf=_series(book),
        position=book.series_number if book.series else None,
        image=_pictures(book),
        offers={"@id": f"{address}#offer"},
    )


def _product(book: Book) -> Node:
    address = absolute(book_url(book))
    return node(
        "Product",
        id=f"{address}#product",
        url=address,
        name=book.title,
        description=book.description,
        sku=book.sku,
        gtin13=book.isbn,
        image=_pictures(book),
        weight=_weight(book),
        offers=_offer(book, address),
    )


def _offer(book: Book, address: str) -> Node:
    coming = book.released_on if book.is_coming else None
    return node(
        "Offer",
        id=f"{address}#offer",
        url=address,
        price=f"{book.price:.2f}",
        priceCurrency=book.currency,
        availability=availability(book),
        availabilityStarts=coming.isoformat() if coming else None,
        itemCondition="https://schema.org/NewCondition",
        seller=seller(),
    )


def _people(book: Book, role: ContributorRole) -> list[Node]:
    """Only authors have pages."""
    return [
        node(
            "Person",
            name=each.contributor.name_in(book.language),
            url=absolute(author_url(each.contributor)) if role is ContributorRole.AUTHOR else None,
        )
        for each in book.contributors
        if each.role is role
    ]


def _publisher(book: Book) -> Node | None:
    if book.publisher is None:
        return None
    url = absolute(publisher_url(book.publisher))
    return node("Organization", name=book.publisher.name, url=url)


def _series(book: Book) -> Node | None:
    if book.series is None:
        return None
    return node("BookSeries", name=book.series.name, url=absolute(series_url(book.series)))


def _year(book: Book) -> str | None:
    """ISO 8601; what is older than our era is left out, since hardly a program reads it."""
    year = book.published_year
    return f"{year:04}" if year is not None and year > 0 else None


def _weight(book: Book) -> Node | None:
    """UN/CEFACT's code for the gram is GRM."""
    if book.weight_grams is None:
        return None
    return node("QuantitativeValue", value=book.weight_grams, unitCode="GRM")


def _pictures(book: Book) -> list[str]:
    """The widest file of each, as JPEG, which every program reads."""
    return [absolute(media_url(image.renditions[-1])) for image in book.pictures]
