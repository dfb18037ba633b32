"""The mails that the shop has written, and what waits to be sent."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from sqlalchemy import select

from shop.config import Config
from shop.extensions import db
from shop.models import OutboxMessage
from shop.services.outbox import Topic


def read(config: Config) -> list[EmailMessage]:
    """Every mail that was sent, the oldest first."""
    folder = Path(unquote(urlsplit(config.mail_url).path))
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths
    ]


@pytest.fixture
def sent(config: Config):
    """The mails that were sent."""
    return lambda: read(config)


def text(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\N{NO-BREAK SPACE}", " ")


def address_in(message: EmailMessage) -> str:
    """The first address in a mail that leads into the shop with a token."""
    return next(line for line in text(message).split() if "token=" in line)


def link_in(message: EmailMessage) -> str:
    """The token of the first address in a mail that has one."""
    return parse_qs(urlsplit(address_in(message)).query)["token"][0]


def notices() -> list[str]:
    """What is to be said to accounts by mail, in the order in which it was written."""
    query = select(OutboxMessage).where(OutboxMessage.topic == Topic.ACCOUNT_MAIL)
    return [each.payload["name"] for each in db.session.scalars(query.order_by(OutboxMessage.id))]
