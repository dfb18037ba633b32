"""What gunicorn itself says, among our own records and without what was sent to it."""

from __future__ import annotations

import logging

# How the messages begin in which it repeats a request, and what is said instead.
REPEATING = {
    "Invalid request": "a request that cannot be read was refused",
    "Error handling request": "a request failed beneath the service",
}


def _is_of_reading(kind: type[BaseException] | None) -> bool:
    return kind is not None and kind.__module__ == "gunicorn.http.errors"


class WithoutRequests(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        for beginning, instead in REPEATING.items():
            if str(record.msg).startswith(beginning):
                record.msg, record.args = instead, ()
                # The text of such an error is what was sent.
                if record.exc_info and _is_of_reading(record.exc_info[0]):
                    record.exc_info = record.exc_text = None
        return True


def take_over(log: logging.Logger) -> None:
    """Have this logger, gunicorn's, write where all records of this process go."""
    log.addFilter(WithoutRequests())
    log.handlers.clear()
    log.propagate = True
