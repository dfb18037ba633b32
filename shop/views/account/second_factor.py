"""The second factor: turned on with a telephone, turned off with the password."""

from __future__ import annotations

import segno
from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Invalid
from shop.web import logins
from shop.web.access import signed_in
from shop.web.forms import Form, form_page
from shop.web.limits import guessing
from shop.web.services import services

pages = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")

# In the session until a code has shown that the telephone has it.
SECRET = "second_factor_secret"  # noqa: S105


@pages.get("")
@signed_in
def show() -> Response:
    """The picture to read with the telephone, or what is on already."""
    if not current_user.has_second_factor and SECRET not in session:
        session[SECRET] = services.second_factor.new_secret()
    return _page(Form({}))


@pages.post("")
@signed_in
@guessing
def turn_on() -> Response:
    """Ask for codes from now on; the recovery codes are shown this once."""
    secret = session.get(SECRET, "")
    try:
        codes = services.second_factor.turn_on(
            current_user,
            request.form.get("current_password", ""),
            secret,
            "".join(request.form.get("code", "").split()),
        )
    except Invalid as problem:
        return _page(Form({}, problem))
    # All sessions are over, this one too; the new one does not know the secret any more.
    logins.log_in(services.accounts.get(current_user.id))
    return _shown_once(codes)


@pages.post("/off")
@signed_in
@guessing
def turn_off() -> Response:
    try:
        services.second_factor.turn_off(current_user, request.form.get("current_password", ""))
    except Invalid as problem:
        return _page(Form({}, problem))
    flash(_l("The second factor is off: the password alone opens your account."), "warning")
    return redirect(url_for("security.show"), 303)


@pages.post("/codes")
@signed_in
@guessing
def new_codes() -> Response:
    """Other recovery codes in place of the old ones."""
    try:
        codes = services.second_factor.new_codes(
            current_user, request.form.get("current_password", "")
        )
    except Invalid as problem:
        return _page(Form({}, problem))
    return _shown_once(codes)


def _page(form: Form) -> Response:
    secret = session.get(SECRET, "")
    shown = {
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "picture": _picture(secret) if secret and not current_user.has_second_factor else None,
        "codes_left": services.second_factor.codes_left(current_user),
    }
    response = form_page("account/second_factor.html", form, **shown)
    response.headers["Cache-Control"] = "no-store"
    return response


def _picture(secret: str) -> str:
    """A QR code as the address of a picture."""
    code = segno.make(services.second_factor.address(current_user, secret), error="m")
    return str(code.svg_data_uri(scale=5, border=2, dark="#000", light="#fff"))


def _shown_once(codes: object) -> Response:
    response = make_response(render_template("account/recovery_codes.html", codes=codes))
    response.headers["Cache-Control"] = "no-store"
    return response
