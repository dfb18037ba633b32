"""Another address of an account: its owner says yes there, and the old one is told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from shop.errors import FieldError, Invalid
from shop.models import User
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.users import UserRepository
from shop.services.accounts.links import AccountLinks, spent
from shop.services.accounts.notices import HOUR, Notice, Notices
from shop.services.accounts.passwords import Passwords
from shop.services.base import EntityBaseService, retried


class EmailService(EntityBaseService[User]):
    def __init__(
        self,
        session: Sessions,
        users: UserRepository,
        notices: Notices,
        passwords: Passwords,
        links: AccountLinks,
    ) -> None:
        super().__init__(session, users)
        self.users = users
        self.notices = notices
        self.passwords = passwords
        self.links = links

    @retried
    def ask_to_move(self, user: User, password: str, email: str) -> None:
        """Write to the new address for its owner's yes, and tell the old one.

        That somebody else has the new address is told to them alone.
        """
        verified = self.passwords.require(user, password)
        if email == user.email:
            message = _l("This is your address already.")
            raise Invalid(message, (FieldError("email", message),))
        with self.transaction():
            self.passwords.recheck(self.users.locked(user.id), verified)
            if (other := self.users.by_email(email)) is not None:
                self.notices.tell(Notice.ALREADY_REGISTERED, other, once_in=HOUR)
            else:
                stamp = self.links.stamp(user)
                self.notices.tell(Notice.MOVE, user, email=email, stamp=stamp)
            self.notices.tell(Notice.MOVE_ASKED, user)

    @retried
    def move(self, token: str) -> User:
        """Take the new address. Invalid for a spent link, Conflict when somebody has it by now."""
        user_id, stamp, email = self.links.moved(token)
        with self.transaction():
            user = self.users.locked(user_id)
            if not self.links.is_of(user, stamp):
                raise spent()
            before = user.email
            user.move_to(email, utcnow())
            self.session.flush()
            self.notices.tell(Notice.MOVED, user, email=before)
            return user
