"""Answering a repeated request as it was answered first.

https://yookassa.ru/developers/using-api/interaction-format#idempotence: every POST carries an
``Idempotence-Key`` of at most 64 characters; the same key with the same data gets the first
answer again; the key lives for 24 hours after the first request. The key of one request used for
another is refused (``Duplicate idempotence key`` in the list of errors named in errors.py, and the
example in https://yookassa.ru/developers/using-api/response-handling/response-format).

What happens to the key of a request that was refused is not documented. "The result of the
original request" is read here as including a refusal.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dev.yookassa_sandbox.clock import stamp
from dev.yookassa_sandbox.errors import invalid

HEADER = "Idempotence-Key"
LONGEST = 64


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, to the byte."""

    status: int
    body: bytes


def check_key(key: str | None) -> str:
    """The key of a request. Raises ApiError if there is none or it is too long."""
    if not key:
        raise invalid("Idempotence key is empty", HEADER)
    if len(key) > LONGEST:
        raise invalid(f"Idempotence key is too long. Max. length is {LONGEST}", HEADER)
    return key


def fingerprint(method: str, path: str, body: Mapping[str, Any]) -> str:
    """What makes two requests the same: the call and its data, however these are written."""
    same = json.dumps([method, path, body], sort_keys=True)
    return hashlib.sha256(same.encode()).hexdigest()


def recall(
    db: sqlite3.Connection, key: str, mark: str, now: datetime, life: timedelta
) -> Answer | None:
    """The first answer to this request, if it has had one within ``life``.

    Raises ApiError if the key belongs to another request.
    """
    db.execute("DELETE FROM answers WHERE first_at <= ?", (stamp(now - life),))
    row = db.execute(
        "UPDATE answers SET requests = requests + 1 WHERE key = ?"
        " RETURNING fingerprint, status, body",
        (key,),
    ).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != mark:
        raise invalid("Idempotence key duplicated", HEADER)
    return Answer(row["status"], row["body"])


def remember(db: sqlite3.Connection, key: str, mark: str, answer: Answer, now: datetime) -> None:
    """Keep the first answer to a request."""
    db.execute(
        "INSERT INTO answers (key, fingerprint, first_at, status, body) VALUES (?, ?, ?, ?, ?)",
        (key, mark, stamp(now), answer.status, answer.body),
    )
