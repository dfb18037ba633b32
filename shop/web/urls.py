"""Addresses of things, in the language of the page; absolute ones for other programs."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, request, url_for

from shop.config import MediaStore
from shop.errors import NotFound
from shop.models import Book, Category, Contributor, Publisher, Rendition, Series, Shelf
from shop.web.services import config


def book_url(book: Book) -> str:
    return url_for("catalogue.book", slug=book.slug, book_id=book.id)


def author_url(author: Contributor) -> str:
    return url_for("catalogue.author", slug=author.slug, author_id=author.id)


def category_url(category: Category) -> str:
    return url_for("catalogue.category", path=category.path)


def publisher_url(publisher: Publisher) -> str:
    return url_for("discovery.publisher", slug=publisher.slug, publisher_id=publisher.id)


def series_url(series: Series) -> str:
    return url_for("discovery.series", slug=series.slug, series_id=series.id)


def shelf_url(shelf: Shelf) -> str:
    return url_for("shelves.show", slug=shelf.slug)


# The addresses of what the law wants said.
LEGAL = frozenset({"privacy", "terms", "seller"})


def content_url(slug: str) -> str:
    """The page that staff wrote under this name."""
    return url_for(f"legal.{slug}") if slug in LEGAL else url_for("content.show", slug=slug)


def media_url(rendition: Rendition) -> str:
    """The address of one size of a picture; no language prefix. A bucket or a CDN that browsers
    may read is asked itself."""
    if rendition.store is MediaStore.S3 and config.s3_public_url:
        return f"{config.s3_public_url}/{rendition.key}"
    return f"/media/{rendition.key}"


def absolute(address: str) -> str:
    """For feeds, sitemaps and the API: from PUBLIC_URL, never from the request's Host. A picture
    may have an address of its own elsewhere."""
    return f"{config.public_url}{address}" if address.startswith("/") else address


def page_url(page: int) -> str:
    """This list, at another page."""
    return here_with(page=page if page > 1 else None)


def here_with(**changes: object) -> str:
    """This address with something else in its query, from the first page on; None takes out.

    What stands in the query is no argument of url_for.
    """
    asked = {**request.args.to_dict(), "page": None, **changes}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    here = url_for(str(request.endpoint), **(request.view_args or {}))
    return f"{here}?{query}" if query else here


def _refuse_nul() -> None:
    """PostgreSQL keeps no NUL in a text, so nothing has a name with one."""
    if any("\0" in value for value in (request.view_args or {}).values() if isinstance(value, str)):
        raise NotFound()


def install(app: Flask) -> None:
    app.before_request(_refuse_nul)
    things = (book_url, author_url, category_url, publisher_url, series_url, shelf_url)
    places = (*things, content_url, page_url, here_with)
    for function in (*places, media_url, absolute):
        app.jinja_env.globals[function.__name__] = function
