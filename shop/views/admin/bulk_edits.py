"""Bulk edits, for staff: what to change, what it would do, how far it is, and back again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, FieldError, Invalid, ShopError, Stale
from shop.models import BookStatus, BulkEdit, Permission
from shop.repositories.bulk_edits import Shown
from shop.repositories.staff_book_filters import StaffBookFilters
from shop.services.book_import.columns import COLUMNS
from shop.services.book_import.source_file import Unreadable
from shop.services.book_import.sources import opened
from shop.services.bulk_edits import PriceChange, Rounding, StockChange
from shop.views.admin.bulk_forms import MESSAGES, RuleForm
from shop.web.access import allowed_to
from shop.web.forms import LOOK_AGAIN, Form, Seen, form_page, parse
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.listing import asked, asked_page
from shop.web.locales import current
from shop.web.services import services

pages = Blueprint("admin_bulk_edits", __name__, url_prefix="/admin/bulk-edits")

PER_PAGE = 50
NO_FILE = _l("Choose a file first.")
CHANGED = _l("This has moved on meanwhile. Look at it again before you go on.")


@pages.get("")
@allowed_to(Permission.EDIT_BOOKS)
def index() -> Response:
    """All bulk edits, the newest first."""
    return page_or_fragment(
        "admin/bulk_edits/page.html",
        "admin/bulk_edits/_list.html",
        edits=services.bulk_edits.latest(asked_page(), PER_PAGE),
    )


@pages.get("/new")
@allowed_to(Permission.EDIT_BOOKS)
def new() -> Response:
    """What should change; the address names the books as their list does."""
    wanted = asked(StaffBookFilters)
    if wanted.ignored:
        names = ", ".join(wanted.ignored)
        said = gettext(
            "Part of the address made no sense and was left out: %(names)s.", names=names
        )
        flash(said, "danger")
    selection = {name: value for name, value in wanted.others.items() if name != "order_by"}
    return _form({**selection, **({"q": wanted.q} if wanted.q else {})}, Form({}))


@pages.post("")
@allowed_to(Permission.EDIT_BOOKS)
def begin() -> Response:
    """Plan it: nothing is changed yet."""
    selection = dict(parse_qsl(request.form.get("selection", "")))
    try:
        rule = parse(RuleForm, request.form, MESSAGES).rule(
            request.form.getlist("add_categories", type=int),
            request.form.getlist("remove_categories", type=int),
        )
        edit = services.bulk_edits.begin(rule, selection, current_user)
    except Invalid as problem:
        return _form(selection, Form(request.form, problem))
    location = url_for("admin_bulk_edits.show", edit_id=edit.id)
    answer = after_post("admin/bulk_edits/_edit.html", location, **_shown(edit))
    if wants_fragment():
        answer.headers["HX-Push-Url"] = location
    return answer


@pages.get("/import")
@allowed_to(Permission.EDIT_BOOKS)
def choose_file() -> Response:
    """A file of books: new ones come in, known ones are changed."""
    return _file_form(Form({}))


@pages.post("/import")
@allowed_to(Permission.EDIT_BOOKS)
def read_file() -> Response:
    """Plan what each row of a file would do: nothing is changed yet."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise _about_file(NO_FILE)
        edit = services.bulk_edits.begin_import(
            opened(file.stream, file.filename, with_stock="with_stock" in request.form),
            file.filename,
            current_user,
            locale=str(current()),
            create_categories="create_categories" in request.form,
        )
    except Unreadable as trouble:
        return _file_form(Form(request.form, _about_file(str(trouble))))
    except Invalid as problem:
        return _file_form(Form(request.form, problem))
    return redirect(url_for("admin_bulk_edits.show", edit_id=edit.id), 303)


@pages.get("/<int:edit_id>")
@allowed_to(Permission.EDIT_BOOKS)
def show(edit_id: int) -> Response:
    """The plan with each row's before and after, or what became of it."""
    edit = services.bulk_edits.get(edit_id)
    return page_or_fragment(
        "admin/bulk_edits/edit.html", "admin/bulk_edits/_edit.html", **_shown(edit)
    )


