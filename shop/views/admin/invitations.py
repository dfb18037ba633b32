"""Accounts that staff make: their owner gets a mail and sets the password."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import ConfigDict, StringConstraints
from werkzeug.wrappers import Response

from shop.errors import Conflict, FieldError, Forbidden, Invalid
from shop.models import Permission, User
from shop.services.accounts.service import Profile
from shop.services.mail_addresses import AccountEmail
from shop.views.admin.users import within_own
from shop.web import locales
from shop.web.access import allowed_to
from shop.web.forms import LOOK_AGAIN, Form, form_page, parse
from shop.web.services import services

pages = Blueprint("admin_invitations", __name__, url_prefix="/admin/users/invite")

MESSAGES = {
    "email": _l("Type an e-mail address such as name@example.org."),
    "first_name": _l("At most 100 characters, please."),
    "last_name": _l("At most 100 characters, please."),
    "locale": _l("Choose a language."),
    "role": _l("Choose a role."),
}


class Invitation(Profile):
    """Who is invited, and to what. `role` is a code."""

    model_config = ConfigDict(extra="ignore")

    email: AccountEmail
    role: Annotated[str, StringConstraints(min_length=1, max_length=40)]

    @property
    def profile(self) -> Profile:
        return Profile(first_name=self.first_name, last_name=self.last_name, locale=self.locale)


@pages.get("")
@allowed_to(Permission.EDIT_USERS)
def show() -> Response:
    """An empty form."""
    return _form(Form({"locale": str(locales.current())}))


@pages.post("")
@allowed_to(Permission.EDIT_USERS)
def send() -> Response:
    """Make the account and write to its owner."""
    try:
        user = _invited(parse(Invitation, request.form, MESSAGES))
    except (Invalid, Conflict, Forbidden) as problem:
        return _form(Form(request.form, problem))
    flash(gettext("We are writing to %(email)s.", email=user.email), "success")
    return redirect(url_for("admin_users.show", user_id=user.id), 303)


def _invited(wanted: Invitation) -> User:
    try:
        return services.people.invite(wanted.email, wanted.role, wanted.profile, current_user)
    except Conflict:
        taken = FieldError("email", _l("There is an account with this address already."))
        raise Conflict(LOOK_AGAIN, (taken,)) from None


def _form(form: Form) -> Response:
    roles = [each.role for each in services.roles.all() if within_own(each.role)]
    return form_page("admin/users/invite.html", form, roles=roles)
