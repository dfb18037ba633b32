"""A real SMTP server that can be stopped, started again, and told to keep a sender waiting."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from dev.services.ports import HOST, free_port


class MailServer:
    """`received` are the mails that it has taken. It keeps its port when it is stopped."""

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[EmailMessage] = []
        # While it is set, a sender is told nothing after its last line.
        self.holding = threading.Event()
        self.waiting = threading.Event()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    def start(self) -> None:
        if self._controller is None:
            self._controller = Controller(self, hostname=HOST, port=self.port)
            self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def ids(self) -> list[str]:
        """The Message-IDs of what was received, without domain."""
        return [mail["Message-ID"].strip("<>").partition("@")[0] for mail in self.received]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        while self.holding.is_set():
            self.waiting.set()
            await asyncio.sleep(0.01)
        content: Any = envelope.content
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.received.append(mail)
        return "250 taken"
