"""The address book of an account."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, Stale
from shop.models import Address
from shop.services.address_details import AddressDetails
from shop.services.addresses import MOST_ADDRESSES
from shop.services.checkout_details import MISTAKES
from shop.web.access import signed_in
from shop.web.forms import Form, form_page, in_words, parse
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.services import services

pages = Blueprint("addresses", __name__, url_prefix="/account/addresses")

CHANGED = _l("This address was changed meanwhile. Check what you typed and save again.")


class Corrected(AddressDetails):
    """`version` is the one seen."""

    version: int


@pages.get("")
@signed_in
def index() -> Response:
    """All addresses, the default first."""
    return page_or_fragment("account/addresses.html", "account/_addresses.html", **_book())


@pages.get("/new")
@signed_in
def new() -> Response:
    """An empty form; the name is that of the account."""
    name = f"{current_user.first_name} {current_user.last_name}".strip()
    return _form(Form({"full_name": name}))


@pages.post("")
@signed_in
def add() -> Response:
    """One more address."""
    try:
        services.addresses.add(current_user, parse(AddressDetails, request.form, MISTAKES))
    except (Invalid, Conflict) as problem:
        return _form(Form(request.form, problem))
    flash(gettext("The address is saved."), "success")
    return redirect(url_for("addresses.index"), 303)


@pages.get("/<int:address_id>")
@signed_in
def edit(address_id: int) -> Response:
    """The form with what the address says."""
    address = services.addresses.one_of(current_user, address_id)
    return _form(Form(_typed(address)), address)


@pages.post("/<int:address_id>")
@signed_in
def change(address_id: int) -> Response:
    """Save what was typed, unless the address was changed in another window meanwhile."""
    try:
        typed = parse(Corrected, request.form, MISTAKES)
        services.addresses.change(current_user, address_id, typed.version, typed)
    except (Invalid, Stale) as problem:
        address = services.addresses.one_of(current_user, address_id)
        return _form(Form(request.form, in_words(problem, CHANGED)), address)
    flash(gettext("The address is saved."), "success")
    return redirect(url_for("addresses.index"), 303)


@pages.post("/<int:address_id>/default")
@signed_in
def make_default(address_id: int) -> Response:
    """The one that the checkout fills in."""
    address = services.addresses.make_default(current_user, address_id)
    return _done(gettext("“%(name)s” is filled in at checkout from now on.", name=address.name))


@pages.post("/<int:address_id>/delete")
@signed_in
def remove(address_id: int) -> Response:
    """Take it out of the book; orders keep what they were sent to."""
    address = services.addresses.remove(current_user, address_id)
    return _done(gettext("“%(name)s” is deleted.", name=address.name))


def _done(notice: str) -> Response:
    if not wants_fragment():
        flash(notice, "success")
    return after_post(
        "account/_addresses.html", url_for("addresses.index"), notice=notice, **_book()
    )


def _book() -> Mapping[str, object]:
    return {"addresses": services.addresses.of_user(current_user), "most": MOST_ADDRESSES}


def _typed(address: Address) -> dict[str, object]:
    return {name: getattr(address, name) for name in Corrected.model_fields}


def _form(form: Form, address: Address | None = None) -> Response:
    """A new address, or this one as it is changed."""
    return form_page("account/address.html", form, address=address)
