"""Suppliers' files: what may become a book by its ISBN."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.models import Permission
from shop.services.book_import.source_file import Unreadable
from shop.services.book_import.sources import opened
from shop.web.access import allowed_to
from shop.web.services import services

pages = Blueprint("admin_supplier_files", __name__, url_prefix="/admin/supplier-files")

CHOOSE = _l("Choose a file of CSV, ONIX or MARC 21.")
FORGOTTEN = _l("The file is forgotten. Books made of it stay.")


@pages.get("")
@allowed_to(Permission.EDIT_BOOKS)
def index() -> Response:
    """The files that were read."""
    return _page()


@pages.post("")
@allowed_to(Permission.EDIT_BOOKS)
def upload() -> Response:
    """Read a file."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(CHOOSE, 422)
    try:
        kept = services.supplies.take(
            opened(file.stream, file.filename), file.filename, current_user
        )
    except Unreadable as problem:
        return _page(problem.args[0], 422)
    told = ngettext(
        "%(num)d title can become a book by its ISBN.",
        "%(num)d titles can become books by their ISBN.",
        kept.titles,
    )
    flash(told, "success")
    return redirect(url_for("admin_supplier_files.index"), 303)


@pages.post("/<int:file_id>/forget")
@allowed_to(Permission.EDIT_BOOKS)
def forget(file_id: int) -> Response:
    """Take a file's titles away."""
    services.supplies.forget(file_id, current_user)
    flash(str(FORGOTTEN), "success")
    return redirect(url_for("admin_supplier_files.index"), 303)


def _page(problem: object = None, status: int = 200) -> Response:
    page = render_template(
        "admin/supplier_files/page.html", files=services.supplies.files(), problem=problem
    )
    return make_response(page, status)
