"""The mail server: reachable, lets us in, and asks for no password in the clear."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from shop.errors import ShopError
from shop.gateways.mail import Letter, Mailer, SmtpMailer
from shop.services.doctor.findings import Finding, ok, warning, wrong

LOCAL = ("localhost", "127.0.0.1", "::1")


class MailCheck:
    """Sends nothing, unless `mail_to` names somebody who waits for it."""

    def __init__(self, url: str, mailer: Mailer, mail_to: str | None) -> None:
        self.url = urlsplit(url)
        self.mailer = mailer
        self.mail_to = mail_to

    def __call__(self) -> Iterator[Finding]:
        if isinstance(self.mailer, SmtpMailer):
            yield from self._server(self.mailer)
        else:
            yield ok(f"Mails are kept in {Path(unquote(self.url.path))}, and reach nobody.")
        if self.mail_to:
            yield self._sent(self.mail_to)

    def _server(self, mailer: SmtpMailer) -> Iterator[Finding]:
        try:
            mailer.greet()
        except smtplib.SMTPAuthenticationError as error:
            yield wrong(
                f"The mail server refuses user or password ({error.smtp_code}): correct them in "
                "MAIL_URL; an @ in them is written %40."
            )
        except smtplib.SMTPNotSupportedError as error:
            yield wrong(f"The mail server: {error} Correct MAIL_URL (`?starttls=1`, smtps://).")
        except ssl.SSLError as error:
            yield wrong(
                f"The mail server and the shop find no safe way to talk ({error.reason}): look at "
                "smtps:// or `?starttls=1` in MAIL_URL, and at its certificate."
            )
        except (OSError, smtplib.SMTPException) as error:
            yield wrong(
                f"The mail server {self.url.hostname} does not let us in ({_said(error)}): correct "
                "MAIL_URL, or start it."
            )
        else:
            yield ok(f"The mail server {self.url.hostname} lets the shop in.")
        if self._in_the_clear:
            yield warning(
                "The password of the mail server goes over the net in the clear: write smtps:// "
                "or `?starttls=1` in MAIL_URL."
            )

    @property
    def _in_the_clear(self) -> bool:
        safe = self.url.scheme == "smtps" or "starttls=1" in self.url.query
        return bool(self.url.password) and not safe and self.url.hostname not in LOCAL

    def _sent(self, address: str) -> Finding:
        text = "If you read this, mails of the shop arrive."
        letter = Letter(f"doctor-{uuid4()}", address, text, text, f"<p>{text}</p>")
        try:
            self.mailer.send(letter)
        except ShopError as trouble:
            return wrong(f"A mail to {address} was not taken: {trouble.detail}.")
        return ok(f"A mail to {address} was taken by the server: see whether it arrives.")


def _said(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".")
