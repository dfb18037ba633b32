"""Accounts: one's own, and for staff who may see or change them all others."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_login import current_user

from shop.api.account_access import opens_account
from shop.api.account_schemas import (
    NewUser,
    ProfileChange,
    UserChange,
    UserList,
    UserOut,
    user_out,
)
from shop.api.answers import Answer, listed
from shop.api.etags import by_id, found
from shop.api.operations import operation
from shop.api.reading import Fields, Paging, fields_of
from shop.errors import Forbidden
from shop.models import Permission, User
from shop.repositories.user_filters import UserFilters
from shop.services.accounts.people import Change
from shop.services.accounts.service import PartOfProfile, Profile
from shop.web import access
from shop.web.access import allowed_to, signed_in
from shop.web.services import config, services
from shop.web.urls import absolute

api = Blueprint("api_users", __name__, url_prefix="/api/v1/users")

SHAPE = {"fields": fields_of(UserOut)}


@api.get("")
@allowed_to(Permission.SEE_USERS)
@operation("users", answer=UserList, query={"paging": Paging, **SHAPE, "filters": UserFilters})
def index(paging: Paging, fields: Fields, filters: UserFilters) -> Answer:
    """Accounts that match every filter, the newest first where no `order_by` is given."""
    found = services.people.find(filters, paging.page, paging.limit, paging.after)
    shown = [user_out(user) for user in found]
    return Answer(listed(found, shown, walked=paging.walks), fields=fields.fields)


@api.get("/<int:user_id>")
@signed_in
@opens_account(Permission.SEE_USERS)
@operation("users", answer=UserOut, query=SHAPE)
def show(user: User, fields: Fields) -> Answer:
    """One's own account, or any for staff who may see them."""
    return Answer(user_out(user), entity=user, fields=fields.fields)


@api.post("")
@allowed_to(Permission.EDIT_USERS)
@operation(
    "users",
    body=NewUser,
    answer=UserOut,
    status=201,
    keyed=True,
    errors=(409,),
    sends=("Location",),
)
def create(body: NewUser) -> Answer:
    """Make an account; its owner gets a mail with a link to set the password."""
    profile = Profile(
        first_name=body.first_name,
        last_name=body.last_name,
        locale=body.locale or str(config.default_locale),
    )
    user = services.people.invite(body.email, body.role, profile, current_user)
    address = absolute(url_for("api_users.show", user_id=user.id))
    return Answer(user_out(user), entity=user, location=address)


@api.patch("/<int:user_id>")
@signed_in
@opens_account(Permission.EDIT_USERS)
@operation("users", body=UserChange, answer=UserOut, if_match=found("user"), errors=(409,))
def change(user: User, body: UserChange, version: int | None) -> Answer:
    """Change one's own details; staff who may change accounts change those of others, and roles."""
    sent = body.model_fields_set
    profile = profile_of(body)
    if sent & {"role", "active"} and not access.may(Permission.EDIT_USERS):
        raise Forbidden("Your account changes its own details only.")
    if user.id == current_user.id and not sent & {"role", "active"}:
        user = services.accounts.change_profile(user, profile, version)
    else:
        said = profile if profile.model_fields_set else None
        wanted = Change(said, body.role, body.active)
        user = services.people.amend(user.id, version, wanted, current_user)
    return Answer(user_out(user), entity=user)


@api.delete("/<int:user_id>")
@allowed_to(Permission.EDIT_USERS)
@operation("users", status=204, if_match=by_id(User, "user_id"), errors=(409,))
def delete(user_id: int, version: int | None) -> None:
    """Delete an account at its owner's wish; orders stay without the person.

    409 while an order is still to be sent, and for the last administrator.
    """
    services.personal_data.erase_for(user_id, version, current_user)
    services.sessions.forget(user_id)


def profile_of(change: ProfileChange) -> PartOfProfile:
    """What was sent of it. Only the day of birth can be taken back: null is no name."""
    sent = change.model_fields_set & set(Profile.model_fields)
    given = {name: getattr(change, name) for name in sent}
    return PartOfProfile(
        **{n: value for n, value in given.items() if value is not None or n == "birth_date"}
    )
