"""Logging in and out, and one's own orders."""

from __future__ import annotations

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Invalid
from shop.models import User
from shop.repositories.paging import MAX_PAGE
from shop.web import logins
from shop.web.access import public, signed_in
from shop.web.counting import refuse_without_counters
from shop.web.forms import Form
from shop.web.limits import guessing, guessing_at
from shop.web.services import services

pages = Blueprint("accounts", __name__)

ORDERS_PER_PAGE = 20


@pages.get("/login")
@public
def login() -> str | Response:
    """The form."""
    if current_user.is_authenticated:
        return redirect(_landing(current_user), 303)
    refuse_without_counters()
    return render_template("account/login.html", form=Form({"next": _next(request.args)}))


@pages.post("/login")
@public
@guessing
def log_in() -> Response:
    """Log in; a guest's cart comes along."""
    given = request.form
    try:
        user = services.accounts.authenticate(given.get("email", ""), given.get("password", ""))
    except Invalid as problem:
        values = {"email": given.get("email", ""), "next": _next(given)}
        page = render_template("account/login.html", form=Form(values, problem))
        return make_response(page, problem.status)
    if user.has_second_factor:
        logins.wait_for_code(user, _next(given))
        return redirect(url_for("accounts.code_page"), 303)
    logins.log_in(user)
    return redirect(_next(given) or _landing(user), 303)


@pages.get("/login/code")
@public
def code_page() -> str | Response:
    """The second step, for somebody who has typed the password."""
    if logins.waiting() is None:
        return redirect(url_for("accounts.login"), 303)
    refuse_without_counters()
    return render_template("account/code.html", form=Form({}))


@pages.post("/login/code")
@public
@guessing_at(logins.waiting_account)
def check_code() -> Response:
    """Log in with the code of the telephone, or one from the paper."""
    waiting = logins.waiting()
    if waiting is None:
        flash(_l("That took too long. Log in once more."), "info")
        return redirect(url_for("accounts.login"), 303)
    try:
        user = services.second_factor.check(waiting.user_id, request.form.get("code", ""))
    except Invalid as problem:
        page = render_template("account/code.html", form=Form({}, problem))
        return make_response(page, problem.status)
    logins.log_in(user)
    return redirect(waiting.target or _landing(user), 303)


@pages.post("/logout")
@public
def logout() -> Response:
    logins.log_out()
    flash(_l("You are logged out."), "success")
    return redirect(url_for("home.index"), 303)


@pages.get("/account")
@signed_in
def account() -> str:
    """One's orders, the newest first."""
    page = request.args.get("page", 1, type=int)
    orders = services.orders.of_user(current_user, min(max(page, 1), MAX_PAGE), ORDERS_PER_PAGE)
    return render_template("account/page.html", orders=orders)


def _landing(user: User) -> str:
    return url_for("admin.index" if user.is_staff else "accounts.account")


def _next(given: object) -> str:
    """Where to go after logging in: only an address of this shop."""
    target = str(given.get("next", "")) if hasattr(given, "get") else ""
    # Browsers read a backslash as a slash and skip tabs; a line break cannot stand in a header.
    local = target.startswith("/") and target[1:2] not in ("/", "\\") and target.isprintable()
    return target if local else ""
