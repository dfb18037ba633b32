"""What a span may tell: how long what took, and nothing of whom it was done for.

Instrumentations note addresses with their queries, which hold tokens and what was searched for;
visitors' IP addresses; and the messages of errors, which quote values. So what may leave is listed,
and not what may not.
"""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status

TOLD = frozenset(
    {
        *("http.method", "http.request.method", "http.route", "http.scheme"),
        *("http.status_code", "http.response.status_code"),
        *("db.system", "db.name", "db.statement", "db.query.text", "db.operation"),
        *("error.type", "exception.type", "messaging.system", "messaging.destination.name"),
    }
)
# Whom we call; of whoever calls us it would be the visitor.
TOLD_OF_CALLS = frozenset({"net.peer.name", "server.address", "http.host"})


class Discreet(SpanExporter):
    """Hands on what may leave to `exporter`."""

    def __init__(self, exporter: SpanExporter) -> None:
        self.exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self.exporter.export([discreet(span) for span in spans])

    def shutdown(self) -> None:
        self.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self.exporter.force_flush(timeout_millis)


def discreet(span: ReadableSpan) -> ReadableSpan:
    told = TOLD | TOLD_OF_CALLS if span.kind is SpanKind.CLIENT else TOLD
    attributes = {key: value for key, value in (span.attributes or {}).items() if key in told}
    return ReadableSpan(
        _name(span, attributes.keys()),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=attributes,
        events=[_event(event) for event in span.events],
        links=span.links,
        kind=span.kind,
        # Its description is the message of an error.
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _name(span: ReadableSpan, told: object) -> str:
    """An address that leads to no view is in the name, and may be anything."""
    leads_nowhere = span.kind is SpanKind.SERVER and "http.route" not in (span.attributes or {})
    return span.name.partition(" ")[0] if leads_nowhere else span.name


def _event(event: Event) -> Event:
    attributes = {key: value for key, value in (event.attributes or {}).items() if key in TOLD}
    return Event(event.name, attributes, event.timestamp)
