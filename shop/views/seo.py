"""For search engines and browsers: robots.txt, the search box of browsers, what is new."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from shop.web.access import public
from shop.web.services import services

pages = Blueprint("seo", __name__)

FEED = 30
FEED_SECONDS = 600


@pages.get("/robots.txt")
@public
def robots() -> Response:
    """What crawlers may read."""
    return Response(render_template("seo/robots.txt"), mimetype="text/plain")


@pages.get("/opensearch.xml")
@public
def opensearch() -> Response:
    """The shop as a search engine for a browser's address bar, in this language."""
    text = render_template("seo/opensearch.xml")
    return Response(text, mimetype="application/opensearchdescription+xml")


@pages.get("/feeds/new.atom")
@public
def new_books() -> AnyResponse:
    """The newest books; who asks again gets a 304 until there is something new."""
    books = services.book_lists.new(1, FEED).items
    changed = max((max(book.appeared_at, book.updated_at) for book in books), default=None)
    text = render_template("seo/new.atom.xml", books=books, changed=changed)
    response = Response(text, mimetype="application/atom+xml")
    response.cache_control.public = True
    response.cache_control.max_age = FEED_SECONDS
    if changed is not None:
        response.last_modified = changed
    response.add_etag()
    return response.make_conditional(request)
