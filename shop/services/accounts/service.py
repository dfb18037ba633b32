"""Accounts: who is who, and what people say of themselves."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, StringConstraints

from shop.errors import FieldError, Invalid, Stale
from shop.models import RoleCode, User
from shop.models.columns import today
from shop.repositories.base import Sessions
from shop.repositories.users import RoleRepository, UserRepository
from shop.services.accounts.passwords import Passwords
from shop.services.base import EntityBaseService, retried
from shop.services.mail_addresses import as_account

# Years. Nobody has become older than 122.
OLDEST = 130
# One line of text; control characters have no place in it.
Name = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class Profile(BaseModel):
    """What people say of themselves. Every string is trimmed."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True, extra="forbid")

    first_name: Name = ""
    last_name: Name = ""
    birth_date: date | None = None
    locale: Annotated[str, StringConstraints(pattern="^(en|ru)$")] = "en"

    def values(self) -> dict[str, object]:
        """What the account says from now on, by field."""
        return self.model_dump()


class PartOfProfile(Profile):
    """Only what was given counts: all else stays as it is when the account is locked."""

    def values(self) -> dict[str, object]:
        return self.model_dump(exclude_unset=True)


class AccountService(EntityBaseService[User]):
    def __init__(
        self, session: Sessions, users: UserRepository, roles: RoleRepository, passwords: Passwords
    ) -> None:
        super().__init__(session, users)
        self.users = users
        self.roles = roles
        self.passwords = passwords

    def authenticate(self, email: str, password: str) -> User:
        """The active account with this password; Invalid, the same for every reason, when none."""
        with self.transaction():
            user = self.users.by_email(as_account(email)) if "\x00" not in email else None
        matches = self.passwords.matches(user.password_hash if user else None, password)
        if user is None or not matches or not user.active:
            raise Invalid(_l("The e-mail or the password is wrong."))
        if self.passwords.is_outdated(user.password_hash):
            self._hash_anew(user, password)
        return user

    @retried
    def _hash_anew(self, user: User, password: str) -> None:
        """The one moment at which the password is at hand."""
        verified, password_hash = user.password_hash, self.passwords.hash(password)
        with self.transaction():
            if not self.users.replace_hash(user.id, verified, password_hash):
                # Changed meanwhile: what was right a moment ago is not any more.
                raise Invalid(_l("The e-mail or the password is wrong."))

    def register(
        self,
        email: str,
        password: str,
        *,
        role: RoleCode,
        first_name: str = "",
        last_name: str = "",
    ) -> User:
        """An account that somebody of the shop makes; Conflict when the address has one.

        Invalid for a password that is easily guessed.
        """
        self.passwords.check(password, email, first_name, last_name)
        with self.transaction():
            return self.users.add(
                User(
                    email=email.strip().lower(),
                    password_hash=self.passwords.hash(password),
                    role=self.roles.by_code(role),
                    first_name=first_name,
                    last_name=last_name,
                )
            )

    @retried
    def change_profile(self, user: User, profile: Profile, version: int | None = None) -> User:
        """Stale when it was changed after `version` was read; Invalid for a day that is to come."""
        with self.transaction():
            user = self.users.locked(user.id)
            if version is not None and version != user.version:
                raise Stale()
            take_profile(user, profile)
            self.session.flush()
            return user


def take_profile(user: User, profile: Profile) -> None:
    """Invalid for a day of birth that is to come, or longer ago than anybody lives."""
    born = profile.birth_date
    if born is not None and (born > today() or born.year < today().year - OLDEST):
        message = _l("Type the day on which you were born.")
        raise Invalid(message, (FieldError("birth_date", message),))
    for name, value in profile.values().items():
        setattr(user, name, value)
