"""Reports of errors by Sentry. Imported where they are wanted (`outlets`).

A report is made anew out of what may leave: where in the code it happened, and the numbers that
lead to the shop's own records. What a person typed, has or is called is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import sentry_sdk
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
from sentry_sdk.types import Event

from shop.observing.outlets import Facts
from shop.observing.reports import Reports
from shop.observing.scrubbing import scrubbed

# Seconds, for what waits to be sent when a job's process ends.
PATIENCE = 2.0
KEPT = (
    *("event_id", "timestamp", "level", "logger", "platform", "sdk"),
    *("release", "environment", "server_name"),
)
FRAME = ("filename", "module", "function", "lineno", "in_app", "context_line")
# PostgreSQL quotes values after these words, SQLAlchemy a whole statement.
QUOTED = re.compile(r"(DETAIL|CONTEXT|HINT|\[SQL|\[parameters):?.*", re.DOTALL)
# A report goes to another house: beside what no record may tell, these are not told either.
HIDDEN = (
    (re.compile(r"[A-Za-z0-9_.-]{24,}"), "[long]"),
    (re.compile(r"\+?\d[\d \-()]{6,}\d"), "[number]"),
    (re.compile(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b"), "[order]"),
    # What stands in quotation marks was most often given by somebody.
    (re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»|“[^”]*”"), "[quoted]"),
)


class Sentry(Reports):
    def job_failed(self, task: str, error: BaseException) -> None:
        with sentry_sdk.new_scope() as scope:
            scope.set_tag("task", task)
            scope.capture_exception(error)

    def flush(self) -> None:
        sentry_sdk.flush(PATIENCE)


def opened(dsn: str, environment: str, release: str, facts: Callable[[], Facts]) -> Sentry:
    """What is logged as an error is reported from now on, also by processes that are forked."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment or None,
        release=release or None,
        # Flask's own would not see an error that the shop has made a page of; the log does.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None),
            ExcepthookIntegration(),
            DedupeIntegration(),
        ],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=lambda event, hint: made_anew(event, facts()),
    )
    # It logs the text of what a job raised, with its arguments: `job_failed` reports that.
    ignore_logger("rq.worker")
    return Sentry()


def made_anew(event: Event, facts: Facts) -> Event:
    """The report that may leave."""
    given: Any = event
    kept = {key: given[key] for key in KEPT if key in given}
    if (message := (given.get("logentry") or {}).get("message")) is not None:
        # As it stands in the code, without what was put into it.
        kept["logentry"] = {"message": hidden(message)}
    if exceptions := (given.get("exception") or {}).get("values"):
        kept["exception"] = {"values": [_exception(each) for each in exceptions]}
    task = (given.get("tags") or {}).get("task")
    tags = {"route": facts.route, "request_id": facts.request_id, "task": task}
    kept["tags"] = {name: value for name, value in tags.items() if value}
    if facts.route:
        kept["transaction"] = facts.route
    if facts.user_id is not None:
        kept["user"] = {"id": str(facts.user_id)}
    return cast(Event, kept)


def hidden(text: str) -> str:
    """The text of an error, without what looks like somebody's."""
    text = scrubbed(QUOTED.sub("", text))
    for pattern, instead in HIDDEN:
        text = pattern.sub(instead, text)
    return text.strip()


def _exception(given: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {name: given.get(name) for name in ("type", "module", "mechanism")}
    kept["value"] = hidden(str(given.get("value") or ""))
    frames = (given.get("stacktrace") or {}).get("frames") or []
    kept["stacktrace"] = {"frames": [{k: f[k] for k in FRAME if k in f} for f in frames]}
    return kept
