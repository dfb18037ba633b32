"""Pages of text, for staff: written in Markdown, seen while they are written."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, StringConstraints
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, ShopError, Stale
from shop.models import ContentPage, Permission
from shop.views.admin.moving import step_asked
from shop.web.access import allowed_to
from shop.web.forms import Blank, Form, Seen, form_page, in_words, parse, version_seen
from shop.web.htmx import wants_fragment
from shop.web.services import services

pages = Blueprint("admin_content_pages", __name__, url_prefix="/admin/pages")

LONGEST_TEXT = 100_000
CHANGED = _l("Somebody else has changed this page. Compare, and save again.")
MESSAGES = {
    "slug": _l("An address has small Latin letters, digits and hyphens."),
    "body": _l("Write the text, of at most 100,000 characters."),
    "body_ru": _l("At most 100,000 characters, please."),
}
TAKEN = _l("There is a page at this address already. Choose another one.")


Body = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)
]
Slug = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9-]{0,80}$")]


class PageForm(BaseModel):
    """`version` is the one seen; None of a new one. Empty, `slug` is made of the title."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    title: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    title_ru: Annotated[Annotated[str, StringConstraints(max_length=300)] | None, Blank] = None
    slug: Slug = ""
    body: Body
    body_ru: Annotated[Body | None, Blank] = None
    published: bool = False
    in_footer: bool = False
    version: int | None = None

    def values(self) -> dict[str, Any]:
        return self.model_dump(exclude={"version"})


@pages.get("")
@allowed_to(Permission.EDIT_PAGES)
def index() -> str:
    """All pages in the order of the foot."""
    return render_template("admin/content/page.html", content_pages=services.content.in_order())


@pages.get("/new")
@allowed_to(Permission.EDIT_PAGES)
def new() -> Response:
    """An empty form."""
    return _form(Form({"in_footer": "1"}))


@pages.post("")
@allowed_to(Permission.EDIT_PAGES)
def add() -> Response:
    """A new page, published or not."""
    try:
        given = parse(PageForm, request.form, MESSAGES)
        made = services.content.add(given.values(), current_user)
    except (Invalid, Conflict) as problem:
        return _form(Form(request.form, _told(problem)))
    return _done(gettext("The page is saved."), made.id)


@pages.post("/preview")
@allowed_to(Permission.EDIT_PAGES)
def preview() -> Response:
    """What is typed, as it would stand there; nothing is saved."""
    if wants_fragment():
        language = "ru" if request.args.get("language") == "ru" else ""
        return make_response(
            render_template("admin/content/_preview.html", form=Form(request.form), shown=language)
        )
    key = request.form.get("id", 0, type=int)
    return _form(Form(request.form), services.content.get(key) if key else None)


@pages.get("/<int:page_id>")
@allowed_to(Permission.EDIT_PAGES)
def show(page_id: int) -> Response:
    """What it says, and what was done to it."""
    page = services.content.get(page_id)
    values = {name: getattr(page, name) or "" for name in PageForm.model_fields}
    flags = {name: "1" for name in ("published", "in_footer") if getattr(page, name)}
    texts = {name: value for name, value in values.items() if not isinstance(value, bool)}
    return _form(Form({**texts, **flags}), page)


@pages.post("/<int:page_id>")
@allowed_to(Permission.EDIT_PAGES)
def change(page_id: int) -> Response:
    """Write it anew."""
    page = services.content.get(page_id)
    try:
        given = parse(PageForm, request.form, MESSAGES)
        services.content.amend(page_id, version_seen(given.version), given.values(), current_user)
    except (Invalid, Conflict, Stale) as problem:
        return _form(Form(request.form, _told(problem)), services.content.get(page.id))
    return _done(gettext("The page is saved."), page_id)


@pages.post("/<int:page_id>/move")
@allowed_to(Permission.EDIT_PAGES)
def move(page_id: int) -> Response:
    """One place up or down in the foot."""
    services.content.move(page_id, step_asked(), current_user)
    return redirect(url_for("admin_content_pages.index"), 303)


@pages.post("/<int:page_id>/delete")
@allowed_to(Permission.EDIT_PAGES)
def remove(page_id: int) -> Response:
    """Take it away; a legal text stands there again."""
    page = services.content.get(page_id)
    try:
        seen = parse(Seen, request.form, {})
        services.content.remove(page_id, seen.version, current_user)
    except (Invalid, Stale) as problem:
        return _form(Form({}, _told(problem)), page)
    flash(gettext("“%(name)s” is deleted.", name=page.title), "success")
    return redirect(url_for("admin_content_pages.index"), 303)


def _told(problem: ShopError) -> ShopError:
    """In words; the constraint says only that something is taken."""
    return in_words(problem, CHANGED, None if problem.detail else TAKEN)


def _done(notice: str, page_id: int) -> Response:
    flash(notice, "success")
    return redirect(url_for("admin_content_pages.show", page_id=page_id), 303)


def _form(form: Form, page: ContentPage | None = None) -> Response:
    return form_page(
        "admin/content/edit.html",
        form,
        content_page=page,
        history=services.trail.history("content_page", page.id, current_user) if page else None,
    )
