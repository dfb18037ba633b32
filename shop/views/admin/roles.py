"""Roles, for those who decide what the staff may do."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, FieldError, Forbidden, Invalid, ShopError, Stale
from shop.models import Permission, Role
from shop.web.access import allowed_to
from shop.web.forms import LOOK_AGAIN, Form, Seen, form_page, in_words, parse
from shop.web.services import services

pages = Blueprint("admin_roles", __name__, url_prefix="/admin/roles")

# Every permission stands under what it is about.
AREAS = (
    (
        _l("Orders"),
        (
            Permission.SEE_ORDERS,
            Permission.FULFIL_ORDERS,
            Permission.EDIT_ORDERS,
            Permission.CANCEL_ORDERS,
        ),
    ),
    (_l("Books and stock"), (Permission.SEE_STOCK, Permission.EDIT_BOOKS)),
    (
        _l("People and roles"),
        (Permission.SEE_USERS, Permission.EDIT_USERS, Permission.EDIT_ROLES),
    ),
    (
        _l("The house"),
        (
            Permission.SEE_REPORTS,
            Permission.EDIT_PAGES,
            Permission.EDIT_SETTINGS,
            Permission.SEE_AUDIT,
            Permission.SEE_LOGS,
        ),
    ),
)
CHANGED = _l("Somebody else has changed this role. Look at it again before you go on.")


@pages.get("")
@allowed_to(Permission.EDIT_ROLES)
def index() -> str:
    """All roles, with how many people have each."""
    return render_template("admin/roles/page.html", roles=services.roles.all())


@pages.get("/new")
@allowed_to(Permission.EDIT_ROLES)
def new() -> Response:
    """An empty form."""
    return _form(Form({}), frozenset())


@pages.post("")
@allowed_to(Permission.EDIT_ROLES)
def add() -> Response:
    """A new role."""
    try:
        services.roles.add(request.form.get("name", ""), _chosen(), current_user)
    except (Invalid, Conflict, Forbidden) as problem:
        return _form(Form(request.form, problem), _typed())
    return _done(gettext("The role is there: give it to people now."))


@pages.get("/<int:role_id>")
@allowed_to(Permission.EDIT_ROLES)
def show(role_id: int) -> Response:
    """What it is called and what it may do."""
    role = services.roles.get(role_id)
    return _form(Form({}), frozenset(role.grants), role)


@pages.post("/<int:role_id>")
@allowed_to(Permission.EDIT_ROLES)
def change(role_id: int) -> Response:
    """Rename it, and decide what it may do. It counts at once for all who have it."""
    role = services.roles.get(role_id)
    try:
        seen = parse(Seen, request.form, {})
        # There are no boxes to tick where what a role may do is fixed.
        wanted = role.grants if role.is_fixed else _chosen()
        name = request.form.get("name", "")
        services.roles.change(role_id, seen.version, name, wanted, current_user)
    except (Invalid, Conflict, Stale, Forbidden) as problem:
        return _refused(role_id, problem)
    return _done(gettext("The role is saved."))


@pages.post("/<int:role_id>/delete")
@allowed_to(Permission.EDIT_ROLES)
def remove(role_id: int) -> Response:
    """Take away a role that nobody has."""
    try:
        seen = parse(Seen, request.form, {})
        services.roles.remove(role_id, seen.version, current_user)
    except (Invalid, Conflict, Stale, Forbidden) as problem:
        return _refused(role_id, problem)
    return _done(gettext("The role is deleted."))


def _chosen() -> frozenset[Permission]:
    """The boxes that are ticked; Invalid for one that no page has."""
    chosen = request.form.getlist("permissions")
    if not set(chosen) <= set(Permission):
        problem = FieldError("permissions", _l("Choose among what is listed."))
        raise Invalid(LOOK_AGAIN, (problem,))
    return frozenset(map(Permission, chosen))


def _typed() -> frozenset[str]:
    return frozenset(request.form.getlist("permissions"))


def _done(notice: str) -> Response:
    flash(notice, "success")
    return redirect(url_for("admin_roles.index"), 303)


def _refused(role_id: int, problem: ShopError) -> Response:
    """The role as it is now, with what was typed and why it was refused."""
    role = services.roles.get(role_id)
    # Deleting sends no boxes.
    ticked = _typed() if "name" in request.form else frozenset(role.grants)
    return _form(Form(request.form, in_words(problem, CHANGED)), ticked, role)


def _form(form: Form, ticked: frozenset[str], role: Role | None = None) -> Response:
    """A new role, or this one as it is changed."""
    return form_page("admin/roles/role.html", form, ticked=ticked, role=role, areas=AREAS)
