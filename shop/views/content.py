"""Pages that staff have written."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from shop.errors import NotFound
from shop.models import ContentPage
from shop.web.access import public
from shop.web.services import services
from shop.web.urls import LEGAL, content_url

pages = Blueprint("content", __name__)


@pages.get("/pages/<slug>")
@public
def show(slug: str) -> Response | str:
    """One page; what stands in place of a legal text is at that one's address.

    A page that has another name now is where that leads.
    """
    page = _published(slug)
    if page.slug in LEGAL or page.slug != slug:
        return redirect(content_url(page.slug), 301)
    return render_template("content/page.html", page=page)


@pages.get("/about")
@public
def about() -> Response:
    """Who we are, where visitors look for it."""
    return redirect(url_for("content.show", slug=_published("about").slug), 301)


@pages.get("/delivery")
@public
def delivery() -> Response:
    """How books are sent, where visitors look for it."""
    return redirect(url_for("content.show", slug=_published("delivery").slug), 301)


def _published(slug: str) -> ContentPage:
    page = services.content.published(slug) or services.content.formerly(slug)
    if page is None:
        raise NotFound()
    return page
