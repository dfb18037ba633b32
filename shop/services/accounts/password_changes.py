"""Another password: by whoever knows the one before, or reads the mail of the account."""

from __future__ import annotations

from shop.errors import NotFound
from shop.models import User
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.tokens import ApiKeyRepository, TokenFamilyRepository
from shop.repositories.users import UserRepository
from shop.services.accounts.links import AccountLinks, spent
from shop.services.accounts.notices import TEN_MINUTES, Notice, Notices
from shop.services.accounts.passwords import Passwords
from shop.services.base import EntityBaseService, retried


class PasswordService(EntityBaseService[User]):
    def __init__(
        self,
        session: Sessions,
        users: UserRepository,
        families: TokenFamilyRepository,
        keys: ApiKeyRepository,
        notices: Notices,
        passwords: Passwords,
        links: AccountLinks,
    ) -> None:
        super().__init__(session, users)
        self.users = users
        self.families = families
        self.keys = keys
        self.notices = notices
        self.passwords = passwords
        self.links = links

    @retried
    def ask_to_reset(self, email: str, *, locale: str) -> None:
        """Write to this address how to come by a new password, or that it has no account."""
        email = email.strip().lower()
        with self.transaction():
            user = self.users.by_email(email) if "\x00" not in email else None
            if user is not None and user.active:
                self.notices.tell(Notice.RESET, user, once_in=TEN_MINUTES)
                return
            self.notices.tell_stranger(Notice.NO_ACCOUNT, email, locale)

    def resettable(self, token: str) -> User:
        """Whose password the link sets; Invalid when it is spent."""
        user_id, stamp = self.links.reset_of(token)
        try:
            user = self.get(user_id)
        except NotFound:
            raise spent() from None
        if not self.links.is_of(user, stamp):
            raise spent()
        return user

    @retried
    def reset_password(self, token: str, password: str) -> User:
        """Set a new password by the link; whoever is logged in anywhere is not any more."""
        user = self.resettable(token)
        self.passwords.check(password, user.email, user.first_name, user.last_name)
        password_hash = self.passwords.hash(password)
        user_id, stamp = self.links.reset_of(token)
        with self.transaction():
            user = self.users.locked(user_id)
            if not self.links.is_of(user, stamp):
                raise spent()
            # Whoever opened the link reads the mail of this address.
            user.confirm_email(utcnow())
            # Whoever had the account before may have made keys for later.
            self.keys.revoke_all(user.id, utcnow())
            self._set_password(user, password_hash)
            return user

    @retried
    def change_password(self, user: User, current: str, password: str) -> User:
        """Set another one; every session ends, and the caller opens a new one."""
        verified = self.passwords.require(user, current)
        self.passwords.check(password, user.email, user.first_name, user.last_name)
        password_hash = self.passwords.hash(password)
        with self.transaction():
            user = self.users.locked(user.id)
            self.passwords.recheck(user, verified)
            self._set_password(user, password_hash)
            return user

    def require(self, user: User, password: str) -> None:
        """Invalid unless it is theirs."""
        self.passwords.require(user, password)

    def _set_password(self, user: User, password_hash: str) -> None:
        user.password_hash = password_hash
        user.end_sessions()
        self.session.flush()
        self.families.close_all(user.id, utcnow())
        self.notices.tell(Notice.PASSWORD_CHANGED, user)
