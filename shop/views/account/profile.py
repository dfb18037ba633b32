"""What people say of themselves."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import Field
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from shop.errors import Invalid, Stale
from shop.services.accounts.service import Profile
from shop.web.access import signed_in
from shop.web.forms import Form, form_page, in_words, parse
from shop.web.services import services

pages = Blueprint("profile", __name__, url_prefix="/account/profile")

MESSAGES = {
    "first_name": _l("At most 100 characters, please."),
    "last_name": _l("At most 100 characters, please."),
    "birth_date": _l("Type the day on which you were born."),
    "locale": _l("Choose a language."),
}
CHANGED = _l("Your details were changed meanwhile. Check what you typed and save again.")


class Corrected(Profile):
    """`version` is the one seen."""

    version: int = Field(exclude=True)


@pages.get("")
@signed_in
def show() -> Response:
    """The form with what the account says."""
    return _form(Form(_known()))


@pages.post("")
@signed_in
def save() -> Response:
    try:
        typed = parse(Corrected, _given(), MESSAGES)
        services.accounts.change_profile(current_user, typed, typed.version)
    except (Invalid, Stale) as problem:
        return _form(Form(request.form, in_words(problem, CHANGED)))
    flash(_l("Your details are saved."), "success")
    return redirect(url_for("profile.show"), 303)


def _given() -> MultiDict[str, str]:
    """The form without its token; a day that was left empty is none."""
    named = {name: value for name, value in request.form.items() if name in Corrected.model_fields}
    if not named.get("birth_date"):
        named.pop("birth_date", None)
    return MultiDict(named)


def _known() -> dict[str, object]:
    return {name: getattr(current_user, name) or "" for name in Profile.model_fields}


def _form(form: Form) -> Response:
    return form_page("account/profile.html", form)