@pages.post("/<int:edit_id>/apply")
@allowed_to(Permission.EDIT_BOOKS)
def apply(edit_id: int) -> Response:
    """Do what is planned."""
    return _moved(edit_id, lambda version: services.bulk_edits.apply(edit_id, version, _me()))


@pages.post("/<int:edit_id>/revert")
@allowed_to(Permission.EDIT_BOOKS)
def revert(edit_id: int) -> Response:
    """Put back what was there before."""
    return _moved(edit_id, lambda version: services.bulk_edits.revert(edit_id, version, _me()))


@pages.post("/<int:edit_id>/abandon")
@allowed_to(Permission.EDIT_BOOKS)
def abandon(edit_id: int) -> Response:
    """Throw the plan away."""
    return _moved(edit_id, lambda version: services.bulk_edits.abandon(edit_id, version))


@pages.post("/<int:edit_id>/stop")
@allowed_to(Permission.EDIT_BOOKS)
def stop(edit_id: int) -> Response:
    """Leave the rest as it is."""
    return _moved(edit_id, lambda version: services.bulk_edits.stop(edit_id))


def _me() -> Any:
    return current_user


def _moved(edit_id: int, move: Callable[[int], BulkEdit]) -> Response:
    location = url_for("admin_bulk_edits.show", edit_id=edit_id)
    try:
        edit = move(parse(Seen, request.form, MESSAGES).version)
    except (Conflict, Stale, Invalid) as problem:
        return _overtaken(edit_id, problem)
    return after_post("admin/bulk_edits/_edit.html", location, **_shown(edit))


def _overtaken(edit_id: int, problem: ShopError) -> Response:
    """The edit as it is now, and that it is not as it was seen."""
    shown = _shown(services.bulk_edits.get(edit_id))
    template = "_edit.html" if wants_fragment() else "edit.html"
    page = render_template(f"admin/bulk_edits/{template}", **{**shown, "overtaken": CHANGED})
    return make_response(page, problem.status)


def _shown(edit: BulkEdit) -> dict[str, Any]:
    kind = request.args.get("rows", "")
    shown = Shown(kind) if kind in list(Shown) else Shown.CHANGES
    return {
        "overtaken": None,
        "edit": edit,
        "books_url": _with("admin_books.index", edit.selection),
        "again_url": _with("admin_bulk_edits.new", edit.selection),
        "shown": shown,
        "rows": services.bulk_edits.rows(edit.id, shown, asked_page(), PER_PAGE),
        "categories": {each.id: each for each in services.categories.all()},
    }


def _about_file(sentence: object) -> Invalid:
    return Invalid(LOOK_AGAIN, (FieldError("file", sentence, "refused"),))


def _file_form(form: Form) -> Response:
    return form_page("admin/bulk_edits/import.html", form, columns=list(COLUMNS))


def _with(endpoint: str, selection: Mapping[str, str]) -> str:
    """The address of this page for the chosen books."""
    return f"{url_for(endpoint)}?{urlencode(selection)}"


def _form(selection: dict[str, str], form: Form) -> Response:
    """The form, for the books of a selection; with 422 where something is wrong with it."""
    try:
        books = services.bulk_edits.count(selection)
    except Invalid:
        # Only who writes addresses by hand comes here.
        flash(str(_l("These filters make no sense: choose the books again.")), "danger")
        selection, books = {}, services.bulk_edits.count({})
    return form_page(
        "admin/bulk_edits/new.html",
        form,
        books=books,
        selection=urlencode(selection),
        books_url=_with("admin_books.index", selection),
        narrowed=bool(selection),
        added=request.form.getlist("add_categories", type=int),
        removed=request.form.getlist("remove_categories", type=int),
        categories=services.categories.all(),
        prices=list(PriceChange),
        roundings=list(Rounding),
        stocks=list(StockChange),
        statuses=list(BookStatus),
    )
