"""Accounts: who is who."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_babel import lazy_gettext as _l

from shop.errors import FieldError, Invalid, NotFound
from shop.models import Role, User
from shop.repositories.base import Sessions
from shop.repositories.users import UserRepository
from shop.services.base import EntityBaseService


class AccountService(EntityBaseService[User]):
    def __init__(self, session: Sessions, users: UserRepository) -> None:
        super().__init__(session, users)
        self.users = users
        self.hasher = PasswordHasher()
        # Checked where there is no account, so that the answer takes as long as with one.
        self._nobody = self.hasher.hash("nobody has this password")

    def authenticate(self, email: str, password: str) -> User:
        """The active account with this password; Invalid, the same for every reason, when none."""
        with self.transaction():
            user = self.users.by_email(email) if "\x00" not in email else None
        matches = self._matches(user.password_hash if user else self._nobody, password)
        if user is None or not matches or not user.active:
            raise Invalid(_l("The e-mail or the password is wrong."))
        return user

    def signed_in(self, user_id: str) -> User | None:
        """The account of a session, while it is active."""
        if not user_id.isdecimal():
            return None
        try:
            user = self.get(int(user_id))
        except NotFound:
            return None
        return user if user.active else None

    def register(
        self, email: str, password: str, *, role: Role, first_name: str = "", last_name: str = ""
    ) -> User:
        """A new account; Conflict when the address has one, Invalid for a short password."""
        if len(password) < 10:
            message = _l("A password needs at least ten characters.")
            raise Invalid(message, (FieldError("password", message),))
        return self.create(
            email=email.strip().lower(),
            password_hash=self.hasher.hash(password),
            role=role,
            first_name=first_name,
            last_name=last_name,
        )

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self.hasher.verify(password_hash, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
