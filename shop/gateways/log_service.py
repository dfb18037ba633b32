"""The log service's API, as staff pages read it. Its answers are checked: another wrote them.

The contract of a record is `logs_consumer/log_batch.schema.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Any, TypeVar

import requests
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shop.errors import Invalid, Unavailable
from shop.gateways.rest import Rest

# Seconds for connecting, and for each silence. Somebody waits for the page.
PATIENCE = (2.0, 6.0)
# Bytes; a page of records has at most some megabytes.
LARGEST_ANSWER = 32 * 2**20
READ_AT_ONCE = 2**16
# Questions of one process, and seconds that one more waits for its turn.
AT_ONCE, TURN_SECONDS = 2, 1.0

Answer = TypeVar("Answer", bound=BaseModel)


class LogRecord(BaseModel):
    """What a program of the shop wrote. `extra` is what else it said."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    time: datetime
    level: str
    logger: str
    message: str
    service: str
    host: str
    request_id: str | None = None
    route: str | None = None
    method: str | None = None
    status: int | None = None
    duration_ms: float | None = None
    user_id: int | None = None
    order: str | None = None
    traceback: str | None = None
    extra: dict[str, Any] = Field(default_factory=dict)


class Hour(BaseModel):
    """How many records of each level an hour has; levels without any are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    hour: datetime
    counts: dict[str, int]


class _Records(BaseModel):
    items: list[LogRecord]
    next_cursor: str | None = None


class _Hours(BaseModel):
    hours: list[Hour]


@dataclass(frozen=True)
class Wanted:
    """Which records: what is None is not asked for. `logger` stands for those below it, too."""

    levels: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    logger: str | None = None
    service: str | None = None
    request_id: str | None = None
    order: str | None = None
    user_id: int | None = None
    text: str | None = None

    def asked(self) -> dict[str, str]:
        """As the API is asked."""
        found = {
            "level": ",".join(self.levels),
            "since": _told(self.since),
            "until": _told(self.until),
            "logger": self.logger,
            "service": self.service,
            "request_id": self.request_id,
            "order": self.order,
            "user_id": str(self.user_id) if self.user_id else "",
            "text": self.text,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class LogPage:
    """`next_cursor` is where the ones after these begin; None where there are none."""

    records: Sequence[LogRecord]
    next_cursor: str | None


class TokenRefused(Unavailable):
    """It answers, and not to us: shown as what it is a kind of."""


class TooSlow(Unavailable):
    """It answers, and had to look through too much for this question."""


class LogService:
    """Unavailable while it does not answer, answers nonsense, or does not take the token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        # Shoppers' pages come first: of a process's few threads so many wait for it at most.
        self._turn = BoundedSemaphore(AT_ONCE)
        self._rest = Rest()
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def latest(self, wanted: Wanted, limit: int, cursor: str | None = None) -> LogPage:
        """The latest first. Invalid where it does not take what is asked, such as a cursor."""
        asked = wanted.asked() | {"limit": str(limit)}
        found = self._records(asked | ({"cursor": cursor} if cursor else {}))
        return LogPage(found.items, found.next_cursor)

    def earliest(self, wanted: Wanted, limit: int) -> LogPage:
        """The first ones first."""
        found = self._records(wanted.asked() | {"limit": str(limit), "sort": "time"})
        return LogPage(found.items, found.next_cursor)

    def hours(self, wanted: Wanted) -> Sequence[Hour]:
        """Counts by hour and level; hours without a record may be left out."""
        return self._read(_Hours, "/logs/stats", wanted.asked()).hours

    def reach(self) -> None:
        """Return when it answers with this token."""
        self._records({"limit": "1"})

    def _records(self, asked: Mapping[str, str]) -> _Records:
        return self._read(_Records, "/logs", asked)

    def _read(self, kind: type[Answer], path: str, asked: Mapping[str, str]) -> Answer:
        if self._rest.goes_on or not self._turn.acquire(timeout=TURN_SECONDS):
            raise Unavailable("The log service does not answer.")
        try:
            status, body = self._fetch(path, asked)
        except (requests.RequestException, OSError) as error:
            self._rest.begin()
            raise Unavailable("The log service does not answer.") from error
        finally:
            self._turn.release()
        if status in (414, 422):
            raise Invalid("The log service cannot look for this.")
        if status == 401:
            raise TokenRefused("The log service refuses our token.")
        if status == 503 and _code(body) == "too_slow":
            raise TooSlow("The log service had too much to look through.")
        if status != 200:
            raise Unavailable(f"The log service answered {status}.")
        try:
            return kind.model_validate_json(body)
        except ValidationError as error:
            raise Unavailable("The log service answered what nobody can read.") from error

    def _fetch(self, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
        with requests.Session() as session:
            # Neither a proxy of the environment nor a password of ~/.netrc comes between.
            session.trust_env = False
            with session.get(
                self.url + path,
                params=asked,
                headers=self._headers,
                timeout=PATIENCE,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return answer.status_code, _bounded(answer)


def _code(body: bytes) -> object:
    """Of a problem that it tells of."""
    try:
        problem = json.loads(body)
    except ValueError:
        return None
    return problem.get("code") if isinstance(problem, dict) else None


def _bounded(answer: requests.Response) -> bytes:
    body = bytearray()
    for piece in answer.iter_content(READ_AT_ONCE):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise Unavailable("The log service answered more than anybody can read.")
    return bytes(body)


def _told(at: datetime | None) -> str:
    return (
        at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") if at else ""
    )
