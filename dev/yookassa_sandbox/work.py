"""The hand that does one request's work: a transaction, a moment and what belongs to them."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dev.yookassa_sandbox import notifications
from dev.yookassa_sandbox.clock import stamp
from dev.yookassa_sandbox.faults import Faults
from dev.yookassa_sandbox.settings import Settings

Json = dict[str, Any]


@dataclass(frozen=True)
class Work:
    """``key`` is the idempotence key of the request, if it came with one."""

    db: sqlite3.Connection
    now: datetime
    settings: Settings
    faults: Faults
    key: str | None = None

    def announce(self, event: str, view: Json) -> None:
        """Tell the shop that ``view`` has changed, as it stands now."""
        url = self.settings.webhook_url
        if url is not None:
            copies = self.faults.copies_of_webhook()
            notifications.enqueue(self.db, url, event, view, self.now, copies)

    def record(self, kind: str, object_id: str) -> None:
        """Write down that something was really done, for tests that count."""
        self.db.execute(
            "INSERT INTO operations (kind, object_id, key, done_at) VALUES (?, ?, ?, ?)",
            (kind, object_id, self.key, stamp(self.now)),
        )


def as_bytes(view: Json) -> bytes:
    """JSON as it goes over the wire."""
    return json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode()
