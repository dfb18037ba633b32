"""Where staff arrive."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Forbidden
from shop.models import Permission
from shop.web.access import signed_in

pages = Blueprint("admin", __name__, url_prefix="/admin")

# The first page that somebody may see is where they work.
LANDINGS = (
    (Permission.SEE_ORDERS, "admin_orders.index"),
    (Permission.EDIT_BOOKS, "admin_books.index"),
    (Permission.SEE_USERS, "admin_users.index"),
    (Permission.EDIT_PAGES, "admin_shelves.index"),
    (Permission.EDIT_SETTINGS, "admin_settings.index"),
    (Permission.EDIT_ROLES, "admin_roles.index"),
)


@pages.get("")
@signed_in
def index() -> Response:
    """To the orders, the books or the people, by what the person may do."""
    for permission, endpoint in LANDINGS:
        if current_user.may(permission):
            return redirect(url_for(endpoint), 303)
    raise Forbidden()
