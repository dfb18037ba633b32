"""Sending mail: over SMTP, or into a folder on a developer's machine."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from shop.errors import Unavailable
from shop.gateways.knocking import knock

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Letter:
    """A mail to one person. `key` is the same for every try to send it."""

    key: str
    to: str
    subject: str
    text: str
    html: str


class Mailer(Protocol):
    def send(self, letter: Letter) -> None:
        """Hand it over; Unavailable when that has to be tried again."""


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The message. Its Message-ID comes from the key, so a repeat can be told as one."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    domain = sender.rpartition("@")[2].rstrip(">") or "colophon"
    message["Message-ID"] = f"<{letter.key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


class SmtpMailer:
    """`smtp://user:password@host:port`; `smtps://` is TLS at once, `?starttls=1` upgrades."""

    def __init__(self, url: str, sender: str) -> None:
        self.url = urlsplit(url)
        self.sender = sender

    def send(self, letter: Letter) -> None:
        try:
            with self._connect() as smtp:
                smtp.send_message(compose(letter, self.sender))
        except smtplib.SMTPException as error:
            # What the server said has addresses in it, and more people read of failures than may
            # read those.
            raise Unavailable(f"the mail server: {_refusal(error)}") from None
        except OSError as error:
            raise Unavailable(f"the mail server: {error}") from error

    def greet(self) -> None:
        """Log in as for sending, and go; SMTPException or OSError where that is not possible."""
        with self._connect() as smtp:
            smtp.noop()

    def _connect(self) -> smtplib.SMTP:
        host, tls = self.url.hostname or "localhost", ssl.create_default_context()
        smtp: smtplib.SMTP
        if self.url.scheme == "smtps":
            smtp = smtplib.SMTP_SSL(
                host, self.url.port or 465, timeout=TIMEOUT_SECONDS, context=tls
            )
        else:
            smtp = smtplib.SMTP(host, self.url.port or 25, timeout=TIMEOUT_SECONDS)
            if "starttls=1" in self.url.query:
                smtp.starttls(context=tls)
        if self.url.username:
            smtp.login(unquote(self.url.username), unquote(self.url.password or ""))
        return smtp


def _refusal(error: smtplib.SMTPException) -> str:
    """The kind of refusal, with the codes of the server's answers where it gave any."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _ in error.recipients.values()}
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = {error.smtp_code}
    else:
        codes = set()
    return " ".join([type(error).__name__, *map(str, sorted(codes))])


class FolderMailer:
    """One .eml file for each letter, named by its key: sending it again leaves one file."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, letter: Letter) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{letter.key}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(bytes(compose(letter, self.sender)))
        os.replace(part, path)


def reach(url: str) -> None:
    """Knock at the mail server; OSError where nobody opens in time."""
    if not url.startswith("file:"):
        knock(url)


def mailer_for(url: str, sender: str) -> Mailer:
    """The mailer that MAIL_URL names."""
    if url.startswith("file:"):
        return FolderMailer(Path(unquote(urlsplit(url).path)), sender)
    return SmtpMailer(url, sender)
