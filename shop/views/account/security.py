"""How somebody gets into their account: password, address, and where it is open now."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, ConfigDict
from werkzeug.wrappers import Response

from shop.errors import Invalid, Unavailable
from shop.services.mail_addresses import AccountEmail
from shop.web import logins
from shop.web.access import public, signed_in
from shop.web.forms import Form, parse
from shop.web.limits import guessing
from shop.web.services import services

pages = Blueprint("security", __name__, url_prefix="/account")

MESSAGES = {"email": _l("Type an e-mail address such as name@example.org.")}


class Moving(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)

    email: AccountEmail


@pages.get("/security")
@signed_in
def show() -> Response:
    """Password, address, second factor, and every open session."""
    return _page()


@pages.post("/security/password")
@signed_in
@guessing
def change_password() -> Response:
    """Another password. Everybody else who is logged in to this account is not any more."""
    given = request.form
    try:
        user = services.passwords.change_password(
            current_user, given.get("current_password", ""), given.get("password", "")
        )
    except Invalid as problem:
        return _page(password=Form({}, problem))
    services.sessions.forget(user.id)
    logins.log_in(user)
    flash(_l("Your password is changed. You are logged out everywhere else."), "success")
    return redirect(url_for("security.show"), 303)


@pages.post("/security/email")
@signed_in
@guessing
def ask_to_move() -> Response:
    """Another address, once its owner has said yes there."""
    try:
        wanted = parse(Moving, request.form, MESSAGES)
        services.emails.ask_to_move(
            current_user, request.form.get("current_password", ""), wanted.email
        )
    except Invalid as problem:
        return _page(email=Form({"email": request.form.get("email", "")}, problem))
    flash(_l("We have written to %(email)s. Open the link there.", email=wanted.email), "success")
    return redirect(url_for("security.show"), 303)


@pages.get("/email/confirm")
@public
def move_page() -> str:
    """One button: programs that look at the links of a mail change nothing."""
    return render_template(
        "account/confirm.html",
        title=_l("Confirm your new address"),
        action=url_for("security.move"),
        token=request.args.get("token", ""),
    )


@pages.post("/email/confirm")
@public
@guessing
def move() -> Response:
    user = services.emails.move(request.form.get("token", ""))
    flash(_l("Your account has the address %(email)s now.", email=user.email), "success")
    known = current_user.is_authenticated
    return redirect(url_for("security.show" if known else "accounts.login"), 303)


@pages.post("/security/sessions/<digest>/end")
@signed_in
def end_session(digest: str) -> Response:
    """Log out one browser."""
    services.sessions.close_one(current_user, digest)
    flash(_l("That browser is logged out."), "success")
    return redirect(url_for("security.show"), 303)


@pages.post("/security/programs/<family_id>/end")
@signed_in
def end_program(family_id: str) -> Response:
    """Log out one program."""
    services.tokens.close(current_user, family_id)
    flash(_l("That program is logged out."), "success")
    return redirect(url_for("security.show"), 303)


@pages.post("/security/sessions/end")
@signed_in
def end_all() -> Response:
    """Log out everywhere, and go on here."""
    user = services.sessions.close_all(current_user.id)
    try:
        logins.log_in(user)
    except Unavailable:
        # All sessions are over, this one too, and no other can be opened just now.
        return redirect(url_for("home.index"), 303)
    flash(_l("You are logged out everywhere but here."), "success")
    return redirect(url_for("security.show"), 303)


def _page(password: Form | None = None, email: Form | None = None) -> Response:
    page = render_template(
        "account/security.html",
        password=password or Form({}),
        email=email or Form({}),
        sessions=_sessions(),
        programs=services.tokens.list(current_user),
        codes_left=services.second_factor.codes_left(current_user),
    )
    problem = next((form.problem for form in (password, email) if form and form.problem), None)
    return make_response(page, problem.status if problem else 200)


def _sessions() -> list[dict[str, object]] | None:
    """The open ones; None while Redis does not answer, since the rest of the page does not ask."""
    try:
        found = services.sessions.list(current_user)
    except Unavailable:
        return None
    return [
        {"stored": each, "is_this": services.sessions.is_this(current_user, each)} for each in found
    ]
