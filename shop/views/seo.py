"""For search engines and browsers."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from shop.config import Locale
from shop.web import locales
from shop.web.access import public
from shop.web.services import config, services

pages = Blueprint("seo", __name__)


@pages.get("/robots.txt")
@public
def robots() -> Response:
    """What crawlers may read."""
    return Response(render_template("seo/robots.txt"), mimetype="text/plain")


@pages.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """Every book, category and shelf, in each language."""
    books, categories, shelves = services.catalogue.sitemap()
    prefixes = {locale: locales.prefix(locale, config.default_locale) for locale in Locale}
    text = render_template(
        "seo/sitemap.xml",
        books=books,
        categories=categories,
        shelves=shelves,
        prefixes=prefixes,
    )
    return Response(text, mimetype="application/xml")
