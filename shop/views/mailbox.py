"""Mails that a developer's shop kept instead of sending. Not there in production."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import Blueprint, render_template

from shop.errors import NotFound
from shop.web.access import public
from shop.web.services import config

pages = Blueprint("mailbox", __name__, url_prefix="/dev/mail")

NEWEST = 100


@pages.get("")
@public
def index() -> str:
    """The newest mails."""
    newest = sorted(_folder().glob("*.eml"), key=lambda path: -path.stat().st_mtime)[:NEWEST]
    return render_template("mailbox/page.html", mails=[(p.stem, _read(p)) for p in newest])


@pages.get("/<name>")
@public
def show(name: str) -> str:
    """One mail, as text."""
    path = next((each for each in _folder().glob("*.eml") if each.stem == name), None)
    if path is None:
        raise NotFound()
    mail = _read(path)
    body = mail.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    return render_template("mailbox/mail.html", mail=mail, text=text)


def _folder() -> Path:
    return Path(unquote(urlsplit(config.mail_url).path))


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
