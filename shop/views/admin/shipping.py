"""Ways of shipping, for staff: what they are called, what they cost, and in which order."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, Stale
from shop.models import Permission, ShippingMethod
from shop.views.admin.moving import step_asked
from shop.web.access import allowed_to
from shop.web.forms import (
    Blank,
    Form,
    Seen,
    decimal_point,
    form_page,
    in_words,
    parse,
    version_seen,
)
from shop.web.services import services

pages = Blueprint("admin_shipping", __name__, url_prefix="/admin/shipping")

CHANGED = _l("Somebody else has changed this. Compare, and save again.")
PRICE = _l("Type a price in roubles such as 390.00; 0 is for nothing.")
MESSAGES = {
    "price": PRICE,
    "free_from": _l("Type a sum in roubles such as 4000.00, or leave it empty."),
}


def _sum_or_none(value: object) -> object:
    return decimal_point(value) or None


Named = Annotated[str, StringConstraints(max_length=300)]
Told = Annotated[str, StringConstraints(max_length=500)]
Sum = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]


class MethodForm(BaseModel):
    """`version` is the one seen; None of a new one."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    name_ru: Annotated[Named | None, Blank] = None
    description: Told = ""
    description_ru: Annotated[Told | None, Blank] = None
    price: Annotated[Sum, BeforeValidator(decimal_point)]
    free_from: Annotated[Sum | None, BeforeValidator(_sum_or_none)] = None
    needs_address: bool = False
    active: bool = False
    version: int | None = None

    def values(self) -> dict[str, Any]:
        return self.model_dump(exclude={"version"})


@pages.get("")
@allowed_to(Permission.EDIT_SETTINGS)
def index() -> str:
    """All of them in the order of checkout, and what checkout shows of them."""
    return render_template("admin/shipping/page.html", methods=services.shipping.in_order())


@pages.get("/new")
@allowed_to(Permission.EDIT_SETTINGS)
def new() -> Response:
    """An empty form."""
    return _form(Form({"needs_address": "1", "active": "1"}))


@pages.post("")
@allowed_to(Permission.EDIT_SETTINGS)
def add() -> Response:
    """A new one, the last of all."""
    try:
        given = parse(MethodForm, request.form, MESSAGES)
        services.shipping.add(given.values(), current_user)
    except (Invalid, Conflict) as problem:
        return _form(Form(request.form, problem))
    return _done(gettext("The way of shipping is saved."))


@pages.get("/<int:method_id>")
@allowed_to(Permission.EDIT_SETTINGS)
def show(method_id: int) -> Response:
    """What it is called and costs, and what was done to it."""
    method = services.shipping.get(method_id)
    values = {name: getattr(method, name) for name in MethodForm.model_fields}
    shown = {
        name: "" if value is None or value is False else value for name, value in values.items()
    }
    return _form(Form(shown), method)


@pages.post("/<int:method_id>")
@allowed_to(Permission.EDIT_SETTINGS)
def change(method_id: int) -> Response:
    """Orders that have gone this way keep what they have cost."""
    method = services.shipping.get(method_id)
    try:
        given = parse(MethodForm, request.form, MESSAGES)
        services.shipping.amend(
            method_id, version_seen(given.version), given.values(), current_user
        )
    except (Invalid, Conflict, Stale) as problem:
        return _form(
            Form(request.form, in_words(problem, CHANGED)), services.shipping.get(method.id)
        )
    return _done(gettext("The way of shipping is saved."))


@pages.post("/<int:method_id>/move")
@allowed_to(Permission.EDIT_SETTINGS)
def move(method_id: int) -> Response:
    """One place up or down at checkout."""
    services.shipping.move(method_id, step_asked(), current_user)
    return redirect(url_for("admin_shipping.index"), 303)


@pages.post("/<int:method_id>/delete")
@allowed_to(Permission.EDIT_SETTINGS)
def remove(method_id: int) -> Response:
    """Take away what no order has gone by."""
    method = services.shipping.get(method_id)
    try:
        seen = parse(Seen, request.form, {})
        services.shipping.remove(method_id, seen.version, current_user)
    except (Invalid, Conflict, Stale) as problem:
        return _form(Form({}, in_words(problem, CHANGED)), method)
    return _done(gettext("“%(name)s” is deleted.", name=method.name))


def _done(notice: str) -> Response:
    flash(notice, "success")
    return redirect(url_for("admin_shipping.index"), 303)


def _form(form: Form, method: ShippingMethod | None = None) -> Response:
    return form_page(
        "admin/shipping/method.html",
        form,
        method=method,
        history=services.trail.history("shipping_method", method.id, current_user)
        if method
        else None,
    )
