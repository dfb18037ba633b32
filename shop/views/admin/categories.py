"""The tree of categories, for staff: it grows, is put in order, and is pruned."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, ShopError, Stale
from shop.models import Category, Permission
from shop.services.category_tree import Step, walk
from shop.web.access import allowed_to
from shop.web.formats import localised
from shop.web.forms import Blank, Form, Seen, form_page, in_words, parse, version_seen
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.services import services

pages = Blueprint("admin_categories", __name__, url_prefix="/admin/categories")

CHANGED = _l("Somebody else has changed this category. Compare, and save again.")
MESSAGES = {"slug": _l("An address has small Latin letters, digits and hyphens.")}


class CategoryForm(BaseModel):
    """`version` is the one seen; None of a new one. Empty, `slug` is made of the name."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    name_ru: Annotated[Annotated[str, StringConstraints(max_length=300)] | None, Blank] = None
    slug: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,200}$")] | None,
        Blank,
    ] = None
    parent_id: Annotated[int | None, Blank] = None
    version: int | None = None

    def values(self) -> dict[str, Any]:
        return self.model_dump(exclude={"version"})


class Stepping(BaseModel):
    step: Step


class Placing(BaseModel):
    """Below which one, none for a root, and at which place there."""

    parent_id: Annotated[int | None, Blank] = None
    place: Annotated[int, Field(ge=0, le=10_000)]


class Pair(BaseModel):
    """The one that both become, and the versions seen."""

    into: int
    version: int


@pages.get("")
@allowed_to(Permission.EDIT_BOOKS)
def index() -> Response:
    """The whole tree."""
    return page_or_fragment("admin/categories/page.html", "admin/categories/_tree.html", **_tree())


@pages.get("/new")
@allowed_to(Permission.EDIT_BOOKS)
def new() -> Response:
    """An empty form; below the category that the address names."""
    return _form(Form({"parent_id": request.args.get("below", "")}))


@pages.post("")
@allowed_to(Permission.EDIT_BOOKS)
def add() -> Response:
    """A new one, the last of those around it."""
    try:
        given = parse(CategoryForm, request.form, MESSAGES)
        made = services.categories.add(given.values(), current_user)
    except (Invalid, Conflict) as problem:
        return _form(Form(request.form, _told(problem)))
    return _done(gettext("“%(name)s” is added.", name=made.name), made.id)


@pages.get("/<int:category_id>")
@allowed_to(Permission.EDIT_BOOKS)
def show(category_id: int) -> Response:
    """What it is called and where it hangs."""
    return _form(Form({}), services.categories.get(category_id))


@pages.post("/<int:category_id>")
@allowed_to(Permission.EDIT_BOOKS)
def change(category_id: int) -> Response:
    """Call it otherwise, or hang it elsewhere; the old address leads to the new one."""
    category = services.categories.get(category_id)
    try:
        given = parse(CategoryForm, request.form, MESSAGES)
        services.categories.amend(
            category_id, version_seen(given.version), given.values(), current_user
        )
    except (Invalid, Conflict, Stale) as problem:
        form = Form(request.form, _told(problem))
        return _form(form, services.categories.get(category.id))
    return _done(gettext("The change is saved."), category_id)


@pages.post("/<int:category_id>/step")
@allowed_to(Permission.EDIT_BOOKS)
def step(category_id: int) -> Response:
    """One step by a button: up, down, in or out."""
    try:
        wanted = parse(Stepping, request.form, {})
        moved = services.categories.step(category_id, wanted.step, current_user)
    except (Invalid, Conflict) as problem:
        return _not_moved(problem)
    return _moved(moved)


@pages.post("/<int:category_id>/place")
@allowed_to(Permission.EDIT_BOOKS)
def place(category_id: int) -> Response:
    """Where it was dropped."""
    try:
        wanted = parse(Placing, request.form, {})
        moved = services.categories.place(category_id, wanted.parent_id, wanted.place, current_user)
    except (Invalid, Conflict) as problem:
        return _not_moved(problem)
    return _moved(moved)


@pages.post("/<int:category_id>/merge")
@allowed_to(Permission.EDIT_BOOKS)
def merge(category_id: int) -> Response:
    """Its books and all below it go to another one, and so does its address."""
    gone = services.categories.get(category_id)
    try:
        pair = parse(Pair, request.form, {"into": _l("Choose the one that is kept.")})
        kept = services.categories.get(pair.into)
        seen = {gone.id: pair.version, kept.id: kept.version}
        services.categories.merge(kept.id, gone.id, seen, current_user)
    except (Invalid, Conflict, Stale) as problem:
        form = Form(request.form, _told(problem))
        return _form(form, services.categories.get(gone.id))
    notice = gettext("“%(name)s” is a part of this one now.", name=gone.name)
    return _done(notice, kept.id)


@pages.post("/<int:category_id>/delete")
@allowed_to(Permission.EDIT_BOOKS)
def remove(category_id: int) -> Response:
    """Take away one on which nothing hangs."""
    category = services.categories.get(category_id)
    try:
        seen = parse(Seen, request.form, {})
        services.categories.remove(category_id, seen.version, current_user)
    except (Invalid, Conflict, Stale) as problem:
        return _form(Form({}, _told(problem)), category)
    flash(gettext("“%(name)s” is deleted.", name=category.name), "success")
    return redirect(url_for("admin_categories.index"), 303)


def _tree() -> dict[str, Any]:
    roots = services.categories.whole()
    ids = [branch.category.id for branch in walk(roots)]
    return {"roots": roots, "books": services.categories.book_counts(ids)}


def _moved(category: Category) -> Response:
    notice = gettext(
        "“%(name)s” is at %(path)s now, in place %(place)s.",
        name=localised(category),
        path=category.path,
        place=category.position + 1,
    )
    if not wants_fragment():
        flash(notice, "success")
    location = url_for("admin_categories.index", _anchor=f"category-{category.id}")
    return after_post("admin/categories/_tree.html", location, **_tree(), notice=notice)


def _not_moved(problem: ShopError) -> Response:
    template = "admin/categories/_tree.html" if wants_fragment() else "admin/categories/page.html"
    page = render_template(template, **_tree(), problem=_told(problem))
    return make_response(page, problem.status)


def _told(problem: ShopError) -> ShopError:
    return in_words(problem, CHANGED)


def _done(notice: str, category_id: int) -> Response:
    flash(notice, "success")
    return redirect(url_for("admin_categories.show", category_id=category_id), 303)


def _form(form: Form, category: Category | None = None) -> Response:
    known: dict[str, Any] = {}
    if category is not None:
        known = {
            "books": services.categories.held([category.id]).get(category.id, 0),
            "history": services.trail.history("category", category.id, current_user),
        }
    return form_page(
        "admin/categories/category.html",
        form,
        category=category,
        roots=services.categories.whole(),
        **known,
    )
