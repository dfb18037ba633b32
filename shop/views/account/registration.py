"""Making an account, and confirming its address."""

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
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import FieldError, Invalid
from shop.services.accounts.registration import SignUp
from shop.web import consent, locales
from shop.web.access import public, signed_in
from shop.web.counting import refuse_without_counters
from shop.web.forms import LOOK_AGAIN, Form, parse
from shop.web.limits import guessing
from shop.web.services import services

pages = Blueprint("registration", __name__)

MESSAGES = {
    "email": _l("Type an e-mail address such as name@example.org."),
    "password": _l("A password has 200 characters at most."),
}
WRITTEN_TO = "written_to"
NO_CONSENT = _l("We cannot keep an account without your consent.")


@pages.get("/register")
@public
def form() -> str | Response:
    """An empty form."""
    if current_user.is_authenticated:
        return redirect(url_for("accounts.account"), 303)
    refuse_without_counters()
    return render_template("account/register.html", form=Form(consent.shown()))


@pages.post("/register")
@public
@guessing
def register() -> Response:
    """Make an account. The answer is the same where the address has one: its owner is told."""
    try:
        wanted = _read()
        services.registration.sign_up(
            wanted,
            locale=str(locales.current()),
            consent_version=services.content.consent_version(),
        )
    except Invalid as problem:
        values = {**consent.kept(request.form.to_dict()), "password": ""}
        page = render_template("account/register.html", form=Form(values, problem))
        return make_response(page, problem.status)
    # In the session: an address in the page's own would stay in histories and logs.
    session[WRITTEN_TO] = wanted.email
    return redirect(url_for("registration.written"), 303)


@pages.get("/register/written")
@public
def written() -> str:
    """What happens next."""
    return render_template("account/written.html", email=session.get(WRITTEN_TO, ""))


@pages.get("/account/confirm")
@public
def confirm_page() -> str:
    """One button: programs that look at the links of a mail confirm nothing."""
    return render_template(
        "account/confirm.html",
        title=_l("Confirm your address"),
        action=url_for("registration.confirm"),
        token=request.args.get("token", ""),
    )


@pages.post("/account/confirm")
@public
@guessing
def confirm() -> Response:
    services.registration.confirm(request.form.get("token", ""))
    flash(_l("Thank you, your address is confirmed."), "success")
    known = current_user.is_authenticated
    return redirect(url_for("profile.show" if known else "accounts.login"), 303)


@pages.post("/account/confirm/again")
@signed_in
def confirm_again() -> Response:
    """Another mail, where the first one was lost."""
    services.registration.ask_to_confirm(current_user)
    flash(_l("We have sent you the link. Look in the spam folder, too."), "success")
    return redirect(url_for("profile.show"), 303)


def _read() -> SignUp:
    """The form; Invalid with everything that is wrong, so that nobody is sent back twice."""
    problems: list[FieldError] = []
    wanted = None
    try:
        wanted = parse(SignUp, request.form, MESSAGES)
        services.registration.check(wanted)
    except Invalid as problem:
        problems += problem.errors
    problems += consent.refusals(request.form, NO_CONSENT)
    if problems or wanted is None:
        raise Invalid(LOOK_AGAIN, tuple(problems))
    return wanted
