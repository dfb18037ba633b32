"""One box for everything: an order's number, an e-mail, a telephone, an ISBN, a title, a name."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Forbidden
from shop.models import Permission
from shop.repositories.staff_search import Hit, Kind
from shop.web import locales
from shop.web.access import require_second_factor, signed_in
from shop.web.htmx import wants_fragment
from shop.web.limits import searching
from shop.web.services import services

pages = Blueprint("admin_search", __name__, url_prefix="/admin/search")

SUGGESTED, LISTED = 4, 20
KINDS = {
    Kind.ORDER: _l("Orders"),
    Kind.PERSON: _l("People"),
    Kind.BOOK: _l("Books"),
    Kind.AUTHOR: _l("Authors"),
    Kind.PUBLISHER: _l("Publishers"),
    Kind.SERIES: _l("Series"),
}
# Icon, and where the whole list is.
LISTS = {
    Kind.ORDER: ("package", "admin_orders.index"),
    Kind.PERSON: ("user", "admin_users.index"),
    Kind.BOOK: ("book-copy", "admin_books.index"),
    Kind.AUTHOR: ("users", "admin_authors.index"),
    Kind.PUBLISHER: ("building-2", "admin_publishers.index"),
    Kind.SERIES: ("library", "admin_series.index"),
}


@pages.get("")
@signed_in
@searching
def index() -> Response:
    """What is found, by kind; an exact number leads straight to its page. htmx gets a list box."""
    if not current_user.is_staff:
        raise Forbidden()
    require_second_factor()
    typed = request.args.get("q", "").strip()
    granted = [permission for permission in Permission if current_user.may(permission)]
    if not wants_fragment() and (hit := services.staff_search.exact(typed, granted)):
        return redirect(_page_of(hit), 303)
    most = SUGGESTED if wants_fragment() else LISTED
    template = "_suggestions" if wants_fragment() else "page"
    return make_response(
        render_template(
            f"admin/search/{template}.html",
            typed=typed,
            found=services.staff_search.find(typed, locales.current(), granted, most),
            kinds=KINDS,
            lists=LISTS,
            page_of=_page_of,
        )
    )


def _page_of(hit: Hit) -> str:
    match hit.kind:
        case Kind.ORDER:
            return url_for("admin_orders.show", number=hit.key)
        case Kind.PERSON:
            return url_for("admin_users.show", user_id=hit.key)
        case Kind.BOOK:
            return url_for("admin_books.show", book_id=hit.key)
        case Kind.AUTHOR:
            return url_for("admin_authors.show", key=hit.key)
        case Kind.PUBLISHER:
            return url_for("admin_publishers.show", key=hit.key)
        case Kind.SERIES:
            return url_for("admin_series.show", key=hit.key)
