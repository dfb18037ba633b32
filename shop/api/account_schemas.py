"""The shapes of accounts, tokens and keys in the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, WithJsonSchema

from shop.api.answers import ListOut
from shop.api.reading import Body
from shop.models import ApiKey, Permission, User
from shop.services.accounts.api_keys import SCOPES
from shop.services.accounts.passwords import LONGEST
from shop.services.accounts.service import Name
from shop.services.accounts.tokens import Pair
from shop.services.mail_addresses import AccountEmail

# A blank may be a part of it, so it is not trimmed.
Password = Annotated[str, StringConstraints(strip_whitespace=False, max_length=LONGEST)]
Locale = Literal["en", "ru"]
ScopeName = Annotated[
    str, StringConstraints(max_length=40), WithJsonSchema({"type": "string", "enum": [*SCOPES]})
]


class Registration(Body):
    """An account for oneself. A role is nobody's to ask for."""

    email: AccountEmail
    password: Annotated[Password, Field(examples=["a long and odd password"])]
    first_name: Name = ""
    last_name: Name = ""
    # To the processing of personal data, as /privacy says: nothing is kept without it.
    consent: Literal[True]
    # In which the shop writes; its own language where it is left out.
    locale: Locale | None = None


class Written(BaseModel):
    """The same whether the address has an account or not: its owner is told by mail."""

    detail: str


class Login(Body):
    """`code` is that of the second factor, or a recovery code, where the account has one."""

    email: Annotated[str, StringConstraints(max_length=254)]
    password: Password
    code: Annotated[str, StringConstraints(max_length=20)] | None = None


class Refreshing(Body):
    refresh_token: Annotated[str, StringConstraints(max_length=200)]


class TokensOut(BaseModel):
    """`expires_in` is the life of the access token in seconds. A refresh token is good once."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int


class RoleOut(BaseModel):
    code: str
    permissions: list[Permission]


class UserOut(BaseModel):
    id: int
    email: str
    email_confirmed: bool
    first_name: str
    last_name: str
    birth_date: date | None
    locale: Locale
    role: RoleOut
    active: bool
    second_factor: bool
    created_at: datetime


class UserList(ListOut[UserOut]):
    """Accounts."""


class ProfileChange(Body):
    """What an account says of itself; what is not sent stays."""

    first_name: Name | None = None
    last_name: Name | None = None
    birth_date: date | None = None
    locale: Locale | None = None


class NewUser(Body):
    """An account that staff make: its owner gets a mail and sets the password."""

    email: AccountEmail
    first_name: Name = ""
    last_name: Name = ""
    # As of a registration.
    locale: Locale | None = None
    role: Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,39}$")] = "customer"


class UserChange(ProfileChange):
    """`role` and `active` are for staff who may change accounts."""

    role: Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,39}$")] | None = None
    active: bool | None = None


class NewApiKey(Body):
    name: Annotated[
        str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")
    ]
    scopes: Annotated[list[ScopeName], Field(min_length=1)]
    current_password: Password
    # A key that does not run out where it is left out.
    expires_at: AwareDatetime | None = None


class ApiKeyOut(BaseModel):
    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class MadeApiKey(ApiKeyOut):
    """`key` is what to send as `Authorization: Bearer`. It is told this once."""

    key: str


class ApiKeys(BaseModel):
    items: list[ApiKeyOut]


def tokens_out(pair: Pair) -> TokensOut:
    return TokensOut(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        token_type="Bearer",  # noqa: S106
        expires_in=pair.expires_in,
    )


def user_out(user: User) -> UserOut:
    return UserOut(
        id=user.id,
        email=user.email,
        email_confirmed=user.email_confirmed_at is not None,
        first_name=user.first_name,
        last_name=user.last_name,
        birth_date=user.birth_date,
        locale="ru" if user.locale == "ru" else "en",
        role=RoleOut(code=user.role.code, permissions=sorted(user.role.grants)),
        active=user.active,
        second_factor=user.has_second_factor,
        created_at=user.created_at,
    )


def key_values(key: ApiKey) -> dict[str, object]:
    return {name: getattr(key, name) for name in ApiKeyOut.model_fields}
