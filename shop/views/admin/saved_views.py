"""Views of lists that somebody of the staff keeps under a name."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, NotFound
from shop.models import Permission
from shop.web.access import allowed_to
from shop.web.services import services

pages = Blueprint("admin_saved_views", __name__, url_prefix="/admin/views")

# The list that views are kept of. Those of orders and people have none: what is searched for there
# are customers' addresses, and a view would outlive the erasure of an account.
BOOKS = "books"


@pages.post("")
@allowed_to(Permission.EDIT_BOOKS)
def change() -> Response:
    """Keep the filters of the list under a name, give a view another name, or delete it."""
    me: Any = current_user
    query = urlencode(parse_qsl(request.form.get("query", "")))
    try:
        query = _change(me, query)
    except (Conflict, Invalid, NotFound) as problem:
        told = problem.errors[0].message if problem.errors else problem.detail
        flash(str(told), "warning")
    here = url_for("admin_books.index")
    return redirect(f"{here}?{query}" if query else here, 303)


def _change(me: Any, query: str) -> str:
    """Do what the button says; the query of the list to go back to."""
    title, number = request.form.get("name", ""), request.form.get("view", 0, type=int)
    what = request.form.get("do", "save")
    if what == "delete":
        services.saved_views.remove(me, number)
        flash(str(_l("The view is deleted.")), "success")
    elif what == "rename":
        query = services.saved_views.rename(me, number, title).query
    else:
        view = services.saved_views.save(me, BOOKS, title, query)
        flash(str(_l("The view “%(name)s” is kept.", name=view.name)), "success")
    return query
