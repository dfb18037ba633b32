"""Accounts: who is who."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from shop.errors import Invalid
from shop.models import RoleCode, User
from shop.repositories.base import Sessions
from shop.repositories.users import RoleRepository, UserRepository
from shop.services.accounts.passwords import Passwords
from shop.services.base import EntityBaseService


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
            user = self.users.by_email(email) if "\x00" not in email else None
        matches = self.passwords.matches(user.password_hash if user else None, password)
        if user is None or not matches or not user.active:
            raise Invalid(_l("The e-mail or the password is wrong."))
        return user

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
