"""A mail server that refuses the first letter of all, and says to whom it was."""

from __future__ import annotations

import logging
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from dev.services.ports import HOST, free_port


class RefusingMailServer:
    """Use it with `with`."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        self.taken: list[str] = []
        self._controller = Controller(self, hostname=HOST, port=free_port())

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self._controller.port}"

    def __enter__(self) -> RefusingMailServer:
        # What it reads itself it repeats, and it is no part of the shop.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()
        logging.getLogger("mail.log").setLevel(logging.NOTSET)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if not self.refused:
            self.refused.append(address)
            return f"550 <{address}> is unknown here"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.taken += envelope.rcpt_tos
        return "250 taken"
