"""Time as the API writes it.

Times are UTC, ISO 8601 with milliseconds and a ``Z`` (``2018-07-18T10:51:18.139Z``):
https://yookassa.ru/developers/api#payment_object. Written so, they sort as text, which is
what lets SQLite compare them.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of a real run; tests pass one that they can turn forward."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """A moment as the API shows it. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment must know its time zone")
    whole = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return whole.replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The reverse of :func:`stamp`; any ISO 8601 text with a zone. Raises ValueError."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError("a moment must know its time zone")
    return parsed
