"""Addresses of things, in the language of the page; absolute ones for other programs."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, request, url_for

from shop.errors import NotFound
from shop.models import Book, Category, Contributor, Image, Publisher, Series, Shelf
from shop.web.services import config

# The widths that cards and pages show a cover at, in CSS pixels.
FALLBACK_WIDTH = 320


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


def media_url(key: str) -> str:
    """The address of a stored picture; no language prefix."""
    return f"/media/{key}"


def srcset(image: Image) -> str:
    return ", ".join(f"{media_url(r.key)} {r.width}w" for r in image.renditions)


def src(image: Image) -> str:
    """The rendition for browsers that take no srcset: the first that is wide enough."""
    wide = [r for r in image.renditions if r.width >= FALLBACK_WIDTH]
    return media_url((wide or image.renditions)[0].key)


def absolute(path: str) -> str:
    """For feeds, sitemaps and the API: from PUBLIC_URL, never from the request's Host."""
    return f"{config.public_url}{path}"


def page_url(page: int) -> str:
    """This list, at another page. What stands in the query is no argument of url_for."""
    asked = {name: value for name, value in request.args.to_dict().items() if name != "page"}
    query = urlencode({**asked, "page": page} if page > 1 else asked)
    here = url_for(str(request.endpoint), **(request.view_args or {}))
    return f"{here}?{query}" if query else here


def _refuse_nul() -> None:
    """PostgreSQL keeps no NUL in a text, so nothing has a name with one."""
    if any("\0" in value for value in (request.view_args or {}).values() if isinstance(value, str)):
        raise NotFound()


def install(app: Flask) -> None:
    app.before_request(_refuse_nul)
    things = (book_url, author_url, category_url, publisher_url, series_url, shelf_url)
    places = (*things, page_url)
    for function in (*places, media_url, srcset, src, absolute):
        app.jinja_env.globals[function.__name__] = function
