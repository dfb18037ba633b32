"""What this browser has looked at."""

from __future__ import annotations

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from shop.errors import NotFound
from shop.web import viewers
from shop.web.access import public
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.services import services

pages = Blueprint("recently_viewed", __name__)


@pages.get("/recently-viewed")
@public
def show() -> Response:
    """The books looked at lately, as a page. A book's page asks for the fragment and adds itself:
    `book` is the one that is looked at just now.
    """
    book_id = request.args.get("book", type=int)
    counts = wants_fragment() and request.method == "GET" and not viewers.is_robot()
    if book_id is None or not counts:
        books = services.recently_viewed.seen(viewers.viewer_id())
    else:
        try:
            books = services.recently_viewed.look_at(viewers.viewer_id_or_new(), book_id)
        except NotFound:
            books = ()
    response = make_response(
        page_or_fragment(
            "recently_viewed/page.html", "recently_viewed/_recently_viewed.html", books=books
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response
