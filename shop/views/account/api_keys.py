"""Keys for one's own machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid
from shop.services.accounts.api_keys import SCOPES, NewKey, Scope
from shop.web.access import signed_in
from shop.web.forms import Form, form_page
from shop.web.limits import guessing
from shop.web.services import services

pages = Blueprint("api_keys", __name__, url_prefix="/account/keys")

# Days, and 0 for a key that does not run out.
LIVES = (30, 90, 365, 0)


@pages.get("")
@signed_in
def index() -> Response:
    """The keys that are good, and a form for another one."""
    return _page(Form({"scopes": [Scope.READ], "days": "90"}))


@pages.post("")
@signed_in
@guessing
def make() -> Response:
    """A new key: its secret is shown this once."""
    given = request.form
    try:
        services.passwords.require(current_user, given.get("current_password", ""))
        made = services.api_keys.make(
            current_user, given.get("name", ""), given.getlist("scopes"), _until(given.get("days"))
        )
    except (Invalid, Conflict) as problem:
        values = {"name": given.get("name", ""), "days": given.get("days", "")}
        return _page(Form({**values, "scopes": given.getlist("scopes")}, problem))
    return _page(Form({}), made)


@pages.post("/<int:key_id>/revoke")
@signed_in
def revoke(key_id: int) -> Response:
    services.api_keys.revoke(current_user, key_id)
    flash(_l("The key is revoked: whoever uses it is refused from now on."), "success")
    return redirect(url_for("api_keys.index"), 303)


def _until(days: str | None) -> datetime | None:
    """When a key runs out; 90 days where nothing that makes sense was chosen."""
    known = {str(life): life for life in LIVES}
    life = known.get(days or "", 90)
    return datetime.now(UTC) + timedelta(days=life) if life else None


def _page(form: Form, made: NewKey | None = None) -> Response:
    response = form_page(
        "account/keys.html",
        form,
        made=made,
        keys=services.api_keys.list(current_user),
        scopes=[each for each in SCOPES if each in set(Scope) or current_user.may(each)],
        lives=LIVES,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
