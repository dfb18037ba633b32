"""A forgotten password."""

from __future__ import annotations

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
from pydantic import BaseModel, ConfigDict
from werkzeug.wrappers import Response

from shop.errors import Invalid
from shop.services.mail_addresses import AccountEmail
from shop.web import locales
from shop.web.access import public
from shop.web.counting import refuse_without_counters
from shop.web.forms import Form, parse
from shop.web.limits import guessing
from shop.web.services import services

pages = Blueprint("passwords", __name__, url_prefix="/password")

WRITTEN_TO = "written_to"
MESSAGES = {"email": _l("Type an e-mail address such as name@example.org.")}


class Forgotten(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)

    email: AccountEmail


@pages.get("/forgotten")
@public
def forgotten() -> str:
    """Which account it is."""
    refuse_without_counters()
    return render_template("account/forgotten.html", form=Form(request.args))


@pages.post("/forgotten")
@public
@guessing
def ask() -> Response:
    """Write to the address, whatever account it has. The page says the same in every case."""
    try:
        wanted = parse(Forgotten, request.form, MESSAGES)
    except Invalid as problem:
        page = render_template("account/forgotten.html", form=Form(request.form, problem))
        return make_response(page, problem.status)
    services.passwords.ask_to_reset(wanted.email, locale=str(locales.current()))
    # In the session: an address in the page's own would stay in histories and logs.
    session[WRITTEN_TO] = wanted.email
    return redirect(url_for("passwords.asked"), 303)


@pages.get("/asked")
@public
def asked() -> str:
    return render_template("account/asked.html", email=session.get(WRITTEN_TO, ""))


@pages.get("/reset")
@public
def reset_page() -> str:
    """The form, while its link is good."""
    token = request.args.get("token", "")
    user = services.passwords.resettable(token)
    return render_template("account/reset.html", form=Form({}), token=token, email=user.email)


@pages.post("/reset")
@public
@guessing
def reset() -> Response:
    """Set the new password; whoever was logged in anywhere is not any more."""
    token = request.form.get("token", "")
    user = services.passwords.resettable(token)
    try:
        services.passwords.reset_password(token, request.form.get("password", ""))
    except Invalid as problem:
        page = render_template(
            "account/reset.html", form=Form({}, problem), token=token, email=user.email
        )
        return make_response(page, problem.status)
    services.sessions.forget(user.id)
    flash(_l("The new password is set. Log in with it."), "success")
    return redirect(url_for("accounts.login"), 303)
