"""Mails about accounts, in the language of the account. The outbox sends them."""

from __future__ import annotations

from flask import render_template
from flask_babel import force_locale

from shop.errors import NotFound
from shop.gateways.mail import Letter, Mailer
from shop.models import User
from shop.repositories.base import Sessions
from shop.repositories.users import UserRepository
from shop.services.accounts.links import AccountLinks
from shop.services.accounts.notices import Notice
from shop.services.base import EntityBaseService

SUBJECT = "Subject: "


class AccountMails(EntityBaseService[User]):
    def __init__(
        self,
        session: Sessions,
        users: UserRepository,
        mailer: Mailer,
        links: AccountLinks,
        shop_name: str,
    ) -> None:
        super().__init__(session, users)
        self.users = users
        self.mailer = mailer
        self.links = links
        self.shop_name = shop_name

    def send(
        self,
        key: str,
        name: str,
        user_id: int | None = None,
        email: str | None = None,
        locale: str = "en",
        stamp: str | None = None,
    ) -> None:
        """Write and send a notice to an account, or to `email` in its place.

        Links are made here and not before: the outbox keeps nothing that opens an account.
        """
        user = self._person(user_id)
        if user is None and email is None:
            # Deleted meanwhile.
            return
        if stamp is not None and (user is None or not self.links.is_of(user, stamp)):
            # Asked for before the password, the address or the sessions were changed.
            return
        language = user.locale if user else locale
        context = {
            "user": user,
            "email": email,
            "link": self._link(Notice(name), user, email, language),
            "shop_name": self.shop_name,
            "shop_url": self.links.page(language, "/"),
            "language": language,
        }
        with force_locale(language):
            written = render_template(f"email/account/{name}.txt", **context)
            subject, _, text = written.partition("\n")
            subject = subject.removeprefix(SUBJECT).strip()
            paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
            html = render_template(
                "email/account/letter.html", subject=subject, paragraphs=paragraphs, **context
            )
        to = email or (user.email if user else "")
        self.mailer.send(Letter(key=key, to=to, subject=subject, text=text.lstrip("\n"), html=html))

    def _person(self, user_id: int | None) -> User | None:
        """Nobody when the account was deleted meanwhile: its mails are nobody's."""
        if user_id is None:
            return None
        try:
            user = self.get(user_id)
        except NotFound:
            return None
        return user if user.deleted_at is None else None

    def _link(
        self, notice: Notice, user: User | None, email: str | None, language: str
    ) -> str | None:
        if user is None:
            return self.links.page(language, "/register")
        if notice is Notice.MOVE:
            return self.links.move(user, email or "")
        if notice is Notice.CONFIRM:
            return self.links.confirm(user)
        if notice in (Notice.RESET, Notice.INVITED):
            return self.links.reset(user)
        return self.links.page(language, "/password/forgotten")
