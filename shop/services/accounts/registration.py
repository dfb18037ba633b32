"""Making one's own account, and showing that its address is one's own."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.exc import NoResultFound

from shop.errors import Conflict
from shop.models import Consent, ConsentKind, RoleCode, User
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.consents import ConsentRepository
from shop.repositories.users import RoleRepository, UserRepository
from shop.services.accounts.links import AccountLinks, spent
from shop.services.accounts.notices import HOUR, Notice, Notices
from shop.services.accounts.passwords import LONGEST, Passwords
from shop.services.accounts.service import Name
from shop.services.base import EntityBaseService, retried
from shop.services.mail_addresses import AccountEmail


class SignUp(BaseModel):
    """A registration. Nothing else is read: a role is not asked for."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    email: AccountEmail
    # Not trimmed: a blank may be a part of it.
    password: Annotated[str, StringConstraints(strip_whitespace=False, max_length=LONGEST)]
    first_name: Name = ""
    last_name: Name = ""


class RegistrationService(EntityBaseService[User]):
    def __init__(
        self,
        session: Sessions,
        users: UserRepository,
        roles: RoleRepository,
        consents: ConsentRepository,
        notices: Notices,
        passwords: Passwords,
        links: AccountLinks,
    ) -> None:
        super().__init__(session, users)
        self.users = users
        self.roles = roles
        self.consents = consents
        self.notices = notices
        self.passwords = passwords
        self.links = links

    def sign_up(self, wanted: SignUp, *, locale: str, consent_version: str) -> None:
        """Make a customer's account and write to its address, or write to who has it already.

        Whoever asks learns nothing of whether there is one. Invalid for a poor password.
        """
        self.check(wanted)
        # Hashed before anybody looks: it takes as long where there is an account.
        password_hash = self.passwords.hash(wanted.password)
        try:
            self._sign_up(wanted, password_hash, locale, consent_version)
        except Conflict:
            # The same form twice at once: the other one was faster, and now there is an account.
            self._sign_up(wanted, password_hash, locale, consent_version)

    def check(self, wanted: SignUp) -> None:
        """Invalid for a password that is easily guessed."""
        self.passwords.check(wanted.password, wanted.email, wanted.first_name, wanted.last_name)

    @retried
    def _sign_up(
        self, wanted: SignUp, password_hash: str, locale: str, consent_version: str
    ) -> None:
        with self.transaction():
            if (known := self.users.by_email(wanted.email)) is not None:
                self.notices.tell(Notice.ALREADY_REGISTERED, known, once_in=HOUR)
                return
            user = self.users.add(
                User(
                    email=wanted.email,
                    password_hash=password_hash,
                    role=self.roles.by_code(RoleCode.CUSTOMER),
                    first_name=wanted.first_name,
                    last_name=wanted.last_name,
                    locale=locale,
                )
            )
            kind = ConsentKind.PERSONAL_DATA
            self.consents.add(Consent(user_id=user.id, kind=kind, text_version=consent_version))
            self.notices.tell(Notice.CONFIRM, user)

    @retried
    def ask_to_confirm(self, user: User) -> None:
        """Write to the address once more, at most once in a minute."""
        with self.transaction():
            if user.email_confirmed_at is None:
                self.notices.tell(Notice.CONFIRM, user)

    @retried
    def confirm(self, token: str) -> User:
        """The address is its owner's; Invalid for a link that is spent."""
        user_id, email = self.links.confirmed(token)
        with self.transaction():
            try:
                user = self.users.get(user_id)
            except NoResultFound:
                raise spent() from None
            if user.email != email or not user.active:
                raise spent()
            user.confirm_email(utcnow())
            return user
