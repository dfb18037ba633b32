"""The sitemap: an index, and files of addresses in each language.

https://www.sitemaps.org/protocol.html, with the links to other languages of
https://developers.google.com/search/docs/specialty/international/localized-versions#sitemap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template, stream_with_context, url_for

from shop.config import Locale
from shop.errors import NotFound
from shop.repositories.sitemap import Entry, Kind
from shop.web import locales
from shop.web.access import public
from shop.web.services import config, services
from shop.web.urls import LEGAL, absolute, content_url, shelf_url

pages = Blueprint("sitemap", __name__)

HOUR = 3600
# What url_for leaves as it is in a path.
SAFE = "!$&'()*+,/:;=@"
# Written by url_for once for a file; each entry fills in its own.
NAME, NUMBER = "NAME", 7
ADDRESSES: dict[Kind, tuple[str, dict[str, Any]]] = {
    Kind.BOOKS: ("catalogue.book", {"slug": NAME, "book_id": NUMBER}),
    Kind.AUTHORS: ("catalogue.author", {"slug": NAME, "author_id": NUMBER}),
    Kind.SERIES: ("discovery.series", {"slug": NAME, "series_id": NUMBER}),
    Kind.PUBLISHERS: ("discovery.publisher", {"slug": NAME, "publisher_id": NUMBER}),
    Kind.CATEGORIES: ("catalogue.category", {"path": NAME}),
}
PAGES = (
    *("home.index", "catalogue.index", "lists.new", "lists.bestsellers", "lists.discounted"),
    *("lists.coming", "legal.terms", "legal.privacy", "legal.seller"),
)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
# A path in the default language, and when what stands there was changed.
Place = tuple[str, datetime | None]
# Addresses that are written to the network in one piece.
PIECE = 500


@pages.get("/sitemap.xml")
@public
def index() -> Response:
    """The files that have something in them."""
    return _xml(render_template("seo/sitemap_index.xml", parts=services.sitemap.parts()))


@pages.get("/sitemaps/pages.xml")
@public
def plain_pages() -> Response:
    """What is no book and nothing that books hang on."""
    shelves = [shelf_url(shelf) for shelf in services.sitemap.filled_shelves()]
    written = [page.slug for page in services.content.all_published() if page.slug not in LEGAL]
    named = [url_for(endpoint) for endpoint in PAGES]
    paths = [*named, *map(content_url, written), *shelves]
    return _urlset_response((path, None) for path in paths)


@pages.get("/sitemaps/<kind>-<int:number>.xml")
@public
def part(kind: str, number: int) -> Response:
    """One file of addresses of one kind."""
    if kind not in set(Kind):
        raise NotFound()
    entries = services.sitemap.part(Kind(kind), number)
    return _urlset_response(_addresses(Kind(kind), entries))


def _urlset_response(places: Iterable[Place]) -> Response:
    return _xml(stream_with_context(_urlset(places)))


def _xml(text: str | Iterable[str]) -> Response:
    response = Response(text, mimetype="application/xml")
    response.cache_control.public = True
    response.cache_control.max_age = HOUR
    return response


def _addresses(kind: Kind, entries: Iterable[Entry]) -> Iterator[Place]:
    endpoint, values = ADDRESSES[kind]
    before, after = url_for(endpoint, **values).split(NAME)
    number = str(NUMBER)
    for entry in entries:
        yield (
            f"{before}{quote(entry.name, safe=SAFE)}{after.replace(number, str(entry.id))}",
            entry.changed,
        )


def _urlset(places: Iterable[Place]) -> Iterator[str]:
    """The file, in pieces: each place in each language, and each with links to all of them."""
    prefixes = {str(each): locales.prefix(each, config.default_locale) for each in Locale}
    yield HEAD
    piece: list[str] = []
    for path, changed in places:
        piece += _urls(path, changed, prefixes)
        if len(piece) >= PIECE:
            yield "".join(piece)
            piece = []
    yield "".join([*piece, "</urlset>\n"])


def _urls(path: str, changed: datetime | None, prefixes: dict[str, str]) -> list[str]:
    each = {locale: escape(absolute(prefix + path)) for locale, prefix in prefixes.items()}
    named = {**each, "x-default": each[str(config.default_locale)]}
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{locale}" href="{address}"/>'
        for locale, address in named.items()
    )
    when = f"<lastmod>{changed.date().isoformat()}</lastmod>" if changed else ""
    return [f"<url><loc>{address}</loc>{when}{links}</url>\n" for address in each.values()]
