"""The queue of notifications (webhooks).

https://yookassa.ru/developers/using-api/webhooks#using: a POST with ``type``, ``event`` and the
object as it was when its status changed; only HTTP 200 confirms it, whatever the body; anything
else, and it is sent again until 24 hours have passed since the event. A notification goes to the
address that was set when the event happened, even if another is set now:
https://github.com/yoomoney/yookassa-github-docs (checkout-api, "031-01 url ...").
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dev.yookassa_sandbox.clock import moment, stamp

CONFIRMED = 200


@dataclass(frozen=True)
class Notification:
    """One message to the shop that waits to be confirmed."""

    id: int
    url: str
    body: bytes
    happened_at: str


def enqueue(
    db: sqlite3.Connection,
    url: str,
    event: str,
    view: Mapping[str, Any],
    now: datetime,
    copies: int,
) -> None:
    """Put an event in the queue ``copies`` times; 0 keeps it only as dropped."""
    message = {"type": "notification", "event": event, "object": view}
    body = json.dumps(message, ensure_ascii=False).encode()
    state, next_at = ("waiting", stamp(now)) if copies else ("dropped", None)
    for _ in range(copies or 1):
        db.execute(
            "INSERT INTO notifications (event, object_id, url, body, happened_at, next_at, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (event, view["id"], url, body, stamp(now), next_at, state),
        )


def due(db: sqlite3.Connection, now: datetime) -> list[Notification]:
    """What must be sent now, the oldest event first."""
    rows = db.execute(
        "SELECT id, url, body, happened_at FROM notifications"
        " WHERE state = 'waiting' AND next_at <= ? ORDER BY id",
        (stamp(now),),
    )
    return [Notification(*row) for row in rows]


def settle(
    db: sqlite3.Connection,
    notification: Notification,
    status: int | None,
    now: datetime,
    retry_after: Sequence[float],
) -> None:
    """Write down how an attempt ended: ``status`` is the shop's answer, None if there was none."""
    state, next_at = "delivered", None
    if status != CONFIRMED:
        next_at = _next_attempt(notification.happened_at, now, retry_after)
        state = "waiting" if next_at else "given_up"
    db.execute(
        "UPDATE notifications SET state = ?, next_at = ?, attempts = attempts + 1 WHERE id = ?",
        (state, next_at, notification.id),
    )


def _next_attempt(happened_at: str, now: datetime, retry_after: Sequence[float]) -> str | None:
    # Attempts missed while the sandbox was off are not made up for: the next one is ahead.
    for seconds in retry_after:
        at = moment(happened_at) + timedelta(seconds=seconds)
        if at > now:
            return stamp(at)
    return None


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many notifications are in each state, and how many attempts were made."""
    rows = db.execute("SELECT state, attempts FROM notifications").fetchall()
    states = Counter(row["state"] for row in rows)
    numbers = {name: states[name] for name in ("waiting", "delivered", "dropped", "given_up")}
    return numbers | {"attempts": sum(row["attempts"] for row in rows)}
