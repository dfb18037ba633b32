"""A publisher's books, and those of a series."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from shop.errors import Merged
from shop.web.access import public
from shop.web.htmx import page_or_fragment
from shop.web.leafing import page_asked
from shop.web.services import services
from shop.web.urls import publisher_url, series_url

pages = Blueprint("discovery", __name__)

# Rows of five or of six are full.
PER_PAGE = 30


@pages.get("/publishers/<slug>-<int:publisher_id>")
@public
def publisher(slug: str, publisher_id: int) -> Response:
    """One publisher. An old or mistyped name in the address leads to the right one."""
    try:
        shown = services.discovery.publisher(publisher_id)
    except Merged as merged:
        return redirect(publisher_url(services.discovery.publisher(merged.into)), 301)
    if slug != shown.slug:
        return redirect(publisher_url(shown), 301)
    return page_or_fragment(
        "publishers/page.html",
        "publishers/_publisher.html",
        publisher=shown,
        books=services.discovery.of_publisher(shown.id, page_asked(), PER_PAGE),
    )


@pages.get("/series/<slug>-<int:series_id>")
@public
def series(slug: str, series_id: int) -> Response:
    """One series, its books by number. An old name in the address leads to the right one."""
    try:
        shown = services.discovery.series(series_id)
    except Merged as merged:
        return redirect(series_url(services.discovery.series(merged.into)), 301)
    if slug != shown.slug:
        return redirect(series_url(shown), 301)
    return page_or_fragment(
        "series/page.html",
        "series/_series.html",
        series=shown,
        books=services.discovery.of_series(shown.id, page_asked(), PER_PAGE),
    )
