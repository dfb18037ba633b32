"""What the shop knows of somebody: to take along, and to delete."""

from __future__ import annotations

import json

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid
from shop.web import logins
from shop.web.access import signed_in
from shop.web.forms import Form, form_page
from shop.web.limits import guessing
from shop.web.services import services

pages = Blueprint("personal_data", __name__, url_prefix="/account/data")


@pages.get("")
@signed_in
def show() -> Response:
    """What was agreed to, a file of everything, and the way out."""
    return _page(Form({}))


@pages.get("/export")
@signed_in
def export() -> Response:
    """Everything in one file that programs can read (152-FZ, article 14)."""
    text = json.dumps(services.personal_data.export(current_user), ensure_ascii=False, indent=2)
    response = make_response(text)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = "attachment; filename=colophon.json"
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/delete")
@signed_in
@guessing
def delete() -> Response:
    """Delete the account. There is no way back, so the password is asked for."""
    try:
        user_id = current_user.id
        services.personal_data.erase(current_user, request.form.get("current_password", ""))
    except (Invalid, Conflict) as problem:
        return _page(Form({}, problem))
    services.sessions.forget(user_id)
    logins.log_out()
    flash(_l("Your account is deleted. Thank you for having been here."), "success")
    return redirect(url_for("home.index"), 303)


def _page(form: Form) -> Response:
    return form_page(
        "account/data.html", form, consents=services.personal_data.consents_of(current_user)
    )
