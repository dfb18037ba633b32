"""What XML asks for beyond HTML."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Flask

# All but the characters of https://www.w3.org/TR/xml/#charsets: no reference may stand for them.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Without the control characters that would make a document unreadable."""
    return NOT_XML.sub("", text)


def rfc3339(moment: datetime) -> str:
    """To the second, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def install(app: Flask) -> None:
    app.jinja_env.filters["xml_text"] = xml_text
    app.jinja_env.filters["rfc3339"] = rfc3339
