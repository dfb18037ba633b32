"""Addresses of things, in the language of the page; absolute ones for other programs."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, request, url_for

from shop.models import Book, Category, Contributor, Image
from shop.web.services import config

# The widths that cards and pages show a cover at, in CSS pixels.
FALLBACK_WIDTH = 320


def book_url(book: Book) -> str:
    return url_for("catalogue.book", slug=book.slug, book_id=book.id)


def author_url(author: Contributor) -> str:
    return url_for("catalogue.author", slug=author.slug, author_id=author.id)


def category_url(category: Category) -> str:
    return url_for("catalogue.category", path=category.path)


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
    query = urlencode({**request.args.to_dict(), "page": page})
    return f"{url_for(str(request.endpoint), **(request.view_args or {}))}?{query}"


def install(app: Flask) -> None:
    functions = (book_url, author_url, category_url, media_url, srcset, src, absolute, page_url)
    for function in functions:
        app.jinja_env.globals[function.__name__] = function
