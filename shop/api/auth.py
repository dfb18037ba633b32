"""Logging in from programs, and keys for machines."""

from __future__ import annotations

from flask import Blueprint, request
from flask_login import current_user

from shop.api.account_access import without_key
from shop.api.account_schemas import (
    ApiKeyOut,
    ApiKeys,
    Login,
    MadeApiKey,
    NewApiKey,
    ProfileChange,
    Refreshing,
    Registration,
    TokensOut,
    UserOut,
    Written,
    key_values,
    tokens_out,
    user_out,
)
from shop.api.answers import Answer
from shop.api.etags import oneself
from shop.api.operations import operation
from shop.api.users import profile_of
from shop.errors import CodeRequired, Forbidden, Invalid, WrongCredentials
from shop.models import User
from shop.services.accounts.registration import SignUp
from shop.web import bearer
from shop.web.access import signed_in, way_in
from shop.web.limits import guessing, refreshing
from shop.web.services import config, services

api = Blueprint("api_auth", __name__, url_prefix="/api/v1/auth")


@api.post("/register")
@way_in
@guessing
@operation("auth", body=Registration, answer=Written, status=201)
def register(body: Registration) -> Answer:
    """Make an account. The answer is the same where the address has one: its owner gets a mail."""
    wanted = SignUp(**body.model_dump(exclude={"consent", "locale"}))
    locale = body.locale or str(config.default_locale)
    services.registration.sign_up(
        wanted, locale=locale, consent_version=services.content.consent_version()
    )
    return Answer(Written(detail="We have written to this address. You may log in already."))


@api.post("/login")
@way_in
@guessing
@operation("auth", body=Login, answer=TokensOut, errors=(401,))
def login(body: Login) -> Answer:
    """Get an access token, and a refresh token for the next pair.

    401 `wrong_credentials` for whatever is wrong, 401 `code_required` where the account asks for a
    code of its second factor beside the password.
    """
    user = _person(body)
    pair = services.tokens.open(user, request.user_agent.string)
    return Answer(tokens_out(pair), headers={"Cache-Control": "no-store"})


@api.post("/refresh")
@way_in
@refreshing
@operation("auth", body=Refreshing, answer=TokensOut, errors=(401,))
def refresh(body: Refreshing) -> Answer:
    """The next pair, in place of the one before.

    A refresh token is good once. One that comes again closes the login it belongs to: log in anew.
    """
    pair = services.tokens.renew(body.refresh_token)
    return Answer(tokens_out(pair), headers={"Cache-Control": "no-store"})


@api.post("/logout")
@signed_in
@operation("auth", status=204)
def logout() -> None:
    """End the login that this access token belongs to."""
    token = bearer.token()
    if token is None or current_user.scopes is not None:
        raise Forbidden("Only the login of an access token can be ended here.")
    services.tokens.close(current_user, services.tokens.family_of(token))


@api.get("/me")
@signed_in
@operation("auth", answer=UserOut)
def me() -> Answer:
    """Who this is."""
    return Answer(user_out(current_user), entity=current_user)


@api.patch("/me")
@signed_in
@operation("auth", body=ProfileChange, answer=UserOut, if_match=oneself)
def change_me(body: ProfileChange, version: int | None) -> Answer:
    """Say something else of oneself."""
    user = services.accounts.change_profile(current_user, profile_of(body), version)
    return Answer(user_out(user), entity=user)


@api.get("/keys")
@signed_in
@operation("auth", answer=ApiKeys)
def keys() -> Answer:
    """One's own keys that are not revoked."""
    found = services.api_keys.list(current_user)
    return Answer(ApiKeys(items=[ApiKeyOut.model_validate(key_values(key)) for key in found]))


@api.post("/keys")
@signed_in
@guessing
@without_key
@operation("auth", body=NewApiKey, answer=MadeApiKey, status=201, errors=(409,))
def make_key(body: NewApiKey) -> Answer:
    """Make a key for a machine. A key cannot make others."""
    services.passwords.require(current_user, body.current_password)
    made = services.api_keys.make(current_user, body.name, body.scopes, body.expires_at)
    shown = MadeApiKey.model_validate({**key_values(made.key), "key": made.secret})
    return Answer(shown, headers={"Cache-Control": "no-store"})


@api.delete("/keys/<int:key_id>")
@signed_in
@operation("auth", status=204)
def revoke_key(key_id: int) -> None:
    """Revoke a key of one's own. It is good for nothing from now on."""
    services.api_keys.revoke(current_user, key_id)


def _person(body: Login) -> User:
    try:
        user = services.accounts.authenticate(body.email, body.password)
        if not user.has_second_factor:
            return user
        if body.code is None:
            raise CodeRequired("Send the code of the second factor as `code`.")
        return services.second_factor.check(user.id, body.code)
    except Invalid as problem:
        raise WrongCredentials(problem.detail) from None
